package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// DeliveryState is where a delivery (投递) stands.
//
//	waiting ─▶ sending ─▶ sent
//	   ▲          ├─▶ retry ──▶ sending …        refused for now, not_before says when
//	   │          ├─▶ refused                    will never be taken
//	   │          ├─▶ unknown ─▶ sending ─▶ …    may have arrived; once more, marked 补发
//	   └ held     └─▶ dropped                    no longer true, or not entitled: detail says why
type DeliveryState string

// The states of a delivery.
const (
	Waiting DeliveryState = "waiting"
	Sending DeliveryState = "sending"
	SentOut DeliveryState = "sent"
	Retry   DeliveryState = "retry"
	Refused DeliveryState = "refused"
	Unknown DeliveryState = "unknown"
	Dropped DeliveryState = "dropped"
)

// Delivery is one notice on its way to one recipient; unique on (district, cause, recipient).
type Delivery struct {
	ID         int64 `gorm:"primaryKey"`
	DistrictID ledger.DistrictID
	Cause      string
	Recipient  string // ledger.Recipient.Key
	GroupID    ledger.GroupID
	PersonID   ledger.PersonID
	Rank       ledger.Rank
	DueAt      clock.Instant // the moment it should have gone out
	Held       string        // the job that gathers it, "" when it may go
	State      DeliveryState
	NotBefore  clock.Instant
	Attempts   int    // sends that were made
	Lost       int    // of them, those that may have arrived: no answer came, or the sender died
	Token      string // of the process that is sending it
	LeaseUntil clock.Instant
	Payload    string // the message itself when it was composed at once (answers), JSON; else ""
	Reply      string // how to answer the message it answers (ReplyTo), JSON; else ""
	Platform   string // as sent
	Route      string
	Target     string
	PlatformID string
	Card       string // what a press on it names, Result.Card; "" where none can be told
	CardChange string // how its card can be changed without a press on it (ReplyTo), JSON; "" for not
	Code       string
	Detail     string
	Title      string // as sent
	Body       string
	CreatedAt  clock.Instant `gorm:"autoCreateTime:false"`
	SentAt     clock.Instant
	ReadAt     clock.Instant // when it was first seen that its person has read it, 0 for not known
}

// To gives the recipient.
func (d Delivery) To() ledger.Recipient {
	return ledger.Recipient{Group: d.GroupID, Person: d.PersonID}
}

// DeliveryItem says which step of the ladder a delivery tells of.
type DeliveryItem struct {
	DistrictID   ledger.DistrictID   `gorm:"primaryKey"`
	Cause        string              `gorm:"primaryKey"`
	Recipient    string              `gorm:"primaryKey"`
	CommitmentID ledger.CommitmentID `gorm:"primaryKey"`
	DueOn        workday.Day         `gorm:"primaryKey"`
	Name         ledger.StepName     `gorm:"primaryKey"`
	Before       int                 `gorm:"primaryKey"`
}

// deputised gives the notices with those that go to the deputies of people on leave as well.
func (t *Tx) deputised(notices []ledger.Notice) ([]ledger.Notice, error) {
	if !slices.ContainsFunc(notices, func(n ledger.Notice) bool { return n.To.Person != 0 }) {
		return notices, nil
	}
	leaves, err := t.Reads().Leaves(t.db.Statement.Context, t.District)
	return ledger.Deputised(notices, leaves, workday.DayOf(t.Now.Time())), err
}

// applyNotices makes deliveries of notices. What is there already stays as it is: the same cause never
// reaches anybody twice; a heavier step only moves its message forward.
func (t *Tx) applyNotices(o *ledger.Outcome, _ *Written) error {
	notices, err := t.deputised(o.Notices)
	if err != nil {
		return err
	}
	type key struct{ cause, to string }
	rows := map[key]*Delivery{}
	var order []key
	var items []DeliveryItem
	for _, n := range notices {
		k := key{n.Cause, n.To.Key()}
		d := rows[k]
		if d == nil {
			d = &Delivery{
				DistrictID: t.District, Cause: n.Cause, Recipient: k.to, GroupID: n.To.Group, PersonID: n.To.Person,
				Rank: n.Rank, DueAt: n.Due, State: Waiting, CreatedAt: t.Now,
			}
			if n.Held {
				d.Held = n.Cause
			}
			rows[k] = d
			order = append(order, k)
		}
		d.Rank = min(d.Rank, n.Rank)
		if s := n.Step; s != nil {
			items = append(items, DeliveryItem{t.District, n.Cause, k.to, s.CommitmentID, s.DueOn, s.Name, s.Before})
		}
	}
	asked := map[string][]string{}
	for _, k := range order {
		asked[k.cause] = append(asked[k.cause], k.to)
	}
	known := map[string]map[string]ledger.Rank{}
	var fresh []*Delivery
	for _, k := range order {
		if known[k.cause] == nil {
			var err error
			if known[k.cause], err = t.recipients(k.cause, asked[k.cause]); err != nil {
				return err
			}
		}
		rank, there := known[k.cause][k.to]
		if !there {
			fresh = append(fresh, rows[k])
			continue
		}
		if rows[k].Rank < rank {
			up := t.in().Model(&Delivery{}).Where("cause = ? AND recipient = ?", k.cause, k.to).Update("rank", rows[k].Rank)
			if up.Error != nil {
				return fmt.Errorf("move a delivery forward: %w", up.Error)
			}
		}
	}
	if err := later(t, fresh, "deliveries"); err != nil {
		return err
	}
	return later(t, items, "delivery items")
}

// recipients gives who of those asked about has a delivery of the cause, with its rank. The others are
// not read: a sweep asks for every batch anew.
func (t *Tx) recipients(cause string, asked []string) (map[string]ledger.Rank, error) {
	out := make(map[string]ledger.Rank, len(asked))
	for _, part := range chunks(asked) {
		var rows []Delivery
		err := t.in().Select("recipient", "`rank`").Where("cause = ? AND recipient IN ?", cause, part).Find(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("read who hears of %s: %w", cause, err)
		}
		for _, r := range rows {
			out[r.Recipient] = r.Rank
		}
	}
	return out, nil
}

// Release lets the deliveries go that a job had gathered.
func (t *Tx) Release(held string) error {
	up := t.in().Model(&Delivery{}).Where("held = ? AND state = ?", held, Waiting).Update("held", "")
	if up.Error != nil {
		return fmt.Errorf("release %s: %w", held, up.Error)
	}
	return nil
}

// DeliveryOf finds what the recipient was or is to be sent for a cause; NotFound for nothing.
func (s *Store) DeliveryOf(ctx context.Context, d ledger.DistrictID, cause, recipient string) (Delivery, error) {
	return one[Delivery](s.in(ctx, d).Where("cause = ? AND recipient = ?", cause, recipient), "没有这条通知。")
}

func isDuplicate(err error) bool { return errors.Is(err, gorm.ErrDuplicatedKey) }
