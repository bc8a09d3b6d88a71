package desk_test

import (
	"slices"
	"strings"
	"testing"

	"duban/internal/config"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
)

// to gives who is told under causes that begin like this, in order.
func (h *house) to(prefix string) []string {
	h.Helper()
	var out []string
	for _, d := range h.deliveries() {
		if strings.HasPrefix(d.Cause, prefix) {
			out = append(out, d.Recipient)
		}
	}
	slices.Sort(out)
	return out
}

func key(to ledger.Recipient) string { return to.Key() }

func sorted(keys ...string) []string { slices.Sort(keys); return keys }

// A proposal is told to whom it is to go to and to the office; that one may read this matter and nothing
// else; the decision is told to both and to the task force. Day and steps stay.
func TestAHandoverReachesExactlyWhoMustKnow(t *testing.T) {
	each(t, func(h *house) {
		h.want("", h.act(h.owner, func(a *desk.Acts, by ledger.Actor) error {
			_, _, err := a.HandOver(by, h.node.ID, h.outsider.ID, "许可由其办理")
			return err
		}))
		want := sorted(key(ledger.Recipient{Group: h.officeGroup.ID}), key(ledger.Recipient{Person: h.outsider.ID}))
		if got := h.to("handover:"); !slices.Equal(got, want) {
			t.Fatalf("told %v, want %v", got, want)
		}
		l := h.notice("handover:")
		if !strings.Contains(l.Title, "转交待确认 J0001") || l.Drop != "" {
			t.Errorf("the notice is %+v", l)
		}
		h.want(fault.NotFound, h.act(h.other, func(a *desk.Acts, by ledger.Actor) error { // of no unit it goes to
			_, _, err := a.TakeOver(by, h.node.ID)
			return err
		}))
		h.want(fault.NotFound, h.act(h.outsider, func(a *desk.Acts, by ledger.Actor) error { // the matter, not its project
			_, err := a.Raise(by, h.plant.ID, "打听")
			return err
		}))
		h.want("", h.act(h.outsider, func(a *desk.Acts, by ledger.Actor) error {
			_, _, err := a.TakeOver(by, h.node.ID)
			return err
		}))
		m := h.commitment(h.node.ID)
		if m.OwnerID != h.outsider.ID || m.UnitID != h.node.UnitID || m.DueOn != h.node.DueOn {
			t.Errorf("J0001 is %+v", m)
		}
		want = sorted(key(ledger.Recipient{Group: h.plantGroup.ID}), key(ledger.Recipient{Person: h.owner.ID}), key(ledger.Recipient{Person: h.outsider.ID}))
		if got := h.to("handover:granted"); !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
		h.want(fault.Conflict, h.act(h.office, func(a *desk.Acts, by ledger.Actor) error {
			_, _, err := a.TakeOver(by, h.node.ID)
			return err
		}))
	})
}

// An assigned matter is told to its owner and the task force alone; what is on no project to the office in
// the task force's stead.
func TestARemarkReachesExactlyWhoMustKnow(t *testing.T) {
	each(t, func(h *house) {
		assign := func(who ledger.Person, r desk.Remark) error {
			return h.act(who, func(a *desk.Acts, by ledger.Actor) error {
				_, err := a.Assign(by, r)
				return err
			})
		}
		h.want("", assign(h.leader, desk.Remark{Project: h.plant.ID, Text: "月底前清表"}))
		want := sorted(key(ledger.Recipient{Group: h.plantGroup.ID}), key(ledger.Recipient{Person: h.owner.ID}))
		if got := h.to("assign:"); !slices.Equal(got, want) {
			t.Fatalf("told %v, want %v", got, want)
		}
		if l := h.notice("assign:"); !strings.Contains(l.Title, "领导批示交办 L0001") {
			t.Errorf("the notice is %+v", l)
		}
		h.want(fault.Forbidden, assign(h.leader, desk.Remark{Text: "研究招商方案", To: h.owner.ID}))
		h.want(fault.Forbidden, assign(h.owner, desk.Remark{Project: h.plant.ID, Text: "清表"}))
		h.want(fault.NotFound, assign(h.outsider, desk.Remark{Project: h.plant.ID, Text: "清表"}))
		h.want(fault.Invalid, assign(h.leader, desk.Remark{Project: h.plant.ID}))
		h.want(fault.Invalid, assign(h.leader, desk.Remark{Project: h.plant.ID, Text: "清表", Due: 20260301}))
		m, err := h.store.CommitmentByCode(h.Context(), h.d, "L0001")
		h.ok(err)
		if m.RaisedBy != h.leader.ID || m.OwnerID != h.owner.ID || m.DueOn != 20260309 {
			t.Errorf("L0001 is %+v", m)
		}
	})
}

