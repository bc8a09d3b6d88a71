package ledger

import (
	"fmt"

	"duban/internal/fault"
	"duban/internal/workday"
)

// suspenders are the roles that may be named by Rules.SuspendBy.
var suspenders = []Role{RoleOffice, RoleInspection, RoleLeader, RoleDistrictLeader}

// AskSuspension (申请暂停) asks that a project's clocks be stopped; nothing stops until somebody else agrees.
func AskSuspension(p Project, reason string, r Rules, ro Roster, by Actor) (Outcome, error) {
	if p.Suspended {
		return Outcome{}, fault.Newf(fault.Conflict, "%s已在暂停中。", p.Name)
	}
	return askPause(p, Suspension{Reason: reason}, fmt.Sprintf("请写明暂停理由，例如：暂停 %s 规划调整", p.Name), r, ro, by)
}

// AskResumption (申请恢复) asks that they be started again.
func AskResumption(p Project, reason string, r Rules, ro Roster, by Actor) (Outcome, error) {
	if !p.Suspended {
		return Outcome{}, fault.Newf(fault.Conflict, "%s没有暂停。", p.Name)
	}
	return askPause(p, Suspension{Reason: reason, Resumes: true}, fmt.Sprintf("请写明恢复理由，例如：恢复 %s 规划调整已批复", p.Name), r, ro, by)
}

func askPause(p Project, x Suspension, ask string, r Rules, ro Roster, by Actor) (Outcome, error) {
	if err := reasonable(x.Reason, ask); err != nil {
		return Outcome{}, err
	}
	x.DistrictID, x.ProjectID, x.AskedBy, x.AskedAt, x.State = p.DistrictID, p.ID, by.Person, by.At, "asked"
	out := Outcome{
		Projects:    []Project{p}, // unchanged but for its version: two requests at once are one too many
		Suspensions: []Suspension{x},
		Entries:     []Entry{by.entry(p.DistrictID, p.Subject(), x.act()+":asked", x.Reason)},
	}
	out.tellPause(p, x, "asked", by, r.deciders(ro))
	return out, nil
}

func (x Suspension) act() string {
	if x.Resumes {
		return "resume"
	}
	return "suspend"
}

// deciders gives whom a request is put before: the groups of those who decide, the leader in person where no
// group of the leader's is there.
func (r Rules) deciders(ro Roster) []Recipient {
	var out []Recipient
	for _, by := range r.SuspendBy {
		switch by {
		case RoleOffice:
			out = unique(out, ro.class(GroupOffice))
		case RoleInspection:
			out = unique(out, ro.class(GroupInspection))
		case RoleDistrictLeader:
			out = unique(out, ro.class(GroupDistrict))
		case RoleLeader:
			to := ro.leader()
			if len(to) == 0 {
				to = owner(ro.Project.LeaderID)
			}
			out = unique(out, to)
		}
	}
	return out
}

// tellPause tells of a request or of what became of it: "suspend:asked:7:1772668800000".
func (o *Outcome) tellPause(p Project, x Suspension, what string, by Actor, to []Recipient) {
	for _, r := range to {
		o.Notices = append(o.Notices, Notice{
			Cause: fmt.Sprintf("%s:%s:%d:%d", x.act(), what, p.ID, by.At), To: r, Rank: RankWarning, Due: by.At,
		})
	}
}

// Suspend (同意暂停) stops a project's clocks; the watch skips it and says so.
func Suspend(p Project, x Suspension, ro Roster, by Actor) (Outcome, error) {
	if err := pausable(p, x, false, by); err != nil {
		return Outcome{}, err
	}
	p.Suspended, p.SuspendedFor, p.SuspendedOn = true, x.Reason, by.Today
	return decidePause(p, x, "granted", "", ro, by), nil
}

