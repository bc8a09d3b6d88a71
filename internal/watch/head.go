package watch

import (
	"context"
	"fmt"
	"strings"
	"time"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// Head sends the hash of the chain's newest link to the inspection office's groups, once a month: whoever keeps
// it finds out later whether the chain was rewritten as a whole.
func (w *Watch) Head(ctx context.Context, moment time.Time) error {
	district, err := w.Store.Roster(ctx, w.District, 0)
	if err != nil {
		return fmt.Errorf("read the groups: %w", err)
	}
	var out ledger.Outcome
	for _, to := range ledger.InspectionAudience(district) {
		out.Notices = append(out.Notices, ledger.Notice{Cause: "head:" + moment.In(clock.Shanghai).Format("2006-01"), To: to, Rank: ledger.RankReminder, Due: clock.At(moment)})
	}
	return w.Store.Write(ctx, w.District, func(tx *store.Tx) error {
		_, err := tx.Apply(out)
		return err
	})
}

// headData is what notice/head words.
type headData struct {
	Month string
	Hash  string
	At    clock.Instant
}

// composeHead words it with the head of the moment it is sent: "head:2026-03".
func (w *Watch) composeHead(ctx context.Context, of string, v ledger.Viewer) (words.Letter, error) {
	if v.Group == nil || v.Group.Class != ledger.GroupInspection {
		return words.Letter{Drop: "群已不是督查室群"}, nil
	}
	head, err := w.Store.ChainHead(ctx, w.District)
	switch {
	case err != nil:
		return words.Letter{}, err
	case head.Seq == 0:
		return words.Letter{Drop: "存证链还没有开始"}, nil
	}
	year, month, _ := strings.Cut(of, "-")
	var l words.Letter
	l.Message, err = w.Words.Say("notice/head", headData{Month: year + "年" + strings.TrimPrefix(month, "0") + "月", Hash: head.Hash, At: head.SealedAt})
	return l, err
}
