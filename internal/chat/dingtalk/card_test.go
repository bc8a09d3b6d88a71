package dingtalk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"duban/internal/chat"
)

const groupPath = "/v1.0/robot/groupMessages/send"

var pressableWarning = chat.Message{
	Title: "逾期提醒", Rows: []string{"**3号标段** 已逾期3天"}, Foot: []string{"预警〔2026〕3号"}, Tone: chat.Alert,
	Buttons: []chat.Button{{Label: "收到", Say: "收到 3"}, {Label: "台账", URL: "https://duban.example/p/3"}},
}

// TestCard: the bytes of a card for a group and for a person, over Stream and over HTTP.
func TestCard(t *testing.T) {
	type wired struct {
		CardTemplateID, OutTrackID, CallbackType, CallbackRouteKey, OpenSpaceID string
		UserIDType                                                              int
		CardData                                                                struct{ CardParamMap map[string]string }
		ImGroupOpenSpaceModel, ImRobotOpenSpaceModel                            *struct {
			SupportForward bool
			Notification   struct{ AlertContent string }
		}
		ImGroupOpenDeliverModel *struct {
			RobotCode string
			AtUserIDs map[string]string
		}
		ImRobotOpenDeliverModel *struct{ SpaceType, RobotCode string }
	}
	send := func(route chat.Route, to string, m chat.Message, change ...func(*Options)) (wired, chat.Result) {
		t.Helper()
		r := start(t, append(change, withCards)...)
		r.says(deliverPath, 200, delivered)
		res := r.sender(route).Send(t.Context(), to, m, "d7")
		var w wired
		if err := json.Unmarshal(r.calls(deliverPath)[0].body, &w); err != nil {
			t.Fatal(err)
		}
		return w, res
	}
	rings := pressableWarning
	rings.Mentions = []string{"user0001", "user0002"}
	w, res := send(chat.DingGroup, "cid1+/==", rings)
	if res.State != chat.Sent || res.ID != "pqk-card" || res.Card != w.OutTrackID || !strings.HasPrefix(w.OutTrackID, "d7-") {
		t.Errorf("%+v for %s", res, w.OutTrackID)
	}
	f := w.CardData.CardParamMap
	if w.CardTemplateID != cardTemplate || w.CallbackType != "STREAM" || w.CallbackRouteKey != "" || w.UserIDType != 1 || w.OpenSpaceID != "dtv1.card//IM_GROUP.cid1+/==" {
		t.Errorf("%+v", w)
	}
	if f["title"] != "逾期提醒" || f["tone"] != "alert" || f["text1"] != "**3号标段** 已逾期3天" || f["foot"] != "预警〔2026〕3号" ||
		f["button1"] != "收到" || f["say1"] != "收到 3" || f["link1"] != "台账" || f["url1"] != "https://duban.example/p/3" {
		t.Errorf("%v", f)
	}
	for _, blank := range []string{"text8", "button2", "say6", "link3", "url2", "note"} {
		if v, there := f[blank]; v != "" || !there {
			t.Errorf("%s is %q, there: %t", blank, v, there)
		}
	}
	if g := w.ImGroupOpenDeliverModel; g == nil || g.RobotCode != robotCode || len(g.AtUserIDs) != 2 || g.AtUserIDs["user0002"] == "" || w.ImRobotOpenDeliverModel != nil {
		t.Errorf("%+v", g)
	}
	if w.ImGroupOpenSpaceModel.Notification.AlertContent != "逾期提醒" {
		t.Errorf("%+v", w.ImGroupOpenSpaceModel)
	}
	again, _ := send(chat.DingGroup, "cid1+/==", rings)
	other, _ := send(chat.DingGroup, "cid2==", rings)
	if again.OutTrackID != w.OutTrackID || other.OutTrackID == w.OutTrackID {
		t.Error("a repeat is another card, or another group's is the same")
	}
	w, res = send(chat.DingPerson, "user0001", pressableWarning, func(o *Options) { o.CardURL = "https://duban.example/callback/dingtalk" })
	if p := w.ImRobotOpenDeliverModel; res.State != chat.Sent || p == nil || p.SpaceType != "IM_ROBOT" || p.RobotCode != robotCode || w.ImGroupOpenDeliverModel != nil ||
		w.OpenSpaceID != "dtv1.card//IM_ROBOT.user0001" || w.CallbackType != "HTTP" || w.CallbackRouteKey != cardRoute || w.ImRobotOpenSpaceModel == nil {
		t.Errorf("%+v %+v", res, w)
	}
}

