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
		return func(*desk.Acts) (chat.Message, error) { return chat.Message{}, nil }
	}
	return t.say("reply/outsider", nil)
}

// unknown tells somebody the register does not know how to be registered, and nothing else.
func (t *turn) unknown() step {
	return t.say("reply/unknown", struct{ Platform, User string }{platformWords[t.Incoming.Platform], t.Incoming.UserID})
}
