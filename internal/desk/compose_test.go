package desk_test

import (
	"strings"
	"testing"

	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
)

func TestComposeRefusesStrangeCauses(t *testing.T) {
	each(t, func(h *house) {
		for _, cause := range []string{
			"", "done", "done:1", "done:x:1", "done:1:2:3", "look:2026-03-05", "extension:1", "extension:1:2", "extension:granted:x:1",
			"extension:denied:1:2", "problem:1:2", "problem:1:2:x", "done:987654:1", "problem:987654:1:1",
		} {
			if l, err := h.Compose(h.Context(), store.Delivery{Cause: cause}, h.viewer(ledger.Recipient{Group: h.officeGroup.ID})); err == nil {
				t.Errorf("%q gave %+v", cause, l)
			}
		}
	})
}

// Whoever lost the right to a project between the act and the sending reads nothing of it.
func TestComposeAsksForEntitlement(t *testing.T) {
	each(t, func(h *house) {
		h.want("", h.act(h.leader, func(a *desk.Acts, by ledger.Actor) error {
			_, err := a.Raise(by, h.plant.ID, "许可证未办下来")
			return err
		}))
		rows := h.deliveries()
		if len(rows) != 1 || rows[0].GroupID != h.plantGroup.ID {
			t.Fatalf("deliveries %+v", rows)
		}
		h.want("", h.act(h.office, func(a *desk.Acts, by ledger.Actor) error {
			_, err := a.Unbind(by, said("m1", "office", "G-plant", "解绑"), []ledger.ProjectID{h.plant.ID})
			return err
		}))
		if l := h.notice("problem:"); l.Drop != "收件人无权了解该项目" || l.Title != "" {
			t.Errorf("told %+v", l)
		}
	})
}

// An extension decided before its request was told is not asked about any more.
func TestDecidedExtensionIsNotAskedAbout(t *testing.T) {
	each(t, func(h *house) {
		h.want("", h.act(h.owner, func(a *desk.Acts, by ledger.Actor) error {
			_, err := a.AskExtension(by, h.node.ID, 20260410, "图审未完成")
			return err
		}))
		asked := h.deliveries()[0]
		h.want("", h.act(h.leader, func(a *desk.Acts, by ledger.Actor) error {
			_, _, err := a.GrantExtension(by, h.node.ID)
			return err
		}))
		l, err := h.Compose(h.Context(), asked, h.viewer(asked.To()))
		h.want("", err)
		if !strings.HasPrefix(asked.Cause, "extension:") || l.Drop == "" {
			t.Errorf("told %+v", l)
		}
	})
}

// Whoever owed a node without otherwise having to do with its project hears that it was accepted, and
// from then on nothing more of the project.
func TestOwnerHearsTheEnd(t *testing.T) {
	each(t, func(h *house) {
		node := ledger.Commitment{
			DistrictID: h.d, Kind: ledger.Milestone, Title: "出具图审意见", ProjectID: h.plant.ID, OwnerID: h.outsider.ID,
			FirstDueOn: 20260320, DueOn: 20260320, State: ledger.Open, NextLook: 20260302,
		}
		h.write(ledger.Outcome{New: []ledger.Commitment{node}}, &node)
		h.want("", h.done(h.outsider, node.ID))
		h.want("", h.accept(h.leader, node.ID))
		l := h.notice("accept:")
		if l.Drop != "" || !strings.Contains(l.Title, node.Code) {
			t.Errorf("told %+v", l)
		}
		for _, p := range l.About {
			if !ledger.Entitled(h.viewer(ledger.Recipient{Person: h.outsider.ID}), &p) {
				t.Errorf("the letter speaks of %s to somebody who may not hear of it", p.Code)
			}
		}
		h.want(fault.NotFound, h.done(h.outsider, h.node.ID))
	})
}
