package store_test

import (
	"fmt"
	"testing"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/store/storetest"
	"duban/internal/workday"
)

// weekly is the meeting of a week.
func weekly(slot string, on workday.Day) ledger.Meeting {
	return ledger.Meeting{
		DistrictID: district, Kind: "周例会", Slot: slot, On: on, StartAt: clock.At(on.At(9, 0, clock.Shanghai)), State: ledger.MeetingCalled,
	}
}

func TestAMeetingHoldsTogether(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		first := apply(t, s, ledger.Outcome{Convened: []ledger.MeetingDraft{{Meeting: weekly("w1", 2026_03_02)}}}).Met[0]
		second := apply(t, s, ledger.Outcome{Convened: []ledger.MeetingDraft{{Meeting: weekly("w2", 2026_03_09), Members: []ledger.PersonID{4, 5}}}}).Met[0]
		if first.Code != "M0001" || second.Code != "M0002" {
			t.Errorf("numbers %s, %s", first.Code, second.Code)
		}
		err := s.Write(t.Context(), district, func(tx *store.Tx) error {
			_, err := tx.Apply(ledger.Outcome{Convened: []ledger.MeetingDraft{{Meeting: weekly("w2", 2026_03_09)}}})
			return err
		})
		if fault.CodeOf(err) != fault.Conflict {
			t.Errorf("a second meeting of one slot: %v", err)
		}

		matter := node("清表")
		matter.Kind, matter.Source, matter.SourceID = ledger.Assignment, ledger.FromMeeting, int64(first.ID)
		done := matter
		done.State, done.Title = ledger.Accepted, "已办"
		first.State = ledger.MeetingHeld
		w := apply(t, s, ledger.Outcome{
			Meetings: []ledger.Meeting{first},
			Minutes: []ledger.MinuteDraft{
				{Minute: ledger.Minute{DistrictID: district, MeetingID: first.ID, Ord: 1, Text: "记录"}},
				{Minute: ledger.Minute{DistrictID: district, MeetingID: first.ID, Ord: 2, Text: "清表"}, Matter: &matter},
				{Minute: ledger.Minute{DistrictID: district, MeetingID: first.ID, Ord: 3, Text: "已办"}, Matter: &done},
			},
			Agenda:   []ledger.AgendaItem{{DistrictID: district, MeetingID: first.ID, Ord: 1, Section: ledger.AgendaRed}},
			Opinions: []ledger.Opinion{{MeetingID: second.ID, PersonID: 4, Verdict: "同意", Text: "好"}},
		})
		lines := must[[]ledger.Minute](t)(s.MinutesOf(t.Context(), district, first.ID))
		if len(lines) != 3 || lines[0].CommitmentID != 0 || lines[1].CommitmentID != w.New[0].ID || lines[2].CommitmentID != w.New[1].ID || w.New[1].Code != "L0002" {
			t.Errorf("lines %+v of %+v", lines, w.New)
		}
		b := must[ledger.AgendaBasis](t)(s.AgendaBasis(t.Context(), district, second))
		if got := titles(b.Last); got != "[清表 已办]" {
			t.Errorf("the next agenda begins with %s", got)
		}
		third := weekly("w3", 2026_03_16)
		second.State = ledger.MeetingHeld
		apply(t, s, ledger.Outcome{Meetings: []ledger.Meeting{second}})
		if got := titles(must[ledger.AgendaBasis](t)(s.AgendaBasis(t.Context(), district, third)).Last); got != "[清表]" {
			t.Errorf("the one after it with %s", got)
		}
		given := must[[]ledger.Opinion](t)(s.OpinionsOf(t.Context(), district, second.ID))
		if len(given) != 2 || given[0].Verdict != "同意" || given[1].Verdict != "" {
			t.Errorf("opinions %+v", given)
		}
		if err := s.Write(t.Context(), district, func(tx *store.Tx) error {
			_, err := tx.Apply(ledger.Outcome{Meetings: []ledger.Meeting{first}}) // of an old version
			return err
		}); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("a meeting that moved: %v", err)
		}
	})
}

func titles(ms []ledger.Commitment) string {
	var out []string
	for _, m := range ms {
		out = append(out, m.Title)
	}
	return fmt.Sprint(out)
}
