package app

import (
	"context"
	"duban/internal/chat"
	"fmt"
	"time"
)

// down names the parts that are not ready to do their work.
func (a *App) down(ctx context.Context) []string {
	var out []string
	if err := a.Store.Ping(ctx); err != nil {
		out = append(out, "database")
	}
	for name, ready := range a.platforms.ready {
		if !ready() && !a.standby.Load() {
			out = append(out, string(name))
		}
	}
	return out
}

// AwaitReady waits until every platform's connection stands.
func (a *App) AwaitReady(ctx context.Context) error {
	for name := range a.platforms.ready {
		if err := a.Await(ctx, name, true); err != nil {
			return err
		}
	}
	return nil
}

// Await waits until a platform's connection stands, or is seen to be down. A platform without one is
// always as it should be.
func (a *App) Await(ctx context.Context, platform chat.Platform, up bool) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	ready := a.platforms.ready[platform]
	for ready != nil && ready() != up {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", platform, ctx.Err())
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}
