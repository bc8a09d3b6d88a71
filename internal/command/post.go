package command

import (
	"context"
	"regexp"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
)

// handing splits what is said of a post into the post, who has it and who takes it over: 住建局局长 从张三到李四.
var handing = regexp.MustCompile(`^(.*?)(?:[ ,，]|^)*(?:从|由|原)[ ]*(.+?)[ ]*(?:转交给|移交给|交接给|交给|接任|转给|交到|到|至|给|->|→)[ ]*(.+)$`)

// alsoHolds says that the new holder keeps the own post beside.
var alsoHolds = regexp.MustCompile(`[,，、 ]*(?:并)?(?:由其)?(?:兼任|兼)[。 ]*`)

const handingExample = "请写明岗位、从谁到谁，例如：交接 住建局局长 从张三到李四"

// handPost (交接) makes a person's post another's.
func handPost(ctx context.Context, t *turn, in intent) (step, error) {
	said := in.script.s[in.script.begins:]
	also := alsoHolds.MatchString(said)
	m := handing.FindStringSubmatch(strings.Trim(alsoHolds.ReplaceAllString(said, ""), trimmed))
	if m == nil {
		return nil, fault.New(fault.Invalid, handingExample)
	}
	from, err := t.called(ctx, m[2], false)
	if err != nil {
		return nil, err
	}
	to, err := t.called(ctx, m[3], true)
	if err != nil {
		return nil, err
	}
	post, err := t.postIn(ctx, m[1])
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if err := t.aside(a); err != nil {
			return chat.Message{}, err
		}
		s, err := a.HandPost(t.by(a), post, from.ID, to.ID, also)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/handed", handedPost{s, from.Name, to.Name})
	}, nil
}

type handedPost struct {
	ledger.Succession
	From, To string
}

// called finds the one person that words name, with or without the unit before; those who left too unless
// active is asked for.
func (t *turn) called(ctx context.Context, words string, active bool) (ledger.Person, error) {
	x := newScript(t.fold, strings.TrimSpace(words))
	who, ok, err := t.oneOf(ctx, x, 0, func(p ledger.Person) bool { return p.Active || !active })
	switch {
	case err != nil:
		return ledger.Person{}, err
	case !ok || who.ID == 0:
		return ledger.Person{}, fault.Newf(fault.NotFound, "名册中没有找到“%s”这位同志，请核对姓名。", clip(strings.TrimSpace(words), 20))
	}
	return who.Person, nil
}

// postIn takes the unit off what a post was called: 区住建局局长 is 局长 of it.
func (t *turn) postIn(ctx context.Context, words string) (string, error) {
	words = strings.Trim(strings.TrimPrefix(strings.Trim(words, trimmed), "岗位"), trimmed)
	reg, err := t.View.People(ctx)
	if err != nil {
		return "", err
	}
	x := newScript(t.fold, words)
	for _, u := range t.unitsIn(x, 0, reg.Units) {
		if u.at.Start == 0 {
			return strings.Trim(x.typed(u.at.End, len(x.s)), trimmed), nil
		}
	}
	return words, nil
}

// aside keeps an answer that is for the office or one person out of a group that may not see the whole.
func (t *turn) aside(a *desk.Acts) error {
	if t.Incoming.ChatID == "" || ledger.Entitled(t.group, nil) {
		return nil
	}
	_, err := t.hush(a, ledger.Project{})
	return err
}

// dutiesOf (职责) shows the office what a person has to do, also one who left.
func dutiesOf(ctx context.Context, t *turn, in intent) (step, error) {
	words := in.script.without(in.script.begins, nil)
	if words == "" {
		return nil, fault.New(fault.Invalid, "请写明姓名，例如：职责 张三")
	}
	who, err := t.called(ctx, words, false)
	if err != nil {
		return nil, err
	}
	c, err := t.View.Charge(ctx, t.person, who)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if err := t.aside(a); err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/duties", c)
	}, nil
}
