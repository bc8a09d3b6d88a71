package dingtalk

import (
	"fmt"
	"slices"
	"strings"
)

// sample says what a msgKey asks of msgParam and how it is shown.
type sample struct {
	shownAs string
	need    []string
	title   string // keys
	text    string
	buttons [][2]string // keys of title and URL
}

// samples are the msgKeys of both robot APIs. picUrl of sampleLink may be empty.
var samples = func() map[string]sample {
	t := map[string]sample{
		"sampleText":        {shownAs: "text", need: []string{"content"}, text: "content"},
		"sampleMarkdown":    {shownAs: "markdown", need: []string{"title", "text"}, title: "title", text: "text"},
		"sampleImageMsg":    {shownAs: "image", need: []string{"photoURL"}, text: "photoURL"},
		"sampleAudio":       {shownAs: "audio", need: []string{"mediaId", "duration"}, text: "mediaId"},
		"sampleFile":        {shownAs: "file", need: []string{"mediaId", "fileName", "fileType"}, text: "fileName"},
		"sampleVideo":       {shownAs: "video", need: []string{"duration", "videoMediaId", "videoType", "picMediaId", "width", "height"}, text: "videoMediaId"},
		"sampleLink":        {shownAs: "link", need: []string{"text", "title", "messageUrl"}, title: "title", text: "text", buttons: [][2]string{{"title", "messageUrl"}}},
		"sampleActionCard":  buttonCard("singleTitle", "singleURL"),
		"sampleActionCard6": buttonCard("buttonTitle1", "buttonUrl1", "buttonTitle2", "buttonUrl2"),
	}
	for n := 2; n <= 5; n++ {
		var keys []string
		for i := 1; i <= n; i++ {
			keys = append(keys, fmt.Sprint("actionTitle", i), fmt.Sprint("actionURL", i))
		}
		t[fmt.Sprint("sampleActionCard", n)] = buttonCard(keys...)
	}
	return t
}()

// buttonCard is an ActionCard with these buttons: title key, URL key, and so on.
func buttonCard(keys ...string) sample {
	t := sample{shownAs: "actionCard", need: append([]string{"title", "text"}, keys...), title: "title", text: "text"}
	for pair := range slices.Chunk(keys, 2) {
		t.buttons = append(t.buttons, [2]string(pair))
	}
	return t
}

// paramBytes is the most that msgParam may hold.
const paramBytes = 15000

// fileTypes are what sampleFile can carry.
var fileTypes = []string{"xlsx", "pdf", "zip", "rar", "doc", "docx"}

// templated reads msgKey and msgParam of a send: what is shown, or the refusal.
func (s *Server) templated(body object) (Message, *reply) {
	no := func(code, message string) (Message, *reply) {
		a := bad(code, message)
		return Message{}, &a
	}
	key, param := body.str("msgKey"), body.str("msgParam")
	t, known := samples[key]
	switch {
	case key == "":
		return no("invalidParameter.msgKey.empty", "缺少 msgKey")
	case !known:
		return no("invalidParameter.msgKey.invalid", "无效的 msgKey")
	case len(param) > paramBytes:
		return no("invalidParameter.msgParam.tooLong", "msgParam 超过 15000 字节")
	}
	p, ok := parseObject([]byte(param))
	if !ok {
		return no("invalidParameter.msgParam.invalid", "msgParam 必须是 JSON 字符串")
	}
	if lack := missing(p, t.need...); lack != "" {
		return no("invalidParameter.msgParam.invalid", "msgParam 缺少 "+lack)
	}
	if key == "sampleFile" && !slices.Contains(fileTypes, p.str("fileType")) {
		return no("invalidParameter.msgParam.invalid", "不支持的 fileType")
	}
	if id := p.str("photoURL"); strings.HasPrefix(id, "@") && s.chat.media[id] == nil {
		return no("invalidParameter.msgParam.invalid", "photoURL 不是已上传的 mediaId")
	}
	m := Message{MsgType: t.shownAs, Title: p.str(t.title), Text: p.str(t.text)}
	for _, b := range t.buttons {
		m.Buttons = append(m.Buttons, Button{Text: p.str(b[0]), URL: p.str(b[1])})
	}
	return m, nil
}
