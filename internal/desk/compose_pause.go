package desk

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// pauseCauses begin the causes of notices about a suspension, and about its end.
var pauseCauses = map[bool]string{false: "suspend", true: "resume"}

// paused is what the notices of a suspension tell.
type pausedNote struct {
	P      ledger.Project
	X      ledger.Suspension
	Asked  string // who asked
	By     string // who decided
	Moved  int    // matters whose day was moved on
	Judges bool   // the reader is among those who decide
}

// pause words the notice of a request to suspend a project or to let it go on, and of what became of it:
// "suspend:asked:7:1772668800000", the same with granted and denied, and of "resume".
func (d *Desk) pause(ctx context.Context, del store.Delivery, v ledger.Viewer) (words.Letter, error) {
	part := strings.Split(del.Cause, ":")
	if len(part) != 4 {
		return words.Letter{}, fmt.Errorf("the desk knows no cause %q", del.Cause)
	}
	id, err := strconv.ParseInt(part[2], 10, 64)
	if err != nil {
		return words.Letter{}, fmt.Errorf("read cause %q: %w", del.Cause, err)
	}
	var n pausedNote
	if n.P, err = d.Store.Project(ctx, d.District, ledger.ProjectID(id)); err != nil {
		return words.Letter{}, err
	}
	all, err := d.Store.Suspensions(ctx, d.District, n.P.ID)
	if err != nil {
		return words.Letter{}, err
	}
	for _, x := range all {
		if pauseCauses[x.Resumes] == part[0] && del.DueAt == pausedAt(x, part[1]) {
			n.X = x
		}
	}
	own := v.Person != nil && (v.Person.ID == n.X.AskedBy || v.Person.ID == n.P.OwnerID)
	switch {
	case n.X.ID == 0, part[1] == "asked" && n.X.State != "asked":
		return words.Letter{Drop: "申请已有处理结果"}, nil
	case !own && !ledger.Entitled(v, &n.P):
		return words.Letter{Drop: "收件人无权了解该项目"}, nil
	}
	if n.Asked, err = d.called(ctx, n.X.AskedBy); err != nil {
		return words.Letter{}, err
	}
	if n.By, err = d.called(ctx, n.X.DecidedBy); err != nil {
		return words.Letter{}, err
	}
	if n.X.Resumes && n.X.State == "granted" {
		if n.Moved, err = d.Store.MovedOn(ctx, d.District, n.P.ID, n.X.DecidedAt); err != nil {
			return words.Letter{}, err
		}
	}
	l := words.Letter{About: []ledger.Project{n.P}}
	l.Message, err = d.Words.Say("notice/pause_"+part[1], n)
	return l, err
}

// pausedAt is when what a notice tells of happened.
func pausedAt(x ledger.Suspension, what string) clock.Instant {
	if what == "asked" {
		return x.AskedAt
	}
	return x.DecidedAt
}
