package dingtalk

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"duban/internal/chat"
)

// slowInbox keeps a message only when it is let, whatever its context says.
type slowInbox struct {
	let     chan struct{}
	entered chan string
}

func (s *slowInbox) Take(_ context.Context, in chat.Incoming) error {
	s.entered <- in.ID
	<-s.let
	return nil
}

// TestSlowInbox: an HTTP callback is answered within a second of an Inbox that hangs, as not taken; the message is
// kept all the same, and Settle waits for that.
func TestSlowInbox(t *testing.T) {
	slow := &slowInbox{make(chan struct{}), make(chan string, 9)}
	r := start(t, func(o *Options) { o.Inbox = slow.Take })
	synctest.Test(t, func(t *testing.T) {
		for _, press := range []bool{false, true} {
			slow.let = make(chan struct{})
			began := time.Now()
			status, _ := r.post(t, noon, message(), func(q *http.Request) {
				if press {
					r.signCard(q, noon)
				}
			})
			if took := time.Since(began); status != 500 || took >= time.Second {
				t.Errorf("answered %d after %s", status, took)
			}
			settled := make(chan struct{})
			go func() { r.d.Settle(); close(settled) }()
			synctest.Wait()
			select {
			case <-settled:
				t.Error("did not wait for the message that is being kept")
			default:
			}
			close(slow.let)
			<-settled
		}
	})
	if c := r.d.Counters(); c.Slow != 2 || c.Messages != 1 || c.Presses != 1 {
		t.Errorf("%+v", c)
	}
}

// TestFullInbox: when too many callbacks are with the Inbox, the next is turned away at once.
func TestFullInbox(t *testing.T) {
	r := start(t)
	for range keepers {
		r.d.keeping.room <- struct{}{}
	}
	if status, _ := r.post(t, noon, message(), nil); status != 500 || r.d.Counters().NotTaken != 1 || len(r.inbox.got) != 0 {
		t.Errorf("%d %+v", status, r.d.Counters())
	}
	<-r.d.keeping.room
	if status, _ := r.post(t, noon, message(), nil); status != 200 {
		t.Errorf("with room again: %d", status)
	}
	r.d.Settle()
	if n := len(r.d.keeping.room); n != keepers-1 {
		t.Errorf("%d at it still", n)
	}
}

// TestLanes: a conversation whose message hangs in the Inbox does not hold up another one's acknowledgement.
func TestLanes(t *testing.T) {
	let, entered := make(chan struct{}), make(chan struct{}, 1)
	g := stream(t, false, func(d *DingTalk) {
		d.opt.Inbox = func(_ context.Context, in chat.Incoming) error {
			if in.ChatID == "slow" {
				entered <- struct{}{}
				<-let
			}
			return nil
		}
	})
	p := wait(t, g.conns)
	held := p.push("CALLBACK", topicMessage, string(message(`{"conversationId":"slow"}`)))
	wait(t, entered)
	other := ""
	for i := range 64 { // some conversation of these has another lane
		if f := (frame{Data: document(`{"conversationId":"c` + strconv.Itoa(i) + `"}`)}); laneOf(f) != laneOf(frame{Data: document(`{"conversationId":"slow"}`)}) {
			other = "c" + strconv.Itoa(i)
			break
		}
	}
	quick := p.push("CALLBACK", topicMessage, string(message(`{"msgId":"m2","conversationId":"`+other+`"}`)))
	if a := wait(t, p.acks); a.Headers["messageId"] != quick || a.Code != 200 {
		t.Errorf("%+v before %s", a, quick)
	}
	close(let)
	if a := wait(t, p.acks); a.Headers["messageId"] != held {
		t.Errorf("%+v", a)
	}
}

// signCard puts the signature of a card callback in place of a message's.
func (r *rig) signCard(q *http.Request, at time.Time) {
	stamp := strconv.FormatInt(at.UnixMilli(), 10)
	q.Header.Del("timestamp")
	q.Header.Del("sign")
	q.Header.Set(cardStamp, stamp)
	q.Header.Set(cardSign, r.d.cardSignature(stamp))
}

