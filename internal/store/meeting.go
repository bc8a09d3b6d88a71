package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// applyConvened gives new meetings their numbers and writes them with those who are asked for an opinion.
func (t *Tx) applyConvened(o *ledger.Outcome, w *Written) error {
	if len(o.Convened) == 0 {
		return nil
	}
	next, err := t.Next("code:meeting", len(o.Convened))
	if err != nil {
		return err
	}
	for i, d := range o.Convened {
		m := d.Meeting
		m.Code = fmt.Sprintf("M%04d", next+int64(i))
		if err := t.db.Create(&m).Error; err != nil {
			return clash(t.db, err, "the meeting")
		}
		var asked []ledger.Opinion
		for _, p := range d.Members {
			asked = append(asked, ledger.Opinion{DistrictID: m.DistrictID, MeetingID: m.ID, PersonID: p})
		}
		if err := create(t.db, asked, "who is asked for an opinion"); err != nil {
			return err
		}
		w.Met = append(w.Met, m)
	}
	return nil
}

// applyMeetings saves what changed of meetings, with their agendas and the opinions given on them.
func (t *Tx) applyMeetings(o *ledger.Outcome, _ *Written) error {
	for _, m := range o.Meetings {
		up := t.in().Model(&ledger.Meeting{}).Where("id = ? AND version = ?", m.ID, m.Version).Updates(map[string]any{
			"slot": m.Slot, "state": m.State, "frozen_at": m.FrozenAt, "version": m.Version + 1,
		})
		if err := justOne(up, "save meeting"); err != nil {
			return err
		}
	}
	for _, p := range o.Opinions {
		up := t.in().Model(&ledger.Opinion{}).Where("meeting_id = ? AND person_id = ?", p.MeetingID, p.PersonID).
			Updates(map[string]any{"verdict": p.Verdict, "text": p.Text, "at": p.At})
		if err := justOne(up, "save opinion"); err != nil {
			return err
		}
	}
	return create(t.db, o.Agenda, "the agenda")
}

// applyMinutes writes minutes; what a line assigns gets its number first.
func (t *Tx) applyMinutes(o *ledger.Outcome, w *Written) error {
	if len(o.Minutes) == 0 {
		return nil
	}
	var assigned ledger.Outcome
	for _, d := range o.Minutes {
		if d.Matter != nil {
			assigned.New = append(assigned.New, *d.Matter)
		}
	}
	first := len(w.New)
	if err := t.applyNew(&assigned, w); err != nil {
		return err
	}
	rows := make([]ledger.Minute, len(o.Minutes))
	for i, d := range o.Minutes {
		rows[i] = d.Minute
		if d.Matter != nil {
			rows[i].CommitmentID = w.New[first].ID
			first++
		}
	}
	return create(t.db, rows, "the minutes")
}

// Meeting finds a meeting.
func (s *Store) Meeting(ctx context.Context, d ledger.DistrictID, id ledger.MeetingID) (ledger.Meeting, error) {
	return one[ledger.Meeting](s.in(ctx, d).Where("id = ?", id), "没有这个会议。")
}

// MeetingByCode finds a meeting by its number.
func (s *Store) MeetingByCode(ctx context.Context, d ledger.DistrictID, code string) (ledger.Meeting, error) {
	return one[ledger.Meeting](s.in(ctx, d).Where("code = ?", code), fmt.Sprintf("没有编号为%s的会议，请核对后再发。查会议请发：会议", code))
}

// MeetingIn finds the meeting of a slot; false when there is none.
func (s *Store) MeetingIn(ctx context.Context, d ledger.DistrictID, slot string) (ledger.Meeting, bool, error) {
	m, err := one[ledger.Meeting](s.in(ctx, d).Where("slot = ?", slot), "没有这个会议。")
	if fault.CodeOf(err) == fault.NotFound {
		return m, false, nil
	}
	return m, err == nil, err
}

// MeetingsBetween gives the meetings on the days, both included, in order of time.
func (s *Store) MeetingsBetween(ctx context.Context, d ledger.DistrictID, from, to workday.Day) ([]ledger.Meeting, error) {
	return all[ledger.Meeting](s.in(ctx, d).Where("`on` BETWEEN ? AND ?", from, to).Order("start_at, id"))
}

// LatestMeetings gives up to limit meetings that are to be minuted or were held, newest first: those whose day
// is not after the day.
func (s *Store) LatestMeetings(ctx context.Context, d ledger.DistrictID, until workday.Day, limit int) ([]ledger.Meeting, error) {
	return all[ledger.Meeting](s.in(ctx, d).Where("`on` <= ?", until).Order("start_at DESC, id DESC").Limit(limit))
}

