package circular

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/workday"
)

// report is what the templates of circular/ word.
type report struct {
	Period    period.Period
	CutOff    workday.Day
	Leader    string // of a leader's group
	Unit      ledger.Unit
	Figures   figures
	Lines     []line // what needs most comes first
	Boards    []board
	Own       *place // of a unit's group, when the unit is ranked
	Noted     noted  // for the inspection office
	Praised   []suggested
	Accounted []suggested // for the inspection office
	Holdups   []holdup    // for those who see the whole
	Unknown   string

	about []ledger.Project
}

// Only gives the one project spoken of, or nil when there are more.
func (r report) Only() *line {
	if len(r.Lines) == 1 {
		return &r.Lines[0]
	}
	return nil
}

// Of gives the lines of a colour.
func (r report) Of(c ledger.Colour) []line {
	return slices.DeleteFunc(slices.Clone(r.Lines), func(l line) bool { return l.S.Colour != c })
}

// Silent gives the lines of those who did not report.
func (r report) Silent() []line {
	return slices.DeleteFunc(slices.Clone(r.Lines), func(l line) bool { return !l.S.Silent() })
}

// figures sum up the lines.
type figures struct {
	Number     int
	Investment ledger.Money
	Plan       ledger.Money
	Done       ledger.Money
	Elapsed    ledger.Percent
	Counts     map[ledger.Colour]int
}

// Share is what is done of the year's plan.
func (f figures) Share() ledger.Percent { return share(int64(f.Done), int64(f.Plan)) }

// Ahead says how the share stands to the year gone: "超序时进度1.2个百分点".
func (f figures) Ahead() string {
	switch gap := f.Share() - f.Elapsed; {
	case gap > 0:
		return "超序时进度" + points(gap)
	case gap < 0:
		return "落后序时进度" + points(-gap)
	}
	return "与序时进度持平"
}

// Colours says how many there are of each colour, worst first.
func (f figures) Colours() string {
	out := ""
	for _, c := range severity {
		if n := f.Counts[c]; n > 0 {
			out += fmt.Sprintf("%s%s%d个 ", c.Sign(), colourWords[c], n)
		}
	}
	return out
}

var severity = []ledger.Colour{ledger.Red, ledger.Yellow, ledger.Grey, ledger.Green, ledger.Blue}

var colourWords = map[ledger.Colour]string{
	ledger.Red: "红灯", ledger.Yellow: "黄灯", ledger.Grey: "暂停", ledger.Green: "绿灯", ledger.Blue: "完成",
}

func points(p ledger.Percent) string {
	s := p.String()
	return s[:len(s)-len("%")] + "个百分点"
}

// line is one project as it was at the cut-off.
type line struct {
	S    store.Snapshot
	P    ledger.Project
	Host string
	Lead string
}

// Gap says how the progress stands to the plan: "落后5个百分点", "" when it keeps up.
func (l line) Gap() string {
	if l.S.Planned <= l.S.Progress {
		return ""
	}
	return "落后" + points(l.S.Planned-l.S.Progress)
}

// Reason is why it has its colour, unless the gap says it already.
func (l line) Reason() string {
	if strings.HasPrefix(l.S.Why, "进度") {
		return ""
	}
	return l.S.Why
}

// Next is the open node that comes first.
func (l line) Next() *store.NextNode {
	if len(l.S.Facts.Next) == 0 {
		return nil
	}
	return &l.S.Facts.Next[0]
}

// report gives what the viewer's group may read of an issue.
func (c *Circular) report(is *issue, v ledger.Viewer) report {
	r := report{Praised: is.praised, Accounted: is.accounted, Period: is.period, CutOff: is.cut, Figures: figures{Elapsed: elapsed(is.cut), Counts: map[ledger.Colour]int{}}}
	days := []workday.Day{is.cut}
	for _, s := range is.of(v) {
		pr, there := is.projects[s.ProjectID]
		if !there || !ledger.Entitled(v, &pr) {
			continue
		}
		r.about = append(r.about, pr)
		r.Lines = append(r.Lines, line{s, pr, short(is.units[s.HostUnitID]), short(is.units[s.LeadUnitID])})
		r.Figures.add(s)
		for _, n := range s.Facts.Next {
			days = append(days, n.DueOn)
		}
	}
	slices.SortFunc(r.Lines, func(a, b line) int {
		return cmp.Or(cmp.Compare(slices.Index(severity, a.S.Colour), slices.Index(severity, b.S.Colour)),
			cmp.Compare(b.S.Planned-b.S.Progress, a.S.Planned-a.S.Progress), cmp.Compare(a.P.Code, b.P.Code))
	})
	r.Unknown = unknown(c.Calendar, days)
	r.more(is, v.Group)
	return r
}

// more adds what only one class of groups reads.
func (r *report) more(is *issue, g *ledger.Group) {
	switch g.Class {
	case ledger.GroupLeader:
		r.Leader = is.people[g.LeaderID].Name
	case ledger.GroupInspection:
		r.Noted = is.noted
	case ledger.GroupDistrict, ledger.GroupOffice:
		r.Unit, r.Boards, r.Holdups = is.units[g.UnitID], is.boards, is.holdups
		if g.Class == ledger.GroupOffice {
			r.Noted.Visits = is.noted.Visits
		}
	case ledger.GroupUnit:
		r.Unit = is.units[g.UnitID]
		for _, b := range is.boards {
			for _, pl := range b.Places {
				if pl.R.UnitID == g.UnitID {
					r.Own = &pl
				}
			}
		}
	}
}

func (f *figures) add(s store.Snapshot) {
	f.Number++
	f.Investment += s.Investment
	f.Plan += s.PlannedYear
	f.Done += s.InvestedYear
	f.Counts[s.Colour]++
}

func short(u ledger.Unit) string { return cmp.Or(u.Short, u.Name) }

// unknown words that dates were reckoned without the calendar of their year, or "".
func unknown(cal *workday.Calendar, days []workday.Day) string {
	year := 0
	for _, d := range days {
		if d != 0 && !cal.Known(d.Year()) && (year == 0 || d.Year() < year) {
			year = d.Year()
		}
	}
	if year == 0 {
		return ""
	}
	return fmt.Sprintf("%d年节假日安排尚未录入，按周末推算", year)
}
