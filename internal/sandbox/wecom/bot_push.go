package wecom

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// push is aibot_send_msg: a message nobody asked for, into a conversation somebody spoke in.
// The chatid is a group's, or the userid for one person; case matters.
func (s *Server) push(b *bot, c *command) (fields, error) {
	var q struct {
		payload
		ChatID string `json:"chatid"`
	}
	if err := decode(c.Body, &q); err != nil {
		return nil, err
	}
	if !b.spoken[q.ChatID] {
		return nil, refuse(846607, "no user has spoken in this conversation")
	}
	r, err := s.render(&q.payload, botManner(b.ID, "markdown", "template_card", "file", "image", "voice", "video"))
	if err != nil {
		return nil, err
	}
	h := &heard{chatID: q.ChatID}
	if s.groups[q.ChatID] == nil {
		h = &heard{user: q.ChatID}
	}
	return nil, s.say(b, h, r, "aibot_push", c.Body)
}

// replyCode makes the code of a response_url: good once, for an hour.
func (s *Server) replyCode(b *bot, h *heard) string {
	code := s.id("AR")
	s.replies[code] = &replyURL{b, h, s.now().Add(time.Hour)}
	return code
}

// replyURL is an active reply that can still be made.
type replyURL struct {
	bot   *bot
	to    *heard
	until time.Time
}

// botResponse is the active reply by response_url: no token, once, within an hour. No error code
// is published for a used one: 40058.
func (s *Server) botResponse(c *call) (*answer, error) {
	code := c.query.Get("response_code")
	u := s.replies[code]
	if u == nil || !s.now().Before(u.until) {
		return nil, refuse(40058, "invalid response_code: unknown, used or older than an hour")
	}
	var q payload
	if err := decode(c.body, &q); err != nil {
		return nil, err
	}
	r, err := s.render(&q, botManner(u.bot.ID, "markdown", "template_card"))
	if err != nil {
		return nil, err
	}
	delete(s.replies, code)
	if err := s.say(u.bot, u.to, r, "aibot_reply", c.body); err != nil {
		return nil, err
	}
	return success(nil), nil
}

const (
	maxChunk  = 512 << 10 // bytes before base64
	maxChunks = 100
)

// upload is a file that comes in pieces.
type upload struct {
	kind, name, md5 string
	size            int
	chunks          [][]byte
}

func (s *Server) uploadInit(b *bot, c *command) (fields, error) {
	var q struct {
		Type   string `json:"type"`
		Name   string `json:"filename"`
		Size   int    `json:"total_size"`
		Chunks int    `json:"total_chunks"`
		MD5    string `json:"md5"`
	}
	if err := decode(c.Body, &q); err != nil {
		return nil, err
	}
	kind, ok := mediaKinds[q.Type]
	switch {
	case !ok || q.Name == "" || q.Size <= 5 || !between(q.Chunks, 1, maxChunks):
		return nil, refuse(40058, "type, filename, total_size or total_chunks is invalid")
	case q.Size > kind.max:
		return nil, refuse(45002, "media size out of limit")
	}
	id := s.id("UP")
	b.uploads[id] = &upload{q.Type, q.Name, q.MD5, q.Size, make([][]byte, q.Chunks)}
	return fields{"upload_id": id}, nil
}

// uploadChunk takes a piece. Pieces count from 0, as the published client sends them.
func (s *Server) uploadChunk(b *bot, c *command) (fields, error) {
	var q struct {
		ID    string `json:"upload_id"`
		Index int    `json:"chunk_index"`
		Data  string `json:"base64_data"`
	}
	if err := decode(c.Body, &q); err != nil {
		return nil, err
	}
	u := b.uploads[q.ID]
	if u == nil || !between(q.Index, 0, len(u.chunks)-1) {
		return nil, refuse(40058, "invalid upload_id or chunk_index %s", strconv.Itoa(q.Index))
	}
	data, err := base64.StdEncoding.DecodeString(q.Data)
	if err != nil || !between(len(data), 1, maxChunk) {
		return nil, refuse(40058, "chunk is empty, not base64 or over %d bytes", maxChunk)
	}
	u.chunks[q.Index] = data
	return nil, nil
}

func (s *Server) uploadFinish(b *bot, c *command) (fields, error) {
	var q struct {
		ID string `json:"upload_id"`
	}
	if err := decode(c.Body, &q); err != nil {
		return nil, err
	}
	u := b.uploads[q.ID]
	if u == nil {
		return nil, refuse(40058, "invalid upload_id")
	}
	var data []byte
	for _, piece := range u.chunks {
		data = append(data, piece...)
	}
	sum := md5.Sum(data)
	if len(data) != u.size || u.md5 != "" && !strings.EqualFold(hex.EncodeToString(sum[:]), u.md5) {
		return nil, refuse(40058, "the pieces do not make the file that was announced")
	}
	if err := checkMedia(u.kind, data); err != nil {
		return nil, err
	}
	delete(b.uploads, q.ID)
	id := s.store(u.kind, "bot "+b.ID, u.name, data)
	return fields{"type": u.kind, "media_id": id, "created_at": strconv.FormatInt(s.now().Unix(), 10)}, nil
}