// AgendaOf gives the lines of a frozen agenda, in order.
func (s *Store) AgendaOf(ctx context.Context, d ledger.DistrictID, id ledger.MeetingID) ([]ledger.AgendaItem, error) {
	return all[ledger.AgendaItem](s.in(ctx, d).Where("meeting_id = ?", id).Order("ord"))
}

// MinutesOf gives the lines of a meeting's minutes, in order.
func (s *Store) MinutesOf(ctx context.Context, d ledger.DistrictID, id ledger.MeetingID) ([]ledger.Minute, error) {
	return all[ledger.Minute](s.in(ctx, d).Where("meeting_id = ?", id).Order("ord"))
}

// OpinionsOf gives who is asked for an opinion on a review, with what they said.
func (s *Store) OpinionsOf(ctx context.Context, d ledger.DistrictID, id ledger.MeetingID) ([]ledger.Opinion, error) {
	return all[ledger.Opinion](s.in(ctx, d).Where("meeting_id = ?", id).Order("person_id"))
}

// AssignedAt gives what a meeting assigned, in order of its minutes.
func (s *Store) AssignedAt(ctx context.Context, d ledger.DistrictID, id ledger.MeetingID) ([]ledger.Commitment, error) {
	return all[ledger.Commitment](s.in(ctx, d).Where("source = ? AND source_id = ?", ledger.FromMeeting, id).Order("id"))
}

// AgendaBasis reads what an agenda is drawn from and who may hear of it, in a fixed number of queries.
func (s *Store) AgendaBasis(ctx context.Context, d ledger.DistrictID, m ledger.Meeting) (b ledger.AgendaBasis, err error) {
	if b.Last, err = s.lastAssigned(ctx, d, m); err != nil {
		return b, err
	}
	open := s.in(ctx, d).Where("state IN ?", []ledger.State{ledger.Open, ledger.Reported})
	if m.ProjectID != 0 {
		open = open.Where("project_id = ?", m.ProjectID)
	}
	if b.Open, err = all[ledger.Commitment](open.Order("due_on, id")); err != nil {
		return b, err
	}
	if b.Roster, err = s.Roster(ctx, d, m.ProjectID); err != nil {
		return b, err
	}
	ids := []ledger.ProjectID{m.ProjectID}
	for _, c := range append(b.Last[:len(b.Last):len(b.Last)], b.Open...) {
		ids = append(ids, c.ProjectID)
	}
	if b.Projects, err = s.ProjectsByID(ctx, d, ids); err != nil {
		return b, err
	}
	viewers, err := s.Viewers(ctx, d, b.Roster.Groups, nil)
	for _, g := range b.Roster.Groups {
		b.Groups = append(b.Groups, viewers[ledger.Recipient{Group: g.ID}])
	}
	return b, err
}

// lastAssigned gives what was assigned at the meeting of the same kind and project before m, and at earlier
// ones if it is still owed.
func (s *Store) lastAssigned(ctx context.Context, d ledger.DistrictID, m ledger.Meeting) ([]ledger.Commitment, error) {
	alike := s.in(ctx, d).Where("kind = ? AND project_id = ? AND state = ? AND start_at < ?", m.Kind, m.ProjectID, ledger.MeetingHeld, m.StartAt)
	last, err := all[ledger.Meeting](alike.Order("start_at DESC, id DESC"))
	if err != nil || len(last) == 0 {
		return nil, err
	}
	ids := make([]int64, len(last))
	for i, l := range last {
		ids[i] = int64(l.ID)
	}
	rows, err := rowsOf[ledger.Commitment](ctx, s, d, "source_id", ids, "source = ? AND (state IN ? OR source_id = ?)",
		ledger.FromMeeting, []ledger.State{ledger.Open, ledger.Reported}, ids[0])
	return rows, err
}

// justOne says why an update did not change the one row it was about.
func justOne(up *gorm.DB, what string) error {
	switch {
	case up.Error != nil:
		return fmt.Errorf("%s: %w", what, up.Error)
	case up.RowsAffected != 1:
		return errMoved
	}
	return nil
}

// ToldOfMeeting gives who was invited to a meeting or sent its agenda.
func (s *Store) ToldOfMeeting(ctx context.Context, d ledger.DistrictID, id ledger.MeetingID) ([]ledger.Recipient, error) {
	causes := []string{fmt.Sprintf("meeting:%d:called", id), fmt.Sprintf("agenda:%d", id)}
	rows, err := all[Delivery](s.in(ctx, d).Where("cause IN ? AND state <> ?", causes, Dropped).Order("id"))
	var out []ledger.Recipient
	for _, r := range rows {
		if !slices.Contains(out, r.To()) {
			out = append(out, r.To())
		}
	}
	return out, err
}
