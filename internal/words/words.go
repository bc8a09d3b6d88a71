// Package words holds every sentence duban says in chat (floor 2), as templates in Chinese: notice/
// what time or an act makes known, reply/ answers to somebody, circular/ the fortnight's papers. It
// turns data into chat.Message and knows nothing of where data come from or where messages go.
//
// A template prints lines: the first is the title, the following are rows, those after a line "---"
// are the foot (always kept when the message must be shortened), and a line "[[label|say:words]]" or
// "[[label|url:address]]" is a button. "[[label|form:words]]" makes the message's form of the questions
// above it, each "[[?name|question|label=value|label=value]]" (a label alone is its own value), and
// "[[tone:alert]]" colours it. Empty lines are dropped.
package words

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"text/template"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/workday"
)

//go:embed notice reply circular
var files embed.FS

// Letter is a message with what the outbox must know of it besides the words.
type Letter struct {
	chat.Message
	Ring  []ledger.PersonID // who is to be mentioned; the outbox finds their accounts
	About []ledger.Project  // every project it speaks of; the outbox checks each at the door
	Drop  string            // set: nothing is to be sent any more, and why
	Wait  clock.Instant     // set: what it tells of is not known yet; to be worded again then
	Photo *Photo            // a photo that goes out by itself; the words are for ways that cannot show it
	// Unshown is added to the foot where the way shows no photos: how they can be seen.
	Unshown string
	// Short says the same within the room of a card, for ways whose cards are small; nil where there is no such form.
	Short *chat.Message
}

// Photo is a photo to be sent: the outbox finds it by its hash.
type Photo struct {
	SHA256 string
	Name   string // without ending
	After  string // the cause of the words it follows, "" for none
}

// Words renders the templates.
type Words struct {
	t *template.Template
}

// New reads all templates; an error names the one that cannot be read.
func New() (*Words, error) {
	t := template.New("").Funcs(funcs).Option("missingkey=error")
	err := fs.WalkDir(files, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path.Ext(name) != ".tmpl" {
			return err
		}
		text, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		_, err = t.New(strings.TrimSuffix(name, ".tmpl")).Parse(string(text))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the words: %w", err)
	}
	return &Words{t}, nil
}

// Say renders the template, e.g. "notice/warning", with the data.
func (w *Words) Say(name string, data any) (chat.Message, error) {
	var b strings.Builder
	if err := w.t.ExecuteTemplate(&b, name, data); err != nil {
		return chat.Message{}, fmt.Errorf("word %s: %w", name, err)
	}
	return parse(b.String()), nil
}

// parse reads what a template printed; see the package comment.
func parse(text string) chat.Message {
	var m chat.Message
	foot := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case line == "---":
			foot = true
		case strings.HasPrefix(line, "[[") && strings.HasSuffix(line, "]]"):
			mark(&m, line[2:len(line)-2])
		case m.Title == "":
			m.Title = line
		case foot:
			m.Foot = append(m.Foot, line)
		default:
			m.Rows = append(m.Rows, line)
		}
	}
	return m
}

// mark adds what stands in double brackets.
func mark(m *chat.Message, s string) {
	if tone, ok := strings.CutPrefix(s, "tone:"); ok {
		m.Tone = chat.Tone(tone)
		return
	}
	if question, ok := strings.CutPrefix(s, "?"); ok {
		if m.Form == nil {
			m.Form = &chat.Form{}
		}
		m.Form.Selects = append(m.Form.Selects, choice(question))
		return
	}
	label, what, _ := strings.Cut(s, "|")
	if say, ok := strings.CutPrefix(what, "form:"); ok && m.Form != nil {
		m.Form.Label, m.Form.Say = label, say
		return
	}
	b := chat.Button{Label: label, Say: strings.TrimPrefix(what, "say:")}
	if url, ok := strings.CutPrefix(what, "url:"); ok {
		b = chat.Button{Label: label, URL: url}
	}
	m.Buttons = append(m.Buttons, b)
}

// choice reads a question with its answers.
func choice(s string) chat.Select {
	name, s, _ := strings.Cut(s, "|")
	title, s, _ := strings.Cut(s, "|")
	out := chat.Select{Name: name, Title: title}
	for _, o := range strings.Split(s, "|") {
		label, value, ok := strings.Cut(o, "=")
		if !ok {
			value = label
		}
		out.Options = append(out.Options, chat.Option{Label: label, Value: value})
	}
	return out
}

// funcs are what templates may call besides the methods of their data.
var funcs = template.FuncMap{
	"inc":  func(i int) int { return i + 1 },
	"more": func(shown, of int) int { return of - shown },
	"join": strings.Join,
	"clip": clip,
	"unitkind": func(k ledger.UnitKind) string {
		return map[ledger.UnitKind]string{
			ledger.Park: "园区", ledger.Bureau: "直属分局", ledger.Street: "街道（乡镇）", ledger.Department: "部门",
		}[k]
	},
	"groupclass": func(c ledger.GroupClass) string {
		return map[ledger.GroupClass]string{
			ledger.GroupDistrict: "区领导群", ledger.GroupLeader: "包联领导群", ledger.GroupTaskForce: "专班群", ledger.GroupUnit: "单位群",
			ledger.GroupOffice: "项目办群", ledger.GroupInspection: "督查室群",
		}[c]
	},
	"level": func(n int) string { return ledger.LevelWords[n] },
	"kind":  func(k ledger.Kind) string { return ledger.Kinds[k].Word },
	// weekday says the day of the week as people do: 周四. A date that was spoken is echoed with it.
	"weekday":     weekday,
	"meetingtime": MeetingTime,
	"points":      ledger.Points,
	"standing":    standing,
}

func weekday(d workday.Day) string {
	return "周" + string([]rune("日一二三四五六")[d.Weekday()])
}

var typed = strings.NewReplacer("[[", "［［", "](", "］(")

// clip shortens s to n characters, with an ellipsis when something was left out. Line breaks become
// blanks, so that what somebody typed never breaks a row; and what would make a button or a link of it is
// shown as it was typed and makes none.
func clip(n int, s string) string {
	r := []rune(typed.Replace(strings.Join(strings.Fields(s), " ")))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n-1]) + "…"
}