// TestCardCallback: a pressed card over HTTP, its signature, and the answer that notes the press.
func TestCardCallback(t *testing.T) {
	r := start(t)
	press := []byte(`{"type":"actionCallback","outTrackId":"d7-x","corpId":"` + corpID + `","userId":"user0001","userIdType":1,"spaceType":"IM_GROUP","spaceId":"cid1",` +
		`"content":"{\"cardPrivateData\":{\"actionIds\":[\"1\"],\"params\":{\"say\":\"收到 3\"}}}"}`)
	post := func(at time.Time, body []byte, change func(*http.Request)) (int, string) {
		return r.post(t, at, body, func(q *http.Request) {
			r.signCard(q, at)
			if change != nil {
				change(q)
			}
		})
	}
	status, body := post(noon, press, nil)
	if status != 200 || body != cardAnswer || !strings.Contains(body, `"userPrivateData":{"cardParamMap":{"note":`) {
		t.Errorf("%d %s", status, body)
	}
	in := wait(t, r.inbox.came)
	if in.Kind != chat.Press || in.Text != "收到 3" || in.UserID != "user0001" || in.ChatID != "cid1" || in.Card == nil || in.Card.ID != "d7-x" {
		t.Errorf("%+v", in)
	}
	post(noon, press, nil)
	if again := wait(t, r.inbox.came); again.ID != in.ID {
		t.Error("a repeat of the platform is another press")
	}
	r.clock.Advance(2 * time.Minute)
	post(r.clock.Now(), press, nil)
	if later := wait(t, r.inbox.came); later.ID == in.ID {
		t.Error("a press of two minutes later is a repeat")
	}
	for name, c := range map[string]struct {
		at     time.Time
		body   []byte
		change func(*http.Request)
		want   int
	}{
		"wrong signature":     {noon, press, func(q *http.Request) { q.Header.Set(cardSign, "AAAA") }, 401},
		"a message's secret":  {noon, press, func(q *http.Request) { q.Header.Set(cardSign, sign(q.Header.Get(cardStamp), appSecret)) }, 401},
		"too late":            {noon.Add(-2 * time.Hour), press, nil, 401},
		"not JSON":            {noon, []byte("["), nil, 400},
		"a message's headers": {noon, press, func(q *http.Request) { q.Header.Del(cardSign) }, 401},
	} {
		if status, body := post(c.at, c.body, c.change); status != c.want {
			t.Errorf("%s: %d %s, want %d", name, status, body, c.want)
		}
	}
}

// TestListen: in HTTP mode the address for presses is registered with a secret of its own, again until it is taken.
func TestListen(t *testing.T) {
	r := start(t, withCards, func(o *Options) { o.CardURL = "https://duban.example/callback/dingtalk" })
	asked := make(chan []byte, 8)
	n := 0
	r.on("/v1.0/card/callbacks/register", func(w http.ResponseWriter, _ *http.Request, body []byte) {
		n++
		status := 200
		if n == 1 {
			status = 500
		}
		reply(w, status, `{"success":true,"result":{"apiSecret":"x"}}`)
		asked <- body
	})
	r.d.pace.first = time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.d.Listen(ctx) }()
	wait(t, asked)
	contains(t, string(wait(t, asked)), `"callbackRouteKey":"duban"`, `"callbackUrl":"https://duban.example/callback/dingtalk"`, `"forceUpdate":true`, `"apiSecret":"`+r.d.cardSecret()+`"`)
	cancel()
	if err := wait(t, done); err != nil {
		t.Error(err)
	}
	if strings.Contains(r.log.String(), r.d.cardSecret()) {
		t.Error("the secret of card callbacks is in the log")
	}
}

// TestPressAnswered: over Stream the acknowledgement of a press carries the note for the one who pressed.
func TestPressAnswered(t *testing.T) {
	g := stream(t, false, nil)
	p := wait(t, g.conns)
	p.push("CALLBACK", topicCard, `{"outTrackId":"d7-x","userId":"user0001","content":"{}"}`)
	if a := wait(t, p.acks); a.Code != 200 || a.Data != `{"response":`+cardAnswer+`}` {
		t.Errorf("%+v", a)
	}
	if g.d.pressed.has("d7-x") {
		t.Error("the press is still being answered")
	}
}
