package wecom

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"duban/internal/chat"
)

// manner is how one route writes a message as markdown.
type manner struct {
	bytes   int
	hint    string // leads in what may be typed where there are no buttons
	mention bool   // <@userid> is understood
	mark    bool   // see mark
}

// markdown writes m within the route's bytes. Rows that do not fit are left out whole.
func (r manner) markdown(m chat.Message, key string) string {
	return chat.Fit(m, r.bytes, func(m chat.Message) string { return r.write(m, key) })
}

func (r manner) write(m chat.Message, key string) string {
	blocks := []string{"**" + tame(m.Title) + "**"}
	add := func(lines []string) {
		if len(lines) > 0 {
			blocks = append(blocks, tame(strings.Join(lines, "\n")))
		}
	}
	add(m.Rows)
	says, links := split(m.Buttons)
	says = append(says, answers(m.Form)...)
	if len(says) > 0 {
		var typed []string
		for _, b := range says {
			typed = append(typed, fmt.Sprintf("“%s”（%s）", b.Say, b.Label))
		}
		add([]string{r.hint + strings.Join(typed, "、")})
	}
	if len(links) > 0 {
		var linked []string
		for _, b := range links {
			linked = append(linked, fmt.Sprintf("[%s](%s)", b.Label, b.URL))
		}
		add([]string{strings.Join(linked, " · ")})
	}
	add(m.Foot)
	text := strings.Join(blocks, "\n\n")
	if r.mention {
		text += rings(m.Mentions)
	}
	if r.mark {
		text += mark(key)
	}
	return text
}

// answers gives what a form of one question can say, as buttons; a larger form is answered as the foot
// says.
func answers(f *chat.Form) (out []chat.Button) {
	if f == nil || len(f.Selects) != 1 {
		return nil
	}
	for _, o := range f.Selects[0].Options {
		out = append(out, chat.Button{Label: o.Label, Say: filled(f.Say, []choice{{f.Selects[0].Name, []string{o.Value}}})})
	}
	return out
}

// split parts the buttons that say something from those that open a page.
func split(buttons []chat.Button) (says, links []chat.Button) {
	for _, b := range buttons {
		if b.Say != "" {
			says = append(says, b)
		} else {
			links = append(links, b)
		}
	}
	return says, links
}

// tame keeps words that came from people from ringing anybody: only Mentions may.
func tame(s string) string { return strings.ReplaceAll(s, "<@", "\uff1c@") }

// rings gives the line that rings the named people.
func rings(ids []string) string {
	var b strings.Builder
	for _, id := range ids {
		if id == "" || strings.ContainsAny(id, "<> \t\r\n") {
			continue
		}
		if b.Len() == 0 {
			b.WriteByte('\n')
		}
		b.WriteString("<@" + id + ">")
	}
	return b.String()
}

// mark makes two deliveries of the same words different: with the duplicate check on, the platform
// silently drops the second of two equal requests, and somebody who asks the same twice would hear
// nothing. It is blank, so nobody sees it, and the same for every attempt of one delivery.
func mark(key string) string {
	sum := sha256.Sum256([]byte(key))
	out := make([]byte, 0, 24)
	for i := range 24 {
		out = append(out, " \t"[sum[i/8]>>(i%8)&1])
	}
	return string(out)
}