// A leader hears at once of a remark that somebody wrote down in the leader's name, and by whom; of the own
// remark the answer is enough.
func TestALeaderHearsOfARemarkWrittenInTheLeadersName(t *testing.T) {
	each(t, func(h *house) {
		assign := func(who ledger.Person, r desk.Remark) {
			h.Helper()
			h.want("", h.act(who, func(a *desk.Acts, by ledger.Actor) error {
				_, err := a.Assign(by, r)
				return err
			}))
		}
		assign(h.leader, desk.Remark{Project: h.plant.ID, Text: "月底前清表"})
		if got := h.to("behalf:"); len(got) != 0 {
			t.Fatalf("of the own remark %v were told", got)
		}
		assign(h.office, desk.Remark{Project: h.plant.ID, Text: "尽快通水"})
		if got := h.to("behalf:"); !slices.Equal(got, []string{key(ledger.Recipient{Person: h.leader.ID})}) {
			t.Fatalf("told %v", got)
		}
		l := h.notice("behalf:")
		said := strings.Join(append(append([]string{l.Title}, l.Rows...), l.Foot...), "|")
		want := "已代您批示交办 L0002 城南污水处理厂|住建局钱芳代您记录批示：尽快通水|责任人：**城南街道王敏**，**2026年3月9日（周一）**前办结。|责任人会收到通知。如有误，请回复：撤回 L0002"
		if said != want {
			t.Errorf("said\n%s, want\n%s", said, want)
		}
		h.want("", h.act(h.leader, func(a *desk.Acts, by ledger.Actor) error {
			m, err := h.store.CommitmentByCode(h.Context(), h.d, "L0002")
			h.ok(err)
			_, err = a.Recall(by, m.ID)
			return err
		}))
		if l := h.notice("behalf:"); l.Drop == "" {
			t.Errorf("of a matter taken back it still says %+v", l)
		}
	})
}

// With the offence the ground of its order falls away, and so does the reply; whatever else ends a matter
// leaves the reply owed.
func TestAWaiverTakesTheReplyAlong(t *testing.T) {
	each(t, func(h *house) {
		order := func() ledger.Commitment {
			var reply ledger.Commitment
			h.ok(h.store.Write(h.Context(), h.d, func(tx *store.Tx) error {
				m, err := tx.Reads().Commitment(h.Context(), h.d, h.node.ID)
				if err != nil {
					return err
				}
				_, err = tx.Apply(ledger.Outcome{Orders: []ledger.OrderDraft{{
					Order: ledger.Order{DistrictID: h.d, Year: 2026, CommitmentID: m.ID, ProjectID: m.ProjectID, On: 20260302, ReplyBy: 20260309},
					Step:  ledger.Step{DistrictID: h.d, CommitmentID: m.ID, DueOn: m.DueOn, Name: ledger.StepOrder, On: 20260302, ProjectID: m.ProjectID},
					Reply: ledger.Commitment{
						DistrictID: h.d, Kind: ledger.Reply, Title: "回复督办单", ProjectID: m.ProjectID, OwnerID: m.OwnerID, FirstDueOn: 20260309, DueOn: 20260309, State: ledger.Open,
					},
				}}})
				return err
			}))
			reply, err := h.store.CommitmentByCode(h.Context(), h.d, "H0001")
			h.ok(err)
			return reply
		}
		reply := order()
		h.want("", h.act(h.owner, func(a *desk.Acts, by ledger.Actor) error {
			_, err := a.Done(by, h.node.ID, "已取得")
			return err
		}))
		h.want("", h.act(h.office, func(a *desk.Acts, by ledger.Actor) error {
			_, err := a.Accept(by, h.node.ID)
			return err
		}))
		if r := h.commitment(reply.ID); r.State != ledger.Open {
			t.Errorf("accepted, and the reply is %s", r.State)
		}
		h.want("", h.act(h.inspector, func(a *desk.Acts, by ledger.Actor) error {
			_, err := a.Waive(by, h.node.ID, "连续暴雨停工")
			return err
		}))
		if r := h.commitment(reply.ID); r.State != ledger.Waived || r.NextLook != 0 {
			t.Errorf("waived, and the reply is %+v", r)
		}
	})
}

