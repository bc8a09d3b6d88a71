package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"duban/internal/app"
	"duban/internal/clock"
	"duban/internal/fault"
)

func check() *cobra.Command {
	c := &cobra.Command{
		Use:     "check",
		Short:   "检查配置、数据库、节假日数据、平台凭证和群绑定",
		Example: "  duban check -c duban.yaml",
		Args:    alone,
	}
	read := configFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, err := read()
		if err != nil {
			return err
		}
		failed := 0
		for _, f := range app.Check(c.Context(), app.Options{Config: cfg, Clock: clock.System{}}) {
			fmt.Fprintln(c.OutOrStdout(), f)
			if f.Level == app.CheckFailed {
				failed++
			}
		}
		if failed > 0 {
			return fault.Newf(fault.Conflict, "有%d项没有通过，请按说明处理后再检查。", failed)
		}
		return nil
	}
	return c
}
