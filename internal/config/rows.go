package config

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"duban/internal/fault"
)

func (r *reader) find(file string, line int, key, sentence string) {
	r.findings = append(r.findings, Finding{file, line, key, sentence})
}

// text reads a file in UTF-8, or in GB18030 as spreadsheets save it.
func (r *reader) text(file string) ([]byte, bool) {
	b, err := fs.ReadFile(r.dir, file)
	if err != nil {
		r.find(file, 0, "", "没有这个文件")
		return nil, false
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if utf8.Valid(b) {
		return b, true
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) { // the decoder puts U+FFFD where it gives up
		r.find(file, 0, "", "文字编码读不懂，请另存为 UTF-8 的 CSV")
		return nil, false
	}
	return out, true
}

func (r *reader) district() {
	b, ok := r.text("district.yaml")
	if !ok {
		return
	}
	if err := Decode(bytes.NewReader(b), &r.out.District); err != nil {
		r.find("district.yaml", 0, "", fault.Sentence(err))
		return
	}
	switch d := r.out.District; {
	case d.Code == "" || d.Name == "":
		r.find("district.yaml", 0, "", "code 和 name 都要填写")
	case !plainCode(d.Code) || utf8.RuneCountInString(d.Name) > 64:
		r.find("district.yaml", 0, d.Code, "code 请用不超过32个字母、数字或横线，name 不超过64个字")
	}
}

// table reads a CSV with a header row in any order; take reads one row and gives its key. A column
// left out would read as empty in every row, all nodes as not done, so nothing of such a file is read.
func (r *reader) table(file string, columns []string, take func(*row) (key string, keep func())) {
	r.codes[file] = map[string]bool{}
	b, ok := r.text(file)
	if !ok {
		return
	}
	c := csv.NewReader(bytes.NewReader(b))
	c.FieldsPerRecord = -1
	head, err := c.Read()
	if err != nil {
		r.find(file, 1, "", "没有表头，应为："+strings.Join(columns, ","))
		return
	}
	if !r.header(file, head, columns) {
		return
	}
	for {
		rec, err := c.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			r.find(file, broken.StartLine, "", "这一行的引号不对，含引号的内容须整格用引号括起、格内引号写两遍")
			continue
		}
		line, _ := c.FieldPos(0)
		cells := map[string]string{}
		for i, v := range rec {
			if i < len(head) {
				cells[head[i]] = v
			}
		}
		if strings.Join(rec, "") == "" {
			continue
		}
		rw := &row{cells: cells}
		if len(rec) > len(head) && strings.Join(rec[len(head):], "") != "" {
			rw.fail("比表头多出%d格，内容里的逗号须用引号括起", len(rec)-len(head))
		}
		key, keep := take(rw)
		if len(rw.wrong) > 0 {
			r.find(file, line, key, strings.Join(rw.wrong, "；"))
			continue
		}
		keep()
	}
}

// header puts the columns' names into their one spelling and finds the unknown, doubled and missing. It
// reports whether the rows below can be trusted: with an unknown column (备注) they can.
func (r *reader) header(file string, head, columns []string) bool {
	whole := true
	for i, h := range head {
		head[i] = strings.NewReplacer("\uff08", "(", "\uff09", ")").Replace(strings.TrimSpace(h))
		switch {
		case head[i] == "":
		case !slices.Contains(columns, head[i]):
			r.find(file, 1, h, "不认识这一列，应为："+strings.Join(columns, ","))
		case slices.Contains(head[:i], head[i]):
			r.find(file, 1, h, "这一列出现了两次，全表没有读入")
			whole = false
		}
	}
	for _, col := range columns {
		if !slices.Contains(head, col) && !slices.Contains(optional, col) {
			r.find(file, 1, col, "缺少这一列，全表没有读入")
			whole = false
		}
	}
	return whole
}

// optional are the columns that say nothing by being empty.
var optional = []string{"排序", "手机", "在岗", "启用", "网格", "首席服务员编码"}

var mobile = regexp.MustCompile(`^1\d{10}$`)

// code gives the row's own code, which must be new in its file.
func (r *reader) code(rw *row, file string) string {
	v := rw.must("编码", 32)
	if r.codes[file][v] {
		rw.fail("编码%s重复", v)
	}
	if strings.ContainsAny(v, separators) {
		rw.fail("编码%s里不能有空格、顿号、逗号、分号", v)
	}
	return v
}

