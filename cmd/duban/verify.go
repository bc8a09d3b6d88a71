package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"duban/internal/app"
	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/proof"
	"duban/internal/store"
)

func verify() *cobra.Command {
	c := &cobra.Command{
		Use:   "verify",
		Short: "核对存证链：台账有没有被改动、删除、调换",
		Long: "核对存证链：逐环核对履历、督办步骤、督办单、报送、来信和通知，指出第一处被改动、删除或调换的记录。\n" +
			"完整时退出码为0，并打印最新存证码；请另行妥善保存，日后用 --head 核对，可以发现整体改写。",
		Example: "  duban verify -c duban.yaml\n  duban verify -c duban.yaml --head 5d41402abc4b2a76b9719d911017c592ae41e4649b934ca495991b7852b85500",
		Args:    alone,
	}
	read := configFlag(c)
	head := c.Flags().String("head", "", "以前保存的存证码")
	c.RunE = func(c *cobra.Command, _ []string) error {
		code := strings.ToLower(strings.TrimSpace(*head))
		if code != "" && !hash(code) {
			return fmt.Errorf("%w: --head 请写完整的存证码，64位，由0-9和a-f组成", errUsage)
		}
		cfg, err := read()
		if err != nil {
			return err
		}
		w, err := app.Verify(c.Context(), app.Options{Config: cfg, Clock: clock.System{}, Log: logger(cfg, c.ErrOrStderr())}, code)
		if err != nil {
			return err
		}
		return tellWalk(c.OutOrStdout(), w, code)
	}
	return c
}

// hash reports whether the text is a SHA-256 in hexadecimal.
func hash(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}

func tellWalk(out io.Writer, w store.Walked, remembered string) error {
	for _, b := range w.Breaks {
		fmt.Fprintln(out, "不符 ", proof.Say(b))
	}
	if more := w.Broken - len(w.Breaks); more > 0 {
		fmt.Fprintf(out, "另有%d处不符。\n", more)
	}
	if w.Head.Seq == 0 {
		fmt.Fprintln(out, "存证链还没有开始；服务运行后自动建立。")
	} else {
		fmt.Fprintf(out, "存证链共%d环，最新一环封存于%s。\n最新存证码 %s\n", w.Head.Seq, w.Head.SealedAt, w.Head.Hash)
	}
	if said := proof.Counts(w); said != "" {
		fmt.Fprintf(out, "已核对 %s，照片%d。\n", said, w.Photos)
	}
	if w.Waiting > 0 {
		fmt.Fprintf(out, "尚未入链 %d项（刚写入的，服务运行时几秒内入链）：\n", w.Waiting)
		for _, b := range w.Unsealed {
			fmt.Fprintln(out, "  ", proof.Waits(b))
		}
	}
	if w.Broken > 0 {
		return fault.Newf(fault.Conflict, "存证链不完整，第一处：%s。请保留现场并报告督查室。", proof.Say(w.Breaks[0]))
	}
	if remembered != "" {
		fmt.Fprintln(out, "所给存证码在链上：此前的记录没有被改写。")
	}
	fmt.Fprintln(out, "存证链完整。")
	return nil
}
