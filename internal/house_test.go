// Package internal holds nothing but the rules of the house, kept as tests.
package internal

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors says on which floor a room lies; imports go down only, rooms of one floor never meet.
var floors = map[string]int{
	"clock": 0, "fault": 0, "workday": 0, "zh": 0, "photo": 0, "paper": 0,
	"ledger": 1, "period": 1, "score": 1, "config": 1, "chat": 1, "forecast": 1,
	"store": 2, "chat/wecom": 2, "chat/dingtalk": 2, "chat/chattest": 2, "words": 2,
	"desk": 3, "view": 3, "watch": 3, "circular": 3, "outbox": 3, "proof": 3,
	"command": 4, "web": 4, "jobs": 4,
	"app":     5,
	"sandbox": 6, "sandbox/wecom": 6, "sandbox/dingtalk": 6,
}

// parts are packages inside a room: they lie on its floor and it may import them.
var parts = map[string]string{"store/storetest": "store", "forecast/trial": "forecast"}

// testOnly are packages that only tests may import, wherever they lie.
var testOnly = []string{"store/storetest", "chat/chattest", "forecast/trial"}

// guests are libraries only some rooms may use.
var guests = map[string][]string{
	"gorm.io/":                         {"store", "store/storetest"},
	"github.com/libtnb/sqlite":         {"store"},
	"github.com/pressly/goose":         {"store"},
	"github.com/go-sql-driver/mysql":   {"store", "store/storetest"},
	"github.com/go-co-op/gocron":       {"jobs"},
	"github.com/silenceper/wechat":     {"chat/wecom"},
	"github.com/coder/websocket":       {"chat/wecom", "chat/dingtalk"},
	"github.com/xuri/excelize":         {"paper/xlsx"},
	"github.com/mozillazg/go-pinyin":   {"zh"},
	"github.com/longbridgeapp/opencc":  {"zh"},
	"github.com/alexedwards/scs":       {"web"},
	"github.com/spf13/cobra":           {"cmd"},
	"github.com/spf13/pflag":           {"cmd"},
	"github.com/bastengao/chinese-hol": {},
}

type source struct {
	room string // "ledger", "chat/wecom", "cmd", "config" of the top level is "data"
	path string
	test bool
	file *ast.File
}

func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	for _, root := range []string{".", "../cmd", "../config"} {
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || filepath.Ext(path) != ".go" {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
			if err != nil {
				return err
			}
			room := filepath.ToSlash(filepath.Dir(path))
			switch root {
			case "../cmd":
				room = "cmd"
			case "../config":
				room = "data"
			}
			out = append(out, source{room, path, strings.HasSuffix(path, "_test.go"), f})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(out) < 50 {
		t.Fatalf("only %d files found: the rules would hold for nothing", len(out))
	}
	return out
}

func imports(f *ast.File) []string {
	var out []string
	for _, i := range f.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		out = append(out, p)
	}
	return out
}

func TestImportsGoDown(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.room == "cmd" || s.room == "data" || s.room == "e2e" || s.room == "bench" || s.room == "." {
			continue
		}
		home := s.room
		if p, ok := parts[s.room]; ok {
			home = p
		}
		floor, known := floors[home]
		if !known {
			t.Errorf("%s: room %q has no floor", s.path, s.room)
			continue
		}
		for _, imp := range imports(s.file) {
			room, inside := strings.CutPrefix(imp, "duban/internal/")
			if !inside || room == home || parts[room] == home || home == "sandbox" && strings.HasPrefix(room, "sandbox/") {
				continue
			}
			if slices.Contains(testOnly, room) {
				t.Errorf("%s imports %s, which is for tests", s.path, room)
			}
			if to, ok := floors[room]; !ok || to >= floor {
				t.Errorf("%s (floor %d) imports %s (floor %d)", s.path, floor, room, to)
			}
			if floor == 4 && room == "store" {
				t.Errorf("%s: a door imports the store", s.path)
			}
		}
	}
}

func TestGuestsStayInTheirRooms(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, imp := range imports(s.file) {
			for prefix, rooms := range guests {
				if strings.HasPrefix(imp, prefix) && !slices.Contains(rooms, s.room) {
					t.Errorf("%s imports %s, which belongs to %v", s.path, imp, rooms)
				}
			}
			if strings.HasPrefix(s.room, "sandbox/") && strings.Contains(strings.Split(imp, "/")[0], ".") {
				t.Errorf("%s imports %s; the imitations use the standard library only", s.path, imp)
			}
		}
	}
}

func TestOnlyTheClockAsksTheTime(t *testing.T) {
	for _, s := range sources(t) {
		if s.room == "clock" || s.room == "bench" || s.test { // a bench measures the host
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && (sel.Sel.Name == "Now" || sel.Sel.Name == "Since" || sel.Sel.Name == "Until" || sel.Sel.Name == "Local") {
					t.Errorf("%s uses time.%s", s.path, sel.Sel.Name)
				}
			}
			return true
		})
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	comments := map[string]int{}
	seen := map[string]string{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		dir := filepath.Dir(s.path)
		seen[dir] = s.path
		if s.file.Doc != nil {
			comments[dir]++
		}
	}
	for dir := range seen {
		if comments[dir] != 1 {
			t.Errorf("%s has %d package comments, want 1", dir, comments[dir])
		}
	}
}

func TestNoSkippedTestsNoInit(t *testing.T) {
	for _, s := range sources(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if x, ok := n.X.(*ast.Ident); ok && x.Name == "t" && strings.HasPrefix(n.Sel.Name, "Skip") {
					t.Errorf("%s skips a test", s.path)
				}
			case *ast.FuncDecl:
				if n.Name.Name == "init" && n.Recv == nil {
					t.Errorf("%s has an init function", s.path)
				}
			}
			return true
		})
	}
}

func TestTheTopLevelStaysTheCard(t *testing.T) {
	allowed := []string{"cmd", "internal", "config", "scripts", "docs", "go.mod", "go.sum", "Dockerfile", "compose.yaml", "Makefile", "LICENSE",
		"CHANGELOG.md", "README.md", "README.zh-CN.md"}
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); !strings.HasPrefix(name, ".") && !slices.Contains(allowed, name) {
			t.Errorf("%s does not belong to the top level", name)
		}
	}
}
