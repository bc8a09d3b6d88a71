package wecom

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"duban/internal/chat"
)

// card is a template_card: text_notice where nothing is to be said, button_interaction for buttons and
// a form of one question, vote_interaction for one question of many answers, multiple_interaction for a
// form of several.
type card struct {
	Type      string       `json:"card_type"`
	TaskID    string       `json:"task_id,omitempty"`
	Source    *cardSource  `json:"source,omitempty"`
	Title     cardTitle    `json:"main_title"`
	SubTitle  string       `json:"sub_title_text,omitempty"`
	Pairs     []cardPair   `json:"horizontal_content_list,omitempty"`
	Jumps     []cardJump   `json:"jump_list,omitempty"`
	Action    *cardAction  `json:"card_action,omitempty"`
	Selection *cardSelect  `json:"button_selection,omitempty"`
	Buttons   []cardButton `json:"button_list,omitempty"`
	Checkbox  *cardCheck   `json:"checkbox,omitempty"`
	Selects   []cardSelect `json:"select_list,omitempty"`
	Submit    *cardSubmit  `json:"submit_button,omitempty"`
}

type cardSource struct {
	Desc  string `json:"desc"`
	Color int    `json:"desc_color"` // 0 grey, 1 black, 2 red, 3 green
}

type cardTitle struct {
	Title string `json:"title"`
	Desc  string `json:"desc,omitempty"`
}

type cardPair struct {
	Key   string `json:"keyname"`
	Value string `json:"value"`
}

type cardJump struct {
	Type  int    `json:"type"` // 1 opens URL
	Title string `json:"title"`
	URL   string `json:"url"`
}

type cardAction struct {
	Type int    `json:"type"` // 1 opens URL
	URL  string `json:"url"`
}

type cardButton struct {
	Text  string `json:"text"`
	Style int    `json:"style"` // 1 stands out, 2 does not
	Key   string `json:"key"`
}

type cardSubmit struct {
	Text string `json:"text"`
	Key  string `json:"key"`
}

type cardSelect struct {
	Key      string       `json:"question_key"`
	Title    string       `json:"title,omitempty"`
	Selected string       `json:"selected_id"`
	Options  []cardOption `json:"option_list"`
}

type cardCheck struct {
	Key     string       `json:"question_key"`
	Mode    int          `json:"mode"` // 0 takes one answer
	Options []cardOption `json:"option_list"`
}

type cardOption struct {
	ID      string `json:"id"`
	Text    string `json:"text"`
	Checked bool   `json:"is_checked,omitempty"`
}

// room is how much the parts of a card hold, in characters. The lengths are the platform's
// recommendations; what is longer is cut on small screens, so it goes out as markdown instead.
type room struct {
	title, desc, subTitle, key, value, jump, button, question, option, vote int
}

var (
	appRoom = room{title: 36, desc: 44, subTitle: 160, key: 5, value: 30, jump: 18, button: 10, question: 13, option: 16, vote: 17}
	botRoom = room{title: 26, desc: 30, subTitle: 112, key: 5, value: 26, jump: 13, button: 10, question: 13, option: 10, vote: 11}
)

// The platform's limits of lists, keys and ids.
const (
	maxPairs, maxJumps, maxButtons        = 6, 3, 6
	maxSelects, maxOptions, maxCheckboxes = 3, 10, 20
	maxKeyBytes, maxIDBytes               = 1024, 128
)

// maker makes cards of messages.
type maker struct {
	room
	home    string // the page a notice opens that names none, "" for none: a notice must open something
	notices bool   // nothing else: the route carries no buttons
	always  bool   // a notice even where markdown would say as much
}

// card makes the richest card the message fits into whole; otherwise ok is false and the message goes
// out as markdown. A form that is too large for a card with all its buttons is left out, as package
// chat says: the foot tells how to answer in words.
func (k maker) card(m chat.Message, key string) (c *card, ok bool) {
	title, plain := bare(m.Title)
	if !plain || title == "" || long(title, k.title) {
		return nil, false
	}
	says, _ := split(m.Buttons)
	for _, fill := range k.kinds(m, len(says)) {
		c = &card{Title: cardTitle{Title: title}, Source: heading(m.Tone)}
		if fill(c, m) {
			c.TaskID = taskID(c, key)
			return c, true
		}
	}
	return nil, false
}

