package web

import (
	"crypto/rand"
	"fmt"
	"net/http"

	"duban/internal/ledger"
	"duban/internal/view"
	"duban/internal/workday"
)

// sheet is the report form as shown.
type sheet struct {
	Project  ledger.Project
	Period   string // "3月上半月"
	Deadline string // "3月16日（周一）18:00"
	Reported string // "3月5日" when the project was reported on in this period
	LastOn   string // "3月5日", "" when it never was
	Mine     string // receipt of the latest report of this period when it is one's own to correct
	Idle     bool   // nothing was reported in this period and something before: 无变化 may be said
	Near     []node // the next of what is open
	Far      []node // the rest
	Fields   typed
	Problems map[string]string // by field; "" is the top
	Question string
	Confirm  string // what pressing the button confirms
	Rechoose bool   // photos were chosen and must be chosen again
}

// node is something open on the project.
type node struct {
	ID      ledger.CommitmentID
	Word    string
	Code    string
	Title   string
	Due     string
	Late    string // "逾期3天", "今天到期", "" otherwise
	Waiting bool   // reported done, waits for acceptance
	Ticked  bool
}

// nearNodes is how many open matters are shown at once.
const nearNodes = 3

// cutOffHour is the hour of the cut-off.
const cutOffHour = "18:00"

// reportForm: GET /report/{code}.
func (w *Web) reportForm(rw http.ResponseWriter, r *http.Request, v ledger.Viewer) error {
	form, err := w.View.FormByCode(r.Context(), v, r.PathValue("code"))
	if err != nil {
		return err
	}
	start := typed{Token: rand.Text(), Seen: receiptOf(form.Last), Progress: writePercent(form.Progress), Invested: writeMoney(form.InvestedYear)}
	receipt := r.URL.Query().Get("correct")
	if receipt != "" && form.Mine && receipt == start.Seen {
		start.corrects(*form.Last)
	}
	s := w.sheet(form, start)
	if receipt != start.Corrects {
		s.Problems[""] = sentence(errTooLate)
	}
	w.show(rw, http.StatusOK, "report.html", s)
	return nil
}

// corrects fills the form with what the report said that it is to take the place of.
func (f *typed) corrects(u ledger.Update) {
	f.Corrects = u.Receipt
	if !u.NoChange {
		f.Text = u.Text
	}
}

// receiptOf gives the receipt of a report, "" of none.
func receiptOf(u *ledger.Update) string {
	if u == nil {
		return ""
	}
	return u.Receipt
}

func (w *Web) sheet(form view.Form, f typed) sheet {
	s := sheet{
		Project: form.Project, Period: form.Period.Name(), Deadline: deadline(form.CutOff), LastOn: form.ReportedOn.Chinese(),
		Fields: f, Problems: map[string]string{},
	}
	if form.Reported {
		s.Reported = form.Last.On.Chinese()
	}
	if form.Mine {
		s.Mine = form.Last.Receipt
	}
	s.Idle = !form.Reported && form.ReportedOn != 0
	for _, m := range form.Nodes {
		if ledger.Kinds[m.Kind].Closes {
			continue // settled by this very report
		}
		n := node{
			ID: m.ID, Word: ledger.Kinds[m.Kind].Word, Code: m.Code, Title: m.Title, Due: m.DueOn.Chinese(), Late: late(m, w.View.Today()),
			Waiting: m.State == ledger.Reported, Ticked: f.Done[m.ID],
		}
		if len(s.Near) < nearNodes || n.Ticked {
			s.Near = append(s.Near, n)
		} else {
			s.Far = append(s.Far, n)
		}
	}
	return s
}

func late(m view.Matter, today workday.Day) string {
	switch {
	case m.Late > 0:
		return fmt.Sprintf("逾期%d天", m.Late)
	case m.State == ledger.Open && m.DueOn == today:
		return "今天到期"
	}
	return ""
}

var weekdays = [...]string{"日", "一", "二", "三", "四", "五", "六"}

// deadline says until when a report counts for the period.
func deadline(cutOff workday.Day) string {
	if cutOff == 0 {
		return ""
	}
	return fmt.Sprintf("%s（周%s）%s", cutOff.Chinese(), weekdays[cutOff.Weekday()], cutOffHour)
}
