package desk_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
)

func (h *house) done(who ledger.Person, id ledger.CommitmentID) error {
	h.Helper()
	return h.act(who, func(a *desk.Acts, by ledger.Actor) error {
		_, err := a.Done(by, id, "已取得许可证")
		return err
	})
}

func (h *house) accept(who ledger.Person, id ledger.CommitmentID) error {
	h.Helper()
	return h.act(who, func(a *desk.Acts, by ledger.Actor) error {
		_, err := a.Accept(by, id)
		return err
	})
}

func (h *house) sendBack(who ledger.Person, id ledger.CommitmentID, why string) error {
	h.Helper()
	return h.act(who, func(a *desk.Acts, by ledger.Actor) error {
		_, err := a.SendBack(by, id, why)
		return err
	})
}

func TestDoneAcceptSendBack(t *testing.T) {
	each(t, func(h *house) {
		id := h.node.ID
		h.want(fault.Conflict, h.accept(h.office, id)) // nothing reported
		h.want(fault.Forbidden, h.done(h.leader, id))  // not to move
		h.want("", h.done(h.owner, id))
		if l := h.notice("done:"); !strings.Contains(l.Rows[0], "城南街道王敏申请办结节点“取得施工许可证”") || len(l.Buttons) != 2 || l.Buttons[0].Say != "销号 J0001" {
			t.Errorf("the office reads %+v", l)
		}
		h.want(fault.Conflict, h.done(h.owner, id))
		h.want(fault.Forbidden, h.accept(h.owner, id)) // one's own
		h.want(fault.Invalid, h.sendBack(h.office, id, " "))
		h.want("", h.sendBack(h.leader, id, "缺验收单"))
		if m := h.commitment(id); m.State != ledger.Open || m.GraceOn == 0 {
			t.Errorf("sent back: %+v", m)
		}
		if l := h.notice("done:"); l.Drop == "" {
			t.Errorf("what was settled is told still: %+v", l)
		}
		if l := h.notice("sendback:"); l.Drop != "" || !slices.Contains(l.Rows, "退回理由：缺验收单") {
			t.Errorf("the owner reads %+v", l)
		}
		h.want("", h.done(h.owner, id))
		if l := h.notice("sendback:"); l.Drop == "" {
			t.Errorf("an old sending back is told still: %+v", l)
		}
		h.want("", h.accept(h.office, id))
		if l := h.notice("accept:"); l.Title != "已销号 J0001 城南污水处理厂" {
			t.Errorf("the owner reads %+v", l)
		}
		h.want(fault.Conflict, h.accept(h.inspector, id))
	})
}

// A reply to an order is the inspection office's to judge.
// Whoever reported a matter done for its owner is not the one to accept it.
func TestNobodyAcceptsTheirOwnWord(t *testing.T) {
	each(t, func(h *house) {
		h.want("", h.done(h.office, h.node.ID))
		h.want(fault.Forbidden, h.accept(h.office, h.node.ID))
		h.want(fault.Forbidden, h.sendBack(h.office, h.node.ID, "缺验收单"))
		h.want("", h.accept(h.inspector, h.node.ID))
	})
}

func TestReplyIsJudgedByTheInspection(t *testing.T) {
	each(t, func(h *house) {
		reply := h.owed(ledger.Reply, h.plant)
		h.want("", h.done(h.owner, reply.ID))
		h.want(fault.Forbidden, h.accept(h.office, reply.ID))
		h.want("", h.accept(h.inspector, reply.ID))
		if l := h.notice("done:"); l.Drop == "" {
			t.Errorf("told still: %+v", l)
		}
	})
}

// owed writes a commitment of a kind, due 3月10日.
func (h *house) owed(k ledger.Kind, p ledger.Project) (m ledger.Commitment) {
	h.Helper()
	h.write(ledger.Outcome{New: []ledger.Commitment{{
		DistrictID: h.d, Kind: k, Title: "测试", ProjectID: p.ID, OwnerID: p.OwnerID, FirstDueOn: 20260310, DueOn: 20260310, State: ledger.Open, NextLook: 20260302,
	}}}, &m)
	return m
}

