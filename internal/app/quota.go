package app

import (
	"context"
	"time"

	"duban/internal/chat/dingtalk"
	"duban/internal/watch"
)

// The budgets DingTalk gives an organisation for a calendar month.
const (
	dingCalls    = "dingtalk.calls"
	dingMessages = "dingtalk.messages"
)

// quota adds up what was used of the platforms' monthly budgets and tells the office before one runs out;
// true when there is something to send.
func (a *App) quota(ctx context.Context) (told bool, err error) {
	d, c := a.platforms.ding, a.Config.DingTalk
	if d == nil {
		return false, nil
	}
	err = d.Draw(func(u dingtalk.Usage) (err error) {
		told, err = a.watch.Quota(ctx, []watch.Use{
			{Budget: dingCalls, N: u.Calls, Limit: c.MonthlyCalls, Out: u.Withheld > 0},
			{Budget: dingMessages, N: u.Messages, Limit: c.MonthlyMessages, Out: u.Deaf > 0},
		})
		return err
	})
	return told, err
}

// keepQuota does so every minute, and once more at the end.
func (a *App) keepQuota(ctx context.Context) error {
	every := time.NewTicker(time.Minute)
	defer every.Stop()
	for ctx.Err() == nil {
		select {
		case <-every.C:
		case <-ctx.Done():
		}
		switch told, err := a.quota(context.WithoutCancel(ctx)); {
		case err != nil:
			a.Log.Error("what was used of the month's budgets could not be written down", "error", err)
		case told:
			a.wake()
		}
	}
	return nil
}
