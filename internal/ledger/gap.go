package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/workday"
)

// The names of what a project must have besides the five elements: of 五个一 (一个项目、一名领导、一套班子、一套方案、一抓到底)
// the leader and the plan are among the elements already.
const (
	OneTeam = "一套班子"
	OneEnd  = "一抓到底"
)

// FiveElements (五要件) lists them: 定领导、定举措、定工期、定标准、定奖惩.
var FiveElements = []string{"定领导", "定举措", "定工期", "定标准", "定奖惩"}

// Manned reports whether a project has a team: members of its task force, or a group of its own.
func (r Roster) Manned() bool {
	return len(r.Members) > 0 || len(r.pick(func(g Group) bool { return g.Class == GroupTaskForce && r.Bound[g.ID] })) > 0
}

// Gaps names what a project lacks of 五要件 and 五个一.
func Gaps(r Roster) []string {
	out := r.Project.Missing()
	if !r.Manned() {
		out = append(out, OneTeam)
	}
	if r.Project.OwnerID == 0 {
		out = append(out, OneEnd)
	}
	return out
}

// ChaseGaps (要件核查) makes whoever answers for a project owe what it lacks, each gap once, and ends what is owed of
// gaps that are filled. known are all commitments of the kind on the project; due is 0 where nothing new is to be
// asked. A gap the inspection office or the office has let go of is not asked for again.
func ChaseGaps(r Roster, known []Commitment, to PersonID, due workday.Day, at clock.Instant) Outcome {
	p, gaps := r.Project, Gaps(r)
	var out Outcome
	asked := map[string]bool{}
	for _, m := range known {
		asked[m.Source] = asked[m.Source] || m.State != Accepted
		if m.State == Open && !slices.Contains(gaps, m.Source) {
			m.State, m.ClosedAt, m.NextLook = Accepted, at, 0
			out.Saved = append(out.Saved, m)
			out.Entries = append(out.Entries, Entry{DistrictID: p.DistrictID, Subject: m.Subject(), At: at, Act: "element", Note: m.Source})
		}
	}
	if due == 0 || !OwesReport(p) {
		return out
	}
	for _, gap := range gaps {
		if asked[gap] {
			continue
		}
		out.New = append(out.New, Commitment{
			DistrictID: p.DistrictID, Kind: Element, Title: "补齐要件：" + gap, ProjectID: p.ID, UnitID: cmp.Or(p.LeadUnitID, p.HostUnitID),
			OwnerID: cmp.Or(p.OwnerID, to), FirstDueOn: due, DueOn: due, State: Open, Source: gap, CreatedAt: at, NextLook: workday.DayOf(at.Time()).AddDays(1),
		})
		out.Entries = append(out.Entries, Entry{DistrictID: p.DistrictID, Subject: p.Subject(), At: at, Act: "element:owed", Note: gap})
	}
	return out
}

// Filling is what is filled in of a project: an element by its words, or who and which unit stands by it. What is zero
// is not said.
type Filling struct {
	Measures, Standard, Reward string
	Target                     workday.Day
	Leader, Owner, Service     PersonID
	LeadUnit, HostUnit         UnitID
}

// Fill (补齐要件、包联) fills in what is said and gives the project; each value keeps what stood before.
func Fill(p Project, f Filling, by Actor) (Outcome, error) {
	was := p
	for _, t := range []struct {
		said string
		into *string
	}{{f.Measures, &p.Measures}, {f.Standard, &p.Standard}, {f.Reward, &p.Reward}} {
		if t.said == "" {
			continue
		}
		if err := reasonable(t.said, "请写明内容"); err != nil {
			return Outcome{}, err
		}
		*t.into = strings.TrimSpace(t.said)
	}
	switch {
	case f.Target != 0 && f.Target < by.Today:
		return Outcome{}, fault.Newf(fault.Invalid, "%s已经过了，请写明今天以后的工期。", f.Target.ChineseFull())
	case f.Target != 0 && p.StartOn != 0 && f.Target < p.StartOn:
		return Outcome{}, fault.Newf(fault.Invalid, "工期%s早于开工日期%s，请核对。", f.Target.ChineseFull(), p.StartOn.ChineseFull())
	}
	p.TargetOn = cmp.Or(f.Target, p.TargetOn)
	p.LeaderID, p.OwnerID, p.ServiceID = cmp.Or(f.Leader, p.LeaderID), cmp.Or(f.Owner, p.OwnerID), cmp.Or(f.Service, p.ServiceID)
	p.LeadUnitID, p.HostUnitID = cmp.Or(f.LeadUnit, p.LeadUnitID), cmp.Or(f.HostUnit, p.HostUnitID)
	if p == was {
		return Outcome{}, fault.Newf(fault.Conflict, "%s本来就是这样，没有改动。", p.Name)
	}
	e := by.entry(p.DistrictID, p.Subject(), "standing", clip(strings.Join(changed(was, p), "、")))
	e.Before, e.After = was.filled(), p.filled()
	return Outcome{Projects: []Project{p}, Entries: []Entry{e}}, nil
}

// SameStanding reports whether the same people and units stand by two states of a project.
func (p Project) SameStanding(o Project) bool {
	return p.LeaderID == o.LeaderID && p.OwnerID == o.OwnerID && p.ServiceID == o.ServiceID && p.LeadUnitID == o.LeadUnitID &&
		p.HostUnitID == o.HostUnitID && p.Industry == o.Industry
}

// changed names what differs between two states of a project.
func changed(was, now Project) []string {
	var out []string
	for _, c := range []struct {
		name string
		is   bool
	}{
		{"包联领导", was.LeaderID != now.LeaderID}, {"定举措", was.Measures != now.Measures}, {"定工期", was.TargetOn != now.TargetOn},
		{"定标准", was.Standard != now.Standard}, {"定奖惩", was.Reward != now.Reward}, {"联络员", was.OwnerID != now.OwnerID},
		{"首席服务员", was.ServiceID != now.ServiceID}, {"牵头部门", was.LeadUnitID != now.LeadUnitID}, {"属地", was.HostUnitID != now.HostUnitID},
	} {
		if c.is {
			out = append(out, c.name)
		}
	}
	return out
}

// filled keeps what a filling may change, for the history.
func (p Project) filled() string {
	return fmt.Sprintf(`{"standing":%s,"target":%d,"measures":%q,"standard":%q,"reward":%q}`, p.standing(), p.TargetOn, p.Measures, p.Standard, p.Reward)
}
