package wecom

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	botMediaPath = "/aibot/media/"
	botMediaLife = 5 * time.Minute
)

// QuoteInGroup lets a member answer a message of the group: what the bot hears is their words with the
// quotation of it. Its id is never told.
func (s *Server) QuoteInGroup(chatID, user string, seq int, text string) (msgID string, err error) {
	s.mu.Lock()
	b, id, err := s.inGroup(chatID, user)
	var quote fields
	if err == nil {
		quote, err = s.quotation(seq, id)
	}
	if err == nil && !strings.HasPrefix(text, "@") {
		text = "@" + b.Name + " " + text
	}
	s.mu.Unlock()
	if err != nil {
		return "", err
	}
	return s.tell(b, &heard{kind: "message", chatID: chatID, user: id}, "aibot_msg_callback", quoting(text, quote))
}

// QuoteToBot lets a member answer a message of the bot in the private chat with it.
func (s *Server) QuoteToBot(user string, seq int, text string) (msgID string, err error) {
	s.mu.Lock()
	b, h, err := s.private(user)
	var quote fields
	if err == nil {
		quote, err = s.quotation(seq, h.user)
	}
	s.mu.Unlock()
	if err != nil {
		return "", err
	}
	h.kind = "message"
	return s.tell(b, h, "aibot_msg_callback", quoting(text, quote))
}

func quoting(text string, quote fields) fields {
	return fields{"msgtype": "text", "text": fields{"content": text}, "quote": quote}
}

// quotation is how a bot is told of a quoted message. The documented kinds are text, image, mixed, voice
// and file; how a card is quoted is not published: it comes as the one line its preview shows, the title.
func (s *Server) quotation(seq int, user string) (fields, error) {
	r, err := s.message(seq)
	if err != nil {
		return nil, err
	}
	if r.Recalled || !s.has(r, user) {
		return nil, fmt.Errorf("%q does not see message %d", user, seq)
	}
	switch r.MsgType {
	case "image", "file", "voice":
		return fields{"msgtype": r.MsgType}, nil
	case "template_card":
		return fields{"msgtype": "text", "text": fields{"content": r.face(user).MainTitle.Title}}, nil
	}
	return fields{"msgtype": "text", "text": fields{"content": r.Text}}, nil
}

// SendImageToBot lets a member send the first bot a picture, privately: bots get none from groups.
func (s *Server) SendImageToBot(user string, image []byte) (msgID string, err error) {
	return s.fileToBot(user, "image", image)
}

// SendFileToBot lets a member send the first bot a file, privately.
func (s *Server) SendFileToBot(user string, file []byte) (msgID string, err error) {
	return s.fileToBot(user, "file", file)
}

func (s *Server) fileToBot(user, kind string, data []byte) (string, error) {
	if err := checkMedia(kind, data); err != nil {
		return "", err
	}
	s.mu.Lock()
	b, h, err := s.private(user)
	var body fields
	if err == nil {
		body = s.lockedFile(b, data)
	}
	s.mu.Unlock()
	if err != nil {
		return "", err
	}
	h.kind = "message"
	return s.tell(b, h, "aibot_msg_callback", fields{"msgtype": kind, kind: body})
}

// SpeakToBot lets a member send the first bot a voice message; it arrives as the words that were recognised.
func (s *Server) SpeakToBot(user, words string) (msgID string, err error) {
	s.mu.Lock()
	b, h, err := s.private(user)
	s.mu.Unlock()
	if err != nil {
		return "", err
	}
	h.kind = "message"
	return s.tell(b, h, "aibot_msg_callback", fields{"msgtype": "voice", "voice": fields{"content": words}})
}

// SayMixedInGroup lets a member call the group's bot with words and a picture in one message, the only way
// a picture comes to a bot from a group.
func (s *Server) SayMixedInGroup(chatID, user, text string, image []byte) (msgID string, err error) {
	if err := checkMedia("image", image); err != nil {
		return "", err
	}
	s.mu.Lock()
	b, id, err := s.inGroup(chatID, user)
	var items []fields
	if err == nil {
		items = []fields{
			{"msgtype": "text", "text": fields{"content": strings.TrimSpace("@" + b.Name + " " + text)}},
			{"msgtype": "image", "image": s.lockedFile(b, image)},
		}
	}
	s.mu.Unlock()
	if err != nil {
		return "", err
	}
	h := &heard{kind: "message", chatID: chatID, user: id}
	return s.tell(b, h, "aibot_msg_callback", fields{"msgtype": "mixed", "mixed": fields{"msg_item": items}})
}

// lockedFile keeps a file encrypted for five minutes and gives its address: with a key of its own for a bot
// on the long connection, under the EncodingAESKey for one with a callback URL. The caller holds s.mu.
func (s *Server) lockedFile(b *bot, data []byte) fields {
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	out := fields{"aeskey": base64.StdEncoding.EncodeToString(key)}
	if b.CallbackURL != "" {
		key, _ = base64.StdEncoding.DecodeString(b.AESKey + "=")
		out = fields{}
	}
	pad := cryptBlock - len(data)%cryptBlock
	locked := append(slices.Clone(data), slices.Repeat([]byte{byte(pad)}, pad)...)
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("sandbox wecom: the bot's EncodingAESKey is no key: " + err.Error())
	}
	cipher.NewCBCEncrypter(block, key[:aes.BlockSize]).CryptBlocks(locked, locked)
	id := s.id("BM") + rand.Text()
	s.media[id] = &medium{kind: "locked", home: "bot " + b.ID, name: "media", data: locked, until: s.now().Add(botMediaLife)}
	out["url"] = s.URL() + botMediaPath + id
	return out
}

// botMedia serves what lockedFile names; nil for any other path.
func (s *Server) botMedia(path string) *answer {
	id, ok := strings.CutPrefix(path, botMediaPath)
	if !ok {
		return nil
	}
	m := s.media[id]
	if m == nil || m.kind != "locked" || m.stale(s.now()) {
		return &answer{status: http.StatusNotFound}
	}
	return &answer{status: http.StatusOK, kind: "application/octet-stream", filename: m.name, body: m.data}
}
