package desk

import (
	"context"
	"strings"

	"duban/internal/ledger"
	"duban/internal/store"
)

// contest reads the contest or the fallen order a notice is about, if it is about one, or why there is nothing to
// tell any more.
func (d *Desk) contest(ctx context.Context, c cause, del store.Delivery, n *note) (drop string, err error) {
	if c.order != 0 {
		n.O, err = d.Store.OrderByID(ctx, d.District, c.order)
		return "", err
	}
	if !strings.HasPrefix(c.act, "contest:") {
		return "", nil
	}
	all, err := d.Store.Contests(ctx, d.District, n.M.ID)
	if err != nil {
		return "", err
	}
	for _, x := range all {
		if c.act == "contest:asked" && x.AskedAt == del.DueAt || x.DecidedAt != 0 && x.DecidedAt == del.DueAt {
			n.C = x
		}
	}
	if c.act == "contest:asked" && n.C.State != ledger.ContestAsked {
		return "申诉已有处理结果", nil
	}
	strikes, err := d.Store.StrikesOf(ctx, d.District, n.M.ID)
	for _, s := range strikes {
		if s.ID == n.C.StrikeID {
			n.S = s
		}
	}
	return "", err
}
