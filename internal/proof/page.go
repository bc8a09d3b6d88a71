package proof

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/words"
)

//go:embed page.tmpl
var pageText string

// item is one thing the page tells: the facts of one row.
type item struct {
	At    clock.Instant
	Line  string
	Pairs [][2]string // what is shown beside a name
	Text  string      // the exact words, as sent or received
	Seqs  string      // where its facts lie on the chain
}

// page is what the template shows.
type page struct {
	Pack
	Sections  []section
	Rules     []item
	On        int
	Waiting   int
	MadeOn    string
	HeadSince string
}

type section struct {
	Name  string
	Note  string
	Items []item
}

// Page makes the pack readable: one page in Chinese, to be printed. It is made of the pack alone.
func (p Pack) Page(w *words.Words) ([]byte, error) {
	t, err := template.New("page").Parse(pageText)
	if err != nil {
		return nil, fmt.Errorf("read the page of the evidence: %w", err)
	}
	at := page{Pack: p, MadeOn: p.MadeAt.String(), HeadSince: p.Head.SealedAt.String()}
	at.On, at.Waiting = p.Sealed()
	history, err := p.history(w)
	if err != nil {
		return nil, err
	}
	at.Sections = []section{
		{"办理经过", "按时间先后，每一条都是当时写下的，此后没有改动。", history},
		{"提醒、预警、督办及依据", "", p.steps()},
		{"延期、转交与申诉", "", p.decisions()},
		{"来信原文", "平台收到的原话，及办理结果。", p.letters()},
		{"通知送达", "发出的原文、送达对象、时间、平台编号和回执。", p.notices()},
		{"期间进展报送", "", p.reports()},
	}
	at.Sections = slices.DeleteFunc(at.Sections, func(s section) bool { return len(s.Items) == 0 })
	at.Rules = p.rules()
	var b bytes.Buffer
	if err := t.Execute(&b, at); err != nil {
		return nil, fmt.Errorf("make the page of the evidence: %w", err)
	}
	return b.Bytes(), nil
}

// row is one row of a table with all its facts.
type row struct {
	id    int64
	parts map[string]map[string]string
	seqs  []string
}

func (r row) get(name string) string {
	for _, part := range r.parts {
		if v := part[name]; v != "" {
			return v
		}
	}
	return ""
}

// of gives the rows of a table, in order of id.
func (p Pack) of(table string) []row {
	byID := map[int64]*row{}
	var out []*row
	for _, r := range p.Rows {
		if r.Table != table {
			continue
		}
		one := byID[r.RowID]
		if one == nil {
			one = &row{id: r.RowID, parts: map[string]map[string]string{}}
			byID[r.RowID] = one
			out = append(out, one)
		}
		cells := map[string]string{}
		for _, c := range r.Cells {
			if c.Value != nil {
				cells[c.Name] = *c.Value
			}
		}
		one.parts[r.Part] = cells
		if r.Seq > 0 {
			one.seqs = append(one.seqs, strconv.FormatInt(r.Seq, 10))
		} else {
			one.seqs = append(one.seqs, "未入链")
		}
	}
	slices.SortFunc(out, func(a, b *row) int { return int(a.id - b.id) })
	rows := make([]row, len(out))
	for i, r := range out {
		rows[i] = *r
	}
	return rows
}

func (r row) item(at string) item {
	n, _ := strconv.ParseInt(r.get(at), 10, 64)
	return item{At: clock.Instant(n), Seqs: strings.Join(r.seqs, "、")}
}

func (p Pack) person(id string) string {
	n, _ := strconv.ParseInt(id, 10, 64)
	return p.People[n]
}

// importWords are the register's own bookkeeping, which the chat does not show.
var importWords = map[string]string{"import:new": "按名册列入台账", "import:changed": "按名册更改"}

