package config

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"duban/internal/workday"
)

// Register is the district's own book before it meets the ledger: rows that refer to each other by
// code. Every row in it has been checked; those that could not be read are findings.
type Register struct {
	District DistrictRow
	Units    []UnitRow
	People   []PersonRow
	Projects []ProjectRow
	Nodes    []NodeRow
	Matters  []MatterRow
	Groups   []GroupRow
	Chains   []ChainRow

	Resources []ResourceRow
	Policies  []PolicyRow
}

// DistrictRow is district.yaml.
type DistrictRow struct {
	Code string `yaml:"code"`
	Name string `yaml:"name"`
}

// UnitRow is a row of units.csv (编码,名称,简称,类别,上级编码,排序).
type UnitRow struct {
	Code, Name, Short, Kind, Parent string // Kind: park, street, department, bureau
	Sort                            int
	Grid                            string // 1, 3, 9 or N
}

// PersonRow is a row of people.csv (编码,姓名,单位编码,职务,手机,角色,企业微信,钉钉,在岗).
type PersonRow struct {
	Code, Name, Unit, Post, Mobile string
	Roles                          []string // as ledger.Role
	WeCom, DingTalk                string   // user ids
	Left                           bool     // 在岗 is 否: knows and hears nothing any more
}

// ProjectRow is a row of projects.csv. Amounts are in yuan, shares in hundredths of a percent.
type ProjectRow struct {
	Code, Name                            string
	Aliases                               []string
	Category, Industry, Stage             string
	Investment, PlannedYear, InvestedYear int64
	Progress                              int32
	Leader, LeadUnit, HostUnit, Owner     string
	Members                               []string
	Start, Target                         workday.Day
	Measures, Standard, Reward            string
	Service                               string // 首席服务员
}

// NodeRow is a row of nodes.csv (项目编码,节点,期限,权重,完成,责任人编码).
type NodeRow struct {
	Project, Title string
	Due            workday.Day
	Weight         int
	Done           bool
	Owner          string // empty: the project's
}

// MatterRow is a row of matters.csv (来源,编号,内容,责任单位编码,责任人编码,期限,项目编码,交办领导编码), which a register
// may leave out: what was assigned and is to be answered.
type MatterRow struct {
	Source, No, Title, Unit, Owner string
	Due                            workday.Day
	Project, Leader                string
}

// GroupRow is a row of groups.csv (编码,名称,类别,领导编码,单位编码,项目编码,通道,启用).
type GroupRow struct {
	Code, Name, Class, Leader, Unit string // Class as ledger.GroupClass
	Projects                        []string
	Routes                          []RouteRow
	Closed                          bool // 启用 is 否: knows and hears nothing any more
}

// RouteRow is one way to reach a group, written platform:route:target.
type RouteRow struct{ Platform, Route, Target string }

// Finding is a row that was refused, and why.
type Finding struct {
	File     string
	Line     int
	Key      string // the row's code or name, where it could be read
	Sentence string
}

// String gives the finding on one line.
func (f Finding) String() string {
	if f.Line == 0 {
		return fmt.Sprintf("%s：%s", f.File, f.Sentence)
	}
	return fmt.Sprintf("%s 第%d行 %s：%s", f.File, f.Line, f.Key, f.Sentence)
}

// separators part the entries of a cell: 、 and comma, semicolon and blank, half and full width.
const separators = "、,;\uff0c\uff1b \u3000"

// words of the files for the ledger's values.
var (
	unitKinds = map[string]string{"园区": "park", "街道": "street", "部门": "department", "直属分局": "bureau"}
	roles     = map[string]string{
		"项目办": "office", "督查室": "inspection", "区领导": "district_leader", "包联领导": "leader", "单位负责人": "unit_head", "联络员": "liaison",
	}
	groupClasses = map[string]string{
		"区领导": "district", "包联领导": "leader", "专班": "task_force", "单位": "unit", "项目办": "office", "督查室": "inspection",
	}
	routesOf = map[string][]string{"wecom": {"aibot", "webhook", "appchat"}, "dingtalk": {"group", "custom"}}
	sources  = []string{"批示", "会议", "人大建议", "政协提案", "领导交办"}
	stages   = []string{"储备", "在谈", "签约", "落地", "开工", "竣工", "投产", "达产"}
)

// ReadRegister reads the folder: district.yaml, units.csv, people.csv, projects.csv, nodes.csv and
// groups.csv, and matters.csv where there is one, in UTF-8 or GB18030. A row with a finding is left out, the rest stays.
func ReadRegister(dir fs.FS) (Register, []Finding) {
	r := &reader{dir: dir, codes: map[string]map[string]bool{}, names: map[string]string{}, users: map[string]string{}, routes: map[RouteRow]string{}}
	r.district()
	r.table("units.csv", []string{"编码", "名称", "简称", "类别", "上级编码", "排序", "网格"}, r.unit)
	r.table("people.csv", []string{"编码", "姓名", "单位编码", "职务", "手机", "角色", "企业微信", "钉钉", "在岗"}, r.person)
	r.table("projects.csv", []string{"编码", "名称", "别名", "类别", "产业", "阶段", "总投资(万元)", "年度计划投资(万元)", "年度完成投资(万元)", "形象进度",
		"包联领导编码", "牵头部门编码", "属地编码", "联络员编码", "专班成员编码", "开工日期", "目标日期", "举措", "标准", "奖惩", "首席服务员编码"}, r.project)
	r.table("nodes.csv", []string{"项目编码", "节点", "期限", "权重", "完成", "责任人编码"}, r.node)
	r.table("groups.csv", []string{"编码", "名称", "类别", "领导编码", "单位编码", "项目编码", "通道", "启用"}, r.group)
	if _, err := fs.Stat(dir, "matters.csv"); err == nil {
		r.table("matters.csv", []string{"来源", "编号", "内容", "责任单位编码", "责任人编码", "期限", "项目编码", "交办领导编码"}, r.matter)
	}
	if r.there("chains.csv") {
		r.table("chains.csv", []string{"编码", "名称", "链长编码", "牵头部门编码", "产业"}, r.chain)
	}
	if r.there("resources.csv") {
		r.table("resources.csv", []string{"编码", "类别", "名称", "地点", "属地编码", "面积", "价格", "方式", "条件", "状态"}, r.resource)
	}
	if r.there("policies.csv") {
		r.table("policies.csv", []string{"编码", "名称", "内容", "适用对象", "有效期"}, r.policy)
	}
	return r.out, r.findings
}

