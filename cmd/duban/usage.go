package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// family makes a command of one that only holds others: alone it shows what there is, and a word it
// does not know is a wrong command line.
func family(c *cobra.Command) {
	c.Args = cobra.ArbitraryArgs
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return c.Help()
		}
		var names []string
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				names = append(names, sub.Name())
			}
		}
		return fmt.Errorf("%w: 没有“%s”这个命令，%s 后面可以写：%s", errUsage, args[0], c.CommandPath(), strings.Join(names, "、"))
	}
}

// alone wants no words behind a command.
func alone(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%w: %s 后面不用写“%s”，请看 %s --help", errUsage, c.CommandPath(), args[0], c.CommandPath())
	}
	return nil
}

// helpText is cobra's own usage, in the language of those who read it.
const helpText = `用法：
{{- if .HasAvailableSubCommands}}
  {{.CommandPath}} 命令
{{- else}}
  {{.UseLine}}{{if .HasAvailableFlags}} [选项]{{end}}
{{- end}}
{{- if .HasExample}}

示例：
{{.Example}}
{{- end}}
{{- if .HasAvailableSubCommands}}

命令：
{{- range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}
{{- end}}
{{- if .HasAvailableLocalFlags}}

选项：
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}
{{- end}}
{{- if .HasAvailableInheritedFlags}}

通用选项：
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}
{{- end}}
{{- if .HasAvailableSubCommands}}

各命令的说明：{{.CommandPath}} 命令 --help
{{- end}}
`

// speakChinese words cobra's help and complaints; all commands are there already.
func speakChinese(root *cobra.Command) {
	root.SetUsageTemplate(helpText)
	root.SetHelpCommand(&cobra.Command{Use: "help", Hidden: true, RunE: func(_ *cobra.Command, args []string) error {
		c, rest, err := root.Find(args)
		if err != nil || len(rest) > 0 {
			return root.RunE(root, args)
		}
		return c.Help()
	}})
	root.CompletionOptions.DisableDefaultCmd = true
	for _, c := range root.Commands() {
		c.DisableFlagsInUseLine = true
	}
	root.PersistentFlags().BoolP("help", "h", false, "显示说明")
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("%w: %s，请看 %s --help", errUsage, wrongFlag(err), c.CommandPath())
	})
}

func wrongFlag(err error) string {
	var unknown *pflag.NotExistError
	var lacking *pflag.ValueRequiredError
	var bad *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		return "没有选项 " + dashed(unknown.GetSpecifiedName())
	case errors.As(err, &lacking):
		return "选项 " + dashed(lacking.GetSpecifiedName()) + " 后面要写值"
	case errors.As(err, &bad):
		return fmt.Sprintf("选项 %s 不能是“%s”", dashed(bad.GetFlag().Name), bad.GetValue())
	}
	return "选项写法不对：" + err.Error()
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}
