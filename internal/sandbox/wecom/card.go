package wecom

// card is a template card of any of the five kinds.
type card struct {
	CardType     string `json:"card_type"`
	TaskID       string `json:"task_id"`
	SubTitleText string `json:"sub_title_text"`
	Source       struct {
		IconURL   string `json:"icon_url"`
		Desc      string `json:"desc"`
		DescColor int    `json:"desc_color"`
	} `json:"source"`
	MainTitle       titled       `json:"main_title"`
	EmphasisContent titled       `json:"emphasis_content"`
	QuoteArea       quoteArea    `json:"quote_area"`
	Horizontal      []horizontal `json:"horizontal_content_list"`
	Vertical        []titled     `json:"vertical_content_list"`
	JumpList        []jump       `json:"jump_list"`
	CardAction      *jump        `json:"card_action"`
	ActionMenu      *actionMenu  `json:"action_menu"`
	CardImage       *cardImage   `json:"card_image"`
	ImageText       *imageText   `json:"image_text_area"`
	ButtonSelection *question    `json:"button_selection"`
	ButtonList      []cardButton `json:"button_list"`
	Checkbox        *question    `json:"checkbox"`
	SelectList      []question   `json:"select_list"`
	SubmitButton    *cardButton  `json:"submit_button"`

	dead string // what stands where the buttons were, after they were greyed
}

type titled struct {
	Title string `json:"title"`
	Desc  string `json:"desc"`
}

type quoteArea struct {
	Type      int    `json:"type"`
	URL       string `json:"url"`
	Title     string `json:"title"`
	QuoteText string `json:"quote_text"`
}

type horizontal struct {
	KeyName string `json:"keyname"`
	Value   string `json:"value"`
	Type    int    `json:"type"` // 0 text, 1 url, 2 attachment (never from an aibot), 3 member
	URL     string `json:"url"`
	MediaID string `json:"media_id"`
	UserID  string `json:"userid"`
}

type jump struct {
	Type  int    `json:"type"` // 1 url, 2 mini program
	Title string `json:"title"`
	URL   string `json:"url"`
}

type actionMenu struct {
	Desc       string       `json:"desc"`
	ActionList []cardButton `json:"action_list"`
}

type cardImage struct {
	URL         string   `json:"url"`
	AspectRatio *float64 `json:"aspect_ratio"`
}

type imageText struct {
	Type     int    `json:"type"`
	URL      string `json:"url"`
	Title    string `json:"title"`
	Desc     string `json:"desc"`
	ImageURL string `json:"image_url"`
}

type question struct {
	QuestionKey string   `json:"question_key"`
	Title       string   `json:"title"`
	SelectedID  string   `json:"selected_id"`
	Mode        int      `json:"mode"`    // of a checkbox: 0 one, 1 several
	Disable     bool     `json:"disable"` // shown but not to be changed; a change of a card only
	OptionList  []option `json:"option_list"`
}

type option struct {
	ID        string `json:"id"`
	Text      string `json:"text"`
	IsChecked bool   `json:"is_checked"`
}

type cardButton struct {
	Text  string `json:"text"`
	Style int    `json:"style"`
	Key   string `json:"key"`
	Type  int    `json:"type"` // 1 opens url (apps only), else calls back
	URL   string `json:"url"`
}

// interactive tells whether pressing something on the card calls its sender back,
// so that a response_code goes with it.
func (c *card) interactive() bool {
	switch c.CardType {
	case "button_interaction", "vote_interaction", "multiple_interaction":
		return true
	}
	return c.ActionMenu != nil
}

// questions lists what the card asks, in the order it is shown.
func (c *card) questions() []question {
	var out []question
	if c.ButtonSelection != nil {
		out = append(out, *c.ButtonSelection)
	}
	if c.Checkbox != nil {
		out = append(out, *c.Checkbox)
	}
	return append(out, c.SelectList...)
}

// many tells whether several options may be chosen.
func (c *card) many(q question) bool {
	return c.Checkbox != nil && q.QuestionKey == c.Checkbox.QuestionKey && q.Mode == 1
}

// keys lists what on the card can be pressed and calls back; menu tells the top-right menu's apart.
func (c *card) keys() (buttons, menu []string) {
	for _, b := range c.ButtonList {
		if b.Type != 1 {
			buttons = append(buttons, b.Key)
		}
	}
	if c.SubmitButton != nil {
		buttons = append(buttons, c.SubmitButton.Key)
	}
	if c.ActionMenu != nil {
		for _, a := range c.ActionMenu.ActionList {
			menu = append(menu, a.Key)
		}
	}
	return buttons, menu
}
