package store

import (
	"context"
	"fmt"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// applyToured gives new observations their numbers and writes them with stops and judges.
func (t *Tx) applyToured(o *ledger.Outcome, w *Written) error {
	for _, d := range o.Toured {
		next, err := t.Next("code:observation", 1)
		if err != nil {
			return err
		}
		row := d.Observation
		row.Code = fmt.Sprintf("G%04d", next)
		if err := t.db.Create(&row).Error; err != nil {
			return clash(t.db, err, "the observation")
		}
		stops := make([]ledger.ObservationStop, len(d.Stops))
		for i, s := range d.Stops {
			s.ObservationID = row.ID
			stops[i] = s
		}
		judges := make([]ledger.ObservationJudge, len(d.Judges))
		for i, p := range d.Judges {
			judges[i] = ledger.ObservationJudge{DistrictID: row.DistrictID, ObservationID: row.ID, PersonID: p}
		}
		if err := create(t.db, stops, "the stops"); err != nil {
			return err
		}
		if err := create(t.db, judges, "the judges"); err != nil {
			return err
		}
		w.Toured = append(w.Toured, row)
	}
	for _, row := range o.TouredOff {
		up := t.in().Model(&ledger.Observation{}).Where("id = ? AND cancelled = ?", row.ID, false).Update("cancelled", true)
		if err := justOne(up, "cancel the observation"); err != nil {
			return err
		}
	}
	return nil
}

// applyMarks writes scores; one that is changed takes the place of the one before.
func (t *Tx) applyMarks(o *ledger.Outcome, _ *Written) error {
	for _, m := range o.Marks {
		if m.ID == 0 {
			if err := t.db.Create(&m).Error; err != nil {
				return clash(t.db, err, "the score")
			}
			continue
		}
		up := t.in().Model(&ledger.ObservationMark{}).Where("id = ?", m.ID).Updates(map[string]any{"score": m.Score, "text": m.Text, "at": m.At})
		if err := justOne(up, "change the score"); err != nil {
			return err
		}
	}
	return nil
}

// Tour is an observation with all that belongs to it.
type Tour struct {
	ledger.Observation
	Stops    []ledger.ObservationStop // in order
	Judges   []ledger.PersonID
	Marks    []ledger.ObservationMark
	Projects map[ledger.ProjectID]ledger.Project
}

// Judge reports whether the person scores on the tour.
func (t Tour) Judge(p ledger.PersonID) bool {
	for _, j := range t.Judges {
		if j == p {
			return true
		}
	}
	return false
}

// LatestTour gives the observation with the latest day up to until that was not cancelled; until 0 is whenever.
// false: there is none.
func (s *Store) LatestTour(ctx context.Context, d ledger.DistrictID, until workday.Day) (Tour, bool, error) {
	q := s.in(ctx, d).Where("cancelled = ?", false)
	if until != 0 {
		q = q.Where("`on` <= ?", until)
	}
	o, err := one[ledger.Observation](q.Order("`on` DESC, id DESC"), "还没有安排观摩。")
	if fault.CodeOf(err) == fault.NotFound {
		return Tour{}, false, nil
	}
	if err != nil {
		return Tour{}, false, err
	}
	t, err := s.tour(ctx, d, o)
	return t, err == nil, err
}

// Tour finds an observation.
func (s *Store) Tour(ctx context.Context, d ledger.DistrictID, id ledger.ObservationID) (Tour, error) {
	o, err := one[ledger.Observation](s.in(ctx, d).Where("id = ?", id), "没有这次观摩。")
	if err != nil {
		return Tour{}, err
	}
	return s.tour(ctx, d, o)
}

// TourByCode finds an observation by its number.
func (s *Store) TourByCode(ctx context.Context, d ledger.DistrictID, code string) (Tour, error) {
	o, err := one[ledger.Observation](s.in(ctx, d).Where("code = ?", code), fmt.Sprintf("没有编号为%s的观摩，请核对后再发。", code))
	if err != nil {
		return Tour{}, err
	}
	return s.tour(ctx, d, o)
}

func (s *Store) tour(ctx context.Context, d ledger.DistrictID, o ledger.Observation) (t Tour, err error) {
	t.Observation = o
	if t.Stops, err = all[ledger.ObservationStop](s.in(ctx, d).Where("observation_id = ?", o.ID).Order("ord")); err != nil {
		return t, err
	}
	judges, err := all[ledger.ObservationJudge](s.in(ctx, d).Where("observation_id = ?", o.ID).Order("person_id"))
	if err != nil {
		return t, err
	}
	for _, j := range judges {
		t.Judges = append(t.Judges, j.PersonID)
	}
	if t.Marks, err = all[ledger.ObservationMark](s.in(ctx, d).Where("observation_id = ?", o.ID).Order("id")); err != nil {
		return t, err
	}
	ids := make([]ledger.ProjectID, len(t.Stops))
	for i, st := range t.Stops {
		ids[i] = st.ProjectID
	}
	t.Projects, err = s.ProjectsByID(ctx, d, ids)
	return t, err
}
