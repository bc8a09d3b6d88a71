package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"duban/internal/clock"
)

func job() *cobra.Command {
	c := &cobra.Command{
		Use:     "job",
		Short:   "定时任务：何时运行，手工补跑",
		Example: "  duban job list -c duban.yaml --days 14\n  duban job run look --at \"2026-03-05 08:33\" -c duban.yaml",
	}
	family(c)
	c.AddCommand(jobList(), jobRun())
	return c
}

func jobList() *cobra.Command {
	c := &cobra.Command{
		Use:     "list",
		Short:   "列出今后几天的任务",
		Example: "  duban job list -c duban.yaml --days 14",
		Args:    alone,
	}
	read := configFlag(c)
	days := c.Flags().Int("days", 14, "今后几天")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if *days < 1 || *days > 366 {
			return fmt.Errorf("%w: --days 请写 1 到 366", errUsage)
		}
		cfg, err := read()
		if err != nil {
			return err
		}
		a, err := open(c.Context(), cfg, logger(cfg, c.ErrOrStderr()), true)
		if err != nil {
			return err
		}
		defer func() { _ = a.Stop(c.Context()) }()
		now := a.Clock.Now()
		for _, p := range a.Planned(now, now.AddDate(0, 0, *days)) {
			fmt.Fprintf(c.OutOrStdout(), "%s  %-8s %s\n", p.Moment.Format("2006-01-02 15:04"), p.Name, p.Title)
		}
		return nil
	}
	return c
}

func jobRun() *cobra.Command {
	c := &cobra.Command{
		Use:     "run NAME",
		Short:   "按指定时刻补跑一次（同一任务同一时刻只会运行一次）",
		Example: "  duban job run look --at \"2026-03-05 08:33\" -c duban.yaml",
		Args:    one("duban job run 任务名 --at \"2026-03-05 08:33\""),
	}
	read := configFlag(c)
	at := c.Flags().String("at", "", "应当运行的时刻，例如 2026-03-05 08:33")
	c.RunE = func(c *cobra.Command, args []string) error {
		moment, err := time.ParseInLocation("2006-01-02 15:04", *at, clock.Shanghai)
		if err != nil {
			return fmt.Errorf("%w: --at 请写时刻，例如 \"2026-03-05 08:33\"", errUsage)
		}
		cfg, err := read()
		if err != nil {
			return err
		}
		a, err := open(c.Context(), cfg, logger(cfg, c.ErrOrStderr()), true)
		if err != nil {
			return err
		}
		defer func() { _ = a.Stop(c.Context()) }()
		if err := a.RunJob(c.Context(), args[0], moment); err != nil {
			return err
		}
		fmt.Fprintf(c.OutOrStdout(), "%s（%s）已运行，待发消息由运行中的服务发出。\n", args[0], moment.Format("2006-01-02 15:04"))
		return nil
	}
	return c
}
