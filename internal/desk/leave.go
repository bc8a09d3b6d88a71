package desk

import (
	"context"
	"strings"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
	"duban/internal/workday"
)

// TakeLeave (请假) writes down who stands in for somebody from one day to another. Everybody does so for
// themselves, the head for the people of the unit, the office for all.
func (a *Acts) TakeLeave(by ledger.Actor, deputy ledger.PersonID, from, until workday.Day) error {
	who, leaves, ro, err := a.away(by)
	if err != nil {
		return err
	}
	to, err := a.read.Person(a.ctx, a.tx.District, deputy)
	if err != nil {
		return err
	}
	out, err := ledger.TakeLeave(who, to, from, until, leaves, ro, by)
	if err != nil {
		return err
	}
	_, err = a.tx.Apply(out)
	return err
}

// EndLeave (销假) ends what is left of the leave, and gives it.
func (a *Acts) EndLeave(by ledger.Actor) (ledger.Leave, error) {
	who, leaves, ro, err := a.away(by)
	if err != nil {
		return ledger.Leave{}, err
	}
	for _, l := range leaves {
		if l.PersonID != who.ID || l.UntilOn < by.Today {
			continue
		}
		out, err := ledger.EndLeave(l, who, ro, by)
		if err != nil {
			return l, err
		}
		_, err = a.tx.Apply(out)
		return l, err
	}
	return ledger.Leave{}, fault.Newf(fault.Conflict, "%s目前没有登记请假。", who.Name)
}

// away reads whose leave is spoken of.
func (a *Acts) away(by ledger.Actor) (who ledger.Person, leaves []ledger.Leave, ro ledger.Roster, err error) {
	v, err := a.who(by)
	if err != nil {
		return who, nil, ro, err
	}
	who = *v.Person
	if by.For != 0 {
		if who, err = a.read.Person(a.ctx, a.tx.District, by.For); err != nil {
			return who, nil, ro, err
		}
	}
	if leaves, err = a.read.Leaves(a.ctx, a.tx.District); err != nil {
		return who, nil, ro, err
	}
	ro, err = a.read.Roster(a.ctx, a.tx.District, 0)
	return who, leaves, ro, err
}

// absence is what notice/leave tells.
type absence struct {
	ledger.Leave
	Who, Deputy string
	By          string // who wrote it down, "" for the person itself
	Ended       bool
	Yours       bool // the reader is the deputy
	Own         bool // the reader is the one on leave
}

// leave words who stands in for whom: "leave:WHO:AT", "leave:ended:WHO:AT".
func (d *Desk) leave(ctx context.Context, del store.Delivery, v ledger.Viewer) (words.Letter, error) {
	id, at, err := personAt(del.Cause)
	if err != nil {
		return words.Letter{}, err
	}
	n := absence{Ended: strings.HasPrefix(del.Cause, "leave:ended:")}
	if n.Leave, err = d.Store.LeaveAt(ctx, d.District, id, clock.Instant(at), n.Ended); err != nil {
		return words.Letter{}, err
	}
	if !n.Ended && n.EndedAt != 0 {
		return words.Letter{Drop: "已销假"}, nil
	}
	n.Yours = v.Person != nil && v.Person.ID == n.DeputyID
	n.Own = v.Person != nil && v.Person.ID == n.PersonID
	if !n.Yours && !n.Own && !ledger.Entitled(v, nil) {
		return words.Letter{Drop: "收件人与请假无关"}, nil
	}
	if n.Who, err = d.called(ctx, n.PersonID); err != nil {
		return words.Letter{}, err
	}
	if n.Deputy, err = d.called(ctx, n.DeputyID); err != nil {
		return words.Letter{}, err
	}
	if n.AskedBy != n.PersonID {
		if n.By, err = d.called(ctx, n.AskedBy); err != nil {
			return words.Letter{}, err
		}
	}
	m, err := d.Words.Say("notice/leave", n)
	return words.Letter{Message: m}, err
}
