package view

import (
	"cmp"
	"context"
	"slices"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// Unanswered is what was assigned and has no answer yet, with what became of the rest: this year's and what
// is still open from before.
type Unanswered struct {
	Year    int
	Sources []SourceTally // in the order of the sources' list, a leader's remarks first
	Open    int
	First   string // the number of the first one listed
}

// SourceTally counts what arose from one source and lists what has no answer.
type SourceTally struct {
	Source   string
	Assigned int
	Answered int // reported done, closed or not
	Closed   int // 销号
	Oldest   int // days the longest has been waiting
	Waiting  []Waiting
}

// Waiting is an assigned matter without an answer.
type Waiting struct {
	Matter
	Who  string
	Days int // since it was assigned
}

// Unanswered gives it: to the office, the inspection office and the district's leaders all of it, to a leader
// what is on the own projects or was the own remark, to a unit's head what the unit has to answer. Seven
// queries.
func (v *View) Unanswered(ctx context.Context, who ledger.Viewer) (Unanswered, error) {
	today := v.Today()
	out := Unanswered{Year: today.Year()}
	rows, err := v.Store.Assigned(ctx, v.District, clock.At(workday.NewDay(out.Year, 1, 1).At(0, 0, clock.Shanghai)))
	if err != nil {
		return out, err
	}
	if rows, err = v.knownTo(ctx, who, rows); err != nil {
		return out, err
	}
	reg, err := v.People(ctx)
	if err != nil {
		return out, err
	}
	projects, err := v.projectsOf(ctx, rows)
	if err != nil {
		return out, err
	}
	by := map[string]*SourceTally{}
	for _, m := range rows {
		if m.State == ledger.Cancelled || m.State == ledger.Waived {
			continue
		}
		source := m.Origin().Source
		t := by[source]
		if t == nil {
			t = &SourceTally{Source: source}
			by[source] = t
		}
		t.Assigned++
		switch m.State {
		case ledger.Accepted:
			t.Answered++
			t.Closed++
		case ledger.Reported:
			t.Answered++
		default:
			w := Waiting{v.matter(m, projects[m.ProjectID], nil), reg.Called(m.OwnerID), today.Sub(workday.DayOf(m.CreatedAt.Time()))}
			t.Oldest = max(t.Oldest, w.Days)
			t.Waiting = append(t.Waiting, w)
			out.Open++
		}
	}
	for _, t := range by {
		slices.SortStableFunc(t.Waiting, func(a, b Waiting) int { return cmp.Compare(b.Days, a.Days) })
		out.Sources = append(out.Sources, *t)
	}
	slices.SortFunc(out.Sources, func(a, b SourceTally) int {
		return cmp.Or(cmp.Compare(rankOf(a.Source), rankOf(b.Source)), cmp.Compare(a.Source, b.Source))
	})
	for _, t := range slices.Backward(out.Sources) {
		if len(t.Waiting) > 0 {
			out.First = t.Waiting[0].Code
		}
	}
	return out, nil
}

func rankOf(source string) int { return slices.Index(ledger.Sources, source) }
