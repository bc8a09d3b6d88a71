package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"time"
)

// side is one of the things compared; a call is one slice of a round and gives a rate or a time.
type side struct {
	name string
	ours bool
	once func(context.Context) (float64, error)
}

// series are the figures of each side, round by round.
type series [][]float64

// patience is how long a comparison may last before it begins no further round: a whole run on a busy
// machine has fewer rounds, not more minutes.
const patience = 12 * time.Second

// alternate runs the sides in turn, again and again, so that what else the machine does falls on all.
func (r *run) alternate(ctx context.Context, name string, sides ...side) (series, error) {
	out := make(series, len(sides))
	begun := time.Now()
	for round := range r.rounds {
		if round > 0 && time.Since(begun) > patience {
			break
		}
		for i, s := range sides {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			runtime.GC() // nobody pays for the rubbish of the one before
			stop, err := r.watchCPU(s.ours, fmt.Sprintf("%s-%s-%d", name, s.name, round))
			if err != nil {
				return nil, err
			}
			v, err := s.once(ctx)
			stop()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			out[i] = append(out[i], v)
		}
	}
	return out, nil
}

// watchCPU profiles a slice of ours when that was asked for.
func (r *run) watchCPU(ours bool, name string) (stop func(), err error) {
	if !ours || r.profile == "" {
		return func() {}, nil
	}
	f, err := os.Create(filepath.Join(r.profile, name+".pprof"))
	if err != nil {
		return nil, fmt.Errorf("write a profile: %w", err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, fmt.Errorf("write a profile: %w", err)
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close()
	}, nil
}

// say prints one measure: side ours against side floor.
func (s series) say(name string, floor, ours int, unit string) {
	var ratios []float64
	for i := range s[ours] {
		ratios = append(ratios, s[ours][i]/s[floor][i])
	}
	fmt.Printf("%s ratio=%.2f floor=%s%s ours=%s%s\n", name, median(ratios), figure(median(s[floor])), unit, figure(median(s[ours])), unit)
}

// figure writes three digits that count.
func figure(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	if n := len(v); n%2 == 0 {
		return (v[n/2-1] + v[n/2]) / 2
	}
	return v[len(v)/2]
}
