package config_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/text/encoding/simplifiedchinese"

	"duban/internal/config"
	"duban/internal/workday"
)

// small is a register of one of each, right in every cell.
func small() map[string]string {
	return map[string]string{
		"district.yaml": "code: ceshi\nname: 测试区\n",
		"units.csv":     "编码,名称,简称,类别,上级编码,排序\nU1,东园管委会,东园,园区,,1\nU2,东园科技局,,部门,U1,\n",
		"people.csv":    "编码,姓名,单位编码,职务,手机,角色,企业微信,钉钉\nren1,甲一,U1,主任,,包联领导、单位负责人,ren1,\nren2,乙二,U2,,13800000000,联络员,,ding_ren2\n",
		"projects.csv": "编码,名称,别名,类别,产业,阶段,总投资(万元),年度计划投资(万元),年度完成投资(万元),形象进度,包联领导编码,牵头部门编码,属地编码,联络员编码,专班成员编码,开工日期,目标日期,举措,标准,奖惩\n" +
			"P1,一号工厂,一厂、工厂,区考重大,新材料,开工,\"12,000\",3000,500.5,45.5%,ren1,U2,U1,ren2,ren1;ren2,2025-10-08,2026/12/31,\"每周例会,现场办公\",按图,加分\n",
		"nodes.csv":  "项目编码,节点,期限,权重,完成,责任人编码\nP1,桩基完成,2026-01-30,40,是,\nP1,主体封顶,2026-05-29,60,否,ren2\n",
		"groups.csv": "编码,名称,类别,领导编码,单位编码,项目编码,通道\nG1,一号工厂专班,专班,,,P1,wecom:aibot:wrAbc、wecom:webhook:g1\n",
	}
}

