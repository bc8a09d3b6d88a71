package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// duban runs the program and gives its exit status and what it printed.
func duban(t *testing.T, args ...string) (int, string, string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, &out, &errs)
	return code, out.String(), errs.String()
}

// office writes a configuration on an embedded database of its own.
func office(t *testing.T, more string) string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "duban.yaml")
	text := "district: {code: yunchuan, name: 云川区}\ndatabase: {sqlite: " + filepath.Join(dir, "duban.db") +
		"}\nhttp: {addr: 127.0.0.1:0, public_url: http://127.0.0.1:8080}\n" + more
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestWrongCommandLineOrConfiguration(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"unknown command":     {[]string{"bogus"}, "没有“bogus”这个命令"},
		"unknown job":         {[]string{"job", "stop"}, "list、run"},
		"flag without value":  {[]string{"demo", "--addr"}, "--addr 后面要写值"},
		"flag of other kind":  {[]string{"job", "list", "--days", "many"}, "--days 不能是“many”"},
		"unknown flag":        {[]string{"demo", "--nonsense"}, "nonsense"},
		"no configuration":    {[]string{"serve"}, "-c"},
		"missing file":        {[]string{"serve", "-c", "nowhere.yaml"}, "nowhere.yaml"},
		"unknown key":         {[]string{"serve", "-c", office(t, "wecome: {}\n")}, "wecome"},
		"half a platform":     {[]string{"serve", "-c", office(t, "wecom: {corp_id: ww1, agent_id: \"1000002\"}\n")}, "wecom.secret"},
		"bad period":          {[]string{"serve", "-c", office(t, "period: {mode: weekly}\n")}, "period.mode"},
		"schema of yesterday": {[]string{"serve", "-c", office(t, "")}, "duban migrate up"},
		"migrate what":        {[]string{"migrate", "sideways", "-c", office(t, "")}, "migrate up"},
		"import of a file":    {[]string{"import", "main_test.go", "-c", office(t, "")}, "不是文件夹"},
		"job without moment":  {[]string{"job", "run", "look", "-c", office(t, "")}, "--at"},
		"rehearse nothing":    {[]string{"rehearse", "nowhere.txt"}, "nowhere.txt"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := duban(t, c.args...)
			if code != 2 || out != "" || !strings.Contains(errs, c.says) || strings.Count(errs, "\n") != 1 {
				t.Errorf("exit %d, printed %q, said %q; want 2 and one line with %q", code, out, errs, c.says)
			}
		})
	}
}

// What an office does on its first day, on the register of the sample district.
func TestFirstDay(t *testing.T) {
	file := office(t, "")
	step := func(code int, says []string, args ...string) string {
		t.Helper()
		got, out, errs := duban(t, append(args, "-c", file)...)
		if got != code {
			t.Fatalf("%v: exit %d, want %d: %s%s", args, got, code, out, errs)
		}
		for _, s := range says {
			if !strings.Contains(out+errs, s) {
				t.Errorf("%v does not say %q:\n%.2000s%s", args, s, out, errs)
			}
		}
		return out
	}
	step(0, []string{"数据库结构版本 0"}, "migrate", "status")
	step(0, nil, "migrate", "up")
	step(0, []string{"这是试算，没有写入", "拒绝 0"}, "import", "../../config/sample")
	step(1, []string{"请先导入名册"}, "job", "list")
	step(0, []string{"已写入台账"}, "import", "../../config/sample", "--apply")
	step(0, []string{"新增 0，变化 0"}, "import", "../../config/sample", "--apply")
	step(1, []string{"正常  数据库", "注意  平台", "失败  群", "正常  时钟", "正常  项目：78个"}, "check")
	for range 2 { // the receipt is the same again: nothing was written
		step(0, []string{"动作：报", "YC001 长舟海工双燃料动力船配套基地（名称 1.00）", "总进度：62%", "结果：会记录", "回执 260305-001"},
			"understand", "--as", "罗玉洁", "--now", "2026-03-05 09:00", "长舟海工 六成二 主体封顶")
	}
	step(2, []string{"名册中没有“无此人”"}, "understand", "--as", "无此人", "华兴 65%")
	step(2, []string{"--now"}, "understand", "--as", "罗玉洁", "--now", "tomorrow", "华兴 65%")
	asks, err := os.Open("testdata/understand.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	stdin := os.Stdin
	os.Stdin = asks
	out := step(0, []string{`"outcome":"write"`, `"outcome":"ask"`, `"outcome":"refuse"`, `"month":"1200万元"`, `"day":"2026-03-13"`}, "understand")
	os.Stdin = stdin
	_ = asks.Close()
	if strings.Count(out, "\n") != 4 {
		t.Errorf("four questions have these answers:\n%s", out)
	}
	if out := step(0, nil, "job", "list", "--days", "31"); strings.Count(out, "每日巡查") < 15 {
		t.Errorf("a month has fewer than fifteen looks:\n%s", out)
	}
}

func TestRehearseTellsTheFirstDifference(t *testing.T) {
	story, err := os.ReadFile("../../internal/e2e/testdata/unknown_person.txt")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "story.txt")
	for _, c := range []struct {
		text string
		code int
		says string
	}{
		{string(story), 0, "一致"},
		{strings.Replace(string(story), "您还没有登记", "您已经登记", 1), 1, "您已经登记"},
	} {
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, out, errs := duban(t, "rehearse", "--quiet", file); code != c.code || !strings.Contains(out, c.says) {
			t.Errorf("exit %d, %s%s; want %d and %q", code, out, errs, c.code, c.says)
		}
	}
}
