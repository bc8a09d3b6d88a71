package view

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"duban/internal/fault"
	"duban/internal/ledger"
)

// ProjectHistory is a page of what happened on a project and to its matters, the newest first.
type ProjectHistory struct {
	P     ledger.Project
	Lines []Event
	Page  int  // from 1
	More  bool // there is a page of what is older
}

// pageLines is how many lines a phone shows without scrolling far.
const pageLines = 8

// left out of a project's history: the register's own bookkeeping, and what says of a single matter only that
// somebody was told. The history of the matter has it.
var leftOut = []string{"import:%", "step:remind", "read"}

// actListed is the line that says a talk was proposed.
const actListed = "step:" + string(ledger.StepList)

// ProjectHistory gives the page: six queries. That a talk was proposed (提请约谈) only the inspection office
// and the project office read.
func (v *View) ProjectHistory(ctx context.Context, who ledger.Viewer, p ledger.Project, page int) (ProjectHistory, error) {
	h := ProjectHistory{P: p, Page: page}
	if !ledger.Entitled(who, &p) {
		return h, errNoProject
	}
	reg, err := v.People(ctx)
	if err != nil {
		return h, err
	}
	matters, err := v.Store.CommitmentsOf(ctx, v.District, p.ID)
	if err != nil {
		return h, err
	}
	codes, titles, subjects := map[string]string{}, map[string]string{}, []string{p.Subject()}
	for _, m := range matters {
		codes[m.Subject()], titles[m.Subject()] = m.Code, m.Title
		subjects = append(subjects, m.Subject())
	}
	but := leftOut
	if !oversees(who) {
		but = append(but[:len(but):len(but)], actListed)
	}
	entries, err := v.Store.Chronicle(ctx, v.District, subjects, but, pageLines+1, (page-1)*pageLines)
	if err != nil {
		return h, err
	}
	if len(entries) == 0 && page > 1 {
		return h, fault.Newf(fault.NotFound, "%s的办理经过没有第%d页。", p.Name, page)
	}
	if h.More = len(entries) > pageLines; h.More {
		entries = entries[:pageLines]
	}
	notices, err := v.noticesOf(ctx, entries, matters)
	for _, e := range entries {
		line := event(e, reg)
		line.Code, line.Title = codes[e.Subject], titles[e.Subject]
		if line.Notice == "" {
			line.Notice = notices[stepKey(e.Subject, line.On, e.Act)]
		}
		line.Figures = figures(e)
		h.Lines = append(h.Lines, line)
	}
	return h, err
}

// oversees reports whether the viewer may read what is for the inspection office and the project office alone.
func oversees(who ledger.Viewer) bool {
	if who.Group != nil {
		return who.Group.Class == ledger.GroupOffice || who.Group.Class == ledger.GroupInspection
	}
	return who.Person != nil && who.Person.Has(ledger.RoleOffice, ledger.RoleInspection)
}

func stepKey(subject string, on fmt.Stringer, act string) string {
	return fmt.Sprint(subject, on, strings.TrimPrefix(act, "step:"))
}

// noticesOf gives the numbers of the warnings and orders that the entries tell of.
func (v *View) noticesOf(ctx context.Context, entries []ledger.Entry, matters []ledger.Commitment) (map[string]string, error) {
	stepped := map[string]bool{}
	for _, e := range entries {
		if strings.HasPrefix(e.Act, "step:") {
			stepped[e.Subject] = true
		}
	}
	out := map[string]string{}
	for _, m := range matters {
		if !stepped[m.Subject()] {
			continue
		}
		steps, err := v.Store.StepsOf(ctx, v.District, m.ID)
		if err != nil {
			return nil, err
		}
		for _, s := range steps {
			out[stepKey(m.Subject(), s.On, string(s.Name))] = s.Notice
		}
	}
	return out, nil
}

// figures gives the values a report left, with those before it where they differ: "进度42% → 45%".
func figures(e ledger.Entry) string {
	var was, now struct {
		Progress *ledger.Percent
		Invested *ledger.Money
	}
	if e.After == "" || json.Unmarshal([]byte(e.After), &now) != nil || now.Progress == nil || now.Invested == nil {
		return ""
	}
	_ = json.Unmarshal([]byte(cmp.Or(e.Before, "{}")), &was) // without it the new values stand alone
	out := "进度" + changed(was.Progress, *now.Progress)
	if was.Invested == nil || *was.Invested != *now.Invested {
		out += "，本年投资" + changed(was.Invested, *now.Invested)
	}
	return out
}

func changed[T interface {
	comparable
	fmt.Stringer
}](was *T, now T) string {
	if was == nil || *was == now {
		return now.String()
	}
	return (*was).String() + " → " + now.String()
}
