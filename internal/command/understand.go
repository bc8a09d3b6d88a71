package command

import (
	"fmt"
	"regexp"
	"strings"

	"duban/internal/ledger"
	"duban/internal/zh"
)

// intent is what a message is understood as, before anything is looked up or written.
type intent struct {
	verb    *verb // nil: nothing of ours was said
	script  script
	project pick
	said    ledger.Said
	month   *figure // money of a month or so, which is no year's total
	confirm string  // what a person must confirm before it is taken; "" when nothing is in doubt
	refuse  string  // why it cannot be taken, with what to send instead
}

// reader knows the verbs and the day; it is pure.
type reader struct {
	verbs []verb
	today zh.YMD
}

// understand reads a message: the explicit verb first, else the free order in which officials type a
// report. It changes nothing and asks no database.
func (r reader) understand(x script, sc scope) intent {
	in := intent{script: x}
	in.verb = in.script.readVerb(r.verbs, sc)
	if in.verb != nil && in.verb.name == "项目" && hasFigure(in.script.s[in.script.begins:]) && !asks.MatchString(in.script.s) {
		in.verb, in.script.ours = nil, false // 项目：华兴 进度：65% is a form filled in
	}
	switch {
	case in.verb == nil:
		r.free(&in, sc)
	case in.verb.reports:
		r.report(&in, sc)
	case in.verb.project:
		in.project = sc.find(in.script, in.script.first(in.script.begins), nil)
	}
	return in
}

// free reads a message without a verb: a report if it holds a figure, a question about a project if
// it asks, news if it names a project; else nothing.
func (r reader) free(in *intent, sc scope) {
	x := in.script
	if courtesy.MatchString(x.s) && len(x.marks) < 8 {
		return
	}
	r.report(in, sc)
	named := in.project.named || len(in.project.options) > 0
	figured := in.said.Progress != nil || in.said.Invested != nil || in.refuse != ""
	idle := !figured && asBefore(in.said.Text)
	switch {
	case idle && named && lookUp(r.verbs, "无变化") != nil:
		*in = intent{script: x, project: in.project, verb: lookUp(r.verbs, "无变化")}
		in.script.begins = len(x.s)
		return
	case asks.MatchString(x.s), named && !figured && in.said.Text != "" && looks.MatchString(in.said.Text):
		if named {
			*in = intent{script: x, project: in.project, verb: lookUp(r.verbs, "项目")}
		} else {
			*in = intent{script: x}
		}
		return
	case figured && (named || in.project.id != 0 || in.project.heard != "" || hasFigure(x.s)):
	case !named && in.said.Text != "" && achieved.MatchString(in.said.Text) && !hasFigure(x.s) && !hearsay.MatchString(x.s) && in.project.heard == "":
		if notYet.MatchString(x.s) {
			if !denied.MatchString(x.s) {
				*in = intent{script: x}
				return
			}
			in.confirm = in.asNews()
		}
	case named && in.said.Text != "" && unitlessShare.MatchString(mask(x.s, in.project.spans)):
		m := unitlessShare.FindStringSubmatch(mask(x.s, in.project.spans))
		n, _, _ := zh.Number(m[1])
		p := ledger.Percent(n.Value / 100)
		in.said.Progress, in.said.Text = &p, ""
		in.confirm = in.saying()
	case !named && onlyMonth(*in): // asked about with the sum
	case !named || in.said.Text == "":
		*in = intent{script: x, project: in.project}
		return
	case !progressing.MatchString(in.said.Text) || hasFigure(x.s) && in.month == nil || denied.MatchString(in.said.Text) || otherMoneys.MatchString(x.s):
		in.confirm = in.asNews()
	}
	if hearsay.MatchString(x.s) && in.confirm == "" && in.refuse == "" {
		in.confirm = "将" + in.saying() + "记为进展"
	}
	in.verb = lookUp(r.verbs, "报")
}

// asNews asks whether words are to be put down as they are.
func (in *intent) asNews() string {
	return fmt.Sprintf("将“%s”记为进展（不改进度）", clip(in.said.Text, 40))
}

