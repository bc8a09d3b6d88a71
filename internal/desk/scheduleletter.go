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

// The first words of the causes of notices about a project's schedule and its stage.
const (
	scheduleCause = "schedule"
	stageCause    = "stage"
)

// ofProject reads "schedule:asked:7:1772668800000" and "stage:7:1772668800000".
func ofProject(cause string) (id ledger.ProjectID, at clock.Instant, err error) {
	part := strings.Split(cause, ":")
	if len(part) < 3 {
		return 0, 0, fmt.Errorf("the desk knows no cause %q", cause)
	}
	p, err1 := strconv.ParseInt(part[len(part)-2], 10, 64)
	n, err2 := strconv.ParseInt(part[len(part)-1], 10, 64)
	if err1 != nil || err2 != nil {
		return 0, 0, fmt.Errorf("the desk knows no cause %q", cause)
	}
	return ledger.ProjectID(p), clock.Instant(n), nil
}

// Draft gives the project whose schedule the notice asks to be approved; false when it asks for no such thing.
func (c Context) Draft() (ledger.ProjectID, bool) {
	if !strings.HasPrefix(c.Notice.Cause, scheduleCause+":asked:") {
		return 0, false
	}
	id, _, err := ofProject(c.Notice.Cause)
	return id, err == nil
}

// scheduled words what became of a draft: it waits, it counts, or it was sent back.
func (d *Desk) scheduled(ctx context.Context, del store.Delivery, v ledger.Viewer) (words.Letter, error) {
	id, at, err := ofProject(del.Cause)
	if err != nil {
		return words.Letter{}, err
	}
	p, drop, err := d.shownProject(ctx, id, v)
	if err != nil || drop != "" {
		return words.Letter{Drop: drop}, err
	}
	s, err := d.Store.LastSchedule(ctx, d.District, id)
	if err != nil {
		return words.Letter{}, err
	}
	state := strings.Split(del.Cause, ":")[1]
	who := s.DecidedBy
	if state == "asked" {
		who = s.AskedBy
	}
	if s.State != state || s.AskedAt != at && s.DecidedAt != at {
		return words.Letter{Drop: "排期已有处理结果"}, nil
	}
	by, err := d.called(ctx, who)
	if err != nil {
		return words.Letter{}, err
	}
	l := words.Letter{About: []ledger.Project{p}}
	l.Message, err = d.Words.Say("notice/schedule_"+state, struct {
		P  ledger.Project
		S  ledger.Schedule
		By string
	}{p, s, by})
	return l, err
}

// staged words that a project came to another stage.
func (d *Desk) staged(ctx context.Context, del store.Delivery, v ledger.Viewer) (words.Letter, error) {
	id, at, err := ofProject(del.Cause)
	if err != nil {
		return words.Letter{}, err
	}
	p, drop, err := d.shownProject(ctx, id, v)
	if err != nil || drop != "" {
		return words.Letter{Drop: drop}, err
	}
	changes, err := d.Store.StageChanges(ctx, d.District, id)
	if err != nil {
		return words.Letter{}, err
	}
	for _, c := range changes {
		if c.At != at {
			continue
		}
		by, err := d.called(ctx, c.PersonID)
		if err != nil {
			return words.Letter{}, err
		}
		l := words.Letter{About: []ledger.Project{p}}
		l.Message, err = d.Words.Say("notice/stage", struct {
			P  ledger.Project
			C  ledger.StageChange
			By string
		}{p, c, by})
		return l, err
	}
	return words.Letter{Drop: "阶段变更已不在台账中"}, nil
}

// shownProject reads a project for a reader, or says why there is nothing to tell any more.
func (d *Desk) shownProject(ctx context.Context, id ledger.ProjectID, v ledger.Viewer) (p ledger.Project, drop string, err error) {
	if p, err = d.Store.Project(ctx, d.District, id); err != nil {
		return p, "", err
	}
	if !ledger.Entitled(v, &p) {
		return p, "收件人无权了解该项目", nil
	}
	return p, "", nil
}