func (r *reader) unit(rw *row) (string, func()) {
	u := UnitRow{
		Code: r.code(rw, "units.csv"), Name: rw.must("名称", 128), Short: rw.upTo("简称", 64), Kind: rw.word("类别", unitKinds),
		Parent: rw.ref("上级编码", "units.csv(须写在上级之后)", r.codes["units.csv"]),
	}
	if u.Grid = strings.ToUpper(rw.get("网格")); u.Grid != "" && !slices.Contains([]string{"1", "3", "9", "N"}, u.Grid) {
		rw.fail("“网格”写的是“%s”，只能是1、3、9、N", u.Grid)
	}
	if s := rw.get("排序"); s != "" {
		n, err := strconv.ParseInt(s, 10, 32)
		if err != nil {
			rw.fail("“排序”写的是“%s”，应为整数", s)
		}
		u.Sort = int(n)
	}
	return u.Code, func() {
		r.codes["units.csv"][u.Code] = true
		r.out.Units = append(r.out.Units, u)
	}
}

func (r *reader) person(rw *row) (string, func()) {
	p := PersonRow{
		Code: r.code(rw, "people.csv"), Name: rw.must("姓名", 64), Unit: rw.ref("单位编码", "units.csv", r.codes["units.csv"]),
		Post: rw.upTo("职务", 128), Mobile: rw.get("手机"), WeCom: rw.upTo("企业微信", 128), DingTalk: rw.upTo("钉钉", 128),
		Left: !rw.yes("在岗", true),
	}
	for _, w := range rw.list("角色") {
		if roles[w] == "" {
			rw.fail("“角色”中的“%s”不认识，只能是项目办、督查室、区领导、包联领导、单位负责人、联络员", w)
		}
		p.Roles = append(p.Roles, roles[w])
	}
	if p.Mobile != "" && !mobile.MatchString(p.Mobile) { // a spreadsheet makes 1.39E+10 of it
		rw.fail("“手机”写的是“%s”，应为11位手机号", p.Mobile)
	}
	accounts := [][2]string{{"企业微信", p.WeCom}, {"钉钉", p.DingTalk}}
	for _, a := range accounts {
		if other := r.users[a[0]+a[1]]; other != "" {
			rw.fail("“%s”账号%s与%s重复", a[0], a[1], other)
		}
	}
	return p.Code, func() {
		r.codes["people.csv"][p.Code] = true
		for _, a := range accounts {
			if a[1] != "" {
				r.users[a[0]+a[1]] = p.Code
			}
		}
		r.out.People = append(r.out.People, p)
	}
}

func (r *reader) project(rw *row) (string, func()) {
	units, people := r.codes["units.csv"], r.codes["people.csv"]
	p := ProjectRow{
		Code: r.code(rw, "projects.csv"), Name: rw.must("名称", 191), Aliases: rw.list("别名"),
		Category: rw.upTo("类别", 32), Industry: rw.upTo("产业", 64), Stage: rw.get("阶段"),
		Investment: rw.wan("总投资(万元)"), PlannedYear: rw.wan("年度计划投资(万元)"), InvestedYear: rw.wan("年度完成投资(万元)"),
		Leader: rw.ref("包联领导编码", "people.csv", people), Owner: rw.ref("联络员编码", "people.csv", people),
		LeadUnit: rw.ref("牵头部门编码", "units.csv", units), HostUnit: rw.ref("属地编码", "units.csv", units),
		Members: rw.refs("专班成员编码", "people.csv", people), Start: rw.day("开工日期"), Target: rw.day("目标日期"),
		Service: rw.ref("首席服务员编码", "people.csv", people), Measures: rw.get("举措"), Standard: rw.get("标准"), Reward: rw.get("奖惩"),
	}
	if !slices.Contains(stages, p.Stage) {
		rw.fail("“阶段”写的是“%s”，只能是%s", p.Stage, strings.Join(stages, "、"))
	}
	if s := strings.TrimSuffix(rw.get("形象进度"), "%"); s != "" {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || !(f >= 0 && f <= 100) {
			rw.fail("“形象进度”写的是“%s”，应为0到100", s)
		}
		p.Progress = int32(f*100 + 0.5)
	}
	p.Aliases = slices.DeleteFunc(p.Aliases, func(a string) bool { return a == p.Name })
	if p.Start != 0 && p.Target != 0 && p.Target < p.Start {
		rw.fail("“目标日期”%s早于“开工日期”%s", p.Target, p.Start)
	}
	for _, year := range []struct {
		col  string
		yuan int64
	}{{"年度计划投资(万元)", p.PlannedYear}, {"年度完成投资(万元)", p.InvestedYear}} {
		if p.Investment > 0 && year.yuan > p.Investment {
			rw.fail("“%s”超过总投资，请核对单位", year.col)
		}
	}
	called := append([]string{p.Code, p.Name}, p.Aliases...)
	for _, name := range called {
		if other := r.names[folded(name)]; other != "" {
			rw.fail("名称“%s”与项目%s相同", name, other)
		}
		if utf8.RuneCountInString(name) > 191 && name != p.Name {
			rw.fail("“别名”超过191个字")
		}
	}
	return p.Code, func() {
		r.codes["projects.csv"][p.Code] = true
		for _, name := range called {
			r.names[folded(name)] = p.Code
		}
		r.out.Projects = append(r.out.Projects, p)
	}
}

