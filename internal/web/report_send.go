package web

import (
	"errors"
	"net/http"
	"net/url"

	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/view"
)

// reportSend: POST /report/{code}. What is taken leads to its receipt; what is not comes back with
// everything that was typed and the sentence where it belongs.
func (w *Web) reportSend(rw http.ResponseWriter, r *http.Request, v ledger.Viewer) error {
	form, err := w.View.FormByCode(r.Context(), v, r.PathValue("code"))
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	last := receiptOf(form.Last)
	said := f.said(last)
	var receipt string
	if len(f.problems) == 0 {
		receipt, err = w.send(r, v, form, f, said)
	}
	switch fault.CodeOf(err) {
	case fault.NotFound, fault.Forbidden:
		return err
	}
	if receipt != "" && err == nil {
		http.Redirect(rw, r, "/report/"+url.PathEscape(form.Code)+"/"+url.PathEscape(receipt), http.StatusSeeOther)
		return nil
	}
	w.again(rw, r, w.sheet(form, f), said, last, err)
	return nil
}

// send does all the form asks for, or nothing, and gives the receipt.
func (w *Web) send(r *http.Request, v ledger.Viewer, form view.Form, f typed, said ledger.Said) (receipt string, err error) {
	err = w.Desk.Act(r.Context(), func(a *desk.Acts) (err error) {
		by := a.By(v.Person.ID)
		receipt, err = a.Once(by, f.mark(), func() (string, error) {
			if f.Same {
				return same(a, by, form, f, said)
			}
			if f.Corrects == "" && overtaken(form, f, v) {
				return "", overtook(*form.Last)
			}
			u, err := report(a, by, form, f, said)
			if err != nil {
				return "", err
			}
			return u.Receipt, closeOut(a, by, form.Nodes, f, u.Photos)
		})
		return err
	})
	return receipt, err
}

// report reports with the photos, in the place of an older report where the form corrects one.
func report(a *desk.Acts, by ledger.Actor, form view.Form, f typed, said ledger.Said) (u ledger.Update, err error) {
	for _, data := range f.photos {
		sum, err := a.Photo(data)
		if err != nil {
			return u, fieldError{"photos", err}
		}
		said.Photos = append(said.Photos, sum)
	}
	if f.Corrects != "" {
		_, u, _, err = a.Correct(by, f.Corrects, said)
		return u, err
	}
	u, _, err = a.Report(by, form.Project.ID, said)
	return u, err
}

// same reports that all is as it was (无变化), with the text as the reason; a form that says otherwise is not taken for it.
func same(a *desk.Acts, by ledger.Actor, form view.Form, f typed, said ledger.Said) (string, error) {
	switch {
	case said.Progress != nil && *said.Progress != form.Progress, said.Invested != nil && *said.Invested != form.InvestedYear:
		return "", errNotSame
	case len(f.Done) > 0 || f.chosen:
		return "", errNotIdle
	}
	u, _, err := a.NoChange(by, form.Project.ID, f.Text, "form")
	if fault.CodeOf(err) == fault.Invalid {
		return "", fieldError{"text", err}
	}
	return u.Receipt, err
}

// overtaken reports whether somebody else has reported since the form was opened: its fields were filled
// with what was before, and would put it back without anybody having meant it.
func overtaken(form view.Form, f typed, v ledger.Viewer) bool {
	return form.Last != nil && form.Last.Receipt != f.Seen && form.Last.PersonID != v.Person.ID
}

// overtook asks whether the form is meant all the same. Handing it in again is the answer, and no more than
// that: what the law then takes for a slip, it asks about by itself.
func overtook(u ledger.Update) error {
	said := "回执" + u.Receipt
	if u.Progress != nil {
		said += "，进度" + u.Progress.String()
	}
	if u.Invested != nil {
		said += "，本年累计完成投资" + u.Invested.String()
	}
	return seenError{fault.Newf(fault.Ambiguous, "您打开本页之后，他人又报送了本项目（%s）。请核对上面的数，如无误，请回复：确认", said)}
}

// seenError is the question that is answered by having seen what somebody else reported.
type seenError struct{ error }

func (e seenError) Unwrap() error { return e.error }

// closeOut reports done (办结申请) what was ticked, with the text and the report's photos as the evidence.
func closeOut(a *desk.Acts, by ledger.Actor, open []view.Matter, f typed, photos []string) error {
	left := len(f.Done)
	for _, m := range open {
		if !f.Done[m.ID] {
			continue
		}
		if _, err := a.Done(by, m.ID, f.Text, photos...); err != nil {
			return err
		}
		left--
	}
	if left > 0 {
		return errNode
	}
	return nil
}

// again shows the form once more: with a question to confirm, or with what is wrong.
func (w *Web) again(rw http.ResponseWriter, r *http.Request, s sheet, said ledger.Said, last string, err error) {
	status := http.StatusUnprocessableEntity
	s.Rechoose = s.Fields.chosen
	for field, problem := range s.Fields.problems {
		s.Problems[field] = sentence(problem)
	}
	switch code := fault.CodeOf(err); code {
	case "":
	case fault.Ambiguous:
		s.Question, s.Fields.Seen = sentence(err), last
		if !errors.As(err, &seenError{}) {
			s.Confirm = confirmation(said, last)
		}
	default:
		w.note(r, err)
		status = statuses[code]
		s.Problems[fieldOf(err, said, len(s.Fields.Done) > 0)] = sentence(err)
	}
	w.show(rw, status, "report.html", s)
}
