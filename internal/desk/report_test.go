package desk_test

import (
	"strings"
	"testing"
	"time"

	"duban/internal/clock"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
)

func TestReport(t *testing.T) {
	each(t, func(h *house) {
		said := ledger.Said{Progress: percent(40), Text: "桩基完成", Source: "chat"}
		var u ledger.Update
		h.want("", h.act(h.owner, func(a *desk.Acts, by ledger.Actor) (err error) {
			u, _, err = a.Report(by, h.plant.ID, said)
			return err
		}))
		if u.Receipt != "260302-001" || u.Period != "2026-03a" {
			t.Errorf("receipt %q period %q", u.Receipt, u.Period)
		}
		if p := h.project(h.plant.ID); p.Progress != 4000 || p.ReportedBy != h.owner.ID {
			t.Errorf("project %+v", p)
		}
		for _, c := range []struct {
			who  ledger.Person
			said ledger.Said
			want fault.Code
		}{
			{h.outsider, said, fault.NotFound},                                                 // learns nothing
			{h.other, said, fault.NotFound},                                                    // of the street, but neither liaison nor head
			{h.leader, said, fault.Forbidden},                                                  // sees it, does not report
			{h.office, ledger.Said{Text: "代报"}, ""},                                            // the office may for everybody
			{h.owner, ledger.Said{Progress: percent(30)}, fault.Ambiguous},                     // backwards
			{h.owner, ledger.Said{Progress: percent(101)}, fault.Invalid},                      // cannot be
			{h.owner, ledger.Said{Progress: percent(30), Sure: true}, ""},                      // confirmed
			{h.owner, ledger.Said{}, fault.Invalid},                                            // says nothing
			{h.owner, ledger.Said{Text: strings.Repeat("字", ledger.MaxText+1)}, fault.Invalid}, // too long
			{ledger.Person{ID: 9999}, ledger.Said{Text: "无此人"}, fault.NotFound},                // nobody
		} {
			h.want(c.want, h.act(c.who, func(a *desk.Acts, by ledger.Actor) error {
				_, _, err := a.Report(by, h.plant.ID, c.said)
				return err
			}))
		}
	})
}

// Who may not see a project is told exactly what is told of one that does not exist.
func TestNobodyLearnsOfWhatIsNotTheirs(t *testing.T) {
	each(t, func(h *house) {
		of := func(id ledger.ProjectID) string {
			return h.act(h.outsider, func(a *desk.Acts, by ledger.Actor) error {
				_, err := a.Raise(by, id, "打听")
				return err
			}).Error()
		}
		if a, b := of(h.plant.ID), of(987654); a != b {
			t.Errorf("%q is not %q", a, b)
		}
		matter := func(id ledger.CommitmentID) string {
			return h.act(h.outsider, func(a *desk.Acts, by ledger.Actor) error {
				_, err := a.Done(by, id, "打听")
				return err
			}).Error()
		}
		if a, b := matter(h.node.ID), matter(987654); a != b {
			t.Errorf("%q is not %q", a, b)
		}
		u := h.report(h.owner, h.plant, 10)
		receipt := func(r string) string {
			return h.act(h.outsider, func(a *desk.Acts, by ledger.Actor) error {
				_, _, err := a.Withdraw(by, r)
				return err
			}).Error()
		}
		if a, b := receipt(u.Receipt), receipt("260101-001"); a != b {
			t.Errorf("%q is not %q", a, b)
		}
	})
}

func TestOnlyTheOfficeActsForOthers(t *testing.T) {
	each(t, func(h *house) {
		report := func(who ledger.Person) error {
			return h.act(who, func(a *desk.Acts, by ledger.Actor) error {
				by.For = h.other.ID
				_, _, err := a.Report(by, h.plant.ID, ledger.Said{Text: "代报"})
				return err
			})
		}
		h.want(fault.Forbidden, report(h.owner))
		h.want("", report(h.office))
	})
}

func (h *house) report(who ledger.Person, p ledger.Project, n int) (u ledger.Update) {
	h.Helper()
	h.want("", h.act(who, func(a *desk.Acts, by ledger.Actor) (err error) {
		u, _, err = a.Report(by, p.ID, ledger.Said{Progress: percent(n), Source: "chat"})
		return err
	}))
	return u
}

func (h *house) withdraw(who ledger.Person, receipt string) error {
	h.Helper()
	return h.act(who, func(a *desk.Acts, by ledger.Actor) error {
		_, _, err := a.Withdraw(by, receipt)
		return err
	})
}

func TestWithdraw(t *testing.T) {
	each(t, func(h *house) {
		h.want(fault.NotFound, h.withdraw(h.owner, "")) // nothing to take back
		first := h.report(h.owner, h.plant, 10)
		second := h.report(h.owner, h.plant, 20)
		h.want(fault.Conflict, h.withdraw(h.owner, first.Receipt)) // not the latest
		h.want(fault.Forbidden, h.withdraw(h.office, second.Receipt))
		h.want("", h.withdraw(h.owner, ""))
		if p := h.project(h.plant.ID); p.Progress != 1000 {
			t.Errorf("progress is %s", p.Progress)
		}
		h.want(fault.Conflict, h.withdraw(h.owner, second.Receipt)) // once
		h.want("", h.withdraw(h.owner, first.Receipt))
		last := h.report(h.owner, h.plant, 30)
		h.clock.Set(monday.AddDate(0, 0, 15)) // 15日 is a Sunday: cut off on the 16th
		h.want(fault.Forbidden, h.withdraw(h.owner, last.Receipt))
	})
}

// What a cut-off has counted is not taken back: neither on the evening of its day, nor, where a Sunday
// moved it into the next half-month, within that.
func TestWithdrawEndsWithTheCutOff(t *testing.T) {
	each(t, func(h *house) {
		h.clock.Set(time.Date(2026, 3, 16, 10, 0, 0, 0, clock.Shanghai)) // 15日 is a Sunday: cut off today
		u := h.report(h.owner, h.plant, 10)
		if u.Period != "2026-03a" {
			h.Errorf("a report before the cut-off counts for %s", u.Period)
		}
		h.clock.Set(time.Date(2026, 3, 16, 18, 1, 0, 0, clock.Shanghai))
		h.want(fault.Forbidden, h.withdraw(h.owner, u.Receipt))
		h.clock.Set(time.Date(2026, 3, 31, 17, 0, 0, 0, clock.Shanghai))
		u = h.report(h.owner, h.plant, 20)
		h.clock.Set(time.Date(2026, 3, 31, 18, 1, 0, 0, clock.Shanghai))
		h.want(fault.Forbidden, h.withdraw(h.owner, u.Receipt))
		u = h.report(h.owner, h.plant, 30)
		if u.Period != "2026-04a" {
			h.Errorf("a report after the cut-off counts for %s", u.Period)
		}
		h.want("", h.withdraw(h.owner, u.Receipt))
	})
}

// A report settles the filings owed; taking it back makes them owed again.
func TestReportSettlesFilings(t *testing.T) {
	each(t, func(h *house) {
		filing := h.owed(ledger.Filing, h.plant)
		h.want(fault.Invalid, h.done(h.owner, filing.ID))
		h.report(h.owner, h.plant, 10)
		if m := h.commitment(filing.ID); m.State != ledger.Accepted {
			t.Errorf("the filing is %s", m.State)
		}
		h.want("", h.withdraw(h.owner, ""))
		if m := h.commitment(filing.ID); m.State != ledger.Open || m.NextLook == 0 {
			t.Errorf("the filing is %s, looked at on %s", m.State, m.NextLook)
		}
	})
}
