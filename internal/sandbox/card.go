package sandbox

import (
	"fmt"
	"slices"
	"strings"

	"duban/internal/sandbox/dingtalk"
	"duban/internal/sandbox/wecom"
)

// Card is a card as it is drawn, on whichever platform.
type Card struct {
	Tone      string     `json:"tone,omitempty"` // colour of the line over the heading: red, green, black, or grey
	Source    string     `json:"source,omitempty"`
	Title     string     `json:"title,omitempty"`
	Desc      string     `json:"desc,omitempty"`
	Big       Pair       `json:"big"`
	Quote     Pair       `json:"quote"`
	Sub       string     `json:"sub,omitempty"`
	Marked    bool       `json:"marked,omitempty"` // Sub is light markdown
	Rows      []Pair     `json:"rows,omitempty"`
	Questions []Question `json:"questions,omitempty"`
	Dead      string     `json:"dead,omitempty"` // what stands in the place of buttons that are done
}

// Pair is a name with its value.
type Pair struct {
	Name  string `json:"name,omitempty"`
	Value string `json:"value,omitempty"`
	URL   string `json:"url,omitempty"`
}

// Question is something to choose on a card before a button is pressed.
type Question struct {
	Key     string   `json:"key"`
	Title   string   `json:"title,omitempty"`
	Many    bool     `json:"many,omitempty"`
	Options []Option `json:"options"`
	Chosen  []string `json:"chosen,omitempty"` // ids
}

// Option is one answer of a Question.
type Option struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

var tones = [...]string{"grey", "black", "red", "green"}

func weCard(c *wecom.Card) *Card {
	if c == nil {
		return nil
	}
	out := &Card{
		Tone: tones[c.Color], Source: c.Source, Title: c.Title, Desc: c.Desc, Sub: c.Sub, Dead: c.Dead,
		Big: Pair{Name: c.Big.Name, Value: c.Big.Value}, Quote: Pair{Name: c.Quote.Name, Value: c.Quote.Value, URL: c.Quote.URL},
	}
	for _, r := range c.Rows {
		out.Rows = append(out.Rows, Pair{r.Name, r.Value, r.URL})
	}
	for _, q := range c.Questions {
		if q.Disabled {
			continue
		}
		ask := Question{Key: q.Key, Title: q.Title, Many: q.Many, Chosen: q.Chosen}
		for _, o := range q.Options {
			ask.Options = append(ask.Options, Option(o))
		}
		out.Questions = append(out.Questions, ask)
	}
	return out
}

// cardTemplate is the id of the template an administrator would have built for DingTalk.
const cardTemplate = "sandbox.schema"

// template is that template with the fields of docs/setup-dingtalk.md: a press carries what its button says.
func template() dingtalk.CardTemplate {
	t := dingtalk.CardTemplate{ID: cardTemplate, Title: "${title}", Params: map[string]map[string]string{}}
	for i := 1; i <= 8; i++ {
		t.Text += fmt.Sprintf("${text%d}\n", i)
	}
	t.Text += "${foot}\n${note}"
	for i := 1; i <= 6; i++ {
		key := fmt.Sprintf("say%d", i)
		t.Buttons = append(t.Buttons, dingtalk.Button{Text: fmt.Sprintf("${button%d}", i), Key: key})
		t.Params[key] = map[string]string{"say": "${" + key + "}"}
	}
	for i := 1; i <= 3; i++ {
		t.Buttons = append(t.Buttons, dingtalk.Button{Text: fmt.Sprintf("${link%d}", i), URL: fmt.Sprintf("${url%d}", i)})
	}
	return t
}

// dingTones are the colours of the template for its field tone.
var dingTones = map[string]string{"good": "green", "alert": "red", "grave": "red"}

// dingCard draws an interactive card of the template; its text is light markdown, as the template's component takes.
func dingCard(m dingtalk.Message) *Card {
	if m.Card == nil || m.Card.Template != cardTemplate {
		return nil
	}
	return &Card{Title: m.Title, Sub: tidy(m.Text), Tone: dingTones[m.Card.Params["tone"]], Marked: true}
}

// choose reads "name=option" pairs against a card's questions: the name is the question's title or key, the
// option what it shows or its id; several options of one question are joined by 、.
func (c *Card) choose(pairs map[string]string) (map[string][]string, error) {
	out := map[string][]string{}
	for name, picked := range pairs {
		i := slices.IndexFunc(c.Questions, func(q Question) bool { return q.Key == name || q.Title == name })
		if i < 0 {
			return nil, fmt.Errorf("the card asks no %q", name)
		}
		q := c.Questions[i]
		for _, want := range strings.Split(picked, "、") {
			j := slices.IndexFunc(q.Options, func(o Option) bool { return o.Text == want || o.ID == want })
			if j < 0 {
				return nil, fmt.Errorf("the card offers no %q for %q", want, name)
			}
			out[q.Key] = append(out[q.Key], q.Options[j].ID)
		}
	}
	return out, nil
}

// picked says in brackets what was chosen, by question; nothing for a card that asks nothing.
func (c *Card) picked(chosen map[string][]string) string {
	if c == nil {
		return ""
	}
	var out []string
	for _, q := range c.Questions {
		for _, o := range q.Options {
			if slices.Contains(chosen[q.Key], o.ID) {
				out = append(out, o.Text)
			}
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "（" + strings.Join(out, "、") + "）"
}

// lines shows the card as a story records it, without its heading.
func (c *Card) lines() []string {
	var out []string
	row := func(text string) {
		for l := range strings.Lines(text) {
			if l = strings.TrimSpace(l); l != "" {
				out = append(out, "  | "+l)
			}
		}
	}
	if c.Source != "" {
		row("[" + c.Tone + "] " + c.Source)
	}
	row(c.Desc)
	row(c.Big.String())
	row(c.Quote.String())
	row(c.Sub)
	for _, p := range c.Rows {
		row(p.String())
	}
	for _, q := range c.Questions {
		var texts []string
		for _, o := range q.Options {
			texts = append(texts, o.Text)
		}
		title := q.Title
		if title == "" {
			title = q.Key
		}
		out = append(out, "  ? "+title+"："+strings.Join(texts, " / "))
	}
	if c.Dead != "" {
		out = append(out, "  - "+c.Dead)
	}
	return out
}

func (p Pair) String() string {
	if p.Name == "" || p.Value == "" {
		return p.Name + p.Value
	}
	return p.Name + "：" + p.Value
}
