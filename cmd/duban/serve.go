package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"duban/internal/app"
	"duban/internal/clock"
	"duban/internal/config"
	"duban/internal/fault"
)

// configFlag adds -c and gives a reader of what it names.
func configFlag(c *cobra.Command) func() (config.Config, error) {
	path := c.Flags().StringP("config", "c", "", "配置文件，例如 duban.yaml")
	return func() (config.Config, error) {
		if *path == "" {
			return config.Config{}, fmt.Errorf("%w: 请用 -c 指明配置文件，例如 -c duban.yaml", errUsage)
		}
		f, err := os.Open(*path)
		if err != nil {
			return config.Config{}, fault.Newf(fault.Invalid, "配置文件 %s 打不开。", *path).Because(err)
		}
		defer func() { _ = f.Close() }()
		cfg, err := config.Load(f, os.Environ())
		if err != nil {
			return cfg, err
		}
		return cfg, cfg.Validate()
	}
}

// logger writes to w as the configuration says.
func logger(cfg config.Config, w io.Writer) *slog.Logger {
	var level slog.Level
	if level.UnmarshalText([]byte(cfg.Log.Level)) != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if cfg.Log.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// open makes the product of a configuration; manual is for commands that run one thing and end.
func open(ctx context.Context, cfg config.Config, log *slog.Logger, manual bool) (*app.App, error) {
	return app.New(ctx, app.Options{Config: cfg, Clock: clock.System{}, Log: log, Manual: manual})
}

func serve() *cobra.Command {
	c := &cobra.Command{
		Use:     "serve",
		Short:   "运行服务：真实平台、正式台账",
		Example: "  duban serve -c duban.yaml",
		Args:    alone,
	}
	read := configFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, err := read()
		if err != nil {
			return err
		}
		log := logger(cfg, c.ErrOrStderr())
		a, err := open(c.Context(), cfg, log, false)
		if err != nil {
			return err
		}
		if err := a.Start(c.Context()); err != nil {
			return err
		}
		log.Info("ready", "district", a.District.Name, "address", a.Addr())
		<-c.Context().Done()
		log.Info("stopping")
		stop, cancel := context.WithTimeout(context.WithoutCancel(c.Context()), 30*time.Second)
		defer cancel()
		return a.Stop(stop)
	}
	return c
}