func read(files map[string]string) (config.Register, []config.Finding) {
	dir := fstest.MapFS{}
	for name, text := range files {
		dir[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return config.ReadRegister(dir)
}

func TestEveryCellIsRead(t *testing.T) {
	reg, findings := read(small())
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	p := reg.Projects[0]
	if p.Investment != 120_000_000 || p.PlannedYear != 30_000_000 || p.InvestedYear != 5_005_000 || p.Progress != 4550 {
		t.Errorf("amounts: %+v", p)
	}
	if strings.Join(p.Aliases, "|") != "一厂|工厂" || strings.Join(p.Members, "|") != "ren1|ren2" || p.Measures != "每周例会,现场办公" {
		t.Errorf("lists: %+v", p)
	}
	if p.Start != workday.NewDay(2025, 10, 8) || p.Target != workday.NewDay(2026, 12, 31) {
		t.Errorf("days: %s, %s", p.Start, p.Target)
	}
	if u := reg.Units[1]; u.Kind != "department" || u.Parent != "U1" || reg.Units[0].Sort != 1 {
		t.Errorf("units: %+v", reg.Units)
	}
	if r := reg.People[0].Roles; len(r) != 2 || r[0] != "leader" || r[1] != "unit_head" || reg.People[1].DingTalk != "ding_ren2" {
		t.Errorf("people: %+v", reg.People)
	}
	if !reg.Nodes[0].Done || reg.Nodes[1].Done || reg.Nodes[1].Weight != 60 || reg.Nodes[1].Owner != "ren2" {
		t.Errorf("nodes: %+v", reg.Nodes)
	}
	if g := reg.Groups[0]; g.Class != "task_force" || g.Projects[0] != "P1" || len(g.Routes) != 2 || g.Routes[0] != (config.RouteRow{Platform: "wecom", Route: "aibot", Target: "wrAbc"}) {
		t.Errorf("groups: %+v", reg.Groups)
	}
}

// TestFilesAsSpreadsheetsSaveThem: the same register however it was saved.
func TestFilesAsSpreadsheetsSaveThem(t *testing.T) {
	tests := map[string]func(string) string{
		"BOM":  func(s string) string { return "\ufeff" + s },
		"CRLF": func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"full width": func(s string) string {
			return strings.NewReplacer("(", "（", ")", "）", "ren1;ren2", "ren1；ren2").Replace(s)
		},
		"twice": func(s string) string {
			return strings.NewReplacer("一厂、工厂", "一厂，工厂、一厂、一号工厂", "ren1;ren2", "ren1 ren2　ren1").Replace(s)
		},
		"blank rows": func(s string) string { return strings.TrimRight(s, "\n") + "\n,,,\n\n" },
		"GB18030": func(s string) string {
			b, err := simplifiedchinese.GB18030.NewEncoder().String(s)
			if err != nil {
				t.Fatal(err)
			}
			return b
		},
	}
	want, _ := read(small())
	for name, save := range tests {
		t.Run(name, func(t *testing.T) {
			files := small()
			for f, text := range files {
				if strings.HasSuffix(f, ".csv") {
					files[f] = save(text)
				}
			}
			got, findings := read(files)
			if len(findings) > 0 {
				t.Fatal(findings)
			}
			if g, w := got.Projects[0], want.Projects[0]; g.Name != w.Name || strings.Join(g.Aliases, "|") != strings.Join(w.Aliases, "|") ||
				strings.Join(g.Members, "|") != strings.Join(w.Members, "|") || g.Investment != w.Investment || len(got.Nodes) != len(want.Nodes) {
				t.Errorf("read %+v, want %+v", g, w)
			}
		})
	}
}

func TestDatesAsPeopleWriteThem(t *testing.T) {
	for _, written := range []string{"2026-03-05", "2026-3-5", "2026/3/5", "2026/03/05", "2026.3.5", "2026年3月5日"} {
		files := small()
		files["nodes.csv"] = strings.Replace(files["nodes.csv"], "2026-01-30", written, 1)
		if reg, findings := read(files); len(findings) > 0 || reg.Nodes[0].Due != workday.NewDay(2026, 3, 5) {
			t.Errorf("%s: %v", written, findings)
		}
	}
}

func TestColumnsMayStandInAnyOrder(t *testing.T) {
	files := small()
	files["nodes.csv"] = "完成,权重,期限,节点,责任人编码,项目编码\n是,100,2026-03-05,桩基完成,,P1\n"
	reg, findings := read(files)
	if len(findings) > 0 || len(reg.Nodes) != 1 || !reg.Nodes[0].Done || reg.Nodes[0].Project != "P1" {
		t.Errorf("%+v, %v", reg.Nodes, findings)
	}
}

func TestFindings(t *testing.T) {
	long := strings.Repeat("长", 200)
	tests := []struct {
		name, file, old, put string // in file, old is replaced
		line                 int    // 0: of the whole file
		want                 string
	}{
		{"no such file", "nodes.csv", "", "", 0, "没有这个文件"},
		{"no header", "nodes.csv", small()["nodes.csv"], "", 1, "没有表头"},
		{"neither encoding", "units.csv", "东园", "\xff\xfe", 0, "文字编码读不懂"},
		{"unknown column", "units.csv", "排序", "次序", 1, "不认识这一列"},
		{"doubled column", "units.csv", "上级编码,排序", "上级编码,上级编码", 1, "出现了两次"},
		{"missing column", "nodes.csv", ",完成,责任人编码", ",责任人编码", 1, "缺少这一列"},
		{"comma too many", "nodes.csv", "主体封顶,", "主体,全部封顶,", 3, "比表头多出1格"},
		{"quote left open", "nodes.csv", "主体封顶", "\"主体封顶", 3, "引号不对"},
		{"unknown key", "district.yaml", "name", "nmae", 0, "第2行没有“nmae”这个配置项"},
		{"district without a name", "district.yaml", "测试区", "", 0, "code 和 name 都要填写"},
		{"district code", "district.yaml", "ceshi", "测试", 0, "code 请用不超过32个字母"},
		{"no code", "units.csv", "U2,", ",", 3, "“编码”没有填写"},
		{"code taken", "units.csv", "U2,", "U1,", 3, "编码U1重复"},
		{"code with a separator", "units.csv", "U2,", "U 2,", 3, "编码U 2里不能有空格"},
		{"name too long", "units.csv", "东园科技局", long, 3, "“名称”超过128个字"},
		{"short too long", "units.csv", "东园,园区", long + ",园区", 2, "“简称”超过64个字"},
		{"name of two lines", "units.csv", "东园科技局", "\"东园\n科技局\"", 3, "“名称”中有换行"},
		{"kind", "units.csv", "部门", "处室", 3, "只能是园区、直属分局、街道、部门"},
		{"parent", "units.csv", "U1,\n", "U9,\n", 3, "“上级编码”中的U9在units.csv"},
		{"sort", "units.csv", ",,1\n", ",,一\n", 2, "“排序”写的是“一”"},
		{"sort too large", "units.csv", ",,1\n", ",,9999999999\n", 2, "“排序”写的是"},
		{"person's unit", "people.csv", "甲一,U1", "甲一,U9", 2, "“单位编码”中的U9"},
		{"role", "people.csv", "联络员", "联系人", 3, "“联系人”不认识"},
		{"account taken", "people.csv", "联络员,,", "联络员,ren1,", 3, "“企业微信”账号ren1与ren1重复"},
		{"mobile", "people.csv", "13800000000", "1.38E+10", 3, "“手机”写的是“1.38E+10”，应为11位手机号"},
		{"stage", "projects.csv", "开工,", "动工,", 2, "“阶段”写的是“动工”，只能是储备、"},
		{"amount", "projects.csv", "3000", "三千", 2, "应为以万元计的数字"},
		{"no number at all", "projects.csv", "3000", "NaN", 2, "应为以万元计的数字"},
		{"negative amount", "projects.csv", "3000", "-1", 2, "应为以万元计的数字"},
		{"progress", "projects.csv", "45.5%", "145%", 2, "应为0到100"},
		{"progress no number", "projects.csv", "45.5%", "NaN", 2, "应为0到100"},
		{"wrong date", "projects.csv", "2025-10-08", "2025-02-30", 2, "“开工日期”写的是“2025-02-30”，应为日期"},
		{"year of another century", "projects.csv", "2025-10-08", "2205-10-08", 2, "“开工日期”写的是“2205-10-08”，应为日期"},
		{"target before the start", "projects.csv", "2026/12/31", "2025-10-07", 2, "“目标日期”2025-10-07早于“开工日期”2025-10-08"},
		{"year above the total", "projects.csv", "3000,", "30000,", 2, "“年度计划投资(万元)”超过总投资"},
		{"done above the total", "projects.csv", "500.5,", "12000.5,", 2, "“年度完成投资(万元)”超过总投资"},
		{"leader", "projects.csv", "ren1,U2", "ren9,U2", 2, "“包联领导编码”中的ren9"},
		{"lead unit", "projects.csv", "ren1,U2", "ren1,U9", 2, "“牵头部门编码”中的U9"},
		{"member", "projects.csv", "ren1;ren2", "ren1;ren9", 2, "“专班成员编码”中的ren9"},
		{"alias too long", "projects.csv", "一厂、", long + "、", 2, "“别名”超过191个字"},
		{"category too long", "projects.csv", "区考重大", long, 2, "“类别”超过32个字"},
		{"industry too long", "projects.csv", "新材料", long, 2, "“产业”超过64个字"},
		{"node of no project", "nodes.csv", "P1,桩基", "P9,桩基", 2, "“项目编码”中的P9"},
		{"node without a day", "nodes.csv", "2026-05-29", "", 3, "“期限”没有填写"},
		{"node on a wrong day", "nodes.csv", "2026-05-29", "五月底", 3, "“期限”写的是“五月底”"},
		{"node twice", "nodes.csv", "主体封顶", "桩基完成", 3, "节点重复"},
		{"weight", "nodes.csv", "60,否", "160,否", 3, "“权重”写的是“160”"},
		{"done", "nodes.csv", "60,否", "60,完成", 3, "“完成”写的是“完成”，只能是是、否"},
		{"node's owner", "nodes.csv", "否,ren2", "否,ren9", 3, "“责任人编码”中的ren9"},
		{"class", "groups.csv", ",专班,", ",小组,", 2, "“类别”写的是“小组”"},
		{"leader group of nobody", "groups.csv", ",专班,", ",包联领导,", 2, "包联领导群须填写"},
		{"unit group of none", "groups.csv", ",专班,", ",单位,", 2, "单位群须填写"},
		{"group's project", "groups.csv", ",P1,", ",P9,", 2, "“项目编码”中的P9"},
		{"unknown platform", "groups.csv", "wecom:aibot", "weixin:aibot", 2, "“通道”中的“weixin:aibot:wrAbc”不对"},
		{"route of the other platform", "groups.csv", "wecom:aibot", "dingtalk:aibot", 2, "“通道”中的“dingtalk:aibot:wrAbc”不对"},
		{"route without a target", "groups.csv", "aibot:wrAbc", "aibot:", 2, "不对，应为 平台:方式:目标"},
		{"target too long", "groups.csv", "wrAbc", long, 2, "目标超过191个字"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := small()
			if tt.old == "" {
				delete(files, tt.file)
			} else {
				changed := strings.Replace(files[tt.file], tt.old, tt.put, 1)
				if changed == files[tt.file] {
					t.Fatalf("%q is not in %s", tt.old, tt.file)
				}
				files[tt.file] = changed
			}
			_, findings := read(files)
			for _, f := range findings {
				if f.File == tt.file && f.Line == tt.line && strings.Contains(f.Sentence, tt.want) {
					return
				}
			}
			t.Errorf("want line %d of %s: %s\ngot %v", tt.line, tt.file, tt.want, findings)
		})
	}
}

func TestNamesAndRoutesOfTwoRows(t *testing.T) {
	files := small()
	row := strings.Split(strings.TrimSpace(files["projects.csv"]), "\n")[1]
	files["projects.csv"] += strings.Replace(strings.Replace(row, "P1,一号工厂", "P2,二号工厂", 1), "一厂、工厂", "二厂、工厂", 1) + "\n"
	files["groups.csv"] += "G2,二号工厂专班,专班,,,P1,wecom:webhook:g1\n"
	reg, findings := read(files)
	if len(findings) != 2 || !strings.Contains(findings[0].Sentence, "名称“工厂”与项目P1相同") || !strings.Contains(findings[1].Sentence, "“wecom:webhook:g1”已是群G1的") {
		t.Errorf("findings %v", findings)
	}
	if len(reg.Projects) != 1 || len(reg.Groups) != 1 {
		t.Errorf("a refused row was kept: %+v, %+v", reg.Projects, reg.Groups)
	}
}

// TestNamesThatSoundAlike: what chat would take for the same project is the same name.
func TestNamesThatSoundAlike(t *testing.T) {
	for _, name := range []string{"一 号工厂", "p1", "\uff30\uff11", "一厂"} {
		files := small()
		files["projects.csv"] += "P2," + name + ",,,,签约,,,,,,,,,,,,,,\n"
		reg, findings := read(files)
		if len(findings) != 1 || !strings.Contains(findings[0].Sentence, "名称“"+name+"”与项目P1相同") || len(reg.Projects) != 1 {
			t.Errorf("%s: %v", name, findings)
		}
	}
}

// TestNothingIsReadUnderABrokenHeader: without 完成 every node would come in as not done.
func TestNothingIsReadUnderABrokenHeader(t *testing.T) {
	for _, head := range []string{"项目编码,节点,期限,权重,责任人编码", "项目编码,节点,期限,期限,权重,完成,责任人编码"} {
		files := small()
		files["nodes.csv"] = head + "\nP1,桩基完成,2026-01-30,40,\n"
		if reg, findings := read(files); len(findings) != 1 || len(reg.Nodes) != 0 || len(reg.Groups) != 1 {
			t.Errorf("%s: %v, %+v", head, findings, reg.Nodes)
		}
	}
	files := small()
	files["nodes.csv"] = "项目编码,节点,期限,权重,完成,责任人编码,备注\nP1,桩基完成,2026-01-30,40,是,,稳\n"
	if reg, findings := read(files); len(findings) != 1 || len(reg.Nodes) != 1 {
		t.Errorf("a column of the office's own: %v, %+v", findings, reg.Nodes)
	}
}

func TestSortAndMobileMayBeLeftOut(t *testing.T) {
	files := small()
	files["units.csv"] = "编码,名称,简称,类别,上级编码\nU1,东园管委会,东园,园区,\nU2,东园科技局,,部门,U1\n"
	files["people.csv"] = "编码,姓名,单位编码,职务,角色,企业微信,钉钉\nren1,甲一,U1,主任,,ren1,\nren2,乙二,U2,,,,ding_ren2\n"
	if reg, findings := read(files); len(findings) > 0 || len(reg.Units) != 2 || len(reg.People) != 2 {
		t.Error(findings)
	}
}

// TestWhoHasLeft: 在岗 and 启用 may be left out or empty, and then all are there.
func TestWhoHasLeft(t *testing.T) {
	for _, c := range []struct {
		cell string
		left bool
	}{{"", false}, {"是", false}, {"否", true}} {
		files := small()
		files["people.csv"] = "编码,姓名,单位编码,职务,角色,企业微信,钉钉,在岗\nren1,甲一,U1,主任,,ren1,,\nren2,乙二,U2,,,,ding_ren2," + c.cell + "\n"
		files["groups.csv"] = "编码,名称,类别,领导编码,单位编码,项目编码,通道,启用\nG1,一号工厂专班,专班,,,P1,wecom:webhook:g1," + c.cell + "\n"
		reg, findings := read(files)
		if len(findings) > 0 {
			t.Fatal(findings)
		}
		if reg.People[0].Left || reg.People[1].Left != c.left || reg.Groups[0].Closed != c.left {
			t.Errorf("%q: %+v %+v", c.cell, reg.People, reg.Groups)
		}
	}
	files := small()
	files["people.csv"] = "编码,姓名,单位编码,职务,角色,企业微信,钉钉,在岗\nren1,甲一,U1,主任,,ren1,,\nren2,乙二,U2,,,,ding_ren2,离岗\n"
	if _, findings := read(files); len(findings) == 0 || !strings.Contains(findings[0].Sentence, "“在岗”写的是“离岗”，只能是是、否") {
		t.Errorf("findings %v", findings)
	}
}

func TestRefusedRowLeavesTheRest(t *testing.T) {
	files := small()
	files["nodes.csv"] = "项目编码,节点,期限,权重,完成,责任人编码\nP1,桩基完成,明天,40,是,\nP1,主体封顶,2026-05-29,60,否,ren2\n"
	reg, findings := read(files)
	if len(findings) != 1 || len(reg.Nodes) != 1 || reg.Nodes[0].Title != "主体封顶" {
		t.Fatalf("%v, %+v", findings, reg.Nodes)
	}
	if got := findings[0].String(); got != "nodes.csv 第2行 P1 桩基完成：“期限”写的是“明天”，应为日期，例如 2026-03-05" {
		t.Error(got)
	}
	if got := (config.Finding{File: "nodes.csv", Sentence: "没有这个文件"}).String(); got != "nodes.csv：没有这个文件" {
		t.Error(got)
	}
}

func FuzzReadRegister(f *testing.F) {
	for _, nodes := range []string{"\"", "项目编码,节点,期限,权重,完成,责任人编码\n\"", "项目编码,节点,期限,权重,完成,责任人编码\nP1,a\"b,2026-03-02,,,\n,,\n"} {
		f.Add(nodes)
	}
	f.Fuzz(func(t *testing.T, nodes string) {
		files := small()
		files["nodes.csv"] = nodes
		reg, findings := read(files)
		for _, n := range reg.Nodes {
			if n.Due == 0 || n.Title == "" || n.Project != "P1" || n.Weight < 0 {
				t.Errorf("half read: %+v", n)
			}
		}
		for _, found := range findings {
			if found.File != "nodes.csv" || found.Sentence == "" {
				t.Errorf("no finding: %+v", found)
			}
		}
	})
}

// TestSignsWithoutAShape: what nobody sees in a cell makes no second name of one, and no second line.
func TestSignsWithoutAShape(t *testing.T) {
	files := small()
	files["projects.csv"] = strings.Replace(files["projects.csv"], "P1,一号工厂,", "P1,\u200b一号\u202e工厂\ufeff,", 1)
	reg, findings := read(files)
	if len(findings) > 0 || reg.Projects[0].Name != "一号工厂" {
		t.Errorf("%+v, %v", reg.Projects, findings)
	}
	files = small()
	files["units.csv"] = strings.Replace(files["units.csv"], "东园管委会", "东园\u2028管委会", 1)
	if _, findings := read(files); len(findings) == 0 || !strings.Contains(findings[0].Sentence, "换行") {
		t.Errorf("a line of its own: %v", findings)
	}
}
