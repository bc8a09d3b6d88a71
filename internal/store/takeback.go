package store

import (
	"context"
	"fmt"

	"duban/internal/ledger"
)

// Delivery finds a delivery.
func (s *Store) Delivery(ctx context.Context, d ledger.DistrictID, id int64) (Delivery, error) {
	return one[Delivery](s.in(ctx, d).Where("id = ?", id), "没有这条通知，请核对后再发。")
}

// Telling is a delivery of a numbered notice.
type Telling struct {
	Delivery
	Alone bool // it tells of nothing else
}

// TellingOf gives all deliveries that tell of the warning or order with the number, and the commitment it
// was taken on; none when there is no such number.
func (s *Store) TellingOf(ctx context.Context, d ledger.DistrictID, notice string) ([]Telling, ledger.CommitmentID, error) {
	steps, err := rowsOf[ledger.Step](ctx, s, d, "notice", []string{notice})
	if err != nil || len(steps) == 0 {
		return nil, 0, err
	}
	st := steps[0]
	cause := ledger.LookCause(st.On)
	items, err := all[DeliveryItem](s.in(ctx, d).Where("cause = ? AND recipient IN (?)", cause,
		s.in(ctx, d).Model(&DeliveryItem{}).Select("recipient").
			Where("cause = ? AND commitment_id = ? AND due_on = ? AND name = ?", cause, st.CommitmentID, st.DueOn, st.Name)))
	if err != nil {
		return nil, 0, err
	}
	told := map[string]int{}
	var recipients []string
	for _, i := range items {
		if told[i.Recipient]++; told[i.Recipient] == 1 {
			recipients = append(recipients, i.Recipient)
		}
	}
	rows, err := rowsOf[Delivery](ctx, s, d, "recipient", recipients, "cause = ?", cause)
	var out []Telling
	for _, r := range rows {
		out = append(out, Telling{r, told[r.Recipient] == 1})
	}
	return out, st.CommitmentID, err
}

// Withhold drops deliveries that have not gone out yet and says why. What is being sent is left alone.
func (t *Tx) Withhold(ids []int64, why string) error {
	for _, part := range chunks(ids) {
		up := t.in().Model(&Delivery{}).Where("id IN ? AND state IN ?", part, claimable).
			Updates(map[string]any{"state": Dropped, "detail": clip(why, 255)})
		if up.Error != nil {
			return fmt.Errorf("withhold deliveries: %w", up.Error)
		}
	}
	return nil
}

// CardChange writes down how the card of a delivery can be changed without a press on it; "" when it cannot any more.
func (t *Tx) CardChange(id int64, change string) error {
	if len(change) > ChangeSize {
		change = ""
	}
	if up := t.in().Model(&Delivery{}).Where("id = ?", id).Update("card_change", change); up.Error != nil {
		return fmt.Errorf("note how a card can be changed: %w", up.Error)
	}
	return nil
}

// ChangeSize is the width of the column.
const ChangeSize = 1024
