package command

import (
	"context"
	"strings"
)

// menu is a list of what the person may say here.
type menu struct {
	Name   string
	Lines  []menuLine
	Unborn string // what to do about a group that is not bound, "" in any other
	Hint   string // what might have been meant
}

type menuLine struct{ What, Example string }

func help(_ context.Context, t *turn, _ intent) (step, error) { return t.help(), nil }

// help shows what the person may do here, and nothing else.
func (t *turn) help() step { return t.say("reply/help", t.menu()) }

func (t *turn) menu() menu {
	m := menu{Name: t.Person.Name}
	for _, v := range t.verbs {
		if v.line != "" && v.may(t) {
			m.Lines = append(m.Lines, menuLine{v.line, t.example(v.example)})
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

// lost answers a message in which nothing of ours was found.
func (t *turn) lost(in intent) step {
	m := t.menu()
	text := strings.Join(strings.Fields(in.script.raw), " ")
	if reports(t) && progressing.MatchString(in.script.s) && !asks.MatchString(in.script.s) {
		m.Hint = "如要报进展，请发：" + t.example("报 %s ") + clip(text, 30)
	}
	return t.say("reply/lost", m)
}
