package desk_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/desk"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/workday"
)

// pressed makes a press on the card of a delivery, which can be changed for an hour.
func (h *house) pressed(user, chatID string, on store.Delivery, says string) chat.Incoming {
	in := said(fmt.Sprintf("p%d", h.clock.Now().UnixNano()), user, chatID, says)
	h.clock.Advance(time.Second)
	in.Kind = chat.Press
	in.Card = &chat.Card{ID: on.Card, Update: chat.Address{Platform: chat.WeCom, Route: chat.WeComBotCard, To: "code-" + in.ID}, Until: h.clock.Now().Add(time.Hour)}
	return in
}

// answered takes a message in, lets do act on it in its sender's name, and gives what was written to be
// sent: the answer's first line and what each card shows from now on, by where that goes.
func (h *house) answered(in chat.Incoming, do func(a *desk.Acts, by ledger.Actor) error) (answer string, shown map[string]chat.Message) {
	h.Helper()
	before := len(h.deliveries())
	h.receive(in)
	t := h.next()
	h.ok(h.Answer(h.Context(), t, func(a *desk.Acts) (chat.Message, error) {
		if err := do(a, a.By(t.Person.ID)); err != nil {
			return chat.Message{}, err
		}
		return chat.Message{Title: "好的"}, nil
	}))
	shown = map[string]chat.Message{}
	for _, d := range h.deliveries()[before:] {
		var reply store.ReplyTo
		if d.Reply != "" {
			h.ok(json.Unmarshal([]byte(d.Reply), &reply))
		}
		switch {
		case strings.HasPrefix(d.Cause, desk.CardCause+":"):
			if reply.Until <= clock.At(h.clock.Now()) {
				h.Errorf("%s is worth sending until %s", d.Cause, reply.Until)
			}
			shown[fmt.Sprintf("%s %s %s", d.Recipient, reply.Address.Route, reply.Address.To)] = answerOf(h, d)
		case strings.HasPrefix(d.Cause, "answer:"):
			answer = answerOf(h, d).Title
		}
	}
	return answer, shown
}

func answerOf(h *house, d store.Delivery) chat.Message { return answer(h.T, d) }

// rows counts the lines of history of a matter.
func (h *house) rows(id ledger.CommitmentID) int {
	h.Helper()
	all, err := h.store.History(h.Context(), h.d, h.commitment(id).Subject())
	h.ok(err)
	return len(all)
}

func nothing(*desk.Acts, ledger.Actor) error { return nil }

func TestAPressedCardSaysWhatCameOfIt(t *testing.T) {
	each(t, func(h *house) {
		h.ok(h.done(h.owner, h.node.ID))
		card := h.posted("办结申请 J0001 城南污水处理厂", "王敏申请办结\n办结情况：已取得")
		accept := func(a *desk.Acts, by ledger.Actor) error {
			_, err := a.Accept(by, h.node.ID)
			return err
		}
		start := h.rows(h.node.ID)

		in := h.pressed("other", "", card, "销号 J0001") // without the right
		if got, shown := h.answered(in, accept); got != "没有这个事项，请核对编号后再发。" || len(shown) != 0 {
			t.Errorf("somebody without the right: %q, cards %v", got, shown)
		}
		in = h.pressed("owner", "", card, "销号 J0001") // may know of it, may not judge it
		if got, shown := h.answered(in, accept); !strings.Contains(got, "不能自己") || len(shown) != 0 {
			t.Errorf("the owner: %q, cards %v", got, shown)
		}
		if n := h.rows(h.node.ID); n != start {
			t.Errorf("refused presses left %d lines of history", n-start)
		}

		in = h.pressed("office", "G-office", card, "销号 J0001")
		got, shown := h.answered(in, accept)
		m, ok := shown[fmt.Sprintf("%s %s %s", card.Recipient, chat.WeComBotCard, in.Card.Update.To)]
		if got != "好的" || !ok || len(shown) != 1 {
			t.Fatalf("the office: %q, cards %v", got, shown)
		}
		want := []string{"王敏申请办结", "**住建局钱芳** 3月2日 09:00 好的"}
		if m.Title != card.Title || strings.Join(m.Rows, "|") != strings.Join(want, "|") || len(m.Buttons) != 1 || m.Buttons[0].Say != "经过 J0001" || m.Form != nil || m.Tone != chat.Good {
			t.Errorf("the card shows %+v", m)
		}

		for _, who := range []string{"office", "inspector"} { // again, and by another
			in = h.pressed(who, "", card, "销号 J0001")
			got, shown = h.answered(in, accept)
			if got != "这张卡片已过期，请点最新的通知。J0001已销号（住建局钱芳 3月2日 09:00）。" {
				t.Errorf("%s afterwards: %q", who, got)
			}
			for _, m := range shown {
				if len(m.Rows) != 2 || m.Rows[1] != got || m.Tone != chat.Plain {
					t.Errorf("%s afterwards: the card shows %+v", who, m)
				}
			}
			if len(shown) != 1 {
				t.Errorf("%s afterwards: cards %v", who, shown)
			}
		}
		if n := h.rows(h.node.ID); n != start+2 { // what was decided, and that another would have decided too
			t.Errorf("all presses left %d lines of history", n-start)
		}
	})
}