// Resume (同意恢复) starts them again. What was not past its day when they stopped has as many working days left
// as it had then, and so has a rectify-by day and a grace: the days from the suspension to today do not
// count, those before a commitment was there neither. What was overdue stays so. owed are the project's.
func Resume(p Project, x Suspension, owed []Commitment, r Rules, cal *workday.Calendar, ro Roster, by Actor) (Outcome, error) {
	if err := pausable(p, x, true, by); err != nil {
		return Outcome{}, err
	}
	since := p.SuspendedOn
	p.Suspended, p.SuspendedFor, p.SuspendedOn = false, "", 0
	out := decidePause(p, x, "granted", "", ro, by)
	for _, m := range owed {
		if m.State.Closed() {
			continue
		}
		was := m
		if since != 0 {
			m.stoodStill(max(since, workday.DayOf(m.CreatedAt.Time())), r, cal, by.Today)
		}
		if m.State == Open {
			m.NextLook = by.Today
		}
		if m == was {
			continue
		}
		out.Saved = append(out.Saved, m)
		if m.DueOn != was.DueOn {
			e := by.entry(m.DistrictID, m.Subject(), "moved", fmt.Sprintf("%s → %s", was.DueOn, m.DueOn))
			e.Before, e.After = fmt.Sprintf(`{"due":"%s"}`, was.DueOn), fmt.Sprintf(`{"due":"%s"}`, m.DueOn)
			out.Entries = append(out.Entries, e)
		}
	}
	return out, nil
}

// stoodStill moves the days of a commitment on by the working days from since until today.
func (m *Commitment) stoodStill(since workday.Day, r Rules, cal *workday.Calendar, today workday.Day) {
	n := cal.Count(since.AddDays(-1), today.AddDays(-1))
	if n <= 0 {
		return
	}
	if last := Deadline(m.DueOn, cal); last >= since {
		m.DueOn = cal.After(last, n)
	}
	if last := Deadline(m.LevelBy, cal); m.LevelBy != 0 && last >= since {
		m.LevelBy = cal.After(last, n)
	}
	// What was given meanwhile, or on the very day, has its days from today.
	if m.RectifyBy >= since {
		m.RectifyBy = min(cal.After(m.RectifyBy, n), cal.After(today, r.RectifyDays))
	}
	if m.GraceOn >= since {
		m.GraceOn = min(cal.After(m.GraceOn, n), cal.After(today, max(1, r.GraceDays)))
	}
}

// DenyPause (不同意暂停, 不同意恢复) leaves everything as it was.
func DenyPause(p Project, x Suspension, reason string, ro Roster, by Actor) (Outcome, error) {
	if err := pausable(p, x, x.Resumes, by); err != nil {
		return Outcome{}, err
	}
	if err := reasonable(reason, fmt.Sprintf("请写明理由，例如：不同意暂停 %s 可以边调整边施工", p.Name)); err != nil {
		return Outcome{}, err
	}
	return decidePause(p, x, "denied", reason, ro, by), nil
}

func decidePause(p Project, x Suspension, state, reason string, ro Roster, by Actor) Outcome {
	x.State, x.DecidedBy, x.DecidedAt, x.Answer = state, by.Person, by.At, reason
	note := reason
	if note == "" {
		note = x.Reason
	}
	out := Outcome{
		Projects: []Project{p}, Suspensions: []Suspension{x},
		Entries: []Entry{by.entry(p.DistrictID, p.Subject(), x.act()+":"+state, note)},
	}
	to := unique(owner(x.AskedBy), owner(p.OwnerID))
	if state == "granted" {
		to = unique(to, ro.taskForce(), ro.leader(), ro.class(GroupOffice))
	}
	out.tellPause(p, x, state, by, to)
	return out
}

// pausable refuses what was decided already, and a decision by whoever asked for it.
func pausable(p Project, x Suspension, resumes bool, by Actor) error {
	word := map[bool]string{false: "暂停", true: "恢复"}[resumes]
	switch {
	case x.State != "asked" || x.ProjectID != p.ID || x.Resumes != resumes || p.Suspended != resumes:
		return fault.Newf(fault.Conflict, "%s没有待审批的%s申请。", p.Name, word)
	case x.AskedBy == by.Person:
		return fault.Newf(fault.Forbidden, "%s须由他人审批，不能自己同意。", word)
	}
	return nil
}