type reader struct {
	dir      fs.FS
	out      Register
	findings []Finding
	codes    map[string]map[string]bool // file → codes seen
	names    map[string]string          // project code, name or alias, folded → code
	users    map[string]string          // platform and user id → person code
	routes   map[RouteRow]string        // route → group code
}

// row is one line of a table, by column.
type row struct {
	cells map[string]string
	wrong []string
}

// get gives a cell as one sees it: signs without a shape that come along when text is copied (zero-width
// blanks, marks of direction) would make two names of one and be found by nobody.
func (r *row) get(col string) string {
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Cf, c) {
			return -1
		}
		return c
	}, r.cells[col]))
}

func (r *row) fail(format string, args ...any) {
	r.wrong = append(r.wrong, fmt.Sprintf(format, args...))
}

// must gives a cell that may not be empty nor longer than the ledger keeps.
func (r *row) must(col string, longest int) string {
	v := r.get(col)
	if v == "" {
		r.fail("“%s”没有填写", col)
	}
	return r.upTo(col, longest)
}

// upTo gives a cell that may be empty but neither longer than the ledger keeps nor of several lines: one
// row of a message is one line.
func (r *row) upTo(col string, longest int) string {
	v := r.get(col)
	if strings.ContainsFunc(v, func(c rune) bool { return unicode.IsControl(c) || c == '\u2028' || c == '\u2029' }) {
		r.fail("“%s”中有换行，请写成一行", col)
	}
	if utf8.RuneCountInString(v) > longest {
		r.fail("“%s”超过%d个字", col, longest)
	}
	return v
}

// list gives the entries of a cell, each once.
func (r *row) list(col string) []string {
	var out []string
	for _, v := range strings.FieldsFunc(r.get(col), func(c rune) bool { return strings.ContainsRune(separators, c) }) {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// day reads a date as the papers write it, or as a spreadsheet does once it was opened there: 2026/3/5.
func (r *row) day(col string) workday.Day {
	v := r.get(col)
	if v == "" {
		return 0
	}
	parts := strings.FieldsFunc(v, func(c rune) bool { return strings.ContainsRune("-/.年月日", c) })
	for i, p := range parts {
		if len(p) == 1 {
			parts[i] = "0" + p
		}
	}
	d, err := workday.ParseDay(strings.Join(parts, "-"))
	if err != nil || d.Year() < 2000 || d.Year() > 2099 {
		r.fail("“%s”写的是“%s”，应为日期，例如 2026-03-05", col, v)
	}
	return d
}

// wan reads an amount in 万元, decimals allowed, as yuan.
func (r *row) wan(col string) int64 {
	v := strings.NewReplacer(",", "", "\uff0c", "").Replace(r.get(col))
	if v == "" {
		return 0
	}
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || !(f >= 0 && f <= 1e9) { // so written, it refuses NaN too
		r.fail("“%s”写的是“%s”，应为以万元计的数字，例如 12000", col, v)
		return 0
	}
	return int64(f*10_000 + 0.5)
}

// yes reads a cell of 是 or 否; an empty one reads as it says.
func (r *row) yes(col string, empty bool) bool {
	switch v := r.get(col); v {
	case "是":
		return true
	case "否":
		return false
	case "":
	default:
		r.fail("“%s”写的是“%s”，只能是是、否", col, v)
	}
	return empty
}

func (r *row) word(col string, words map[string]string) string {
	v := r.get(col)
	if words[v] == "" {
		known := make([]string, 0, len(words))
		for w := range words {
			known = append(known, w)
		}
		slices.Sort(known)
		r.fail("“%s”写的是“%s”，只能是%s", col, v, strings.Join(known, "、"))
	}
	return words[v]
}

// folded is a name as it is compared: width, case and blanks do not make two names of one.
func folded(name string) string {
	return strings.ToLower(strings.Join(strings.Fields(width.Fold.String(name)), ""))
}

// ref gives a code that must exist in another file; empty is allowed.
func (r *row) ref(col, file string, codes map[string]bool) string {
	v := r.get(col)
	if v != "" && !codes[v] {
		r.fail("“%s”中的%s在%s里没有", col, v, file)
	}
	return v
}

func (r *row) refs(col, file string, codes map[string]bool) []string {
	var out []string
	for _, v := range r.list(col) {
		if !codes[v] {
			r.fail("“%s”中的%s在%s里没有", col, v, file)
		}
		out = append(out, v)
	}
	return out
}
