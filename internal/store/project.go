package store

import (
	"context"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// Projects gives all projects of the district in order of code.
func (s *Store) Projects(ctx context.Context, d ledger.DistrictID) ([]ledger.Project, error) {
	return all[ledger.Project](s.in(ctx, d).Order("code"))
}

// Project finds a project.
func (s *Store) Project(ctx context.Context, d ledger.DistrictID, id ledger.ProjectID) (ledger.Project, error) {
	inTx := s.tx != nil && d == s.tx.District
	if inTx {
		if p, ok := s.tx.conn().known.projects[id]; ok {
			return p, nil
		}
	}
	p, err := one[ledger.Project](s.in(ctx, d).Where("id = ?", id), "没有这个项目。")
	if inTx && err == nil {
		s.tx.conn().known.project(p)
	}
	return p, err
}

// ProjectByCode finds a project by its code.
func (s *Store) ProjectByCode(ctx context.Context, d ledger.DistrictID, code string) (ledger.Project, error) {
	return one[ledger.Project](s.in(ctx, d).Where("code = ?", code), "没有这个项目。")
}

// Aliases gives all aliases of the district's projects.
func (s *Store) Aliases(ctx context.Context, d ledger.DistrictID) ([]ledger.Alias, error) {
	return all[ledger.Alias](s.in(ctx, d).Order("project_id, name"))
}

// Rosters gives who stands around each of the projects, read in a fixed number of queries.
func (s *Store) Rosters(ctx context.Context, d ledger.DistrictID, ids []ledger.ProjectID) (map[ledger.ProjectID]ledger.Roster, error) {
	out := make(map[ledger.ProjectID]ledger.Roster, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	groups, err := s.Groups(ctx, d)
	if err != nil {
		return nil, err
	}
	for _, part := range chunks(ids) {
		projects, err := all[ledger.Project](s.in(ctx, d).Where("id IN ?", part))
		if err != nil {
			return nil, err
		}
		bound, err := all[ledger.GroupProject](s.in(ctx, d).Where("project_id IN ?", part))
		if err != nil {
			return nil, err
		}
		members, err := all[ledger.Member](s.in(ctx, d).Where("project_id IN ?", part).Order("person_id"))
		if err != nil {
			return nil, err
		}
		for _, p := range projects {
			out[p.ID] = ledger.Roster{Project: p, Groups: groups, Bound: map[ledger.GroupID]bool{}}
		}
		for _, b := range bound {
			out[b.ProjectID].Bound[b.GroupID] = true
		}
		for _, m := range members {
			r := out[m.ProjectID]
			r.Members = append(r.Members, m.PersonID)
			out[m.ProjectID] = r
		}
	}
	return out, nil
}

// Roster gives who stands around one project; of none (0) the district's groups alone.
func (s *Store) Roster(ctx context.Context, d ledger.DistrictID, id ledger.ProjectID) (ledger.Roster, error) {
	if id == 0 {
		groups, err := s.Groups(ctx, d)
		return ledger.Roster{Groups: groups}, err
	}
	all, err := s.Rosters(ctx, d, []ledger.ProjectID{id})
	return all[id], err
}

// UpdateByReceipt finds a report by its receipt.
func (s *Store) UpdateByReceipt(ctx context.Context, d ledger.DistrictID, receipt string) (ledger.Update, error) {
	return one[ledger.Update](s.in(ctx, d).Where("receipt = ?", receipt), "没有这个回执号，请核对后再发。")
}

// LastUpdate finds the latest report of a project that was not withdrawn.
func (s *Store) LastUpdate(ctx context.Context, d ledger.DistrictID, id ledger.ProjectID) (ledger.Update, error) {
	return one[ledger.Update](s.in(ctx, d).Where("project_id = ? AND withdrawn_at = 0", id).Order("id DESC"), "该项目还没有报送记录。")
}

// LastUpdates gives up to limit of a project's reports that were not withdrawn, newest first.
func (s *Store) LastUpdates(ctx context.Context, d ledger.DistrictID, id ledger.ProjectID, limit int) ([]ledger.Update, error) {
	return all[ledger.Update](s.in(ctx, d).Where("project_id = ? AND withdrawn_at = 0", id).Order("id DESC").Limit(limit))
}

// LastUpdateBy finds a person's latest report that was not withdrawn, made by the person or on the person's
// behalf.
func (s *Store) LastUpdateBy(ctx context.Context, d ledger.DistrictID, id ledger.PersonID) (ledger.Update, error) {
	var last ledger.Update
	for _, of := range []string{"person_id", "for_id"} {
		rows, err := all[ledger.Update](s.in(ctx, d).Where(of+" = ? AND withdrawn_at = 0", id).Order("id DESC").Limit(1))
		switch {
		case err != nil:
			return last, err
		case len(rows) == 1 && rows[0].ID > last.ID:
			last = rows[0]
		}
	}
	if last.ID == 0 {
		return last, fault.New(fault.NotFound, "您还没有可撤回的报送。")
	}
	return last, nil
}

// UpdatesBetween gives the reports of the days from first to last that were not withdrawn, oldest first.
func (s *Store) UpdatesBetween(ctx context.Context, d ledger.DistrictID, first, last workday.Day) ([]ledger.Update, error) {
	return all[ledger.Update](s.in(ctx, d).Where("`on` BETWEEN ? AND ? AND withdrawn_at = 0", first, last).Order("id"))
}
