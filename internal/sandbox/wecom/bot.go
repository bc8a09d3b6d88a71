package wecom

import (
	"errors"
	"fmt"
	"time"
)

// heard is something the bot was told; its req_id lets the bot answer.
type heard struct {
	kind    string // "message", "enter" or "card"
	chatID  string // group, "" if private
	user    string
	at      time.Time
	seq     int // the card that was pressed
	used    bool
	carded  bool // a card went out with the answer: once a message
	streams map[string]*stream
}

// stream is an answer that is still being written.
type stream struct {
	r     *record
	first time.Time
}

// conversation is what limits and permissions of a bot are counted by.
func (h *heard) conversation() string {
	if h.chatID != "" {
		return h.chatID
	}
	return h.user
}

// callback is the body of what a bot is told.
func (s *Server) callback(b *bot, h *heard, more fields) fields {
	body := fields{"msgid": s.id("AM"), "aibotid": b.ID, "create_time": s.now().Unix(), "chattype": "single"}
	if h.user != "" {
		body["from"] = fields{"userid": h.user}
	}
	if h.chatID != "" {
		body["chattype"], body["chatid"] = "group", h.chatID
	}
	for k, v := range more {
		body[k] = v
	}
	return body
}

// disconnected is the event an older connection gets; nobody answers it.
func (s *Server) disconnected(b *bot) command {
	body := s.callback(b, &heard{}, fields{"msgtype": "event", "event": fields{"eventtype": "disconnected_event"}})
	delete(body, "chattype")
	return command{Cmd: "aibot_event_callback", Headers: headers{s.id("event_")}, Body: mustJSON(body)}
}

// tell brings a callback to the bot, as often as Repeat says, each time with the same msgid: down its
// connection under a new req_id, where without a connection it is lost, or to its callback URL.
func (s *Server) tell(b *bot, h *heard, cmd string, more fields) (string, error) {
	s.mu.Lock()
	posted := b.CallbackURL != ""
	s.mu.Unlock()
	if posted {
		return s.tellByPost(b, h, more)
	}
	conn, frames, id, err := s.prepare(b, h, cmd, more)
	if err != nil {
		return "", err
	}
	for _, f := range frames {
		if err := conn.send(f); err != nil {
			return id, fmt.Errorf("the bot's long connection broke, the message is lost: %w", err)
		}
	}
	return id, nil
}

// prepare makes the frames of a callback.
func (s *Server) prepare(b *bot, h *heard, cmd string, more fields) (*socket, []command, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return nil, nil, "", errDown
	}
	if b.conn == nil {
		return nil, nil, "", fmt.Errorf("bot %s has no long connection: the message is lost", b.ID)
	}
	body := s.heed(b, h, more)
	raw := mustJSON(body)
	var frames []command
	for range s.repeat {
		req := s.id("req_")
		b.heard[req] = h
		frames = append(frames, command{Cmd: cmd, Headers: headers{req}, Body: raw})
	}
	return b.conn, frames, body["msgid"].(string), nil
}

// heed remembers what the bot is told and may answer to, and gives the callback's body. Words open the
// conversation for the bot's pushes.
func (s *Server) heed(b *bot, h *heard, more fields) fields {
	h.at, h.streams = s.now(), map[string]*stream{}
	if h.kind == "message" {
		b.spoken[h.conversation()] = true
		more["response_url"] = s.URL() + "/cgi-bin/aibot/response?response_code=" + s.replyCode(b, h)
	}
	return s.callback(b, h, more)
}

var errDown = errors.New("the platform is down")
