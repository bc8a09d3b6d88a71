package web

import (
	"fmt"
	"net/http"

	"duban/internal/fault"
	"duban/internal/ledger"
)

// reportDone: GET /report/{code}/{receipt}: what was understood, with its receipt.
func (w *Web) reportDone(rw http.ResponseWriter, r *http.Request, v ledger.Viewer) error {
	u, p, err := w.Reader.Receipt(r.Context(), v, r.PathValue("receipt"))
	if err != nil {
		return err
	}
	if p.Code != r.PathValue("code") {
		return errNoPage
	}
	_, open, err := w.Reader.Project(r.Context(), v, p.Code)
	if fault.CodeOf(err) != "" {
		return fmt.Errorf("read what was reported done: %w", err)
	}
	var done []string
	for _, m := range open {
		if m.State == ledger.Reported && m.DoneAt == u.At {
			done = append(done, m.Code+" "+m.Title)
		}
	}
	w.show(rw, http.StatusOK, "done.html", map[string]any{
		"Update": u, "Project": p, "Done": done, "Withdrawn": !u.WithdrawnAt.IsZero(), "MayReport": ledger.MayReport(v, &p),
	})
	return nil
}
