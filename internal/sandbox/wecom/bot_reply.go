package wecom

import (
	"bytes"
	"encoding/json"
	"time"
)

const (
	replyWindow   = 24 * time.Hour
	streamWindow  = 10 * time.Minute
	promptWindow  = 5 * time.Second // for a welcome and for a card update
	streamLimit   = 20480           // bytes
	feedbackLimit = 256             // bytes
)

// reply is the body of aibot_respond_msg and of aibot_respond_welcome_msg.
type reply struct {
	payload
	Stream *struct {
		ID       string `json:"id"`
		Finish   bool   `json:"finish"`
		Content  string `json:"content"`
		Feedback *struct {
			ID string `json:"id"`
		} `json:"feedback"`
		Items []struct {
			MsgType string    `json:"msgtype"`
			Image   mediaBody `json:"image"`
		} `json:"msg_item"`
	} `json:"stream"`
}

// botManner: no byte limit is published for a bot's markdown outside a stream; it gets the stream's.
func botManner(botID string, types ...string) manner {
	return manner{
		types: types, cutText: true, markdown: streamLimit, mentions: true, home: "bot " + botID,
		cards: cardRules{kinds: allCards, aibot: true, taskKey: "bot " + botID},
	}
}

// answering finds what a reply belongs to: a req_id of the right kind, within its window.
func (s *Server) answering(b *bot, reqID, kind string, window time.Duration) (*heard, error) {
	h := b.heard[reqID]
	if h == nil || h.kind != kind || !s.now().Before(h.at.Add(window)) {
		return nil, refuse(846605, "invalid req_id")
	}
	return h, nil
}

// room takes one message from the allowance of the conversation: 30 a minute and 1000 an hour,
// replies and pushes together.
func (s *Server) room(b *bot, conversation string) error {
	key := "bot " + b.ID + "/" + conversation
	if !s.within(key+"/min", 1, 30, time.Minute, true) || !s.within(key+"/hour", 1, 1000, time.Hour, true) {
		return refuse(45009, "api freq out of limit")
	}
	return nil
}

// respond answers a message: a stream, a card, both, or a file.
func (s *Server) respond(b *bot, c *command) (fields, error) {
	var q reply
	if err := decode(c.Body, &q); err != nil {
		return nil, err
	}
	h, err := s.answering(b, c.Headers.ReqID, "message", replyWindow)
	if err != nil {
		return nil, err
	}
	return nil, s.take(b, h, c.Body, &q)
}

// take shows an answer to a message.
func (s *Server) take(b *bot, h *heard, raw json.RawMessage, q *reply) error {
	switch q.MsgType {
	case "stream":
		return s.stream(b, h, raw, q)
	case "stream_with_template_card":
		if q.TemplateCard != nil && h.carded {
			return refuse(40058, "a card was sent with this message before")
		}
		if err := s.stream(b, h, raw, q); err != nil || q.TemplateCard == nil {
			return err
		}
		h.carded = true
		q.MsgType = "template_card"
	}
	r, err := s.render(&q.payload, botManner(b.ID, "template_card", "file", "image", "voice", "video"))
	if err != nil {
		return err
	}
	return s.say(b, h, r, "aibot_reply", raw)
}

// say shows a bot's message in the conversation.
func (s *Server) say(b *bot, h *heard, r *record, route string, raw json.RawMessage) error {
	if err := s.room(b, h.conversation()); err != nil {
		return err
	}
	r.Route, r.BotID, r.ChatID, r.Raw = route, b.ID, h.chatID, bytes.Clone(raw)
	if h.chatID == "" {
		r.Users = []string{h.user}
	}
	s.keep(r)
	return nil
}

