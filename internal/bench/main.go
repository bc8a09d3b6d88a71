// Package bench is a program that measures the product against floors (it stands beside the house,
// like the end-to-end tests, and may import every room; no room imports it). A floor is the least that
// must be done for the same effect, written without any of the product; it is measured in the same run,
// in rounds that alternate with the product's, so that a noisy machine tells on both alike.
//
// It prints a line a measure: "name-database ratio=… floor=… ours=…", where ratio is the median over
// the rounds of ours divided by the floor of the same round. Rates (…/s) are the better the higher,
// times the better the lower. It must not decide whether a figure is good enough.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// measures are all there is to measure, in the order in which they run.
var measures = []struct {
	name string
	run  func(context.Context, *run, *base) error
}{
	{"callback", callback},
	{"watch", watches},
	{"outbox", outboxes},
	{"circular", circulars},
	{"reply", replies},
	{"fortnight", fortnights},
	{"standing", stands},
	{"growth", grows},
	{"forecast", forecasts},
	{"year", years},
}

// run is what the command line asked for.
type run struct {
	short     bool
	size      int
	profile   string
	rounds    int
	grown     bool // the growth was measured
	forecast  bool // the forecasts were tried
	yearGrown bool // the growth of a year was measured
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := bench(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(ctx context.Context, args []string) error {
	r := &run{rounds: 3}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.BoolVar(&r.short, "short", false, "one round of everything, a tenth of the size: does it run, not how fast")
	only := flags.String("only", "", "measure this alone: "+names())
	on := flags.String("on", "", "on this database alone: mariadb or sqlite")
	flags.IntVar(&r.size, "size", 1_000_000, "open commitments under the watch")
	flags.StringVar(&r.profile, "profile", "", "write CPU profiles of our side into this folder")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if r.short {
		r.rounds, r.size = 1, r.size/10
	}
	if r.size < minSize {
		return fmt.Errorf("-size is %d; the watch needs %d", r.size, minSize)
	}
	if *only != "" && !strings.Contains(" "+names()+" ", " "+*only+" ") {
		return fmt.Errorf("there is no measure %q; there are %s", *only, names())
	}
	bases, err := allBases(*on)
	if err != nil {
		return err
	}
	for _, m := range measures {
		if *only != "" && *only != m.name {
			continue
		}
		for _, b := range bases {
			if err := m.run(ctx, r, b); err != nil {
				return fmt.Errorf("%s on %s: %w", m.name, b.name, err)
			}
		}
	}
	return nil
}

func names() string {
	var out []string
	for _, m := range measures {
		out = append(out, m.name)
	}
	return strings.Join(out, " ")
}