func (r *reader) node(rw *row) (string, func()) {
	n := NodeRow{
		Project: rw.must("项目编码", 32), Title: rw.must("节点", 200), Due: rw.day("期限"),
		Done: rw.yes("完成", false), Owner: rw.ref("责任人编码", "people.csv", r.codes["people.csv"]),
	}
	rw.ref("项目编码", "projects.csv", r.codes["projects.csv"])
	if rw.get("期限") == "" {
		rw.fail("“期限”没有填写")
	}
	if s := rw.get("权重"); s != "" {
		w, err := strconv.Atoi(s)
		if err != nil || w < 0 || w > 100 {
			rw.fail("“权重”写的是“%s”，应为0到100的整数", s)
		}
		n.Weight = w
	}
	key := n.Project + " " + n.Title
	if r.codes["nodes.csv"][key] {
		rw.fail("节点重复")
	}
	return key, func() {
		r.codes["nodes.csv"][key] = true
		r.out.Nodes = append(r.out.Nodes, n)
	}
}

func (r *reader) group(rw *row) (string, func()) {
	g := GroupRow{
		Code: r.code(rw, "groups.csv"), Name: rw.must("名称", 128), Class: rw.word("类别", groupClasses),
		Leader: rw.ref("领导编码", "people.csv", r.codes["people.csv"]), Unit: rw.ref("单位编码", "units.csv", r.codes["units.csv"]),
		Projects: rw.refs("项目编码", "projects.csv", r.codes["projects.csv"]), Closed: !rw.yes("启用", true),
	}
	if g.Class == "leader" && g.Leader == "" {
		rw.fail("包联领导群须填写“领导编码”")
	}
	if g.Class == "unit" && g.Unit == "" {
		rw.fail("单位群须填写“单位编码”")
	}
	for _, v := range rw.list("通道") {
		parts := strings.SplitN(v, ":", 3)
		if len(parts) != 3 || parts[2] == "" || !slices.Contains(routesOf[parts[0]], parts[1]) {
			rw.fail("“通道”中的“%s”不对，应为 平台:方式:目标，例如 wecom:aibot:群ID、wecom:webhook:机器人名、dingtalk:group:会话ID、dingtalk:custom:机器人名", v)
			continue
		}
		to := RouteRow{parts[0], parts[1], parts[2]}
		if other := r.routes[to]; other != "" {
			rw.fail("“通道”中的“%s”已是群%s的", v, other)
		}
		if utf8.RuneCountInString(to.Target) > 191 {
			rw.fail("“通道”中的目标超过191个字")
		}
		g.Routes = append(g.Routes, to)
	}
	return g.Code, func() {
		r.codes["groups.csv"][g.Code] = true
		for _, to := range g.Routes {
			r.routes[to] = g.Code // two groups on one route would each hear the other's projects
		}
		r.out.Groups = append(r.out.Groups, g)
	}
}

func (r *reader) matter(rw *row) (string, func()) {
	units, people := r.codes["units.csv"], r.codes["people.csv"]
	m := MatterRow{
		Source: rw.get("来源"), No: rw.upTo("编号", 32), Title: rw.must("内容", 1000), Unit: rw.ref("责任单位编码", "units.csv(可能已撤并)", units),
		Owner: rw.ref("责任人编码", "people.csv(可能已离岗)", people), Due: rw.day("期限"),
		Project: rw.ref("项目编码", "projects.csv", r.codes["projects.csv"]), Leader: rw.ref("交办领导编码", "people.csv", people),
	}
	if !slices.Contains(sources, m.Source) {
		rw.fail("“来源”写的是“%s”，只能是%s", m.Source, strings.Join(sources, "、"))
	}
	if rw.get("期限") == "" {
		rw.fail("“期限”没有填写")
	}
	if m.Unit == "" && m.Owner == "" {
		rw.fail("“责任单位编码”和“责任人编码”至少填写一项")
	}
	key := m.Source + m.No
	if m.No == "" {
		key += " " + m.Title
	}
	if r.codes["matters.csv"][key] {
		rw.fail("%s重复", key)
	}
	return key, func() {
		r.codes["matters.csv"][key] = true
		r.out.Matters = append(r.out.Matters, m)
	}
}
