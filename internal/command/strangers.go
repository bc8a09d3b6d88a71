package command

import (
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
)

// fill puts a project into an example.
func fill(example, project string) string { return strings.ReplaceAll(example, "%s", project) }

var platformWords = map[chat.Platform]string{chat.WeCom: "企业微信", chat.DingTalk: "钉钉"}

// outsider answers somebody without an account of the organisation: one line in private, none in a group.
func (t *turn) outsider() step {
	if t.Incoming.ChatID != "" {
		return silently(func(a *desk.Acts) error { return a.Newcomer(t.Incoming) })
	}
	return t.say("reply/outsider", nil)
}

// unknown tells somebody the register does not know how to be registered, and nothing else.
func (t *turn) unknown() step {
	answer := t.say("reply/unknown", struct{ Platform, User string }{platformWords[t.Incoming.Platform], t.Incoming.UserID})
	return func(a *desk.Acts) (chat.Message, error) {
		if err := a.Newcomer(t.Incoming); err != nil {
			return chat.Message{}, err
		}
		return answer(a)
	}
}

// joined tells the office of somebody in a group whom the register does not know; the group hears nothing.
func (t *turn) joined() step {
	return silently(func(a *desk.Acts) error {
		if t.Person.ID != 0 {
			return nil
		}
		return a.Newcomer(t.Incoming)
	})
}

// silently makes a step that answers nothing.
func silently(do func(a *desk.Acts) error) step {
	return func(a *desk.Acts) (chat.Message, error) { return chat.Message{}, do(a) }
}
