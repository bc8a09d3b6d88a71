package chattest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"duban/internal/chat"
)

// asking is a message of few words with a form of n selects, as full as the vocabulary allows. A platform's
// largest forms leave little room for words beside them.
func asking(n int) chat.Message {
	m := chat.Message{Title: "节点预警", Rows: []string{"应完成：1月5日"}, Foot: []string{"预警〔2026〕3号"}}
	m.Form = &chat.Form{Label: "申请延期", Say: "延期 3"}
	for i := range n {
		s := chat.Select{Name: fmt.Sprintf("n%c", 'a'+rune(i)), Title: fmt.Sprintf("第%d问", i+1)}
		for j := range 10 {
			s.Options = append(s.Options, chat.Option{Label: fmt.Sprintf("选项%d之%d", i+1, j), Value: strings.Repeat("值", 41) + fmt.Sprintf("%d%d", i, j)})
		}
		m.Form.Selects = append(m.Form.Selects, s)
		m.Form.Say += " {" + s.Name + "}"
	}
	return m
}

// smallForm: a form of one select can be answered on every route, by a select or by buttons that say the same.
func smallForm(t *testing.T, w *watched) {
	m := plain
	m.Form = &chat.Form{Label: "申请延期", Say: "延期 3 {reason}", Selects: []chat.Select{
		{Name: "reason", Title: "原因", Options: []chat.Option{{Label: "土地", Value: "因土地"}, {Label: "资金", Value: "因资金"}}},
	}}
	w.want(w.send(m, "k1"), chat.Sent)
	got := strings.Join(w.Read(), "\n")
	want := []string{"土地", "资金", "预警〔2026〕3号", "节点预警"}
	if w.Sender.Traits().Forms {
		want = append(want, "申请延期")
	} else {
		want = append(want, "延期 3 因土地", "延期 3 因资金")
	}
	for _, s := range want {
		if !strings.Contains(got, s) {
			t.Errorf("%q is missing from %q", s, got)
		}
	}
}

// largeForm: the largest form there may be is taken by the platform; where a route carries none, the message
// itself still arrives with its foot; beside many words the words win.
func largeForm(t *testing.T, w *watched) {
	m := asking(3)
	w.want(w.send(m, "k1"), chat.Sent)
	got := strings.Join(w.Read(), "\n")
	want := []string{"节点预警", "预警〔2026〕3号"}
	if w.Sender.Traits().Forms {
		want = append(want, "申请延期", "第1问", "第3问", "选项1之0", "选项3之9")
	}
	for _, s := range want {
		if !strings.Contains(got, s) {
			t.Errorf("%q is missing from %q", s, got)
		}
	}
}

// manyWords: where a large form and all the words do not go together, the words arrive whole.
// A change of a card is spared: it has the room of the card that it changes.
func manyWords(t *testing.T, w *watched) {
	switch _, route := w.Sender.Route(); route {
	case chat.WeComAppCard, chat.WeComBotCard, chat.DingCard:
		return
	}
	m := plain
	m.Form = asking(3).Form
	w.want(w.send(m, "k1"), chat.Sent)
	got := strings.Join(w.Read(), "\n")
	for _, s := range []string{"节点预警", "城东泵站改造", "1月5日", "张三 & 李四", "预警〔2026〕3号"} {
		if !strings.Contains(got, s) {
			t.Errorf("%q is missing from %q", s, got)
		}
	}
}

// everyTone: a tone changes the colour where there is one, never whether the message arrives.
func everyTone(t *testing.T, w *watched) {
	for i, tone := range []chat.Tone{chat.Plain, chat.Good, chat.Alert, chat.Grave} {
		m := plain
		m.Tone, m.Title = tone, fmt.Sprintf("第%d声", i)
		m.Buttons = []chat.Button{{Label: "已办结", Say: "办结 3"}}
		w.want(w.send(m, fmt.Sprintf("k%d", i)), chat.Sent)
		if got := strings.Join(w.Read(), "\n"); !strings.Contains(got, m.Title) {
			t.Errorf("with tone %q the title is missing from %q", tone, got)
		}
	}
}

// takenBack: what a Recaller sent can be taken back by its id, and people no longer have it.
func takenBack(t *testing.T, w *watched) {
	recaller, ok := w.Sender.(chat.Recaller)
	if !ok || w.TakenBack == nil {
		return
	}
	sent := w.send(plain, "k1")
	w.want(sent, chat.Sent)
	if sent.ID == "" {
		t.Fatalf("nothing can be taken back without an id: %+v", sent)
	}
	r := recaller.Recall(t.Context(), w.To, sent.ID)
	w.results = append(w.results, r)
	w.want(r, chat.Sent)
	if !w.TakenBack(sent.ID) {
		t.Error("people still have it")
	}
}

// takenBackWrongly: an unknown id is never answered as if it had been taken back, nor does a platform that is away
// count as an answer.
func takenBackWrongly(t *testing.T, w *watched) {
	recaller, ok := w.Sender.(chat.Recaller)
	if !ok || w.TakenBack == nil {
		return
	}
	r := recaller.Recall(t.Context(), w.To, "no-such-message")
	w.results = append(w.results, r)
	if r.State == chat.Sent || r.Detail == "" {
		t.Errorf("a message that never was is taken back: %+v", r)
	}
	w.Down()
	r = recaller.Recall(t.Context(), w.To, "no-such-message")
	w.results = append(w.results, r)
	if r.State != chat.Retry && r.State != chat.Unknown {
		t.Errorf("nobody answered, yet: %+v", r)
	}
}

// readBy: nobody has read it until somebody does; an unknown id is an error that tells no secret.
func readBy(t *testing.T, w *watched) {
	reader, ok := w.Sender.(chat.ReadBy)
	if !ok || w.Reads == nil {
		return
	}
	sent := w.send(plain, "k1")
	w.want(sent, chat.Sent)
	users, err := reader.ReadBy(t.Context(), w.To, sent.ID)
	if err != nil || len(users) != 0 {
		t.Errorf("read by %q before anybody did, %v", users, err)
	}
	who := w.Reads(sent.ID)
	if users, err = reader.ReadBy(t.Context(), w.To, sent.ID); err != nil || !slices.Contains(users, who) {
		t.Errorf("read by %q, not by %s, %v", users, who, err)
	}
	if _, err = reader.ReadBy(t.Context(), w.To, "no-such-message"); err == nil {
		t.Error("a message that never was has readers")
	}
	w.errs = append(w.errs, err)
	w.Down()
	if _, err = reader.ReadBy(t.Context(), w.To, sent.ID); err == nil {
		t.Error("nobody answered, yet there is no error")
	}
	w.errs = append(w.errs, err)
}
