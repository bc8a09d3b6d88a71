package desk

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// Lead is a lead as a door understood it.
type Lead struct {
	Enterprise string
	Likeness   string // the enterprise's name as two are compared
	Amount     ledger.Money
	Contact    string
	Text       string
	To         ledger.PersonID // who answers for the platform; 0: the contact of Unit
	Unit       ledger.UnitID   // the platform; 0: the speaker's own unit, where it is one
	Another    bool            // said to be another project of an enterprise that is known
}

// known is how long back an enterprise counts as known.
const knownFor = 365 * 24 * time.Hour

// EnterLead (线索) puts a lead on the ledger and gives it with its number. Everybody in the register may. One of an
// enterprise that is known is refused unless it is said to be about something else.
func (a *Acts) EnterLead(by ledger.Actor, l Lead) (ledger.Commitment, ledger.Prospect, error) {
	v, err := a.who(by)
	if err != nil {
		return ledger.Commitment{}, ledger.Prospect{}, err
	}
	if err := a.known(v, l); err != nil {
		return ledger.Commitment{}, ledger.Prospect{}, err
	}
	to, err := a.platform(v, l.To, l.Unit)
	if err != nil {
		return ledger.Commitment{}, ledger.Prospect{}, err
	}
	p := ledger.Prospect{Enterprise: l.Enterprise, Likeness: l.Likeness, Amount: l.Amount, Contact: l.Contact, SourceUnitID: v.Person.UnitID}
	out, err := ledger.EnterLead(p, l.Text, to, a.answerBy(), by)
	if err != nil {
		return ledger.Commitment{}, p, err
	}
	w, err := a.tx.Apply(out)
	if err != nil {
		return ledger.Commitment{}, p, err
	}
	m := w.New[0]
	p, err = a.read.Prospect(a.ctx, a.tx.District, m.ID)
	return m, p, err
}

// answerBy is the moment by which a lead given now is answered.
func (a *Acts) answerBy() clock.Instant {
	return clock.At(a.desk.Calendar.AfterHours(a.tx.Now.Time().In(clock.Shanghai), a.desk.Rules.LeadHours))
}

// known refuses a lead of an enterprise that is known. Only who may see the other lead hears which it is.
func (a *Acts) known(v ledger.Viewer, l Lead) error {
	if l.Another || l.Likeness == "" {
		return nil
	}
	like, err := a.read.ProspectsLike(a.ctx, a.tx.District, l.Likeness, a.tx.Now.Add(-knownFor))
	if err != nil || len(like) == 0 {
		return err
	}
	last := like[len(like)-1]
	m, err := a.read.Commitment(a.ctx, a.tx.District, last.CommitmentID)
	switch {
	case err != nil:
		return err
	case !ledger.Entitled(v, nil) && !ledger.Concerned(v, m):
		return fault.Newf(fault.Conflict, "%s的线索已有单位登记在先，没有重复登记。如属另一个项目，请在句末写明“另一项目”；有补充情况请联系项目办。", l.Enterprise)
	}
	units, err := a.read.Units(a.ctx, a.tx.District)
	if err != nil {
		return err
	}
	at := ""
	for _, u := range units {
		if u.ID == m.UnitID {
			at = u.Short
		}
	}
	return fault.Newf(fault.Conflict, "%s的线索已于%s登记为%s，由%s跟进，没有重复登记。如属另一个项目，请在句末写明“另一项目”。",
		l.Enterprise, last.CreatedAt.Time().In(clock.Shanghai).Format("1月2日"), m.Code, at)
}

// platform finds who answers for a platform: the person named, else the contact of the unit, else the speaker where
// the speaker's own unit is one.
func (a *Acts) platform(v ledger.Viewer, to ledger.PersonID, unit ledger.UnitID) (ledger.Person, error) {
	if to != 0 {
		return a.read.Person(a.ctx, a.tx.District, to)
	}
	if unit == 0 {
		units, err := a.read.Units(a.ctx, a.tx.District)
		if err != nil {
			return ledger.Person{}, err
		}
		own := slices.IndexFunc(units, func(u ledger.Unit) bool { return u.ID == v.Person.UnitID && slices.Contains(ledger.Platforms, u.Kind) })
		if own < 0 {
			return ledger.Person{}, fault.New(fault.Invalid, "请写明交给哪个平台（园区、街道或分局），例如：给临港园")
		}
		return *v.Person, nil
	}
	people, err := a.read.People(a.ctx, a.tx.District)
	return ledger.Contact(people, unit), err
}

