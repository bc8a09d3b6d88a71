package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/view"
	"duban/internal/workday"
	"duban/internal/zh"
)

// minuteLine is a line of minutes as it is read so far.
type minuteLine struct {
	desk.MinuteLine
	Doubt string `json:"doubt,omitempty"` // what is to be asked about it
}

// numberedLine finds where a line of minutes may begin with its number.
var numberedLine = regexp.MustCompile(`(?:^|[\n ,，。;；])[ ]*[（(]?([0-9]{1,2}|[一二三四五六七八九十]{1,3})[)）、．.:：][ ]*`)

// linesOf cuts minutes into lines: where they are numbered in order at the numbers, else at line breaks.
func linesOf(s string) []zh.Span {
	var out []zh.Span
	next, from := 1, -1
	close := func(at int) {
		if from >= 0 {
			out = append(out, zh.Span{Start: from, End: at})
		}
	}
	for _, m := range numberedLine.FindAllStringSubmatchIndex(s, -1) {
		n, _, ok := zh.Number(s[m[2]:m[3]])
		if !ok || int(n.Value/10_000) != next || m[1] < len(s) && s[m[1]] >= '0' && s[m[1]] <= '9' && !strings.HasSuffix(s[:m[1]], " ") {
			continue // 4.10前 is a day
		}
		if from < 0 && strings.Trim(s[:m[0]], trimmed) != "" {
			break // words before the first number: it is no number of a line
		}
		close(m[0])
		from, next = m[1], next+1
	}
	if from >= 0 {
		close(len(s))
		return out
	}
	for start := 0; start < len(s); {
		end := start + strings.IndexByte(s[start:]+"\n", '\n')
		out = append(out, zh.Span{Start: start, End: end})
		start = end + 1
	}
	return out
}

// minutes (纪要) reads minutes line by line, asks about each that is doubtful, and shows all before any is
// written; without words it shows those that are there.
func minutes(ctx context.Context, t *turn, in intent) (step, error) {
	code, rest := t.meetingCode(in.script)
	if code == "" {
		return nil, fault.New(fault.Invalid, "请写明会议编号，例如：纪要 M0003 1. 请住建局王敏4月10日前完成清表 2. 会议强调安全生产。查会议请发：会议")
	}
	x := in.script
	s := x.s[rest:]
	if strings.Trim(s, trimmed) == "" {
		return t.showMeeting(ctx, code, "reply/minutes")
	}
	q := question{Kind: askMinutes, Said: "纪要 " + code, Meeting: code}
	if !keeps(t) {
		return t.recorded(q), nil // desk says who may
	}
	m, err := t.View.MeetingByCode(ctx, t.person, code)
	if err != nil {
		return nil, err
	}
	for _, at := range linesOf(s) {
		text := strings.Trim(x.typed(rest+at.Start, rest+at.End), " \t\r\n;；")
		if strings.Trim(text, trimmed) == "" {
			continue
		}
		line, err := t.minute(ctx, text, "")
		if err != nil {
			return nil, err
		}
		q.Lines = append(q.Lines, line)
	}
	if err := t.minutable(m, q); err != nil {
		return nil, err
	}
	return t.askMinute(ctx, q, m)
}

// minutable refuses minutes that could not be written, before anything is asked about them.
func (t *turn) minutable(m view.Meeting, q question) error {
	probe := make([]ledger.MinuteLine, len(q.Lines))
	for i, l := range q.Lines {
		probe[i] = ledger.MinuteLine{Text: l.Text}
	}
	_, err := ledger.WriteMinutes(m.Meeting, probe, len(m.Minutes), ledger.Actor{Person: t.Person.ID, Today: t.today})
	return err
}

