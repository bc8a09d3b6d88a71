package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"duban/internal/fault"
	"duban/internal/ledger"
)

// one reads one row, turning "none" into a fault with the sentence.
func one[T any](q *gorm.DB, sentence string) (T, error) {
	var row T
	err := q.Take(&row).Error
	switch {
	case err == nil:
		return row, nil
	case errors.Is(err, gorm.ErrRecordNotFound):
		return row, fault.New(fault.NotFound, sentence)
	}
	return row, fmt.Errorf("read a row: %w", err)
}

// DistrictByCode finds a district.
func (s *Store) DistrictByCode(ctx context.Context, code string) (ledger.District, error) {
	return one[ledger.District](s.db.WithContext(ctx).Where("code = ?", code), "没有这个区的台账，请先导入名册。")
}

// Units gives all units of the district.
func (s *Store) Units(ctx context.Context, d ledger.DistrictID) ([]ledger.Unit, error) {
	units, err := remembered(ctx, s, d, theUnits, func() ([]ledger.Unit, error) {
		return all[ledger.Unit](s.in(ctx, d).Order("sort, id"))
	})
	return slices.Clone(units), err
}

// What is remembered of the register, besides rows by their ids.
type (
	theWhole    string
	theAccount  struct{ platform, userID string }
	theTarget   struct{ platform, target string }
	theMember   ledger.PersonID
	theBound    ledger.GroupID
	theBelow    ledger.UnitID
	thePerson   ledger.PersonID // in a list of one, empty for nobody
	theGroup    ledger.GroupID
	theRoutes   ledger.GroupID
	theAccounts ledger.PersonID
)

const (
	theUnits  theWhole = "units"
	theGroups theWhole = "groups"
	theChains theWhole = "chains"
	theLeaves theWhole = "leaves"
)

// People gives all persons of the district.
func (s *Store) People(ctx context.Context, d ledger.DistrictID) ([]ledger.Person, error) {
	return all[ledger.Person](s.in(ctx, d).Order("id"))
}

// Person finds a person.
func (s *Store) Person(ctx context.Context, d ledger.DistrictID, id ledger.PersonID) (ledger.Person, error) {
	return remembered(ctx, s, d, id, func() (ledger.Person, error) {
		return one[ledger.Person](s.in(ctx, d).Where("id = ?", id), "名册中没有此人。")
	})
}

// PersonByAccount finds who stands behind a platform's user id.
func (s *Store) PersonByAccount(ctx context.Context, d ledger.DistrictID, platform, userID string) (ledger.Person, error) {
	s, err := s.once(ctx, d)
	if err != nil {
		return ledger.Person{}, err
	}
	a, err := remembered(ctx, s, d, theAccount{platform, userID}, func() (ledger.Account, error) {
		return one[ledger.Account](s.in(ctx, d).Where("platform = ? AND user_id = ?", platform, userID), "名册中没有此账号。")
	})
	if err != nil {
		return ledger.Person{}, err
	}
	return s.Person(ctx, d, a.PersonID)
}

// Accounts gives a person's accounts on all platforms.
func (s *Store) Accounts(ctx context.Context, d ledger.DistrictID, id ledger.PersonID) ([]ledger.Account, error) {
	return all[ledger.Account](s.in(ctx, d).Where("person_id = ?", id).Order("platform, user_id"))
}

// Groups gives the active groups of the district.
func (s *Store) Groups(ctx context.Context, d ledger.DistrictID) ([]ledger.Group, error) {
	groups, err := remembered(ctx, s, d, theGroups, func() ([]ledger.Group, error) {
		return all[ledger.Group](s.in(ctx, d).Where("active = ?", true).Order("id"))
	})
	return slices.Clone(groups), err
}

// Group finds a group.
func (s *Store) Group(ctx context.Context, d ledger.DistrictID, id ledger.GroupID) (ledger.Group, error) {
	return remembered(ctx, s, d, id, func() (ledger.Group, error) {
		return one[ledger.Group](s.in(ctx, d).Where("id = ?", id), "没有这个群。")
	})
}

// GroupByTarget finds the group that is reached at the target on the platform, by whatever route.
func (s *Store) GroupByTarget(ctx context.Context, d ledger.DistrictID, platform, target string) (ledger.Group, error) {
	s, err := s.once(ctx, d)
	if err != nil {
		return ledger.Group{}, err
	}
	r, err := remembered(ctx, s, d, theTarget{platform, target}, func() (ledger.GroupRoute, error) {
		return one[ledger.GroupRoute](s.in(ctx, d).Where("platform = ? AND target = ?", platform, target), "本群尚未绑定，请联系项目办。")
	})
	if err != nil {
		return ledger.Group{}, err
	}
	return s.Group(ctx, d, r.GroupID)
}

// GroupProjects gives which projects each group of the district carries.
func (s *Store) GroupProjects(ctx context.Context, d ledger.DistrictID) ([]ledger.GroupProject, error) {
	return all[ledger.GroupProject](s.in(ctx, d))
}
