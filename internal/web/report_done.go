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
	mayReport, correctable := ledger.MayReport(v, &u.Project), false
	if mayReport && u.WithdrawnAt.IsZero() {
		form, err := w.View.Form(r.Context(), v, u.Project.ID)
		if err != nil {
			return err
		}
		correctable = form.Mine && form.Last.Receipt == u.Receipt
	}
	w.show(rw, http.StatusOK, "done.html", map[string]any{
		"Update": u.Update, "Project": u.Project, "Done": u.Done, "Was": u.Was, "Now": u.Now, "Withdrawn": !u.WithdrawnAt.IsZero(),
		"MayReport": mayReport, "Correctable": correctable,
	})
	return nil
}
