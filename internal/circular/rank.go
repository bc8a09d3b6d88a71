package circular

import (
	"context"
	"encoding/json"
	"fmt"

	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/score"
	"duban/internal/store"
	"duban/internal/workday"
)

// rank gives the ranking of a period: parks, bureaus and streets by the projects they host,
// departments by those they lead. Suspended projects count for nobody.
func (c *Circular) rank(ctx context.Context, p period.Period, snaps []store.Snapshot) ([]store.Ranking, error) {
	units, err := c.Store.Units(ctx, c.District)
	if err != nil {
		return nil, fmt.Errorf("read the units: %w", err)
	}
	before, err := c.Store.Rankings(ctx, c.District, p.Prev().Key)
	if err != nil {
		return nil, fmt.Errorf("read the ranking before: %w", err)
	}
	last := map[ledger.UnitID]int{}
	for _, r := range before {
		last[r.UnitID] = r.Place
	}
	hosted, led := map[ledger.UnitID][]score.Work{}, map[ledger.UnitID][]score.Work{}
	for _, s := range snaps {
		if s.Colour != ledger.Grey {
			hosted[s.HostUnitID] = append(hosted[s.HostUnitID], workOf(s))
			led[s.LeadUnitID] = append(led[s.LeadUnitID], workOf(s))
		}
	}
	var in []score.Unit
	for _, kind := range ledger.UnitKinds {
		for _, u := range units {
			if u.Kind != kind {
				continue
			}
			works := hosted[u.ID]
			if kind == ledger.Department {
				works = led[u.ID]
			}
			in = append(in, score.Unit{ID: int64(u.ID), Kind: string(kind), Order: u.Sort, Works: works, Last: last[u.ID]})
		}
	}
	var out []store.Ranking
	for _, place := range score.Rank(in, int(elapsed(period.Plan(p, c.Calendar).CutOff)), c.Weights) {
		parts, err := json.Marshal(place.Parts)
		if err != nil {
			return nil, fmt.Errorf("keep the parts of a score: %w", err)
		}
		out = append(out, store.Ranking{
			UnitID: ledger.UnitID(place.Unit), Kind: ledger.UnitKind(place.Kind), Place: place.Place, Moved: place.Moved,
			Score: place.Score, Parts: string(parts),
		})
	}
	return out, nil
}

func workOf(s store.Snapshot) score.Work {
	return score.Work{
		Progress: int(s.Progress), Planned: int(s.Planned), Invested: int64(s.InvestedYear), Plan: int64(s.PlannedYear),
		NodesDue: s.Facts.NodesDue, NodesKept: s.Facts.NodesKept, Strikes: s.Facts.Strikes, Contested: s.Facts.Contested, Missed: s.Facts.Missed,
	}
}

// elapsed is the share of the year gone at the end of the day (序时进度).
func elapsed(day workday.Day) ledger.Percent {
	first, next := workday.NewDay(day.Year(), 1, 1), workday.NewDay(day.Year()+1, 1, 1)
	return share(int64(day.Sub(first)+1), int64(next.Sub(first)))
}

// share gives part of whole to a tenth of a percent; of nothing it is nothing.
func share(part, whole int64) ledger.Percent {
	if whole == 0 {
		return 0
	}
	return ledger.Percent(float64(part)/float64(whole)*1000+0.5) * 10
}
