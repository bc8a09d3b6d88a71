package watch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
	"duban/internal/workday"
)

// Styles (作风) reads the four bad styles from what everybody left behind, and puts what is new on the ledger.
// Run again, it finds nothing twice.
func (w *Watch) Styles(ctx context.Context, moment time.Time) error {
	d, err := w.trails(ctx, today(moment))
	if err != nil {
		return err
	}
	for people := range slices.Chunk(d.people, batch) {
		var ids []ledger.PersonID
		for _, p := range people {
			ids = append(ids, p.ID)
		}
		from := today(moment).AddDays(-max(w.StyleRules.Days, 366)).At(0, 0, clock.Shanghai)
		updates, err := w.Store.UpdatesOfPeople(ctx, w.District, ids, clock.At(from))
		if err != nil {
			return fmt.Errorf("read what people reported: %w", err)
		}
		var found []ledger.Finding
		for _, p := range people {
			t := d.trail(p)
			t.Updates = updates[p.ID]
			found = append(found, t.Findings(w.StyleRules, today(moment))...)
		}
		if err := w.find(ctx, found, d.heads, today(moment), clock.At(moment)); err != nil {
			return err
		}
	}
	return nil
}

// find writes those of the findings that are new.
func (w *Watch) find(ctx context.Context, found []ledger.Finding, heads map[ledger.UnitID][]ledger.PersonID, on workday.Day, at clock.Instant) error {
	refs := make([]string, 0, len(found))
	for _, f := range found {
		refs = append(refs, f.Ref)
	}
	return w.Store.Write(ctx, w.District, func(tx *store.Tx) error {
		before, err := tx.Reads().FoundBefore(ctx, w.District, refs)
		if err != nil {
			return err
		}
		var fresh []ledger.Finding
		for _, f := range found {
			if !before[f.Ref] {
				fresh = append(fresh, f)
			}
		}
		if len(fresh) == 0 {
			return nil
		}
		_, err = tx.Apply(ledger.Find(fresh, heads, on, at))
		return err
	})
}

// traces are the marks of the whole district, by whose they are.
type traces struct {
	people     []ledger.Person
	heads      map[ledger.UnitID][]ledger.PersonID
	strikes    map[ledger.PersonID][]ledger.Strike
	extensions map[ledger.PersonID][]ledger.Extension
	handovers  map[ledger.PersonID][]ledger.Handover
	passed     map[ledger.CommitmentID]int
	extended   map[ledger.CommitmentID]int
	names      map[ledger.ProjectID]string
	codes      map[ledger.CommitmentID]ledger.Title
	mismatches map[ledger.UpdateID]ledger.Reading
}

func (d traces) trail(p ledger.Person) ledger.Trail {
	return ledger.Trail{
		Person: p, Strikes: d.strikes[p.ID], Extensions: d.extensions[p.ID], Handovers: d.handovers[p.ID],
		Passed: d.passed, Extended: d.extended, Names: d.names, Codes: d.codes, Mismatches: d.mismatches,
	}
}

func (w *Watch) trails(ctx context.Context, day workday.Day) (traces, error) {
	d := traces{
		heads: map[ledger.UnitID][]ledger.PersonID{}, strikes: map[ledger.PersonID][]ledger.Strike{}, extensions: map[ledger.PersonID][]ledger.Extension{},
		handovers: map[ledger.PersonID][]ledger.Handover{}, passed: map[ledger.CommitmentID]int{}, extended: map[ledger.CommitmentID]int{},
		names: map[ledger.ProjectID]string{}, codes: map[ledger.CommitmentID]ledger.Title{}, mismatches: map[ledger.UpdateID]ledger.Reading{},
	}
	all, err := w.Store.People(ctx, w.District)
	if err != nil {
		return d, err
	}
	for _, p := range all {
		if p.Active {
			d.people = append(d.people, p)
		}
		if p.Active && p.UnitID != 0 && p.Has(ledger.RoleUnitHead) {
			d.heads[p.UnitID] = append(d.heads[p.UnitID], p.ID)
		}
	}
	projects, err := w.Store.Projects(ctx, w.District)
	if err != nil {
		return d, err
	}
	for _, p := range projects {
		d.names[p.ID] = p.Name
	}
	return d, w.marks(ctx, &d, day)
}

