package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
)

// The office hears once of each stranger in each group, however often he is seen, and of nobody else.
func TestTheOfficeHearsOfStrangersOnce(t *testing.T) {
	each(t, func(h *house) {
		seen := func(user, name, chatID string) []string {
			h.Helper()
			before := len(h.deliveries())
			in := chat.Incoming{Platform: chat.WeCom, Kind: chat.Joined, UserID: user, UserName: name, ChatID: chatID, ChatName: "某群"}
			h.ok(h.Act(h.Context(), func(a *desk.Acts) error { return a.Newcomer(in) }))
			var got []string
			for _, d := range h.deliveries()[before:] {
				l, err := h.Compose(h.Context(), d, h.viewer(d.To()))
				h.ok(err)
				got = append(got, fmt.Sprintf("%s %s", d.Recipient, l.Rows[0]))
			}
			return got
		}
		office := ledger.Recipient{Group: h.officeGroup.ID}.Key()
		for _, c := range []struct{ user, name, chatID, want string }{
			{"xu", "许三", "G-plant", office + " 未登记人员“许三”（账号xu）出现在“G-plant”。"},
			{"xu", "许三", "G-plant", ""},
			{"xu", "许三", "G-unknown", office + " 未登记人员“许三”（账号xu）出现在“某群”。"},
			{"", "李老板", "G-plant", office + " 外部人员“李老板”出现在“G-plant”。"},
			{"", "李老板", "G-plant", ""},
			{"", "", "G-plant", office + " 一名外部人员出现在“G-plant”。"},
			{"ma", "", "G-office", ""}, // the office sees its own group
			{"xu", "许三", "", ""},
		} {
			if got := strings.Join(seen(c.user, c.name, c.chatID), "|"); got != c.want {
				t.Errorf("%+v: told %q", c, got)
			}
		}
	})
}

func TestAnAccountFollowsItsNewName(t *testing.T) {
	each(t, func(h *house) {
		rename := func(old, id string) {
			h.Helper()
			h.ok(h.Act(h.Context(), func(a *desk.Acts) error {
				return a.Renamed(chat.Incoming{Platform: chat.WeCom, Kind: chat.Renamed, UserID: old, Text: id})
			}))
		}
		who := func(id string) string {
			h.Helper()
			h.receive(said("m"+id+h.clock.Now().String(), id, "", "我的"))
			t := h.next()
			h.want("", h.Answer(h.Context(), t, echo(t)))
			h.clock.Advance(1e9)
			return t.Person.Code
		}
		rename("owner", "owner2")
		rename("owner", "owner2") // a repeat
		rename("nobody", "nobody2")
		rename("other", "leader") // is somebody else's
		for id, want := range map[string]string{"owner": "", "owner2": "owner", "nobody2": "", "other": "other", "leader": "leader"} {
			if got := who(id); got != want {
				t.Errorf("%s is %q, want %q", id, got, want)
			}
		}
		rows, err := h.store.History(h.Context(), h.d, fmt.Sprintf("person:%d", h.owner.ID))
		h.ok(err)
		if len(rows) != 1 || rows[0].Act != "renamed" || rows[0].Note != "wecom owner → owner2" {
			t.Errorf("history %+v", rows)
		}
	})
}
