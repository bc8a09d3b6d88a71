package dingtalk

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// The topics of the Stream gateway.
const (
	topicMessage = "/v1.0/im/bot/messages/get"
	topicCard    = "/v1.0/card/instances/callback"
	topicAll     = "*"
)

// frame is what the gateway sends.
type frame struct {
	Type    scalar                   `json:"type"`
	Headers loose[map[string]scalar] `json:"headers"`
	Header  loose[map[string]scalar] `json:"header"` // a sample in the documents spells it so
	Data    document                 `json:"data"`
}

// about names what a frame is about; frames of one name are handled in the order they came.
func (f frame) about() string {
	var m struct {
		Conversation     scalar `json:"conversationId"`
		OpenConversation scalar `json:"openConversationId"`
		Track            scalar `json:"outTrackId"`
	}
	_ = json.Unmarshal(f.Data, &m) // what cannot be read is about nothing
	return string(m.Conversation + m.OpenConversation + m.Track)
}

// header gives a header; "" when it is not there.
func (f frame) header(name string) string {
	if v, ok := f.Headers.v[name]; ok {
		return string(v)
	}
	return string(f.Header.v[name])
}

// parseFrame reads a frame; one without a type is none.
func parseFrame(raw []byte) (frame, error) {
	var f frame
	if err := json.Unmarshal(raw, &f); err != nil || f.Type == "" {
		return f, errUnreadable
	}
	return f, nil
}

// answer is the acknowledgement of a frame. Message is shown to the platform: never an error's text.
type answer struct {
	Code    int               `json:"code"`
	Headers map[string]string `json:"headers"`
	Message string            `json:"message"`
	Data    string            `json:"data"`
}

func (f frame) answer(code int, message, data string) *answer {
	return &answer{Code: code, Message: message, Data: data,
		Headers: map[string]string{"messageId": f.header("messageId"), "contentType": "application/json"}}
}

const nothing = `{"response": null}`

// system answers the gateway's own frames. leave is true when the gateway announces the end of the connection.
// Unknown system topics are ignored, as the platform's own clients do.
func (f frame) system() (a *answer, leave bool) {
	switch f.header("topic") {
	case "ping":
		return f.answer(http.StatusOK, "OK", string(f.Data)), false
	case "disconnect":
		return nil, true
	}
	return nil, false
}

// handle does what a callback or event asks; nil is no acknowledgement, so that the platform may send again.
func (d *DingTalk) handle(ctx context.Context, f frame) *answer {
	var err error
	data := nothing
	switch {
	case f.Type == "EVENT":
		if d.takeEvent(ctx, f.happening()) != nil {
			return f.answer(http.StatusOK, "OK", `{"status":"LATER","message":"later"}`)
		}
		return f.answer(http.StatusOK, "OK", `{"status":"SUCCESS","message":"ok"}`)
	case f.Type == "CALLBACK" && f.header("topic") == topicMessage:
		err = d.takeMessage(ctx, f.Data)
	case f.Type == "CALLBACK" && f.header("topic") == topicCard:
		data = `{"response":` + cardAnswer + `}`
		err = d.takePress(ctx, f.Data, f.header("messageId"), scalar(f.header("time")).millis())
	default:
		return f.answer(http.StatusNotFound, "topic not known", nothing)
	}
	if err != nil && !errors.Is(err, errUnreadable) { // a repeat of the unreadable would be unreadable too
		return nil
	}
	return f.answer(http.StatusOK, "OK", data)
}
