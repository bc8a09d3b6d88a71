package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"duban/internal/app"
	"duban/internal/clock"
	"duban/internal/proof"
)

func export() *cobra.Command {
	c := &cobra.Command{
		Use:     "export",
		Short:   "导出：事项的证据包",
		Example: "  duban export evidence J0012 -c duban.yaml -o 证据-J0012.zip",
	}
	family(c)
	c.AddCommand(exportEvidence())
	return c
}

func exportEvidence() *cobra.Command {
	c := &cobra.Command{
		Use:   "evidence CODE",
		Short: "导出一个事项的证据包",
		Long: "导出一个事项的证据包：履历、每次提醒预警督办及其规则原文、通知原文和回执、来信、照片，以及它们在存证链上的位置。\n" +
			"含可打印的网页（证据.html）和数据（evidence.json），离线即可核对：duban verify 证据-J0012.zip",
		Example: "  duban export evidence J0012 -c duban.yaml -o 证据-J0012.zip\n  duban export evidence J0012 -c duban.yaml -o 存放文件夹",
		Args:    one("duban export evidence 事项编号，例如 J0012"),
	}
	read := configFlag(c)
	out := c.Flags().StringP("out", "o", "", "写到哪里：.zip 文件或文件夹（默认 证据-编号.zip）")
	c.RunE = func(c *cobra.Command, args []string) error {
		cfg, err := read()
		if err != nil {
			return err
		}
		code := strings.ToUpper(strings.TrimSpace(args[0]))
		p, err := app.Evidence(c.Context(), app.Options{Config: cfg, Clock: clock.System{}, Log: logger(cfg, c.ErrOrStderr())}, code)
		if err != nil {
			return err
		}
		files, sum, err := app.PackFiles(p)
		if err != nil {
			return err
		}
		path := *out
		if path == "" {
			path = "证据-" + code + ".zip"
		}
		if err := proof.Save(filepath.Clean(path), files); err != nil {
			return err
		}
		w := c.OutOrStdout()
		fmt.Fprintf(w, "已写到 %s：%s。\n", path, p.Summary())
		if _, waiting := p.Sealed(); waiting > 0 {
			fmt.Fprintf(w, "其中%d项刚写入、尚未入链；服务运行几秒后再导出即可补上。\n", waiting)
		}
		fmt.Fprintf(w, "存证码 %s\n本包校验码 %s\n请将校验码与证据包分开保存。离线核对：duban verify %s\n", p.Head.Hash, sum, path)
		return nil
	}
	return c
}
