package desk_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
)

// said makes a message with an answer way that lasts an hour; chatID "" is private.
func said(id, user, chatID, text string) chat.Incoming {
	return chat.Incoming{
		Platform: chat.WeCom, ID: id, At: monday, UserID: user, ChatID: chatID, ChatName: chatID, Kind: chat.Text, Text: text,
		Reply: chat.Address{Platform: chat.WeCom, Route: chat.WeComBotReply, To: "req-" + id}, ReplyUntil: monday.Add(time.Hour),
	}
}

func (h *house) receive(in chat.Incoming) {
	h.Helper()
	h.want("", h.Receive(h.Context(), in))
}

func (h *house) next() desk.Taken {
	h.Helper()
	t, ok, err := h.Next(h.Context())
	if err != nil || !ok {
		h.Fatalf("nothing to take: %v", err)
	}
	return t
}

func (h *house) empty() {
	h.Helper()
	if t, ok, err := h.Next(h.Context()); ok || err != nil {
		h.Fatalf("took %+v: %v", t, err)
	}
}

func echo(t desk.Taken) func(*desk.Acts) (chat.Message, error) {
	return func(*desk.Acts) (chat.Message, error) { return chat.Message{Title: t.Incoming.Text}, nil }
}

func TestRepeatedMessageIsOne(t *testing.T) {
	each(t, func(h *house) {
		long := said(strings.Repeat("长", 200), "owner", "", "长编号")
		for range 3 {
			h.receive(said("m1", "owner", "", "帮助"))
			h.receive(long)
		}
		for _, want := range []string{"帮助", "长编号"} {
			got := h.next()
			if got.Incoming.Text != want || got.Person.ID != h.owner.ID || got.Group.ID != 0 || !got.Incoming.At.Equal(monday) {
				t.Errorf("took %+v", got)
			}
			h.want("", h.Answer(h.Context(), got, echo(got)))
			h.receive(said("m1", "owner", "", "帮助")) // a repeat after the answer
		}
		h.empty()
		if n := len(h.deliveries()); n != 2 {
			t.Errorf("%d answers", n)
		}
	})
}

// A message that comes again with other words was edited: it is a message of its own, once, however often
// either of them is repeated.
func TestAnEditedMessageIsAnother(t *testing.T) {
	each(t, func(h *house) {
		for range 2 {
			h.receive(said("m1", "owner", "", "华兴 65%"))
			h.receive(said("m1", "owner", "", "华兴 66%"))
		}
		first := h.next()
		if first.Incoming.Text != "华兴 65%" || first.Incoming.Edited != "" {
			t.Errorf("took %+v", first.Incoming)
		}
		h.want("", h.Answer(h.Context(), first, echo(first)))
		edited := h.next()
		if edited.Incoming.Text != "华兴 66%" || edited.Incoming.Edited != "华兴 65%" {
			t.Errorf("took %+v", edited.Incoming)
		}
		h.want("", h.Answer(h.Context(), edited, echo(edited)))
		h.receive(said("m1", "owner", "", "华兴 66%"))
		h.empty()
	})
}

func TestWhereTheAnswerGoes(t *testing.T) {
	each(t, func(h *house) {
		for i, c := range []struct {
			user, chatID string
			private      bool
			want         ledger.Recipient
			reply        bool
		}{
			{"owner", "", false, ledger.Recipient{Person: h.owner.ID}, true},
			{"owner", "", true, ledger.Recipient{Person: h.owner.ID}, true},
			{"owner", "G-plant", false, ledger.Recipient{Group: h.plantGroup.ID}, true},
			{"owner", "G-plant", true, ledger.Recipient{Person: h.owner.ID}, false},
			{"nobody", "", false, ledger.Recipient{Person: store.Stranger}, true},
			{"nobody", "G-plant", false, ledger.Recipient{Group: h.plantGroup.ID}, true},
			{"nobody", "G-plant", true, ledger.Recipient{}, false},
			{"owner", "G-unknown", false, ledger.Recipient{Person: h.owner.ID}, true},
			{"owner", "G-unknown", true, ledger.Recipient{Person: h.owner.ID}, false},
			{"", "G-unknown", false, ledger.Recipient{Person: store.Stranger}, true},
		} {
			before := len(h.deliveries())
			h.receive(said(fmt.Sprint("m", i), c.user, c.chatID, "问"))
			got := h.next()
			h.want("", h.Answer(h.Context(), got, func(a *desk.Acts) (chat.Message, error) {
				if c.private {
					a.Privately()
				}
				return chat.Message{Title: "答", Rows: []string{"一"}}, nil
			}))
			sent := h.deliveries()[before:]
			if c.want == (ledger.Recipient{}) {
				if len(sent) != 0 {
					t.Errorf("%+v: sent %+v", c, sent)
				}
				continue
			}
			if len(sent) != 1 || sent[0].To() != c.want || (sent[0].Reply != "") != c.reply || sent[0].Rank != ledger.RankAnswer || answer(h.T, sent[0]).Title != "答" {
				t.Errorf("%+v: sent %+v", c, sent)
			}
		}
		h.receive(said("silent", "owner", "", ""))
		got := h.next()
		h.want("", h.Answer(h.Context(), got, func(*desk.Acts) (chat.Message, error) { return chat.Message{}, nil }))
		h.empty()
	})
}

