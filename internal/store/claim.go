package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"duban/internal/clock"
	"duban/internal/ledger"
)

// Never is the not_before of a delivery that is over though it was not surely sent.
const Never clock.Instant = 1 << 62

// CodeLost is the code of a delivery whose outcome was lost: no answer came, or its sender died.
const CodeLost = "lost"

// CodeRecalled is the code of a delivery that took its message back, where another would have corrected it.
const CodeRecalled = "recalled"

// MaxLost is how often a delivery may be lost before it is left to the office.
const MaxLost = 5

// claimable are the states from which a delivery may be sent.
var claimable = []DeliveryState{Waiting, Retry, Unknown}

// candidate is what the order of claiming looks at.
type candidate struct {
	ID        int64
	Rank      ledger.Rank
	NotBefore clock.Instant
}

// candidates finds up to n deliveries that may go now, most urgent first, of one rank those that may go
// the longest. Each state is asked by itself: its rows lie in this order in the index, so that a claim
// costs the same however many wait behind.
func (s *Store) candidates(ctx context.Context, d ledger.DistrictID, now clock.Instant, n int) ([]candidate, error) {
	const one = "SELECT * FROM (SELECT id, `rank`, not_before FROM deliveries WHERE district_id = ? AND state = ? AND held = '' " +
		"AND not_before <= ? ORDER BY `rank`, not_before, id LIMIT ?) t"
	var parts []string
	var args []any
	for _, state := range claimable {
		parts = append(parts, one)
		args = append(args, d, state, now, n)
	}
	var out []candidate
	if err := s.db.WithContext(ctx).Raw(strings.Join(parts, " UNION ALL "), args...).Scan(&out).Error; err != nil {
		return nil, fmt.Errorf("look for deliveries: %w", err)
	}
	slices.SortFunc(out, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.NotBefore, b.NotBefore), cmp.Compare(a.ID, b.ID))
	})
	return out[:min(n, len(out))], nil
}

// Claim takes up to n deliveries that may go now, most urgent first, under the token, which must be
// fresh. Read the candidates, take them by one conditional update, read back what was won: this gives
// disjoint rows on MySQL, MariaDB, SQLite and TiDB alike.
func (s *Store) Claim(ctx context.Context, d ledger.DistrictID, token string, n int, until clock.Instant) ([]Delivery, error) {
	for {
		now := clock.At(s.clock.Now())
		found, err := s.candidates(ctx, d, now, n)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		ids := make([]int64, len(found))
		order := make(map[int64]int, len(found))
		for i, c := range found {
			ids[i], order[c.ID] = c.ID, i
		}
		err = again(ctx, func() error {
			return s.in(ctx, d).Model(&Delivery{}).Where("id IN ? AND state IN ? AND held = '' AND not_before <= ?", ids, claimable, now).
				Updates(map[string]any{"state": Sending, "token": token, "lease_until": until}).Error
		})
		if err != nil {
			return nil, fmt.Errorf("claim deliveries: %w", err)
		}
		won, err := all[Delivery](s.in(ctx, d).Where("id IN ? AND token = ?", ids, token))
		if err != nil || len(won) > 0 {
			slices.SortFunc(won, func(a, b Delivery) int { return cmp.Compare(order[a.ID], order[b.ID]) })
			return won, err
		}
		// Another claimer took them all; what is left is behind them.
	}
}

// Recover turns deliveries whose sender is gone (the lease ended) into unknown ones: they may have
// left. One that is lost again and again is given up, since it may be what kills its senders.
func (s *Store) Recover(ctx context.Context, d ledger.DistrictID) error {
	now := clock.At(s.clock.Now())
	unknown := map[string]any{"state": Unknown, "token": "", "code": CodeLost, "lost": plus("lost", 1)}
	hopeless := maps.Clone(unknown)
	hopeless["not_before"] = Never
	err := again(ctx, func() error {
		over := s.in(ctx, d).Model(&Delivery{}).Where("state = ? AND lease_until < ?", Sending, now).Session(&gorm.Session{})
		if err := over.Where("lost >= ?", MaxLost-1).Updates(hopeless).Error; err != nil {
			return err
		}
		return over.Updates(unknown).Error
	})
	if err != nil {
		return fmt.Errorf("recover deliveries: %w", err)
	}
	return nil
}

// settleSize is how many rows one statement settles; each looks through the statement's list.
const settleSize = 100

// Settle writes what became of claimed deliveries. A row that no longer has the token it was claimed
// with is left alone: its lease ended and somebody else has it.
func (s *Store) Settle(ctx context.Context, d ledger.DistrictID, rows []Delivery) error {
	for part := range slices.Chunk(rows, settleSize) {
		cols := fates(part)
		err := again(ctx, func() error {
			return s.in(ctx, d).Model(&Delivery{}).
				Where("id IN ? AND token = ?", idsOf(part), byID(part, func(r *Delivery) any { return r.Token })).Updates(cols).Error
		})
		if err != nil {
			return fmt.Errorf("settle deliveries: %w", err)
		}
	}
	return nil
}