// kinds gives the kinds of card the message may become, richest first.
func (k maker) kinds(m chat.Message, says int) (out []func(*card, chat.Message) bool) {
	if k.notices || says == 0 && m.Form == nil {
		if says == 0 {
			out = append(out, k.notice)
		}
		return out
	}
	if f := m.Form; f != nil && len(f.Selects) == 1 && len(f.Selects[0].Options) <= maxOptions {
		out = append(out, k.question)
	} else if f != nil && says == 0 {
		out = append(out, k.vote, k.multiple)
	}
	if says > 0 {
		out = append(out, k.buttons)
	}
	return out
}

// notice is a text_notice: words and links.
func (k maker) notice(c *card, m chat.Message) bool {
	c.Type = "text_notice"
	if _, links := split(m.Buttons); len(links) == 0 && (k.home == "" || m.Tone == chat.Plain && !k.always) {
		return false
	}
	if !k.words(c, m) || !k.links(c, m) {
		return false
	}
	if c.Action == nil {
		c.Action = &cardAction{1, k.home}
	}
	return true
}

// buttons is a button_interaction: pressing a button gives back its words as the key.
func (k maker) buttons(c *card, m chat.Message) bool {
	c.Type = "button_interaction"
	says, _ := split(m.Buttons)
	for _, b := range says {
		c.Buttons = append(c.Buttons, cardButton{Text: b.Label, Key: b.Say})
	}
	return k.words(c, m) && k.links(c, m) && k.offers(c)
}

// question is a button_interaction with a choice above its buttons, the first of which says the form.
func (k maker) question(c *card, m chat.Message) bool {
	f := m.Form
	s, ok := k.pick(f.Selects[0])
	c.Selection = &s
	c.Buttons = append(c.Buttons, cardButton{Text: f.Label, Key: f.Say})
	return ok && k.buttons(c, m)
}

// vote is a vote_interaction: one question of up to twenty answers. Like multiple it shows no text
// below its title.
func (k maker) vote(c *card, m chat.Message) bool {
	f := m.Form
	if len(f.Selects) != 1 {
		return false
	}
	c.Type = "vote_interaction"
	s := f.Selects[0]
	options, ok := options(s, maxCheckboxes, k.room.vote)
	if !ok {
		return false
	}
	options[0].Checked = true
	c.Checkbox = &cardCheck{Key: s.Name, Options: options}
	return k.submit(c, m)
}

// multiple is a multiple_interaction: up to three questions.
func (k maker) multiple(c *card, m chat.Message) bool {
	c.Type = "multiple_interaction"
	seen := map[string]bool{}
	for _, s := range m.Form.Selects {
		q, ok := k.pick(s)
		if !ok || seen[s.Name] {
			return false
		}
		seen[s.Name] = true
		c.Selects = append(c.Selects, q)
	}
	return len(c.Selects) > 0 && len(c.Selects) <= maxSelects && k.submit(c, m)
}

// submit puts the words under the title and the form's label under the questions.
func (k maker) submit(c *card, m chat.Message) bool {
	f := m.Form
	c.Submit = &cardSubmit{f.Label, f.Say}
	text, plain := lines(m)
	c.Title.Desc = strings.Join(text, "\n")
	return plain && !long(c.Title.Desc, k.desc) && fits(f.Label, k.button) && len(f.Say) <= maxKeyBytes && f.Say != "" && k.links(c, m)
}

// pick makes a choice of a select; its first option is picked until another is.
func (k maker) pick(s chat.Select) (cardSelect, bool) {
	options, ok := options(s, maxOptions, k.option)
	if !ok || long(s.Title, k.room.question) {
		return cardSelect{}, false
	}
	return cardSelect{Key: s.Name, Title: s.Title, Selected: options[0].ID, Options: options}, true
}

func options(s chat.Select, most, length int) (out []cardOption, ok bool) {
	seen := map[string]bool{}
	for _, o := range s.Options {
		if !fits(o.Label, length) || o.Value == "" || len(o.Value) > maxIDBytes || seen[o.Value] {
			return nil, false
		}
		seen[o.Value] = true
		out = append(out, cardOption{ID: o.Value, Text: o.Label})
	}
	return out, len(out) > 0 && len(out) <= most && s.Name != "" && len(s.Name) <= maxKeyBytes
}

