package main

import (
	"context"
	"fmt"

	"duban/internal/forecast/trial"
)

// forecasts tries forecasts on invented districts whose truth is known. The floor is the best of the ways that
// anybody could reckon; the figures are mean errors in working days, and below them the share of landings that
// fell within the interval of four in five. It asks no database.
func forecasts(_ context.Context, r *run, _ *base) error {
	if r.forecast {
		return nil
	}
	r.forecast = true
	cal, err := calendar()
	if err != nil {
		return err
	}
	projects := 300
	if r.short {
		projects = 60
	}
	for seed := range uint64(r.rounds) {
		got := trial.Run(seed+1, projects, cal)
		for _, way := range []struct {
			name  string
			score trial.Score
		}{{"straight", got.Straight}, {"steady", got.Steady}, {"plan", got.Plan}} {
			fmt.Printf("forecast-%s ratio=%.2f floor=%s working days ours=%s working days\n", way.name,
				got.Forecast.Error/way.score.Error, figure(way.score.Error), figure(got.Forecast.Error))
		}
		fmt.Printf("forecast-interval covered=%.0f%% asked=%d\n", 100*got.Forecast.Covered, got.Forecast.Asked)
	}
	return nil
}
