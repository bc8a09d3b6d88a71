package desk_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/store/storetest"
)

// say lets somebody say something in private.
func (h *house) say(who ledger.Person, id string) {
	h.Helper()
	h.ok(h.Receive(h.Context(), chat.Incoming{Platform: chat.WeCom, ID: id, Kind: chat.Text, UserID: who.Code, Text: id}))
}

// several takes as many messages as there must be.
func (h *house) several(n int) []desk.Taken {
	h.Helper()
	some, err := h.Several(h.Context())
	h.ok(err)
	if len(some) != n {
		h.Fatalf("%d messages are taken together, not %d", len(some), n)
	}
	return some
}

// reports makes turns in which each reports on the project.
func reports(some []desk.Taken, on func(ledger.Person) ledger.ProjectID) []desk.Turn {
	turns := make([]desk.Turn, len(some))
	for i, t := range some {
		p := on(t.Person)
		turns[i] = desk.Turn{Taken: t, Projects: []ledger.ProjectID{p}, Do: func(a *desk.Acts) (chat.Message, error) {
			u, _, err := a.Report(a.By(t.Person.ID), p, ledger.Said{Progress: percent(30), Text: "基础施工", Source: "chat"})
			return chat.Message{Title: "收到" + u.Receipt}, err
		}}
	}
	return turns
}

func (h *house) told() map[ledger.PersonID]string {
	out := map[ledger.PersonID]string{}
	for _, d := range h.deliveries() {
		if strings.HasPrefix(d.Cause, "answer:") {
			out[d.PersonID] = answer(h.T, d).Title
		}
	}
	return out
}

// TestTogether: reports and a refusal in one transaction, each with its answer and its history.
func TestTogether(t *testing.T) {
	each(t, func(h *house) {
		for _, who := range []ledger.Person{h.owner, h.other, h.outsider} {
			h.say(who, "m-"+who.Code)
		}
		h.say(h.owner, "m-later") // waits for the first of its sender
		turns := reports(h.several(3), func(p ledger.Person) ledger.ProjectID {
			if p.ID == h.other.ID {
				return h.road.ID
			}
			return h.plant.ID
		})
		h.ok(h.Together(h.Context(), turns))
		told := h.told()
		if len(told) != 3 || told[h.owner.ID] != "收到260302-001" || told[h.other.ID] != "收到260302-002" || !strings.Contains(told[h.outsider.ID], "没有这个项目") {
			h.Fatalf("told %v", told)
		}
		for _, p := range []ledger.ProjectID{h.plant.ID, h.road.ID} {
			if got := h.project(p); got.Progress != 3000 || got.LastText != "基础施工" || got.Version != 1 {
				h.Errorf("project %+v", got)
			}
			history, err := h.store.History(h.Context(), h.d, (&ledger.Project{ID: p}).Subject())
			h.ok(err)
			if len(history) != 1 {
				h.Errorf("history %+v", history)
			}
		}
		h.several(1)
	})
}

// TestTogetherOnOneProject: who comes second in the transaction builds on what the first has written.
func TestTogetherOnOneProject(t *testing.T) {
	each(t, func(h *house) {
		h.say(h.owner, "m-1")
		h.say(h.office, "m-2")
		h.ok(h.Together(h.Context(), reports(h.several(2), func(ledger.Person) ledger.ProjectID { return h.plant.ID })))
		if p := h.project(h.plant.ID); p.Version != 2 || p.ReportedBy != h.office.ID {
			h.Errorf("project %+v", p)
		}
	})
}

