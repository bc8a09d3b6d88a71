package zh_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"duban/internal/zh"
)

func folder(t testing.TB) *zh.Folder {
	t.Helper()
	f, err := zh.NewFolder()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFold(t *testing.T) {
	f := folder(t)
	for text, want := range map[string]string{
		"":         "",
		"　 報　一醫院 ": "报 一医院",
		"進度：６５％（投資１．２億元）": "进度:65%(投资1.2亿元)",
		"节点3，100%": "节点3，100%",
		"一醫院👍🏻👨‍👩‍👧✅６０％️": "一医院60%",
		"3️⃣号楼":                  "3号楼",
		"\u200b标准\ufeff厂房\u2060": "标准厂房",
		"第一行\r\n第二行\t完":          "第一行 \n第二行 完",
		"坏\xff字\xe4":             "坏字",
		"👍":                      "",
		"建築面積3萬㎡":                "建筑面积3万㎡",
		"不瞭解":                    "不了解",
	} {
		if got := f.Fold(text); got != want {
			t.Errorf("Fold(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestKey(t *testing.T) {
	f := folder(t)
	for text, want := range map[string]string{
		"（一期）A-1 標準廠房": "一期a1标准厂房",
		"市第一人民醫院·遷建":   "市第一人民医院迁建",
		"ＸＭ－００１":       "xm001",
		"——":           "",
	} {
		if got := f.Key(text); got != want {
			t.Errorf("Key(%q) = %q, want %q", text, got, want)
		}
	}
}

// What was found in the folded text is cut out of what the person typed.
func TestFoldSpansFindTheWayBack(t *testing.T) {
	f := folder(t)
	typed := " 😀報 一醫\u200b院　６５％，順利 "
	text, origin := f.FoldSpans(typed)
	at := strings.Index(text, "一医院")
	if at < 0 {
		t.Fatal(text)
	}
	if got := typed[origin[at]:origin[at+len("一医院")]]; strings.TrimSpace(got) != "一醫\u200b院" {
		t.Errorf("name was %q", got)
	}
	p, ok := zh.Percent(text)
	if !ok {
		t.Fatal(text)
	}
	if got := typed[origin[p.Start]:origin[p.End]]; got != "６５％" {
		t.Errorf("percentage was %q", got)
	}
	if end := origin[len(text)]; typed[:end] != strings.TrimRight(typed, " ") {
		t.Errorf("ends at %q", typed[:end])
	}
}

func FuzzFold(f *testing.F) {
	fold := folder(f)
	for _, s := range []string{"", " ", "報 一醫院 ６５％", "\xff\xfe", "👨‍👩‍👧", "么麼不瞭解乾隆皇后", strings.Repeat("裏", 300), "A\u0301\r\n\x00", "㑮㑯"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, origin := fold.FoldSpans(s)
		if !utf8.ValidString(text) || text != strings.TrimSpace(text) {
			t.Fatalf("%q gives %q", s, text)
		}
		if len(origin) != len(text)+1 || !slices.IsSorted(origin) || origin[len(text)] > len(s) {
			t.Fatalf("%q: %d offsets %v for %d bytes", s, len(origin), origin, len(text))
		}
		if again := fold.Fold(text); utf8.RuneCountInString(again) != utf8.RuneCountInString(text) {
			t.Fatalf("%q folds to %q and then %q", s, text, again)
		}
	})
}

func TestPinyin(t *testing.T) {
	for _, c := range []struct{ name, full, initials string }{
		{"一医院迁建", "yiyiyuanqianjian", "yyyqj"},
		{"重庆路", "zhongqinglu chongqinglu", "zql cql"},
		{"长江银行", "changjiangyinxing zhangjiangyinxing changjiangyinhang zhangjiangyinhang", "cjyx zjyx cjyh zjyh"},
		{"A1 标准厂房（二期）", "a1biaozhunchangfangerqi", "a1bzcfeq"},
		{"绿都", "lvdu lvdou", "ld"},
		{"……", "", ""},
	} {
		full, initials := zh.Pinyin(c.name)
		if strings.Join(full, " ") != c.full || strings.Join(initials, " ") != c.initials {
			t.Errorf("%s: %v %v", c.name, full, initials)
		}
	}
	full, _ := zh.Pinyin(strings.Repeat("重行", 30_000))
	if len(full) != 16 {
		t.Errorf("%d spellings, want the bound of 16", len(full))
	}
}

func TestDice(t *testing.T) {
	name := "市第一人民医院迁建项目"
	if zh.Dice(name, name) != 1 || zh.Dice("", "") != 1 || zh.Dice("医", "医院") != 0 || zh.Dice("桥", "桥") != 1 || zh.Dice("水库", "厂房") != 0 {
		t.Error("the ends of the scale")
	}
	if zh.Dice("ab", "bc") != zh.Dice("bc", "ab") {
		t.Error("not symmetric")
	}
	if got := zh.Dice("abcd", "abxd"); got != 2.0*1/6 {
		t.Errorf("one pair of three shared: %v", got)
	}
	typo, other := zh.Dice("市第一人民医完迁建项目", name), zh.Dice("市第二小学新建项目", name)
	if typo < 0.75 || other > 0.4 {
		t.Errorf("typo %v, another project %v", typo, other)
	}
}
