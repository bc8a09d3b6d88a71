// Command duban runs the rhythm of a district's projects in WeCom and DingTalk groups. It only reads
// the command line; the product lives in internal/app, the world around it in internal/sandbox.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"duban/internal/fault"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// errUsage marks what is wrong with the command line or the configuration: exit status 2.
var errUsage = errors.New("usage")

// run is the whole program: 0 done, 1 it failed, 2 the command line or the configuration is wrong.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	root := &cobra.Command{
		Use:           "duban",
		Short:         "督办：企业微信和钉钉群里的项目调度机器人",
		Long:          "督办：企业微信和钉钉群里的项目调度机器人。\n先看看：duban demo",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	verbose := root.PersistentFlags().Bool("verbose", false, "出错时显示原因")
	family(root)
	root.AddCommand(demo(), serve(), check(), migrate(), importBook(), job(), rehearse(), understand(), verify(), export(), health())
	speakChinese(root)
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errs)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(errs, "duban:", sentence(err, *verbose))
	if errors.Is(err, errUsage) || fault.CodeOf(err) == fault.Invalid {
		return 2
	}
	return 1
}

// sentence is what somebody at the command line is told: a fault's sentence, or the error itself; the
// cause too when asked for.
func sentence(err error, verbose bool) string {
	var f *fault.Error
	if errors.As(err, &f) && f.Code != fault.Internal {
		if verbose {
			return fmt.Sprintf("%s\n原因：%v(%v)", f.Sentence, err, f.Cause)
		}
		return f.Sentence
	}
	return strings.TrimPrefix(err.Error(), errUsage.Error()+": ")
}

// one wants a single word behind the command; what says how it is written.
func one(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return fmt.Errorf("%w: 请写 %s", errUsage, what)
		}
		return nil
	}
}
