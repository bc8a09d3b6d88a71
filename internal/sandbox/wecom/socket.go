package wecom

import (
	"encoding/json"
	"errors"
	"net/http"
)

// socket is one long connection. Before aibot_subscribe it belongs to no bot.
type socket struct {
	*wire
	bot *bot // guarded by Server.mu
}

// command is a frame's JSON in either direction; an answer has no cmd.
type command struct {
	Cmd     string          `json:"cmd,omitempty"`
	Headers headers         `json:"headers"`
	Body    json.RawMessage `json:"body,omitempty"`
	ErrCode *int            `json:"errcode,omitempty"`
	ErrMsg  string          `json:"errmsg,omitempty"`
}

type headers struct {
	ReqID string `json:"req_id"`
}

// commands is everything a client may send, beside aibot_subscribe and ping. While one runs
// s.mu is held.
var commands = map[string]func(*Server, *bot, *command) (fields, error){
	"aibot_respond_msg":         (*Server).respond,
	"aibot_respond_welcome_msg": (*Server).welcome,
	"aibot_respond_update_msg":  (*Server).respondUpdate,
	"aibot_send_msg":            (*Server).push,
	"aibot_upload_media_init":   (*Server).uploadInit,
	"aibot_upload_media_chunk":  (*Server).uploadChunk,
	"aibot_upload_media_finish": (*Server).uploadFinish,
}

// errLost ends a connection whose fault says so.
var errLost = errors.New("the connection is lost")

// serveSocket owns one long connection until it ends.
func (s *Server) serveSocket(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		panic(http.ErrAbortHandler)
	}
	s.tasks.Add(1)
	s.mu.Unlock()
	defer s.tasks.Done()
	c := &socket{wire: upgrade(w, r)}
	if c.wire == nil {
		return
	}
	if !s.join(c) {
		c.drop()
		return
	}
	err := s.talk(c)
	s.leave(c)
	c.part(err)
}

func (s *Server) join(c *socket) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.down {
		return false
	}
	s.sockets[c] = true
	return true
}

func (s *Server) leave(c *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sockets, c)
	if c.bot != nil && c.bot.conn == c {
		c.bot.conn = nil
	}
}

// takeSockets forgets every long connection and hands them over to be ended; the caller holds s.mu.
func (s *Server) takeSockets() []*socket {
	var out []*socket
	for c := range s.sockets {
		out = append(out, c)
		if c.bot != nil && c.bot.conn == c {
			c.bot.conn = nil
		}
	}
	clear(s.sockets)
	return out
}

func (c *socket) drop() { _ = c.conn.Close() }

// talk answers commands one after another until the connection ends.
func (s *Server) talk(c *socket) error {
	for {
		message, err := c.read()
		if err != nil {
			return err
		}
		var q command
		if json.Unmarshal(message, &q) != nil {
			return &closing{closeWrongType, "frame is not JSON"}
		}
		if err := s.obey(c, &q); err != nil {
			return err
		}
	}
}

// obey runs one command and answers it, unless a fault comes in between.
func (s *Server) obey(c *socket, q *command) error {
	f := s.arrive("ws/" + q.Cmd)
	if f == nil {
		body, err := s.run(c, q)
		return c.reply(q, body, err)
	}
	if f.AfterAccept {
		_, _ = s.run(c, q)
	}
	switch {
	case f.Hang || f.AfterAccept && f.ErrCode == 0 && f.HTTPStatus == 0:
		return nil
	case f.ErrCode != 0:
		return c.reply(q, nil, refuse(f.ErrCode, "injected fault"))
	}
	return errLost
}

func (s *Server) run(c *socket, q *command) (fields, error) {
	switch q.Cmd {
	case "aibot_subscribe":
		return nil, s.subscribe(c, q)
	case "ping":
		return nil, nil
	}
	do, ok := commands[q.Cmd]
	if !ok {
		return nil, refuse(40058, "unknown cmd %q", q.Cmd)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.bot == nil || c.bot.conn != c {
		return nil, refuse(41001, "not subscribed")
	}
	return do(s, c.bot, q)
}

func (c *socket) reply(q *command, body fields, err error) error {
	out := command{Headers: q.Headers}
	code, words := codeOf(err)
	out.ErrCode, out.ErrMsg = &code, words
	if body != nil {
		out.Body = mustJSON(body)
	}
	return c.send(out)
}

func (c *socket) send(out command) error { return c.write(opText, mustJSON(out)) }

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("sandbox wecom: a frame that is not JSON: " + err.Error())
	}
	return b
}

// subscribe gives the bot this connection. One bot has one: the older is told and closed.
func (s *Server) subscribe(c *socket, q *command) error {
	var who struct {
		BotID  string `json:"bot_id"`
		Secret string `json:"secret"`
	}
	if err := decode(q.Body, &who); err != nil {
		return err
	}
	s.mu.Lock()
	b := s.bots[who.BotID]
	if b == nil || b.Secret != who.Secret || b.Secret == "" {
		s.mu.Unlock()
		return refuse(40001, "invalid bot_id or secret")
	}
	old := b.conn
	if !s.sockets[c] { // ended meanwhile
		s.mu.Unlock()
		return errLost
	}
	if c.bot != nil && c.bot != b && c.bot.conn == c {
		c.bot.conn = nil
	}
	b.conn, c.bot = c, b
	farewell := s.disconnected(b)
	s.mu.Unlock()
	if old != nil && old != c {
		old.kick(farewell)
	}
	return nil
}

// kick sends disconnected_event and closes.
func (c *socket) kick(farewell command) {
	_ = c.send(farewell)
	c.part(&closing{closeNormal, "replaced by another connection"})
}

// KickBot ends a bot's connection the way a newer one would: with disconnected_event.
// It tells whether there was one.
func (s *Server) KickBot(botID string) bool {
	s.mu.Lock()
	b := s.bots[botID]
	if b == nil || b.conn == nil {
		s.mu.Unlock()
		return false
	}
	old := b.conn
	b.conn = nil
	farewell := s.disconnected(b)
	s.mu.Unlock()
	old.kick(farewell)
	return true
}

// Connected tells whether the bot has a live long connection.
func (s *Server) Connected(botID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.bots[botID]
	return b != nil && b.conn != nil
}
