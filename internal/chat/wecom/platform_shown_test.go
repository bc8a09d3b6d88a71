package wecom

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// upload takes a file and gives its id.
func (p *platform) upload(w http.ResponseWriter, r *http.Request) {
	file, head, err := r.FormFile("media")
	if err != nil || head.Filename == "" {
		answer(w, map[string]any{"errcode": 40058, "errmsg": "no media"})
		return
	}
	data, _ := io.ReadAll(file)
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.allowed(r) {
		answer(w, map[string]any{"errcode": 40014, "errmsg": "invalid access_token"})
		return
	}
	answer(w, map[string]any{"errcode": 0, "errmsg": "ok", "media_id": p.kept(data), "created_at": "1767225600", "type": r.URL.Query().Get("type")})
}

func (p *platform) kept(data []byte) string {
	id := fmt.Sprintf("M%d", len(p.uploads)+1)
	p.uploads[id] = data
	return id
}

// piece takes one command of an upload over the connection.
func (p *platform) piece(f frame) map[string]any {
	var q struct {
		Size   int    `json:"total_size"`
		Chunks int    `json:"total_chunks"`
		Index  int    `json:"chunk_index"`
		Data   []byte `json:"base64_data"`
	}
	if err := json.Unmarshal(f.Body, &q); err != nil {
		p.t.Errorf("a piece cannot be read: %v", err)
	}
	switch f.Cmd {
	case "aibot_upload_media_init":
		p.pieces = nil
		return map[string]any{"upload_id": "UP"}
	case "aibot_upload_media_chunk":
		if q.Index*512<<10 != len(p.pieces) || len(q.Data) > 512<<10 {
			p.t.Errorf("piece %d of %d bytes after %d bytes", q.Index, len(q.Data), len(p.pieces))
		}
		p.pieces = append(p.pieces, q.Data...)
		return map[string]any{}
	}
	return map[string]any{"media_id": p.kept(p.pieces)}
}

// show lets people see the picture of a message; false where its id leads nowhere.
func (p *platform) show(body []byte) bool {
	var b groupBody
	if json.Unmarshal(body, &b) != nil {
		return true
	}
	m := b.Image
	if m == nil {
		m = b.File
	}
	switch {
	case m == nil:
		return true
	case m.Base64 != "":
		data, err := base64.StdEncoding.DecodeString(m.Base64)
		sum := md5.Sum(data)
		if err != nil || hex.EncodeToString(sum[:]) != m.MD5 {
			p.t.Errorf("an inline image that cannot be read: %v", err)
		}
		p.shown = append(p.shown, data)
		return true
	case p.stale > 0:
		p.stale--
		return false
	}
	data, ok := p.uploads[m.ID]
	p.shown = append(p.shown, data)
	return ok
}

func (p *platform) pictures() [][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.shown
}

func shown(t testing.TB, body string) string {
	t.Helper()
	var b botBody
	dec := json.NewDecoder(strings.NewReader(body))
	if err := dec.Decode(&b); err != nil {
		t.Fatalf("the body is not JSON: %v: %s", err, body)
	}
	switch {
	case b.Image != nil || b.File != nil:
		return "[图片]"
	case b.Type == "markdown" && b.Markdown != nil:
		return b.Markdown.Content
	case b.Type == "text" && b.Text != nil:
		return b.Text.Content
	case b.Type == "stream" && b.Stream != nil && b.Stream.Finish:
		return b.Stream.Content
	case b.Card != nil:
		var lines []string
		if b.Stream != nil && b.Type == "stream_with_template_card" {
			lines = append(lines, b.Stream.Content)
		}
		lines = append(lines, b.Card.Title.Title, b.Card.Title.Desc, b.Card.SubTitle)
		for _, p := range b.Card.Pairs {
			lines = append(lines, p.Key+":"+p.Value)
		}
		for _, u := range b.Card.Buttons {
			lines = append(lines, u.Text+" "+u.Key)
		}
		for _, q := range append([]*cardSelect{b.Card.Selection}, pointers(b.Card.Selects)...) {
			if q != nil {
				lines = append(lines, fmt.Sprint(q.Title, q.Options))
			}
		}
		if b.Card.Checkbox != nil {
			lines = append(lines, fmt.Sprint(b.Card.Checkbox.Options))
		}
		if b.Card.Submit != nil {
			lines = append(lines, b.Card.Submit.Text+" "+b.Card.Submit.Key)
		}
		for _, j := range b.Card.Jumps {
			lines = append(lines, j.Title+" "+j.URL)
		}
		return strings.Join(lines, "\n")
	}
	t.Fatalf("a message nobody can read: %s", body)
	return ""
}

func pointers(all []cardSelect) (out []*cardSelect) {
	for i := range all {
		out = append(out, &all[i])
	}
	return out
}
