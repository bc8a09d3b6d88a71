package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"duban/internal/clock"
)

// What serving may cost while nobody asks for anything.
const (
	readyLimit  = 200 // ms from its start on a migrated database
	idleLimit   = 48  // MB resident with 600 projects
	binaryLimit = 45  // MB, stripped
)

// stands measures the program itself against its limits: how large it is, how soon `serve` is ready, and how
// much memory it holds when it has been so for a moment.
func stands(ctx context.Context, r *run, b *base) (err error) {
	dir, err := os.MkdirTemp("", "duban-bench-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	bin := filepath.Join(dir, "duban")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", bin, "./cmd/duban")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build duban: %w: %s", err, out)
	}
	info, err := os.Stat(bin)
	if err != nil {
		return fmt.Errorf("look at the program: %w", err)
	}
	series{{binaryLimit}, {float64(info.Size()) / 1e6}}.say("binary-"+b.name, 0, 1, "MB")

	g, err := b.fresh(ctx, clock.System{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	if err := g.fill(ctx, crowd{projects: callers, people: callers, groups: 150, units: 100}); err != nil {
		return err
	}
	var ready, resident []float64
	for range r.rounds {
		took, rss, err := g.serve(ctx, bin, dir)
		if err != nil {
			return err
		}
		ready, resident = append(ready, took), append(resident, rss)
	}
	limit := func(v float64) []float64 { return []float64{v, v, v}[:len(ready)] }
	series{limit(readyLimit), ready}.say("ready-"+b.name, 0, 1, "ms")
	series{limit(idleLimit), resident}.say("idle-"+b.name, 0, 1, "MB")
	return nil
}

// serve starts the program on the database and gives how long it took until it was ready, in milliseconds,
// and how much memory it then holds, in MB.
func (g *ground) serve(ctx context.Context, bin, dir string) (ready, rss float64, err error) {
	port, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, 0, fmt.Errorf("find a port: %w", err)
	}
	addr := port.Addr().String()
	if err := port.Close(); err != nil {
		return 0, 0, err
	}
	path := filepath.Join(dir, "duban.yaml")
	text := fmt.Sprintf("district: {code: bench, name: 测试区}\ndatabase: {%s}\nhttp: {addr: %q, public_url: %q}\n", g.where, addr, "http://"+addr)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return 0, 0, fmt.Errorf("write the configuration: %w", err)
	}
	var said strings.Builder
	c := exec.CommandContext(ctx, bin, "serve", "-c", path)
	c.Stdout, c.Stderr = &said, &said
	begun := time.Now()
	if err := c.Start(); err != nil {
		return 0, 0, fmt.Errorf("start duban: %w", err)
	}
	defer func() {
		_ = c.Process.Signal(os.Interrupt)
		_ = c.Wait()
	}()
	for {
		resp, err := http.Get("http://" + addr + "/readyz")
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				break
			}
		}
		if time.Since(begun) > 30*time.Second {
			return 0, 0, fmt.Errorf("duban is not ready: %w: %s", err, said.String())
		}
		time.Sleep(time.Millisecond)
	}
	ready = float64(time.Since(begun).Microseconds()) / 1000
	time.Sleep(2 * slice)
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.Process.Pid))
	if err != nil {
		return 0, 0, fmt.Errorf("look at the process: %w", err)
	}
	var kb float64
	for line := range strings.Lines(string(status)) {
		if n, err := fmt.Sscanf(line, "VmRSS: %f kB", &kb); n == 1 && err == nil {
			break
		}
	}
	return ready, kb / 1000, nil
}
