package command

import (
	"context"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
)

// Explanation is how a message would be read, and why.
type Explanation struct {
	Said       string      `json:"said"`
	Read       string      `json:"read"`          // in the words of a verb, fillers left out
	Act        string      `json:"act,omitempty"` // the verb; "" when nothing of ours was said
	Project    *Candidate  `json:"project,omitempty"`
	Candidates []Candidate `json:"candidates,omitempty"` // what was picked or is asked about, then the runners-up
	Matters    []Candidate `json:"matters,omitempty"`    // the same of commitments, where the verb is about one
	Progress   string      `json:"progress,omitempty"`
	Invested   string      `json:"invested,omitempty"` // of the year so far
	Month      string      `json:"month,omitempty"`    // money of a month or so, not counted
	Text       string      `json:"text,omitempty"`
	Dates      []Date      `json:"dates,omitempty"`
	Reports    []string    `json:"reports,omitempty"` // the pieces of a message with several reports
	Doubt      string      `json:"doubt,omitempty"`   // what the reader is not sure of
	Outcome    string      `json:"outcome"`           // write, ask, refuse or answer
	Private    bool        `json:"private,omitempty"` // asked in a group, answered aside
	Answer     []string    `json:"answer"`
}

// Candidate is a project or a commitment a message may be about. Score is how alike name and words are, 1
// for a name written out; Why is name, number, part (an abbreviation, a slip, a spelling), place (nothing was
// named, and the place tells), own (nothing was named: all one reports on are offered) or near (passed over:
// less like the words than what was picked).
type Candidate struct {
	Code  string  `json:"code"`
	Name  string  `json:"name"`
	Score float64 `json:"score"`
	Why   string  `json:"why"`
}

// Date is a day that was said.
type Date struct {
	Said  string `json:"said"`
	Day   string `json:"day,omitempty"` // "" when it is to be asked about
	Maybe string `json:"maybe,omitempty"`
}

// Explain says how a message would be read at this moment and what would come of it; nothing is written.
func (c *Command) Explain(ctx context.Context, taken desk.Taken) (Explanation, error) {
	t := &turn{Command: c, Taken: taken, today: c.View.Today()}
	e := Explanation{Said: taken.Incoming.Text}
	do, cause := t.prepare(ctx)
	if t.names != nil {
		t.chosen, t.matter = nil, ""
		if err := t.explain(ctx, &e); err != nil {
			return e, err
		}
	}
	var tried desk.Tried
	if cause == nil {
		tried, cause = c.Desk.Try(ctx, do)
	}
	e.Private, e.Answer = tried.Private, lines(tried.Answer)
	switch {
	case cause != nil && fault.CodeOf(cause) == fault.Internal:
		return e, cause
	case cause != nil:
		e.Outcome, e.Answer = "refuse", []string{fault.Sentence(cause)}
	case tried.Wrote:
		e.Outcome = "write"
	case tried.Asked:
		e.Outcome = "ask"
	default:
		e.Outcome = "answer"
	}
	return e, nil
}

// explain fills in what the reader made of the words.
func (t *turn) explain(ctx context.Context, e *Explanation) error {
	r, sc := t.reader(), t.scope()
	read, _, err := t.inContext(ctx, r.phrased(t.fold, e.Said))
	if err != nil && fault.CodeOf(err) == fault.Internal {
		return err
	}
	e.Read = read
	x := newScript(t.fold, read)
	if v := x.readVerb(r.verbs, sc); v == nil || v.name == "报" {
		for _, c := range sc.several(x) {
			e.Reports = append(e.Reports, c.text)
		}
	}
	in := r.understand(x, sc)
	if in.verb != nil {
		e.Act = in.verb.name
	}
	if p := in.said.Progress; p != nil {
		e.Progress = p.String()
	}
	if v := in.said.Invested; v != nil {
		e.Invested = v.String()
	}
	if v := in.monthly(); v > 0 {
		e.Month = v.String()
	}
	e.Text, e.Doubt = in.said.Text, in.confirm+in.refuse
	t.candidates(e, in)
	t.dates(e, x)
	return t.matterCandidates(ctx, e, in)
}

func (t *turn) dates(e *Explanation, x script) {
	rest := x.s
	for range 10 {
		d, ok, err := t.deadline(rest, 0)
		if !ok {
			return
		}
		out := Date{Said: rest[d.at.Start:d.at.End]}
		switch {
		case err != nil:
			out.Maybe = fault.Sentence(err)
		case len(d.choices) > 0:
			for _, c := range d.choices {
				out.Maybe = strings.TrimSpace(out.Maybe + " " + c.String())
			}
		default:
			out.Day = d.on.String()
		}
		e.Dates = append(e.Dates, out)
		rest = rest[d.at.End:]
	}
}

// lines gives a message as it would be read.
func lines(m chat.Message) []string {
	out := append(append([]string{m.Title}, m.Rows...), m.Foot...)
	for _, b := range m.Buttons {
		if b.Say != "" {
			out = append(out, "["+b.Label+"] "+b.Say)
		}
	}
	return out
}
