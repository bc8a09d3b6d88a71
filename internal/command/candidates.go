package command

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"duban/internal/ledger"
	"duban/internal/view"
	"duban/internal/zh"
)

const (
	// maxNear is how many runners-up an explanation lists.
	maxNear = 5
	// leastAlike is the score below which a name is no runner-up.
	leastAlike = 0.2
)

// candidates lists the projects a message may be about: what was picked, what is asked about, and what came
// close to the words and was passed over.
func (t *turn) candidates(e *Explanation, in intent) {
	p, words := in.project, in.naming()
	ids := p.options
	switch {
	case p.id != 0:
		ids = append([]ledger.ProjectID{p.id}, ids...)
	case len(ids) == 0 && p.heard == "" && in.verb != nil && (in.verb.reports || in.verb.project):
		if all := t.reportable(maxOptions + 1); len(all) <= maxOptions {
			for _, own := range all {
				ids = append(ids, own.ID)
			}
		}
	}
	for _, id := range ids {
		i, ok := t.names.index[id]
		if !ok {
			continue
		}
		c := Candidate{Code: t.names.projects[i].Code, Name: t.names.projects[i].Name, Why: "own"}
		switch {
		case len(p.spans) > 0:
			c.Score, c.Why = t.names.alikeness(i, words), "part"
			if p.grade == exact && c.Score == 1 {
				c.Why = "name"
			}
		case p.id != 0:
			c.Why = "place"
		}
		e.Candidates = append(e.Candidates, c)
	}
	if p.id != 0 && len(e.Candidates) > 0 {
		first := e.Candidates[0]
		e.Project = &first
	}
	e.Candidates = append(e.Candidates, t.passedOver(words, ids)...)
}

// naming gives the words that name the project, or look like it; "" when none do.
func (in intent) naming() string {
	if len(in.project.spans) == 0 {
		return in.project.heard
	}
	at := in.project.spans[0]
	return in.script.s[at.Start:at.End]
}

// alikeness gives how alike words and what a project is called are, the best of its names.
func (x *names) alikeness(project int, words string) float64 {
	best := 0.0
	for _, c := range x.calls {
		if c.project == project {
			best = max(best, x.alikeCall(&c, words))
		}
	}
	return best
}

func (x *names) alikeCall(c *call, words string) float64 {
	said := x.fold.Key(words)
	short := strings.TrimSuffix(strings.TrimSuffix(said, "项目"), "工程")
	return max(zh.Dice(said, string(c.key)), zh.Dice(short, string(c.key)))
}

// passedOver gives the projects somebody may name here that share something with the words and are not
// among those meant, the most alike first.
func (t *turn) passedOver(words string, meant []ledger.ProjectID) []Candidate {
	said, sees, best := []rune(t.fold.Key(words)), t.scope().sees, map[int]float64{}
	for i := 1; i < len(said); i++ {
		for _, id := range t.names.pairs[pair{said[i-1], said[i]}] {
			c := &t.names.calls[id]
			if sees(c.project) && !slices.Contains(meant, t.names.projects[c.project].ID) {
				best[c.project] = max(best[c.project], t.names.alikeCall(c, words))
			}
		}
	}
	var near []Candidate
	for i, score := range best {
		if score >= leastAlike {
			near = append(near, Candidate{Code: t.names.projects[i].Code, Name: t.names.projects[i].Name, Score: score, Why: "near"})
		}
	}
	return mostAlike(near)
}

func mostAlike(near []Candidate) []Candidate {
	slices.SortFunc(near, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Code, b.Code))
	})
	return near[:min(len(near), maxNear)]
}

// matterCandidates lists the open commitments a message may be about, where its verb is about one.
func (t *turn) matterCandidates(ctx context.Context, e *Explanation, in intent) error {
	if in.verb == nil || !in.verb.matter {
		return nil
	}
	if code := codeOf(in.script); code != "" {
		if m, err := t.byCode(ctx, code); err == nil {
			e.Matters = []Candidate{{Code: m.Code, Name: m.Title, Score: 1, Why: "number"}}
		}
		return nil // what cannot be found, or seen, the answer says
	}
	all, err := t.matters(ctx)
	if err != nil {
		return err
	}
	picked := t.titled(in.script, all)
	for _, m := range picked {
		c := t.matterCandidate(in, m)
		if c.Why = "part"; c.Score == 1 {
			c.Why = "name"
		}
		e.Matters = append(e.Matters, c)
	}
	var near []Candidate
	for _, m := range all {
		c := t.matterCandidate(in, m)
		if !slices.ContainsFunc(picked, func(p view.Matter) bool { return p.ID == m.ID }) && c.Score >= leastAlike {
			near = append(near, c)
		}
	}
	e.Matters = append(e.Matters, mostAlike(near)...)
	return nil
}

// matterCandidate scores the stretch of the words that is most like the title.
func (t *turn) matterCandidate(in intent, m view.Matter) Candidate {
	c := Candidate{Code: m.Code, Name: m.Title, Why: "near"}
	if at := t.titleIn(in.script, m); len(at) > 0 {
		c.Score = zh.Dice(t.fold.Key(in.script.s[at[0].Start:at[0].End]), t.fold.Key(m.Title))
		return c
	}
	x := in.script
	for _, seg := range segments(x, x.first(x.begins), nil) {
		c.Score = max(c.Score, zh.Dice(key(x.marks[seg.start:seg.end]), t.fold.Key(m.Title)))
	}
	return c
}
