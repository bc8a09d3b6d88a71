package store

import (
	"fmt"

	"gorm.io/gorm/clause"

	"duban/internal/ledger"
)

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
