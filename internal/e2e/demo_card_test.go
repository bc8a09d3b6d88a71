package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"duban/internal/sandbox"
)

// form is a card that asks, as the platform takes it.
const form = `{"touser":"xuezekai","agentid":1000002,"msgtype":"template_card","template_card":{
 "card_type":"multiple_interaction","task_id":"demo-form-1","source":{"desc":"督办 · 预警","desc_color":2},
 "main_title":{"title":"地下室出正负零 逾期3天","desc":"跨境电商综合服务产业园"},
 "select_list":[{"question_key":"reason","title":"逾期原因","option_list":[{"id":"land","text":"土地"},{"id":"money","text":"资金"},{"id":"permit","text":"手续"}]},
  {"question_key":"day","title":"新的期限","option_list":[{"id":"3","text":"3个工作日"},{"id":"5","text":"5个工作日"}]}],
 "submit_button":{"text":"申请延期","key":"延期 {reason} {day}"}}}`

// sendForm puts the card before its official the way any application would.
func sendForm(t *testing.T, w *sandbox.World) {
	t.Helper()
	var token struct {
		Text string `json:"access_token"`
	}
	res, err := http.Get(w.WeCom.URL() + "/cgi-bin/gettoken?corpid=wwsandbox&corpsecret=sandbox-app-secret")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&token); err != nil {
		t.Fatal(err)
	}
	sent, err := http.Post(w.WeCom.URL()+"/cgi-bin/message/send?access_token="+token.Text, "application/json", bytes.NewReader([]byte(form)))
	if err != nil {
		t.Fatal(err)
	}
	defer sent.Body.Close()
	var answer struct{ ErrCode int }
	if err := json.NewDecoder(sent.Body).Decode(&answer); err != nil || answer.ErrCode != 0 {
		t.Fatalf("the card was refused: %+v, %v", answer, err)
	}
}

// Cards look like cards, at a desk and on a phone: heading, questions, buttons; pressed and answered, the card is
// changed where it stands.
func TestDemoCards(t *testing.T) {
	for name, size := range map[string][2]int{"demo-cards-desk": {1440, 900}, "demo-cards-phone": {390, 844}} {
		s, w := demoScreen(t, name, size[0], size[1])
		s.press("#understood")
		ask[bool](s, `document.querySelector("#chats [data-chat='p:wecom:xuezekai']").click(), true`)
		s.press("[data-turn=workday]")
		s.tells("时间走到 2月27日 08:40") // while the clock is being turned nothing can be pressed
		s.until(`document.querySelector(".pane.active .push .card h3")?.textContent.includes("提醒")`)
		ask[bool](s, `document.querySelector("[data-turn=workday]").click(), true`)
		s.tells("时间走到 2月28日 08:40")
		s.until(`[...document.querySelectorAll(".pane.active .push .card h3")].some((h) => h.textContent.includes("预警"))`)
		s.shot("warned")
		const button = `[...document.querySelectorAll(".pane.active .push:has(.card) .offers button")].filter((b) => b.textContent === "已办结").at(-1)`
		ask[bool](s, button+`.click(), true`)
		s.until(`document.querySelector(".pane.active .pressed")`)
		s.fill("text", "2月27日已出正负零，监理已签字")
		s.press("#form .main")
		s.until(`document.querySelector(".pane.active .card .changed")`)
		const left = `[...document.querySelectorAll(".pane.active .card:has(.changed) .offers button:enabled:not(.opens)")].filter((b) => b.textContent !== "查看经过").length`
		if n := ask[int](s, left); n > 0 {
			t.Errorf("%s: %d buttons of a card that is done can still be pressed", name, n)
		}
		sendForm(t, w)
		s.until(`document.querySelectorAll(".pane.active .card .ask select").length === 2`)
		if got := ask[string](s, `document.querySelector(".pane.active .card:has(.ask) .source.red").textContent`); got != "督办 · 预警" {
			t.Errorf("%s: the line over the heading is %q", name, got)
		}
		s.until(`document.querySelector(".pane.active .body").scrollTop > 0`)
		s.shot("form")
		s.calm()
	}
}
