package dingtalk

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"duban/internal/chat"
	"duban/internal/clock"
)

func TestDecode(t *testing.T) {
	r := start(t, func(o *Options) { o.OldAPIBase = "https://oapi.dingtalk.com" })
	hook := "https://oapi.dingtalk.com/robot/sendBySession?session=s1"
	reply := chat.Address{Platform: chat.DingTalk, Route: chat.DingSessionHook, To: hook}
	base := chat.Incoming{
		Platform: chat.DingTalk, ID: "msg1", At: noon, UserID: "user0001", UserName: "王处长",
		ChatID: "cidEXAMPLE0001+a/b==", ChatName: "督办群", Kind: chat.Text, Text: "进度 3号标段 65%",
	}
	with := func(change func(*chat.Incoming)) chat.Incoming {
		in := base
		change(&in)
		return in
	}
	said := func(kind chat.Kind, text string, media ...chat.Media) chat.Incoming {
		return with(func(in *chat.Incoming) { in.Kind, in.Text, in.Media = kind, text, media })
	}
	image := func(code string) chat.Media { return chat.Media{Kind: "image", ID: code} }
	for name, c := range map[string]struct {
		set  string
		want chat.Incoming
	}{
		"text":                 {`{}`, base},
		"private":              {`{"conversationType":"1"}`, with(func(in *chat.Incoming) { in.ChatID, in.ChatName = "", "" })},
		"private as number":    {`{"conversationType":1}`, with(func(in *chat.Incoming) { in.ChatID, in.ChatName = "", "" })},
		"no type is a group":   {`{"conversationType":null}`, base},
		"moment as text":       {`{"createAt":"1772683200000"}`, base},
		"moment absurd is now": {`{"createAt":"soon"}`, base},
		"outsider":             {`{"senderStaffId":""}`, with(func(in *chat.Incoming) { in.UserID = "" })},
		"not published":        {`{"senderStaffId":null}`, with(func(in *chat.Incoming) { in.UserID = "" })},
		"another corp":         {`{"senderCorpId":"dingother"}`, with(func(in *chat.Incoming) { in.UserID = "" })},
		"older form":           {`{"text":null,"content":" 进度 3号标段 65%"}`, base},
		"empty text":           {`{"text":{"content":" "}}`, said(chat.Text, "")},
		"text is no object":    {`{"text":[1]}`, said(chat.Text, "")},
		"rich text": {`{"msgtype":"richText","text":null,"content":{"richText":[{"text":" 完成 3号\n"},{"type":"picture","downloadCode":"c1","pictureDownloadCode":"p1"},{"text":"见图"},{"type":"picture","pictureDownloadCode":"p2"}]}}`,
			said(chat.Text, "完成 3号\n见图", image("c1"), image("p2"))},
		"rich text of pictures": {`{"msgtype":"richText","content":{"richText":[{"downloadCode":"c1"},{"text":" "}]}}`, said(chat.Picture, "", image("c1"))},
		"rich text of nothing":  {`{"msgtype":"richText","content":{"richText":"?"}}`, said(chat.Other, "")},
		"picture":               {`{"msgtype":"picture","content":{"downloadCode":"c1","pictureDownloadCode":"p1"}}`, said(chat.Picture, "", image("c1"))},
		"picture without code":  {`{"msgtype":"picture","content":{}}`, said(chat.Other, "")},
		"voice":                 {`{"msgtype":"audio","content":{"downloadCode":"c1","recognition":"三号完成","duration":4000}}`, said(chat.Text, "三号完成", chat.Media{Kind: "voice", ID: "c1"})},
		"voice, text duration":  {`{"msgtype":"audio","content":{"downloadCode":"c1","recognition":"三号完成","duration":"4000"}}`, said(chat.Text, "三号完成", chat.Media{Kind: "voice", ID: "c1"})},
		"voice not understood":  {`{"msgtype":"audio","content":{"downloadCode":"c1"}}`, said(chat.Other, "", chat.Media{Kind: "voice", ID: "c1"})},
		"video":                 {`{"msgtype":"video","content":{"downloadCode":"c1","videoType":"mp4","duration":1}}`, said(chat.Other, "", chat.Media{Kind: "file", ID: "c1", Name: "video.mp4"})},
		"file":                  {`{"msgtype":"file","content":{"downloadCode":"c1","fileName":"月报.xlsx","fileId":"9","spaceId":9}}`, said(chat.Other, "", chat.Media{Kind: "file", ID: "c1", Name: "月报.xlsx"})},
		"unknown":               {`{"msgtype":"unknownMsgType","content":{"unknownMsgType":"?"}}`, said(chat.Other, "")},
		"never heard of":        {`{"msgtype":"hologram","content":"x"}`, said(chat.Other, "")},
		"id as number":          {`{"msgId":12}`, with(func(in *chat.Incoming) { in.ID = "12" })},
		"can be answered": {`{"sessionWebhook":"` + hook + `","sessionWebhookExpiredTime":1772688600000}`,
			with(func(in *chat.Incoming) { in.Reply, in.ReplyUntil = reply, noon.Add(89*time.Minute) })},
		"expiry as text": {`{"sessionWebhook":"` + hook + `","sessionWebhookExpiredTime":"1772688600000"}`,
			with(func(in *chat.Incoming) { in.Reply, in.ReplyUntil = reply, noon.Add(89*time.Minute) })},
		"no expiry":        {`{"sessionWebhook":"` + hook + `"}`, base},
		"hook elsewhere":   {`{"sessionWebhook":"https://evil.example/x?session=1","sessionWebhookExpiredTime":1772688600000}`, base},
		"hook unencrypted": {`{"sessionWebhook":"http://oapi.dingtalk.com/x?session=1","sessionWebhookExpiredTime":1772688600000}`, base},
		"hook userinfo":    {`{"sessionWebhook":"https://oapi.dingtalk.com@evil.example/x","sessionWebhookExpiredTime":1772688600000}`, base},
	} {
		got, err := r.d.decode(message(c.set))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	r := start(t)
	for _, raw := range []string{"", "x", "[]", `"text"`, "12", `{"msgId":`} {
		if _, err := r.d.decode([]byte(raw)); !errors.Is(err, errUnreadable) {
			t.Errorf("%q: %v", raw, err)
		}
	}
	for _, code := range []string{"20001", `"20001"`} {
		if _, err := r.d.decode(message(`{"errorCode":` + code + `}`)); !errors.Is(err, errQuotaUsed) {
			t.Errorf("errorCode %s: %v", code, err)
		}
	}
	a, err1 := r.d.decode(message(`{"msgId":null}`))
	b, err2 := r.d.decode(message(`{"msgId":null,"text":{"content":"另一句"}}`))
	again, err3 := r.d.decode(message(`{"msgId":null}`))
	if err := errors.Join(err1, err2, err3); err != nil || a.ID == b.ID || a.ID != again.ID || !strings.HasPrefix(a.ID, "sha256:") {
		t.Errorf("without msgId: %q %q %q %v", a.ID, b.ID, again.ID, err)
	}
}

func TestDecodeCard(t *testing.T) {
	r := start(t)
	for name, c := range map[string]struct {
		raw  string
		want chat.Incoming
	}{
		"say": {`{"outTrackId":"t1","userId":"user0001","userIdType":1,"spaceId":"cid1==","spaceType":"IM_GROUP","content":"{\"cardPrivateData\":{\"actionIds\":[\"1\"],\"params\":{\"action\":\"a\",\"say\":\"延期 3\"}}}"}`,
			chat.Incoming{UserID: "user0001", ChatID: "cid1==", Text: "延期 3", Card: &chat.Card{
				ID: "t1", Update: chat.Address{Platform: chat.DingTalk, Route: chat.DingCard, To: "t1"}, Until: noon.Add(30 * 24 * time.Hour),
			}}},
		"another corp": {`{"userId":"user0001","userIdType":1,"corpId":"dingcorp0009","content":"{}"}`, chat.Incoming{}},
		"action": {`{"userId":"user0001","userIdType":"1","value":"{\"cardPrivateData\":{\"actionIds\":[\"1\"],\"params\":{\"action\":\"accept\"}}}"}`,
			chat.Incoming{UserID: "user0001", Text: "accept"}},
		"action id": {`{"userId":"user0001","spaceId":"dtv1.card//IM_GROUP.cid2==","spaceType":"IM_GROUP","content":{"cardPrivateData":{"actionIds":[7]}}}`,
			chat.Incoming{UserID: "user0001", ChatID: "cid2==", Text: "7"}},
		"union id": {`{"userId":"union1","userIdType":2,"content":"{}"}`, chat.Incoming{}},
		"garbage":  {`{"userId":"user0001","content":"{"}`, chat.Incoming{UserID: "user0001"}},
	} {
		got, err := r.d.decodeCard([]byte(c.raw), "f1", noon)
		c.want.Platform, c.want.Kind, c.want.ID, c.want.At = chat.DingTalk, chat.Press, "card:f1", noon
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got)\n%s", name, err, diff)
		}
	}
	if _, err := r.d.decodeCard([]byte("["), "f1", noon); !errors.Is(err, errUnreadable) {
		t.Error(err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(message())
	f.Add(message(`{"msgtype":"richText","content":{"richText":[{"text":"a"},{"downloadCode":"c"}]}}`))
	f.Add(message(`{"msgtype":"audio","content":{"recognition":7,"duration":"x"},"createAt":1e300}`))
	f.Add(message(`{"originalProcessQueryKey":"pqk1","text":{"content":"是","isReplyMsg":true,"repliedMsg":{"msgId":"m","content":{"richText":{"richTextList":[{"text":"a"}]}}}}}`))
	f.Add([]byte(`{"userId":"u","content":"{\"cardPrivateData\":{\"actionIds\":[1],\"params\":{\"say\":\"x\"}}}"}`))
	d, err := New(Options{AppKey: appKey, AppSecret: appSecret, RobotCode: robotCode, Clock: clock.NewTurnable(noon)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		in, err := d.decode(raw)
		switch {
		case err != nil:
		case in.ID == "" || in.At.IsZero() || in.Kind == "":
			t.Errorf("incomplete: %+v", in)
		case in.Reply.Route != "" && (in.ReplyUntil.IsZero() || !strings.HasPrefix(in.Reply.To, "https://oapi.dingtalk.com/")):
			t.Errorf("a reply that cannot be believed: %+v", in.Reply)
		case in.Kind == chat.Picture && len(in.Media) == 0:
			t.Errorf("a picture without one: %+v", in)
		}
		if in, err := d.decodeCard(raw, "", noon); err == nil && (in.Kind != chat.Press || in.ID == "card:") {
			t.Errorf("card: %+v", in)
		}
	})
}

func FuzzFrame(f *testing.F) {
	f.Add([]byte(`{"specVersion":"1.0","type":"SYSTEM","headers":{"topic":"ping","messageId":"m"},"data":"{\"opaque\":\"x\"}"}`))
	f.Add([]byte(`{"type":"EVENT","header":{"topic":"*"},"data":{"a":1}}`))
	f.Add([]byte(`{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get"},"data":"[]"}`))
	d, err := New(Options{AppKey: appKey, AppSecret: appSecret, Clock: clock.NewTurnable(noon), Inbox: func(context.Context, chat.Incoming) error { return nil }})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		fr, err := parseFrame(raw)
		if err != nil {
			return
		}
		if fr.Type == "SYSTEM" {
			fr.system()
			return
		}
		if a := d.handle(t.Context(), fr); a == nil || a.Code != 200 && a.Code != 404 {
			t.Errorf("%+v", a)
		}
	})
}
