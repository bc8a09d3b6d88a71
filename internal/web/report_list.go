package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"duban/internal/ledger"
	"duban/internal/workday"
)

// maxList is the longest list a phone is sent; beyond it one searches.
const maxList = 100

// reportList: GET /report?q=…: the projects one may report on, first those that wait for it.
func (w *Web) reportList(rw http.ResponseWriter, r *http.Request, v ledger.Viewer) error {
	all, err := w.Reader.Reportable(r.Context(), v)
	if err != nil {
		return err
	}
	now := w.Mode.Of(workday.DayOf(w.Clock.Now()))
	q := strings.ToLower(clean(r.URL.Query().Get("q")))
	type row struct {
		ledger.Project
		Reported bool
	}
	var rows []row
	waiting := 0
	for _, p := range all {
		if reported := now.Contains(p.ReportedOn); strings.Contains(strings.ToLower(p.Code+" "+p.Name), q) {
			rows = append(rows, row{p, reported})
			if !reported {
				waiting++
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(order(a.Reported), order(b.Reported)) })
	more := max(0, len(rows)-maxList)
	w.show(rw, http.StatusOK, "list.html", map[string]any{
		"Rows": rows[:len(rows)-more], "More": more, "Waiting": waiting, "All": len(all), "Q": q, "Search": q != "" || len(all) > 8,
		"Period": now.Name(), "Deadline": deadline(now, w.Calendar), "Name": v.Person.Name, "Contact": w.Contact,
	})
	return nil
}

func order(reported bool) int {
	if reported {
		return 1
	}
	return 0
}
