package store

import (
	"context"
	"fmt"

	"duban/internal/clock"
	"duban/internal/ledger"
)

// Prospect finds what a lead is about.
func (s *Store) Prospect(ctx context.Context, d ledger.DistrictID, id ledger.CommitmentID) (ledger.Prospect, error) {
	return one[ledger.Prospect](s.in(ctx, d).Where("commitment_id = ?", id), "没有这条线索。")
}

// ProspectAt finds the lead that somebody entered at the moment.
func (s *Store) ProspectAt(ctx context.Context, d ledger.DistrictID, by ledger.PersonID, at clock.Instant) (ledger.Prospect, error) {
	return one[ledger.Prospect](s.in(ctx, d).Where("created_at = ? AND entered_by = ?", at, by), "没有这条线索。")
}

// ProspectsLike gives the leads of the enterprise that were entered since the moment, oldest first.
func (s *Store) ProspectsLike(ctx context.Context, d ledger.DistrictID, likeness string, since clock.Instant) ([]ledger.Prospect, error) {
	return all[ledger.Prospect](s.in(ctx, d).Where("likeness = ? AND created_at >= ?", likeness, since).Order("id"))
}

// ProspectsSince gives the leads entered since the moment, oldest first.
func (s *Store) ProspectsSince(ctx context.Context, d ledger.DistrictID, since clock.Instant) ([]ledger.Prospect, error) {
	return all[ledger.Prospect](s.in(ctx, d).Where("created_at >= ?", since).Order("id"))
}

// ProspectsOf gives what the leads are about.
func (s *Store) ProspectsOf(ctx context.Context, d ledger.DistrictID, ids []ledger.CommitmentID) (map[ledger.CommitmentID]ledger.Prospect, error) {
	rows, err := rowsOf[ledger.Prospect](ctx, s, d, "commitment_id", ids)
	out := make(map[ledger.CommitmentID]ledger.Prospect, len(rows))
	for _, p := range rows {
		out[p.CommitmentID] = p
	}
	return out, err
}

// applyLeads writes new leads, each tied to the answer owed to it.
func (t *Tx) applyLeads(o *ledger.Outcome, w *Written) error {
	for _, d := range o.Leads {
		owed := ledger.Outcome{New: []ledger.Commitment{d.Commitment}}
		if err := t.applyNew(&owed, w); err != nil {
			return err
		}
		p := d.Prospect
		p.CommitmentID = owed.New[0].ID
		if err := t.db.Create(&p).Error; err != nil {
			return fmt.Errorf("write the lead: %w", err)
		}
	}
	return nil
}

// applyProspects writes what became of leads. The commitment, which every act on a lead changes, guards the row.
func (t *Tx) applyProspects(o *ledger.Outcome, _ *Written) error {
	for _, p := range o.Prospects {
		up := t.in().Model(&ledger.Prospect{}).Where("id = ?", p.ID).Select("unit_id", "due_at", "answered_at", "moves", "project_id").Updates(&p)
		if up.Error != nil {
			return fmt.Errorf("write lead %d: %w", p.ID, up.Error)
		}
	}
	return nil
}
