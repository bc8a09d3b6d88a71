package dingtalk

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"duban/internal/chat"
	"duban/internal/chat/chattest"
)

// The answers were computed by node's cryptography; internal/e2e/peers/vectors.mjs made them.
func TestGovSignatures(t *testing.T) {
	raw, err := os.ReadFile("../../e2e/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Gov []struct {
			Method, Path, Timestamp, Nonce, Secret, Sign string
			Params                                       [][2]string
		} `json:"dingtalk_gov"`
	}
	if err := json.Unmarshal(raw, &all); err != nil || len(all.Gov) < 3 {
		t.Fatal(len(all.Gov), err)
	}
	for _, v := range all.Gov {
		params := url.Values{}
		for _, p := range v.Params {
			params.Add(p[0], p[1])
		}
		if got := govSignature(v.Secret, v.Method, v.Timestamp, v.Nonce, v.Path, params); got != v.Sign {
			t.Errorf("%s: %s", v.Path, got)
		}
	}
}

const (
	govToken    = `{"success":true,"content":{"success":true,"data":{"accessToken":"` + accessToken + `","expiresIn":"7200"},"responseCode":"0"}}`
	govAccounts = `{"success":true,"content":{"success":true,"data":[{"accountId":70011,"employeeCode":"GE_1"}],"responseCode":"0"}}`
	govTaken    = `{"success":true,"content":{"success":true,"data":null,"responseCode":"0","responseMessage":"OK"}}`
	govNotify   = "/message/workNotification"
)

func government(o *Options) { o.Plain, o.RobotCode, o.TenantID = true, "", "50001" }

// TestGovSender runs the platform-neutral promises on the one-to-one way of a government deployment.
func TestGovSender(t *testing.T) {
	l := lane{
		route: chat.DingPerson, path: govNotify, to: func(*rig) string { return "GE_1" }, ok: govTaken, read: readGov,
		never: []chattest.Case{chattest.Limit, chattest.Vanish}, // no such code is documented
		codes: map[chattest.Case][2]string{chattest.Refuse: {"200", `{"success":true,"content":{"success":false,"responseCode":"OPF-B001-03-16-0002","responseMessage":"` + appSecret + `"}}`}},
	}
	chattest.Suite(t, func(t *testing.T) *chattest.Rig {
		r := start(t, government)
		r.says("/gettoken.json", 200, govToken)
		r.says("/mozi/employee/listEmployeeAccountIds", 200, govAccounts)
		return l.rig(r)
	})
}

// readGov gives what a person reads of a work notification.
func readGov(body []byte) string {
	q, err := url.ParseQuery(string(body))
	var m struct {
		Text struct{ Content string }
		Card struct {
			Title, Markdown string
			SingleTitle     string `json:"single_title"`
			SingleURL       string `json:"single_url"`
		} `json:"action_card"`
	}
	if err != nil || json.Unmarshal([]byte(q.Get("msg")), &m) != nil || len(q.Get("msg")) > govBytes || q.Get("receiverIds") != "70011" || q.Get("tenantId") != "50001" {
		return "unreadable"
	}
	return strings.Join([]string{m.Text.Content, m.Card.Title, m.Card.Markdown, m.Card.SingleTitle, m.Card.SingleURL}, "\n")
}

// Who is unknown gets nothing, a revoked token is renewed once, and the register may name people by account id.
func TestGovPeople(t *testing.T) {
	r := start(t, government)
	r.says("/gettoken.json", 200, govToken)
	r.says("/mozi/employee/listEmployeeAccountIds", 200, govAccounts)
	r.says(govNotify, 200, govTaken)
	s := r.sender(chat.DingPerson)
	if got := s.Send(t.Context(), "GE_9", chat.Message{Title: "提醒"}, "k"); got.State != chat.Gone || len(r.calls(govNotify)) != 0 {
		t.Errorf("%+v", got)
	}
	if unknown, ok, err := r.d.Strangers(t.Context(), []string{"GE_1", "GE_9"}); !ok || err != nil || len(unknown) != 1 || unknown[0] != "GE_9" {
		t.Errorf("%v %v %v", unknown, ok, err)
	}
	fetched := 0
	r.on("/gettoken.json", func(w http.ResponseWriter, _ *http.Request, _ []byte) { fetched++; reply(w, 200, govToken) })
	r.says(govNotify, 200, `{"success":true,"content":{"success":false,"responseCode":"240133"}}`)
	if got := s.Send(t.Context(), "GE_1", chat.Message{Title: "提醒"}, "k"); got.State != chat.Retry || fetched != 1 || len(r.calls(govNotify)) != 2 {
		t.Errorf("%+v after %d tokens", got, fetched)
	}

	byAccount := start(t, government, func(o *Options) { o.AccountID = true })
	byAccount.says("/gettoken.json", 200, govToken)
	byAccount.says(govNotify, 200, govTaken)
	if got := byAccount.sender(chat.DingPerson).Send(t.Context(), "70011", chat.Message{Title: "提醒"}, "k"); got.State != chat.Sent {
		t.Errorf("%+v", got)
	}
	if _, ok, _ := byAccount.d.Strangers(t.Context(), []string{"70011"}); ok {
		t.Error("account ids can be asked about")
	}
	if _, err := New(Options{Clock: r.clock, AppKey: "k", AppSecret: "s", TenantID: "1"}); err == nil {
		t.Error("a tenant without plain is taken")
	}
}
