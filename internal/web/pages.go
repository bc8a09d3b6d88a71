package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
)

//go:embed pages/*.html static/*
var files embed.FS

// pages are the templates and what they load.
type pages struct {
	templates *template.Template
	assets    map[string]asset
}

type asset struct {
	data []byte
	sum  string
}

func readPages() (*pages, error) {
	p := &pages{assets: map[string]asset{}}
	names, err := fs.Glob(files, "static/*")
	if err != nil {
		return nil, fmt.Errorf("list what the pages load: %w", err)
	}
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		sum := sha256.Sum256(data)
		p.assets[path.Base(name)] = asset{data, hex.EncodeToString(sum[:6])}
	}
	p.templates, err = template.New("").Funcs(template.FuncMap{"asset": p.address}).ParseFS(files, "pages/*.html")
	if err != nil {
		return nil, fmt.Errorf("read the pages: %w", err)
	}
	return p, nil
}

// address gives a file's address, which changes with its content and so may be kept for good.
func (p *pages) address(name string) (string, error) {
	a, ok := p.assets[name]
	if !ok {
		return "", fmt.Errorf("no file static/%s", name)
	}
	return "/static/" + name + "?v=" + a.sum, nil
}

func (p *pages) static() http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		a, ok := p.assets[path.Base(r.URL.Path)]
		if !ok || path.Dir(r.URL.Path) != "/static" {
			http.NotFound(rw, r)
			return
		}
		h := rw.Header()
		h.Set("Content-Type", map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}[path.Ext(r.URL.Path)])
		h.Set("X-Content-Type-Options", "nosniff")
		if r.URL.Query().Get("v") == a.sum {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		_, _ = rw.Write(a.data)
	})
}

// show writes a page. It is rendered whole first, so that an error never leaves half of one.
func (w *Web) show(rw http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := w.pages.templates.ExecuteTemplate(&b, name, data); err != nil {
		w.Log.Error("a page could not be rendered", "page", name, "error", err)
		http.Error(rw, ours, http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	rw.WriteHeader(status)
	_, _ = b.WriteTo(rw)
}

// notice is a page that only says something.
type notice struct {
	Title string
	Text  string
	More  []string
	Link  string // "" for none
	Label string
}
