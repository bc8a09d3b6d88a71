package store

import (
	"context"
	"fmt"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
)

// ActRead is the act of an entry that says that a warning or order was seen to have been read; its note is
// the number of the notice.
const ActRead = "read"

// Unread gives up to n warnings and orders of the ladder that persons were sent on a platform and way not
// before a moment, and of which nobody knows yet that they were read: the most urgent first, then the oldest.
func (s *Store) Unread(ctx context.Context, d ledger.DistrictID, ways [][2]string, since clock.Instant, n int) ([]Delivery, error) {
	if len(ways) == 0 {
		return nil, nil
	}
	return all[Delivery](s.in(ctx, d).
		Where("sent_at >= ? AND state = ? AND `rank` IN ? AND person_id <> 0 AND read_at = 0", since, SentOut, []ledger.Rank{ledger.RankOrder, ledger.RankWarning}).
		Where("platform_id <> '' AND cause LIKE ? AND (platform, route) IN ?", lookPrefix+"%", ways).
		Order("`rank`, sent_at, id").Limit(n))
}

// lookPrefix begins the causes of the daily look, the only ones whose deliveries tell of steps.
const lookPrefix = "look:"

// Read writes that deliveries were seen to have been read, with one entry on each warning and order they
// tell of. When another process was faster nothing is written, and the list is to be read anew.
func (t *Tx) Read(rows []Delivery) error {
	type telling struct {
		ledger.Step
		Recipient string
	}
	for _, part := range chunks(rows) {
		ids := idsOf(part)
		up := t.in().Model(&Delivery{}).Where("id IN ? AND read_at = 0", ids).Update("read_at", t.Now)
		switch {
		case up.Error != nil:
			return fmt.Errorf("note what was read: %w", up.Error)
		case int(up.RowsAffected) != len(part):
			return fault.New(fault.Conflict, "已读情况刚由另一进程记录，请稍后再试。")
		}
		var told []telling
		err := t.db.Table("deliveries d").Select("s.*, i.recipient").
			Joins("JOIN delivery_items i ON i.district_id = d.district_id AND i.cause = d.cause AND i.recipient = d.recipient").
			Joins("JOIN steps s ON s.district_id = i.district_id AND s.commitment_id = i.commitment_id AND s.due_on = i.due_on AND s.name = i.name AND s.`before` = i.`before`").
			Where("d.district_id = ? AND d.id IN ? AND i.name IN ?", t.District, ids, []ledger.StepName{ledger.StepWarn, ledger.StepOrder}).
			Order("s.id, d.id").Scan(&told).Error
		if err != nil {
			return fmt.Errorf("read what was read: %w", err)
		}
		who := map[string]ledger.PersonID{}
		for _, r := range part {
			who[r.Recipient] = r.PersonID
		}
		var out ledger.Outcome
		for _, s := range told {
			out.Entries = append(out.Entries, ledger.Entry{
				DistrictID: t.District, Subject: ledger.Commitment{ID: s.CommitmentID}.Subject(), At: t.Now,
				Act: ActRead, PersonID: who[s.Recipient], Note: s.Notice,
			})
		}
		if _, err := t.Apply(out); err != nil {
			return err
		}
	}
	return nil
}