// What was owed by somebody who left is given on and told, once, and keeps its day; a dry run does nothing.
func TestWhoLeftOwesNoMore(t *testing.T) {
	each(t, func(h *house) {
		r := book()
		r.People = append(r.People, config.PersonRow{Code: "M2", Name: "何平", Unit: "U2", Roles: []string{"liaison"}, WeCom: "heping"})
		h.load(r, true)
		chen, err := h.store.PersonByAccount(h.Context(), h.d, "wecom", "chen")
		h.ok(err)
		heping, err := h.store.PersonByAccount(h.Context(), h.d, "wecom", "heping")
		h.ok(err)
		p, err := h.store.ProjectByCode(h.Context(), h.d, "X001")
		h.ok(err)
		h.want("", h.act(chen, func(a *desk.Acts, by ledger.Actor) error {
			_, err := a.Raise(by, p.ID, "临时用电没有接通")
			return err
		}))
		r.People[1].Left = true
		h.load(r, false)
		if m, err := h.store.CommitmentByCode(h.Context(), h.d, "W0001"); err != nil || m.OwnerID != chen.ID {
			t.Fatalf("the dry run changed %+v, %v", m, err)
		}
		h.load(r, true)
		for _, code := range []string{"W0001", "J0003"} {
			if m, err := h.store.CommitmentByCode(h.Context(), h.d, code); err != nil || m.OwnerID != heping.ID || m.DueOn != m.FirstDueOn {
				t.Errorf("%s is %+v, %v", code, m, err)
			}
		}
		told := h.to("owner:")
		if len(told) != 4 || !slices.Contains(told, key(ledger.Recipient{Person: heping.ID})) { // each to the new owner and the task force
			t.Errorf("told %v", told)
		}
		if l := h.notice("owner:"); !strings.Contains(l.Title, "责任人变更") || l.Drop != "" {
			t.Errorf("the notice is %+v", l)
		}
		if rep := h.load(r, true); rep.Count(desk.RowChanged)+rep.Count(desk.RowRefused) != 0 {
			t.Errorf("a second time: %+v", rep.Rows)
		}
		r.People[2].Left = true // and nobody is left
		h.load(r, true)
		if m, err := h.store.CommitmentByCode(h.Context(), h.d, "W0001"); err != nil || m.OwnerID != 0 {
			t.Errorf("W0001 is %+v, %v", m, err)
		}
		if told := h.to("owner:"); !slices.Contains(told, key(ledger.Recipient{Group: h.officeGroup.ID})) {
			t.Errorf("the office was not told: %v", told)
		}
	})
}

// A node that was handed over stays with whoever has it though the register still names another.
func TestImportKeepsAHandover(t *testing.T) {
	each(t, func(h *house) {
		h.load(book(), true)
		m, err := h.store.CommitmentByCode(h.Context(), h.d, "J0003")
		h.ok(err)
		h.want("", h.act(h.office, func(a *desk.Acts, by ledger.Actor) error {
			_, _, err := a.HandOver(by, m.ID, h.owner.ID, "分工调整")
			return err
		}))
		if rep := h.load(book(), true); rep.Count(desk.RowChanged)+rep.Count(desk.RowRefused) != 0 {
			t.Errorf("rows %+v", rep.Rows)
		}
		if now := h.commitment(m.ID); now.OwnerID != h.owner.ID || now.UnitID != h.owner.UnitID {
			t.Errorf("J0003 is %+v", now)
		}
	})
}
