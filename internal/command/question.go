package command

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/zh"
)

// question is what somebody was asked and has not answered yet, as desk keeps it.
type question struct {
	Kind     string             `json:"kind"`
	Said     string             `json:"said"` // the message that led to it
	Projects []ledger.ProjectID `json:"projects,omitempty"`
	Matters  []string           `json:"matters,omitempty"` // numbers
	People   []ledger.PersonID  `json:"people,omitempty"`  // of one name
	Who      []ledger.PersonID  `json:"who,omitempty"`     // of whom, where two are called alike, it is known who is meant
	Matter   string             `json:"matter,omitempty"`  // that was chosen before
	Project  ledger.ProjectID   `json:"project,omitempty"`
	Version  int                `json:"version,omitempty"` // of the project, when a slip was asked about
	Report   *ledger.Said       `json:"report,omitempty"`
	Month    ledger.Money       `json:"month,omitempty"`    // said beside the report, not in the year's total
	Corrects string             `json:"corrects,omitempty"` // receipt of the report it takes the place of
	For      ledger.PersonID    `json:"for,omitempty"`      // on whose behalf it is
	ForName  string             `json:"for_name,omitempty"`
	Meeting  string             `json:"meeting,omitempty"` // number of the one whose minutes Lines are
	Lines    []minuteLine       `json:"lines,omitempty"`
}

// The kinds of questions.
const (
	askWhich   = "which"   // one of Projects or Matters; then Said is read again
	askConfirm = "confirm" // whether Report is what was meant
	askSure    = "sure"    // whether Report is right although it looks like a slip
	askMore    = "more"    // words to be added to Said
	askMinutes = "minutes" // how the doubtful one of Lines is meant, or with none whether they are as meant
	askPhoto   = "photo"   // a photo of the one of Matters, which may come or not
	askWho     = "who"     // which one of People; then Said is read again
)

// maxOptions is how many a person is offered to choose from.
const maxOptions = 9

// place is where a question waits: a private one in the private chat, wherever it came up.
func (t *turn) place(private bool) string {
	in := t.Incoming
	if private {
		in.ChatID = ""
	}
	return desk.Place(in)
}

// ask keeps the question and words it.
func (t *turn) ask(a *desk.Acts, private bool, q question, template string, data any) (chat.Message, error) {
	q.Who = t.who
	text, err := json.Marshal(q)
	if err != nil {
		return chat.Message{}, fmt.Errorf("write the question down: %w", err)
	}
	if err := a.Ask(t.Person.ID, t.place(private), string(text)); err != nil {
		return chat.Message{}, err
	}
	return t.Words.Say(template, data)
}

// asked reads the question that waits here.
func (t *turn) asked() (*question, error) {
	if t.Asked == "" {
		return nil, nil
	}
	q := &question{}
	if err := json.Unmarshal([]byte(t.Asked), q); err != nil {
		return nil, fmt.Errorf("read a question: %w", err)
	}
	return q, nil
}

// forgetting drops the question that waited before the step: another one may take its place.
func (t *turn) forgetting(do step) step {
	if t.pending == nil {
		return do
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if err := a.Forget(t.Person.ID, t.place(false)); err != nil {
			return chat.Message{}, err
		}
		return do(a)
	}
}

var (
	yes  = regexp.MustCompile(`^(?:确认|确定|确认无误|无误|是|是的|对|对的|对对|没错|正确|yes|ok|OK)[。.!！~]*$`)
	well = regexp.MustCompile(`^(?:嗯+|好|好的|行|可以|没问题|就这样)[。.!！~]*$`) // yes to a plain question, too little for a slip
	no   = regexp.MustCompile(`^(?:取消|算了|不|不是|不是的|不对|否|错了|不用了|不确认|no)[。.!！~]*$`)
	nay  = regexp.MustCompile(`^(?:不对|不是|错了|不)[,，。 ]+`)
)

// answered takes a message as the answer to the question that waits; nil when it is none.
func (t *turn) answered(ctx context.Context) (do step, err error) {
	q, said := t.pending, t.fold.Fold(t.Incoming.Text)
	if q != nil {
		t.who = q.Who
		defer func() {
			if do == nil {
				t.who = nil // it is no answer, but something of its own
			}
		}()
	}
	switch {
	case q == nil && (yes.MatchString(said) && strings.HasPrefix(said, "确") || loneOption.MatchString(said)):
		return nil, fault.Newf(fault.Invalid, "没有待确认的内容，可能已超过10分钟。请重新发送，例如：%s", t.example("报 %s 65% 主体结构封顶"))
	case q == nil:
		return nil, nil
	case no.MatchString(said) && q.Kind == askPhoto:
		return t.forgetting(t.say("reply/line", "好的，不附照片。")), nil
	case no.MatchString(said):
		return t.forgetting(t.say("reply/line", "好的，没有记录。")), nil
	case q.Kind == askMinutes:
		return t.minuted(ctx, *q, said)
	case (q.Kind == askConfirm || q.Kind == askSure) && yes.MatchString(said), q.Kind == askConfirm && well.MatchString(said):
		return t.forgetting(t.reported(*q)), nil
	case q.Kind == askConfirm || q.Kind == askSure:
		return t.instead(ctx, q, said)
	case q.Kind == askWhich:
		return t.whichever(ctx, q, said)
	case q.Kind == askWho:
		return t.whoever(ctx, q, said)
	case q.Kind == askMore && t.adds(said):
		do, err := t.read(ctx, q.Said+" "+t.Incoming.Text)
		if err != nil {
			return nil, err
		}
		return t.forgetting(do), nil
	}
	return nil, nil
}

