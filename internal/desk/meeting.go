package desk

import (
	"fmt"
	"slices"
	"strings"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// Convocation is a meeting as the office calls it.
type Convocation struct {
	Kind    string
	Project ledger.ProjectID // 0: of the district
	On      workday.Day
	Hour    int // of a review the day's end is meant, whatever stands here
	Minute  int
	Title   string
	Place   string
	Members []ledger.PersonID // of a review
	Here    ledger.GroupID    // where it is said: the answer tells that group enough
}

// Convene (召开) calls a meeting and gives it with its number, and how many groups and people hear of it. The
// office alone may. Where the meeting is on the next working day or before, its agenda goes out at once.
func (a *Acts) Convene(by ledger.Actor, c Convocation) (m ledger.Meeting, told int, err error) {
	v, err := a.who(by)
	if err != nil {
		return m, 0, err
	}
	if err := a.office(v, "召开会议"); err != nil {
		return m, 0, err
	}
	k, ok := a.desk.meetingKind(c.Kind)
	if !ok {
		return m, 0, fault.Newf(fault.Invalid, "没有“%s”这种会议，可召开：%s。", c.Kind, strings.Join(a.desk.meetingNames(), "、"))
	}
	if c.Project != 0 {
		if _, _, err := a.project(by, c.Project); err != nil {
			return m, 0, err
		}
	}
	if k.Online {
		c.Hour, c.Minute = 23, 59
	}
	m = ledger.Meeting{
		DistrictID: a.tx.District, Kind: k.Name, ProjectID: c.Project, Title: c.Title, Place: c.Place, On: c.On, Online: k.Online,
		StartAt: clock.At(c.On.At(c.Hour, c.Minute, clock.Shanghai)),
	}
	m.Slot = fmt.Sprintf("call:%d:%d:%s", m.StartAt, m.ProjectID, m.Kind)
	if twin, found, err := a.read.MeetingIn(a.ctx, a.tx.District, m.Slot); err != nil || found {
		if found {
			err = fault.Newf(fault.Conflict, "%s已定于%s，无需重复。如需取消，请发：取消会议 %s 原因", twin.Name(), ledger.MeetingTime(twin), twin.Code)
		}
		return m, 0, err
	}
	out, err := ledger.Convene(m, c.Members, by)
	if err != nil {
		return m, 0, err
	}
	w, err := a.tx.Apply(out)
	if err != nil {
		return m, 0, err
	}
	return a.convened(w.Met[0], k, c, by)
}

// convened tells of a meeting that has its number: of one that is near by its agenda.
func (a *Acts) convened(m ledger.Meeting, k ledger.MeetingKind, c Convocation, by ledger.Actor) (ledger.Meeting, int, error) {
	var to []ledger.Recipient
	for _, p := range c.Members {
		to = append(to, ledger.Recipient{Person: p})
	}
	if k.Online {
		_, err := a.tx.Apply(ledger.Convened(m, to, by))
		return m, len(to), err
	}
	b, err := a.read.AgendaBasis(a.ctx, a.tx.District, m)
	if err != nil {
		return m, 0, err
	}
	items := ledger.Agenda(k, m, b, a.desk.Rules, a.desk.Calendar, by.Today)
	to = ledger.MeetingAudience(k, m, b, items)
	outs := []ledger.Outcome{ledger.Convened(m, without(to, c.Here), by)}
	if m.On <= a.desk.Calendar.After(by.Today, 1) {
		outs = []ledger.Outcome{ledger.Convened(m, nil, by), ledger.FreezeAgenda(m, items, to, by)}
	}
	_, err = a.tx.Apply(outs...)
	return m, len(to), err
}

// meeting reads a meeting by its number for the office.
func (a *Acts) meeting(by ledger.Actor, code, what string) (ledger.Meeting, error) {
	v, err := a.who(by)
	if err != nil {
		return ledger.Meeting{}, err
	}
	if err := a.office(v, what); err != nil {
		return ledger.Meeting{}, err
	}
	return a.read.MeetingByCode(a.ctx, a.tx.District, code)
}

// CancelMeeting (取消会议) takes a meeting off that has no minutes yet; whoever was told of it hears that, but
// for the group here, which reads the answer.
func (a *Acts) CancelMeeting(by ledger.Actor, code, reason string, here ledger.GroupID) (ledger.Meeting, error) {
	m, err := a.meeting(by, code, "取消会议")
	if err != nil {
		return m, err
	}
	var told []ledger.Recipient
	if m.Online {
		asked, err := a.read.OpinionsOf(a.ctx, a.tx.District, m.ID)
		if err != nil {
			return m, err
		}
		for _, o := range asked {
			told = append(told, ledger.Recipient{Person: o.PersonID})
		}
	} else if told, err = a.read.ToldOfMeeting(a.ctx, a.tx.District, m.ID); err != nil {
		return m, err
	}
	out, err := ledger.CancelMeeting(m, reason, without(told, here), by)
	if err != nil {
		return m, err
	}
	_, err = a.tx.Apply(out)
	return m, err
}

// MinuteLine is a line of minutes as a door understood it: with neither To nor Unit it is a note.
type MinuteLine struct {
	Text    string           `json:"text"`
	Project ledger.ProjectID `json:"project,omitempty"`
	To      ledger.PersonID  `json:"to,omitempty"`
	Unit    ledger.UnitID    `json:"unit,omitempty"`
	Due     workday.Day      `json:"due,omitempty"`
}

// WriteMinutes (记纪要) puts lines into a meeting's minutes, all of them or none, and gives what they assign.
// The office alone may.
func (a *Acts) WriteMinutes(by ledger.Actor, code string, lines []MinuteLine) (ledger.Meeting, []ledger.Commitment, error) {
	m, err := a.meeting(by, code, "会议纪要")
	if err != nil {
		return m, nil, err
	}
	had, err := a.read.MinutesOf(a.ctx, a.tx.District, m.ID)
	if err != nil {
		return m, nil, err
	}
	var ids []ledger.ProjectID
	for i := range lines {
		if lines[i].Project == 0 {
			lines[i].Project = m.ProjectID
		}
		if lines[i].Project != 0 {
			ids = append(ids, lines[i].Project)
		}
	}
	rosters, err := a.read.Rosters(a.ctx, a.tx.District, ids)
	if err != nil {
		return m, nil, err
	}
	rows := make([]ledger.MinuteLine, len(lines))
	for i, l := range lines {
		rows[i] = ledger.MinuteLine{Text: l.Text, Unit: l.Unit, Due: l.Due, Roster: rosters[l.Project]}
		if p := rows[i].Roster.Project; p.ID != 0 {
			rows[i].Project = &p
		}
		if l.To != 0 {
			if rows[i].To, err = a.read.Person(a.ctx, a.tx.District, l.To); err != nil {
				return m, nil, err
			}
		}
	}
	out, err := ledger.WriteMinutes(m, rows, len(had), by)
	if err != nil {
		return m, nil, err
	}
	w, err := a.tx.Apply(out)
	return m, w.New, err
}

// Opine (评审) takes the opinion of a member of an online review.
func (a *Acts) Opine(by ledger.Actor, code, verdict, text string) (ledger.Meeting, error) {
	v, err := a.who(by)
	if err != nil {
		return ledger.Meeting{}, err
	}
	m, err := a.read.MeetingByCode(a.ctx, a.tx.District, code)
	if err != nil {
		return m, err
	}
	ro, err := a.read.Roster(a.ctx, a.tx.District, m.ProjectID)
	if err != nil {
		return m, err
	}
	asked, err := a.read.OpinionsOf(a.ctx, a.tx.District, m.ID)
	if err != nil {
		return m, err
	}
	var was ledger.Opinion
	if i := slices.IndexFunc(asked, func(o ledger.Opinion) bool { return o.PersonID == by.Person }); i >= 0 {
		was = asked[i]
	} else if !ledger.MaySeeMeeting(v, ledger.OnProject(ro)) {
		return m, fault.Newf(fault.NotFound, "没有编号为%s的会议，请核对后再发。查会议请发：会议", code)
	}
	out, err := ledger.Opine(m, was, verdict, text, by)
	if err != nil {
		return m, err
	}
	_, err = a.tx.Apply(out)
	return m, err
}

// without leaves a group out of those who are told.
func without(to []ledger.Recipient, g ledger.GroupID) []ledger.Recipient {
	return slices.DeleteFunc(slices.Clone(to), func(r ledger.Recipient) bool { return g != 0 && r.Group == g })
}

func (d *Desk) meetingKind(name string) (ledger.MeetingKind, bool) {
	for _, k := range d.Meetings {
		if k.Name == name {
			return k, true
		}
	}
	return ledger.MeetingKind{}, false
}

func (d *Desk) meetingNames() []string {
	var out []string
	for _, k := range d.Meetings {
		out = append(out, k.Name)
	}
	return out
}
