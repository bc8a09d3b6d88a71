package ledger

import (
	"fmt"

	"duban/internal/fault"
	"duban/internal/workday"
)

// AskExtension (申请延期) asks for a later day; nothing moves until it is granted.
func AskExtension(m Commitment, p *Project, to workday.Day, reason string, cal *workday.Calendar, ro Roster, by Actor) (Outcome, error) {
	switch {
	case p != nil && p.Suspended:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已暂停，期限停止计算，恢复后自动顺延，暂停期间不用申请延期。", p.Name)
	case m.State != Open:
		return Outcome{}, fault.Newf(fault.Conflict, "%s不在办理中，不能申请延期。", m.Code)
	case Kinds[m.Kind].Fixed:
		return Outcome{}, fault.Newf(fault.Invalid, "%s不能延期，请尽快办理。", Kinds[m.Kind].Word)
	case to <= m.DueOn || to <= by.Today:
		return Outcome{}, fault.Newf(fault.Invalid, "延期日期%s须晚于原定日期%s和今天。请重发，例如：延期 %s 4月30日 图审未完成",
			to.ChineseFull(), m.DueOn.ChineseFull(), m.Code)
	case p != nil && p.TargetOn != 0 && to > p.TargetOn:
		return Outcome{}, fault.Newf(fault.Invalid, "延期日期%s晚于项目目标日期%s，请先报项目办调整项目工期。",
			to.ChineseFull(), p.TargetOn.ChineseFull())
	case !cal.Known(to.Year()):
		return Outcome{}, fault.Newf(fault.Invalid, "%d年节假日安排尚未录入，延期到该年的工作日无法计算。请先申请%d年内的日期，或联系项目办录入日历。",
			to.Year(), lastKnown(cal, by.Today))
	}
	if err := reasonable(reason, fmt.Sprintf("请写明延期理由，例如：延期 %s 4月30日 图审未完成", m.Code)); err != nil {
		return Outcome{}, err
	}
	note := fmt.Sprintf("%s → %s %s", m.DueOn, to, reason)
	m.Version++ // the request is part of the commitment's story: two requests never share a notice
	out := Outcome{
		Extensions: []Extension{{
			DistrictID: m.DistrictID, CommitmentID: m.ID, FromOn: m.DueOn, ToOn: to, Reason: reason,
			AskedBy: by.Person, AskedAt: by.At, State: "asked",
		}},
		Entries: []Entry{by.entry(m.DistrictID, m.Subject(), "extension:asked", note)},
	}
	told := ro.class(GroupOffice)
	if Kinds[m.Kind].Raised && m.RaisedBy != by.Person {
		told = unique(told, owner(m.RaisedBy)) // who set the day may decide on another
	}
	out.tell(m, fmt.Sprintf("extension:%d", by.At), by, told...)
	return out, nil
}

// GrantExtension (同意延期) moves the due day. Granted while the commitment could still be kept it
// leaves no strike; granted later it leaves one, whether or not the warning was already sent.
func GrantExtension(m Commitment, p *Project, x Extension, strikes []Strike, r Rules, cal *workday.Calendar, by Actor) (Outcome, error) {
	if err := decidable(m, x, by); err != nil {
		return Outcome{}, err
	}
	if p != nil && p.Suspended {
		return Outcome{}, fault.Newf(fault.Conflict, "%s已暂停，期限停止计算，恢复后自动顺延，暂停期间不审批延期。", p.Name)
	}
	if x.ToOn < by.Today { // it would be overdue the moment it is granted
		return Outcome{}, fault.Newf(fault.Conflict, "申请延到的%s已过，不能再同意。请责任人重新申请延期。", x.ToOn.ChineseFull())
	}
	x.State, x.DecidedBy, x.DecidedAt = "granted", by.Person, by.At
	late := by.Today > Deadline(m.DueOn, cal)
	was := m
	m.DueOn, m.RectifyBy, m.Rung, m.GraceOn, m.NextLook = x.ToOn, 0, "", 0, by.Today
	if m.LevelBy != 0 {
		m.LevelBy = max(m.LevelBy, m.DueOn)
	}
	out := change(m, by, "extension:granted", fmt.Sprintf("%s → %s", was.DueOn, m.DueOn))
	out.Extensions = []Extension{x}
	if late && !struck(was, strikes) {
		k := Kinds[m.Kind]
		out.Strikes = []Strike{{
			DistrictID: m.DistrictID, CommitmentID: m.ID, DueOn: was.DueOn, ProjectID: m.ProjectID, UnitID: m.UnitID,
			Kind: m.Kind, Trigger: k.Trigger, On: by.Today, RuleVersion: r.Version, State: StrikeStands,
		}}
	}
	out.tell(m, "extension:granted", by, owner(m.OwnerID)...)
	return out, nil
}

// DenyExtension (不同意延期) leaves everything as it was.
func DenyExtension(m Commitment, x Extension, reason string, by Actor) (Outcome, error) {
	if err := decidable(m, x, by); err != nil {
		return Outcome{}, err
	}
	if err := reasonable(reason, fmt.Sprintf("请写明理由，例如：不同意 %s 工期可以追回", m.Code)); err != nil {
		return Outcome{}, err
	}
	x.State, x.DecidedBy, x.DecidedAt, x.Answer = "denied", by.Person, by.At, reason
	out := Outcome{
		Extensions: []Extension{x},
		Entries:    []Entry{by.entry(m.DistrictID, m.Subject(), "extension:denied", reason)},
	}
	out.tell(m, fmt.Sprintf("extension:denied:%d", x.ID), by, owner(m.OwnerID)...)
	return out, nil
}

func decidable(m Commitment, x Extension, by Actor) error {
	switch {
	case x.State != "asked" || x.CommitmentID != m.ID:
		return fault.Newf(fault.Conflict, "%s没有待审批的延期申请。", m.Code)
	case m.State != Open || x.FromOn != m.DueOn:
		return fault.Newf(fault.Conflict, "%s在申请之后已有变化，请重新申请延期。", m.Code)
	case x.AskedBy == by.Person || m.OwnerID == by.Person:
		return fault.New(fault.Forbidden, "延期须由他人审批，不能自己同意。")
	}
	return nil
}

// lastKnown gives the last year, from this one on, whose days off are known.
func lastKnown(cal *workday.Calendar, today workday.Day) int {
	year := today.Year()
	for cal.Known(year + 1) {
		year++
	}
	return year
}

func struck(m Commitment, strikes []Strike) bool {
	for _, s := range strikes {
		if s.CommitmentID == m.ID && s.DueOn == m.DueOn {
			return true
		}
	}
	return false
}
