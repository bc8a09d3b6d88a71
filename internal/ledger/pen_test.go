package ledger_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"duban/internal/clock"
	. "duban/internal/ledger"
	"duban/internal/workday"
)

// pen writes outcomes in memory as store.Tx.Apply writes them in the database: all of an outcome or,
// with an error, none that a test should go on from. It holds every key the schema holds.
type pen struct {
	commitments []Commitment // id is the place, from 1
	projects    map[ProjectID]Project
	steps       map[CommitmentID][]Step
	strikes     []Strike // id is the place, from 1
	extensions  []Extension
	handovers   []Handover
	contests    []Contest
	suspensions []Suspension
	orders      []Order
	updates     []Update
	told        map[told]bool
}

type told struct {
	cause string
	to    Recipient
}

func newPen(projects ...Project) *pen {
	p := &pen{projects: map[ProjectID]Project{}, steps: map[CommitmentID][]Step{}, told: map[told]bool{}}
	for _, pr := range projects {
		p.projects[pr.ID] = pr
	}
	return p
}

// apply writes outcomes and gives the new commitments with their ids.
func (p *pen) apply(o Outcome) (added []Commitment, err error) {
	for _, m := range slices.Concat(o.Saved, o.Looked) {
		row := &p.commitments[m.ID-1]
		if row.Version != m.Version {
			return nil, fmt.Errorf("commitment %d: version %d was read, %d is there", m.ID, m.Version, row.Version)
		}
		if m.FirstDueOn != row.FirstDueOn || m.CreatedAt != row.CreatedAt || m.Kind != row.Kind {
			return nil, fmt.Errorf("commitment %d: what never changes has changed", m.ID)
		}
		m.Version++
		*row = m
	}
	for _, pr := range o.Projects {
		if p.projects[pr.ID].Version != pr.Version {
			return nil, fmt.Errorf("project %d moved", pr.ID)
		}
		pr.Version++
		p.projects[pr.ID] = pr
	}
	steps, news := o.Steps, o.New
	for _, d := range o.Orders {
		d.Order.ID = OrderID(len(p.orders) + 1)
		d.Order.Number = len(p.orders) + 1
		p.orders = append(p.orders, d.Order)
		d.Step.OrderID, d.Reply.OrderID = d.Order.ID, d.Order.ID
		steps, news = append(slices.Clip(steps), d.Step), append(slices.Clip(news), d.Reply)
	}
	for _, m := range news {
		m.ID = CommitmentID(len(p.commitments) + 1)
		p.commitments = append(p.commitments, m)
		added = append(added, m)
	}
	for _, s := range steps {
		for _, was := range p.steps[s.CommitmentID] {
			if was.DueOn == s.DueOn && was.Name == s.Name && was.Before == s.Before {
				return nil, fmt.Errorf("commitment %d: step %s:%d of %s taken twice", s.CommitmentID, s.Name, s.Before, s.DueOn)
			}
		}
		p.steps[s.CommitmentID] = append(p.steps[s.CommitmentID], s)
	}
	return added, p.record(o)
}

