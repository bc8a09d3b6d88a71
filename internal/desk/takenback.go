package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// takingBack is what the history keeps of one taking back: the number of the notice, and its deliveries.
type takingBack struct {
	Notice     string  `json:"notice,omitempty"`
	Deliveries []int64 `json:"deliveries"`
}

const (
	recheck    = 30 * time.Second // how soon what is still under way is looked at again
	longEnough = time.Hour        // after which what is not known is told as such
)

// fates are who got what in place of a message that was taken back.
type fates struct {
	Notice    string
	Recalled  int
	Corrected []string // who got the correction: the platform could not recall the message
	Lost      []string // whom neither reached
}

// takenBack words what became of a taking back for who did it: which messages the platforms could not recall,
// and so were corrected, or not even that. Nothing is told when all were recalled.
func (d *Desk) takenBack(ctx context.Context, del store.Delivery) (words.Letter, error) {
	history, err := d.Store.History(ctx, d.District, del.Cause)
	if err != nil || len(history) == 0 {
		return words.Letter{Drop: "没有收回的记录"}, err
	}
	var of takingBack
	if err := json.Unmarshal([]byte(history[0].After), &of); err != nil {
		return words.Letter{}, fmt.Errorf("read what was taken back: %w", err)
	}
	now := clock.At(d.Clock.Now())
	f := fates{Notice: of.Notice}
	for _, id := range of.Deliveries {
		for _, what := range []string{TakeBackCause, correctCause} {
			rows, err := d.Store.Deliveries(ctx, d.District, fmt.Sprintf("%s:%d", what, id))
			if err != nil {
				return words.Letter{}, err
			}
			for _, r := range rows {
				if underWay(r) && now < history[0].At.Add(longEnough) {
					return words.Letter{Wait: now.Add(recheck)}, nil
				}
				if err := d.count(ctx, &f, r); err != nil {
					return words.Letter{}, err
				}
			}
		}
	}
	if len(f.Corrected)+len(f.Lost) == 0 {
		return words.Letter{Drop: "已全部从平台撤回"}, nil
	}
	m, err := d.Words.Say("notice/takenback", f)
	return words.Letter{Message: m}, err
}

func underWay(r store.Delivery) bool {
	switch r.State {
	case store.Waiting, store.Sending, store.Retry:
		return true
	case store.Unknown:
		return r.NotBefore != store.Never
	}
	return false
}

// count adds what became of one message.
func (d *Desk) count(ctx context.Context, f *fates, r store.Delivery) error {
	if r.State == store.SentOut && r.Code == store.CodeRecalled {
		f.Recalled++
		return nil
	}
	name, err := d.recipient(ctx, r.To())
	if r.State == store.SentOut {
		f.Corrected = append(f.Corrected, name)
	} else {
		f.Lost = append(f.Lost, name)
	}
	return err
}

// recipient names a group, or a person with the unit.
func (d *Desk) recipient(ctx context.Context, to ledger.Recipient) (string, error) {
	if to.Group == 0 {
		return d.called(ctx, to.Person)
	}
	g, err := d.Store.Group(ctx, d.District, to.Group)
	return g.Name, err
}
