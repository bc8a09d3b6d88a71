package desk

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// readingCause tells the owner of a reading that is not as reported: "reading:<project>:<moment>".
const readingCause = "reading"

// Inspect (核查) puts what was seen on a project's site beside what is reported of it, and gives the reading
// with the matter it opened, nil for none. The inspection office and the office may.
func (a *Acts) Inspect(by ledger.Actor, id ledger.ProjectID, read ledger.Percent, text string, photos []string) (ledger.Reading, *ledger.Commitment, error) {
	p, v, err := a.project(by, id)
	if err != nil {
		return ledger.Reading{}, nil, err
	}
	if !ledger.MayInspect(v) {
		return ledger.Reading{}, nil, fault.New(fault.Forbidden, "现场核查由督查室或项目办登记。如报送有误，请发：更正")
	}
	last, err := a.read.LastUpdate(a.ctx, a.tx.District, p.ID)
	if err != nil && fault.CodeOf(err) != fault.NotFound {
		return ledger.Reading{}, nil, err
	}
	to, err := a.assignee(Remark{}, &p)
	if err != nil {
		return ledger.Reading{}, nil, err
	}
	due := a.desk.Calendar.After(by.Today, a.desk.Rules.AssignDays)
	out, err := ledger.Inspect(p, last, read, text, photos, to, due, a.desk.Rules, by)
	if err != nil {
		return ledger.Reading{}, nil, err
	}
	w, err := a.tx.Apply(out)
	if err != nil {
		return ledger.Reading{}, nil, err
	}
	if len(w.New) > 0 {
		return out.Readings[0].Reading, &w.New[0], nil
	}
	return out.Readings[0].Reading, nil, nil
}

// composeReading words what the owner hears of a reading.
func (d *Desk) composeReading(ctx context.Context, del store.Delivery, v ledger.Viewer) (words.Letter, error) {
	part := strings.Split(del.Cause, ":")
	if len(part) != 3 {
		return words.Letter{}, fmt.Errorf("the desk knows no cause %q", del.Cause)
	}
	project, err := strconv.ParseInt(part[1], 10, 64)
	if err != nil {
		return words.Letter{}, fmt.Errorf("read cause %q: %w", del.Cause, err)
	}
	at, err := strconv.ParseInt(part[2], 10, 64)
	if err != nil {
		return words.Letter{}, fmt.Errorf("read cause %q: %w", del.Cause, err)
	}
	r, err := d.Store.ReadingAt(ctx, d.District, ledger.ProjectID(project), clock.Instant(at))
	if err != nil {
		return words.Letter{}, err
	}
	m, opened, err := d.Store.OpenedBy(ctx, d.District, r.ID)
	switch {
	case err != nil:
		return words.Letter{}, err
	case !opened || m.State != ledger.Open:
		return words.Letter{Drop: "事项已有处理结果"}, nil
	case !v.Is(m.OwnerID):
		return words.Letter{Drop: "事项已由他人办理"}, nil
	}
	p, err := d.Store.Project(ctx, d.District, r.ProjectID)
	if err != nil {
		return words.Letter{}, err
	}
	by, err := d.called(ctx, r.PersonID)
	if err != nil {
		return words.Letter{}, err
	}
	var l words.Letter
	l.Message, err = d.Words.Say("notice/reading", struct {
		R  ledger.Reading
		M  ledger.Commitment
		P  ledger.Project
		By string
	}{r, m, p, by})
	return l, err
}
