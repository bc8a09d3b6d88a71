package store

import (
	"context"

	"duban/internal/ledger"
)

// ElementsOf gives what was ever owed of the elements the projects lack, by project.
func (s *Store) ElementsOf(ctx context.Context, d ledger.DistrictID, ids []ledger.ProjectID) (map[ledger.ProjectID][]ledger.Commitment, error) {
	rows, err := rowsOf[ledger.Commitment](ctx, s, d, "project_id", ids, "kind = ?", ledger.Element)
	out := map[ledger.ProjectID][]ledger.Commitment{}
	for _, m := range rows {
		out[m.ProjectID] = append(out[m.ProjectID], m)
	}
	return out, err
}
