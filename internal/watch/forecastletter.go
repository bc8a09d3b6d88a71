package watch

import (
	"cmp"
	"context"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
	"duban/internal/workday"
	"fmt"
	"slices"
	"strings"
)

// foreseen is one node of notice/forecast.
type foreseen struct {
	No   int
	M    ledger.Commitment
	P    ledger.Project
	F    ledger.Forecast
	Late int // working days
}

// composeForecast words what was reckoned on a day for one recipient: "forecast:2026-03-02".
func (w *Watch) composeForecast(ctx context.Context, of string, d store.Delivery, v ledger.Viewer) (words.Letter, error) {
	on, err := workday.ParseDay(of)
	if err != nil {
		return words.Letter{}, fmt.Errorf("compose forecast:%s: %w", of, err)
	}
	projects, err := w.Store.ProjectsCalledFor(ctx, w.District, v)
	if err != nil {
		return words.Letter{}, err
	}
	by := map[ledger.ProjectID]ledger.Project{}
	var ids []ledger.ProjectID
	for _, p := range projects {
		if ledger.Entitled(v, &p) && !p.Suspended {
			by[p.ID], ids = p, append(ids, p.ID)
		}
	}
	all, err := w.Store.ForecastsOn(ctx, w.District, ids, on)
	if err != nil {
		return words.Letter{}, err
	}
	nodes, err := w.Store.Milestones(ctx, w.District, ids)
	if err != nil {
		return words.Letter{}, err
	}
	rosters, err := w.Store.Rosters(ctx, w.District, ids)
	if err != nil {
		return words.Letter{}, err
	}
	var l words.Letter
	var lines []foreseen
	for _, f := range all {
		i := slices.IndexFunc(nodes[f.ProjectID], func(m ledger.Commitment) bool { return m.ID == f.CommitmentID })
		if i < 0 || !f.Told {
			continue
		}
		m := nodes[f.ProjectID][i]
		if f.Early(m, w.Rules, w.Calendar) && slices.Contains(ledger.ForecastAudience(m, rosters[f.ProjectID]), d.To()) {
			lines = append(lines, foreseen{M: m, P: by[f.ProjectID], F: f, Late: f.Late(w.Calendar)})
		}
	}
	if len(lines) == 0 {
		return words.Letter{Drop: "所提示的节点均已办结、延期或不再适用"}, nil
	}
	slices.SortFunc(lines, func(a, b foreseen) int {
		return cmp.Or(int(a.M.DueOn)-int(b.M.DueOn), strings.Compare(a.M.Code, b.M.Code))
	})
	for i := range lines {
		lines[i].No = i + 1
		l.About = append(l.About, lines[i].P)
	}
	l.Message, err = w.Words.Say("notice/forecast", lines)
	return l, err
}
