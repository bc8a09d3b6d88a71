package wecom

import (
	"fmt"
	"slices"
)

// choice is what somebody chose for one question.
type choice struct {
	key     string
	options []string
}

// Press lets a member press a button, the submit button or a menu entry of a card, with the
// options chosen by question_key. The event goes to whoever sent the card: the app's callback
// or the bot's connection. Questions left out take the card's preset, if it has one.
func (s *Server) Press(messageSeq int, user, key string, selected map[string][]string) error {
	s.mu.Lock()
	p, err := s.press(messageSeq, user, key, selected)
	if err != nil {
		s.mu.Unlock()
		return err
	}
	if p.r.Route != "app" {
		b := s.bots[p.r.BotID]
		s.mu.Unlock()
		h := &heard{kind: "card", chatID: p.r.ChatID, user: p.user, seq: messageSeq}
		_, err := s.tell(b, h, "aibot_event_callback", p.botEvent())
		return err
	}
	l, err := s.line(s.app(p.r.AgentID))
	if err != nil {
		s.mu.Unlock()
		return err
	}
	e := p.appEvent(s.common(l, p.user, "event"), s.code(p.r, p.user))
	s.mu.Unlock()
	return s.deliver(l, e, p.user)
}

// pressed is one press that is allowed.
type pressed struct {
	r       *record
	card    *card
	user    string
	key     string
	menu    bool
	choices []choice
}

func (s *Server) press(seq int, user, key string, selected map[string][]string) (*pressed, error) {
	if s.down {
		return nil, errDown
	}
	r, err := s.message(seq)
	if err != nil {
		return nil, err
	}
	if r.card == nil || r.Recalled {
		return nil, fmt.Errorf("message %d is no card that can be pressed", seq)
	}
	u, ok := s.users.get(user)
	if !ok || !s.has(r, u.ID) {
		return nil, fmt.Errorf("%q does not have message %d", user, seq)
	}
	card := r.face(u.ID)
	buttons, menu := card.keys()
	p := &pressed{r: r, card: card, user: u.ID, key: key, menu: slices.Contains(menu, key)}
	if !p.menu && !slices.Contains(buttons, key) {
		return nil, fmt.Errorf("message %d has no button %q", seq, key)
	}
	if !p.menu {
		p.choices, err = card.choose(selected)
	}
	return p, err
}

func (s *Server) has(r *record, userID string) bool {
	if r.ChatID == "" {
		return slices.Contains(r.Users, userID)
	}
	g := s.groups[r.ChatID]
	return g != nil && slices.Contains(g.Members, userID)
}

// choose checks the options against the questions, in the order of the card.
func (c *card) choose(selected map[string][]string) ([]choice, error) {
	var out []choice
	known := 0
	for _, q := range c.questions() {
		ids, given := selected[q.QuestionKey]
		if given {
			known++
		} else {
			ids = c.preset(q)
		}
		if given && q.Disable {
			return nil, fmt.Errorf("question %q cannot be answered any more", q.QuestionKey)
		}
		if len(ids) > 1 && !c.many(q) {
			return nil, fmt.Errorf("question %q takes one option", q.QuestionKey)
		}
		for _, id := range ids {
			if !slices.ContainsFunc(q.OptionList, func(o option) bool { return o.ID == id }) {
				return nil, fmt.Errorf("question %q has no option %q", q.QuestionKey, id)
			}
		}
		if len(ids) > 0 {
			out = append(out, choice{q.QuestionKey, ids})
		}
	}
	if known != len(selected) {
		return nil, fmt.Errorf("the card does not ask all of %v", selected)
	}
	return out, nil
}

// preset is what stands chosen before anybody chooses: of a select its selected_id, and the first option
// where that is missing or names none; of a checkbox what is_checked says.
func (c *card) preset(q question) []string {
	if c.Checkbox == nil || q.QuestionKey != c.Checkbox.QuestionKey {
		if slices.ContainsFunc(q.OptionList, func(o option) bool { return o.ID == q.SelectedID }) {
			return []string{q.SelectedID}
		}
		return []string{q.OptionList[0].ID}
	}
	var out []string
	for _, o := range q.OptionList {
		if o.IsChecked {
			out = append(out, o.ID)
		}
	}
	return out
}

func (p *pressed) eventName() string {
	if p.menu {
		return "template_card_menu_event"
	}
	return "template_card_event"
}

func (p *pressed) appEvent(c common, code string) appEvent {
	e := appEvent{
		common: c, Event: cdata{p.eventName()}, EventKey: cdata{p.key},
		TaskID: &cdata{p.card.TaskID}, CardType: &cdata{p.card.CardType}, Response: &cdata{code}, AgentID: p.r.AgentID,
	}
	for _, ch := range p.choices {
		item := selectedItem{QuestionKey: cdata{ch.key}}
		for _, id := range ch.options {
			item.OptionIDs = append(item.OptionIDs, cdata{id})
		}
		if e.Selected == nil {
			e.Selected = &selectedItems{}
		}
		e.Selected.Items = append(e.Selected.Items, item)
	}
	return e
}

// botEvent nests the data under template_card_event, as the official page shows it. A press on
// the menu has no event of its own there.
func (p *pressed) botEvent() fields {
	items := []fields{}
	for _, ch := range p.choices {
		items = append(items, fields{"question_key": ch.key, "option_ids": fields{"option_id": ch.options}})
	}
	data := fields{"card_type": p.card.CardType, "event_key": p.key, "task_id": p.card.TaskID}
	if len(items) > 0 {
		data["selected_items"] = fields{"selected_item": items}
	}
	return fields{"msgtype": "event", "event": fields{"eventtype": "template_card_event", "template_card_event": data}}
}