// AnswerLead (反馈) says how a lead stands: the platform's, or the office for it.
func (a *Acts) AnswerLead(by ledger.Actor, id ledger.CommitmentID, text string) (ledger.Commitment, ledger.Prospect, error) {
	m, p, err := a.lead(by, id, "线索反馈")
	if err != nil {
		return m.Commitment, p, err
	}
	out, err := ledger.AnswerLead(m.Commitment, p, text, by)
	return a.applyLead(m, out, err)
}

// MoveLead (转平台) gives a lead to another platform.
func (a *Acts) MoveLead(by ledger.Actor, id ledger.CommitmentID, to ledger.PersonID, unit ledger.UnitID, reason string) (ledger.Commitment, ledger.Prospect, error) {
	m, p, err := a.lead(by, id, "线索转平台")
	if err != nil {
		return m.Commitment, p, err
	}
	who, err := a.platform(m.viewer, to, unit)
	if err != nil {
		return m.Commitment, p, err
	}
	out, err := ledger.MoveLead(m.Commitment, p, who, a.answerBy(), reason, by)
	return a.applyLead(m, out, err)
}

// ConvertLead (转项目) makes a project of a lead, or ties it to one that is there; the office alone may. A new one is
// called name.
func (a *Acts) ConvertLead(by ledger.Actor, id ledger.CommitmentID, project ledger.ProjectID, name string) (ledger.Commitment, ledger.Project, error) {
	m, lead, err := a.lead(by, id, "线索转项目")
	if err != nil {
		return m.Commitment, ledger.Project{}, err
	}
	if err := a.office(m.viewer, "线索转项目"); err != nil {
		return m.Commitment, ledger.Project{}, err
	}
	var p ledger.Project
	if project != 0 {
		p, err = a.read.Project(a.ctx, a.tx.District, project)
	} else {
		p, err = a.grown(m.Commitment, lead, name)
	}
	if err != nil {
		return m.Commitment, p, err
	}
	out, err := ledger.ConvertLead(m.Commitment, lead, p, by)
	now, _, err := a.applyLead(m, out, err)
	return now, p, err
}

// grown makes a new project under negotiation of a lead: where the platform is, and reported on by who followed it.
func (a *Acts) grown(m ledger.Commitment, lead ledger.Prospect, name string) (ledger.Project, error) {
	p := ledger.Project{Name: name, Stage: "在谈", Investment: lead.Amount, HostUnitID: m.UnitID, LeadUnitID: m.UnitID, OwnerID: m.OwnerID}
	for {
		n, err := a.tx.Next("code:project", 1)
		if err != nil {
			return p, err
		}
		p.Code = fmt.Sprintf("XM%04d", n)
		if _, err := a.read.ProjectByCode(a.ctx, a.tx.District, p.Code); fault.CodeOf(err) == fault.NotFound {
			break
		} else if err != nil {
			return p, err
		}
	}
	err := a.tx.PutProject(&p, nil, nil)
	return p, err
}

// lead reads a lead the actor may act on: of the own platform, or as the office.
func (a *Acts) lead(by ledger.Actor, id ledger.CommitmentID, what string) (matter, ledger.Prospect, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return m, ledger.Prospect{}, err
	}
	if m.Kind != ledger.Lead {
		return m, ledger.Prospect{}, fault.Newf(fault.Invalid, "%s不是线索，请核对编号，线索编号以X开头。", m.Code)
	}
	if !ledger.MayAnswer(m.viewer, nil, m.Commitment) {
		return m, ledger.Prospect{}, fault.Newf(fault.Forbidden, "%s由承接平台或项目办办理。", what)
	}
	p, err := a.read.Prospect(a.ctx, a.tx.District, m.ID)
	return m, p, err
}