// history words the lines of history as the chat does.
func (p Pack) history(w *words.Words) ([]item, error) {
	var out []item
	for _, r := range p.of("entries") {
		it := r.item("at")
		var kept struct{ Photos []string }
		_ = json.Unmarshal([]byte(r.get("after")), &kept) // what is no list of photos has none
		act, note := r.get("act"), r.get("note")
		m, err := w.Say("reply/act", act)
		if err != nil {
			return nil, err
		}
		word, ok := importWords[act]
		if !ok {
			word = m.Title
		}
		if who := p.person(r.get("person_id")); who != "" {
			it.Line = who
			if other := p.person(r.get("for_id")); other != "" {
				it.Line += "（代" + other + "）"
			}
			it.Line += "："
		}
		it.Line += word
		if note != "" {
			it.Line += "（" + clip(note, 60) + "）"
		}
		if n := len(kept.Photos); n > 0 {
			it.Line += fmt.Sprintf("，照片%d张", n)
		}
		if len([]rune(r.get("note"))) > 60 {
			it.Text = r.get("note")
		}
		out = append(out, it)
	}
	slices.SortStableFunc(out, func(a, b item) int { return int(a.At - b.At) })
	return out, nil
}

var stepWords = map[string]string{"remind": "提醒", "warn": "预警", "order": "督办", "list": "提请约谈"}

func (p Pack) steps() []item {
	var out []item
	for _, r := range p.of("steps") {
		it := r.item("")
		it.Line = strings.TrimSpace(day(r.get("on")) + " " + stepWords[r.get("name")] + " " + r.get("notice"))
		it.Pairs = pairs("依据", r.get("why"), "原定期限", day(r.get("due_on")), "整改或回复期限", day(r.get("rectify_by")))
		out = append(out, it)
	}
	for _, r := range p.of("orders") {
		it := r.item("")
		it.Line = fmt.Sprintf("%s 督办单 督办〔%s〕%s号", day(r.get("on")), r.get("year"), r.get("number"))
		it.Pairs = pairs("依据", r.get("why"), "回复期限", day(r.get("reply_by")))
		out = append(out, it)
	}
	for _, r := range p.of("strikes") {
		it := r.item("")
		it.Line = day(r.get("on")) + " 计逾期一次：" + r.get("trigger")
		it.Pairs = pairs("规则版本", r.get("rule_version"), "撤销认定", moment(r.get("lifted_at")), "认定人", p.person(r.get("lifted_by")), "理由", r.get("lifted_for"))
		out = append(out, it)
	}
	return out
}

var answerWords = map[string]string{"granted": "同意", "denied": "不同意", "withdrawn": "撤回", "upheld": "维持", "lifted": "撤销"}

func (p Pack) decisions() []item {
	var out []item
	for _, r := range p.of("extensions") {
		it := r.item("asked_at")
		it.Line = fmt.Sprintf("%s申请由%s延至%s", p.person(r.get("asked_by")), day(r.get("from_on")), day(r.get("to_on")))
		it.Pairs = p.decided(r)
		out = append(out, it)
	}
	for _, r := range p.of("contests") {
		it := r.item("asked_at")
		it.Line = p.person(r.get("asked_by")) + "对预警督办提出申诉"
		it.Pairs = p.decided(r)
		out = append(out, it)
	}
	for _, r := range p.of("handovers") {
		it := r.item("asked_at")
		it.Line = fmt.Sprintf("%s提出由%s转交给%s", p.person(r.get("asked_by")), p.person(r.get("from_id")), p.person(r.get("to_id")))
		it.Pairs = p.decided(r)
		out = append(out, it)
	}
	return out
}

func (p Pack) decided(r row) [][2]string {
	decision := strings.TrimSpace(answerWords[r.get("state")] + " " + r.get("answer"))
	return pairs("理由", r.get("reason"), "审批", decision, "审批人", p.person(r.get("decided_by")), "审批时间", moment(r.get("decided_at")))
}

var platformWords = map[string]string{"wecom": "企业微信", "dingtalk": "钉钉"}

