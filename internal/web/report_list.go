package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"duban/internal/ledger"
)

// maxList is the longest list a phone is sent; beyond it one searches.
const maxList = 100

// reportList: GET /report?q=…: the projects one may report on, first those that wait for it.
func (w *Web) reportList(rw http.ResponseWriter, r *http.Request, v ledger.Viewer) error {
	d, err := w.View.Duties(r.Context(), v)
	if err != nil {
		return err
	}
	q := strings.ToLower(clean(r.URL.Query().Get("q")))
	type row struct {
		ledger.Project
		Reported bool
	}
	var rows []row
	waiting := 0
	for _, p := range d.Projects {
		if reported := d.Reported[p.ID]; strings.Contains(strings.ToLower(p.Code+" "+p.Name), q) {
			rows = append(rows, row{p, reported})
			if !reported {
				waiting++
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(order(a.Reported), order(b.Reported)) })
	more := max(0, len(rows)-maxList)
	w.show(rw, http.StatusOK, "list.html", map[string]any{
		"Rows": rows[:len(rows)-more], "More": more, "Waiting": waiting, "All": len(d.Projects), "Q": q, "Search": q != "" || len(d.Projects) > 8,
		"Period": d.Period.Name(), "Deadline": deadline(d.CutOff), "Name": v.Person.Name, "Contact": w.Contact,
	})
	return nil
}

func order(reported bool) int {
	if reported {
		return 1
	}
	return 0
}
