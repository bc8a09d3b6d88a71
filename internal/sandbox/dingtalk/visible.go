package dingtalk

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// visible reads the body of a webhook message (sheet of message types): what is shown, or which field is missing.
func visible(o object) (Message, string) {
	kind := o.str("msgtype")
	in := o.obj(kind)
	m := Message{MsgType: kind, Title: in.str("title"), Text: in.str("text")}
	switch kind {
	case "text":
		m.Text = in.str("content")
		return m, missing(in, "content")
	case "markdown":
		return m, missing(in, "title", "text")
	case "link":
		m.Buttons = []Button{{Text: m.Title, URL: in.str("messageUrl")}}
		return m, missing(in, "title", "text", "messageUrl")
	case "actionCard":
		return actionCard(m, in)
	case "feedCard":
		return feedCard(m, in)
	}
	return m, "msgtype"
}

// missing gives the first key without a non-empty string.
func missing(o object, keys ...string) string {
	for _, k := range keys {
		if o.str(k) == "" {
			return k
		}
	}
	return ""
}

// actionCard: a single button wins over the list.
func actionCard(m Message, in object) (Message, string) {
	if lack := missing(in, "title", "text"); lack != "" {
		return m, lack
	}
	if in.str("singleTitle") != "" {
		m.Buttons = []Button{{Text: in.str("singleTitle"), URL: in.str("singleURL")}}
		return m, missing(in, "singleURL")
	}
	for _, b := range in.list("btns") {
		if lack := missing(b, "title", "actionURL"); lack != "" {
			return m, lack
		}
		m.Buttons = append(m.Buttons, Button{Text: b.str("title"), URL: b.str("actionURL")})
	}
	if len(m.Buttons) == 0 {
		return m, "btns"
	}
	return m, ""
}

func feedCard(m Message, in object) (Message, string) {
	var titles []string
	for _, l := range in.list("links") {
		if lack := missing(l, "title", "messageURL", "picURL"); lack != "" {
			return m, lack
		}
		titles = append(titles, l.str("title"))
		m.Buttons = append(m.Buttons, Button{Text: l.str("title"), URL: l.str("messageURL")})
	}
	if len(titles) == 0 {
		return m, "links"
	}
	m.Text = strings.Join(titles, "\n")
	return m, ""
}

// mostMentions is how many people one message can ring for.
const mostMentions = 50

// rings gives the members whose phone rings for a webhook message. The rules: text and markdown ring for those in
// "at" who are also written as @… in the text; an actionCard for those written as @userId; link and feedCard for
// nobody; only members; nobody at all in a group with people from outside.
func (c *corp) rings(g *group, m Message, at object) []string {
	for _, id := range g.Members {
		if _, ok := c.staff(id); !ok {
			return nil
		}
	}
	var out []string
	for _, id := range g.Members {
		u := c.users[id]
		var rung bool
		switch m.MsgType {
		case "text", "markdown":
			rung = at.yes("isAtAll") ||
				slices.Contains(at.strs("atUserIds"), id) && mentioned(m.Text, id) ||
				u.Mobile != "" && slices.Contains(at.strs("atMobiles"), u.Mobile) && mentioned(m.Text, u.Mobile)
		case "actionCard":
			rung = mentioned(m.Text, id)
		}
		if rung {
			out = append(out, id)
		}
	}
	if !at.yes("isAtAll") && len(out) > mostMentions {
		out = out[:mostMentions]
	}
	return out
}

// mentioned reports whether text holds "@name" as a whole: @user1 is not in "@user12".
func mentioned(text, name string) bool {
	if name == "" {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(name)
	for {
		_, rest, ok := strings.Cut(text, "@"+name)
		if !ok {
			return false
		}
		next, _ := utf8.DecodeRuneInString(rest)
		// Chinese runs on without spaces, so only a name in Latin letters needs an end.
		if rest == "" || last > unicode.MaxASCII || next > unicode.MaxASCII || !(unicode.IsLetter(next) || unicode.IsDigit(next) || next == '_' || next == '-') {
			return true
		}
		text = rest
	}
}
