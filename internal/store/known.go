package store

import (
	"context"

	"duban/internal/ledger"
)

// known are rows of the ledger a transaction has read or written, so that it does not read them again.
// Whatever writes their tables by another way than told of here makes it forget them, see conn.before.
type known struct {
	projects map[ledger.ProjectID]ledger.Project
	filings  map[ledger.ProjectID][]ledger.Commitment // open ones
	owed     map[ledger.PersonID][]ledger.ProjectID   // on which the person owes something
}

// forget drops what a statement that writes the table may change.
func (k *known) forget(table string) {
	switch table {
	case "projects":
		k.projects = nil
	case "commitments":
		k.filings, k.owed = nil, nil
	}
}

// project keeps a row as the transaction now has it.
func (k *known) project(p ledger.Project) {
	if k.projects == nil {
		k.projects = map[ledger.ProjectID]ledger.Project{}
	}
	k.projects[p.ID] = p
}

// Foresee reads together what acts of the people on the projects will ask for one by one: it changes
// nothing but the number of statements. Zero ids name nothing.
func (t *Tx) Foresee(ctx context.Context, people []ledger.PersonID, projects []ledger.ProjectID) error {
	k, read := &t.conn().known, t.Reads()
	rows, err := rowsOf[ledger.Project](ctx, read, t.District, "id", projects)
	if err != nil {
		return err
	}
	for _, p := range rows {
		k.project(p)
	}
	filings, err := rowsOf[ledger.Commitment](ctx, read, t.District, "project_id", projects, "kind = ? AND state = ?", ledger.Filing, ledger.Open)
	if err != nil {
		return err
	}
	k.filings = map[ledger.ProjectID][]ledger.Commitment{}
	for _, id := range projects {
		k.filings[id] = nil
	}
	for _, m := range filings {
		k.filings[m.ProjectID] = append(k.filings[m.ProjectID], m)
	}
	owed, err := read.owed(ctx, t.District, people)
	k.owed = owed
	return err
}

// OpenFilings gives the filings that are owed on a project, in order of due day.
func (s *Store) OpenFilings(ctx context.Context, d ledger.DistrictID, id ledger.ProjectID) ([]ledger.Commitment, error) {
	if s.tx != nil && d == s.tx.District {
		if rows, ok := s.tx.conn().known.filings[id]; ok {
			return rows, nil
		}
	}
	return all[ledger.Commitment](s.in(ctx, d).Where("project_id = ? AND kind = ? AND state = ?", id, ledger.Filing, ledger.Open).Order("due_on, id"))
}

// owed gives the projects on which each of the people owes something.
func (s *Store) owed(ctx context.Context, d ledger.DistrictID, people []ledger.PersonID) (map[ledger.PersonID][]ledger.ProjectID, error) {
	out := make(map[ledger.PersonID][]ledger.ProjectID, len(people))
	var ask []ledger.PersonID
	for _, id := range people {
		if s.tx != nil && d == s.tx.District {
			if projects, ok := s.tx.conn().known.owed[id]; ok {
				out[id] = projects
				continue
			}
		}
		out[id] = nil
		ask = append(ask, id)
	}
	for _, part := range chunks(ask) {
		rows, err := all[ledger.Commitment](s.in(ctx, d).Select("DISTINCT owner_id, project_id").
			Where("owner_id IN ? AND state IN ? AND project_id > 0", part, []ledger.State{ledger.Open, ledger.Reported}))
		if err != nil {
			return nil, err
		}
		for _, m := range rows {
			out[m.OwnerID] = append(out[m.OwnerID], m.ProjectID)
		}
	}
	return out, nil
}
