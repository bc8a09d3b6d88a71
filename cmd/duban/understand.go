package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"duban/internal/app"
	"duban/internal/clock"
	"duban/internal/command"
)

// request is one line on standard input.
type request struct {
	As   string `json:"as"`
	In   string `json:"in"`
	Now  string `json:"now"`
	Card string `json:"card"`
	Text string `json:"text"`
}

const moments = "2006-01-02 15:04"

func understand() *cobra.Command {
	c := &cobra.Command{
		Use:   "understand [TEXT]",
		Short: "试读一句话：会读成什么、为什么、会怎么答，什么也不写入",
		Long: "试读一句话：会读成哪个动作、哪个项目、什么数和日期，会记录、会问还是会拒绝，什么也不写入。\n" +
			"不写 TEXT 时从标准输入逐行读取 JSON，例如 {\"as\":\"王敏\",\"in\":\"\",\"now\":\"2026-03-05 09:00\",\"card\":\"\",\"text\":\"华兴 65%\"}。",
		Example: "  duban understand -c duban.yaml --as 王敏 \"华兴项目 主体封顶了 本月投了1200万\"\n  duban understand -c duban.yaml --json < 语句.jsonl",
		Args:    cobra.MaximumNArgs(1),
	}
	read := configFlag(c)
	var r request
	c.Flags().StringVar(&r.As, "as", "", "谁说的：干部的编号或姓名")
	c.Flags().StringVar(&r.In, "in", "", "在哪个群说的：群的编号或名称；不写是单聊")
	c.Flags().StringVar(&r.Now, "now", "", "什么时候说的，例如 \"2026-03-05 09:00\"；不写是现在")
	asJSON := c.Flags().Bool("json", false, "输出 JSON，一句一行")
	c.RunE = func(c *cobra.Command, args []string) error {
		cfg, err := read()
		if err != nil {
			return err
		}
		turned := clock.NewTurnable(clock.System{}.Now())
		a, err := app.New(c.Context(), app.Options{Config: cfg, Clock: turned, Log: logger(cfg, c.ErrOrStderr()), Manual: true})
		if err != nil {
			return err
		}
		defer func() { _ = a.Stop(c.Context()) }()
		one := func(r request, asJSON bool) error {
			if r.As == "" || strings.TrimSpace(r.Text) == "" {
				return fmt.Errorf("%w: 请写明谁说的（--as）和说了什么", errUsage)
			}
			now := clock.System{}.Now()
			if r.Now != "" {
				if now, err = time.ParseInLocation(moments, r.Now, clock.Shanghai); err != nil {
					return fmt.Errorf("%w: --now 请写时刻，例如 \"2026-03-05 09:00\"", errUsage)
				}
			}
			turned.Set(now)
			e, err := a.Understand(c.Context(), app.Saying{As: r.As, In: r.In, Card: r.Card, Text: r.Text})
			if err != nil {
				return err
			}
			return show(c.OutOrStdout(), e, asJSON)
		}
		if len(args) == 1 {
			r.Text = args[0]
			return one(r, *asJSON)
		}
		lines := bufio.NewScanner(c.InOrStdin())
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			line := r
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
				return fmt.Errorf("%w: 这一行不是 JSON：%.60q", errUsage, lines.Text())
			}
			if err := one(line, true); err != nil {
				return err
			}
		}
		return lines.Err()
	}
	return c
}

// show prints an explanation for a program, or for a person.
func show(out io.Writer, e command.Explanation, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(out)
		enc.SetEscapeHTML(false)
		return enc.Encode(e)
	}
	say := func(what, value string) {
		if value != "" {
			fmt.Fprintf(out, "%s：%s\n", what, value)
		}
	}
	say("读作", e.Read)
	say("动作", e.Act)
	for _, c := range e.Candidates {
		say("项目", fmt.Sprintf("%s %s（%s %.2f）", c.Code, c.Name, why[c.Why], c.Score))
	}
	for _, c := range e.Matters {
		say("事项", fmt.Sprintf("%s %s（%s %.2f）", c.Code, c.Name, why[c.Why], c.Score))
	}
	say("总进度", e.Progress)
	say("本年累计投资", e.Invested)
	say("一段时间的投资（不计入累计）", e.Month)
	say("说明", e.Text)
	for _, d := range e.Dates {
		say("日期", d.Said+" → "+d.Day+d.Maybe)
	}
	for i, p := range e.Reports {
		say(fmt.Sprintf("第%d条", i+1), p)
	}
	say("存疑", e.Doubt)
	say("结果", outcomes[e.Outcome])
	for _, l := range e.Answer {
		fmt.Fprintf(out, "  | %s\n", l)
	}
	return nil
}

var (
	outcomes = map[string]string{"write": "会记录", "ask": "会问", "refuse": "会说明不能记录", "answer": "只回答，不记录"}
	why      = map[string]string{"name": "名称", "part": "相近", "place": "所在群、所答的卡片或唯一负责的项目",
		"number": "编号", "own": "本人报送的项目，待选", "near": "也有些像，没有选"}
)
