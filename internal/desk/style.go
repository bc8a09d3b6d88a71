package desk

import (
	"context"
	"strconv"
	"strings"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// The causes of what a dispute brings; see ledger.Dispute and ledger.Settle.
const (
	disputeCause = "dispute"
	settledCause = "dispute_settled"
)

var errNoFinding = fault.New(fault.NotFound, "没有这条作风记录，请核对编号后再发，例如：F0003")

// Dispute (异议) objects to a finding of a bad style and gives it as it is now.
func (a *Acts) Dispute(by ledger.Actor, code, reason string) (ledger.Finding, error) {
	f, v, err := a.finding(by, code)
	if err != nil {
		return f, err
	}
	if !ledger.MayDispute(v, f) {
		return f, fault.New(fault.Forbidden, "异议由当事人或其单位负责人提出。")
	}
	ro, err := a.read.Roster(a.ctx, a.tx.District, 0)
	if err != nil {
		return f, err
	}
	out, err := ledger.Dispute(f, reason, ro, by)
	return a.settle(f, out, err)
}

// Settle decides on a dispute: upheld keeps the finding (保留), else it counts no longer (剔除).
func (a *Acts) Settle(by ledger.Actor, code string, upheld bool, reason string) (ledger.Finding, error) {
	f, v, err := a.finding(by, code)
	if err != nil {
		return f, err
	}
	if !v.Person.Has(ledger.RoleInspection) {
		return f, fault.New(fault.Forbidden, "异议由督查室核实认定。")
	}
	out, err := ledger.Settle(f, upheld, reason, by)
	return a.settle(f, out, err)
}

// finding reads a finding the person may see; to others it is not there.
func (a *Acts) finding(by ledger.Actor, code string) (ledger.Finding, ledger.Viewer, error) {
	v, err := a.who(by)
	if err != nil {
		return ledger.Finding{}, v, err
	}
	f, err := a.read.FindingByCode(a.ctx, a.tx.District, code)
	switch {
	case fault.CodeOf(err) == fault.NotFound, err == nil && !ledger.MaySeeFinding(v, f):
		return f, v, errNoFinding
	}
	return f, v, err
}

func (a *Acts) settle(f ledger.Finding, out ledger.Outcome, err error) (ledger.Finding, error) {
	if err != nil {
		return f, err
	}
	if _, err := a.tx.Apply(out); err != nil {
		return f, err
	}
	return out.Findings[0], nil
}

// disputed words what a dispute brings: "dispute:12" for the inspection office, "dispute_settled:12" for whoever
// objected.
func (d *Desk) disputed(ctx context.Context, del store.Delivery, v ledger.Viewer) (words.Letter, error) {
	what, of, _ := strings.Cut(del.Cause, ":")
	id, err := strconv.ParseInt(of, 10, 64)
	if err != nil {
		return words.Letter{}, err
	}
	f, err := d.Store.Finding(ctx, d.District, id)
	if err != nil {
		return words.Letter{}, err
	}
	inspection := v.Group != nil && v.Group.Active && v.Group.Class == ledger.GroupInspection
	switch {
	case what == disputeCause && f.State != ledger.FindingDisputed:
		return words.Letter{Drop: "异议已核实"}, nil
	case !inspection && !ledger.MaySeeFinding(v, f):
		return words.Letter{Drop: "收件人无权了解该记录"}, nil
	}
	by := f.DisputedBy
	if what == settledCause {
		by = f.DecidedBy
	}
	who, err := d.called(ctx, by)
	if err != nil {
		return words.Letter{}, err
	}
	var l words.Letter
	l.Message, err = d.Words.Say("notice/"+what, struct {
		ledger.Finding
		By string
	}{f, who})
	return l, err
}
