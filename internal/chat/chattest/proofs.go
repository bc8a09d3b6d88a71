package chattest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"duban/internal/chat"
)

// proofs are the promises of chat.Sender, one by one.
var proofs = []struct {
	name  string
	needs Case // "" for none but Accept
	run   func(*testing.T, *watched)
	many  bool // sends more than one message that is taken
}{
	{name: "sent", needs: Accept, run: sent},
	{name: "buttons can be answered", needs: Accept, run: buttons},
	{name: "a small form can be answered", needs: Accept, run: smallForm},
	{name: "a large form", needs: Accept, run: largeForm},
	{name: "many words beside a large form", needs: Accept, run: manyWords},
	{name: "every tone", needs: Accept, run: everyTone, many: true},
	{name: "mentions", needs: Accept, run: mentions},
	{name: "oversize loses whole rows only", needs: Accept, run: oversize},
	{name: "many at once", needs: Accept, run: together, many: true},
	{name: "same key same bytes", needs: Accept, run: repeated, many: true},
	{name: "taken back", needs: Accept, run: takenBack},
	{name: "taking back what is not there", needs: Accept, run: takenBackWrongly},
	{name: "read by", needs: Accept, run: readBy},
	{name: "photos", needs: Accept, run: photos, many: true},
	{name: "photos no route shows", needs: Accept, run: unfitPhotos},
	{name: "photo whose answer is lost", needs: Lose, run: lostPhoto},
	{name: "photo while nobody listens", needs: "", run: photoNowhere},
	{name: "empty target", needs: Accept, run: nobody},
	{name: "refused", needs: Refuse, run: answered(Refuse, chat.Refused)},
	{name: "limited", needs: Limit, run: limited},
	{name: "gone", needs: Vanish, run: answered(Vanish, chat.Gone)},
	{name: "answer lost", needs: Lose, run: lost},
	{name: "HTTP 500", needs: Break, run: broken},
	{name: "nobody listens", needs: "", run: down},
	{name: "given up before it left", needs: Accept, run: cancelled},
}

var plain = chat.Message{
	Title: "节点预警",
	Rows:  []string{"**城东泵站改造** 主体结构验收", "- 应完成：1月5日", "- 责任人：张三 & 李四 <一组>"},
	Foot:  []string{"预警〔2026〕3号"},
}

func sent(t *testing.T, w *watched) {
	if !w.Sender.Ready() {
		t.Error("not ready although the platform is there")
	}
	r := w.send(plain, "k1")
	w.want(r, chat.Sent)
	got := w.Read()
	if len(got) != 1 {
		t.Fatalf("the platform took %d messages, want 1", len(got))
	}
	for _, s := range []string{"节点预警", "城东泵站改造", "1月5日", "张三 & 李四", "预警〔2026〕3号"} {
		if !strings.Contains(got[0], s) {
			t.Errorf("%q is missing from %q", s, got[0])
		}
	}
}

func buttons(t *testing.T, w *watched) {
	m := plain
	m.Buttons = []chat.Button{{Label: "填写原因", Say: "原因 3"}, {Label: "申请延期", Say: "延期 3"}, {Label: "打开台账", URL: "https://duban.example/p/3?a=1&b=2"}}
	w.want(w.send(m, "k1"), chat.Sent)
	got := strings.Join(w.Read(), "\n")
	for _, s := range []string{"填写原因", "原因 3", "申请延期", "延期 3", "打开台账", "https://duban.example/p/3?a=1&b=2", "预警〔2026〕3号", "城东泵站改造"} {
		if !strings.Contains(got, s) {
			t.Errorf("%q is missing from %q", s, got)
		}
	}
}

// mentions must ring whom they name, and nobody may be rung by words inside the message.
func mentions(t *testing.T, w *watched) {
	m := plain
	m.Mentions = []string{"zhangsan"}
	w.want(w.send(m, "k1"), chat.Sent)
	if w.Sender.Traits().Mentions && !strings.Contains(strings.Join(w.Wire(), ""), "zhangsan") {
		t.Errorf("the mention did not go out: %q", w.Wire())
	}
}