func TestExtension(t *testing.T) {
	each(t, func(h *house) {
		ask := func(who ledger.Person, reason string) error {
			return h.act(who, func(a *desk.Acts, by ledger.Actor) error {
				_, err := a.AskExtension(by, h.node.ID, 20260410, reason)
				return err
			})
		}
		grant := func(who ledger.Person) error {
			return h.act(who, func(a *desk.Acts, by ledger.Actor) error {
				_, _, err := a.GrantExtension(by, h.node.ID)
				return err
			})
		}
		h.want(fault.NotFound, grant(h.office)) // none asked for
		h.want(fault.Invalid, ask(h.owner, ""))
		h.want(fault.Forbidden, ask(h.leader, "图审未完成"))
		h.want("", ask(h.owner, "图审未完成"))
		h.want(fault.Conflict, ask(h.owner, "再问一次"))
		if l := h.notice("extension:"); !strings.Contains(l.Rows[0], "由2026年3月20日延期至2026年4月10日") {
			t.Errorf("the office reads %+v", l)
		}
		h.want(fault.Forbidden, grant(h.owner))
		h.want("", h.act(h.office, func(a *desk.Acts, by ledger.Actor) error {
			_, x, err := a.DenyExtension(by, h.node.ID, "工期可以追回")
			if x.State != "denied" {
				t.Errorf("state %s", x.State)
			}
			return err
		}))
		if l := h.notice("extension:denied:"); !slices.Contains(l.Rows, "理由：工期可以追回") {
			t.Errorf("the owner reads %+v", l)
		}
		h.want("", ask(h.owner, "连续暴雨"))
		h.want("", grant(h.leader))
		if m := h.commitment(h.node.ID); m.DueOn != 20260410 || m.FirstDueOn != 20260320 {
			t.Errorf("due %s, first %s", m.DueOn, m.FirstDueOn)
		}
		if l := h.notice("extension:granted:"); !strings.Contains(l.Rows[1], "现定于2026年4月10日前完成（最初定于2026年3月20日）") {
			t.Errorf("the owner reads %+v", l)
		}
	})
}

func TestWaiveAndCancel(t *testing.T) {
	each(t, func(h *house) {
		waive := func(who ledger.Person) error {
			return h.act(who, func(a *desk.Acts, by ledger.Actor) error {
				_, err := a.Waive(by, h.node.ID, "连续暴雨停工")
				return err
			})
		}
		cancel := func(who ledger.Person, id ledger.CommitmentID) error {
			return h.act(who, func(a *desk.Acts, by ledger.Actor) error {
				_, err := a.Cancel(by, id, "重复")
				return err
			})
		}
		h.write(ledger.Outcome{Strikes: []ledger.Strike{{
			DistrictID: h.d, CommitmentID: h.node.ID, DueOn: h.node.DueOn, ProjectID: h.plant.ID, Kind: h.node.Kind, On: 20260302, State: ledger.StrikeStands,
		}}}, nil)
		h.want(fault.Forbidden, waive(h.office))
		h.want("", waive(h.inspector))
		strikes, err := h.store.StrikesOf(h.Context(), h.d, h.node.ID)
		h.ok(err)
		if len(strikes) != 1 || strikes[0].State != ledger.StrikeLifted || strikes[0].LiftedBy != h.inspector.ID {
			t.Errorf("strikes %+v", strikes)
		}
		if l := h.notice("waive:"); !slices.Contains(l.Rows, "认定理由：连续暴雨停工") {
			t.Errorf("the owner reads %+v", l)
		}
		h.want(fault.Conflict, cancel(h.office, h.node.ID))
		other := h.owed(ledger.Milestone, h.plant)
		h.want(fault.Forbidden, cancel(h.owner, other.ID))
		h.want("", cancel(h.office, other.ID))
	})
}

func TestRaise(t *testing.T) {
	each(t, func(h *house) {
		var m ledger.Commitment
		h.want("", h.act(h.leader, func(a *desk.Acts, by ledger.Actor) (err error) {
			m, err = a.Raise(by, h.plant.ID, "施工许可证\n未办下来")
			return err
		}))
		if m.Code != "W0001" || m.DueOn != 20260309 || m.OwnerID != h.owner.ID {
			t.Errorf("raised %+v", m)
		}
		l := h.notice("problem:")
		if l.Rows[0] != "李强提出：施工许可证 未办下来" || !slices.Equal(l.Ring, []ledger.PersonID{h.owner.ID}) || l.About[0].ID != h.plant.ID {
			t.Errorf("the task force reads %+v", l)
		}
		h.want("", h.done(h.owner, m.ID))
		if l := h.notice("problem:"); l.Drop == "" {
			t.Errorf("told still: %+v", l)
		}
		h.want(fault.Invalid, h.act(h.leader, func(a *desk.Acts, by ledger.Actor) error {
			_, err := a.Raise(by, h.plant.ID, "")
			return err
		}))
	})
}

