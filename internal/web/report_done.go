package web

import (
	"net/http"

	"duban/internal/ledger"
)

// reportDone: GET /report/{code}/{receipt}: what was understood, with its receipt.
func (w *Web) reportDone(rw http.ResponseWriter, r *http.Request, v ledger.Viewer) error {
	u, err := w.View.Receipt(r.Context(), v, r.PathValue("receipt"))
	switch {
	case err != nil:
		return err
	case u.Project.Code != r.PathValue("code"):
		return errNoPage
	}
	w.show(rw, http.StatusOK, "done.html", map[string]any{
		"Update": u.Update, "Project": u.Project, "Done": u.Done, "Withdrawn": !u.WithdrawnAt.IsZero(), "MayReport": ledger.MayReport(v, &u.Project),
	})
	return nil
}
