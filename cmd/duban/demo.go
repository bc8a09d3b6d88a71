package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"duban/internal/clock"
	"duban/internal/sandbox"
)

// demoStart is when the sample district's story begins: the last days of a period, so that the call for
// reports, a worked Saturday, the cut-off and a circular lie within a few turns of the clock.
var demoStart = time.Date(2026, 2, 27, 8, 0, 0, 0, clock.Shanghai)

func demo() *cobra.Command {
	c := &cobra.Command{
		Use:   "demo",
		Short: "演示：无需安装任何东西，在浏览器里看完整个系统",
		Long: "演示：内置数据库、两个平台的模拟环境和一个示例区。\n" +
			"打开页面后，可以扮演任何一名干部发消息、按按钮、填表单，可以拨动时钟，看每个群收到什么。",
		Example: "  duban demo\n  duban demo --addr 127.0.0.1:9000 --data ./demo-data",
		Args:    alone,
	}
	addr := c.Flags().String("addr", "127.0.0.1:8080", "页面地址")
	folder := c.Flags().String("data", "", "数据文件夹（默认用临时文件夹，退出即删）")
	show := c.Flags().Bool("open", true, "打开浏览器")
	c.RunE = func(c *cobra.Command, _ []string) error {
		dir := *folder
		if dir == "" {
			tmp, err := os.MkdirTemp("", "duban-demo-")
			if err != nil {
				return fmt.Errorf("make a temporary folder: %w", err)
			}
			defer func() { _ = os.RemoveAll(tmp) }()
			dir = tmp
		} else if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("%w: 数据文件夹 %s 不能用", errUsage, dir)
		}
		listener, err := net.Listen("tcp", *addr)
		if err != nil {
			return fmt.Errorf("%w: 地址 %s 不能用，请用 --addr 换一个", errUsage, *addr)
		}
		defer func() { _ = listener.Close() }()
		register, err := sandbox.Sample()
		if err != nil {
			return err
		}
		world, err := sandbox.New(c.Context(), sandbox.Options{
			Register: register, Start: demoStart, SQLite: filepath.Join(dir, "duban.db"), Links: true, Log: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			return err
		}
		defer world.Close()
		server := &http.Server{Handler: sandbox.NewDemo(world).Handler(), ReadHeaderTimeout: 10 * time.Second}
		url := "http://" + listener.Addr().String()
		fmt.Fprintf(c.OutOrStdout(), "演示已就绪：%s\n按 Ctrl+C 结束。\n", url)
		if *show {
			browse(url)
		}
		go func() {
			<-c.Context().Done()
			stop, cancel := context.WithTimeout(context.Background(), 3*time.Second)
			defer cancel()
			_ = server.Shutdown(stop)
		}()
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve the page: %w", err)
		}
		return nil
	}
	return c
}

// browse asks the desktop to open the page; where there is none, the printed address is enough.
func browse(url string) {
	opener := map[string]string{"darwin": "open", "windows": "explorer"}[runtime.GOOS]
	if opener == "" {
		opener = "xdg-open"
	}
	if path, err := exec.LookPath(opener); err == nil {
		_ = exec.Command(path, url).Start()
	}
}
