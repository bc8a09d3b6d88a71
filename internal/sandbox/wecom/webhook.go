package wecom

import (
	"bytes"
	"encoding/json"
	"time"
)

// webhookManner: the robot of a group calls people by name, takes images inline, and of the
// cards only the notices.
func webhookManner(key string) manner {
	return manner{
		types:    []string{"text", "markdown", "markdown_v2", "image", "news", "file", "voice", "template_card"},
		markdown: 4096, mentions: true, inline: true, home: "hook " + key,
		cards: cardRules{kinds: []string{"text_notice", "news_notice"}, taskKey: "hook " + key},
	}
}

// hook finds the group of a webhook key; the key is the whole credential.
func (s *Server) hook(c *call) (key, chatID string, err error) {
	key = c.query.Get("key")
	chatID, ok := s.hooks[key]
	if !ok {
		return "", "", refuse(93000, "invalid webhook url: the robot is unknown or was removed from the group")
	}
	return key, chatID, nil
}

// webhookSend posts into the robot's group, 20 messages a minute; one more closes it for a minute.
func (s *Server) webhookSend(c *call) (*answer, error) {
	key, chatID, err := s.hook(c)
	if err != nil {
		return nil, err
	}
	var q payload
	if err := decode(c.body, &q); err != nil {
		return nil, err
	}
	if !s.within("hook/"+key, 1, 20, time.Minute, true) {
		return nil, refuse(45009, "api freq out of limit")
	}
	r, err := s.render(&q, webhookManner(key))
	if err != nil {
		return nil, err
	}
	r.Route, r.ChatID, r.Raw = "webhook", chatID, json.RawMessage(bytes.Clone(c.body))
	s.keep(r)
	return success(nil), nil
}

// webhookUpload takes a file or voice that only this robot may send.
func (s *Server) webhookUpload(c *call) (*answer, error) {
	key, _, err := s.hook(c)
	if err != nil {
		return nil, err
	}
	if kind := c.query.Get("type"); kind != "file" && kind != "voice" {
		return nil, refuse(40058, "type must be file or voice")
	}
	return s.takeUpload(c, "hook "+key)
}