// A card that asks about one request must not decide on the next one.
func TestAnOldCardDecidesNothing(t *testing.T) {
	each(t, func(h *house) {
		h.ok(h.done(h.owner, h.node.ID))
		card := h.posted("办结申请 J0001", "第一次")
		h.ok(h.sendBack(h.office, h.node.ID, "缺验收单"))
		h.ok(h.done(h.owner, h.node.ID))
		accept := func(a *desk.Acts, by ledger.Actor) error {
			_, err := a.Accept(by, h.node.ID)
			return err
		}
		got, _ := h.answered(h.pressed("office", "G-office", card, "销号 J0001"), accept)
		if !strings.HasPrefix(got, "这张卡片已过期，请点最新的通知。J0001已申请办结，等待审核（") || h.commitment(h.node.ID).State != ledger.Reported {
			t.Errorf("done: %q, now %s", got, h.commitment(h.node.ID).State)
		}
		h.ok(h.sendBack(h.office, h.node.ID, "还缺"))

		ask := func(to int) {
			h.ok(h.act(h.owner, func(a *desk.Acts, by ledger.Actor) error {
				_, err := a.AskExtension(by, h.node.ID, workday.Day(20260321+to), "图审未完成")
				return err
			}))
		}
		ask(4)
		card = h.posted("延期申请 J0001", "到25日")
		h.ok(h.act(h.office, func(a *desk.Acts, by ledger.Actor) error {
			_, _, err := a.DenyExtension(by, h.node.ID, "不行")
			return err
		}))
		ask(9)
		grant := func(a *desk.Acts, by ledger.Actor) error {
			_, _, err := a.GrantExtension(by, h.node.ID)
			return err
		}
		got, _ = h.answered(h.pressed("office", "G-office", card, "同意 J0001"), grant)
		if !strings.HasPrefix(got, "这张卡片已过期") || h.commitment(h.node.ID).DueOn != h.node.DueOn {
			t.Errorf("extension: %q, due %s", got, h.commitment(h.node.ID).DueOn)
		}
		unknown := store.Delivery{Card: "from elsewhere"}
		if got, _ = h.answered(h.pressed("office", "G-office", unknown, "看"), nothing); got != "好的" {
			t.Errorf("a card that may be one that is just being sent: %q", got)
		}
		rows := h.deliveries()
		for i := range rows {
			rows[i].State = store.SentOut
		}
		h.ok(h.store.Settle(h.Context(), h.d, rows))
		got, _ = h.answered(h.pressed("office", "G-office", unknown, "同意 J0001"), grant)
		if !strings.HasPrefix(got, "这张卡片已过期，请点最新的通知。J0001正在办理（") || h.commitment(h.node.ID).DueOn != h.node.DueOn {
			t.Errorf("a card from elsewhere: %q", got)
		}
	})
}

// A press that has to ask first changes its card when the question was answered; the copy that somebody
// else has in DingTalk changes with it, and one that tells of more does not.
func TestTheCardFollowsTheAnswerToItsQuestion(t *testing.T) {
	each(t, func(h *house) {
		var second ledger.Commitment
		h.write(ledger.Outcome{New: []ledger.Commitment{{
			DistrictID: h.d, Kind: ledger.Milestone, Title: "主体封顶", ProjectID: h.plant.ID, OwnerID: h.owner.ID,
			FirstDueOn: 20260320, DueOn: 20260320, State: ledger.Open,
		}}}, &second)
		step := func(m ledger.Commitment, to ledger.Recipient) ledger.Notice {
			return ledger.Notice{Cause: "look:2026-03-02", To: to, Rank: ledger.RankWarning, Due: clock.At(monday),
				Step: &ledger.StepRef{CommitmentID: m.ID, DueOn: m.DueOn, Name: ledger.StepRemind, Before: 7}}
		}
		group, owner, other := ledger.Recipient{Group: h.plantGroup.ID}, ledger.Recipient{Person: h.owner.ID}, ledger.Recipient{Person: h.leader.ID}
		h.write(ledger.Outcome{Notices: []ledger.Notice{step(h.node, group), step(h.node, owner), step(h.node, other), step(second, other)}}, nil)
		cards := map[string]store.Delivery{}
		for _, row := range h.deliveries() {
			row.State, row.SentAt, row.Title, row.Body, row.Card = store.SentOut, clock.At(h.clock.Now()), "提醒", "1. 取得施工许可证\n办结请发", "card-"+row.Recipient
			if row.Platform = "dingtalk"; row.GroupID != 0 {
				row.Platform = "wecom"
			}
			h.ok(h.store.Settle(h.Context(), h.d, []store.Delivery{row}))
			cards[row.Recipient] = row
		}
		in := h.pressed("owner", "G-plant", cards[group.Key()], "办结 J0001")
		place := desk.Place(in)
		got, shown := h.answered(in, func(a *desk.Acts, by ledger.Actor) error { return a.Ask(by.Person, place, "情况？") })
		if got != "好的" || len(shown) != 0 {
			t.Fatalf("asked: %q, cards %v", got, shown)
		}
		_, shown = h.answered(said("words", "owner", "G-plant", "已取得"), func(a *desk.Acts, by ledger.Actor) error {
			h.ok(a.Forget(by.Person, place))
			_, err := a.Done(by, h.node.ID, "已取得")
			return err
		})
		for _, want := range []string{
			fmt.Sprintf("%s %s %s", group.Key(), chat.WeComBotCard, in.Card.Update.To),
			fmt.Sprintf("%s %s card-%s", owner.Key(), chat.DingCard, owner.Key()),
		} {
			if m := shown[want]; len(m.Rows) != 2 || m.Rows[1] != "**城南街道王敏** 3月2日 09:00 好的" {
				t.Errorf("%s: shows %+v", want, m)
			}
		}
		if len(shown) != 2 {
			t.Errorf("cards %v", shown)
		}
		_, shown = h.answered(said("more", "owner", "G-plant", "谢谢"), nothing)
		if len(shown) != 0 {
			t.Errorf("small talk changes %v", shown)
		}
	})
}