func (a *Acts) applyLead(m matter, out ledger.Outcome, err error) (ledger.Commitment, ledger.Prospect, error) {
	if err != nil {
		return m.Commitment, ledger.Prospect{}, err
	}
	now, err := a.apply(m, out)
	if err != nil {
		return now, ledger.Prospect{}, err
	}
	p, err := a.read.Prospect(a.ctx, a.tx.District, m.ID)
	return now, p, err
}

// leadNote is what the notices of leads tell.
type leadNote struct {
	M      ledger.Commitment
	L      ledger.Prospect
	By     string
	Note   string
	Unit   string // the platform that has it
	First  string // that had it first
	Source string // whose find it is
	P      ledger.Project
	Mine   bool
}

// DueAt is the minute by which an answer is owed.
func (n leadNote) DueAt() string { return n.L.DueAt.Time().In(clock.Shanghai).Format("1月2日15:04") }

// leads words what became of a lead: "lead:WHO:AT" of a new one; "leadback:7:3", "leadmove:7:3", "leadproject:7:3" of an act.
func (d *Desk) leads(ctx context.Context, del store.Delivery, v ledger.Viewer) (words.Letter, error) {
	what, rest, _ := strings.Cut(del.Cause, ":")
	first, _, _ := strings.Cut(rest, ":")
	id, err := strconv.ParseInt(first, 10, 64)
	if err != nil {
		return words.Letter{}, fmt.Errorf("read cause %q: %w", del.Cause, err)
	}
	n := leadNote{}
	if what == "lead" {
		n.L, err = d.Store.ProspectAt(ctx, d.District, ledger.PersonID(id), del.DueAt)
	} else {
		n.L, err = d.Store.Prospect(ctx, d.District, ledger.CommitmentID(id))
	}
	if err != nil {
		return words.Letter{}, err
	}
	if n.M, err = d.Store.Commitment(ctx, d.District, n.L.CommitmentID); err != nil {
		return words.Letter{}, err
	}
	switch {
	case !ledger.Concerned(v, n.M) && !ledger.Entitled(v, nil) && what != "leadmove":
		return words.Letter{Drop: "收件人无权了解该线索"}, nil
	case what == "lead" && n.M.State != ledger.Open:
		return words.Letter{Drop: "线索已有反馈"}, nil
	}
	if err := d.fillLead(ctx, &n, leadActs[what], del.DueAt); err != nil {
		return words.Letter{}, err
	}
	n.Mine = v.Is(n.M.OwnerID)
	m, err := d.Words.Say("notice/"+what, n)
	return words.Letter{Message: m}, err
}

// leadActs are the lines of history that the notices of acts on leads tell of.
var leadActs = map[string]string{"leadback": "lead:answered", "leadmove": "lead:moved", "leadproject": "lead:project"}

// fillLead reads who acted and said what, and the names around a lead.
func (d *Desk) fillLead(ctx context.Context, n *leadNote, act string, at clock.Instant) error {
	var err error
	if n.By, err = d.called(ctx, n.L.EnteredBy); err != nil {
		return err
	}
	history, err := d.Store.History(ctx, d.District, n.M.Subject())
	if err != nil {
		return err
	}
	for _, e := range history {
		if e.Act == act && e.At == at {
			n.Note = e.Note
			if n.By, err = d.called(ctx, e.PersonID); err != nil {
				return err
			}
		}
	}
	units, err := d.Store.Units(ctx, d.District)
	if err != nil {
		return err
	}
	for _, u := range units {
		for _, name := range []struct {
			of   ledger.UnitID
			into *string
		}{{n.L.UnitID, &n.Unit}, {n.L.FirstUnitID, &n.First}, {n.L.SourceUnitID, &n.Source}} {
			if u.ID == name.of {
				*name.into = u.Short
			}
		}
	}
	if n.L.ProjectID != 0 {
		n.P, err = d.Store.Project(ctx, d.District, n.L.ProjectID)
	}
	return err
}
