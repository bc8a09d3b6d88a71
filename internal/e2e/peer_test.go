package e2e

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// peerPatience is how long a peer is waited for; it starts a node process, on a loaded machine too.
const peerPatience = 2 * time.Minute

// peer is a client of a platform that its vendor publishes, running in a process of its own.
type peer struct {
	*testing.T
	in  io.WriteCloser
	got chan map[string]any
	mu  sync.Mutex
	err strings.Builder
}

// peerFolder is where scripts/peers puts the published clients; without them the wire is held by nobody, so their
// absence is a failure.
func peerFolder(t testing.TB) string {
	t.Helper()
	lock, err := os.ReadFile("peers/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(cache, "duban", fmt.Sprintf("peers-%x", sha256.Sum256(lock))[:len("peers-")+12])
	if _, err := exec.LookPath("node"); err != nil {
		t.Fatal("node is missing: run scripts/peers once, it installs node and the vendors' clients")
	}
	if _, err := os.Stat(filepath.Join(dir, "complete")); err != nil {
		t.Fatal("the vendors' clients are missing: run scripts/peers once, it installs them into " + dir)
	}
	return dir
}

func startPeer(t *testing.T, script string, env ...string) *peer {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", filepath.Join("peers", script))
	cmd.Env = append(os.Environ(), append(env, "DUBAN_PEERS="+peerFolder(t), "NO_PROXY=127.0.0.1,localhost", "no_proxy=127.0.0.1,localhost")...)
	p := &peer{T: t, got: make(chan map[string]any, 1000)}
	var err error
	if p.in, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = p
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		defer close(p.got)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var said map[string]any
			if json.Unmarshal(lines.Bytes(), &said) != nil {
				_, _ = p.Write(append(lines.Bytes(), '\n'))
				continue
			}
			p.got <- said
		}
	}()
	t.Cleanup(func() {
		_ = p.in.Close() // the script ends with its input
		<-read
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(p.log())
		}
	})
	return p
}

// Write keeps what the peer complains about.
func (p *peer) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err.Write(b)
}

func (p *peer) log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err.String()
}

func (p *peer) order(what string, args map[string]any) {
	p.Helper()
	all := map[string]any{"order": what}
	for k, v := range args {
		all[k] = v
	}
	line, err := json.Marshal(all)
	if err == nil {
		_, err = p.in.Write(append(line, '\n'))
	}
	if err != nil {
		p.Fatal(err)
	}
}

// hears waits for what the peer tells next and fails when it is something else.
func (p *peer) hears(what string) map[string]any {
	p.Helper()
	select {
	case said, open := <-p.got:
		if !open || said["what"] != what {
			p.Fatalf("the peer says %v, want %q\n%s", said, what, p.log())
		}
		return said
	case <-time.After(peerPatience):
		p.Fatalf("the peer does not say %q\n%s", what, p.log())
		return nil
	}
}

// done waits for the outcome of something the peer did, which must have worked.
func (p *peer) done(what string) map[string]any {
	p.Helper()
	said := p.hears(what)
	if said["ok"] != true {
		p.Fatalf("%s: %v", what, said)
	}
	out, _ := said["out"].(map[string]any)
	return out
}

// until waits for something another goroutine of the sandbox brings about.
func until(t testing.TB, what string, is func() bool) {
	t.Helper()
	for stop := time.Now().Add(peerPatience); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(stop) {
			t.Fatalf("it did not come about: %s", what)
		}
	}
}

// hearsAny waits for one of several things.
func (p *peer) hearsAny(what ...string) map[string]any {
	p.Helper()
	select {
	case said := <-p.got:
		for _, w := range what {
			if said["what"] == w {
				return said
			}
		}
		p.Fatalf("the peer says %v, want one of %q\n%s", said, what, p.log())
	case <-time.After(peerPatience):
		p.Fatalf("the peer says none of %q\n%s", what, p.log())
	}
	return nil
}
