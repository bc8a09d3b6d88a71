package store_test

import (
	"testing"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/store/storetest"
	"duban/internal/workday"
)

func TestATourHoldsTogether(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		draft := func(on workday.Day) ledger.Outcome {
			return ledger.Outcome{Toured: []ledger.ObservationDraft{{
				Observation: ledger.Observation{DistrictID: district, On: on},
				Stops:       []ledger.ObservationStop{{DistrictID: district, Ord: 1, ProjectID: 7, Minute: 540}},
				Judges:      []ledger.PersonID{4, 5},
			}}}
		}
		o := apply(t, s, draft(2026_03_02)).Toured[0]
		later := apply(t, s, draft(2026_06_02)).Toured[0]
		if o.Code != "G0001" || later.Code != "G0002" {
			t.Errorf("numbers %s, %s", o.Code, later.Code)
		}
		mark := ledger.ObservationMark{DistrictID: district, ObservationID: o.ID, ProjectID: 7, PersonID: 4, Score: 9000}
		apply(t, s, ledger.Outcome{Marks: []ledger.ObservationMark{mark}})
		err := s.Write(t.Context(), district, func(tx *store.Tx) error {
			_, err := tx.Apply(ledger.Outcome{Marks: []ledger.ObservationMark{mark}})
			return err
		})
		if fault.CodeOf(err) != fault.Conflict {
			t.Errorf("a second score of one judge: %v", err)
		}
		now, there, err := s.LatestTour(t.Context(), district, 2026_03_05)
		if err != nil || !there || now.ID != o.ID || len(now.Stops) != 1 || len(now.Judges) != 2 || len(now.Marks) != 1 || !now.Judge(5) || now.Judge(6) {
			t.Errorf("the tour under way: %+v, %v", now, err)
		}
		changed := now.Marks[0]
		changed.Score = 9300
		apply(t, s, ledger.Outcome{Marks: []ledger.ObservationMark{changed}, TouredOff: []ledger.Observation{later}})
		if now = must[store.Tour](t)(s.TourByCode(t.Context(), district, "G0001")); len(now.Marks) != 1 || now.Marks[0].Score != 9300 {
			t.Errorf("changed: %+v", now.Marks)
		}
		if now, there, err = s.LatestTour(t.Context(), district, 0); err != nil || !there || now.ID != o.ID {
			t.Errorf("with the other off: %+v, %v", now, err)
		}
	})
}