// fates gives the columns that sending changes.
func fates(rows []Delivery) map[string]any {
	cols := map[string]any{"token": ""}
	for name, of := range map[string]func(*Delivery) any{
		"state":       func(r *Delivery) any { return r.State },
		"not_before":  func(r *Delivery) any { return r.NotBefore },
		"attempts":    func(r *Delivery) any { return r.Attempts },
		"lost":        func(r *Delivery) any { return r.Lost },
		"platform":    func(r *Delivery) any { return r.Platform },
		"route":       func(r *Delivery) any { return r.Route },
		"target":      func(r *Delivery) any { return r.Target },
		"platform_id": func(r *Delivery) any { return r.PlatformID },
		"card":        func(r *Delivery) any { return r.Card },
		"card_change": func(r *Delivery) any { return r.CardChange },
		"code":        func(r *Delivery) any { return r.Code },
		"detail":      func(r *Delivery) any { return r.Detail },
		"title":       func(r *Delivery) any { return r.Title },
		"body":        func(r *Delivery) any { return r.Body },
		"sent_at":     func(r *Delivery) any { return r.SentAt },
	} {
		cols[name] = byID(rows, of)
	}
	return cols
}

// byID gives the value all rows share, or else an expression that gives each row its own.
func byID(rows []Delivery, of func(*Delivery) any) any {
	first, same := of(&rows[0]), true
	for i := range rows {
		same = same && of(&rows[i]) == first
	}
	if same {
		return first
	}
	var b strings.Builder
	b.WriteString("CASE id")
	args := make([]any, 0, 2*len(rows))
	for i := range rows {
		b.WriteString(" WHEN ? THEN ?")
		args = append(args, rows[i].ID, of(&rows[i]))
	}
	b.WriteString(" END")
	return gorm.Expr(b.String(), args...)
}

func idsOf(rows []Delivery) []int64 {
	ids := make([]int64, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	return ids
}

// Trace is what a failed attempt leaves in its delivery: where it was made last, and the platform's code.
type Trace struct{ Platform, Route, Code string }

// Hasten lets deliveries that wait out the pause after such a failure go now: what made them fail is over.
func (s *Store) Hasten(ctx context.Context, d ledger.DistrictID, traces []Trace) error {
	now := clock.At(s.clock.Now())
	like := s.db.Where("1 = 0")
	for _, t := range traces {
		like = like.Or("platform = ? AND route = ? AND code = ?", t.Platform, t.Route, t.Code)
	}
	err := again(ctx, func() error {
		return s.in(ctx, d).Model(&Delivery{}).Where("state = ? AND held = '' AND not_before > ?", Retry, now).Where(like).
			Update("not_before", now).Error
	})
	if err != nil {
		return fmt.Errorf("hasten deliveries: %w", err)
	}
	return nil
}

// NextDelivery gives the earliest moment after now at which a delivery becomes due or a lease ends;
// zero when there is none.
func (s *Store) NextDelivery(ctx context.Context, d ledger.DistrictID) (clock.Instant, error) {
	now := clock.At(s.clock.Now())
	var next clock.Instant
	for _, q := range []*gorm.DB{
		s.in(ctx, d).Model(&Delivery{}).Select("COALESCE(MIN(not_before), 0)").
			Where("state IN ? AND held = '' AND not_before > ? AND not_before < ?", claimable, now, Never),
		s.in(ctx, d).Model(&Delivery{}).Select("COALESCE(MIN(lease_until), 0) + 1").Where("state = ?", Sending),
	} {
		var at clock.Instant
		if err := q.Scan(&at).Error; err != nil {
			return 0, fmt.Errorf("look for the next delivery: %w", err)
		}
		if at > now && (next == 0 || at < next) {
			next = at
		}
	}
	return next, nil
}

// stubborn is how many failed attempts make a delivery that still waits somebody's affair: it may wait for
// a setting to be mended.
const stubborn = 3

// Trouble gives deliveries that somebody has to look at: refused ones, those of which nobody knows whether
// they arrived, and those that keep failing, newest first.
func (s *Store) Trouble(ctx context.Context, d ledger.DistrictID, limit int) ([]Delivery, error) {
	return all[Delivery](s.in(ctx, d).Where("state = ? OR (state = ? AND not_before = ?) OR (state = ? AND attempts >= ?)", Refused, Unknown, Never, Retry, stubborn).
		Order("id DESC").Limit(limit))
}

// Deliveries gives the deliveries of a cause, as they stand, in order of id: who was told what, when.
func (s *Store) Deliveries(ctx context.Context, d ledger.DistrictID, cause string) ([]Delivery, error) {
	return all[Delivery](s.in(ctx, d).Where("cause = ?", cause).Order("id"))
}

// RouteGone remembers that the platform said a group's route leads nowhere any more.
func (t *Tx) RouteGone(r ledger.GroupRoute) error {
	up := t.in().Model(&ledger.GroupRoute{}).Where("group_id = ? AND ord = ? AND gone_at = 0", r.GroupID, r.Ord).Update("gone_at", t.Now)
	if up.Error != nil {
		return fmt.Errorf("mark a route gone: %w", up.Error)
	}
	return nil
}

// RouteBack takes back that a group's ways to the target on the platform are gone: it was heard from there.
func (t *Tx) RouteBack(g ledger.GroupID, platform, target string) error {
	up := t.in().Model(&ledger.GroupRoute{}).Where("group_id = ? AND platform = ? AND target = ?", g, platform, target).Update("gone_at", 0)
	if up.Error != nil {
		return fmt.Errorf("mark a route back: %w", up.Error)
	}
	return nil
}
