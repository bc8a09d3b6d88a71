package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"duban/internal/fault"
	"duban/internal/ledger"
)

// Found finds the district of the code, or founds it with the name.
func (s *Store) Found(ctx context.Context, code, name string) (ledger.District, error) {
	d, err := s.DistrictByCode(ctx, code)
	if fault.CodeOf(err) != fault.NotFound {
		return d, err
	}
	d = ledger.District{Code: code, Name: name}
	err = s.Write(ctx, 0, func(t *Tx) error { return t.db.Create(&d).Error })
	switch {
	case isDuplicate(err):
		return s.DistrictByCode(ctx, code) // another process was quicker
	case err != nil:
		return d, fmt.Errorf("found the district: %w", err)
	}
	return d, nil
}

// AllGroups gives the groups of the district, those that are closed too.
func (s *Store) AllGroups(ctx context.Context, d ledger.DistrictID) ([]ledger.Group, error) {
	return all[ledger.Group](s.in(ctx, d).Order("id"))
}

// AllRoutes gives the ways to reach the groups of the district, those that are gone too.
func (s *Store) AllRoutes(ctx context.Context, d ledger.DistrictID) ([]ledger.GroupRoute, error) {
	return all[ledger.GroupRoute](s.in(ctx, d).Order("group_id, ord"))
}

// AllAccounts gives the accounts of all persons of the district.
func (s *Store) AllAccounts(ctx context.Context, d ledger.DistrictID) ([]ledger.Account, error) {
	return all[ledger.Account](s.in(ctx, d).Order("person_id, platform, user_id"))
}

// AllMembers gives the task forces of all projects of the district.
func (s *Store) AllMembers(ctx context.Context, d ledger.DistrictID) ([]ledger.Member, error) {
	return all[ledger.Member](s.in(ctx, d).Order("project_id, person_id"))
}

// CommitmentsOfKind gives all commitments of a kind, closed ones too, in order of id.
func (s *Store) CommitmentsOfKind(ctx context.Context, d ledger.DistrictID, k ledger.Kind) ([]ledger.Commitment, error) {
	return all[ledger.Commitment](s.in(ctx, d).Where("kind = ?", k).Order("id"))
}

// RenameDistrict writes the district's name.
func (t *Tx) RenameDistrict(name string) error {
	if err := t.db.Model(&ledger.District{}).Where("id = ?", t.District).Update("name", name).Error; err != nil {
		return fmt.Errorf("name the district: %w", err)
	}
	return nil
}

// PutUnit inserts a unit without id, or writes all of one that has one.
func (t *Tx) PutUnit(u *ledger.Unit) error {
	u.DistrictID = t.District
	return put(t, u, int64(u.ID), "unit "+u.Code)
}

// PutPerson inserts a person without id, or writes all of one that has one. The accounts take the
// place of those the person had.
func (t *Tx) PutPerson(p *ledger.Person, accounts []ledger.Account) error {
	p.DistrictID = t.District
	if p.Roles == nil {
		p.Roles = []ledger.Role{} // a nil list would be written as NULL
	}
	if err := put(t, p, int64(p.ID), "person "+p.Code); err != nil {
		return err
	}
	for i := range accounts {
		accounts[i].DistrictID, accounts[i].PersonID = t.District, p.ID
	}
	return replace(t, accounts, t.in().Where("person_id = ?", p.ID), "the accounts of "+p.Code)
}

// RenameAccount gives an account the platform's new user id; it stays the same person's.
func (t *Tx) RenameAccount(platform, old, id string) error {
	up := t.in().Model(&ledger.Account{}).Where("platform = ? AND user_id = ?", platform, old).Update("user_id", id)
	if up.Error != nil {
		return fmt.Errorf("rename an account: %w", up.Error)
	}
	return nil
}

