package command

import (
	"context"
	"slices"
	"strings"
)

// menu is a list of what the person may say here.
type menu struct {
	Name   string
	Topic  string // the only topic shown, "" for what is said every day
	Lines  []menuLine
	More   []topic // the other topics
	Unborn string  // what to do about a group that is not bound, "" in any other
	Hint   string  // what might have been meant
}

type menuLine struct{ What, Example string }

// topic is a topic of 帮助 with the names of what the person may say of it.
type topic struct {
	Name  string
	Names []string
}

// help (帮助) shows what the person may do here, and nothing else: what is said every day with the other
// topics by name, or the one topic asked for (帮助 会议, or by one of its verbs: 帮助 转交).
func help(_ context.Context, t *turn, in intent) (step, error) {
	return t.say("reply/help", t.menu(in.script.without(in.script.begins, nil))), nil
}

func (t *turn) menu(of string) menu {
	m := menu{Name: t.Person.Name}
	may := slices.DeleteFunc(slices.Clone(t.verbs), func(v verb) bool { return v.line == "" || !v.may(t) })
	for _, v := range may {
		if of != "" && (v.topic == of || slices.Contains(v.says, of)) {
			m.Topic = v.topic
		}
	}
	for _, v := range may {
		if v.topic == m.Topic {
			m.Lines = append(m.Lines, menuLine{v.line, t.example(v.example)})
		} else if m.Topic == "" {
			m.gather(v)
		}
	}
	if t.Incoming.ChatID != "" && t.Group.ID == 0 {
		m.Unborn = "本群尚未绑定项目，请联系项目办绑定。"
		if keeps(t) {
			m.Unborn = "本群尚未绑定项目。请在本群发送，例如：" + t.example("绑定 %s")
		}
	}
	return m
}

// gather adds a verb to its topic, in the order of the table.
func (m *menu) gather(v verb) {
	i := slices.IndexFunc(m.More, func(t topic) bool { return t.Name == v.topic })
	if i < 0 {
		i, m.More = len(m.More), append(m.More, topic{Name: v.topic})
	}
	m.More[i].Names = append(m.More[i].Names, v.name)
}

// lost answers a message in which nothing of ours was found.
func (t *turn) lost(in intent) step {
	m := t.menu("")
	m.More = nil // who was not understood is shown what is said every day, and no long list
	text := strings.Join(strings.Fields(in.script.raw), " ")
	if reports(t) && progressing.MatchString(in.script.s) && !asks.MatchString(in.script.s) {
		m.Hint = "如要报进展，请发：" + t.example("报 %s ") + clip(text, 30)
	}
	return t.say("reply/lost", m)
}
