package ledger

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"duban/internal/fault"
	"duban/internal/workday"
)

// MaxText is the longest free text taken, in characters.
const MaxText = 1000

// Said is what a report says of a project. A nil value was not said. Sure confirms what was asked
// about once: going backwards, or an amount a hundredfold off.
type Said struct {
	Progress *Percent
	Invested *Money // of the year so far
	Text     string
	Photos   []string
	Source   string
	Period   string
	NoChange bool
	Corrects string
	Sure     bool
}

// before is the part of a project that a report replaces, kept with the update for a withdrawal.
type before struct {
	Progress   Percent
	Invested   Money
	ReportedOn int32
	ReportedBy PersonID
	LastText   string
}

// Report takes a report (报送进展): the project's latest state, one update, the filings it settles.
// owed are the open filings of the project. What looks like a slip is asked, never guessed.
func Report(p Project, said Said, owed []Commitment, by Actor) (Outcome, error) {
	last := p
	if p.ReportedOn != 0 && p.ReportedOn.Year() < by.Today.Year() {
		last.InvestedYear = 0 // with the new year its count starts anew
	}
	if err := plausible(last, said); err != nil {
		return Outcome{}, err
	}
	prev, err := json.Marshal(before{p.Progress, p.InvestedYear, int32(p.ReportedOn), p.ReportedBy, p.LastText})
	if err != nil {
		return Outcome{}, fmt.Errorf("keep the state before: %w", err)
	}
	u := Update{
		DistrictID: p.DistrictID, ProjectID: p.ID, PersonID: by.Person, ForID: by.For, At: by.At, On: by.Today, Period: said.Period,
		Progress: said.Progress, Invested: said.Invested, Text: said.Text, Source: said.Source, Photos: said.Photos,
		NoChange: said.NoChange, Corrects: said.Corrects, PrevState: string(prev),
	}
	next := last
	if said.Progress != nil {
		next.Progress = *said.Progress
	}
	if said.Invested != nil {
		next.InvestedYear = *said.Invested
	}
	next.ReportedOn, next.ReportedBy, next.LastText = by.Today, by.Person, said.Text
	after, err := json.Marshal(before{next.Progress, next.InvestedYear, int32(next.ReportedOn), next.ReportedBy, next.LastText})
	if err != nil {
		return Outcome{}, fmt.Errorf("keep the new state: %w", err)
	}
	e := by.entry(p.DistrictID, p.Subject(), "report", said.Text)
	e.Before, e.After = string(prev), string(after)
	out := Outcome{Projects: []Project{next}, Updates: []Update{u}, Entries: []Entry{e}}
	for _, m := range owed {
		if m.Kind == Filing && m.State == Open {
			m.State, m.ClosedAt, m.NextLook = Accepted, by.At, 0
			out.Saved = append(out.Saved, m)
			out.Entries = append(out.Entries, by.entry(p.DistrictID, m.Subject(), "filed", ""))
		}
	}
	return out, nil
}

// plausible refuses what cannot be and asks about what is most likely a slip.
func plausible(p Project, s Said) error {
	if s.Progress == nil && s.Invested == nil && strings.TrimSpace(s.Text) == "" {
		return fault.Newf(fault.Invalid, "没有读到进度或说明。请发：报 %s 65%% 主体结构封顶", p.Name)
	}
	if n := utf8.RuneCountInString(s.Text); n > MaxText {
		return fault.Newf(fault.Invalid, "说明有%d字，超过%d字。请精简后再发。", n, MaxText)
	}
	var doubts []doubt
	if s.Progress != nil {
		switch v := *s.Progress; {
		case v < 0 || v > Full:
			return fault.Newf(fault.Invalid, "进度%s不在0%%到100%%之间。请重发，例如：报 %s 65%%", v, p.Name)
		case v < p.Progress:
			doubts = append(doubts, doubt{fmt.Sprintf("上次报的是%s，这次是%s，进度倒退了", p.Progress, v), "如确属更正"})
		}
	}
	if s.Invested != nil {
		if *s.Invested < 0 {
			return fault.New(fault.Invalid, "投资额不能为负。请重发，例如：完成投资1200万元")
		}
		if d, ok := doubtful(p, *s.Invested); ok {
			doubts = append(doubts, d)
		}
	}
	switch {
	case s.Sure || len(doubts) == 0:
		return nil
	case len(doubts) == 1:
		return fault.Newf(fault.Ambiguous, "%s。%s，请回复：确认", doubts[0].what, doubts[0].unless)
	}
	// One confirmation is for both, so both are named.
	return fault.Newf(fault.Ambiguous, "%s；%s。如均无误，请回复：确认", doubts[0].what, doubts[1].what)
}

