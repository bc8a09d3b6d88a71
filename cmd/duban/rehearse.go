package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"duban/internal/sandbox"
)

func rehearse() *cobra.Command {
	c := &cobra.Command{
		Use:   "rehearse FILE...",
		Short: "演练：把情景文件放到整个系统上演一遍，看每个群、每个人收到什么",
		Long: "演练：把情景文件放到整个系统上演一遍，逐步打印每个群、每个人收到的全部消息。\n" +
			"与文件中预期不同的，指出第一处不同，退出码为1。写法见 docs/scenarios.md。",
		Example: "  duban rehearse internal/e2e/testdata/first_and_second.txt\n  duban rehearse --rewrite 我的情景.txt",
		Args:    cobra.MinimumNArgs(1),
	}
	rewrite := c.Flags().Bool("rewrite", false, "把实际收到的写回文件")
	quiet := c.Flags().Bool("quiet", false, "只报告结果")
	c.RunE = func(c *cobra.Command, files []string) error {
		failed := 0
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				return fmt.Errorf("%w: %s 读不到", errUsage, name)
			}
			story, err := sandbox.ParseStory(name, data)
			if err != nil {
				return fmt.Errorf("%w: %w", errUsage, err)
			}
			got, err := sandbox.Rehearse(c.Context(), story)
			if err != nil {
				return err
			}
			if !*quiet {
				fmt.Fprint(c.OutOrStdout(), string(story.With(got)))
			}
			if *rewrite {
				if err := os.WriteFile(name, story.With(got), 0o644); err != nil {
					return fmt.Errorf("write %s: %w", name, err)
				}
				continue
			}
			if diff := story.Compare(got); diff != "" {
				failed++
				fmt.Fprintf(c.OutOrStdout(), "不一致 %s\n%s\n", name, diff)
			} else {
				fmt.Fprintf(c.OutOrStdout(), "一致 %s\n", name)
			}
		}
		if failed > 0 {
			return fmt.Errorf("%d个情景与预期不一致", failed)
		}
		return nil
	}
	return c
}
