package jobs

import (
	"context"
	"fmt"
	"time"

	"github.com/go-co-op/gocron/v2"

	"duban/internal/clock"
)

// Run ticks at each job's hour and once a minute (catching up, retrying, taking over), the first time
// at once, until ctx ends; then it waits for the work under way, which is told to stop.
func (j *Jobs) Run(ctx context.Context) error {
	sched, err := gocron.NewScheduler(gocron.WithLocation(clock.Shanghai), gocron.WithStopTimeout(30*time.Second))
	if err != nil {
		return fmt.Errorf("make the ticker: %w", err)
	}
	tick := gocron.NewTask(func() {
		if err := j.Tick(ctx); err != nil && ctx.Err() == nil {
			j.Log.Error("a job failed", "error", err)
		}
	})
	once := gocron.WithSingletonMode(gocron.LimitModeReschedule)
	for _, jb := range j.rows() {
		if _, err := sched.NewJob(gocron.CronJob(jb.cron, false), tick, once, gocron.WithName(jb.name)); err != nil {
			return fmt.Errorf("register %s: %w", jb.name, err)
		}
	}
	_, err = sched.NewJob(gocron.DurationJob(time.Minute), tick, once, gocron.WithName("sweep"), gocron.WithStartAt(gocron.WithStartImmediately()))
	if err != nil {
		return fmt.Errorf("register the sweep: %w", err)
	}
	sched.Start()
	<-ctx.Done()
	if err := sched.Shutdown(); err != nil {
		return fmt.Errorf("stop the ticker: %w", err)
	}
	return nil
}