// report reads what follows 报, or a whole message in free order.
func (r reader) report(in *intent, sc scope) {
	x := in.script
	from := x.first(x.begins)
	all := figuresIn(x.s)
	in.project = sc.find(x, from, spansOf(all))
	masked := mask(x.s, append([]zh.Span{{Start: 0, End: x.begins}}, in.project.spans...))
	found := figuresIn(masked)
	f := readFigures(masked, found)
	in.said = ledger.Said{Progress: f.progress, Invested: f.invested, Source: "chat"}
	in.said.Text = x.without(x.begins, append(r.used(masked, f), x.apartFrom(in.project.spans)...))
	example := "例如：报 65% 主体结构封顶"
	switch date, ok := impossibleDate(masked, r.today); {
	case f.vague != "":
		in.refuse = fmt.Sprintf("“%s”是个范围，请报一个数，%s", f.vague, example)
	case len(f.several) > 0:
		in.refuse = fmt.Sprintf("读到%s几个数，不能确定报哪一个。请只写一个总进度和本年累计投资，例如：报 进度65%% 完成投资7000万元", strings.Join(f.several, "、"))
	case ok:
		in.refuse = fmt.Sprintf("没有%s这一天，请核对日期后重发，%s", date, example)
	case f.bare != "":
		in.refuse = fmt.Sprintf("“%s”没有写单位，请写明“万元”或“亿元”，例如：完成投资7000万元", clip(f.bare, 20))
	case f.progress == nil && f.invested == nil && in.said.Text == "" && len(f.used) > 0:
		in.refuse = fmt.Sprintf("“%s”不是目前的数，没有记录。请报目前的总进度，%s", clip(strings.TrimSpace(masked[f.used[0].from:f.used[0].End]), 20), example)
	case f.progress == nil && f.invested == nil && in.plain(masked):
	case f.doubt, !in.project.named && in.project.id != 0 && odd(x, from, all), in.project.named && x.tucked(in.project.spans):
		in.confirm = in.saying()
	}
	in.doubtPlace(x, sc)
	in.month = f.partial
}

// odd reports whether a message that names no project we know begins with a word that is no news by
// itself: it may be the name of one that the person may not see.
func odd(x script, from int, values []figure) bool {
	segs := segments(x, from, spansOf(values))
	if len(segs) == 0 || !segs[0].head || len(segs) == 1 && len(values) == 0 {
		return false
	}
	k := key(x.marks[segs[0].start:segs[0].end])
	if latin(x.marks[segs[0].start].r) && strings.ContainsAny(k, "0123456789") {
		return false // C30, M7.5: a grade of something
	}
	return !progressing.MatchString(k) && !achieved.MatchString(k) && !whenWord.MatchString(k) && !acting.MatchString(k) && !generic.MatchString(k) && !inside.MatchString(k) && !wordsOfTrade.MatchString(k)
}

// whenWord says when: no name of anything.
var whenWord = regexp.MustCompile(`^(?:昨天|今天|前天|昨晚|昨日|今日|上午|下午|早上|刚刚|刚才|这几天|本周|上周|周[一二三四五六日末])$`)

// unitlessShare is a progress without its sign among other words: 进度到68了.
var unitlessShare = regexp.MustCompile(`进度[^0-9,，。;；%]{0,4}([0-9]{1,2})(?:了|哈|啦|[ ,，。!！]|$)`)

// plain reads a lone number as a progress to be confirmed: 报 华兴 65.
func (in *intent) plain(masked string) bool {
	for i, word := range strings.FieldsFunc(masked, func(r rune) bool { return strings.ContainsRune(separators, r) && r != '.' }) {
		if !loneNumber.MatchString(word) || i > 1 {
			continue
		}
		n, _, ok := zh.Number(word)
		if ok && n.Value <= 100*10_000 {
			p := ledger.Percent(n.Value / 100)
			in.said.Progress = &p
			in.said.Text = strings.Trim(strings.Replace(in.said.Text, word, "", 1), trimmed)
			in.confirm = in.saying()
			return true
		}
	}
	return false
}

var loneNumber = regexp.MustCompile(`^[0-9]{1,3}(?:\.[0-9]{1,2})?$`)

// saying words the figures for a question.
func (in *intent) saying() string {
	var out []string
	if in.said.Progress != nil {
		out = append(out, "总进度"+in.said.Progress.String())
	}
	if in.said.Invested != nil {
		out = append(out, "本年累计完成投资"+in.said.Invested.String())
	}
	if len(out) == 0 {
		return fmt.Sprintf("“%s”", clip(in.said.Text, 40))
	}
	return strings.Join(out, "、")
}

// used gives the spans of figures with their words, which the text need not repeat.
func (r reader) used(s string, f figures) []zh.Span {
	var out []zh.Span
	for _, u := range f.used {
		at := zh.Span{Start: u.from, End: u.End}
		for _, tail := range []string{"左右", "了"} {
			if strings.HasPrefix(s[at.End:], tail) {
				at.End += len(tail)
			}
		}
		out = append(out, at)
	}
	return out
}

// mask blanks spans out, so that a name's own numbers are no figures and offsets stay.
func mask(s string, spans []zh.Span) string {
	b := []byte(s)
	for _, at := range spans {
		for i := at.Start; i < at.End; i++ {
			b[i] = ' '
		}
	}
	return string(b)
}

// impossibleDate finds a day no calendar has.
func impossibleDate(s string, today zh.YMD) (string, bool) {
	for {
		d, ok := zh.Date(s, today)
		switch {
		case !ok:
			return "", false
		case d.Impossible:
			return strings.TrimSuffix(s[d.Start:d.End], "前"), true
		}
		s = s[d.End:]
	}
}

func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
