package wecom

import "strings"

// renderCard checks a card and flattens it into a message.
func (s *Server) renderCard(r *record, c *card, m manner) error {
	if c == nil {
		return refuse(44004, "template_card is empty")
	}
	if err := c.check(m.cards); err != nil {
		return err
	}
	for _, h := range c.Horizontal {
		if h.Type == 2 {
			if _, err := s.useMedia(h.MediaID, "file", m.home); err != nil {
				return err
			}
		}
	}
	if err := s.takeTask(c, m.cards, ""); err != nil {
		return err
	}
	r.wear(c, nil)
	return nil
}

// wear makes the message show the card: to everybody who has it, or to whom alone. The message as a
// whole shows what was put on last.
func (r *record) wear(c *card, whom []string) {
	if whom == nil {
		r.card, r.faces = c, nil
	}
	for _, id := range whom {
		if r.faces == nil {
			r.faces = map[string]*card{}
		}
		r.faces[id] = c
	}
	r.Title, r.Text, r.Buttons = c.MainTitle.Title, c.text(), c.buttons()
	r.Card, r.Cards = r.card.view(), nil
	for id, own := range r.faces {
		if r.Cards == nil {
			r.Cards = map[string]*Card{}
		}
		r.Cards[id] = own.view()
	}
}

// face is the card as somebody has it.
func (r *record) face(userID string) *card {
	if own := r.faces[userID]; own != nil {
		return own
	}
	return r.card
}

// text flattens the card: one line a field, in the order the client shows them.
func (c *card) text() string {
	lines := addLines(nil, c.Source.Desc, c.MainTitle.Title, c.MainTitle.Desc,
		pair(c.EmphasisContent.Title, c.EmphasisContent.Desc), c.QuoteArea.Title, c.QuoteArea.QuoteText, c.SubTitleText)
	if c.ImageText != nil {
		lines = addLines(lines, c.ImageText.Title, c.ImageText.Desc)
	}
	for _, v := range c.Vertical {
		lines = addLines(lines, pair(v.Title, v.Desc))
	}
	for _, h := range c.Horizontal {
		lines = addLines(lines, h.KeyName+"："+h.Value)
	}
	for _, q := range c.questions() {
		var texts []string
		for _, o := range q.OptionList {
			texts = append(texts, o.Text)
		}
		lines = addLines(lines, pair(q.Title, strings.Join(texts, " / ")))
	}
	return strings.Join(lines, "\n")
}

func pair(name, value string) string {
	if name == "" || value == "" {
		return name + value
	}
	return name + "：" + value
}

// buttons lists what can be pressed: buttons, the submit button, the menu, then links.
func (c *card) buttons() []Button {
	var out []Button
	if c.dead != "" {
		out = append(out, Button{Text: c.dead})
	}
	for _, b := range c.ButtonList {
		if b.Type == 1 {
			out = append(out, Button{Text: b.Text, URL: b.URL})
			continue
		}
		out = append(out, Button{Text: b.Text, Key: b.Key})
	}
	if c.SubmitButton != nil {
		out = append(out, Button{Text: c.SubmitButton.Text, Key: c.SubmitButton.Key})
	}
	if c.ActionMenu != nil {
		for _, a := range c.ActionMenu.ActionList {
			out = append(out, Button{Text: a.Text, Key: a.Key})
		}
	}
	for _, j := range c.JumpList {
		out = append(out, Button{Text: j.Title, URL: j.URL})
	}
	if c.CardAction != nil && c.CardAction.URL != "" {
		out = append(out, Button{Text: "打开", URL: c.CardAction.URL})
	}
	return out
}
