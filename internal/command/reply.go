package command

import (
	"context"
	"regexp"
	"strconv"

	"duban/internal/ledger"
	"duban/internal/zh"
)

// orderNumber finds the number of a supervision order: 督办〔2026〕3号, 督办3号, 3号.
var orderNumber = regexp.MustCompile(`(?:督办单?)?[ ]*(?:[〔\[(（]?[ ]*(20[0-9]{2})[ ]*[〕\])）年]?[ ]*)?第?([0-9]{1,5})号`)

// reply (回复) answers a supervision order, by the order's number or the reply's own.
func reply(ctx context.Context, t *turn, in intent) (step, error) {
	x := in.script
	if code, _, _ := x.code(); code == "" && t.matter == "" {
		if at := orderNumber.FindStringSubmatchIndex(x.s[x.begins:]); at != nil {
			year := t.today.Year()
			if at[2] >= 0 {
				year, _ = strconv.Atoi(x.s[x.begins+at[2] : x.begins+at[3]])
			}
			number, _ := strconv.Atoi(x.s[x.begins+at[4] : x.begins+at[5]])
			m, err := t.View.ReplyOwed(ctx, t.person, year, number)
			if err != nil {
				return nil, err
			}
			rest := x.without(x.begins, []zh.Span{{Start: x.begins + at[0], End: x.begins + at[1]}})
			return t.finish(ctx, "回复", about{Matter: m, rest: rest}), nil
		}
	}
	m, ask, err := t.commitment(ctx, in, func(m ledger.Commitment) bool { return m.Kind == ledger.Reply && m.State == ledger.Open })
	if err != nil || ask != nil {
		return ask, err
	}
	return t.finish(ctx, "回复", m), nil
}
