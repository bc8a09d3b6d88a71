package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"duban/internal/clock"
	"duban/internal/sandbox"
)

// limit is the floor of the one measure that has no bare counterpart: the longest that a half-month of
// the sample district may take on the turnable clock.
const limit = 5 * time.Second

// fortnights measures how long the whole product between both imitation platforms takes for a half-month
// of the sample district: looks, calls for reports, cut-off and circular, everything sent and received.
func fortnights(ctx context.Context, r *run, b *base) error {
	s, err := r.alternate(ctx, "fortnight-"+b.name,
		side{name: "limit", once: func(context.Context) (float64, error) { return limit.Seconds(), nil }},
		side{"play", true, func(ctx context.Context) (float64, error) { return play(ctx, b) }})
	if err != nil {
		return err
	}
	s.say("fortnight-"+b.name, 0, 1, "s")
	return nil
}

func play(ctx context.Context, b *base) (seconds float64, err error) {
	sample, err := sandbox.Sample()
	if err != nil {
		return 0, err
	}
	o := sandbox.Options{Register: sample, Start: time.Date(2026, 3, 2, 8, 0, 0, 0, clock.Shanghai)}
	drop := func() error { return nil }
	if b.dsn == "" {
		dir, err := os.MkdirTemp("", "duban-bench-")
		if err != nil {
			return 0, fmt.Errorf("make a folder: %w", err)
		}
		drop = func() error { return os.RemoveAll(dir) }
		o.SQLite = filepath.Join(dir, "bench.db")
	} else if o.DSN, drop, err = create(ctx, b.dsn); err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, drop()) }()
	w, err := sandbox.New(ctx, o)
	if err != nil {
		return 0, err
	}
	defer w.Close()
	begun := time.Now()
	if err := w.Turn(ctx, time.Date(2026, 3, 17, 12, 0, 0, 0, clock.Shanghai)); err != nil {
		return 0, err
	}
	took := time.Since(begun)
	circulated := false
	for _, m := range w.News() {
		circulated = circulated || strings.Contains(m.Title, "通报")
	}
	if !circulated {
		return 0, errors.New("no circular arrived")
	}
	return took.Seconds(), nil
}
