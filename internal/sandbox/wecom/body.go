package wecom

import (
	"regexp"
	"slices"
	"unicode/utf8"
)

// payload is the part of a send request that every route shares: msgtype and its body.
type payload struct {
	MsgType      string     `json:"msgtype"`
	Text         *textBody  `json:"text"`
	Markdown     *textBody  `json:"markdown"`
	MarkdownV2   *textBody  `json:"markdown_v2"`
	TextCard     *linkBody  `json:"textcard"`
	News         *newsBody  `json:"news"`
	MpNews       *newsBody  `json:"mpnews"`
	Image        *mediaBody `json:"image"`
	Voice        *mediaBody `json:"voice"`
	Video        *mediaBody `json:"video"`
	File         *mediaBody `json:"file"`
	TemplateCard *card      `json:"template_card"`
}

type textBody struct {
	Content             string   `json:"content"`
	MentionedList       []string `json:"mentioned_list"`
	MentionedMobileList []string `json:"mentioned_mobile_list"`
}

type linkBody struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	URL         string `json:"url"`
	BtnTxt      string `json:"btntxt"`
	Content     string `json:"content"` // mpnews
}

type newsBody struct {
	Articles []linkBody `json:"articles"`
}

type mediaBody struct {
	MediaID     string `json:"media_id"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Base64      string `json:"base64"` // webhook image
	MD5         string `json:"md5"`
}

// manner is how one route takes messages.
type manner struct {
	types    []string
	cutText  bool // text over the limit is cut, else refused
	markdown int  // byte limit of markdown and markdown_v2
	mentions bool // text and markdown may call people by name
	inline   bool // images come as base64
	home     string
	cards    cardRules
}

const textLimit = 2048 // bytes of UTF-8

// render checks a payload against the manner of its route and makes what people will see.
func (s *Server) render(p *payload, m manner) (*record, error) {
	if !slices.Contains(m.types, p.MsgType) {
		return nil, refuse(40008, "invalid message type %q", p.MsgType)
	}
	r := &record{Message: Message{MsgType: p.MsgType, Finished: true}}
	switch p.MsgType {
	case "text":
		return r, s.renderText(r, p.Text, m)
	case "markdown":
		return r, s.renderMarkdown(r, p.Markdown, m, m.mentions)
	case "markdown_v2":
		return r, s.renderMarkdown(r, p.MarkdownV2, m, false)
	case "textcard":
		return r, renderTextCard(r, p.TextCard)
	case "news":
		return r, renderNews(r, p.News)
	case "mpnews":
		return r, renderMpNews(r, p.MpNews)
	case "image":
		return r, s.renderMedia(r, p.Image, m)
	case "voice":
		return r, s.renderMedia(r, p.Voice, m)
	case "video":
		return r, s.renderMedia(r, p.Video, m)
	case "file":
		return r, s.renderMedia(r, p.File, m)
	}
	return r, s.renderCard(r, p.TemplateCard, m)
}

func (s *Server) renderText(r *record, b *textBody, m manner) error {
	if b == nil || b.Content == "" {
		return refuse(44004, "text content is empty")
	}
	if len(b.Content) > textLimit && !m.cutText {
		return refuse(45002, "text content exceeds %d bytes", textLimit)
	}
	r.Text = cutBytes(b.Content, textLimit)
	if !m.mentions {
		return nil
	}
	for _, id := range b.MentionedList {
		r.Mentions = s.mention(r.Mentions, id)
	}
	for _, mobile := range b.MentionedMobileList {
		if u, ok := s.users.byMobile(mobile); ok {
			mobile = u.ID
		}
		r.Mentions = s.mention(r.Mentions, mobile)
	}
	return nil
}

var mentionTag = regexp.MustCompile(`<@([^<>\s]+)>`)

func (s *Server) renderMarkdown(r *record, b *textBody, m manner, mentions bool) error {
	if b == nil || b.Content == "" {
		return refuse(44004, "markdown content is empty")
	}
	if len(b.Content) > m.markdown {
		return refuse(45002, "markdown content exceeds %d bytes", m.markdown)
	}
	r.Text = b.Content
	if mentions {
		r.Mentions = s.mentionsIn(b.Content)
	}
	return nil
}

func (s *Server) mentionsIn(markdown string) []string {
	var out []string
	for _, found := range mentionTag.FindAllStringSubmatch(markdown, -1) {
		out = s.mention(out, found[1])
	}
	return out
}

// mention adds a called person; an id or mobile nobody has calls nobody and is no error.
func (s *Server) mention(list []string, id string) []string {
	if u, ok := s.users.get(id); ok {
		id = u.ID
	} else if id != "@all" {
		return list
	}
	if slices.Contains(list, id) {
		return list
	}
	return append(list, id)
}

// cutBytes cuts text to at most limit bytes, never inside a character.
func cutBytes(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

func addLines(lines []string, more ...string) []string {
	for _, l := range more {
		if l != "" {
			lines = append(lines, l)
		}
	}
	return lines
}