// minute reads one line. more is what was answered when it was asked about: it goes before the words.
func (t *turn) minute(ctx context.Context, text, more string) (line minuteLine, err error) {
	line.Text = strings.Join(strings.Fields(text), " ")
	x := newScript(t.fold, line.Text)
	if more != "" {
		x = newScript(t.fold, more+"，"+line.Text)
	}
	if p := t.scope().find(x, 0, nil); p.named {
		line.Project = p.id
	} else if len(p.options) > 0 {
		line.Doubt = fmt.Sprintf("涉及%s，不能确定是哪个项目，请写明全称", t.namesOf(p.options))
		return line, nil
	}
	reg, err := t.View.People(ctx)
	if err != nil {
		return line, err
	}
	who, named, err := t.somebody(ctx, x, 0)
	var same sameName
	switch {
	case errors.As(err, &same):
		one := same.all[0]
		line.Doubt = fmt.Sprintf("有%d位%s（%s），请写明单位，例如：%s%s", len(same.all), one.Name, unitsOf(same.all, reg), reg.Short(one.UnitID), one.Name)
		return line, nil
	case err != nil:
		return line, err
	}
	term, dated, err := t.deadline(x.s, 0)
	switch said := ""; {
	case err != nil:
		line.Doubt = strings.TrimSuffix(fault.Sentence(err), "。")
		return line, nil
	case dated:
		said = x.s[term.at.Start:term.at.End]
		line.Due = term.on
		if len(term.choices) > 0 {
			line.Doubt = fmt.Sprintf("“%s”可指%s，请写明是哪一天", said, daysOf(term.choices))
		} else if term.on < t.today || term.on.Sub(t.today) > nextYears && !strings.Contains(said, "年") {
			line.Doubt = fmt.Sprintf("期限“%s”已经过了，请写明今后的日期", said)
		}
	}
	gone := error(nil)
	if named || dated {
		gone = t.gone(x, reg, who, named)
	}
	switch {
	case gone != nil:
		line.Doubt = strings.TrimSuffix(fault.Sentence(gone), "。")
	case named:
		line.To, line.Unit = who.ID, who.unit.ID
		answering(reg, &line)
		if !dated {
			line.Doubt = cmp.Or(line.Doubt, "没有写期限，请写明何日前办结，例如：4月10日前")
		}
	case dated && urging.MatchString(strings.TrimLeft(x.s, trimmed)):
		line.Doubt = "责任人不在名册中，请写明单位和姓名，例如：住建局王敏"
	default:
		line.Due, line.Doubt = 0, "" // a note: whatever stands in it binds nobody
	}
	return line, nil
}

// answering finds who answers for a unit that is named alone.
func answering(reg view.People, line *minuteLine) {
	if line.To != 0 {
		return
	}
	to := ledger.Contact(reg.People, line.Unit)
	if line.To = to.ID; to.ID == 0 {
		line.Doubt = fmt.Sprintf("%s没有登记联络员，请写明责任人姓名", reg.Short(line.Unit))
	}
}

func (t *turn) namesOf(ids []ledger.ProjectID) string {
	var out []string
	for _, id := range ids[:min(len(ids), 3)] {
		out = append(out, t.names.projects[t.names.index[id]].Name)
	}
	return strings.Join(out, "、")
}

func daysOf(days []workday.Day) string {
	var out []string
	for _, d := range days {
		out = append(out, d.Chinese())
	}
	return strings.Join(out, "、")
}

// readLine is a line as the echo shows it.
type readLine struct {
	N       int
	Text    string
	Owner   string
	Project string
	Due     workday.Day
	Doubt   string
}

// askMinute asks about the first doubtful line, or where none is whether all is as meant.
func (t *turn) askMinute(ctx context.Context, q question, m view.Meeting) (step, error) {
	reg, err := t.View.People(ctx)
	if err != nil {
		return nil, err
	}
	var shown []readLine
	var doubtful *readLine
	about := []ledger.Project{m.Project}
	for i, l := range q.Lines {
		one := readLine{N: i + 1, Text: l.Text, Owner: reg.Called(l.To), Due: l.Due, Doubt: l.Doubt}
		if l.Project != 0 {
			p := t.names.projects[t.names.index[l.Project]]
			one.Project, about = p.Name, append(about, p)
		}
		shown = append(shown, one)
		if l.Doubt != "" && doubtful == nil {
			doubtful = &shown[i]
		}
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if err := t.apart(a, about...); err != nil {
			return chat.Message{}, err
		}
		template := "reply/minutesread"
		if doubtful != nil {
			template = "reply/minutedoubt"
		}
		matters := 0
		for _, l := range q.Lines {
			if l.To != 0 {
				matters++
			}
		}
		return t.ask(a, t.Incoming.ChatID != "" && !t.openHere(about), q, template, struct {
			M       ledger.Meeting
			Lines   []readLine
			One     *readLine
			Matters int
		}{m.Meeting, shown, doubtful, matters})
	}, nil
}