func oversize(t *testing.T, w *watched) {
	m := chat.Message{Title: "双周通报", Foot: []string{"通报〔2026〕1号"}}
	for i := range 900 {
		m.Rows = append(m.Rows, fmt.Sprintf("- 〈%03d〉城东泵站改造工程主体结构验收〈/%03d〉", i, i))
	}
	w.want(w.send(m, "k1"), chat.Sent)
	got := w.Read()
	if len(got) != 1 {
		t.Fatalf("the platform took %d messages, want 1", len(got))
	}
	if limit := w.Sender.Traits().Bytes; limit <= 0 || len(got[0]) > limit+64 { // a title field of its own may add a little
		t.Errorf("%d bytes went out, the route takes %d", len(got[0]), limit)
	}
	kept := strings.Count(got[0], "〈/")
	if kept == 0 || kept == len(m.Rows) {
		t.Fatalf("%d of %d rows were kept", kept, len(m.Rows))
	}
	if strings.Count(got[0], "〈") != 2*kept {
		t.Error("a row was cut in the middle")
	}
	for i := range kept {
		if !strings.Contains(got[0], m.Rows[i]) {
			t.Fatalf("row %d is missing or changed", i)
		}
	}
	for _, s := range []string{"双周通报", "通报〔2026〕1号", fmt.Sprintf("另有 %d 行", len(m.Rows)-kept)} {
		if !strings.Contains(got[0], s) {
			t.Errorf("%q is missing", s)
		}
	}
}

func together(t *testing.T, w *watched) {
	const n = 8
	results := make([]chat.Result, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			m := plain
			m.Title = fmt.Sprintf("第%d件", i)
			results[i] = w.Sender.Send(t.Context(), w.To, m, fmt.Sprintf("k%d", i))
		})
	}
	wg.Wait()
	w.results = append(w.results, results...)
	all := strings.Join(w.Read(), "\n")
	for i, r := range results {
		w.want(r, chat.Sent)
		if !strings.Contains(all, fmt.Sprintf("第%d件", i)) {
			t.Errorf("message %d did not arrive", i)
		}
	}
}

// repeated: where the platform drops repeats, a repeat must be recognisable as one, and a second
// delivery of the same words must not be taken for one.
func repeated(t *testing.T, w *watched) {
	if !w.Sender.Traits().Dedup {
		return
	}
	for _, m := range []chat.Message{plain, {Title: "请签收", Rows: []string{"一行"}, Buttons: []chat.Button{{Label: "签收", Say: "签收 3"}}}} {
		before := len(w.Wire())
		for _, key := range []string{"k1", "k1", "k2"} {
			w.want(w.send(m, key), chat.Sent)
		}
		wire := w.Wire()[before:]
		if len(wire) != 3 {
			t.Fatalf("%d messages on the wire, want 3", len(wire))
		}
		if wire[0] != wire[1] {
			t.Errorf("a repeat of one delivery differs:\n%s\n%s", wire[0], wire[1])
		}
		if wire[0] == wire[2] {
			t.Errorf("two deliveries look like one: %s", wire[0])
		}
	}
}

func nobody(t *testing.T, w *watched) {
	r := w.Sender.Send(t.Context(), "", plain, "k1")
	w.results = append(w.results, r)
	w.want(r, chat.Refused)
	if n := len(w.Wire()); n != 0 {
		t.Errorf("%d messages went out to nobody", n)
	}
}

func answered(c Case, want chat.State) func(*testing.T, *watched) {
	return func(t *testing.T, w *watched) {
		w.Next(c)
		r := w.send(plain, "k1")
		w.want(r, want)
		if r.Code == "" {
			t.Errorf("the platform's code is missing: %+v", r)
		}
		w.Next(Accept)
		w.want(w.send(plain, "k2"), chat.Sent)
	}
}

func limited(t *testing.T, w *watched) {
	w.Next(Limit)
	r := w.send(plain, "k1")
	w.want(r, chat.Retry)
	if r.After <= 0 {
		t.Errorf("a limit must say how long to wait: %+v", r)
	}
}

func lost(t *testing.T, w *watched) {
	w.Next(Lose)
	w.want(w.send(plain, "k1"), chat.Unknown)
	if n := len(w.Wire()); n != 1 {
		t.Errorf("the message went out %d times, want once", n)
	}
}

func broken(t *testing.T, w *watched) {
	w.Next(Break)
	if r := w.send(plain, "k1"); r.State != chat.Retry && r.State != chat.Unknown {
		t.Errorf("state = %q after HTTP 500, want retry or unknown", r.State)
	}
}

func down(t *testing.T, w *watched) {
	w.Down()
	w.want(w.send(plain, "k1"), chat.Retry)
}

func cancelled(t *testing.T, w *watched) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := w.Sender.Send(ctx, w.To, plain, "k1")
	w.results = append(w.results, r)
	w.want(r, chat.Retry)
	if slices.ContainsFunc(w.Wire(), func(s string) bool { return strings.Contains(s, "节点预警") }) {
		t.Error("the message went out although it was given up before")
	}
}
