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
		Use:   "verify [PACK]",
		Short: "核对存证链：台账有没有被改动、删除、调换；离线核对证据包",
		Long: "核对存证链：逐环核对履历、督办步骤、督办单、报送、来信和通知，指出第一处被改动、删除或调换的记录。\n" +
			"完整时退出码为0，并打印最新存证码；请另行妥善保存，日后用 --head 核对，可以发现整体改写。\n" +
			"写上证据包的文件名时离线核对该包，不用配置和数据库。",
		Example: "  duban verify -c duban.yaml\n  duban verify -c duban.yaml --head 5d41402abc4b2a76b9719d911017c592ae41e4649b934ca495991b7852b85500\n" +
			"  duban verify 证据-J0012.zip",
		Args: cobra.MaximumNArgs(1),
	}
	read := configFlag(c)
	head := c.Flags().String("head", "", "以前保存的存证码")
	c.RunE = func(c *cobra.Command, args []string) error {
		code := strings.ToLower(strings.TrimSpace(*head))
		if code != "" && !hash(code) {
			return fmt.Errorf("%w: --head 请写完整的存证码，64位，由0-9和a-f组成", errUsage)
		}
		if len(args) == 1 {
			return tellPack(c.OutOrStdout(), args[0], code)
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

func tellPack(out io.Writer, path, remembered string) error {
	p, code, err := app.VerifyPack(path)
	if err != nil {
		return err
	}
	if remembered != "" && !p.Holds(remembered) {
		return fault.New(fault.Conflict, "所给存证码不在证据包所附的链上。请用生成证据包前后保存的存证码核对，或与台账核对。")
	}
	on, waiting := p.Sealed()
	fmt.Fprintf(out, "证据包 %s：%s。\n%d项记录与存证链相符", p.Matter.Code, p.Summary(), on)
	if waiting > 0 {
		fmt.Fprintf(out, "，%d项生成时尚未入链", waiting)
	}
	fmt.Fprintf(out, "。\n存证码 %s（第%d环，%s）\n本包校验码 %s\n", p.Head.Hash, p.Head.Seq, p.Head.SealedAt, code)
	if !p.SameRenderer() {
		fmt.Fprintln(out, "页面由另一版本的程序生成，未与数据逐字核对；以校验码为准。")
	}
	if remembered == "" {
		fmt.Fprintln(out, "请核对存证码与督查室保存的一致。")
	} else {
		fmt.Fprintln(out, "与所给存证码一致。")
	}
	fmt.Fprintln(out, "证据包完整，没有改动。")
	return nil
}