// stream starts, goes on with, or finishes an answer in markdown. Each frame carries the whole
// content so far.
func (s *Server) stream(b *bot, h *heard, raw json.RawMessage, q *reply) error {
	if err := s.checkStream(q); err != nil {
		return err
	}
	st := h.streams[q.Stream.ID]
	if st == nil {
		st = &stream{r: &record{Message: Message{MsgType: "stream"}}, first: s.now()}
		st.r.Text, st.r.Finished = q.Stream.Content, q.Stream.Finish
		st.r.Mentions = s.mentionsIn(q.Stream.Content)
		if err := s.say(b, h, st.r, "aibot_reply", raw); err != nil {
			return err
		}
		h.streams[q.Stream.ID] = st
		return nil
	}
	if st.r.Finished || !s.now().Before(st.first.Add(streamWindow)) {
		return refuse(846608, "stream can no longer be updated")
	}
	if q.Stream.Feedback != nil {
		return refuse(40058, "feedback is for the first reply only")
	}
	st.r.Text, st.r.Finished, st.r.Raw = q.Stream.Content, q.Stream.Finish, bytes.Clone(raw)
	st.r.Mentions = s.mentionsIn(q.Stream.Content)
	s.show(st.r)
	return nil
}

func (s *Server) checkStream(q *reply) error {
	st := q.Stream
	switch {
	case st == nil || st.ID == "":
		return refuse(40058, "stream.id is required")
	case len(st.Content) > streamLimit:
		return refuse(45002, "stream content exceeds %d bytes", streamLimit)
	case st.Finish && st.Content == "" && len(st.Items) == 0:
		return refuse(44004, "stream content is empty")
	case st.Feedback != nil && len(st.Feedback.ID) > feedbackLimit:
		return refuse(40058, "feedback.id exceeds %d bytes", feedbackLimit)
	case len(st.Items) > 0 && !st.Finish || len(st.Items) > 10:
		return refuse(40058, "msg_item takes at most 10 images and only with finish")
	}
	for _, i := range st.Items {
		if i.MsgType != "image" {
			return refuse(40058, "msg_item takes images only")
		}
		if _, err := inlineImage(i.Image.Base64, i.Image.MD5, 10<<20); err != nil {
			return err
		}
	}
	return nil
}

// welcome greets somebody who opened the chat; the only place where a bot may send plain text.
func (s *Server) welcome(b *bot, c *command) (fields, error) {
	var q reply
	if err := decode(c.Body, &q); err != nil {
		return nil, err
	}
	h, err := s.answering(b, c.Headers.ReqID, "enter", promptWindow)
	if err != nil {
		return nil, err
	}
	return nil, s.greet(b, h, c.Body, &q)
}

func (s *Server) greet(b *bot, h *heard, raw json.RawMessage, q *reply) error {
	if h.used {
		return refuse(846605, "invalid req_id: the welcome was sent")
	}
	r, err := s.render(&q.payload, botManner(b.ID, "text", "template_card"))
	if err != nil {
		return err
	}
	h.used = true
	return s.say(b, h, r, "aibot_reply", raw)
}

// respondUpdate changes the card somebody just pressed, for everybody or for userids.
func (s *Server) respondUpdate(b *bot, c *command) (fields, error) {
	h, err := s.answering(b, c.Headers.ReqID, "card", promptWindow)
	if err != nil {
		return nil, err
	}
	return nil, s.changePressed(b, h, c.Body)
}

func (s *Server) changePressed(b *bot, h *heard, raw json.RawMessage) error {
	var q struct {
		ResponseType string   `json:"response_type"`
		UserIDs      []string `json:"userids"`
		TemplateCard *card    `json:"template_card"`
	}
	if err := decode(raw, &q); err != nil {
		return err
	}
	if h.used {
		return refuse(846605, "invalid req_id: the card was updated")
	}
	if q.ResponseType != "update_template_card" || q.TemplateCard == nil {
		return refuse(40058, "response_type update_template_card and a template_card are required")
	}
	r := s.log[h.seq-1]
	old := r.face(h.user)
	if q.TemplateCard.TaskID != old.TaskID {
		return refuse(42014, "task_id must be that of the card")
	}
	if err := s.replacing(old, q.TemplateCard, botManner(b.ID).cards); err != nil {
		return err
	}
	h.used = true
	s.updated(r, q.TemplateCard, q.UserIDs)
	return nil
}
