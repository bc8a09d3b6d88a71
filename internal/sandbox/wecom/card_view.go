package wecom

// Card is a template card as a client draws it.
type Card struct {
	Kind      string // card_type
	TaskID    string
	Source    string // the line over the heading, Color its colour: 0 grey, 1 black, 2 red, 3 green
	Color     int
	Title     string
	Desc      string
	Big       Pair // the emphasised value and what it is
	Quote     Pair // the quotation's heading and words
	Sub       string
	Image     string
	Rows      []Pair
	Questions []Question
	Buttons   []CardButton
	Menu      []CardButton
	Links     []Button
	Dead      string // what stands where the buttons were, after they were greyed
}

// Pair is a name with its value; URL opens, UserID names a member.
type Pair struct {
	Name, Value, URL, UserID string
}

// Question is something to choose on a card.
type Question struct {
	Key, Title string
	Many       bool
	Disabled   bool
	Options    []Option
	Chosen     []string // ids that stand chosen
}

// Option is one answer of a Question.
type Option struct {
	ID, Text string
}

// CardButton is pressed with Key, or opens URL. Style is 1 to 4.
type CardButton struct {
	Text, Key, URL string
	Style          int
}

// view is the card as drawn; nil for none.
func (c *card) view() *Card {
	if c == nil {
		return nil
	}
	v := &Card{
		Kind: c.CardType, TaskID: c.TaskID, Source: c.Source.Desc, Color: c.Source.DescColor, Title: c.MainTitle.Title, Desc: c.MainTitle.Desc,
		Big: Pair{Name: c.EmphasisContent.Desc, Value: c.EmphasisContent.Title}, Sub: c.SubTitleText, Dead: c.dead,
		Quote: Pair{Name: c.QuoteArea.Title, Value: c.QuoteArea.QuoteText, URL: c.QuoteArea.URL},
	}
	if c.CardImage != nil {
		v.Image = c.CardImage.URL
	}
	if t := c.ImageText; t != nil {
		v.Image = t.ImageURL
		v.Rows = append(v.Rows, Pair{Name: t.Title, Value: t.Desc, URL: t.URL})
	}
	for _, t := range c.Vertical {
		v.Rows = append(v.Rows, Pair{Name: t.Title, Value: t.Desc})
	}
	for _, h := range c.Horizontal {
		v.Rows = append(v.Rows, Pair{h.KeyName, h.Value, h.URL, h.UserID})
	}
	for _, q := range c.questions() {
		v.Questions = append(v.Questions, c.question(q))
	}
	v.Buttons, v.Menu = buttonViews(c.ButtonList), nil
	if c.SubmitButton != nil {
		v.Buttons = append(v.Buttons, CardButton{Text: c.SubmitButton.Text, Key: c.SubmitButton.Key, Style: 1})
	}
	if c.ActionMenu != nil {
		v.Menu = buttonViews(c.ActionMenu.ActionList)
	}
	for _, j := range c.JumpList {
		v.Links = append(v.Links, Button{Text: j.Title, URL: j.URL})
	}
	if c.CardAction != nil && c.CardAction.URL != "" {
		v.Links = append(v.Links, Button{Text: "打开", URL: c.CardAction.URL})
	}
	return v
}

func (c *card) question(q question) Question {
	out := Question{Key: q.QuestionKey, Title: q.Title, Many: c.many(q), Disabled: q.Disable, Chosen: c.preset(q)}
	for _, o := range q.OptionList {
		out.Options = append(out.Options, Option{o.ID, o.Text})
	}
	return out
}

func buttonViews(list []cardButton) []CardButton {
	var out []CardButton
	for _, b := range list {
		out = append(out, CardButton{b.Text, b.Key, b.URL, max(b.Style, 1)})
	}
	return out
}
