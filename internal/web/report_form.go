package web

import (
	"crypto/rand"
	"fmt"
	"net/http"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/workday"
)

// sheet is the report form as shown.
type sheet struct {
	Project  ledger.Project
	Period   string // "3月上半月"
	Deadline string // "3月16日(周一)18:00"
	Reported string // "3月5日" when the project was reported on in this period
	LastOn   string // "3月5日", "" when it never was
	Near     []node // the next of what is open
	Far      []node // the rest
	Fields   typed
	Problems map[string]string // by field; "" is the top
	Question string
	Confirm  string // what pressing the button confirms
	Rechoose bool   // photos were chosen and must be chosen again
	MaxText  int
}

// node is something open on the project.
type node struct {
	ID      ledger.CommitmentID
	Word    string
	Code    string
	Title   string
	Due     string
	Late    string // "逾期3天", "今天到期", "" when it is not late
	Waiting bool   // reported done, waits for acceptance
	Ticked  bool
}

// nearNodes is how many open matters are shown at once.
const nearNodes = 3

// cutOffHour is the hour of the cut-off.
const cutOffHour = "18:00"

// reportForm: GET /report/{code}.
func (w *Web) reportForm(rw http.ResponseWriter, r *http.Request, v ledger.Viewer) error {
	p, open, err := w.reportable(r, v)
	if err != nil {
		return err
	}
	s := w.sheet(p, open, typed{Token: rand.Text(), Progress: writePercent(p.Progress), Invested: writeMoney(p.InvestedYear)})
	w.show(rw, http.StatusOK, "report.html", s)
	return nil
}

// reportable finds the project of the address, for whoever may report on it.
func (w *Web) reportable(r *http.Request, v ledger.Viewer) (ledger.Project, []ledger.Commitment, error) {
	p, open, err := w.Reader.Project(r.Context(), v, r.PathValue("code"))
	if err == nil && !ledger.MayReport(v, &p) {
		err = fault.Newf(fault.Forbidden, "您没有%s的报送权限,请由其联络员或专班成员报送。", p.Name)
	}
	return p, open, err
}

func (w *Web) sheet(p ledger.Project, open []ledger.Commitment, f typed) sheet {
	today := workday.DayOf(w.Clock.Now())
	now := w.Mode.Of(today)
	s := sheet{Project: p, Period: now.Name(), Deadline: deadline(now, w.Calendar), LastOn: p.ReportedOn.Chinese(), Fields: f, MaxText: ledger.MaxText, Problems: map[string]string{}}
	if now.Contains(p.ReportedOn) {
		s.Reported = p.ReportedOn.Chinese()
	}
	for _, m := range open {
		if m.State.Closed() || ledger.Kinds[m.Kind].Closes {
			continue
		}
		n := node{
			ID: m.ID, Word: ledger.Kinds[m.Kind].Word, Code: m.Code, Title: m.Title, Due: m.DueOn.Chinese(), Late: late(m, today),
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

func late(m ledger.Commitment, today workday.Day) string {
	switch days := today.Sub(m.DueOn); {
	case m.State == ledger.Reported || m.DueOn == 0 || days < 0:
		return ""
	case days == 0:
		return "今天到期"
	default:
		return fmt.Sprintf("逾期%d天", days)
	}
}

var weekdays = [...]string{"日", "一", "二", "三", "四", "五", "六"}

// deadline says until when a report counts for the period.
func deadline(p period.Period, cal *workday.Calendar) string {
	cut := period.Plan(p, cal).CutOff
	if cut == 0 {
		return ""
	}
	return fmt.Sprintf("%s(周%s)%s", cut.Chinese(), weekdays[cut.Weekday()], cutOffHour)
}
