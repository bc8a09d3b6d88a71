package web

import (
	"net/http"
	"strconv"

	"duban/internal/ledger"
)

// photo: GET /photo/{sha}?receipt=…, for whoever may see the report it came with.
func (w *Web) photo(rw http.ResponseWriter, r *http.Request, v ledger.Viewer) error {
	b, err := w.View.Photo(r.Context(), v, r.URL.Query().Get("receipt"), r.PathValue("sha"))
	if err != nil {
		return err
	}
	h := rw.Header()
	h.Set("Content-Type", b.ContentType)
	h.Set("Content-Length", strconv.Itoa(len(b.Data)))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	h.Set("Cache-Control", "private, max-age=3600")
	_, _ = rw.Write(b.Data)
	return nil
}