// A fault takes back what the acts wrote; its sentence is the answer, where the answer would have gone.
func TestFaultIsTheAnswer(t *testing.T) {
	each(t, func(h *house) {
		h.receive(said("m1", "owner", "G-plant", "报"))
		got := h.next()
		runs := 0
		h.want("", h.Answer(h.Context(), got, func(a *desk.Acts) (chat.Message, error) {
			runs++
			a.Privately()
			if _, _, err := a.Report(a.By(got.Person.ID), h.plant.ID, ledger.Said{Progress: percent(50)}); err != nil {
				return chat.Message{}, err
			}
			return chat.Message{}, fault.New(fault.Invalid, "看不懂")
		}))
		if p := h.project(h.plant.ID); p.Progress != 0 || p.Version != h.plant.Version {
			t.Errorf("the report was kept: %+v", p)
		}
		sent := h.deliveries()
		if len(sent) != 1 || answer(h.T, sent[0]).Title != "看不懂" || sent[0].PersonID != h.owner.ID || runs != 1 {
			t.Errorf("answered %+v in %d runs", sent, runs)
		}
		h.empty()
	})
}

func TestConflictIsTriedOnceMore(t *testing.T) {
	each(t, func(h *house) {
		h.receive(said("m1", "owner", "", "报"))
		got := h.next()
		runs := 0
		h.want("", h.Answer(h.Context(), got, func(*desk.Acts) (chat.Message, error) {
			if runs++; runs == 1 {
				return chat.Message{}, fault.New(fault.Conflict, "数据刚刚被他人更新")
			}
			return chat.Message{Title: "已收到"}, nil
		}))
		if sent := h.deliveries(); runs != 2 || len(sent) != 1 || answer(h.T, sent[0]).Title != "已收到" {
			t.Errorf("%d runs, sent %+v", runs, sent)
		}
	})
}

// An error leaves everything as it was: the message is taken again after its lease, nothing overtakes
// it, and when it keeps failing the person is told.
func TestErrorLeavesTheMessage(t *testing.T) {
	each(t, func(h *house) {
		h.receive(said("m1", "owner", "", "报"))
		h.receive(said("m2", "owner", "", "帮助"))
		broken := errors.New("broken")
		for try := 1; try <= desk.MaxAttempts; try++ {
			got := h.next()
			if got.Attempts != try || got.Incoming.ID != "m1" {
				t.Fatalf("attempt %d: took %+v", try, got)
			}
			err := h.Answer(h.Context(), got, func(a *desk.Acts) (chat.Message, error) {
				_, _, err := a.Report(a.By(got.Person.ID), h.plant.ID, ledger.Said{Progress: percent(50)})
				h.want("", err)
				return chat.Message{}, broken
			})
			if !errors.Is(err, broken) {
				t.Fatalf("attempt %d: %v", try, err)
			}
			if try < desk.MaxAttempts {
				h.empty()
				if len(h.deliveries()) != 0 || h.project(h.plant.ID).Progress != 0 {
					t.Fatal("something was written")
				}
			}
			h.clock.Advance(desk.Lease)
		}
		sent := h.deliveries()
		if len(sent) != 1 || answer(h.T, sent[0]).Title != fault.Sentence(broken) {
			t.Errorf("told %+v", sent)
		}
		if got := h.next(); got.Incoming.ID != "m2" {
			t.Errorf("took %+v", got)
		}
	})
}

// A message whose workers never came back is given up too.
func TestDeadWorkers(t *testing.T) {
	each(t, func(h *house) {
		h.receive(said("m1", "owner", "", "报"))
		for range desk.MaxAttempts {
			h.next()
			h.empty()
			h.clock.Advance(desk.Lease)
		}
		h.empty()
		if sent := h.deliveries(); len(sent) != 1 {
			t.Errorf("told %+v", sent)
		}
	})
}

// Who lost the message does nothing and answers nothing.
func TestLostMessage(t *testing.T) {
	each(t, func(h *house) {
		h.receive(said("m1", "owner", "", "报"))
		slow := h.next()
		h.clock.Advance(desk.Lease)
		quick := h.next()
		for _, got := range []desk.Taken{slow, quick, slow} {
			h.want("", h.Answer(h.Context(), got, func(*desk.Acts) (chat.Message, error) {
				return chat.Message{Title: fmt.Sprint("第", got.Attempts, "次")}, nil
			}))
		}
		if sent := h.deliveries(); len(sent) != 1 || answer(h.T, sent[0]).Title != "第2次" {
			t.Errorf("told %+v", sent)
		}
	})
}

