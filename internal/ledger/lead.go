package ledger

import (
	"cmp"
	"fmt"
	"strings"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/workday"
)

// Prospect (线索) is what a lead is about: an enterprise that may invest. The answer owed to it is a Commitment
// of kind Lead, whose number it is known by; the prospect keeps what a due day cannot: the minute the answer is
// due, who brought the lead in, and which platform had it first.
type Prospect struct {
	ID           int64 `gorm:"primaryKey"`
	DistrictID   DistrictID
	CommitmentID CommitmentID
	Enterprise   string
	Likeness     string // the enterprise's name as two are compared
	Amount       Money  // 0 when nothing was said of it
	Contact      string
	EnteredBy    PersonID
	SourceUnitID UnitID // whose find it is
	FirstUnitID  UnitID // the platform that had it first, and keeps the credit for it
	UnitID       UnitID // the platform that has it
	DueAt        clock.Instant
	AnsweredAt   clock.Instant // when the platform first said how it stands; 0 if it has not
	Moves        int           // how often it went to another platform
	ProjectID    ProjectID     // what became of it
	CreatedAt    clock.Instant
}

// LeadDraft is a lead to be put on the ledger: the pen ties the two together.
type LeadDraft struct {
	Prospect   Prospect
	Commitment Commitment
}

// InTime reports whether the answer came within its hours; open leads are judged by now.
func (p Prospect) InTime(now clock.Instant) bool {
	return cmp.Or(p.AnsweredAt, now) <= p.DueAt
}

// EnterLead (线索) puts a lead on the ledger. to answers for the platform it is given to; due is the minute by
// which that one says how it stands.
func EnterLead(p Prospect, text string, to Person, due clock.Instant, by Actor) (Outcome, error) {
	if p.Enterprise == "" {
		return Outcome{}, fault.New(fault.Invalid, "没有读到企业名称，请写在最前面，例如：线索 某某电子公司 拟投2亿元建PCB厂 联系人李工 给临港园")
	}
	if err := reasonable(text, "请写明线索内容，例如：线索 某某电子公司 拟投2亿元建PCB厂 联系人李工 给临港园"); err != nil {
		return Outcome{}, err
	}
	if !to.Active || to.UnitID == 0 {
		return Outcome{}, fault.New(fault.Conflict, "该平台在名册中没有联络员或负责人，请联系项目办登记，或改给其他平台。")
	}
	on := workday.DayOf(due.Time())
	p.DistrictID, p.EnteredBy, p.FirstUnitID, p.UnitID, p.DueAt, p.CreatedAt = to.DistrictID, by.principal(), to.UnitID, to.UnitID, due, by.At
	m := Commitment{
		DistrictID: to.DistrictID, Kind: Lead, Title: clip(text), UnitID: to.UnitID, OwnerID: to.ID, RaisedBy: by.principal(),
		FirstDueOn: on, DueOn: on, State: Open, CreatedAt: by.At, NextLook: by.Today,
	}
	out := Outcome{
		Leads:   []LeadDraft{{Prospect: p, Commitment: m}},
		Entries: []Entry{by.entry(to.DistrictID, AssignedOn(m), "lead:entered", text)},
	}
	if to.ID != by.Person {
		out.announce(fmt.Sprintf("lead:%d:%d", p.EnteredBy, by.At), by, owner(to.ID)...)
	}
	return out, nil
}

// AnswerLead (反馈) says how a lead stands. The first answer is the one that was owed; more may follow until it has
// become a project.
func AnswerLead(m Commitment, p Prospect, text string, by Actor) (Outcome, error) {
	if err := alive(m, p); err != nil {
		return Outcome{}, err
	}
	if err := reasonable(text, fmt.Sprintf("请写明对接情况，例如：反馈 %s 已与企业对接，拟下周来考察", m.Code)); err != nil {
		return Outcome{}, err
	}
	m.Evidence, m.DoneAt, m.DoneBy = text, by.At, by.Person
	if m.State == Open {
		m.State, m.ClosedAt, m.NextLook = Accepted, by.At, 0
	}
	out := change(m, by, "lead:answered", text)
	if p.AnsweredAt == 0 {
		p.AnsweredAt = by.At
		out.Prospects = []Prospect{p}
	}
	if m.RaisedBy != by.Person {
		out.tell(m, "leadback", by, owner(m.RaisedBy)...)
	}
	return out, nil
}