// record writes what has no bearing on commitments' rows.
func (p *pen) record(o Outcome) error {
	for _, s := range o.Strikes {
		for _, was := range p.strikes {
			if was.CommitmentID == s.CommitmentID && was.DueOn == s.DueOn {
				return fmt.Errorf("commitment %d: struck twice for %s", s.CommitmentID, s.DueOn)
			}
		}
		s.ID = int64(len(p.strikes) + 1)
		p.strikes = append(p.strikes, s)
	}
	for _, s := range o.Lifted {
		if p.strikes[s.ID-1].State != StrikeStands || s.LiftedBy == 0 || s.LiftedFor == "" {
			return fmt.Errorf("strike %d: lifted twice, or without who and why", s.ID)
		}
		p.strikes[s.ID-1] = s
	}
	for _, x := range o.Extensions {
		if x.ID == 0 {
			x.ID = int64(len(p.extensions) + 1)
			p.extensions = append(p.extensions, x)
			continue
		}
		p.extensions[x.ID-1] = x
	}
	for _, h := range o.Handovers {
		if h.ID == 0 {
			h.ID = int64(len(p.handovers) + 1)
			p.handovers = append(p.handovers, h)
			continue
		}
		p.handovers[h.ID-1] = h
	}
	for _, ord := range o.Ruled {
		was := &p.orders[ord.ID-1]
		if was.VoidedAt != 0 || ord.VoidedAt == 0 && ord.StrikeID == was.StrikeID {
			return fmt.Errorf("order %d: ruled on without need", ord.ID)
		}
		*was = ord
	}
	for _, c := range o.Contests {
		if c.ID == 0 {
			for _, was := range p.contests {
				if was.StrikeID == c.StrikeID {
					return fmt.Errorf("strike %d: contested twice", c.StrikeID)
				}
			}
			c.ID = int64(len(p.contests) + 1)
			p.contests = append(p.contests, c)
			continue
		}
		if was := &p.contests[c.ID-1]; was.State != ContestAsked {
			return fmt.Errorf("contest %d: decided twice", c.ID)
		}
		p.contests[c.ID-1] = c
	}
	for _, x := range o.Suspensions {
		if x.ID == 0 {
			x.ID = int64(len(p.suspensions) + 1)
			p.suspensions = append(p.suspensions, x)
			continue
		}
		p.suspensions[x.ID-1] = x
	}
	for _, u := range o.Updates {
		u.ID = UpdateID(len(p.updates) + 1)
		p.updates = append(p.updates, u)
	}
	for _, u := range o.Withdrawn {
		p.updates[u.ID-1] = u
	}
	for _, n := range o.Notices {
		key := told{n.Cause, n.To}
		// All steps of one look travel to one recipient as one message; every other cause is told once.
		if n.Step == nil && p.told[key] {
			return fmt.Errorf("notice %q to %s is lost: told already", n.Cause, n.To.Key())
		}
		p.told[key] = true
	}
	return nil
}

// lastExtension gives the latest request of the commitment, the zero value without one.
func (p *pen) lastExtension(id CommitmentID) Extension {
	for _, x := range slices.Backward(p.extensions) {
		if x.CommitmentID == id {
			return x
		}
	}
	return Extension{}
}

// lastHandover gives the latest proposal for the commitment, the zero value without one.
func (p *pen) lastHandover(id CommitmentID) Handover {
	for _, h := range slices.Backward(p.handovers) {
		if h.CommitmentID == id {
			return h
		}
	}
	return Handover{}
}

// handed counts how often the commitment was handed over.
func (p *pen) handed(id CommitmentID) int {
	n := 0
	for _, h := range p.handovers {
		if h.CommitmentID == id && h.State == "granted" {
			n++
		}
	}
	return n
}

// grounds gives all that may fall with an offence: simply all there is.
func (p *pen) grounds() Grounds {
	g := Grounds{Strikes: p.strikes, Contests: p.contests}
	for _, o := range p.orders {
		s := Leaning{Order: o, M: p.commitments[o.CommitmentID-1], Earlier: p.strikes, DueOn: p.dueOf(o)}
		for _, k := range p.strikes {
			if k.CommitmentID == o.CommitmentID && k.DueOn == s.DueOn {
				s.Unit = k.UnitID
			}
		}
		for _, m := range p.commitments {
			if m.OrderID == o.ID {
				s.Reply = m
			}
		}
		g.Orders = append(g.Orders, s)
	}
	return g
}

// dueOf gives the due day an order was about.
func (p *pen) dueOf(o Order) workday.Day {
	for _, s := range p.steps[o.CommitmentID] {
		if s.OrderID == o.ID {
			return s.DueOn
		}
	}
	return 0
}

// pending gives the oldest contest of the commitment that waits, the zero value without one.
func (p *pen) pending(id CommitmentID) Contest {
	for _, c := range p.contests {
		if c.CommitmentID == id && c.State == ContestAsked {
			return c
		}
	}
	return Contest{}
}

// look is the daily look at one commitment, as the watch makes it.
func (p *pen) look(id CommitmentID, r Rules, cal *workday.Calendar, ro Roster, today workday.Day, at clock.Instant) (Case, Verdict, Outcome) {
	m := p.commitments[id-1]
	ro.Project = p.projects[m.ProjectID]
	c := Case{Commitment: m, Steps: p.steps[id], Strikes: p.strikes, Suspended: ro.Project.Suspended}
	v := Decide(c, r, cal, today)
	return c, v, Climb(c, v, r, ro, today, at)
}

// statutory loads the calendar that ships with the product.
func statutory(t testing.TB) *workday.Calendar {
	t.Helper()
	cal, err := workday.Load(os.DirFS("../../config/calendar"))
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

// at gives a moment of d, n seconds after 09:00.
func at(d workday.Day, n int) clock.Instant {
	return clock.At(d.At(9, 0, clock.Shanghai)) + clock.Instant(1000*n)
}
