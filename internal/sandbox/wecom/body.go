package wecom

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
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

func renderTextCard(r *record, b *linkBody) error {
	if b == nil || b.Title == "" || b.Description == "" || b.URL == "" {
		return refuse(44004, "textcard needs title, description and url")
	}
	if err := checkLink(*b); err != nil {
		return err
	}
	if utf8.RuneCountInString(b.BtnTxt) > 4 {
		return refuse(40058, "btntxt exceeds 4 characters")
	}
	text := b.BtnTxt
	if text == "" {
		text = "详情"
	}
	r.Title, r.Text = b.Title, b.Description
	r.Buttons = []Button{{Text: text, URL: b.URL}}
	return nil
}

func checkLink(b linkBody) error {
	for _, f := range []struct {
		name, value string
		max         int
	}{{"title", b.Title, 128}, {"description", b.Description, 512}, {"url", b.URL, 2048}} {
		if len(f.value) > f.max {
			return refuse(40058, "%s exceeds %d bytes", f.name, f.max)
		}
	}
	return nil
}

func checkArticles(b *newsBody) error {
	if b == nil || len(b.Articles) == 0 {
		return refuse(44004, "articles are empty")
	}
	if len(b.Articles) > 8 {
		return refuse(40058, "more than 8 articles")
	}
	return nil
}

func renderNews(r *record, b *newsBody) error {
	if err := checkArticles(b); err != nil {
		return err
	}
	var lines []string
	for _, a := range b.Articles {
		if err := checkLink(a); err != nil {
			return err
		}
		lines = addLines(lines, a.Title, a.Description)
		r.Buttons = append(r.Buttons, Button{Text: a.Title, URL: a.URL})
	}
	r.Title, r.Text = b.Articles[0].Title, strings.Join(lines, "\n")
	return nil
}

func renderMpNews(r *record, b *newsBody) error {
	if err := checkArticles(b); err != nil {
		return err
	}
	var lines []string
	size := 0
	for _, a := range b.Articles {
		lines = addLines(lines, a.Title)
		size += len(a.Content)
	}
	if size > 666<<10 {
		return refuse(45002, "mpnews content exceeds 666 KB")
	}
	r.Title, r.Text = b.Articles[0].Title, strings.Join(lines, "\n")
	return nil
}

func (s *Server) renderMedia(r *record, b *mediaBody, m manner) error {
	if b == nil {
		return refuse(44004, "%s is empty", r.MsgType)
	}
	if r.MsgType == "image" && m.inline {
		return s.renderInline(r, b, m)
	}
	if len(b.Title) > 128 || len(b.Description) > 512 {
		return refuse(40058, "title or description too long")
	}
	f, err := s.useMedia(b.MediaID, r.MsgType, m.home)
	if err != nil {
		return err
	}
	r.MediaID, r.Title, r.Text = b.MediaID, b.Title, f.name
	return nil
}

func (s *Server) renderInline(r *record, b *mediaBody, m manner) error {
	data, err := inlineImage(b.Base64, b.MD5, 2<<20)
	if err != nil {
		return err
	}
	r.MediaID = s.store("image", m.home, "image", data)
	return nil
}

func inlineImage(text, sum string, limit int) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, refuse(40058, "image base64 cannot be read")
	}
	if len(data) > limit {
		return nil, refuse(45002, "image exceeds %d bytes", limit)
	}
	if got := md5.Sum(data); !strings.EqualFold(hex.EncodeToString(got[:]), sum) {
		return nil, refuse(40058, "image md5 does not match")
	}
	return data, checkMedia("image", data)
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
