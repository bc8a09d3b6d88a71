package command_test

import (
	"strings"
	"testing"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/store"
)

// What a platform brings out of season is answered with a sentence; nothing is lost, nothing guessed.
func TestMessagesOutOfSeason(t *testing.T) {
	each(t, func(h *house) {
		text := func(said string) chat.Incoming { return chat.Incoming{Kind: chat.Text, Text: said} }
		quoting := func(id, quoted, said string) chat.Incoming {
			in := text(said)
			in.Quote = &chat.Quote{ID: id, Text: quoted}
			return in
		}
		edited := text("华兴 66%")
		edited.Edited = "华兴 65%"
		press := func(card, says string) chat.Incoming {
			return chat.Incoming{Kind: chat.Press, Text: says, Card: &chat.Card{ID: card}}
		}
		h.expect("wang", "办结 J0002 主体已封顶", "wang", "已申请办结 J0002")
		h.sent("office", "card-J0002", "办结申请 J0002 主体结构封顶")
		h.expect("office", "退回 J0002 缺验收单", "office", "已退回 J0002")
		h.sent("wang", "m-J0002", "已退回 J0002")
		h.expect("office", "撤销 J0003 与J0001重复", "office", "已撤销 J0003")

		for _, c := range []struct {
			name, who string
			in        chat.Incoming
			says      string
		}{
			{"edited after it was read", "wang", edited, "这条消息已按修改前的“华兴 65%”处理，修改后的内容没有记录"},
			{"a forwarded card, by somebody who may not know of it", "zhou", press("card-J0002", "销号 J0002"), "没有编号为J0002的事项"},
			{"a forwarded card of what was decided", "office", press("card-J0002", "销号 J0002"), "J0002"},
			{"a card of no system of ours", "zhou", press("elsewhere", "办结 J0002 已办"), "没有编号为J0002的事项"},
			{"a card of no system of ours, about one's own", "wang", press("elsewhere", "销号 J0002"), "不能自己审自己的事项"},
			{"a reply quoting what nobody knows", "wang", quoting("gone", "", "已完成"), "请问是|J0002"},
			{"a reply quoting what nobody knows, naming all", "wang", quoting("gone", "", "华兴 65%"), "已记录 华兴智能制造产业园 65%"},
			{"a reply quoting what nobody knows, and no words of use", "wang", quoting("gone", "", "那个再说吧"), "抱歉，没有看懂"},
			{"a reply quoting a matter that was taken away", "wang", quoting("", "【提醒】J0003 取得施工许可证", "已完成"), "J0003已撤销，不用再办"},
			{"a reply quoting somebody else's words", "wang", quoting("other", "J0002 主体结构封顶", "已完成"), "已申请办结 J0002"},
		} {
			state := h.matter("J0002").State
			answers := h.receives(c.who, c.in)
			if len(answers) == 0 {
				t.Errorf("%s: silence", c.name)
				continue
			}
			said := together(answers)
			for _, part := range strings.Split(c.says, "|") {
				if !strings.Contains(said, part) {
					t.Errorf("%s: %q lacks %q", c.name, said, part)
				}
			}
			if c.who == "zhou" && (strings.Contains(said, "主体") || strings.Contains(said, "华兴")) {
				t.Errorf("%s: tells %q of what is none of their business", c.name, said)
			}
			if c.in.Kind == chat.Press && h.matter("J0002").State != state {
				t.Errorf("%s: J0002 is now %s", c.name, h.matter("J0002").State)
			}
		}
	})
}

// sent lets the last notice have gone out as a message or a card of that handle.
func (h *house) sent(to, handle, title string) {
	h.Helper()
	for i := len(h.notices) - 1; i >= 0; i-- {
		d := h.notices[i]
		if d.PersonID != h.people[to].ID && (d.GroupID == 0 || to != "office") {
			continue
		}
		d.State, d.SentAt, d.Title, d.Platform = store.SentOut, clock.At(h.clock.Now()), title, string(chat.WeCom)
		d.Card, d.PlatformID = handle, handle
		h.ok(h.store.Settle(h.Context(), h.d, []store.Delivery{d}))
		return
	}
	h.Fatalf("nothing was sent to %s", to)
}

func together(all []heard) string {
	var out []string
	for _, a := range all {
		out = append(out, text(a.Message))
	}
	return strings.Join(out, "\n")
}