// TestCardUse: which messages go as a card, and that all others go as they did without one.
func TestCardUse(t *testing.T) {
	many := pressableWarning
	for i := range 7 {
		many.Buttons = append(many.Buttons, chat.Button{Label: "项", Say: fmt.Sprint("办结 ", i)})
	}
	long := pressableWarning
	long.Rows = []string{strings.Repeat("很长的一行", 100)}
	only := pressableWarning
	only.Buttons = only.Buttons[1:]
	ring := only
	ring.Mentions = []string{"user0001"}
	form := only
	form.Form = &chat.Form{Label: "选择", Say: "进度 3 {p}", Selects: []chat.Select{{Name: "p", Options: []chat.Option{{Label: "六成", Value: "60%"}}}}}
	for name, c := range map[string]struct {
		m      chat.Message
		change func(*Options)
		card   bool
	}{
		"says": {pressableWarning, withCards, true}, "form of one": {form, withCards, true}, "only a link": {only, withCards, false},
		"rings": {ring, withCards, true}, "too many buttons": {many, withCards, false}, "a row too long": {long, withCards, false},
		"no template": {pressableWarning, func(*Options) {}, false},
		"plain":       {pressableWarning, func(o *Options) { withCards(o); o.Plain = true }, false},
	} {
		r := start(t, c.change)
		r.says(deliverPath, 200, delivered)
		r.says(groupPath, 200, `{"processQueryKey":"pqk1"}`)
		res := r.sender(chat.DingGroup).Send(t.Context(), "cid1", c.m, "d7")
		if cards, plain := len(r.calls(deliverPath)), len(r.calls(groupPath)); res.State != chat.Sent || (cards == 1) != c.card || cards+plain != 1 || (res.Card != "") != c.card {
			t.Errorf("%s: %+v after %d cards, %d messages", name, res, cards, plain)
		}
	}
}

// TestCardTroubles: a card that is not taken goes without one, and one whose fate is unknown is asked about.
func TestCardTroubles(t *testing.T) {
	for name, c := range map[string]struct {
		status      int
		body        string
		want        chat.State
		card, plain int // calls
	}{
		"made before":      {400, `{"code":"param.cardAlreadyExist"}`, chat.Sent, 1, 0},
		"not published":    {400, `{"code":"param.templateUnpublished"}`, chat.Sent, 1, 1},
		"no such template": {400, `{"code":"param.cardTemplateNotExist"}`, chat.Sent, 1, 1},
		"never heard":      {400, `{"code":"something.new"}`, chat.Sent, 1, 1},
		"not delivered":    {200, `{"success":true,"result":{"deliverResults":[{"success":true},{"success":false,"errorMsg":"` + appSecret + `"}]}}`, chat.Sent, 1, 1},
		"says nothing":     {200, `{"success":true}`, chat.Unknown, 2, 0},
		"broken off":       {200, `{"success":`, chat.Unknown, 2, 0},
		"too fast":         {403, `{"code":"Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"}`, chat.Retry, 1, 0},
		"quota":            {403, `{"code":"Forbidden.AccessDenied.ApiCountLimitForOrg"}`, chat.Retry, 1, 0},
		"gone":             {400, `{"code":"group.disbanded"}`, chat.Gone, 1, 0},
	} {
		r := start(t, withCards)
		r.says(deliverPath, c.status, c.body)
		r.says(groupPath, 200, `{"processQueryKey":"pqk1"}`)
		res := r.sender(chat.DingGroup).Send(t.Context(), "cid1", pressableWarning, "d7")
		if card, plain := len(r.calls(deliverPath)), len(r.calls(groupPath)); res.State != c.want || card != c.card || plain != c.plain {
			t.Errorf("%s: %+v after %d cards, %d messages", name, res, card, plain)
		}
	}
	// The answer to the first is lost, the second says what became of it.
	r := start(t, withCards)
	first := true
	r.on(deliverPath, func(w http.ResponseWriter, _ *http.Request, _ []byte) {
		if first {
			first = false
			panic(http.ErrAbortHandler)
		}
		reply(w, 400, `{"code":"param.cardAlreadyExist"}`)
	})
	res := r.sender(chat.DingGroup).Send(t.Context(), "cid1", pressableWarning, "d7")
	calls := r.calls(deliverPath)
	if res.State != chat.Sent || res.Card == "" || len(calls) != 2 || string(calls[0].body) != string(calls[1].body) {
		t.Errorf("%+v after %d calls", res, len(calls))
	}
}

