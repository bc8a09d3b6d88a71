package ledger

import (
	"duban/internal/clock"
	"fmt"
	"strings"
	"unicode/utf8"

	"duban/internal/fault"
	"duban/internal/workday"
)

// Minute is one line of a meeting's minutes (纪要): a note, or with an owner and a day an assigned matter.
type Minute struct {
	ID           int64 `gorm:"primaryKey"`
	DistrictID   DistrictID
	MeetingID    MeetingID
	Ord          int
	Text         string
	ProjectID    ProjectID
	CommitmentID CommitmentID  // of what was assigned, 0 for a note
	PersonID     PersonID      // who wrote it down
	At           clock.Instant // lines written together share it
}

// MinuteLine is a line as it was read: To is the zero Person for a note.
type MinuteLine struct {
	Text    string
	Project *Project // nil: on none
	To      Person
	Unit    UnitID // who answers; 0: the owner's unit
	Due     workday.Day
	Roster  Roster // around the project
}

// MinuteDraft is a line of minutes with the matter it assigns, nil for a note; the pen gives the number.
type MinuteDraft struct {
	Minute Minute
	Matter *Commitment
}

// MaxMinutes is how many lines minutes hold at most.
const MaxMinutes = 99

// WriteMinutes (记纪要) puts lines into a meeting's minutes, all or none; those with an owner and a day become
// assigned matters. had is how many lines there are already. Owners and the groups by the projects hear of it,
// one message each.
func WriteMinutes(m Meeting, lines []MinuteLine, had int, by Actor) (Outcome, error) {
	switch {
	case m.Online:
		return Outcome{}, fault.Newf(fault.Invalid, "%s是网上评审，没有纪要；看结果请发：会议 %s", m.Code, m.Code)
	case m.State == MeetingCancelled:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已经取消，不能记纪要。", m.Name())
	case by.Today < m.On:
		return Outcome{}, fault.Newf(fault.Conflict, "%s定于%s召开，会后再记纪要。", m.Name(), MeetingTime(m))
	case len(lines) == 0:
		return Outcome{}, fault.Newf(fault.Invalid, "请写明纪要内容，例如：纪要 %s 1. 请住建局王敏4月10日前完成清表 2. 会议强调安全生产", m.Code)
	case had+len(lines) > MaxMinutes:
		return Outcome{}, fault.Newf(fault.Invalid, "一次会议的纪要最多%d条，已有%d条。", MaxMinutes, had)
	}
	m.State = MeetingHeld
	out := Outcome{Meetings: []Meeting{m}}
	var told []Recipient
	out.Entries = []Entry{by.entry(m.DistrictID, m.Subject(), "minutes", fmt.Sprintf("%d条", len(lines)))}
	for i, l := range lines {
		d, err := minute(m, l, had+i+1, by)
		if err != nil {
			return Outcome{}, err
		}
		out.Minutes = append(out.Minutes, d)
		if d.Matter != nil {
			told = unique(told, owner(l.To.ID), l.Roster.near())
			out.Entries = append(out.Entries, by.entry(m.DistrictID, AssignedOn(*d.Matter), "assign", clip(m.Name()+"："+d.Minute.Text)))
		}
	}
	for _, r := range told {
		out.Notices = append(out.Notices, Notice{Cause: fmt.Sprintf("minutes:%d:%d", m.ID, by.At), To: r, Rank: RankWarning, Due: by.At})
	}
	return out, nil
}

// minute makes one line.
func minute(m Meeting, l MinuteLine, ord int, by Actor) (MinuteDraft, error) {
	text := strings.TrimSpace(l.Text)
	row := Minute{DistrictID: m.DistrictID, MeetingID: m.ID, Ord: ord, Text: text, PersonID: by.Person, At: by.At}
	if l.Project != nil {
		row.ProjectID = l.Project.ID
	}
	switch {
	case text == "" || utf8.RuneCountInString(text) > MaxText:
		return MinuteDraft{}, fault.Newf(fault.Invalid, "第%d条请写1到%d个字。", ord, MaxText)
	case l.To.ID == 0:
		return MinuteDraft{Minute: row}, nil
	case !l.To.Active || l.To.DistrictID != m.DistrictID:
		return MinuteDraft{}, fault.Newf(fault.Conflict, "第%d条的责任人%s已不在岗，请改为他人后重发。", ord, l.To.Name)
	case l.Due < by.Today:
		return MinuteDraft{}, fault.Newf(fault.Invalid, "第%d条的期限%s已经过了，请改后重发。", ord, l.Due.ChineseFull())
	}
	c := Commitment{
		DistrictID: m.DistrictID, Kind: Assignment, Title: text, ProjectID: row.ProjectID, UnitID: l.Unit, OwnerID: l.To.ID, RaisedBy: by.principal(),
		FirstDueOn: l.Due, DueOn: l.Due, State: Open, Source: FromMeeting, SourceNo: m.Code, SourceID: int64(m.ID), CreatedAt: by.At, NextLook: by.Today,
	}
	if c.UnitID == 0 {
		c.UnitID = l.To.UnitID
	}
	if c.UnitID == 0 && l.Project != nil {
		c.UnitID = l.Project.LeadUnitID
	}
	return MinuteDraft{Minute: row, Matter: &c}, nil
}
