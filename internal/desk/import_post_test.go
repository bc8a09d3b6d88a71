package desk_test

import (
	"slices"
	"strings"
	"testing"

	"duban/internal/config"
	"duban/internal/desk"
	"duban/internal/ledger"
)

// TestImportKeepsAPostThatWasHandedOver: a register that still names the old holder takes nothing back from the new one.
func TestImportKeepsAPostThatWasHandedOver(t *testing.T) {
	each(t, func(h *house) {
		r := book()
		r.People = append(r.People, config.PersonRow{Code: "Z1", Name: "周敏", Roles: []string{"office"}, WeCom: "zhoumin1"},
			config.PersonRow{Code: "N1", Name: "李四", WeCom: "lisi1"})
		r.People[1].Post = "科长"
		h.load(r, true)
		byCode := func(code string) ledger.Person {
			people, err := h.store.People(h.Context(), h.d)
			h.ok(err)
			return people[slices.IndexFunc(people, func(p ledger.Person) bool { return p.Code == code })]
		}
		from, to, office := byCode("M1"), byCode("N1"), byCode("Z1")
		h.ok(h.Act(h.Context(), func(a *desk.Acts) error {
			s, err := a.HandPost(a.By(office.ID), "科长", from.ID, to.ID, false)
			if err == nil && (s.Moved.Count() != 3 || len(s.Moved.Matters) != 1) { // a node, the reports and the task force
				t.Errorf("moved %+v", s.Moved)
			}
			return err
		}))
		rep := h.load(r, true)
		if s, why := state(rep, "M1"); s != desk.RowRefused || !strings.Contains(why, "已于") || !strings.Contains(why, "李四") {
			t.Errorf("the old holder's row: %s %s", s, why)
		}
		if s, why := state(rep, "N1"); s != desk.RowRefused || !strings.Contains(why, "接任") {
			t.Errorf("the new holder's row: %s %s", s, why)
		}
		p, err := h.store.ProjectByCode(h.Context(), h.d, "X001")
		h.ok(err)
		members, err := h.store.AllMembers(h.Context(), h.d)
		h.ok(err)
		node, err := h.store.CommitmentByCode(h.Context(), h.d, "J0003")
		h.ok(err)
		if p.OwnerID != to.ID || node.OwnerID != to.ID || slices.ContainsFunc(members, func(m ledger.Member) bool { return m.ProjectID == p.ID && m.PersonID == from.ID }) {
			t.Errorf("owner %d, node's %d, members %+v; want %d", p.OwnerID, node.OwnerID, members, to.ID)
		}
		if now := byCode("N1"); now.Post != "科长" || !now.Has(ledger.RoleLiaison) {
			t.Errorf("the new holder: %+v", now)
		}
	})
}