// openHere reports whether the group may know of all the projects, the zero one standing for the district.
func (t *turn) openHere(about []ledger.Project) bool {
	for i := range about {
		p := &about[i]
		if p.ID == 0 {
			p = nil
		}
		if !ledger.Entitled(t.group, p) {
			return false
		}
	}
	return true
}

// minuted takes an answer to what was asked about minutes; nil when it is a message of its own.
func (t *turn) minuted(ctx context.Context, q question, said string) (step, error) {
	at := -1
	for i, l := range q.Lines {
		if l.Doubt != "" && at < 0 {
			at = i
		}
	}
	switch {
	case at < 0 && yes.MatchString(said):
		return t.forgetting(t.recorded(q)), nil
	case at < 0:
		n, text := t.correctedLine(said)
		if n < 1 || n > len(q.Lines) {
			return nil, nil
		}
		return t.reread(ctx, q, n-1, text, "")
	case asNote.MatchString(said):
		q.Lines[at] = minuteLine{MinuteLine: desk.MinuteLine{Text: q.Lines[at].Text, Project: q.Lines[at].Project}}
		return t.shownAgain(ctx, q)
	case t.reader().understand(newScript(t.fold, t.Incoming.Text), t.scope()).script.ours:
		return nil, nil
	}
	return t.reread(ctx, q, at, q.Lines[at].Text, t.Incoming.Text)
}

var (
	asNote    = regexp.MustCompile(`^(?:记录|只记录|作为记录|备忘|记下即可)[。.!！]*$`)
	lineAgain = regexp.MustCompile(`^(?:第)?([0-9]{1,2})(?:条)?[)）、．.:： ]+`)
)

// correctedLine reads a line that is sent once more with its number: 2. 请…
func (t *turn) correctedLine(said string) (int, string) {
	m := lineAgain.FindStringSubmatchIndex(said)
	if m == nil || strings.Trim(said[m[1]:], trimmed) == "" {
		return 0, ""
	}
	n, _, _ := zh.Number(said[m[2]:m[3]])
	return int(n.Value / 10_000), said[m[1]:]
}

// reread reads a line anew. An answer that reads as a line by itself takes its place; any other adds to it.
func (t *turn) reread(ctx context.Context, q question, at int, text, more string) (step, error) {
	if m := lineAgain.FindStringIndex(more); m != nil {
		more = more[m[1]:]
	}
	line, err := t.minute(ctx, text, more)
	if err != nil {
		return nil, err
	}
	if more != "" {
		whole, err := t.minute(ctx, more, "")
		switch {
		case err != nil:
			return nil, err
		case whole.Doubt == "" && whole.To != 0:
			line = whole
		case line.Doubt == "" && line.To == 0:
			line = q.Lines[at] // a note it becomes only where that is said
		}
	}
	q.Lines[at] = line
	return t.shownAgain(ctx, q)
}

func (t *turn) shownAgain(ctx context.Context, q question) (step, error) {
	m, err := t.View.MeetingByCode(ctx, t.person, q.Meeting)
	if err != nil {
		return nil, err
	}
	return t.askMinute(ctx, q, m)
}

// recorded writes minutes that were confirmed.
func (t *turn) recorded(q question) step {
	return func(a *desk.Acts) (chat.Message, error) {
		lines := make([]desk.MinuteLine, len(q.Lines))
		for i, l := range q.Lines {
			lines[i] = l.MinuteLine
		}
		m, assigned, err := a.WriteMinutes(t.by(a), q.Meeting, lines)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/minuted", struct {
			M        ledger.Meeting
			N        int
			Assigned []ledger.Commitment
		}{m, len(lines), assigned})
	}
}
