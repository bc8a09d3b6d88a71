package desk

import (
	"slices"

	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/workday"
)

// fulfil answers what recurs and is owed by whoever acts with something they have just written down anyway: nobody
// reports one visit twice. It gives what was closed by it.
func (a *Acts) fulfil(by ledger.Actor, fact string, on workday.Day, text string) ([]ledger.Commitment, error) {
	var out []ledger.Commitment
	for _, r := range a.desk.Recurring {
		if r.By != fact {
			continue
		}
		v, err := a.speaker(by)
		if err != nil {
			return nil, err
		}
		all, err := a.recurrences(v, r, "", nil)
		if err != nil {
			return nil, err
		}
		now := period.Every(string(r.Every), a.desk.Mode).Of(on)
		at := slices.IndexFunc(all, func(o owedOnce) bool { return o.x.Period == now.Key && o.m.State == ledger.Open })
		if at < 0 {
			continue
		}
		win, err := a.window(r, now.Key)
		if err != nil {
			return nil, err
		}
		filed, err := r.File(all[at].m, all[at].x, win, ledger.Filed{Text: text, On: on}, "", by)
		if err != nil {
			return nil, err
		}
		m, err := a.apply(matter{Commitment: all[at].m}, filed)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}