// TestCardHidden: a card that was made but not put up is not taken for delivered when it is sent again.
func TestCardHidden(t *testing.T) {
	r := start(t, withCards)
	r.says(deliverPath, 200, `{"result":{"deliverResults":[{"success":false}]}}`)
	r.says(groupPath, 403, `{"code":"Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"}`)
	if res := r.sender(chat.DingGroup).Send(t.Context(), "cid1", pressableWarning, "d7"); res.State != chat.Retry {
		t.Fatalf("%+v", res)
	}
	r.says(deliverPath, 400, `{"code":"param.cardAlreadyExist"}`)
	r.says(groupPath, 200, `{"processQueryKey":"pqk1"}`)
	if res := r.sender(chat.DingGroup).Send(t.Context(), "cid1", pressableWarning, "d7"); res.State != chat.Sent || res.ID != "pqk1" || res.Card != "" {
		t.Errorf("%+v", res)
	}
}

// TestCardChange: a change blanks what it does not show, and waits for the press that is being answered.
func TestCardChange(t *testing.T) {
	r := start(t, withCards)
	r.says(cardPath, 200, `{"success":true,"result":true}`)
	s := r.sender(chat.DingCard)
	end := r.d.pressed.begin("d7-x")
	if res := s.Send(t.Context(), "d7-x", chat.Message{Title: "已收到"}, "d8"); res.State != chat.Retry || res.After <= 0 {
		t.Errorf("changed while its press is being answered: %+v", res)
	}
	end()
	if res := s.Send(t.Context(), "d7-x", chat.Message{Title: "已收到", Tone: chat.Good}, "d8"); res.State != chat.Sent {
		t.Errorf("%+v", res)
	}
	calls := r.calls(cardPath)
	contains(t, string(calls[0].body), `"outTrackId":"d7-x"`, `"button1":""`, `"title":"已收到"`, `"tone":"good"`, `"updateCardDataByKey":true`)
	r.says(cardPath, 200, `{"success":false}`)
	if res := s.Send(t.Context(), "d7-x", chat.Message{Title: "已收到"}, "d8"); res.State != chat.Refused {
		t.Errorf("%+v", res)
	}
}

// TestForms: a form of one select is buttons on every route that hears, links in the text where they are too many,
// and words where nothing can be pressed; a larger one is left to the Foot.
func TestForms(t *testing.T) {
	form := func(selects, options int) chat.Message {
		m := chat.Message{Title: "请报进度", Rows: []string{"3号标段"}, Foot: []string{"也可发送“进度 3 60%”"}}
		f := &chat.Form{Label: "报送", Say: "进度 3 {p}"}
		for range selects {
			s := chat.Select{Name: "p", Title: "进度"}
			for i := range options {
				s.Options = append(s.Options, chat.Option{Label: fmt.Sprint(i+1, "成"), Value: fmt.Sprint(i+1, "0%")})
			}
			f.Selects = append(f.Selects, s)
		}
		m.Form = f
		return m
	}
	r := start(t)
	r.says(groupPath, 200, `{"processQueryKey":"pqk1"}`)
	r.says("/robot/send", 200, `{"errcode":0}`)
	send := func(route chat.Route, to string, m chat.Message) string {
		t.Helper()
		if res := r.sender(route).Send(t.Context(), to, m, "d7"); res.State != chat.Sent {
			t.Fatalf("%+v", res)
		}
		path, read := groupPath, readTemplate
		if route == chat.DingCustom {
			path, read = "/robot/send", readWebhook
		}
		calls := r.calls(path)
		return read(calls[len(calls)-1].body)
	}
	contains(t, send(chat.DingGroup, "cid1", form(1, 3)), "3成", "进度 3 30%", "也可发送“进度 3 60%”")
	contains(t, send(chat.DingGroup, "cid1", form(1, 9)), "[9成](dtmd://dingtalkclient/sendMessage?content=%E8%BF%9B%E5%BA%A6%203%2090%25)")
	contains(t, send(chat.DingCustom, "外部群", form(1, 2)), "- 2成：请向督办机器人发送“进度 3 20%”")
	if got := send(chat.DingGroup, "cid1", form(2, 2)); strings.Contains(got, "2成") || !strings.Contains(got, "也可发送“进度 3 60%”") {
		t.Errorf("a form of two: %s", got)
	}
}

