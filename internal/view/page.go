package view

import (
	"context"
	"slices"
	"strings"

	"duban/internal/chat"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/workday"
)

// Account finds the person behind a platform's user id; NotFound when the register has none.
func (v *View) Account(ctx context.Context, platform chat.Platform, userID string) (ledger.Viewer, error) {
	p, err := v.Store.PersonByAccount(ctx, v.District, string(platform), userID)
	if err != nil {
		return ledger.Viewer{}, err
	}
	return v.Store.ViewerOfPerson(ctx, p)
}

// Duties are the projects somebody may report on, in order of code, in the period a report counts for.
type Duties struct {
	Period   period.Period
	CutOff   workday.Day // its last day, until 18:00
	Projects []ledger.Project
	Reported map[ledger.ProjectID]bool
}

// Duties gives what the person may report on: two queries.
func (v *View) Duties(ctx context.Context, who ledger.Viewer) (Duties, error) {
	d := Duties{Period: v.Period()}
	d.CutOff = period.Plan(d.Period, v.Calendar).CutOff
	all, err := v.Projects(ctx, who)
	if err != nil {
		return d, err
	}
	d.Projects = slices.DeleteFunc(all, func(p ledger.Project) bool { return !ledger.MayReport(who, &p) })
	d.Reported, err = v.Store.ReportedIn(ctx, v.District, d.Period.Key)
	return d, err
}

// FormByCode is Form for the project of the code.
func (v *View) FormByCode(ctx context.Context, who ledger.Viewer, code string) (Form, error) {
	p, err := v.Store.ProjectByCode(ctx, v.District, code)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return Form{}, errNoProject
	case err != nil:
		return Form{}, err
	}
	return v.Form(ctx, who, p.ID)
}

// Receipt is a report that was taken.
type Receipt struct {
	ledger.Update
	Project ledger.Project      // as it is now
	Done    []ledger.Commitment // reported done together with it, and not decided on yet
	Was     *ledger.Update      // the report it corrects, nil for none
	Now     string              // receipt of the one that corrected it, "" for none
}

// errNoReceipt is told alike of a report that is not there and of one the viewer may not know of.
var errNoReceipt = fault.New(fault.NotFound, "没有这个回执号，请核对后再发。")

// manyUpdates is more reports than a project gives between one and its correction.
const manyUpdates = 100

// Receipt finds a report by its receipt: three queries, one more when it corrects or was taken back.
func (v *View) Receipt(ctx context.Context, who ledger.Viewer, receipt string) (Receipt, error) {
	u, p, err := v.update(ctx, who, receipt)
	if err != nil {
		return Receipt{}, err
	}
	r := Receipt{Update: u, Project: p}
	open, err := v.Store.OpenOf(ctx, v.District, []ledger.ProjectID{p.ID})
	for _, m := range open {
		if m.State == ledger.Reported && m.DoneAt == u.At {
			r.Done = append(r.Done, m)
		}
	}
	if err != nil {
		return r, err
	}
	return r, v.corrections(ctx, &r)
}

// corrections finds what a report corrects, and what corrected it.
func (v *View) corrections(ctx context.Context, r *Receipt) error {
	if r.Corrects != "" {
		was, err := v.Store.UpdateByReceipt(ctx, v.District, r.Corrects)
		if err != nil {
			return err
		}
		r.Was = &was
	}
	if r.WithdrawnAt.IsZero() {
		return nil
	}
	later, err := v.Store.LastUpdates(ctx, v.District, r.Project.ID, manyUpdates)
	for _, u := range later {
		if u.Corrects == r.Receipt {
			r.Now = u.Receipt
		}
	}
	return err
}

func (v *View) update(ctx context.Context, who ledger.Viewer, receipt string) (ledger.Update, ledger.Project, error) {
	u, err := v.Store.UpdateByReceipt(ctx, v.District, receipt)
	if err == nil {
		var p ledger.Project
		if p, err = v.project(ctx, who, u.ProjectID); err == nil {
			return u, p, nil
		}
	}
	if fault.CodeOf(err) == fault.NotFound {
		err = errNoReceipt
	}
	return ledger.Update{}, ledger.Project{}, err
}

// errNoPhoto is told alike of a photo that is not there and of one the viewer may not see.
var errNoPhoto = fault.New(fault.NotFound, "没有这张照片。")

// Photo gives a photo of a report to whoever may see the report: three queries.
func (v *View) Photo(ctx context.Context, who ledger.Viewer, receipt, sha256 string) (store.Blob, error) {
	u, _, err := v.update(ctx, who, receipt)
	if err == nil && slices.Contains(u.Photos, sha256) {
		return v.Store.Blob(ctx, v.District, sha256)
	}
	if err == nil || fault.CodeOf(err) == fault.NotFound {
		err = errNoPhoto
	}
	return store.Blob{}, err
}

// MatterPhoto gives a photo of a matter to whoever may see the matter.
func (v *View) MatterPhoto(ctx context.Context, who ledger.Viewer, code, sha256 string) (store.Blob, error) {
	m, err := v.MatterByCode(ctx, who, code)
	if err == nil && slices.Contains(strings.Fields(m.Photos), sha256) {
		return v.Store.Blob(ctx, v.District, sha256)
	}
	if err == nil || fault.CodeOf(err) == fault.NotFound {
		err = errNoPhoto
	}
	return store.Blob{}, err
}
