package circular

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/words"
	"duban/internal/workday"
)

// issue is all that the circular of a period says to anybody, read at once: the letters of all groups are
// then worded from memory.
type issue struct {
	period             period.Period
	cut                workday.Day
	snaps              []store.Snapshot // in order of project
	projects           map[ledger.ProjectID]ledger.Project
	units              map[ledger.UnitID]ledger.Unit
	people             map[ledger.PersonID]ledger.Person // the leaders
	boards             []board
	noted              noted
	praised, accounted []suggested // taken up since the circular before
	holdups            []holdup

	at       map[ledger.ProjectID]int // where in snaps
	byLeader map[ledger.PersonID][]int
	byUnit   map[ledger.UnitID][]int
}

// issue reads the issue of a period, in a number of queries that grows with neither groups nor projects.
func (c *Circular) issue(ctx context.Context, p period.Period) (*issue, error) {
	is := &issue{period: p, cut: period.Plan(p, c.Calendar).CutOff}
	var err error
	if is.snaps, err = c.Store.Snapshots(ctx, c.District, p.Key); err != nil {
		return nil, err
	}
	projects, err := c.Store.Projects(ctx, c.District)
	if err != nil {
		return nil, err
	}
	is.projects = make(map[ledger.ProjectID]ledger.Project, len(projects))
	for _, pr := range projects {
		is.projects[pr.ID] = pr
	}
	units, err := c.Store.Units(ctx, c.District)
	if err != nil {
		return nil, err
	}
	is.units = make(map[ledger.UnitID]ledger.Unit, len(units))
	for _, u := range units {
		is.units[u.ID] = u
	}
	is.index()
	var leaders []ledger.PersonID
	for id := range is.byLeader {
		leaders = append(leaders, id)
	}
	if is.people, err = c.Store.PeopleByID(ctx, c.District, leaders); err != nil {
		return nil, err
	}
	if is.boards, err = c.boards(ctx, p, is.units); err != nil {
		return nil, err
	}
	if is.holdups, err = c.holdups(ctx, p); err != nil {
		return nil, err
	}
	if err := c.adopted(ctx, is); err != nil {
		return nil, err
	}
	return is, c.note(ctx, is)
}

func (is *issue) index() {
	is.at = make(map[ledger.ProjectID]int, len(is.snaps))
	is.byLeader, is.byUnit = map[ledger.PersonID][]int{}, map[ledger.UnitID][]int{}
	for i, s := range is.snaps {
		is.at[s.ProjectID] = i
		is.byLeader[s.LeaderID] = append(is.byLeader[s.LeaderID], i)
		is.byUnit[s.HostUnitID] = append(is.byUnit[s.HostUnitID], i)
		if s.LeadUnitID != s.HostUnitID {
			is.byUnit[s.LeadUnitID] = append(is.byUnit[s.LeadUnitID], i)
		}
	}
}

// of gives the snapshots that the viewer's class is about, in order of project: the whole district for
// those who see it, a leader's, a unit's or a group's own for the others. It is no entitlement.
func (is *issue) of(v ledger.Viewer) []store.Snapshot {
	var places []int
	switch v.Group.Class {
	case ledger.GroupLeader:
		places = is.byLeader[v.Group.LeaderID]
	case ledger.GroupTaskForce:
		for id := range v.Bound {
			if i, ok := is.at[id]; ok {
				places = append(places, i)
			}
		}
	case ledger.GroupUnit:
		for id := range v.Units {
			places = append(places, is.byUnit[id]...)
		}
	default:
		return is.snaps
	}
	places = slices.Clone(places)
	slices.Sort(places)
	var out []store.Snapshot
	for _, i := range slices.Compact(places) {
		out = append(out, is.snaps[i])
	}
	return out
}

// Causes are the first words of the causes of deliveries this package composes.
var Causes = []string{"circular", commendCause}

// Compose words the circular of a period for one group, "circular:PERIOD", or what its results suggest, "commend:PERIOD".
func (c *Circular) Compose(ctx context.Context, d store.Delivery, v ledger.Viewer) (words.Letter, error) {
	word, err := c.Gather(ctx, []store.Delivery{d})
	if err != nil {
		return words.Letter{}, err
	}
	return word(ctx, d, v)
}

// Gather reads the issues the deliveries are of, and gives what then words each of them.
func (c *Circular) Gather(ctx context.Context, of []store.Delivery) (func(context.Context, store.Delivery, ledger.Viewer) (words.Letter, error), error) {
	issues := map[string]*issue{}
	for _, d := range of {
		_, key, _ := strings.Cut(d.Cause, ":")
		p, ok := period.Parse(c.Mode, key)
		if _, there := issues[key]; there || !ok {
			continue
		}
		var err error
		if issues[key], err = c.issue(ctx, p); err != nil {
			return nil, fmt.Errorf("gather the circular of %s: %w", key, err)
		}
	}
	return func(ctx context.Context, d store.Delivery, v ledger.Viewer) (words.Letter, error) {
		what, key, _ := strings.Cut(d.Cause, ":")
		switch {
		case issues[key] == nil:
			return words.Letter{Drop: "报送周期的设置已变更"}, nil
		case what == commendCause:
			return c.composeCommend(ctx, issues[key], v)
		case v.Group == nil:
			return words.Letter{Drop: "通报只发群"}, nil
		}
		r := c.report(issues[key], v)
		if len(r.Lines) == 0 && v.Group.Class != ledger.GroupInspection {
			return words.Letter{Drop: "本群没有列入通报的项目"}, nil
		}
		l := words.Letter{About: r.about}
		var err error
		l.Message, err = c.Words.Say(templates[v.Group.Class], r)
		return l, err
	}, nil
}