// A WeCom copy that somebody else has is changed by the code that came with it, or by the one of the last press on it,
// once and in time.
func TestCopiesInWeComChangeByTheirCode(t *testing.T) {
	each(t, func(h *house) {
		owner, leader, office := ledger.Recipient{Person: h.owner.ID}, ledger.Recipient{Person: h.leader.ID}, ledger.Recipient{Person: h.office.ID}
		var notices []ledger.Notice
		for _, to := range []ledger.Recipient{owner, leader, office} {
			notices = append(notices, ledger.Notice{Cause: "look:2026-03-02", To: to, Rank: ledger.RankWarning, Due: clock.At(monday),
				Step: &ledger.StepRef{CommitmentID: h.node.ID, DueOn: h.node.DueOn, Name: ledger.StepRemind, Before: 7}})
		}
		h.write(ledger.Outcome{Notices: notices}, nil)
		cards := map[string]store.Delivery{}
		change := func(code string, until time.Duration) string {
			raw, err := json.Marshal(store.ReplyTo{Address: chat.Address{Platform: chat.WeCom, Route: chat.WeComAppCard, To: code}, Until: clock.At(h.clock.Now().Add(until))})
			h.ok(err)
			return string(raw)
		}
		for _, row := range h.deliveries() {
			row.State, row.SentAt, row.Title, row.Body, row.Card, row.Platform = store.SentOut, clock.At(h.clock.Now()), "提醒", "项目：城南", "card-"+row.Recipient, "wecom"
			row.CardChange = change("sent-"+row.Recipient, time.Hour)
			if row.Recipient == office.Key() {
				row.CardChange = change("sent-"+row.Recipient, time.Second)
			}
			h.ok(h.store.Settle(h.Context(), h.d, []store.Delivery{row}))
			cards[row.Recipient] = row
		}
		press := func(user string, of ledger.Recipient) chat.Incoming {
			in := h.pressed(user, "", cards[of.Key()], "办结 J0001")
			in.Card.Update.Route = chat.WeComAppCard
			return in
		}
		// The leader looks only: the press brings a newer code.
		looked := press("leader", leader)
		if _, shown := h.answered(looked, nothing); len(shown) != 0 {
			t.Errorf("a look changes %v", shown)
		}
		h.clock.Advance(10 * time.Second) // the office's code is too old now
		in := press("owner", owner)
		_, shown := h.answered(in, func(a *desk.Acts, by ledger.Actor) error {
			_, err := a.Done(by, h.node.ID, "已取得")
			return err
		})
		for _, want := range []string{
			fmt.Sprintf("%s %s %s", owner.Key(), chat.WeComAppCard, in.Card.Update.To),
			fmt.Sprintf("%s %s %s", leader.Key(), chat.WeComAppCard, looked.Card.Update.To),
		} {
			if m := shown[want]; len(m.Rows) != 2 || !strings.HasSuffix(m.Rows[1], "好的") {
				t.Errorf("%s: shows %+v", want, m)
			}
		}
		if len(shown) != 2 {
			t.Errorf("cards %v", shown)
		}
		for _, row := range h.deliveries() {
			if used := row.Recipient != office.Key() && strings.HasPrefix(row.Cause, "look:"); used && row.CardChange != "" {
				t.Errorf("%s keeps a code that is spent: %s", row.Recipient, row.CardChange)
			}
		}
	})
}
