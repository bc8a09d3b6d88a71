package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"duban/internal/app"
	"duban/internal/clock"
	"duban/internal/config"
	"duban/internal/desk"
	"duban/internal/fault"
)

var stateWords = map[desk.RowState]string{
	desk.RowNew: "新增", desk.RowChanged: "变化", desk.RowRefused: "拒绝", desk.RowMissing: "名册中没有",
}

func importBook() *cobra.Command {
	c := &cobra.Command{
		Use:   "import FOLDER",
		Short: "导入名册：单位、人员、项目、节点、群",
		Long: "导入名册文件夹（district.yaml、units.csv、people.csv、projects.csv、nodes.csv、groups.csv，以及可有可无的 matters.csv 交办事项：来源,编号,内容,责任单位编码,责任人编码,期限,项目编码,交办领导编码）。\n" +
			"默认只试算，逐行说明新增、变化、拒绝及原因；确认后加 --apply 写入。",
		Example: "  duban import -c duban.yaml 名册/\n  duban import -c duban.yaml 名册/ --apply",
		Args:    one("duban import -c duban.yaml 名册文件夹"),
	}
	read := configFlag(c)
	apply := c.Flags().Bool("apply", false, "写入台账（默认只试算）")
	c.RunE = func(c *cobra.Command, args []string) error {
		cfg, err := read()
		if err != nil {
			return err
		}
		if info, err := os.Stat(args[0]); err != nil || !info.IsDir() {
			return fmt.Errorf("%w: %s 不是文件夹", errUsage, args[0])
		}
		reg, findings := config.ReadRegister(os.DirFS(args[0]))
		report, err := app.Import(c.Context(), app.Options{Config: cfg, Clock: clock.System{}, Log: logger(cfg, c.ErrOrStderr())}, reg, *apply)
		if err != nil {
			return err
		}
		out := c.OutOrStdout()
		for _, f := range findings {
			fmt.Fprintln(out, "拒绝", f)
		}
		for _, r := range report.Rows {
			if r.State != desk.RowUnchanged {
				fmt.Fprintln(out, stateWords[r.State], r.File, r.Key, r.Why)
			}
		}
		refused := len(findings) + report.Count(desk.RowRefused)
		fmt.Fprintf(out, "新增 %d，变化 %d，未变 %d，拒绝 %d。", report.Count(desk.RowNew), report.Count(desk.RowChanged),
			report.Count(desk.RowUnchanged), refused)
		if report.Applied {
			fmt.Fprintln(out, "已写入台账。")
		} else {
			fmt.Fprintln(out, "这是试算，没有写入；确认后加 --apply。")
		}
		if refused > 0 {
			return fault.Newf(fault.Conflict, "有%d行被拒绝，请按说明改正后重新导入。", refused)
		}
		return nil
	}
	return c
}
