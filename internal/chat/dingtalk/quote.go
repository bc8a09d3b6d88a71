package dingtalk

import (
	"encoding/json"
	"strings"

	"duban/internal/chat"
)

// replied is the message that somebody replied to, as the platform repeats it. Its documents do not speak of it: the
// fields are those that are seen on the wire, and any of them may be missing.
type replied struct {
	MsgID   scalar          `json:"msgId"`
	Content json.RawMessage `json:"content"`
}

// quote gives the message that m replies to; nil when it replies to none. A message of ours is known by the key its
// send was answered with.
func (m robotMessage) quote() *chat.Quote {
	r := m.Text.v.Replied.v
	q := chat.Quote{ID: string(m.OriginalQuery), Text: r.said()}
	for _, id := range []scalar{m.OriginalMsgID, r.MsgID} {
		if q.ID == "" {
			q.ID = string(id)
		}
	}
	if q == (chat.Quote{}) {
		return nil
	}
	return &q
}

// said gives the words of a quoted message, whatever its type.
func (r replied) said() string {
	var c struct {
		Text     scalar   `json:"text"`
		Title    scalar   `json:"title"`
		RichText richText `json:"richText"`
	}
	_ = json.Unmarshal(r.Content, &c) // a picture or a card has no words
	if c.Text != "" {
		return strings.TrimSpace(string(c.Text))
	}
	if _, words, _ := (payload{RichText: c.RichText}).rich(); words != "" {
		return words
	}
	return strings.TrimSpace(string(c.Title))
}
