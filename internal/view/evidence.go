package view

import (
	"context"
	"fmt"

	"duban/internal/store"
)

// Evidence is what the ledger can prove of a matter, in numbers.
type Evidence struct {
	M                            Matter
	Warned, Strikes, Lifted      int
	Orders                       []string // their numbers
	Notices, Sent, Refused, Read int
	Letters, Reports, Photos     int
	Lines                        int // of history
	Linked, Waiting              int // facts on the chain, and not on it yet
}

// Evidence counts what is proven of a matter the viewer was shown.
func (v *View) Evidence(ctx context.Context, m Matter) (Evidence, error) {
	ev, err := v.Store.EvidenceOf(ctx, v.District, m.Commitment)
	out := Evidence{M: m, Photos: len(ev.Photos)}
	for _, r := range ev.Rows {
		if r.Seq > 0 {
			out.Linked++
		} else {
			out.Waiting++
		}
		out.count(r)
	}
	return out, err
}

func (e *Evidence) count(r store.EvidenceRow) {
	switch r.Table + " " + r.Part {
	case "steps made":
		if r.Value("name") == "warn" {
			e.Warned++
		}
	case "orders made":
		e.Orders = append(e.Orders, fmt.Sprintf("督办〔%s〕%s号", r.Value("year"), r.Value("number")))
	case "strikes made":
		e.Strikes++
	case "strikes lifted":
		e.Lifted++
	case "deliveries made":
		e.Notices++
	case "deliveries ended":
		switch r.Value("state") {
		case string(store.SentOut):
			e.Sent++
		case string(store.Refused):
			e.Refused++
		}
	case "deliveries read":
		e.Read++
	case "inbox made":
		e.Letters++
	case "updates made":
		e.Reports++
	case "entries made":
		e.Lines++
	}
}