// TestOneFailsTheOthersDoNot: nothing of the others is lost or done twice.
func TestOneFailsTheOthersDoNot(t *testing.T) {
	errOurs := errors.New("something of ours")
	for name, spoil := range map[string]func(a *desk.Acts) error{
		"refused after it wrote": func(a *desk.Acts) error { return fault.New(fault.Invalid, "不行。") },
		"fails":                  func(a *desk.Acts) error { return errOurs },
		"panics":                 func(a *desk.Acts) error { panic("over") },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(h *house) {
				h.say(h.owner, "m-1")
				h.say(h.other, "m-2")
				turns := reports(h.several(2), func(p ledger.Person) ledger.ProjectID {
					if p.ID == h.other.ID {
						return h.road.ID
					}
					return h.plant.ID
				})
				report := turns[0].Do
				turns[0].Do = func(a *desk.Acts) (chat.Message, error) {
					if _, err := report(a); err != nil {
						return chat.Message{}, err
					}
					return chat.Message{}, spoil(a)
				}
				if err := h.Together(h.Context(), turns); err == nil {
					h.Fatal("all is well")
				}
				if told := h.told(); len(told) != 0 || h.project(h.road.ID).Version != 0 {
					h.Fatalf("something happened: %v", told)
				}
				h.ok(h.Answer(h.Context(), turns[1].Taken, turns[1].Do))
				if p := h.project(h.plant.ID); p.Version != 0 || h.project(h.road.ID).Progress != 3000 || len(h.told()) != 1 {
					h.Fatalf("told %v, plant %+v", h.told(), p)
				}
			})
		})
	}
}

// TestWhatComesAlone: a message with a file, one on a card, and one that failed before.
func TestWhatComesAlone(t *testing.T) {
	each(t, func(h *house) {
		h.ok(h.Receive(h.Context(), chat.Incoming{Platform: chat.WeCom, ID: "m-1", Kind: chat.Text, UserID: h.owner.Code, Text: "看图", Media: []chat.Media{{Kind: "image"}}}))
		h.ok(h.Receive(h.Context(), chat.Incoming{Platform: chat.WeCom, ID: "m-0", Kind: chat.Press, UserID: h.leader.Code, Text: "同意", Card: &chat.Card{ID: "c"}}))
		h.say(h.other, "m-2")
		h.say(h.office, "m-3")
		h.several(1)
		h.several(1)
		h.several(2) // and never come back
		h.clock.Set(h.clock.Now().Add(2 * desk.Lease))
		for range 4 {
			h.several(1)
		}
	})
}

// maxAlone and maxTogether are how many statements a report may cost from its claim to its commit, when
// it comes alone and when twelve come together: reading the register once, and each table once.
const (
	maxAlone    = 18
	maxTogether = 22
)

// TestStatementsOfAReport counts them when what can be remembered is.
func TestStatementsOfAReport(t *testing.T) {
	c := clock.NewTurnable(monday)
	var seen []string
	storetest.Seen(t, c, func(s string) { seen = append(seen, s) }, func(t *testing.T, s *store.Store) {
		h := &house{T: t, store: s, clock: c}
		h.settle()
		h.Desk = desk.New(h.options())
		people, projects := h.crowd(12)
		for round, test := range []struct{ n, most int }{{12, 1000}, {12, maxTogether}, {1, 1000}, {1, maxAlone}} {
			for i := range test.n {
				h.say(people[i], fmt.Sprintf("m-%d-%d", round, i))
			}
			seen = nil
			some := h.several(test.n)
			turns := reports(some, func(p ledger.Person) ledger.ProjectID { return projects[p.ID] })
			if test.n == 1 {
				h.ok(h.Answer(h.Context(), turns[0].Taken, turns[0].Do))
			} else {
				h.ok(h.Together(h.Context(), turns))
			}
			if len(seen) > test.most {
				h.Errorf("%d statements for %d reports:\n%s", len(seen), test.n, strings.Join(seen, "\n"))
			}
		}
	})
}

// crowd makes people with a project each.
func (h *house) crowd(n int) (people []ledger.Person, projects map[ledger.PersonID]ledger.ProjectID) {
	projects = map[ledger.PersonID]ledger.ProjectID{}
	h.ok(h.store.Write(h.Context(), h.d, func(tx *store.Tx) error {
		for i := range n {
			who := ledger.Person{Code: fmt.Sprintf("c%d", i), Name: "联络员", UnitID: h.owner.UnitID, Active: true}
			h.ok(tx.PutPerson(&who, []ledger.Account{{Platform: "wecom", UserID: who.Code}}))
			p := ledger.Project{Code: fmt.Sprintf("CP%d", i), Name: fmt.Sprintf("第%d号厂房", i), OwnerID: who.ID}
			h.ok(tx.PutProject(&p, nil, nil))
			people = append(people, who)
			projects[who.ID] = p.ID
		}
		return nil
	}))
	return people, projects
}