func TestTwoWorkersKeepTheOrder(t *testing.T) {
	const people, each20 = 20, 10
	each(t, func(h *house) {
		for i := range people * each20 {
			h.receive(said(fmt.Sprint("m", i), fmt.Sprint("u", i%people), "", fmt.Sprint(i/people)))
		}
		var mu sync.Mutex
		handled := map[string][]string{}
		total := 0
		ctx, stop := context.WithTimeout(h.Context(), time.Minute)
		defer stop()
		var wg sync.WaitGroup
		for range 2 {
			worker := desk.New(h.options())
			wg.Go(func() {
				for ctx.Err() == nil {
					mu.Lock()
					finished := total == people*each20
					mu.Unlock()
					if finished {
						return
					}
					got, ok, err := worker.Next(ctx)
					if err != nil {
						t.Error(err)
						return
					}
					if !ok {
						continue // the other has the last ones in hand
					}
					mu.Lock() // before the answer: after it the other may already have the sender's next one
					handled[got.Incoming.UserID] = append(handled[got.Incoming.UserID], got.Incoming.Text)
					mu.Unlock()
					if err := worker.Answer(ctx, got, echo(got)); err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					total++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		for i := range people {
			if got := strings.Join(handled[fmt.Sprint("u", i)], " "); got != "0 1 2 3 4 5 6 7 8 9" {
				t.Errorf("u%d: %s", i, got)
			}
		}
		if n := len(h.deliveries()); n != people*each20 {
			t.Errorf("%d answers", n)
		}
	})
}

func TestWakeOnReceive(t *testing.T) {
	each(t, func(h *house) {
		h.receive(said("m1", "owner", "", "报"))
		select {
		case <-h.Wake():
		default:
			t.Error("no signal")
		}
	})
}

func TestBindInChat(t *testing.T) {
	each(t, func(h *house) {
		bind := func(who ledger.Person, in chat.Incoming, undo bool, ids ...ledger.ProjectID) (g ledger.Group, err error) {
			err = h.act(who, func(a *desk.Acts, by ledger.Actor) (err error) {
				if undo {
					g, err = a.Unbind(by, in, ids)
				} else {
					g, err = a.Bind(by, in, ids)
				}
				return err
			})
			return g, err
		}
		in := said("m1", "office", "wr-new", "绑定 滨江路改造")
		_, err := bind(h.owner, in, false, h.road.ID)
		h.want(fault.Forbidden, err)
		_, err = bind(h.office, said("m2", "office", "", "绑定"), false, h.road.ID)
		h.want(fault.Invalid, err)
		_, err = bind(h.office, in, false)
		h.want(fault.Invalid, err)
		_, err = bind(h.office, said("m3", "office", "G-office", "绑定"), false, h.road.ID)
		h.want(fault.Invalid, err)
		g, err := bind(h.office, in, false, h.road.ID)
		h.want("", err)
		if g.Class != ledger.GroupTaskForce || g.Code != "Q0001" || g.Name != "wr-new" {
			t.Errorf("group %+v", g)
		}
		again, err := bind(h.office, in, false, h.road.ID, h.plant.ID)
		h.want("", err)
		if v := h.viewer(ledger.Recipient{Group: g.ID}); again.ID != g.ID || !ledger.Entitled(v, &h.road) || !ledger.Entitled(v, &h.plant) {
			t.Errorf("bound %+v", v.Bound)
		}
		routes := h.routes(g.ID)
		if len(routes) != 1 || routes[0].Route != string(chat.WeComBot) || routes[0].Target != "wr-new" {
			t.Errorf("routes %+v", routes)
		}
		h.gone(routes[0]) // the robot was taken out of the group, and put in again
		_, err = bind(h.office, in, false, h.road.ID)
		h.want("", err)
		if routes := h.routes(g.ID); len(routes) != 1 {
			t.Errorf("routes of a group that was bound anew: %+v", routes)
		}
		in2 := said("m9", "office", "wr-long", "绑定")
		in2.ChatName = strings.Repeat("群", 500)
		_, err = bind(h.office, in2, false, h.road.ID)
		h.want("", err)
		_, err = bind(h.office, in, true, h.plant.ID)
		h.want("", err)
		_, err = bind(h.office, in, true, h.plant.ID)
		h.want(fault.Conflict, err)
		if v := h.viewer(ledger.Recipient{Group: g.ID}); ledger.Entitled(v, &h.plant) || !ledger.Entitled(v, &h.road) {
			t.Errorf("bound %+v", v.Bound)
		}
	})
}

// gone notes that the platform said a way leads nowhere.
func (h *house) gone(r ledger.GroupRoute) {
	h.Helper()
	h.ok(h.store.Write(h.Context(), h.d, func(t *store.Tx) error { return t.RouteGone(r) }))
}