// instead takes a new figure as the answer to a question whether a report is right: 不对，66%.
func (t *turn) instead(ctx context.Context, q *question, said string) (step, error) {
	i, ok := t.names.index[q.Project]
	said = nay.ReplaceAllString(said, "")
	in := t.reader().understand(newScript(t.fold, said), t.scope())
	if !ok || !t.sees(i) || in.project.named || len(in.project.options) > 0 || in.verb == nil || in.verb.name != "报" || !hasFigure(said) {
		return nil, nil
	}
	p := t.names.projects[i]
	t.chosen = &p
	do, err := t.read(ctx, said)
	if err != nil {
		return nil, err
	}
	return t.forgetting(do), nil
}

// nameIt asks which project a message is about that names none, and takes a name as the answer.
func (t *turn) nameIt(in intent) step {
	head := t.ahead + in.script.raw
	return func(a *desk.Acts) (chat.Message, error) {
		line := fmt.Sprintf("请写明是哪个项目，例如：%s", t.example(in.verb.example))
		return t.ask(a, false, question{Kind: askMore, Said: head}, "reply/line", line)
	}
}

// adds reports whether a message is more words for the one before: whatever is not a message of its own.
func (t *turn) adds(said string) bool {
	in := t.reader().understand(newScript(t.fold, said), t.scope())
	return in.verb == nil || in.verb.name == "报" && !in.script.ours && !in.project.named
}

var loneOption = regexp.MustCompile(`^(?:第?[ ]*([1-9一二三四五六七八九])[ ]*个?|[1-9])[。.、)]?$`)

// whichever takes a number or a name as the choice that was asked for.
func (t *turn) whichever(ctx context.Context, q *question, said string) (step, error) {
	at, numbered, err := numberOf(said, len(q.Projects)+len(q.Matters))
	switch {
	case err != nil:
		return nil, err
	case numbered:
	case len(q.Projects) > 0:
		at = t.named(q.Projects, said)
	case t.adds(said) || t.verbOf(said) == t.verbOf(q.Said):
		at = slices.Index(q.Matters, codeOf(newScript(t.fold, said)))
	}
	if at < 0 {
		return nil, nil
	}
	if len(q.Projects) > 0 {
		i, ok := t.names.index[q.Projects[at]]
		if !ok || !t.sees(i) {
			return nil, nil // it left the register, or the person left the project
		}
		p := t.names.projects[i]
		t.chosen = &p
	} else {
		t.matter = q.Matters[at]
	}
	do, err := t.read(ctx, q.Said)
	if err != nil {
		return nil, err
	}
	return t.forgetting(do), nil
}

// verbOf gives the name of what a message asks to be done, "" for nothing: 退回 J0001 is no answer to the question
// which matter is to be closed.
func (t *turn) verbOf(said string) string {
	if in := t.reader().understand(newScript(t.fold, said), t.scope()); in.verb != nil {
		return in.verb.name
	}
	return ""
}

// numberOf reads the number of one of n options.
func numberOf(said string, n int) (at int, numbered bool, err error) {
	if !loneOption.MatchString(said) {
		return -1, false, nil
	}
	num, _, _ := zh.Number(strings.TrimLeft(said, "第 "))
	if at = int(num.Value/10_000) - 1; at < 0 || at >= n {
		return at, true, fault.Newf(fault.Invalid, "请回复1到%d之间的序号，或写明名称。", n)
	}
	return at, true, nil
}

func codeOf(x script) string {
	code, _, _ := x.code()
	return code
}

// named finds which of the offered projects a message names and says no more than that; -1 for none.
func (t *turn) named(ids []ledger.ProjectID, said string) int {
	x := newScript(t.fold, said)
	sc := scope{names: t.names, sole: -1, sees: func(i int) bool { return slices.Contains(ids, t.names.projects[i].ID) }}
	p := sc.find(x, 0, nil)
	if p.id == 0 || len(p.spans) == 0 || x.without(0, p.spans) != "" {
		return -1
	}
	return slices.Index(ids, p.id)
}

// option is a line of a list to choose from.
type option struct{ Code, Name string }

// choose asks which project is meant.
func (t *turn) choose(in intent, ids []ledger.ProjectID) step {
	ids = ids[:min(len(ids), maxOptions)]
	var options []option
	var projects []ledger.Project
	for _, id := range ids {
		p := t.names.projects[t.names.index[id]]
		projects = append(projects, p)
		options = append(options, option{p.Code, p.Name})
	}
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, projects...)
		if err != nil {
			return chat.Message{}, err
		}
		return t.ask(a, private, question{Kind: askWhich, Said: t.ahead + in.script.raw, Projects: ids}, "reply/choose", options)
	}
}

// orMore asks for the words an act still needs, where a message gave none (rest is ""); any other
// error stays one. head is the message so far, to which the answer is added.
func (t *turn) orMore(a *desk.Acts, head, rest string, private bool, err error) (chat.Message, error) {
	if fault.CodeOf(err) != fault.Invalid || rest != "" {
		return chat.Message{}, err
	}
	return t.ask(a, private, question{Kind: askMore, Said: t.ahead + head}, "reply/line", fault.Sentence(t.ofProject(err)))
}
