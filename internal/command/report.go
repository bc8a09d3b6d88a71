package command

import (
	"context"
	"encoding/json"
	"fmt"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
)

// report (报) takes a report, or asks about what is not certain in it.
func report(ctx context.Context, t *turn, in intent) (step, error) {
	if in.refuse != "" {
		err := fault.New(fault.Invalid, in.refuse)
		if i, ok := t.names.index[in.project.id]; ok {
			return t.refused(t.names.projects[i], err), nil
		}
		return nil, err
	}
	p, ask, err := t.project(in)
	if err != nil || ask != nil {
		return ask, err
	}
	if err := t.known(p); err != nil {
		return nil, err
	}
	if in.month != nil && in.said.Progress == nil && in.said.Invested == nil && onlyMonth(in) {
		return t.addsUp(ctx, in, p)
	}
	if in.said.Progress == nil && in.said.Invested == nil && in.said.Text == "" {
		return t.refused(p, fault.Newf(fault.Invalid, "没有读到进度或说明，请重发，例如：%s", fill("报 %s 65% 主体结构封顶", p.Name))), nil
	}
	q := question{Project: p.ID, Said: t.ahead + in.script.raw, Report: &in.said, Month: in.monthly(), For: t.other.ID, ForName: t.other.Name}
	if in.confirm == "" {
		photos, lost := t.photos(ctx)
		return t.writes(q, photos, lost), nil
	}
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, p)
		if err != nil {
			return chat.Message{}, err
		}
		q.Kind = askConfirm
		return t.ask(a, private, q, "reply/confirm", struct{ Name, What string }{p.Name, in.confirm})
	}, nil
}

// reported carries out a report that was asked about.
func (t *turn) reported(q question) step { return t.writes(q, nil, "") }

// echo is what a report's answer tells.
type echo struct {
	P   ledger.Project
	U   ledger.Update
	Was struct {
		Progress ledger.Percent
		Invested ledger.Money
	}
	Old        ledger.Update // the one it corrects
	For, By    string        // on whose behalf it was reported, and by whom; "" for oneself
	Period     string
	Photos     int
	Month      ledger.Money // money of a month or so that was said and is not in the year's total
	Sum        ledger.Money // what the year's total would be with it
	Lack       string       // what the words say is missing: it may be registered as a problem
	LostPhotos string       // why photos were not taken
}

// writes reports, and asks when the law takes it for a slip. A slip that was confirmed is written only
// while the project is as it was when the question was asked.
func (t *turn) writes(q question, photos [][]byte, lost string) step {
	t.about = append(t.about, q.Project)
	return func(a *desk.Acts) (chat.Message, error) {
		p := t.names.projects[t.names.index[q.Project]]
		private, err := t.hush(a, p)
		if err != nil {
			return chat.Message{}, err
		}
		said := *q.Report
		e := echo{LostPhotos: lost}
		for _, data := range photos {
			hash, err := a.Photo(data)
			if err != nil {
				return chat.Message{}, err
			}
			said.Photos = append(said.Photos, hash)
		}
		by := a.By(t.Person.ID)
		by.For = q.For
		write := func() error {
			if q.Corrects != "" {
				e.Old, e.U, e.P, err = a.Correct(by, q.Corrects, said)
			} else {
				e.U, e.P, err = a.Report(by, q.Project, said)
			}
			return err
		}
		if err := write(); fault.CodeOf(err) == fault.Ambiguous && q.Kind == askSure && q.Version == e.P.Version {
			said.Sure = true
			_ = write() // err holds what came of it
		}
		if fault.CodeOf(err) == fault.Ambiguous {
			again := question{Kind: askSure, Said: q.Said, Project: q.Project, Version: e.P.Version, Report: &said, Corrects: q.Corrects, For: q.For, ForName: q.ForName}
			return t.ask(a, private, again, "reply/sure", struct {
				Name   string
				Doubts []string
			}{p.Name, slips(e.P, said, by, err)})
		}
		if err != nil {
			return chat.Message{}, err
		}
		if err := e.remember(); err != nil {
			return chat.Message{}, err
		}
		e.offer(q)
		e.Photos = len(said.Photos)
		e.Period = t.periodName(e.U.Period)
		e.For, e.By = q.ForName, t.Person.Name
		return t.Words.Say("reply/report", e)
	}
}

// remember reads what the report replaced.
func (e *echo) remember() error {
	if err := json.Unmarshal([]byte(e.U.PrevState), &e.Was); err != nil {
		return fmt.Errorf("read the state before: %w", err)
	}
	return nil
}

// slips gives every doubt the law has about a report: one confirmation is for all of them, so all
// must have been read.
func slips(p ledger.Project, said ledger.Said, by ledger.Actor, first error) []string {
	var out []string
	for _, one := range []ledger.Said{{Progress: said.Progress, Text: "-"}, {Invested: said.Invested, Text: "-"}} {
		if _, err := ledger.Report(p, one, nil, by); fault.CodeOf(err) == fault.Ambiguous {
			out = append(out, fault.Sentence(err))
		}
	}
	if len(out) == 0 {
		out = append(out, fault.Sentence(first))
	}
	return out
}

// maxPhotos is how many photos one report takes.
const maxPhotos = 9

// photos fetches what came with the words. A photo that cannot be had does not hold up the report;
// the answer says so.
func (t *turn) photos(ctx context.Context) (out [][]byte, lost string) {
	fetcher := t.Fetch[t.Incoming.Platform]
	for _, m := range t.Incoming.Media {
		if m.Kind != "image" || len(out) == maxPhotos {
			continue
		}
		if fetcher == nil {
			return nil, "照片请在报送页面上传。"
		}
		data, _, err := fetcher.Fetch(ctx, m, desk.MaxPhoto)
		if err != nil {
			t.Log.Warn("photo was not fetched", "message", t.ID, "error", err)
			lost = "有照片没有取到，如需附照片请在报送页面上传。"
			continue
		}
		out = append(out, data)
	}
	return out, lost
}

// periodName gives what a period is called, "" for one that the present mode does not have.
func (t *turn) periodName(key string) string {
	if p, ok := period.Parse(t.View.Mode, key); ok {
		return p.Name()
	}
	return ""
}
