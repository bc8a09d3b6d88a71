package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"duban/internal/app"
)

func migrate() *cobra.Command {
	c := &cobra.Command{
		Use:       "migrate up|status",
		Short:     "建立或升级数据库结构",
		Example:   "  duban migrate status -c duban.yaml\n  duban migrate up -c duban.yaml",
		ValidArgs: []string{"up", "status"},
		Args:      one("duban migrate up 或 duban migrate status"),
	}
	read := configFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		if args[0] != "up" && args[0] != "status" {
			return fmt.Errorf("%w: 请写 duban migrate up 或 duban migrate status", errUsage)
		}
		cfg, err := read()
		if err != nil {
			return err
		}
		have, want, err := app.Migrate(c.Context(), cfg, args[0] == "up")
		if err != nil {
			return err
		}
		fmt.Fprintf(c.OutOrStdout(), "数据库结构版本 %d，本程序需要 %d。\n", have, want)
		return nil
	}
	return c
}
