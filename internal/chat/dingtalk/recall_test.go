package dingtalk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"duban/internal/chat"
)

func TestRecall(t *testing.T) {
	for _, c := range []struct {
		route    chat.Route
		path, to string
		conv     string
	}{
		{chat.DingGroup, "/v1.0/robot/groupMessages/recall", "cid1+/==", "cid1+/=="},
		{chat.DingPerson, "/v1.0/robot/otoMessages/batchRecall", "user0001", ""},
	} {
		for name, a := range map[string]struct {
			status int
			body   string
			want   chat.State
		}{
			"done":       {200, `{"successResult":["pqk1"],"failedResult":{}}`, chat.Sent},
			"too late":   {200, `{"successResult":[],"failedResult":{"pqk1":"` + appSecret + `"}}`, chat.Refused},
			"unsaid":     {200, `{"successResult":["pqk2"]}`, chat.Unknown},
			"too fast":   {403, `{"code":"Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"}`, chat.Retry},
			"no robot":   {400, `{"code":"invalidParameter.robotCode.notExsit"}`, chat.Retry},
			"group gone": {400, `{"code":"group.disbanded"}`, chat.Gone},
		} {
			r := start(t)
			r.says(c.path, a.status, a.body)
			res := r.sender(c.route).(chat.Recaller).Recall(t.Context(), c.to, "pqk1")
			if res.State != a.want || res.State != chat.Sent && res.Detail == "" {
				t.Errorf("%s %s: %+v", c.route, name, res)
			}
			noSecret(t, res)
			var body struct {
				OpenConversationID, RobotCode string
				ProcessQueryKeys              []string
			}
			if err := json.Unmarshal(r.calls(c.path)[0].body, &body); err != nil || body.RobotCode != robotCode || body.OpenConversationID != c.conv || !slices.Equal(body.ProcessQueryKeys, []string{"pqk1"}) {
				t.Errorf("%s: %+v %v", c.route, body, err)
			}
			if res := r.sender(c.route).(chat.Recaller).Recall(t.Context(), c.to, ""); res.State != chat.Refused || len(r.calls(c.path)) != 1 {
				t.Errorf("%s: a recall of nothing: %+v", c.route, res)
			}
		}
	}
}

func TestReadBy(t *testing.T) {
	r := start(t)
	page := 0
	r.on("/v1.0/robot/groupMessages/query", func(w http.ResponseWriter, _ *http.Request, body []byte) {
		var in struct{ NextToken, ProcessQueryKey, OpenConversationID string }
		if json.Unmarshal(body, &in) != nil || in.ProcessQueryKey != "pqk1" || in.OpenConversationID != "cid1" || page > 0 && in.NextToken != fmt.Sprint("n", page) {
			t.Errorf("%s", body)
		}
		page++
		reply(w, 200, fmt.Sprintf(`{"sendStatus":"SUCESS","readUserIds":["user%d"],"nextToken":"n%d","hasMore":%t}`, page, page, page < 3))
	})
	got, err := r.sender(chat.DingGroup).(chat.ReadBy).ReadBy(t.Context(), "cid1", "pqk1")
	if err != nil || !slices.Equal(got, []string{"user1", "user2", "user3"}) {
		t.Errorf("%v %v", got, err)
	}
	const one = "/v1.0/robot/oToMessages/readStatus"
	r.says(one, 200, `{"sendStatus":"SUCCESS","messageReadInfoList":[{"name":"张","userId":"user1","readStatus":"READ"},{"name":"李","userId":"user2","readStatus":"UNREAD"}]}`)
	got, err = r.sender(chat.DingPerson).(chat.ReadBy).ReadBy(t.Context(), "user1", "pqk+/=")
	if err != nil || !slices.Equal(got, []string{"user1"}) {
		t.Errorf("%v %v", got, err)
	}
	if c := r.calls(one)[0]; c.query != "processQueryKey=pqk%2B%2F%3D&robotCode="+robotCode || len(c.body) != 0 || c.token != accessToken {
		t.Errorf("%+v", c)
	}
	r.says(one, 200, `{"sendStatus":"RECALLED"}`)
	if _, err := r.sender(chat.DingPerson).(chat.ReadBy).ReadBy(t.Context(), "user1", "pqk1"); err == nil {
		t.Error("a message taken back was read")
	}
	r.says(one, 400, `{"code":"x","message":"`+accessToken+`"}`)
	_, err = r.sender(chat.DingPerson).(chat.ReadBy).ReadBy(t.Context(), "user1", "pqk1")
	if err == nil {
		t.Error("an error was nobody")
	}
	noSecret(t, err)
}
