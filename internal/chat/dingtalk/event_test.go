package dingtalk

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"duban/internal/chat"
)

// eventFrame is an event as the gateway sends it.
func eventFrame(kind, corp, data string) frame {
	raw, err := json.Marshal(map[string]any{"type": "EVENT", "data": data, "headers": map[string]string{
		"topic": "*", "messageId": "f1", "eventType": kind, "eventId": "e1", "eventCorpId": corp, "eventBornTime": "1772683200000", "time": "1772683300000",
	}})
	if err != nil {
		panic(err)
	}
	f, err := parseFrame(raw)
	if err != nil {
		panic(err)
	}
	return f
}

func TestEvents(t *testing.T) {
	born := noon
	joined := func(n, user string) chat.Incoming {
		return chat.Incoming{Platform: chat.DingTalk, ID: "event:e1:" + n, At: born, Kind: chat.Joined, ChatID: "cid1==", UserID: user}
	}
	for name, c := range map[string]struct {
		kind, corp, data string
		want             []chat.Incoming
		message          int64
	}{
		"members": {"chat_add_member", corpID, `{"timeStamp":"1772683200000","openConversationId":"cid1==","userId":["user1","user2"],"unionId":["u1","u2"]}`,
			[]chat.Incoming{joined("0", "user1"), joined("1", "user2")}, 1},
		"an outsider": {"chat_add_member", corpID, `{"openConversationId":"cid1==","userId":[],"unionId":["u9"]}`, []chat.Incoming{joined("0", "")}, 1},
		"one, not a list, keys in another case": {"chat_add_member", "", `{"OpenConversationId":"cid1==","UserId":"user1"}`,
			[]chat.Incoming{joined("0", "user1")}, 1},
		"nobody is named":  {"chat_add_member", corpID, `{"openConversationId":"cid1==","userId":[],"unionId":[]}`, []chat.Incoming{joined("0", "")}, 1},
		"no group":         {"chat_add_member", corpID, `{"userId":["user1"]}`, nil, 1},
		"another corp":     {"chat_add_member", "dingother", `{"openConversationId":"cid1==","userId":["user1"]}`, nil, 1},
		"left":             {"chat_remove_member", corpID, `{"openConversationId":"cid1==","userId":["user1"]}`, nil, 1},
		"entered the corp": {"user_add_org", corpID, `{"timeStamp":"1","userId":["user1"]}`, nil, 0},
		"renamed": {"user_modify_org", corpID, `{"timeStamp":"1772683200000","userId":["user1"],"diffInfo":{"userid":"user1","prev":{"name":"张伟"},"curr":{"name":"张玮"}}}`,
			[]chat.Incoming{{Platform: chat.DingTalk, ID: "event:e1:0", At: born, Kind: chat.Renamed, UserID: "user1", Text: "张玮"}}, 0},
		"a list of changes": {"user_modify_org", corpID, `{"diffInfo":[{"userid":"user1","prev":{"mobile":"1"},"curr":{"mobile":"2"}},{"userid":"user2","prev":{"name":"a"},"curr":{"name":"b"}}]}`,
			[]chat.Incoming{{Platform: chat.DingTalk, ID: "event:e1:0", At: born, Kind: chat.Renamed, UserID: "user2", Text: "b"}}, 0},
		"another change": {"user_modify_org", corpID, `{"diffInfo":{"userid":"user1","prev":{"name":"a"},"curr":{"name":"a"}}}`, nil, 0},
		"not JSON":       {"user_modify_org", corpID, `[`, nil, 0},
		"approval":       {"bpms_instance_change", corpID, `{}`, nil, 1},
	} {
		r := start(t)
		a := r.d.handle(t.Context(), eventFrame(c.kind, c.corp, c.data))
		if !strings.Contains(a.Data, `"SUCCESS"`) {
			t.Errorf("%s: %+v", name, a)
		}
		if diff := cmp.Diff(c.want, r.inbox.got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
		counts, used := r.d.Counters(), r.drawn(t)
		if ignored := counts.Ignored == 1; ignored != (len(c.want) == 0) || counts.Told != int64(len(c.want)) || counts.Events != 1 || used.Messages != c.message {
			t.Errorf("%s: %+v %+v", name, counts, used)
		}
	}
}

// TestEventLater: an event that was not kept is asked for again.
func TestEventLater(t *testing.T) {
	r := start(t)
	r.inbox.refuse(errors.New("database away"))
	a := r.d.handle(t.Context(), eventFrame("chat_add_member", corpID, `{"openConversationId":"cid1","userId":["user1"]}`))
	if a.Code != 200 || a.Data != `{"status":"LATER","message":"later"}` || r.d.Counters().Events != 0 {
		t.Errorf("%+v %+v", a, r.d.Counters())
	}
}

// TestQuotes: what a message replies to, as far as the wire tells.
func TestQuotes(t *testing.T) {
	for name, c := range map[string]struct {
		change string
		want   *chat.Quote
	}{
		"none": {`{}`, nil},
		"ours": {`{"originalMsgId":"om1","originalProcessQueryKey":"pqk1","text":{"content":"已完成","isReplyMsg":true,"repliedMsg":{"msgId":"rm1","msgType":"interactiveCard","content":{}}}}`,
			&chat.Quote{ID: "pqk1"}},
		"a text": {`{"text":{"content":"已完成","isReplyMsg":true,"repliedMsg":{"msgId":"rm1","msgType":"text","content":{"text":" 3号标段何时完工 "}}}}`,
			&chat.Quote{ID: "rm1", Text: "3号标段何时完工"}},
		"rich":     {`{"originalMsgId":"om1","text":{"content":"是","repliedMsg":{"msgId":"rm1","content":{"richText":[{"text":"看"},{"text":"图"},{"downloadCode":"c"}]}}}}`, &chat.Quote{ID: "om1", Text: "看图"}},
		"markdown": {`{"text":{"content":"是","repliedMsg":{"content":{"title":"预警"}}}}`, &chat.Quote{Text: "预警"}},
		"odd":      {`{"text":{"content":"是","repliedMsg":"x"}}`, nil},
		"only key": {`{"originalProcessQueryKey":"pqk2"}`, &chat.Quote{ID: "pqk2"}},
	} {
		r := start(t)
		in, err := r.d.decode(message(c.change))
		if diff := cmp.Diff(c.want, in.Quote); err != nil || diff != "" || in.Kind != chat.Text {
			t.Errorf("%s: %v (-want +got)\n%s", name, err, diff)
		}
	}
}

// TestWrappedRichText: a deployment of one's own wraps the pieces of a rich text.
func TestWrappedRichText(t *testing.T) {
	r := start(t)
	in, err := r.d.decode(message(`{"msgtype":"richText","content":{"richText":{"richTextList":[{"text":"进度 3 60%"},{"type":"picture","downloadCode":"c1"}]}}}`))
	if err != nil || in.Text != "进度 3 60%" || len(in.Media) != 1 || in.Media[0].ID != "c1" || in.At.After(noon.Add(time.Hour)) {
		t.Errorf("%+v %v", in, err)
	}
}
