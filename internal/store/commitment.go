package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"duban/internal/ledger"
	"duban/internal/workday"
)

// Commitment finds a commitment.
func (s *Store) Commitment(ctx context.Context, d ledger.DistrictID, id ledger.CommitmentID) (ledger.Commitment, error) {
	return one[ledger.Commitment](s.in(ctx, d).Where("id = ?", id), "没有这个事项。")
}

// CommitmentByCode finds a commitment by its number, e.g. "J0012".
func (s *Store) CommitmentByCode(ctx context.Context, d ledger.DistrictID, code string) (ledger.Commitment, error) {
	return one[ledger.Commitment](s.in(ctx, d).Where("code = ?", code), fmt.Sprintf("没有编号为%s的事项，请核对后再发。", code))
}

// Commitments finds commitments by id.
func (s *Store) Commitments(ctx context.Context, d ledger.DistrictID, ids []ledger.CommitmentID) ([]ledger.Commitment, error) {
	var out []ledger.Commitment
	for part := range slices.Chunk(ids, manyIDs) {
		rows, err := all[ledger.Commitment](s.in(ctx, d).Where("id IN ?", part).Order("id"))
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

// CommitmentsOf gives a project's commitments, in order of due day.
func (s *Store) CommitmentsOf(ctx context.Context, d ledger.DistrictID, id ledger.ProjectID) ([]ledger.Commitment, error) {
	return all[ledger.Commitment](s.in(ctx, d).Where("project_id = ?", id).Order("due_on, id"))
}

// OpenCommitments gives what is open or waiting for acceptance in the district, in order of due day.
func (s *Store) OpenCommitments(ctx context.Context, d ledger.DistrictID) ([]ledger.Commitment, error) {
	return all[ledger.Commitment](s.in(ctx, d).Where("state IN ?", []ledger.State{ledger.Open, ledger.Reported}).Order("due_on, id"))
}

// DueForLook gives up to limit commitments whose next look has come, those that come after the given one
// in the order of (next look, id); the zero Commitment begins. That is the order of the index, so that
// a batch costs the same wherever a sweep stands and however many rows are due.
func (s *Store) DueForLook(ctx context.Context, d ledger.DistrictID, today workday.Day, after ledger.Commitment, limit int) ([]ledger.Commitment, error) {
	var out []ledger.Commitment
	if after.NextLook != 0 {
		same, err := all[ledger.Commitment](s.in(ctx, d).Where("next_look = ? AND id > ?", after.NextLook, after.ID).Order("id").Limit(limit))
		if err != nil || len(same) == limit {
			return same, err
		}
		out = same
	}
	rest, err := all[ledger.Commitment](s.in(ctx, d).Where("next_look BETWEEN ? AND ?", after.NextLook+1, today).
		Order("next_look, id").Limit(limit - len(out)))
	return append(out, rest...), err
}

// Cases gathers all that Decide may know of the commitments, in a fixed number of queries a batch.
func (s *Store) Cases(ctx context.Context, d ledger.DistrictID, ms []ledger.Commitment, scope ledger.Scope, suspended map[ledger.ProjectID]bool) ([]ledger.Case, error) {
	out := make([]ledger.Case, 0, len(ms))
	for _, part := range chunks(ms) {
		ids := make([]ledger.CommitmentID, len(part))
		at := make(map[ledger.CommitmentID]int, len(part))
		for i, m := range part {
			ids[i] = m.ID
			at[m.ID] = len(out)
			out = append(out, ledger.Case{Commitment: m, Suspended: suspended[m.ProjectID]})
		}
		steps, err := all[ledger.Step](s.in(ctx, d).Where("commitment_id IN ?", ids).Order("id"))
		if err != nil {
			return nil, err
		}
		for _, st := range steps {
			c := &out[at[st.CommitmentID]]
			c.Steps = append(c.Steps, st)
		}
		strikes, err := s.strikesAround(ctx, d, part, scope)
		if err != nil {
			return nil, err
		}
		for i := range part {
			c := &out[at[part[i].ID]]
			c.Strikes = strikes[scope.Key(part[i])]
		}
		moved, err := s.strikesMoved(ctx, d, part, scope)
		if err != nil {
			return nil, err
		}
		for _, k := range moved {
			c := &out[at[k.CommitmentID]]
			c.Strikes = append(slices.Clip(c.Strikes), k)
		}
	}
	return out, nil
}

// strikesAround gives the strikes in scope of the commitments, by the scope's key.
func (s *Store) strikesAround(ctx context.Context, d ledger.DistrictID, ms []ledger.Commitment, scope ledger.Scope) (map[ledger.ScopeKey][]ledger.Strike, error) {
	var projects []ledger.ProjectID
	var units []ledger.UnitID
	seen := map[ledger.ScopeKey]bool{}
	for _, m := range ms {
		k := scope.Key(m)
		if seen[k] {
			continue
		}
		seen[k] = true
		if k.Project != 0 {
			projects = append(projects, k.Project)
		} else {
			units = append(units, k.Unit)
		}
	}
	out := map[ledger.ScopeKey][]ledger.Strike{}
	for _, q := range []struct {
		where string
		ids   any
		n     int
	}{{"project_id IN ?", projects, len(projects)}, {"unit_id IN ?", units, len(units)}} {
		if q.n == 0 {
			continue
		}
		rows, err := all[ledger.Strike](s.in(ctx, d).Where(q.where, q.ids).Where("state = ?", ledger.StrikeStands).Order("id"))
		if err != nil {
			return nil, err
		}
		for _, st := range rows {
			k := scope.KeyOfStrike(st)
			out[k] = append(out[k], st)
		}
	}
	return out, nil
}

// strikesMoved gives the own strikes of the commitments that lie in another pot than the commitment does
// now: it was of another unit then. A strike stays with its commitment; for others it stays with the
// unit that answered for it when it was made.
func (s *Store) strikesMoved(ctx context.Context, d ledger.DistrictID, ms []ledger.Commitment, scope ledger.Scope) ([]ledger.Strike, error) {
	pots := map[ledger.CommitmentID]ledger.ScopeKey{}
	for _, m := range ms {
		if k := scope.Key(m); k.Project == 0 { // a project never changes
			pots[m.ID] = k
		}
	}
	if len(pots) == 0 {
		return nil, nil
	}
	own, err := all[ledger.Strike](s.in(ctx, d).Where("commitment_id IN ? AND state = ?", slices.Sorted(maps.Keys(pots)), ledger.StrikeStands).Order("id"))
	return slices.DeleteFunc(own, func(k ledger.Strike) bool { return scope.KeyOfStrike(k) == pots[k.CommitmentID] }), err
}

// RepliesOf gives what is owed for the supervision orders of a commitment.
func (s *Store) RepliesOf(ctx context.Context, d ledger.DistrictID, m ledger.Commitment) ([]ledger.Commitment, error) {
	orders := s.in(ctx, d).Model(&ledger.Order{}).Select("id").Where("commitment_id = ?", m.ID)
	return all[ledger.Commitment](s.in(ctx, d).Where("project_id = ? AND kind = ? AND order_id IN (?)", m.ProjectID, ledger.Reply, orders).Order("id"))
}

// Handovers gives the handovers of a commitment, oldest first.
func (s *Store) Handovers(ctx context.Context, d ledger.DistrictID, id ledger.CommitmentID) ([]ledger.Handover, error) {
	return all[ledger.Handover](s.in(ctx, d).Where("commitment_id = ?", id).Order("id"))
}

// HandedOver gives which commitments of the district were handed over, with who has them since.
func (s *Store) HandedOver(ctx context.Context, d ledger.DistrictID) (map[ledger.CommitmentID]ledger.Handover, error) {
	rows, err := all[ledger.Handover](s.in(ctx, d).Where("state = ?", "granted").Order("id"))
	out := make(map[ledger.CommitmentID]ledger.Handover, len(rows))
	for _, h := range rows {
		out[h.CommitmentID] = h
	}
	return out, err
}

// OwedBy gives what is open or waits for acceptance and is the person's to move, in order of due day.
func (s *Store) OwedBy(ctx context.Context, d ledger.DistrictID, id ledger.PersonID) ([]ledger.Commitment, error) {
	return all[ledger.Commitment](s.in(ctx, d).Where("owner_id = ? AND state IN ?", id, []ledger.State{ledger.Open, ledger.Reported}).Order("due_on, id"))
}

// OffProject gives what is open or waits for acceptance on no project, in order of due day.
func (s *Store) OffProject(ctx context.Context, d ledger.DistrictID) ([]ledger.Commitment, error) {
	return all[ledger.Commitment](s.in(ctx, d).Where("project_id = 0 AND state IN ?", []ledger.State{ledger.Open, ledger.Reported}).Order("due_on, id"))
}

// StrikesOf gives all strikes of a commitment, lifted ones too.
func (s *Store) StrikesOf(ctx context.Context, d ledger.DistrictID, id ledger.CommitmentID) ([]ledger.Strike, error) {
	return all[ledger.Strike](s.in(ctx, d).Where("commitment_id = ?", id).Order("id"))
}

// StepsOf gives all steps taken on a commitment, oldest first.
func (s *Store) StepsOf(ctx context.Context, d ledger.DistrictID, id ledger.CommitmentID) ([]ledger.Step, error) {
	return all[ledger.Step](s.in(ctx, d).Where("commitment_id = ?", id).Order("id"))
}

// LastExtension finds the extension of a commitment that was decided last.
func (s *Store) LastExtension(ctx context.Context, d ledger.DistrictID, id ledger.CommitmentID) (ledger.Extension, error) {
	return one[ledger.Extension](s.in(ctx, d).Where("commitment_id = ? AND state <> ?", id, "asked").Order("decided_at DESC, id DESC"), "没有审批过的延期申请。")
}

// AskedExtension finds the extension of a commitment that waits for a decision.
func (s *Store) AskedExtension(ctx context.Context, d ledger.DistrictID, id ledger.CommitmentID) (ledger.Extension, error) {
	return one[ledger.Extension](s.in(ctx, d).Where("commitment_id = ? AND state = ?", id, "asked").Order("id DESC"), "没有待审批的延期申请。")
}

// Order finds a supervision order by its year and number.
func (s *Store) Order(ctx context.Context, d ledger.DistrictID, year, number int) (ledger.Order, error) {
	return one[ledger.Order](s.in(ctx, d).Where("year = ? AND number = ?", year, number), "没有这个督办单号，请核对后再发。")
}

// Chronicle gives what happened to the subjects, newest first, without the acts that are like one of but.
func (s *Store) Chronicle(ctx context.Context, d ledger.DistrictID, subjects, but []string, limit, offset int) ([]ledger.Entry, error) {
	q := s.in(ctx, d).Where("subject IN ?", subjects)
	for _, act := range but {
		q = q.Where("act NOT LIKE ?", act)
	}
	return all[ledger.Entry](q.Order("id DESC").Limit(limit).Offset(offset))
}

// History gives what happened to a subject, oldest first.
func (s *Store) History(ctx context.Context, d ledger.DistrictID, subject string) ([]ledger.Entry, error) {
	return all[ledger.Entry](s.in(ctx, d).Where("subject = ?", subject).Order("id"))
}