// MoveLead (转平台) gives a lead to another platform, which has its hours anew. The platform that had it first keeps the
// credit, whatever the next one makes of it; strikes stay where they were made.
func MoveLead(m Commitment, p Prospect, to Person, due clock.Instant, reason string, by Actor) (Outcome, error) {
	if err := alive(m, p); err != nil {
		return Outcome{}, err
	}
	switch {
	case !to.Active || to.UnitID == 0:
		return Outcome{}, fault.New(fault.Conflict, "该平台在名册中没有联络员或负责人，请联系项目办登记，或改转其他平台。")
	case to.UnitID == m.UnitID:
		return Outcome{}, fault.Newf(fault.Conflict, "%s本来就在该平台，请写明要转给哪个平台。", m.Code)
	}
	if err := reasonable(reason, fmt.Sprintf("请写明转出理由，例如：转平台 %s 给高新区 本园区没有环评容量", m.Code)); err != nil {
		return Outcome{}, err
	}
	was := m
	on := workday.DayOf(due.Time())
	m.UnitID, m.OwnerID, m.DueOn, m.RectifyBy, m.Rung, m.GraceOn, m.ReceivedAt = to.UnitID, to.ID, on, 0, "", 0, 0
	m.State, m.ClosedAt, m.NextLook = Open, 0, by.Today
	p.UnitID, p.DueAt, p.Moves = to.UnitID, due, p.Moves+1
	out := change(m, by, "lead:moved", clip(to.Name+"："+reason))
	out.Entries[0].Before = fmt.Sprintf(`{"unit":%d,"owner":%d,"due":%d}`, was.UnitID, was.OwnerID, was.DueOn)
	out.Entries[0].After = fmt.Sprintf(`{"unit":%d,"owner":%d,"due":%d}`, m.UnitID, m.OwnerID, m.DueOn)
	out.Prospects = []Prospect{p}
	for _, r := range unique(owner(to.ID), owner(was.OwnerID), owner(m.RaisedBy)) {
		if r.Person != by.Person {
			out.tell(m, "leadmove", by, r)
		}
	}
	return out, nil
}

// ConvertLead (转项目) says which project a lead has become; the histories of both name the other.
func ConvertLead(m Commitment, lead Prospect, p Project, by Actor) (Outcome, error) {
	if err := alive(m, lead); err != nil {
		return Outcome{}, err
	}
	if m.State == Open {
		m.State, m.ClosedAt, m.NextLook = Accepted, by.At, 0
		m.DoneAt, m.DoneBy = by.At, by.Person
	}
	lead.ProjectID = p.ID
	lead.AnsweredAt = cmp.Or(lead.AnsweredAt, by.At)
	out := change(m, by, "lead:project", p.Code+" "+p.Name)
	out.Prospects = []Prospect{lead}
	out.Entries = append(out.Entries, by.entry(p.DistrictID, p.Subject(), "lead:project", clip(m.Code+" "+m.Title)))
	for _, r := range unique(owner(m.OwnerID), owner(m.RaisedBy)) {
		if r.Person != by.Person {
			out.tell(m, "leadproject", by, r)
		}
	}
	return out, nil
}

// alive refuses what can be done to a lead no more.
func alive(m Commitment, p Prospect) error {
	switch {
	case m.Kind != Lead:
		return fault.Newf(fault.Invalid, "%s不是线索。", m.Code)
	case p.ProjectID != 0:
		return fault.Newf(fault.Conflict, "%s已转为项目，请直接报项目进展。", m.Code)
	case m.State == Cancelled || m.State == Waived:
		return fault.Newf(fault.Conflict, "%s已经结束。", m.Code)
	}
	return nil
}

// Platforms are the kinds of units that leads are given to.
var Platforms = []UnitKind{Park, Bureau, Street}

// companyForms are what a company's name may end with or lack.
var companyForms = strings.NewReplacer("股份有限公司", "", "有限责任公司", "", "有限公司", "", "集团公司", "", "公司", "", "集团", "", "企业", "")

// Likeness gives a folded name of an enterprise as two are compared: without its legal form.
func Likeness(name string) string {
	if short := companyForms.Replace(name); short != "" {
		return short
	}
	return name
}