func (p Pack) letters() []item {
	var out []item
	for _, r := range p.of("inbox") {
		it := r.item("received_at")
		var in chat.Incoming
		_ = json.Unmarshal([]byte(r.get("payload")), &in) // what cannot be read is shown as it is
		it.Line = platformWords[r.get("platform")] + "来信"
		it.Text = in.Text
		if in.Card != nil && it.Text == "" {
			it.Text = "（按卡片按钮）"
		}
		if it.Text == "" {
			it.Text = r.get("payload")
		}
		it.Pairs = pairs("平台账号", in.UserID, "消息编号", r.get("message_id"), "办理结果", r.get("note"))
		out = append(out, it)
	}
	return out
}

var sendWords = map[string]string{"sent": "已送达平台", "refused": "平台拒收", "dropped": "未发出"}

func (p Pack) notices() []item {
	var out []item
	for _, r := range p.of("deliveries") {
		it := r.item("sent_at")
		if it.At == 0 {
			it = r.item("created_at")
		}
		to := p.person(r.get("person_id"))
		if id, _ := strconv.ParseInt(r.get("group_id"), 10, 64); id != 0 {
			to = p.Groups[id]
		}
		title := r.get("title")
		if title == "" {
			title = "通知"
		}
		it.Line = title
		it.Text = r.get("body")
		state, ok := sendWords[r.get("state")]
		if !ok {
			state = "等待发送"
		}
		it.Pairs = pairs("送达对象", to, "状态", strings.TrimSpace(state+" "+r.get("detail")), "发出时间", moment(r.get("sent_at")),
			"通道", strings.TrimSpace(platformWords[r.get("platform")]+" "+r.get("target")), "平台编号", r.get("platform_id"), "已读", moment(r.get("read_at")))
		out = append(out, it)
	}
	slices.SortStableFunc(out, func(a, b item) int { return int(a.At - b.At) })
	return out
}

func (p Pack) reports() []item {
	var out []item
	for _, r := range p.of("updates") {
		it := r.item("at")
		it.Line = p.person(r.get("person_id")) + "报送 回执" + r.get("receipt")
		progress := ""
		if n, err := strconv.Atoi(r.get("progress")); err == nil {
			progress = fmt.Sprintf("%g%%", float64(n)/100)
		}
		it.Pairs = pairs("总进度", progress, "撤回", moment(r.get("withdrawn_at")))
		it.Text = r.get("text")
		out = append(out, it)
	}
	return out
}

// ruleWords are the settings of the ladder, in the order in which they are shown.
var ruleWords = []struct{ key, word string }{
	{"remind", "到期前几个工作日提醒"}, {"rectify_days", "预警后几个工作日内整改"}, {"reply_days", "督办单几个工作日内回复"},
	{"filing_days", "截止未报送的，几个工作日内补报"}, {"grace_days", "办结被退回后的宽限工作日"}, {"assign_days", "批示未写期限的，几个工作日内办结"},
	{"hand_overs", "事项可转交几次"}, {"same_in_row", "连续几期可只报无变化"},
}

func (p Pack) rules() []item {
	var out []item
	for _, r := range p.of("rule_versions") {
		it := r.item("since")
		it.Line = "规则 " + r.get("version")
		var kept struct{ Ladder map[string]any }
		if yaml.Unmarshal([]byte(r.get("text")), &kept) == nil {
			if text, err := yaml.Marshal(kept.Ladder); err == nil {
				it.Text = string(text)
			}
			for _, w := range ruleWords {
				if v, ok := kept.Ladder[w.key]; ok {
					it.Pairs = append(it.Pairs, [2]string{w.word, strings.Trim(fmt.Sprint(v), "[]")})
				}
			}
		}
		out = append(out, it)
	}
	return out
}

// pairs gives names with their values; those without a value are left out.
func pairs(all ...string) [][2]string {
	var out [][2]string
	for i := 0; i+1 < len(all); i += 2 {
		if all[i+1] != "" {
			out = append(out, [2]string{all[i], all[i+1]})
		}
	}
	return out
}

func join(all []string) string { return strings.Join(all, "、") }

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Clock gives the hour of an item, "" where it has only a day.
func (i item) Clock() string {
	if i.At == 0 {
		return ""
	}
	return i.At.Time().Format("2006-01-02 15:04:05")
}
