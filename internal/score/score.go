// Package score ranks units (floor 1): by outcomes only, never by activity (how often somebody
// reported, how many photos). It is pure and knows neither the ledger nor a database: whoever asks hands
// in the numbers and gets places with their explanation.
//
// A unit's score is 100 × what it reached of the parts that can be measured, less the deductions:
//
//	progress    mean over its projects of progress ÷ planned progress, at most 1 each
//	investment  invested ÷ (planned for the year × the share of the year gone), at most 1
//	nodes       nodes done in time ÷ nodes due
//	strikes     points off for each standing offence or missed report, averaged over its projects, so
//	            that a unit with many projects is not punished for their number
//
// A part with nothing to measure is left out and the others count for it. A unit without projects, or
// with nothing to measure, is not ranked.
package score

import (
	"cmp"
	"fmt"
	"slices"
)

// Weights say what each part counts; from rules.yaml, "ranking".
type Weights struct {
	Progress   int `yaml:"progress"`
	Investment int `yaml:"investment"`
	Nodes      int `yaml:"nodes"`
	Strikes    int `yaml:"strikes"` // points off
}

// DefaultWeights are those of the built-in rules.
func DefaultWeights() Weights { return Weights{Progress: 40, Investment: 30, Nodes: 30, Strikes: 5} }

// Validate says what is wrong with the weights, and what to write.
func (w Weights) Validate() error {
	switch {
	case min(w.Progress, w.Investment, w.Nodes, w.Strikes) < 0:
		return fmt.Errorf("ranking: a weight is below zero")
	case w.Progress+w.Investment+w.Nodes != 100:
		return fmt.Errorf("ranking: progress, investment and nodes add up to %d; write 100", w.Progress+w.Investment+w.Nodes)
	}
	return nil
}

// Work is one project as it was at the cut-off. Percents are in hundredths: 6550 is 65.5 %.
type Work struct {
	Progress, Planned int
	Invested, Plan    int64 // of the year, in yuan
	NodesDue          int
	NodesKept         int
	Strikes           int // offences that stand
	Contested         int // of these, contested and not decided yet: they count and it is said
	Missed            int // periods without a report
}

// Unit is one unit with its projects. Order settles in which order equals are listed.
type Unit struct {
	ID    int64
	Kind  string
	Order int
	Works []Work
	Last  int // its place in the period before, 0 for none
}

// Part explains one part of a score, in hundredths of a point.
type Part struct {
	Name string `json:"name"`
	Got  int    `json:"got"` // below zero: taken off
	Of   int    `json:"of"`  // 0: a deduction
	Why  string `json:"why"`
}

// Place is the result of a unit.
type Place struct {
	Unit  int64
	Kind  string
	Place int // within the kind; equals share one, and the next place is left free
	Moved int // places gained since the period before, below zero: lost
	Score int // in hundredths of a point
	Parts []Part
}

// Rank ranks the units within their kinds; elapsed is the share of the year gone, in hundredths of a
// percent. The places come by kind, in the order in which the kinds first appear, best first.
func Rank(units []Unit, elapsed int, w Weights) []Place {
	var kinds []string
	byKind := map[string][]Place{}
	order := map[int64]Unit{}
	for _, u := range units {
		p, ok := rate(u, elapsed, w)
		if !ok {
			continue
		}
		order[u.ID] = u
		if byKind[u.Kind] == nil {
			kinds = append(kinds, u.Kind)
		}
		byKind[u.Kind] = append(byKind[u.Kind], p)
	}
	var out []Place
	for _, kind := range kinds {
		places := byKind[kind]
		slices.SortStableFunc(places, func(a, b Place) int {
			return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(order[a.Unit].Order, order[b.Unit].Order), cmp.Compare(a.Unit, b.Unit))
		})
		for i := range places {
			places[i].Place = i + 1
			if i > 0 && places[i].Score == places[i-1].Score {
				places[i].Place = places[i-1].Place
			}
			if last := order[places[i].Unit].Last; last > 0 {
				places[i].Moved = last - places[i].Place
			}
		}
		out = append(out, places...)
	}
	return out
}

// full is a whole in hundredths of a percent, and a hundred points in hundredths.
const full = 10_000

// rate gives a unit's score; false when there is nothing to measure.
func rate(u Unit, elapsed int, w Weights) (Place, bool) {
	measured := []Part{progress(u.Works, w.Progress), investment(u.Works, elapsed, w.Investment), nodes(u.Works, w.Nodes)}
	p := Place{Unit: u.ID, Kind: u.Kind}
	got, of := 0, 0
	for _, part := range measured {
		if part.Of > 0 {
			p.Parts = append(p.Parts, part)
			got += part.Got
			of += part.Of
		}
	}
	if of == 0 {
		return p, false
	}
	p.Score = (got*full + of/2) / of
	if off, ok := deduction(u.Works, w.Strikes); ok {
		p.Parts = append(p.Parts, off)
		p.Score = max(0, p.Score+off.Got)
	}
	return p, true
}

func progress(works []Work, weight int) Part {
	sum, n := 0, 0
	for _, k := range works {
		if k.Planned > 0 {
			sum += min(full, k.Progress*full/k.Planned)
			n++
		}
	}
	if n == 0 {
		return Part{}
	}
	return part("形象进度", sum/n, weight, fmt.Sprintf("%d个项目平均完成计划进度的%s", n, percent(sum/n)))
}

func investment(works []Work, elapsed, weight int) Part {
	var invested, plan int64
	for _, k := range works {
		if k.Plan > 0 {
			invested += k.Invested
			plan += k.Plan
		}
	}
	due := plan / full * int64(elapsed)
	if due <= 0 {
		return Part{}
	}
	// Counted in ten thousands so that no sum of investments overflows.
	reached := int(min(full, invested/full*full/max(1, due/full)))
	return part("投资完成", reached, weight, fmt.Sprintf("年度投资完成%s，时间进度%s", percent(int(invested/full*full/max(1, plan/full))), percent(elapsed)))
}

func nodes(works []Work, weight int) Part {
	due, kept := 0, 0
	for _, k := range works {
		due += k.NodesDue
		kept += k.NodesKept
	}
	if due == 0 {
		return Part{}
	}
	return part("节点按期", kept*full/due, weight, fmt.Sprintf("应完成%d个节点，按期完成%d个", due, kept))
}

func deduction(works []Work, weight int) (Part, bool) {
	strikes, contested, missed := 0, 0, 0
	for _, k := range works {
		strikes += k.Strikes
		contested += k.Contested
		missed += k.Missed
	}
	n := strikes + missed
	if n == 0 || weight == 0 {
		return Part{}, false
	}
	off := (n*weight*100 + len(works)/2) / len(works)
	waiting := ""
	if contested > 0 {
		waiting = fmt.Sprintf("（%d次申诉待定）", contested)
	}
	return Part{Name: "扣分", Got: -off, Why: fmt.Sprintf("预警督办%d次%s、漏报%d次，按%d个项目平均", strikes, waiting, missed, len(works))}, true
}

func part(name string, reached, weight int, why string) Part {
	return Part{Name: name, Got: (reached*weight + 50) / 100, Of: weight * 100, Why: why}
}

// percent words hundredths of a percent with one decimal: "65.5%".
func percent(p int) string { return fmt.Sprintf("%d.%d%%", (p+5)/100, (p+5)%100/10) }
