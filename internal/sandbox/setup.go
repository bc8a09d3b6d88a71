package sandbox

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing/fstest"
	"time"

	"duban/internal/clock"
	"duban/internal/config"
	"duban/internal/ledger"
)

// The set-up of a story is turned into the very files an office keeps (ledger register) and read by
// the same reader, so that what a story may say is what an office may write.

// columns of each set-up word: positional words first, then key=value with the header they stand for.
var setupTables = map[string]struct {
	file string
	pos  []string
	keys map[string]string
}{
	"unit": {"units.csv", []string{"编码", "名称", "类别"}, map[string]string{"short": "简称", "parent": "上级编码", "grid": "网格"}},
	"person": {"people.csv", []string{"编码", "姓名", "角色"}, map[string]string{
		"unit": "单位编码", "post": "职务", "wecom": "企业微信", "dingtalk": "钉钉", "active": "在岗"}},
	"project": {"projects.csv", []string{"编码", "名称"}, map[string]string{
		"alias": "别名", "category": "类别", "industry": "产业", "stage": "阶段", "investment": "总投资(万元)", "plan": "年度计划投资(万元)",
		"invested": "年度完成投资(万元)", "progress": "形象进度", "leader": "包联领导编码", "dept": "牵头部门编码", "host": "属地编码",
		"owner": "联络员编码", "members": "专班成员编码", "start": "开工日期", "target": "目标日期", "measures": "举措", "standard": "标准", "reward": "奖惩", "service": "首席服务员编码"}},
	"node": {"nodes.csv", []string{"项目编码", "节点"}, map[string]string{"due": "期限", "weight": "权重", "done": "完成", "owner": "责任人编码"}},
	"assigned": {"matters.csv", []string{"来源", "内容"}, map[string]string{
		"no": "编号", "unit": "责任单位编码", "owner": "责任人编码", "due": "期限", "project": "项目编码", "leader": "交办领导编码"}},
	"resource": {"resources.csv", []string{"编码", "类别", "名称", "面积"}, map[string]string{
		"place": "地点", "unit": "属地编码", "price": "价格", "terms": "方式", "conditions": "条件", "state": "状态"}},
	"policy": {"policies.csv", []string{"编码", "名称", "内容"}, map[string]string{"whom": "适用对象", "until": "有效期"}},
	"chain":  {"chains.csv", []string{"编码", "名称", "产业"}, map[string]string{"leader": "链长编码", "unit": "牵头部门编码"}},
	"group":  {"groups.csv", []string{"编码", "名称", "类别"}, map[string]string{"leader": "领导编码", "unit": "单位编码", "projects": "项目编码", "routes": "通道"}},
}

// options reads a story's set-up.
func (s *Story) options(sample config.Register) (Options, error) {
	o := Options{}
	tables := map[string][]map[string]string{}
	useSample := false
	for _, l := range s.Setup {
		fail := func(format string, args ...any) error {
			return fmt.Errorf("%s:%d: %s", s.Name, l.No, fmt.Sprintf(format, args...))
		}
		if len(l.Words) == 0 {
			return o, fail("a line of the set-up begins with a word such as unit, person, project")
		}
		word, args := l.Words[0], l.Words[1:]
		switch t, isTable := setupTables[word]; {
		case word == "clock":
			at, err := time.ParseInLocation("2006-01-02 15:04", strings.Join(args, " "), clock.Shanghai)
			if err != nil {
				return o, fail("clock wants a moment like 2026-03-02 08:00")
			}
			o.Start = at
		case word == "period":
			if len(args) != 1 {
				return o, fail("period wants half_month, or fortnight anchor=2026-03-02")
			}
			o.Mode, o.Anchor = args[0], l.Values["anchor"]
		case word == "recurring":
			o.Recurring = append(o.Recurring, args...)
		case word == "meeting":
			k, err := meetingKind(args, l.Values)
			if err != nil {
				return o, fail("%s", err)
			}
			o.Meetings = append(o.Meetings, k)
		case word == "cards":
			o.Cards = true
		case word == "sample":
			useSample = true
		case word == "stranger":
			if len(args) != 2 {
				return o, fail("stranger wants a code and a name")
			}
			o.Strangers = append(o.Strangers, Person{
				Code: args[0], Name: args[1], WeCom: l.Values["wecom"], DingTalk: l.Values["dingtalk"],
				In: strings.FieldsFunc(l.Values["in"], func(r rune) bool { return r == ',' }),
			})
		case !isTable:
			return o, fail("%q is no word of the set-up", word)
		case len(args) != len(t.pos):
			return o, fail("%s wants %d words (%s) before its key=value pairs", word, len(t.pos), strings.Join(t.pos, ", "))
		default:
			row := map[string]string{}
			for i, col := range t.pos {
				row[col] = args[i]
			}
			for k, v := range l.Values {
				if t.keys[k] == "" {
					return o, fail("%s has no %q", word, k)
				}
				row[t.keys[k]] = v
			}
			tables[t.file] = append(tables[t.file], row)
		}
	}
	if o.Start.IsZero() {
		return o, fmt.Errorf("%s: the set-up lacks a clock", s.Name)
	}
	if useSample {
		o.Register = sample
		return o, nil
	}
	reg, findings := config.ReadRegister(setupFolder(tables))
	if len(findings) > 0 {
		return o, fmt.Errorf("%s: %s", s.Name, findings[0])
	}
	o.Register = reg
	return o, nil
}

// meetingKind reads a kind of meetings: its name, then what the rules say of it.
func meetingKind(args []string, values map[string]string) (ledger.MeetingKind, error) {
	if len(args) != 1 {
		return ledger.MeetingKind{}, errors.New("meeting wants a name before its key=value pairs")
	}
	k := ledger.MeetingKind{Name: args[0], Every: ledger.Rhythm(values["every"]), At: values["at"]}
	for key, into := range map[string]*int{"on": &k.On, "level": &k.Level} {
		if v := values[key]; v != "" {
			n, err := strconv.Atoi(v)
			if err != nil {
				return k, fmt.Errorf("meeting wants a number for %s", key)
			}
			*into = n
		}
	}
	for _, g := range strings.FieldsFunc(values["groups"], func(r rune) bool { return r == ',' || r == '、' }) {
		k.Groups = append(k.Groups, ledger.GroupClass(g))
	}
	return k, nil
}

// setupFolder writes the tables as the files of a register.
func setupFolder(tables map[string][]map[string]string) fstest.MapFS {
	dir := fstest.MapFS{"district.yaml": {Data: []byte("code: story\nname: 云川区\n")}}
	for _, t := range setupTables {
		cols := append([]string(nil), t.pos...)
		for _, c := range t.keys {
			cols = append(cols, c)
		}
		var b strings.Builder
		b.WriteString(strings.Join(cols, ",") + "\n")
		for _, row := range tables[t.file] {
			for i, c := range cols {
				if i > 0 {
					b.WriteByte(',')
				}
				b.WriteString(`"` + strings.ReplaceAll(row[c], `"`, `""`) + `"`)
			}
			b.WriteByte('\n')
		}
		dir[t.file] = &fstest.MapFile{Data: []byte(b.String())}
	}
	return dir
}
