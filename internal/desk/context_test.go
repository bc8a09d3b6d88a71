package desk_test

import (
	"strings"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/desk"
	"duban/internal/ledger"
	"duban/internal/store"
)

// posted makes everything that waits sent, as the platform would have it: card "c1", message "m1" and on.
func (h *house) posted(title, body string) store.Delivery {
	h.Helper()
	rows := h.deliveries()
	row := rows[len(rows)-1]
	row.State, row.Platform, row.Title, row.Body = store.SentOut, string(chat.WeCom), title, body
	row.Card, row.PlatformID = "card-"+row.Cause, "msg-"+row.Cause
	row.SentAt = clock.At(h.clock.Now())
	h.ok(h.store.Settle(h.Context(), h.d, []store.Delivery{row}))
	return row
}

// context takes the message in and gives what it stands in; it is answered with nothing.
func (h *house) context(in chat.Incoming) (desk.Taken, desk.Context) {
	h.Helper()
	h.receive(in)
	t := h.next()
	h.ok(h.Answer(h.Context(), t, func(*desk.Acts) (chat.Message, error) { return chat.Message{}, nil }))
	return t, t.Context
}

func TestWhatAMessageStandsIn(t *testing.T) {
	each(t, func(h *house) {
		h.ok(h.act(h.owner, func(a *desk.Acts, by ledger.Actor) error {
			_, err := a.Done(by, h.node.ID, "已取得")
			return err
		}))
		sent := h.posted("办结申请 J0001", "")
		n := 0
		in := func(user, chatID string) chat.Incoming {
			n++
			return said(strings.Repeat("m", n), user, chatID, "同意")
		}
		press := func(user, chatID, card string) chat.Incoming {
			m := in(user, chatID)
			m.Kind, m.Card = chat.Press, &chat.Card{ID: card}
			return m
		}
		quote := func(user, chatID, id, text string) chat.Incoming {
			m := in(user, chatID)
			m.Quote = &chat.Quote{ID: id, Text: text}
			return m
		}
		far := strings.Repeat("x", 300)
		for _, c := range []struct {
			what    string
			in      chat.Incoming
			want    desk.Strength
			matters string
			missing bool
		}{
			{"the card", press("office", "G-office", sent.Card), desk.Pressed, "J0001", false},
			{"the card by somebody who may not know", press("other", "", sent.Card), desk.Pressed, "", false},
			{"the card by a stranger", press("nobody", "", sent.Card), desk.NoContext, "", false},
			{"a card of another", press("office", "", "nothing"), desk.NoContext, "", true},
			{"the message", quote("owner", "G-office", sent.PlatformID, ""), desk.Quoted, "J0001", false},
			{"its number", quote("office", "", "", "办结申请 J0001 城南"), desk.Worded, "J0001", false},
			{"its number, to somebody who may not know", quote("other", "", "", "办结申请 J0001 城南"), desk.NoContext, "", false},
			{"a message that is not ours, with the number", quote("office", "", far, "J0001"), desk.Worded, "J0001", true},
			{"words without number", quote("office", "", "", "好的 9999"), desk.NoContext, "", false},
			{"nothing", in("office", "G-office"), desk.NoContext, "", false},
		} {
			_, got := h.context(c.in)
			codes := ""
			for _, m := range got.Matters {
				codes += m.Code
			}
			if got.Strength != c.want || codes != c.matters || got.Missing != c.missing || (c.matters == "") != (len(got.Projects) == 0) {
				t.Errorf("%s: got %+v", c.what, got)
			}
			if c.want >= desk.Quoted && (got.Notice.ID != sent.ID || got.Notice.Cause != sent.Cause || got.Notice.Title != "办结申请 J0001") {
				t.Errorf("%s: notice %+v", c.what, got.Notice)
			}
		}
	})
}

// The last notice is a weak context: of one subject, of this place, of the last day.
func TestLastNoticeIsAWeakContext(t *testing.T) {
	each(t, func(h *house) {
		h.ok(h.act(h.owner, func(a *desk.Acts, by ledger.Actor) error {
			_, err := a.Done(by, h.node.ID, "已取得")
			return err
		}))
		h.posted("办结申请 J0001", "")
		latest := func(id, user, chatID string) desk.Context {
			h.Helper()
			t, _ := h.context(said(id, user, chatID, "同意"))
			c, err := h.Latest(h.Context(), t)
			h.ok(err)
			return c
		}
		if c := latest("a", "office", "G-office"); c.Strength != desk.Latest {
			t.Errorf("the group's last: %+v", c)
		} else if m, ok := c.Matter(); !ok || m.ID != h.node.ID {
			t.Errorf("the group's last is about %+v", c.Matters)
		}
		for _, place := range []string{"", "G-plant", "G-unknown"} {
			if c := latest("b"+place, "office", place); c.Strength != desk.NoContext {
				t.Errorf("in %q: %+v", place, c)
			}
		}
		h.clock.Advance(desk.Recent + time.Second)
		if c := latest("c", "office", "G-office"); c.Strength != desk.NoContext {
			t.Errorf("a day later: %+v", c)
		}
	})
}
