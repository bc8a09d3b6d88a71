package web

import (
	"net/http"
	"strconv"
	"strings"

	"duban/internal/ledger"
)

// photo: GET /photo/{sha}?receipt=… or ?matter=…, for whoever may see the report or matter it came with.
func (w *Web) photo(rw http.ResponseWriter, r *http.Request, v ledger.Viewer) error {
	q := r.URL.Query()
	b, err := w.View.Photo(r.Context(), v, q.Get("receipt"), r.PathValue("sha"))
	if code := q.Get("matter"); code != "" {
		b, err = w.View.MatterPhoto(r.Context(), v, code, r.PathValue("sha"))
	}
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

// photos: GET /photos/{code}, the photos that prove a matter done, for whoever may see the matter.
func (w *Web) photos(rw http.ResponseWriter, r *http.Request, v ledger.Viewer) error {
	m, err := w.View.MatterByCode(r.Context(), v, r.PathValue("code"))
	if err != nil {
		return err
	}
	w.show(rw, http.StatusOK, "photos.html", map[string]any{"M": m, "Photos": strings.Fields(m.Photos)})
	return nil
}