// heading heads a card that has a tone.
func heading(t chat.Tone) *cardSource {
	switch t {
	case chat.Good:
		return &cardSource{"项目督办", 3}
	case chat.Alert, chat.Grave:
		return &cardSource{"项目督办", 2}
	}
	return nil
}

// lines gives rows and foot as text; plain is false where a link would be lost.
func lines(m chat.Message) (text []string, plain bool) {
	for _, row := range append(append([]string(nil), m.Rows...), m.Foot...) {
		s, ok := bare(row)
		if !ok {
			return nil, false
		}
		text = append(text, s)
	}
	return text, true
}

// words puts rows and foot into the card: rows of the form "name:value" as pairs, all else as text.
func (k maker) words(c *card, m chat.Message) bool {
	text, plain := lines(m)
	if !plain {
		return false
	}
	pairs := make([]cardPair, 0, len(m.Rows))
	for _, s := range text[:len(m.Rows)] {
		if p, ok := pair(s, k.room); ok {
			pairs = append(pairs, p)
		}
	}
	if len(pairs) == len(m.Rows) && len(pairs) <= maxPairs {
		c.Pairs, text = pairs, text[len(m.Rows):]
	}
	c.SubTitle = strings.Join(text, "\n")
	return !long(c.SubTitle, k.subTitle)
}

// links puts the buttons that open a page into the card. A press on the card itself opens the first.
func (k maker) links(c *card, m chat.Message) bool {
	_, links := split(m.Buttons)
	for _, b := range links {
		if !fits(b.Label, k.jump) {
			return false
		}
		c.Jumps = append(c.Jumps, cardJump{Type: 1, Title: b.Label, URL: b.URL})
	}
	if len(links) > 0 {
		c.Action = &cardAction{1, links[0].URL}
	}
	return len(links) <= maxJumps
}

// offers checks the buttons and makes the first stand out.
func (k maker) offers(c *card) bool {
	seen := map[string]bool{}
	for i := range c.Buttons {
		b := &c.Buttons[i]
		if !fits(b.Text, k.button) || b.Key == "" || len(b.Key) > maxKeyBytes || seen[b.Key] {
			return false
		}
		seen[b.Key] = true
		b.Style = min(i+1, 2)
	}
	return len(c.Buttons) > 0 && len(c.Buttons) <= maxButtons
}

// pressID is what a press on the card will name; "" where a press is not told to us.
func (c *card) pressID() string {
	if c == nil || c.Type == "text_notice" {
		return ""
	}
	return c.TaskID
}

// cardOf makes a card of the message, unless the edition has none.
func (w *WeCom) cardOf(m chat.Message, key string, k maker) (*card, bool) {
	if w.plain {
		return nil, false
	}
	k.home = w.home
	return k.card(m, key)
}

// pair reads "name:value" with either colon.
func pair(s string, r room) (cardPair, bool) {
	s = strings.TrimPrefix(s, "- ")
	i := strings.IndexAny(s, ":\uff1a")
	if i <= 0 {
		return cardPair{}, false
	}
	_, colon := utf8.DecodeRuneInString(s[i:])
	p := cardPair{strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+colon:])}
	return p, p.Key != "" && p.Value != "" && !long(p.Key, r.key) && !long(p.Value, r.value)
}

// bare takes the bold marks out of a line; plain is false where a link or picture would be lost.
func bare(s string) (text string, plain bool) {
	return strings.TrimSpace(strings.ReplaceAll(s, "**", "")), !strings.Contains(s, "](")
}

func long(s string, limit int) bool { return utf8.RuneCountInString(s) > limit }

func fits(s string, limit int) bool { return s != "" && !long(s, limit) }

// taskID is unique for the delivery and its words: a repeat of the same is recognised as one, while
// changed words get a new id, because a used one is refused (42014).
func taskID(c *card, key string) string {
	words, err := json.Marshal(c)
	if err != nil {
		panic("wecom: a card of strings cannot fail to encode: " + err.Error())
	}
	sum := sha256.Sum256(append(words, key...))
	return "duban-" + hex.EncodeToString(sum[:20])
}