// doubt is what looks like a slip, and what it is unless it is one.
type doubt struct{ what, unless string }

// doubtful catches 亿 and 万 mixed up: an amount far beyond the project's size, or a hundredfold away
// from what was reported before.
func doubtful(p Project, v Money) (doubt, bool) {
	switch {
	case p.Investment > 0 && v > p.Investment:
		return doubt{fmt.Sprintf("完成投资%s超过项目总投资%s，请核对单位是“万元”还是“亿元”", v, p.Investment), "如无误"}, true
	case p.InvestedYear > 0 && v >= 50*p.InvestedYear:
		return doubt{fmt.Sprintf("上次报的是%s，这次是%s，相差悬殊，请核对单位是“万元”还是“亿元”", p.InvestedYear, v), "如无误"}, true
	case v > 0 && p.InvestedYear >= 50*v:
		return doubt{fmt.Sprintf("本年累计完成投资上次是%s，这次是%s，请核对单位（应报本年累计数）", p.InvestedYear, v), "如无误"}, true
	case v < p.InvestedYear:
		return doubt{fmt.Sprintf("本年累计完成投资上次是%s，这次是%s，变少了（应报本年累计数）", p.InvestedYear, v), "如确属更正"}, true
	}
	return doubt{}, false
}

// Of reports whether a report is the person's own: made by, or on behalf of.
func (u Update) Of(id PersonID) bool { return u.PersonID == id || u.ForID == id }

// Withdraw (撤回) takes back the person's own latest report of the project: the update stays, marked;
// the project's state goes back to what it was before. Filings settled by it are owed again.
func Withdraw(p Project, u Update, settled []Commitment, by Actor) (Outcome, error) {
	switch {
	case !u.Of(by.Person):
		return Outcome{}, fault.New(fault.Forbidden, "只能撤回自己报送的进展。")
	case !u.WithdrawnAt.IsZero():
		return Outcome{}, fault.Newf(fault.Conflict, "回执%s已经撤回过了。", u.Receipt)
	}
	var prev before
	if err := json.Unmarshal([]byte(u.PrevState), &prev); err != nil {
		return Outcome{}, fmt.Errorf("read the state before update %d: %w", u.ID, err)
	}
	next := p
	next.Progress, next.InvestedYear = prev.Progress, prev.Invested
	next.ReportedOn, next.ReportedBy, next.LastText = workday.Day(prev.ReportedOn), prev.ReportedBy, prev.LastText
	u.WithdrawnAt = by.At
	out := Outcome{
		Projects: []Project{next}, Withdrawn: []Update{u},
		Entries: []Entry{by.entry(p.DistrictID, p.Subject(), "withdraw", u.Receipt)},
	}
	for _, m := range settled {
		if m.Kind == Filing && m.State == Accepted {
			m.State, m.ClosedAt, m.NextLook = Open, 0, by.Today
			out.Saved = append(out.Saved, m)
			out.Entries = append(out.Entries, by.entry(p.DistrictID, m.Subject(), "filing:reopened", u.Receipt))
		}
	}
	return out, nil
}
