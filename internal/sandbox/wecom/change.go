package wecom

import (
	"maps"
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
	next, err := s.nextCard(r.face(code.user), &q, appManner(c.app.AgentID).cards)
	if err != nil {
		return nil, err
	}
	delete(s.codes, q.ResponseCode)
	s.updated(r, next, whom)
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

// nextCard gives the card that takes the place of old.
func (s *Server) nextCard(old *card, q *updating, rules cardRules) (*card, error) {
	switch {
	case q.Button != nil && q.Button.ReplaceName != "":
		return old.greyed(q.Button.ReplaceName), nil
	case q.TemplateCard != nil:
		return q.TemplateCard, s.replacing(old, q.TemplateCard, rules)
	}
	return nil, refuse(40058, "button.replace_name or template_card is required")
}

// replacing checks a card that is to take the place of old; the task_id may stay.
func (s *Server) replacing(old, c *card, rules cardRules) error {
	if err := c.check(rules); err != nil {
		return err
	}
	return s.takeTask(c, rules, old.TaskID)
}

// greyed is the card with its buttons turned into one dead word; links stay.
func (c *card) greyed(word string) *card {
	out := *c
	out.ButtonList, out.SubmitButton, out.dead = nil, nil, word
	return &out
}

// updated changes a card for whom (nil: for all who have it) and shows it.
func (s *Server) updated(r *record, c *card, whom []string) {
	all := whom == nil || r.ChatID == "" && len(whom) == len(r.Users)
	r.Updated = true
	if all {
		r.UpdatedFor = nil
		r.wear(c, nil)
	} else {
		r.wear(c, whom)
		r.UpdatedFor = slices.Sorted(maps.Keys(r.faces))
	}
	s.show(r)
}