func TestSuspendResume(t *testing.T) {
	each(t, func(h *house) {
		ask := func(who ledger.Person, resumes bool) error {
			return h.act(who, func(a *desk.Acts, by ledger.Actor) error {
				_, err := a.AskPause(by, h.plant.ID, resumes, "规划调整")
				return err
			})
		}
		grant := func(who ledger.Person) error {
			return h.act(who, func(a *desk.Acts, by ledger.Actor) error {
				_, err := a.GrantPause(by, h.plant.ID)
				return err
			})
		}
		h.want(fault.Conflict, ask(h.owner, true))
		h.want(fault.Conflict, grant(h.office))
		h.want("", ask(h.owner, false))
		h.want(fault.Conflict, ask(h.office, false))
		h.want(fault.Forbidden, grant(h.owner))
		h.want("", grant(h.leader))
		h.want(fault.Conflict, grant(h.office))
		h.want(fault.Conflict, ask(h.owner, false))
		h.want("", ask(h.office, true))
		h.want(fault.Forbidden, grant(h.office)) // nobody decides on the own request
		h.want("", grant(h.leader))
		if m := h.commitment(h.node.ID); m.NextLook != 20260302 {
			t.Errorf("looked at on %s", m.NextLook)
		}
	})
}

// Of two who press the same button at the same moment one is told that it was done already.
func TestTwoAtOnce(t *testing.T) {
	each(t, func(h *house) {
		h.want("", h.done(h.owner, h.node.ID))
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, who := range []ledger.Person{h.office, h.leader} {
			wg.Go(func() {
				errs[i] = h.Act(h.Context(), func(a *desk.Acts) error {
					_, err := a.Accept(a.By(who.ID), h.node.ID)
					return err
				})
			})
		}
		wg.Wait()
		codes := []string{string(fault.CodeOf(errs[0])), string(fault.CodeOf(errs[1]))}
		slices.Sort(codes)
		if !slices.Equal(codes, []string{"", "conflict"}) {
			t.Errorf("got %q: %v", codes, errs)
		}
		history, err := h.store.History(h.Context(), h.d, h.node.Subject())
		h.ok(err)
		if len(history) != 2 {
			t.Errorf("history %+v", history)
		}
	})
}

func TestDialog(t *testing.T) {
	each(t, func(h *house) {
		asked := func(place string) (q string, ok bool) {
			h.want("", h.Act(h.Context(), func(a *desk.Acts) (err error) {
				q, ok, err = a.Asked(h.owner.ID, place)
				return err
			}))
			return q, ok
		}
		h.want("", h.Act(h.Context(), func(a *desk.Acts) error {
			h.ok(a.Ask(h.owner.ID, "wecom:", "哪一个？"))
			return a.Ask(h.owner.ID, "wecom:", "是否确认？")
		}))
		if q, ok := asked("wecom:"); !ok || q != "是否确认？" {
			t.Errorf("asked %q %v", q, ok)
		}
		if _, ok := asked("wecom:G-plant"); ok {
			t.Error("asked in another chat")
		}
		h.clock.Advance(desk.Patience)
		if _, ok := asked("wecom:"); ok {
			t.Error("still waiting after its time")
		}
		h.want("", h.Act(h.Context(), func(a *desk.Acts) error { return a.Forget(h.owner.ID, "wecom:") }))
	})
}

func TestPhoto(t *testing.T) {
	const place = "tEXt" + "Location\x00N31.98 E120.89"
	told := "\x89PNG\r\n\x1a\n" + "\x00\x00\x00\x17" + place + "\x00\x00\x00\x00" + "\x00\x00\x00\x00IEND\xae\x42\x60\x82"
	png := []byte("\x89PNG\r\n\x1a\n" + "\x00\x00\x00\x00IEND\xae\x42\x60\x82")
	each(t, func(h *house) {
		keep := func(data []byte) (hash string, err error) {
			err = h.Act(h.Context(), func(a *desk.Acts) (err error) {
				hash, err = a.Photo(data)
				return err
			})
			return hash, err
		}
		hash, err := keep([]byte(told)) // where it was taken is not kept
		h.want("", err)
		again, err := keep(png)
		h.want("", err)
		blob, err := h.store.Blob(h.Context(), h.d, hash)
		h.want("", err)
		if hash != again || string(blob.Data) != string(png) || blob.ContentType != "image/png" {
			t.Errorf("kept %q %q %+v", hash, again, blob)
		}
		_, err = keep(png[:10])
		h.want(fault.Invalid, err)
		_, err = keep([]byte("<html>"))
		h.want(fault.Invalid, err)
		_, err = keep(append(png, make([]byte, desk.MaxPhoto)...))
		h.want(fault.Invalid, err)
	})
}

func (h *house) write(o ledger.Outcome, m *ledger.Commitment) {
	h.Helper()
	h.ok(h.store.Write(h.Context(), h.d, func(t *store.Tx) error {
		w, err := t.Apply(o)
		if m != nil && err == nil {
			*m = w.New[0]
		}
		return err
	}))
	h.clock.Advance(time.Second)
}
