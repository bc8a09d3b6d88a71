package ledger

import (
	"fmt"
	"slices"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/workday"
)

// Leave (请假): from one day to another somebody is away, and a deputy hears what they would hear and may act
// in their name. What is owed stays theirs, and so does every strike.
type Leave struct {
	ID         int64 `gorm:"primaryKey"`
	DistrictID DistrictID
	PersonID   PersonID
	DeputyID   PersonID
	FromOn     workday.Day
	UntilOn    workday.Day
	AskedBy    PersonID
	AskedAt    clock.Instant
	EndedAt    clock.Instant // ended before its last day, or never begun; 0 if not
}

// Covers reports whether the leave runs on the day.
func (l Leave) Covers(d workday.Day) bool { return l.EndedAt == 0 && l.FromOn <= d && d <= l.UntilOn }

// overlaps reports whether the leave has a day in common with those from one to the other.
func (l Leave) overlaps(from, until workday.Day) bool {
	return l.EndedAt == 0 && l.FromOn <= until && from <= l.UntilOn
}

// longestLeave is how many days one leave may have; who is away longer hands the post over.
const longestLeave = 184

// TakeLeave (请假) writes down who stands in for somebody. all are the leaves that are not over.
func TakeLeave(who, deputy Person, from, until workday.Day, all []Leave, ro Roster, by Actor) (Outcome, error) {
	switch {
	case deputy.ID == who.ID:
		return Outcome{}, fault.New(fault.Invalid, "不能由本人代班，请写明由谁代，例如：请假 3月1日至3月5日 由李四代")
	case !deputy.Active || deputy.DistrictID != who.DistrictID:
		return Outcome{}, fault.Newf(fault.Invalid, "%s已不在岗，请改由他人代班。", deputy.Name)
	case until < from:
		return Outcome{}, fault.Newf(fault.Invalid, "结束日期%s早于开始日期%s，请核对后重发。", until.ChineseFull(), from.ChineseFull())
	case until < by.Today:
		return Outcome{}, fault.Newf(fault.Invalid, "%s已经过了，请写明今天以后的日期。", until.ChineseFull())
	case until.Sub(from) >= longestLeave:
		return Outcome{}, fault.Newf(fault.Invalid, "请假超过%d天，请由项目办办理岗位交接，例如：交接 从%s到%s", longestLeave, who.Name, deputy.Name)
	}
	for _, l := range all {
		switch {
		case l.PersonID == who.ID && l.overlaps(from, until):
			return Outcome{}, fault.Newf(fault.Conflict, "%s至%s已登记请假。要改期请先发送：销假", l.FromOn.ChineseFull(), l.UntilOn.ChineseFull())
		case l.PersonID == deputy.ID && l.overlaps(from, until):
			return Outcome{}, fault.Newf(fault.Conflict, "%s在%s至%s也请假，请改由他人代班。", deputy.Name, l.FromOn.ChineseFull(), l.UntilOn.ChineseFull())
		case l.DeputyID == who.ID && l.overlaps(from, until):
			return Outcome{}, fault.Newf(fault.Conflict, "%s在%s至%s正为他人代班，请先请项目办改由他人代班。", who.Name, l.FromOn.ChineseFull(), l.UntilOn.ChineseFull())
		}
	}
	l := Leave{
		DistrictID: who.DistrictID, PersonID: who.ID, DeputyID: deputy.ID, FromOn: from, UntilOn: until, AskedBy: by.Person, AskedAt: by.At,
	}
	out := Outcome{Leaves: []Leave{l}, Entries: []Entry{by.entry(who.DistrictID, who.Subject(), "leave", fmt.Sprintf("%s至%s由%s代", from, until, deputy.Name))}}
	told := unique(owner(deputy.ID), ro.class(GroupOffice))
	if by.Person != who.ID {
		told = unique(told, owner(who.ID))
	}
	out.announce(fmt.Sprintf("leave:%d:%d", who.ID, by.At), by, told...)
	return out, nil
}

// EndLeave (销假) ends what is left of a leave.
func EndLeave(l Leave, who Person, ro Roster, by Actor) (Outcome, error) {
	if l.EndedAt != 0 || l.UntilOn < by.Today {
		return Outcome{}, fault.Newf(fault.Conflict, "%s目前没有请假。", who.Name)
	}
	l.EndedAt = by.At
	out := Outcome{Leaves: []Leave{l}, Entries: []Entry{by.entry(who.DistrictID, who.Subject(), "leave:ended", "")}}
	out.announce(fmt.Sprintf("leave:ended:%d:%d", who.ID, by.At), by, unique(owner(l.DeputyID), ro.class(GroupOffice))...)
	return out, nil
}

// Deputised adds to notices those that go to a deputy as well, because whom they are for is on leave.
func Deputised(notices []Notice, leaves []Leave, today workday.Day) []Notice {
	out := notices
	for _, n := range notices {
		for _, l := range leaves {
			if n.To.Person != 0 && n.To.Person == l.PersonID && l.Covers(today) {
				n.To = Recipient{Person: l.DeputyID}
				if !slices.ContainsFunc(out, n.same) {
					out = append(out[:len(out):len(out)], n)
				}
			}
		}
	}
	return out
}

// same reports whether two notices tell one recipient the same.
func (n Notice) same(o Notice) bool {
	return n.Cause == o.Cause && n.To == o.To && (n.Step == o.Step || n.Step != nil && o.Step != nil && *n.Step == *o.Step)
}

// Standing gives those for whom a person stands in on the day.
func Standing(leaves []Leave, deputy PersonID, today workday.Day) map[PersonID]bool {
	var out map[PersonID]bool
	for _, l := range leaves {
		if l.DeputyID == deputy && l.Covers(today) {
			if out == nil {
				out = map[PersonID]bool{}
			}
			out[l.PersonID] = true
		}
	}
	return out
}

// Subject names the person in the history.
func (p Person) Subject() string { return fmt.Sprintf("person:%d", p.ID) }

// announce adds a notice that is about no single commitment.
func (o *Outcome) announce(cause string, by Actor, to ...Recipient) {
	for _, r := range to {
		o.Notices = append(o.Notices, Notice{Cause: cause, To: r, Rank: RankWarning, Due: by.At})
	}
}
