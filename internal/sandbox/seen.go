package sandbox

import (
	"slices"
	"strings"
	"time"

	"duban/internal/sandbox/dingtalk"
	"duban/internal/sandbox/wecom"
)

// Seen is one message as its readers see it.
type Seen struct {
	At       time.Time `json:"at"` // when it came, or when it was changed
	Platform string    `json:"platform"`
	Route    string    `json:"route"`
	Group    string    `json:"group,omitempty"`  // code
	People   []string  `json:"people,omitempty"` // codes, of a private message
	Title    string    `json:"title"`
	Text     string    `json:"text"`
	Ring     []string  `json:"ring,omitempty"`
	Buttons  []Offer   `json:"buttons,omitempty"`
	Card     *Card     `json:"card,omitempty"`
	Change   Change    `json:"change,omitempty"`
	For      []string  `json:"for,omitempty"`     // codes of those for whom alone it was changed
	Seq      int       `json:"seq"`               // the platform's number, for pressing
	Picture  string    `json:"picture,omitempty"` // its id on the platform, of a message that is a picture
}

// Change says what became of a message after it came.
type Change string

// What becomes of messages.
const (
	Fresh    Change = ""
	Changed  Change = "changed"
	Recalled Change = "recalled"
)

// Offer is a button as somebody sees it.
type Offer struct {
	Label string `json:"label"`
	Key   string `json:"key,omitempty"`
	URL   string `json:"url,omitempty"`
	Style int    `json:"style,omitempty"` // of a card's button: 1 the main one, 2 plain, 3 a warning, 4 red
}

// told remembers what of a platform News has told.
type told struct{ seq, rev int }

// News gives what everybody received, and which of it was changed or taken back, since it was last asked,
// oldest first; what came at one moment in the order of WeCom, DingTalk.
func (w *World) News() []Seen {
	var out []Seen
	for _, m := range w.WeCom.Changed(w.toldWe.rev) {
		s := w.weSeen(m)
		if m.Seq <= w.toldWe.seq {
			s.At, s.Change, s.For = m.ChangedAt, changed(m.Recalled), w.codes("wecom", m.UpdatedFor)
		}
		w.toldWe = told{max(w.toldWe.seq, m.Seq), m.Rev}
		out = append(out, s)
	}
	for _, m := range w.DingTalk.Changed(w.toldDing.rev) {
		s := w.dingSeen(m)
		if m.Seq <= w.toldDing.seq {
			s.At, s.Change = m.ChangedAt, changed(m.Recalled)
		}
		w.toldDing = told{max(w.toldDing.seq, m.Seq), m.Rev}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b Seen) int { return a.At.Compare(b.At) })
	return out
}

func changed(recalled bool) Change {
	if recalled {
		return Recalled
	}
	return Changed
}

// seen gives everything that stands in the chats, oldest first, as it now is.
func (w *World) seen() []Seen {
	var out []Seen
	for _, m := range w.WeCom.Messages() {
		if !m.Recalled {
			out = append(out, w.weSeen(m))
		}
	}
	for _, m := range w.DingTalk.Messages() {
		if !m.Recalled {
			out = append(out, w.dingSeen(m))
		}
	}
	slices.SortStableFunc(out, func(a, b Seen) int { return a.At.Compare(b.At) })
	return out
}

// files are what a message without words is called.
var files = map[string]string{"image": "[图片]", "file": "[文件]"}

func (w *World) weSeen(m wecom.Message) Seen {
	s := Seen{At: m.At, Platform: "wecom", Route: m.Route, Title: m.Title, Text: tidy(m.Text), Seq: m.Seq, Card: weCard(m.Card)}
	if word := files[m.MsgType]; word != "" {
		s.Title, s.Text, s.Picture = strings.TrimSpace(word+" "+m.Text), "", m.MediaID
	}
	styles := map[string]int{}
	if m.Card != nil {
		for _, b := range m.Card.Buttons {
			styles[b.Key] = b.Style
		}
	}
	for _, b := range m.Buttons {
		s.Buttons = append(s.Buttons, Offer{Label: b.Text, Key: b.Key, URL: b.URL, Style: styles[b.Key]})
	}
	return w.placed(s, m.ChatID, m.Users, m.Mentions)
}

func (w *World) dingSeen(m dingtalk.Message) Seen {
	s := Seen{At: m.At, Platform: "dingtalk", Route: m.Route, Title: m.Title, Text: tidy(m.Text), Seq: m.Seq, Card: dingCard(m)}
	if word := files[m.MsgType]; word != "" {
		s.Title, s.Text, s.Picture = word, "", m.Text // the id it is kept under says nothing to anybody
	}
	for _, b := range m.Buttons {
		s.Buttons = append(s.Buttons, Offer{Label: b.Text, Key: b.Key, URL: b.URL})
	}
	return w.placed(s, m.ConversationID, m.Users, m.Mentions)
}

// placed says where a message arrived and whom it rang, by the register's codes.
func (w *World) placed(s Seen, chat string, users, rung []string) Seen {
	s.Group, s.Ring = w.groupAt(s.Platform, chat), w.codes(s.Platform, rung)
	if s.Group == "" {
		s.People = w.codes(s.Platform, users)
	}
	return s
}

// Picture gives the bytes of a picture somebody was sent.
func (w *World) Picture(platform, id string) ([]byte, bool) {
	if platform == "dingtalk" {
		return w.DingTalk.Media(id)
	}
	_, data, ok := w.WeCom.Media(id)
	return data, ok
}

// newest gives the newest message somebody has before them in a group, or privately, that fits.
func (w *World) newest(person, group string, fits func(Seen) bool) (Seen, bool) {
	for _, m := range slices.Backward(w.seen()) {
		if m.Group == group && (group != "" || slices.Contains(m.People, person)) && fits(m) {
			return m, true
		}
	}
	return Seen{}, false
}

// tidy drops the blanks at line ends that a platform's markup needs.
func tidy(text string) string {
	var lines []string
	for l := range strings.Lines(text) {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}

func (w *World) groupAt(platform, chat string) string {
	if chat == "" {
		return ""
	}
	for _, g := range w.groups {
		if g.Platform == platform && (g.ChatID == chat || chat == "wr"+g.Code || chat == "cid"+g.Code) {
			return g.Code
		}
	}
	return chat
}

func (w *World) codes(platform string, users []string) []string {
	var out []string
	for _, u := range users {
		code := u
		for _, p := range w.people {
			if (platform == "wecom" && p.WeCom == u) || (platform == "dingtalk" && p.DingTalk == u) {
				code = p.Code
			}
		}
		out = append(out, code)
	}
	return out
}
