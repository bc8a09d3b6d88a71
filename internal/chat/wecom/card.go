package wecom

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"duban/internal/chat"
)

// card is a template_card of the kind button_interaction.
type card struct {
	Type     string       `json:"card_type"`
	TaskID   string       `json:"task_id"`
	Title    cardTitle    `json:"main_title"`
	SubTitle string       `json:"sub_title_text,omitempty"`
	Pairs    []cardPair   `json:"horizontal_content_list,omitempty"`
	Jumps    []cardJump   `json:"jump_list,omitempty"`
	Buttons  []cardButton `json:"button_list"`
}

type cardTitle struct {
	Title string `json:"title"`
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

type cardButton struct {
	Text  string `json:"text"`
	Style int    `json:"style"` // 1 stands out, 2 does not
	Key   string `json:"key"`
}

// room is how much the parts of a card hold, in characters. The lengths are the platform's
// recommendations; what is longer is cut on small screens, so it goes out as markdown instead.
type room struct {
	title, subTitle, key, value, jump, button int
}

var (
	appRoom = room{title: 36, subTitle: 160, key: 5, value: 30, jump: 18, button: 10}
	botRoom = room{title: 26, subTitle: 112, key: 5, value: 26, jump: 13, button: 10}
)

// The platform's limits of lists and keys.
const (
	maxPairs, maxJumps, maxButtons = 6, 3, 6
	maxKeyBytes                    = 1024
)

// cardOf makes a card of a message that offers something to say and fits; pressing a button gives back
// its words as the key. Otherwise ok is false and the message goes out as markdown.
func cardOf(m chat.Message, key string, r room) (c *card, ok bool) {
	says, links := split(m.Buttons)
	title, plain := bare(m.Title)
	if len(says) == 0 || len(says) > maxButtons || len(links) > maxJumps || !plain || title == "" || long(title, r.title) {
		return nil, false
	}
	c = &card{Type: "button_interaction", Title: cardTitle{title}}
	if !c.words(m, r) || !c.offer(says, links, r) {
		return nil, false
	}
	c.TaskID = taskID(c, key)
	return c, true
}

// words puts rows and foot into the card: rows of the form "name:value" as pairs, all else as text.
func (c *card) words(m chat.Message, r room) bool {
	var text []string
	pairs := make([]cardPair, 0, len(m.Rows))
	for _, row := range append(append([]string(nil), m.Rows...), m.Foot...) {
		s, plain := bare(row)
		if !plain {
			return false
		}
		text = append(text, s)
		if p, ok := pair(s, r); ok && len(text) <= len(m.Rows) {
			pairs = append(pairs, p)
		}
	}
	if len(pairs) == len(m.Rows) && len(pairs) <= maxPairs {
		c.Pairs, text = pairs, text[len(m.Rows):]
	}
	c.SubTitle = strings.Join(text, "\n")
	return !long(c.SubTitle, r.subTitle)
}

// offer puts the buttons into the card.
func (c *card) offer(says, links []chat.Button, r room) bool {
	seen := map[string]bool{}
	for i, b := range says {
		if b.Label == "" || long(b.Label, r.button) || len(b.Say) > maxKeyBytes || seen[b.Say] {
			return false
		}
		seen[b.Say] = true
		c.Buttons = append(c.Buttons, cardButton{Text: b.Label, Style: min(i+1, 2), Key: b.Say})
	}
	for _, b := range links {
		if b.Label == "" || long(b.Label, r.jump) {
			return false
		}
		c.Jumps = append(c.Jumps, cardJump{Type: 1, Title: b.Label, URL: b.URL})
	}
	return true
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
