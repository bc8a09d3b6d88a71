package store

import (
	"context"
	"fmt"

	"gorm.io/gorm/clause"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// Chains gives the industry chains of the district. The list is shared and never changed.
func (s *Store) Chains(ctx context.Context, d ledger.DistrictID) ([]ledger.Industry, error) {
	return remembered(ctx, s, d, theChains, func() ([]ledger.Industry, error) {
		return all[ledger.Industry](s.in(ctx, d).Order("code"))
	})
}

// Leaves gives the leaves that were not ended early, those that are over too. The list is shared and never
// changed.
func (s *Store) Leaves(ctx context.Context, d ledger.DistrictID) ([]ledger.Leave, error) {
	return remembered(ctx, s, d, theLeaves, func() ([]ledger.Leave, error) {
		since := workday.DayOf(s.clock.Now()).AddDays(-7) // of those before nobody asks
		return all[ledger.Leave](s.in(ctx, d).Where("until_on >= ? AND ended_at = 0", since).Order("from_on, id"))
	})
}

// LeaveAt finds the leave of somebody that was written down, or ended, at the moment.
func (s *Store) LeaveAt(ctx context.Context, d ledger.DistrictID, who ledger.PersonID, at clock.Instant, ended bool) (ledger.Leave, error) {
	moment := "asked_at = ?"
	if ended {
		moment = "ended_at = ?"
	}
	return one[ledger.Leave](s.in(ctx, d).Where("person_id = ?", who).Where(moment, at), "没有这次请假。")
}

// Successions gives who took over which post, oldest first.
func (s *Store) Successions(ctx context.Context, d ledger.DistrictID) ([]ledger.Succession, error) {
	return all[ledger.Succession](s.in(ctx, d).Order("id"))
}

// SuccessionAt finds the succession by which somebody's post was handed over at the moment.
func (s *Store) SuccessionAt(ctx context.Context, d ledger.DistrictID, from ledger.PersonID, at int64) (ledger.Succession, error) {
	return one[ledger.Succession](s.in(ctx, d).Where("from_id = ? AND `at` = ?", from, at), "没有这次岗位交接。")
}

// ChargeOf gives what a person has to do, in a fixed number of queries.
func (s *Store) ChargeOf(ctx context.Context, d ledger.DistrictID, id ledger.PersonID) (c ledger.Charge, err error) {
	if c.Matters, err = s.OwedBy(ctx, d, id); err != nil {
		return c, err
	}
	if c.Projects, err = all[ledger.Project](s.in(ctx, d).Where("leader_id = ? OR owner_id = ? OR service_id = ?", id, id, id).Order("code")); err != nil {
		return c, err
	}
	members, err := all[ledger.Member](s.in(ctx, d).Where("person_id = ?", id).Order("project_id"))
	if err != nil {
		return c, err
	}
	for _, m := range members {
		c.Member = append(c.Member, m.ProjectID)
	}
	if c.Chains, err = all[ledger.Industry](s.in(ctx, d).Where("leader_id = ?", id).Order("code")); err != nil {
		return c, err
	}
	c.Groups, err = all[ledger.Group](s.in(ctx, d).Where("leader_id = ?", id).Order("id"))
	return c, err
}

func (t *Tx) applyLeaves(o *ledger.Outcome, _ *Written) error {
	for _, l := range o.Leaves {
		if l.ID == 0 {
			if err := t.db.Create(&l).Error; err != nil {
				return fmt.Errorf("write the leave: %w", err)
			}
			continue
		}
		up := t.in().Model(&ledger.Leave{}).Where("id = ? AND ended_at = 0", l.ID).Update("ended_at", l.EndedAt)
		if up.Error != nil {
			return fmt.Errorf("end leave %d: %w", l.ID, up.Error)
		}
		if up.RowsAffected != 1 {
			return errMoved
		}
	}
	return nil
}

// applyPosts writes who holds a post now, and moves what of the register names the holder. The rows of a
// task force that both were of become one.
func (t *Tx) applyPosts(o *ledger.Outcome, _ *Written) error {
	for _, m := range o.Posts {
		s := m.Succession
		if err := t.db.Create(&s).Error; err != nil {
			return fmt.Errorf("write the succession: %w", err)
		}
		for _, p := range []ledger.Person{m.From, m.To} {
			if p.Roles == nil {
				p.Roles = []ledger.Role{}
			}
			if err := put(t, &p, int64(p.ID), "person "+p.Code); err != nil {
				return err
			}
		}
		if err := t.in().Where("person_id = ?", s.FromID).Delete(&ledger.Member{}).Error; err != nil {
			return fmt.Errorf("move the task forces: %w", err)
		}
		for _, id := range s.Moved.Member {
			row := ledger.Member{DistrictID: t.District, ProjectID: id, PersonID: s.ToID}
			if err := t.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
				return fmt.Errorf("move the task forces: %w", err)
			}
		}
		for _, table := range []any{&ledger.Industry{}, &ledger.Group{}} {
			if err := t.in().Model(table).Where("leader_id = ?", s.FromID).Update("leader_id", s.ToID).Error; err != nil {
				return fmt.Errorf("move what the leader has: %w", err)
			}
		}
	}
	return nil
}

// PutChain inserts an industry chain without id, or writes all of one that has one.
func (t *Tx) PutChain(c *ledger.Industry) error {
	c.DistrictID = t.District
	return put(t, c, c.ID, "chain "+c.Code)
}
