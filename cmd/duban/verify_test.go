package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"duban/internal/sandbox"
)

// played plays a story on a database of its own and gives the configuration of its office.
func played(t *testing.T, story string) (config string, db *sql.DB) {
	t.Helper()
	data, err := os.ReadFile("../../internal/e2e/testdata/" + story)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.ParseStory(story, data)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "duban.db")
	if _, err := s.Play(t.Context(), sandbox.Options{SQLite: path}); err != nil {
		t.Fatal(err)
	}
	config = filepath.Join(dir, "duban.yaml")
	text := "district: {code: story, name: 故事区}\ndatabase: {sqlite: " + path + "}\nhttp: {addr: 127.0.0.1:0, public_url: http://127.0.0.1:8080}\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if db, err = sql.Open("sqlite", path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return config, db
}

var codeLine = regexp.MustCompile(`最新存证码 ([0-9a-f]{64})`)

func TestVerify(t *testing.T) {
	config, db := played(t, "first_and_second.txt")
	verify := func(code int, says string, args ...string) string {
		t.Helper()
		got, out, errs := duban(t, append([]string{"verify", "-c", config}, args...)...)
		if got != code || !strings.Contains(out+errs, says) {
			t.Fatalf("exit %d, want %d and %q:\n%s%s", got, code, says, out, errs)
		}
		return out
	}
	exec := func(statement string) {
		t.Helper()
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	out := verify(0, "存证链完整。")
	head := codeLine.FindStringSubmatch(out)[1]
	for _, want := range []string{"履历", "督办单3", "规则1", "通知", "来信"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not counted:\n%s", want, out)
		}
	}
	verify(0, "此前的记录没有被改写", "--head", head)
	verify(2, "64位", "--head", "abc")
	verify(1, "整体改写", "--head", strings.Repeat("0", 64))

	exec("UPDATE orders SET reply_by = reply_by - 1")
	verify(1, "督办单（orders第1行，督办〔2026〕1号）内容被改动")
	exec("UPDATE orders SET reply_by = reply_by + 1")
	exec("DELETE FROM steps WHERE name = 'warn'")
	verify(1, "提醒预警督办（steps第")
	exec("DELETE FROM links")
	verify(1, "整体改写", "--head", head)
}

func TestRulesChangedUnderOneVersion(t *testing.T) {
	config, db := played(t, "first_and_second.txt")
	var version string
	if err := db.QueryRow("SELECT version FROM rule_versions").Scan(&version); err != nil {
		t.Fatal(err)
	}
	rules, err := os.ReadFile("../../config/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "rules.yaml")
	f, err := os.OpenFile(config, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("rules: " + file + "\n"); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	for _, c := range []struct {
		old, new string
		code     int
		says     string
	}{
		{"", "", 0, ""},
		{"rectify_days: 5", "rectify_days: 9", 2, "ladder.rectify_days是5，现在文件里是9"},
		{"elements: [", "elements: [治安, ", 0, ""},
		{"rectify_days: 5", "version: 2026-9\n  rectify_days: 9", 0, ""},
	} {
		text := strings.Replace(string(rules), c.old, c.new, 1)
		if strings.Contains(c.new, "version") {
			text = strings.Replace(text, "  version: "+version+"\n", "", 1)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, out, errs := duban(t, "job", "list", "-c", config); code != c.code || !strings.Contains(errs, c.says) {
			t.Errorf("%s: exit %d, want %d and %q: %.200s%s", c.new, code, c.code, c.says, out, errs)
		}
	}
}
