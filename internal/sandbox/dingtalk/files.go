package dingtalk

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// The lifetimes are ours: the documents say only that the code expires and that the link is short-lived.
const (
	downloadLife = 24 * time.Hour
	linkLife     = 15 * time.Minute
)

type file struct {
	content []byte
	until   time.Time
}

type fileLink struct {
	file  *file
	until time.Time
}

// keepFile stores what a person sent and gives its download code.
func (s *Server) keepFile(content []byte) string {
	code := newID()
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chat.files[code] = &file{slices.Clone(content), now.Add(downloadLife)}
	return code
}

// fileLink changes a download code into a link: POST /v1.0/robot/messageFiles/download.
func (s *Server) fileLink(c *call) reply {
	if a := s.ownRobot(c, c.body.str("robotCode")); a != nil {
		return *a
	}
	f := s.chat.files[c.body.str("downloadCode")]
	if f == nil || !c.now.Before(f.until) {
		return bad("invalidParameter.robotCode.downloadCode", "downloadCode 错误或已过期")
	}
	key := newID() + ".file" // whatever it was, it is called .file
	s.chat.links[key] = fileLink{f, c.now.Add(linkLife)}
	return fine(map[string]any{"downloadUrl": s.URL() + "/files/" + key})
}

// download serves a link; it asks for no token.
func (s *Server) download(w http.ResponseWriter, r *http.Request) {
	now := s.now()
	s.mu.Lock()
	l, ok := s.chat.links[r.PathValue("key")]
	s.mu.Unlock()
	if !ok || !now.Before(l.until) {
		http.Error(w, "link expired", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(l.file.content)
}

// mediaRule bounds one type of upload.
type mediaRule struct {
	bytes int
	ends  []string
}

var mediaRules = map[string]mediaRule{
	"image": {20 << 20, []string{".jpg", ".gif", ".png", ".bmp"}},
	"voice": {2 << 20, []string{".amr", ".mp3", ".wav"}},
	"video": {20 << 20, []string{".mp4"}},
	"file":  {20 << 20, []string{".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".zip", ".pdf", ".rar"}},
}

// mediaUpload: POST /media/upload, a form of "type" and the file "media".
func (s *Server) mediaUpload(c *call) reply {
	kind, name, content, ok := mediaForm(c)
	rule, known := mediaRules[kind]
	switch {
	case !ok || !known:
		return errcode(errBadParameter, "缺少参数 type 或 media")
	case len(content) > rule.bytes:
		return errcode(errMediaTooLarge, "文件大小超过限制")
	case !slices.Contains(rule.ends, strings.ToLower(path.Ext(name))):
		return errcode(errMediaForbidden, "不支持的文件类型")
	}
	id := "@l" + newID()
	s.chat.media[id] = content
	return fine(map[string]any{"errcode": 0, "errmsg": "ok", "media_id": id, "type": kind, "created_at": c.now.UnixMilli()})
}

func mediaForm(c *call) (kind, name string, content []byte, ok bool) {
	_, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil {
		return "", "", nil, false
	}
	kind = c.r.URL.Query().Get("type") // some clients put it there; ours
	parts := multipart.NewReader(bytes.NewReader(c.raw), params["boundary"])
	for {
		p, err := parts.NextPart()
		if err != nil {
			return kind, name, content, name != ""
		}
		value, err := io.ReadAll(p)
		if err != nil {
			return "", "", nil, false
		}
		switch p.FormName() {
		case "type":
			kind = string(value)
		case "media":
			name, content = p.FileName(), value
		}
	}
}

// Media gives what was uploaded under a media id.
func (s *Server) Media(id string) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	content, ok := s.chat.media[id]
	return content, ok
}
