package web

import (
	"fmt"
	"net/http"
	"strings"
)

// healthz says that the process is up.
func (w *Web) healthz(rw http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(rw, "ok") }

// readyz says whether everything a request needs is there, and if not, which part is missing: its name
// only, anybody may ask.
func (w *Web) readyz(rw http.ResponseWriter, r *http.Request) {
	down := w.Ready(r.Context())
	rw.Header().Set("Cache-Control", "no-store")
	if len(down) == 0 {
		_, _ = fmt.Fprintln(rw, "ready")
		return
	}
	rw.WriteHeader(http.StatusServiceUnavailable)
	_, _ = fmt.Fprintln(rw, "not ready:", strings.Join(down, ", "))
}
