package outbox_test

import (
	"testing"
	"time"
	"unicode/utf8"

	"duban/internal/chat"
	"duban/internal/ledger"
	"duban/internal/outbox"
	"duban/internal/store"
	"duban/internal/words"
)

// carder is a sender that makes cards of messages with short titles.
type carder struct{ *fake }

func (c *carder) Carded(m chat.Message) bool { return utf8.RuneCountInString(m.Title) <= 4 }

// belled makes a house whose group is reached by a bot that makes cards, then by a robot that rings.
func belled(h *house, title string, short *chat.Message) {
	h.write(func(tx *store.Tx) error {
		return tx.PutGroup(&h.group, []ledger.GroupRoute{
			{Ord: 1, Platform: "wecom", Route: "aibot", Target: "g-bot"}, {Ord: 2, Platform: "wecom", Route: "webhook", Target: "g-hook"},
		}, []ledger.GroupProject{{ProjectID: h.project.ID}})
	})
	h.opts.Senders[1] = &carder{h.bot}
	h.composes(func(store.Delivery, ledger.Viewer) (words.Letter, error) {
		return words.Letter{Message: chat.Message{Title: title}, Short: short, Ring: []ledger.PersonID{h.person.ID}}, nil
	})
	h.box = outbox.New(h.opts)
}

// A notice that must ring goes as a card and a call behind it; without room for the call, or where no card can be made
// of it, it goes as it did, ringing as well as its way can.
func TestACardAndTheCallBehindIt(t *testing.T) {
	each(t, func(h *house) {
		h.sub("whole", func(h *house) {
			belled(h, "预警", nil)
			h.notices(h.toGroup(look, ledger.RankWarning))
			h.tick()
			if m := h.arrived(h.bot, "g-bot 预警")[0]; len(m.Mentions) != 0 {
				h.Errorf("the card rings %v", m.Mentions)
			}
			if m := h.arrived(h.hook, "g-hook 请阅办：预警")[0]; len(m.Mentions) != 1 || m.Mentions[0] != "w-wang" {
				h.Errorf("the call rings %v", m.Mentions)
			}
			if d := h.is(look, store.SentOut); d.Route != "aibot" || d.Title != "预警" || d.Card == "" {
				h.Errorf("%+v", d)
			}
		})
		h.sub("short", func(h *house) {
			belled(h, "这个标题放不进卡片", &chat.Message{Title: "短预警"})
			h.notices(h.toGroup(look, ledger.RankWarning))
			h.tick()
			h.arrived(h.bot, "g-bot 短预警")
			h.arrived(h.hook, "g-hook 请阅办：短预警")
		})
		h.sub("no card", func(h *house) {
			belled(h, "这个标题放不进卡片", nil)
			h.notices(h.toGroup(look, ledger.RankWarning))
			h.tick()
			if m := h.arrived(h.bot, "g-bot 这个标题放不进卡片")[0]; len(m.Mentions) != 1 {
				h.Errorf("rings %v", m.Mentions)
			}
			h.arrived(h.hook)
		})
		h.sub("no room to call", func(h *house) {
			belled(h, "预警", nil)
			h.hook.ready(false)
			h.notices(h.toGroup(look, ledger.RankWarning))
			h.tick()
			if m := h.arrived(h.bot, "g-bot 预警")[0]; len(m.Mentions) != 1 {
				h.Errorf("rings %v", m.Mentions)
			}
		})
		h.sub("the card did not arrive", func(h *house) {
			belled(h, "预警", nil)
			h.bot.gives(chat.Result{State: chat.Retry, After: time.Minute, Code: "45009"})
			h.notices(h.toGroup(look, ledger.RankWarning))
			h.tick()
			h.arrived(h.bot, "g-bot 预警")
			if m := h.arrived(h.hook, "g-hook 预警")[0]; len(m.Mentions) != 1 {
				h.Errorf("the other way rings %v", m.Mentions)
			}
		})
		h.sub("the call did not arrive", func(h *house) {
			belled(h, "预警", nil)
			h.hook.gives(chat.Result{State: chat.Refused, Code: "x", Detail: "不行"})
			h.notices(h.toGroup(look, ledger.RankWarning))
			h.tick()
			h.arrived(h.bot, "g-bot 预警")
			h.arrived(h.hook, "g-hook 请阅办：预警")
			h.is(look, store.SentOut)
		})
	})
}
