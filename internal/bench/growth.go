package main

import (
	"context"
	"errors"
	"fmt"

	"duban/internal/clock"
)

// sizes are the districts that are compared, in projects; the first is the floor of the others.
var sizes = []int{600, 6_000, 60_000}

// grown is what is measured of one size.
type grown struct {
	act, circular, nothing, due []float64
}

// grows measures the same work in districts of growing size, as ratios to the smallest: acts a second at 16
// at a time, the circulars of all 150 groups for each project, the look of a day with nothing due, and the
// look for each of 60 rows that are due.
// It does so on one database: how work grows is a matter of the statements, which are the same on both.
func grows(ctx context.Context, r *run, b *base) error {
	if r.grown {
		return nil
	}
	r.grown = true
	of := make([]grown, len(sizes))
	some := sizes
	if r.short {
		some = sizes[:2]
	}
	for i, size := range some {
		if err := r.grow(ctx, b, size, &of[i]); err != nil {
			return fmt.Errorf("%d projects: %w", size, err)
		}
	}
	for i, size := range some {
		for _, m := range []struct {
			name, unit string
			of         func(grown) []float64
		}{
			{"act", "/s", func(g grown) []float64 { return g.act }},
			{"circular", "µs/project", func(g grown) []float64 { return g.circular }},
			{"watch-nothing-due", "ms", func(g grown) []float64 { return g.nothing }},
			{"watch-due", "µs/row", func(g grown) []float64 { return g.due }},
		} {
			s := series{m.of(of[0]), m.of(of[i])}
			s.say(fmt.Sprintf("growth-%s-%d-%s", m.name, size, b.name), 0, 1, m.unit)
		}
	}
	return nil
}

// growthDue is how many rows are due whatever the size of the district.
const growthDue = 60

func (r *run) grow(ctx context.Context, b *base, size int, into *grown) (err error) {
	c := clock.NewTurnable(moment(lookDay))
	g, err := b.fresh(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	if err := g.fillCommitments(ctx, 10*size, growthDue); err != nil {
		return err
	}
	if err := g.freeze(ctx, size); err != nil {
		return err
	}
	p, err := newProduct(g, c)
	if err != nil {
		return err
	}
	draft, err := newDraft(ctx, g)
	if err != nil {
		return err
	}
	w, err := newWatch(g, c)
	if err != nil {
		return err
	}
	s, err := r.alternate(ctx, fmt.Sprintf("growth-%d-%s", size, b.name),
		side{"act", true, func(ctx context.Context) (float64, error) { return p.act(ctx, 16) }},
		side{"circular", true, millis(draft)},
		side{"nothing", true, millis(func(ctx context.Context) error { return w.Look(ctx, moment(emptyDay)) })},
		side{"due", true, func(ctx context.Context) (float64, error) {
			if err := g.restore(ctx); err != nil {
				return 0, err
			}
			return millis(func(ctx context.Context) error { return w.Look(ctx, moment(lookDay)) })(ctx)
		}})
	if err != nil {
		return err
	}
	for i := range s[1] {
		s[1][i] *= 1000 / float64(size)
		s[3][i] *= 1000 / growthDue
	}
	into.act, into.circular, into.nothing, into.due = s[0], s[1], s[2], s[3]
	return nil
}