// TestRings: which message of which route can ring whom, as the fact sheet has it. A route whose Traits promise it
// must do it, and one that cannot must not promise.
func TestRings(t *testing.T) {
	plain := chat.Message{Title: "督办提醒", Rows: []string{"请阅"}, Mentions: []string{"user0001", "user0002"}}
	press := pressableWarning
	press.Mentions = plain.Mentions
	sessionTo := func(r *rig) string { return r.srv.URL + "/robot/sendBySession?session=" + sessionKey }
	fixed := func(to string) func(*rig) string { return func(*rig) string { return to } }
	for _, c := range []struct {
		name   string
		route  chat.Route
		change func(*Options)
		to     func(*rig) string
		m      chat.Message
		path   string
		want   []string // in the bytes; none: the route rings nobody
	}{
		{"markdown", chat.DingCustom, func(*Options) {}, fixed("外部群"), plain, "/robot/send", []string{`"atUserIds":["user0001","user0002"]`, "@user0001 @user0002", `"msgtype":"markdown"`}},
		{"markdown instead of actionCard", chat.DingCustom, func(*Options) {}, fixed("外部群"), press, "/robot/send", []string{`"atUserIds":["user0001","user0002"]`, `"msgtype":"markdown"`, "收到 3"}},
		{"session", chat.DingSessionHook, func(*Options) {}, sessionTo, press, "/robot/sendBySession", []string{`"atUserIds":["user0001","user0002"]`, "@user0001 @user0002"}},
		{"group as card", chat.DingGroup, withCards, fixed("cid1"), plain, deliverPath, []string{`"atUserIds":{"user0001":"`, `"user0002":"`}},
		{"group without cards", chat.DingGroup, func(*Options) {}, fixed("cid1"), plain, groupPath, nil},
		{"group in plain mode", chat.DingGroup, func(o *Options) { withCards(o); o.Plain = true }, fixed("cid1"), plain, groupPath, nil},
		{"person", chat.DingPerson, withCards, fixed("user0001"), plain, "/v1.0/robot/oToMessages/batchSend", nil},
	} {
		r := start(t, c.change)
		r.says("/robot/send", 200, `{"errcode":0}`)
		r.says("/robot/sendBySession", 200, `{"errcode":0}`)
		r.says(groupPath, 200, `{"processQueryKey":"pqk1"}`)
		r.says("/v1.0/robot/oToMessages/batchSend", 200, `{"processQueryKey":"pqk1"}`)
		r.says(deliverPath, 200, delivered)
		s := r.sender(c.route)
		if got := s.Traits().Mentions; got != (c.want != nil) {
			t.Errorf("%s: the route promises %t", c.name, got)
		}
		if res := s.Send(t.Context(), c.to(r), c.m, "d7"); res.State != chat.Sent {
			t.Errorf("%s: %+v", c.name, res)
			continue
		}
		body := string(r.calls(c.path)[0].body)
		contains(t, body, c.want...)
		if c.want == nil && strings.Contains(body, "atUserIds") {
			t.Errorf("%s: rings on a route that cannot: %s", c.name, body)
		}
	}
}
