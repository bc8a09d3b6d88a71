package wecom

import (
	"regexp"
	"slices"
	"unicode/utf8"
)

// cardRules is what one route allows of cards.
type cardRules struct {
	kinds   []string // card types allowed
	aibot   bool     // the narrower set of an aibot
	taskKey string   // within which task_id must be unique
}

var allCards = []string{"text_notice", "news_notice", "button_interaction", "vote_interaction", "multiple_interaction"}

// Byte limits. List sizes are enforced too; the recommended lengths of texts are recommendations and not enforced.
const (
	maxKey      = 1024 // bytes of a key or question_key
	maxOptionID = 128  // bytes
)

// check refuses a card that breaks a limit with 40058 (too much, too little, missing).
// The task_id is judged apart, by takeTask.
func (c *card) check(rules cardRules) error {
	if !slices.Contains(rules.kinds, c.CardType) {
		return refuse(40058, "invalid card_type %q", c.CardType)
	}
	for _, part := range []error{c.checkRequired(), c.checkShared(), c.checkRows(rules), c.checkQuestions(), c.checkButtons(rules)} {
		if part != nil {
			return part
		}
	}
	return nil
}

func (c *card) checkRequired() error {
	missing := func(what string) error { return refuse(40058, "%s: missing %s", c.CardType, what) }
	switch {
	case c.CardType != "text_notice" && c.MainTitle == (titled{}):
		return missing("main_title")
	case c.CardType == "text_notice" && c.MainTitle.Title == "" && c.SubTitleText == "":
		return missing("main_title.title or sub_title_text")
	case (c.CardType == "text_notice" || c.CardType == "news_notice") && c.CardAction == nil:
		return missing("card_action")
	case c.CardType == "news_notice" && c.CardImage == nil && c.ImageText == nil:
		return missing("card_image or image_text_area")
	case c.CardType == "button_interaction" && len(c.ButtonList) == 0:
		return missing("button_list")
	case c.CardType == "vote_interaction" && c.Checkbox == nil:
		return missing("checkbox")
	case c.CardType == "multiple_interaction" && len(c.SelectList) == 0:
		return missing("select_list")
	case (c.CardType == "vote_interaction" || c.CardType == "multiple_interaction") && c.SubmitButton == nil:
		return missing("submit_button")
	}
	return nil
}

func (c *card) checkShared() error {
	switch {
	case c.Source.DescColor < 0 || c.Source.DescColor > 3:
		return refuse(40058, "source.desc_color must be 0 to 3")
	case c.QuoteArea.Type < 0 || c.QuoteArea.Type > 2 || c.QuoteArea.Type == 1 && c.QuoteArea.URL == "":
		return refuse(40058, "invalid quote_area")
	case c.CardAction != nil && !c.CardAction.valid(1):
		return refuse(40058, "invalid card_action")
	case c.CardImage != nil && !c.CardImage.valid():
		return refuse(40058, "card_image needs url and an aspect_ratio between 1.3 and 2.25")
	case c.ActionMenu != nil && !between(len(c.ActionMenu.ActionList), 1, 3):
		return refuse(40058, "action_menu.action_list must have 1 to 3 entries")
	case len(c.JumpList) > 3 || slices.ContainsFunc(c.JumpList, func(j jump) bool { return j.Title == "" || !j.valid(0) }):
		return refuse(40058, "invalid jump_list")
	case len(c.Vertical) > 4:
		return refuse(40058, "vertical_content_list has more than 4 entries")
	}
	return nil
}

func (j *jump) valid(from int) bool {
	return between(j.Type, from, 2) && (j.Type != 1 || j.URL != "")
}

func (i *cardImage) valid() bool {
	return i.URL != "" && (i.AspectRatio == nil || *i.AspectRatio >= 1.3 && *i.AspectRatio <= 2.25)
}

func (c *card) checkRows(rules cardRules) error {
	if len(c.Horizontal) > 6 {
		return refuse(40058, "horizontal_content_list has more than 6 entries")
	}
	for _, h := range c.Horizontal {
		switch {
		case h.KeyName == "":
			return refuse(40058, "horizontal_content_list: missing keyname")
		case !between(h.Type, 0, 3) || h.Type == 2 && rules.aibot:
			return refuse(40058, "horizontal_content_list: invalid type %d", h.Type)
		case h.Type == 1 && h.URL == "", h.Type == 2 && h.MediaID == "", h.Type == 3 && h.UserID == "":
			return refuse(40058, "horizontal_content_list: type %d needs its url, media_id or userid", h.Type)
		}
	}
	return nil
}

func (c *card) checkQuestions() error {
	if len(c.SelectList) > 3 {
		return refuse(40058, "select_list has more than 3 entries")
	}
	keys := map[string]bool{}
	for _, q := range c.questions() {
		most := 10
		if c.Checkbox != nil && q.QuestionKey == c.Checkbox.QuestionKey {
			most = 20
		}
		if !between(len(q.QuestionKey), 1, maxKey) || keys[q.QuestionKey] {
			return refuse(40058, "question_key is missing, too long or used twice")
		}
		keys[q.QuestionKey] = true
		if !between(len(q.OptionList), 1, most) || !between(q.Mode, 0, 1) {
			return refuse(40058, "option_list must have 1 to %d entries", most)
		}
		if err := checkOptions(q.OptionList); err != nil {
			return err
		}
	}
	return nil
}

func checkOptions(list []option) error {
	ids := map[string]bool{}
	for _, o := range list {
		if !between(len(o.ID), 1, maxOptionID) || ids[o.ID] || o.Text == "" {
			return refuse(40058, "option without text, or its id is missing, too long or used twice")
		}
		ids[o.ID] = true
	}
	return nil
}

func (c *card) checkButtons(rules cardRules) error {
	if len(c.ButtonList) > 6 {
		return refuse(40058, "button_list has more than 6 entries")
	}
	all := slices.Clone(c.ButtonList)
	if c.SubmitButton != nil {
		all = append(all, *c.SubmitButton)
	}
	if c.ActionMenu != nil {
		all = append(all, c.ActionMenu.ActionList...)
	}
	keys := map[string]bool{}
	for _, b := range all {
		if !utf8.ValidString(b.Text) || b.Text == "" || !between(b.Style, 0, 4) {
			return refuse(40058, "button without text, or style not 1 to 4")
		}
		if b.Type == 1 && !rules.aibot && b.URL != "" {
			continue
		}
		if b.Type != 0 || !between(len(b.Key), 1, maxKey) || keys[b.Key] {
			return refuse(40058, "button key is missing, too long or used twice")
		}
		keys[b.Key] = true
	}
	return nil
}

var taskIDForm = regexp.MustCompile(`^[0-9A-Za-z_@-]{1,128}$`)

// takeTask uses up the card's task_id. A card that calls back must have one; kept is the
// task_id of the card being replaced, which may be used again. The caller holds s.mu.
func (s *Server) takeTask(c *card, rules cardRules, kept string) error {
	if c.TaskID == "" && !c.interactive() {
		return nil
	}
	if !taskIDForm.MatchString(c.TaskID) {
		return refuse(42014, "task_id is empty, too long or has other characters than digits, letters and _-@")
	}
	key := rules.taskKey + "/" + c.TaskID
	if s.taskIDs[key] && c.TaskID != kept {
		return refuse(42014, "task_id %q was used before", c.TaskID)
	}
	s.taskIDs[key] = true
	return nil
}

func between(n, low, high int) bool { return n >= low && n <= high }
