package command

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"duban/internal/ledger"
	"duban/internal/view"
	"duban/internal/zh"
)

// registerOf gives the index of n projects in the manner of the sample district, with aliases.
func registerOf(t testing.TB, n int) *names {
	t.Helper()
	fold, err := zh.NewFolder()
	if err != nil {
		t.Fatal(err)
	}
	return newNames(fold, namesOf(t, n), nil)
}

// namesOf gives what n projects are called; no two have one name.
func namesOf(t testing.TB, n int) view.Names {
	t.Helper()
	text, err := os.ReadFile("testdata/projects.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	places := []string{"", "东风", "朝阳", "幸福", "和平", "解放", "长青", "文峰", "学田", "钟秀", "狼山"}
	town := []rune("安宁平康泰和顺丰盛昌隆兴茂达通远永福禄寿喜庆吉祥瑞光明辉")
	var all view.Names
	for i := range n {
		f := strings.Split(strings.TrimRight(lines[i%len(lines)], "\n"), "\t")
		block := i / len(lines)
		place := places[block%len(places)]
		for more := block / len(places); more > 0; more /= len(town) {
			place += string(town[more%len(town)])
		}
		p := ledger.Project{ID: ledger.ProjectID(i + 1), DistrictID: 1, Code: fmt.Sprintf("P%03d", i+1), Name: place + f[1]}
		all.Projects = append(all.Projects, p)
		if f[3] != "" {
			all.Aliases = append(all.Aliases, ledger.Alias{ProjectID: p.ID, Name: place + f[3]})
		}
	}
	return all
}

var tester = reader{verbs: table(), today: zh.YMD{Year: 2026, Month: 3, Day: 5}}

// Whatever is said, reading it ends, says nothing that cannot be, and keeps its spans inside the text.
func FuzzUnderstand(f *testing.F) {
	for _, s := range []string{
		"报 华兴 65% 主体封顶", "报 华兴二期 进度百分之六十五，投资1.2亿元", "主体结构封顶了 华兴智能制造 完成投资7000万 六成五", "P012 70%",
		"办结 J0012 已办", "延期 J0012 2月30日 图审", "问题 华兴 无", "😀 報　華興　６５％", "华兴 60%→65%→70%", "@机器人 报 hxznzz 65%", "\x00\xff报",
		"报 " + strings.Repeat("华兴65%", 50), strings.Repeat("六成五", 100), "投资7000", "回复 督办〔2026〕3号 好",
		"华兴65%，云谷68%", "1. 华兴 65%\n2. 云谷 68%", "刚才那条说错了 是66%", "没啥变化", "嗯，那个，呃", "😀😀😀", "\u202e%56 兴华\u202c", strings.Repeat("华兴65%\n", 200), strings.Repeat("嗯，", 2000),
	} {
		f.Add(s)
	}
	n := registerOf(f, 120)
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 10_000 {
			return
		}
		spoken := tester.phrased(n.fold, s)
		for _, sole := range []int{-1, 11} {
			sc := scope{names: n, sole: sole, sees: func(i int) bool { return i%2 == 1 }}
			for _, c := range sc.several(newScript(n.fold, spoken)) {
				if c.text == "" || !strings.Contains(spoken, c.text) {
					t.Fatalf("%q has the report %q", s, c.text)
				}
			}
			in := tester.understand(newScript(n.fold, spoken), sc)
			for _, id := range append(slices.Clone(in.project.options), in.project.id) {
				if id != 0 && int(id-1)%2 != 1 && int(id-1) != sole {
					t.Fatalf("%q found project %d, which is out of sight", s, id)
				}
			}
			if !utf8.ValidString(in.said.Text) && utf8.ValidString(s) {
				t.Fatalf("%q left the broken text %q", s, in.said.Text)
			}
			for _, at := range in.project.spans {
				if at.Start < 0 || at.End < at.Start || at.End > len(in.script.s) {
					t.Fatalf("%q: span %v", s, at)
				}
			}
		}
	})
}