// marks reads offences, extensions and handovers with the matters they are of. A matter is late by whoever
// has to move it; it was extended and passed on by whoever asked for that.
func (w *Watch) marks(ctx context.Context, d *traces, day workday.Day) error {
	begin := workday.NewDay(day.Year(), 1, 1)
	readings, err := w.Store.ReadingsBetween(ctx, w.District, begin.AddDays(-1), day)
	if err != nil {
		return err
	}
	for _, x := range readings {
		if x.Mismatch {
			d.mismatches[x.UpdateID] = x
		}
	}
	strikes, err := w.Store.StandingStrikesSince(ctx, w.District, begin)
	if err != nil {
		return err
	}
	extensions, err := w.Store.Extended(ctx, w.District)
	if err != nil {
		return err
	}
	handovers, err := w.Store.Passed(ctx, w.District)
	if err != nil {
		return err
	}
	var ids []ledger.CommitmentID
	for _, s := range strikes {
		ids = append(ids, s.CommitmentID)
	}
	for _, x := range extensions {
		d.extended[x.CommitmentID]++
		d.extensions[x.AskedBy] = append(d.extensions[x.AskedBy], x)
		ids = append(ids, x.CommitmentID)
	}
	for _, h := range handovers {
		d.passed[h.CommitmentID]++
		if d.passed[h.CommitmentID] >= w.StyleRules.Passed {
			d.handovers[h.AskedBy] = append(d.handovers[h.AskedBy], h)
		}
		ids = append(ids, h.CommitmentID)
	}
	ms, err := w.Store.Commitments(ctx, w.District, distinct(ids))
	if err != nil {
		return err
	}
	owners := map[ledger.CommitmentID]ledger.PersonID{}
	for _, m := range ms {
		d.codes[m.ID], owners[m.ID] = ledger.Title{Code: m.Code, Title: m.Title, ProjectID: m.ProjectID}, m.OwnerID
	}
	for _, s := range strikes {
		owner := owners[s.CommitmentID]
		d.strikes[owner] = append(d.strikes[owner], s)
	}
	return nil
}

// composeStyle words what was found of a unit for its head: "style:2026-03-02".
func (w *Watch) composeStyle(ctx context.Context, of string, v ledger.Viewer) (words.Letter, error) {
	on, err := workday.ParseDay(of)
	if err != nil {
		return words.Letter{}, fmt.Errorf("compose style:%s: %w", of, err)
	}
	if v.Person == nil || !v.Person.Has(ledger.RoleUnitHead) {
		return words.Letter{Drop: "收件人已不是单位负责人"}, nil
	}
	all, err := w.Store.Findings(ctx, w.District, []ledger.UnitID{v.Person.UnitID}, on.AddDays(-max(w.StyleRules.Days, 366))) // what happened long before is no longer read
	if err != nil {
		return words.Letter{}, err
	}
	people, err := w.Store.People(ctx, w.District)
	if err != nil {
		return words.Letter{}, err
	}
	names := map[ledger.PersonID]string{}
	for _, p := range people {
		names[p.ID] = p.Name
	}
	type line struct {
		ledger.Finding
		Who string
	}
	var lines []line
	for _, f := range all {
		if f.FoundOn == on && f.State == ledger.FindingStands && ledger.MaySeeFinding(v, f) {
			lines = append(lines, line{f, names[f.PersonID]})
		}
	}
	if len(lines) == 0 {
		return words.Letter{Drop: "所列情况均已提出异议或剔除"}, nil
	}
	var l words.Letter
	l.Message, err = w.Words.Say("notice/style", lines)
	return l, err
}
