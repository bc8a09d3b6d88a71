package wecom

import (
	"slices"
	"time"
)

// messageRecall takes a message back within 24 h; only the app that sent it may.
func (s *Server) messageRecall(c *call) (*answer, error) {
	var q struct {
		MsgID string `json:"msgid"`
	}
	if err := decode(c.body, &q); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(s.log, func(r *record) bool { return q.MsgID != "" && r.MsgID == q.MsgID })
	if i < 0 {
		return nil, refuse(40058, "invalid msgid")
	}
	r := s.log[i]
	if r.Route != "app" || r.AgentID != c.app.AgentID || r.Recalled || !s.now().Before(r.At.Add(24*time.Hour)) {
		return nil, refuse(40058, "the message is of another app, older than 24 h or recalled")
	}
	r.Recalled = true
	s.show(r)
	return success(nil), nil
}

// updating is the body of message/update_template_card.
type updating struct {
	UserIDs      []string `json:"userids"`
	PartyIDs     []int    `json:"partyids"`
	TagIDs       []int    `json:"tagids"`
	AtAll        int      `json:"atall"`
	AgentID      int      `json:"agentid"`
	ResponseCode string   `json:"response_code"`
	Button       *struct {
		ReplaceName string `json:"replace_name"`
	} `json:"button"`
	TemplateCard *card `json:"template_card"`
}

// messageUpdate changes a card that was sent. No error code is published for a response_code
// that is unknown, used or too old: 40058, invalid parameter.
func (s *Server) messageUpdate(c *call) (*answer, error) {
	var q updating
	if err := decode(c.body, &q); err != nil {
		return nil, err
	}
	if err := s.ofApp(c, q.AgentID); err != nil {
		return nil, err
	}
	if len(q.UserIDs) > 1000 || len(q.PartyIDs) > 100 || len(q.TagIDs) > 100 {
		return nil, refuse(40058, "more than 1000 users, 100 parties or 100 tags")
	}
	code := s.codes[q.ResponseCode]
	if code == nil || code.agentID != c.app.AgentID || !s.now().Before(code.until) {
		return nil, refuse(40058, "invalid response_code: unknown, used or older than 72 h")
	}
	r := s.log[code.seq-1]
	whom, invalid, err := r.meant(&q)
	if err != nil {
		return nil, err
	}
	if err := s.applyUpdate(r, &q, appManner(c.app.AgentID).cards); err != nil {
		return nil, err
	}
	delete(s.codes, q.ResponseCode)
	s.updated(r, whom)
	return success(fields{"invaliduser": invalid}), nil
}

// meant lists for whom a card is to change: nil means all who have it.
func (r *record) meant(q *updating) (whom, invalid []string, err error) {
	if q.AtAll == 1 || slices.Contains(q.PartyIDs, rootDepartment) {
		return nil, nil, nil
	}
	if len(q.UserIDs) == 0 {
		return nil, nil, refuse(82001, "no recipients")
	}
	for _, id := range q.UserIDs {
		if slices.Contains(r.Users, id) {
			whom = append(whom, id)
		} else {
			invalid = append(invalid, id)
		}
	}
	if len(whom) == 0 {
		return nil, nil, refuse(81013, "user & party & tag all invalid")
	}
	return whom, invalid, nil
}

func (s *Server) applyUpdate(r *record, q *updating, rules cardRules) error {
	switch {
	case q.Button != nil && q.Button.ReplaceName != "":
		r.grey(q.Button.ReplaceName)
		return nil
	case q.TemplateCard != nil:
		return s.replaceCard(r, q.TemplateCard, rules)
	}
	return refuse(40058, "button.replace_name or template_card is required")
}

func (s *Server) replaceCard(r *record, c *card, rules cardRules) error {
	if err := c.check(rules); err != nil {
		return err
	}
	if err := s.takeTask(c, rules, r.card.TaskID); err != nil {
		return err
	}
	r.wear(c)
	return nil
}

// grey turns the buttons into one dead word; links stay.
func (r *record) grey(word string) {
	card := *r.card
	card.ButtonList, card.SubmitButton = nil, nil
	r.card = &card
	r.Buttons = append([]Button{{Text: word}}, card.buttons()...)
}

// updated marks a card as changed for whom (nil: for all who have it) and shows it.
func (s *Server) updated(r *record, whom []string) {
	all := whom == nil || r.ChatID == "" && len(whom) == len(r.Users) || r.Updated && r.UpdatedFor == nil
	r.Updated = true
	if all {
		r.UpdatedFor = nil
	} else {
		both := append(slices.Clone(r.UpdatedFor), whom...)
		slices.Sort(both)
		r.UpdatedFor = slices.Compact(both)
	}
	s.show(r)
}