// PutProject inserts a project without id, or writes all of one that has one, unless it moved since it
// was read. The aliases and the task force take the place of those it had.
func (t *Tx) PutProject(p *ledger.Project, aliases []ledger.Alias, members []ledger.Member) error {
	p.DistrictID = t.District
	if p.ID == 0 {
		if err := put(t, p, 0, "project "+p.Code); err != nil {
			return err
		}
	} else if _, err := t.Apply(ledger.Outcome{Projects: []ledger.Project{*p}}); err != nil {
		return err
	}
	for i := range aliases {
		aliases[i].DistrictID, aliases[i].ProjectID = t.District, p.ID
	}
	for i := range members {
		members[i].DistrictID, members[i].ProjectID = t.District, p.ID
	}
	if err := replace(t, aliases, t.in().Where("project_id = ?", p.ID), "the aliases of "+p.Code); err != nil {
		return err
	}
	return replace(t, members, t.in().Where("project_id = ?", p.ID), "the task force of "+p.Code)
}

// PutGroup inserts a group without id, or writes all of one that has one. The routes and the projects
// take the place of those it had.
func (t *Tx) PutGroup(g *ledger.Group, routes []ledger.GroupRoute, projects []ledger.GroupProject) error {
	g.DistrictID = t.District
	if err := put(t, g, int64(g.ID), "group "+g.Code); err != nil {
		return err
	}
	for i := range routes {
		routes[i].DistrictID, routes[i].GroupID, routes[i].Ord = t.District, g.ID, i+1
	}
	for i := range projects {
		projects[i].DistrictID, projects[i].GroupID = t.District, g.ID
	}
	if err := replace(t, routes, t.in().Where("group_id = ?", g.ID), "the routes of "+g.Code); err != nil {
		return err
	}
	return replace(t, projects, t.in().Where("group_id = ?", g.ID), "the projects of "+g.Code)
}

// PutMilestone writes what the register may change of a milestone that is there: its words and weight.
// Dates and states change by acts alone.
func (t *Tx) PutMilestone(m ledger.Commitment) error {
	up := t.in().Model(&ledger.Commitment{}).Where("id = ? AND version = ?", m.ID, m.Version).
		Updates(map[string]any{"title": m.Title, "weight": m.Weight, "unit_id": m.UnitID, "owner_id": m.OwnerID, "version": m.Version + 1})
	switch {
	case up.Error != nil:
		return fmt.Errorf("write milestone %s: %w", m.Code, up.Error)
	case up.RowsAffected != 1:
		return errMoved
	}
	return nil
}

func put[T any](t *Tx, row *T, id int64, what string) error {
	var err error
	if id == 0 {
		err = t.db.Create(row).Error
	} else {
		err = t.in().Model(row).Where("id = ?", id).Select("*").Omit("id", "district_id").Updates(row).Error
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}

// replace deletes the old rows and inserts the new ones.
func replace[T any](t *Tx, rows []T, old *gorm.DB, what string) error {
	if err := old.Delete(new(T)).Error; err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return create(t.db, rows, what)
}

// Bind makes a project a group's own; one that is bound already stays so.
func (t *Tx) Bind(g ledger.GroupID, p ledger.ProjectID) error {
	row := ledger.GroupProject{DistrictID: t.District, GroupID: g, ProjectID: p}
	if err := t.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return fmt.Errorf("bind project %d to group %d: %w", p, g, err)
	}
	return nil
}

// Unbind takes a project from a group.
func (t *Tx) Unbind(g ledger.GroupID, p ledger.ProjectID) error {
	if err := t.in().Where("group_id = ? AND project_id = ?", g, p).Delete(&ledger.GroupProject{}).Error; err != nil {
		return fmt.Errorf("take project %d from group %d: %w", p, g, err)
	}
	return nil
}

// FoundGroup writes a group that was met in chat, with its one route and a code of its own.
func (t *Tx) FoundGroup(g ledger.Group, route ledger.GroupRoute) (ledger.Group, error) {
	for {
		n, err := t.Next("code:group", 1)
		if err != nil {
			return g, err
		}
		g.DistrictID, g.Code = t.District, fmt.Sprintf("Q%04d", n)
		err = t.db.Create(&g).Error
		if isDuplicate(err) {
			continue // the register used this code
		}
		if err != nil {
			return g, fmt.Errorf("write the group: %w", err)
		}
		route.DistrictID, route.GroupID, route.Ord = t.District, g.ID, 1
		return g, create(t.db, []ledger.GroupRoute{route}, "the group's route")
	}
}
