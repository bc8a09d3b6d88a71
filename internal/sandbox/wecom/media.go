package wecom

import (
	"bytes"
	"crypto/rand"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"time"
)

const (
	mediaLife   = 3 * 24 * time.Hour
	picturePath = "/pictures/"
)

// medium is an uploaded or received file. home is who may use it: "" the whole
// corporation, else one webhook robot or one aibot.
type medium struct {
	kind, home, name string
	data             []byte
	until            time.Time // zero: for ever
}

// mediaKinds gives each kind its size limit in bytes and what it must begin with.
var mediaKinds = map[string]struct {
	max    int
	magics []string
}{
	"image": {10 << 20, []string{"\xff\xd8\xff", "\x89PNG\r\n\x1a\n"}},
	"voice": {2 << 20, []string{"#!AMR"}},
	"video": {10 << 20, nil},
	"file":  {20 << 20, nil},
}

func checkMedia(kind string, data []byte) error {
	k, ok := mediaKinds[kind]
	if !ok {
		return refuse(40058, "invalid media type %q", kind)
	}
	if len(data) <= 5 {
		return refuse(40058, "media must be larger than 5 bytes")
	}
	if len(data) > k.max {
		return refuse(45002, "media size out of limit: %d > %d", len(data), k.max)
	}
	for _, m := range k.magics {
		if bytes.HasPrefix(data, []byte(m)) {
			return nil
		}
	}
	if len(k.magics) > 0 {
		return refuse(40058, "not a valid %s", kind)
	}
	return nil
}

// Media gives the bytes and the name of a file somebody was sent or sent, while it lives.
func (s *Server) Media(id string) (name string, data []byte, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.media[id]
	if m == nil || m.stale(s.now()) {
		return "", nil, false
	}
	return m.name, bytes.Clone(m.data), true
}

func (m *medium) stale(now time.Time) bool { return !m.until.IsZero() && !now.Before(m.until) }

func (s *Server) store(kind, home, name string, data []byte) string {
	id := "M" + rand.Text()
	s.media[id] = &medium{kind, home, name, bytes.Clone(data), s.now().Add(mediaLife)}
	return id
}

// useMedia finds a file that the sender may use as kind. Files of the corporation are shared
// by its apps; those of a robot are its own.
func (s *Server) useMedia(id, kind, home string) (*medium, error) {
	m := s.media[id]
	if m == nil || m.home != home || m.kind != kind || m.stale(s.now()) {
		return nil, refuse(40007, "invalid media_id")
	}
	return m, nil
}

// part reads the file out of a multipart form, which must be in the field "media".
func (c *call) part() (name string, data []byte, err error) {
	_, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return "", nil, refuse(40058, "multipart/form-data is required")
	}
	parts := multipart.NewReader(bytes.NewReader(c.body), params["boundary"])
	for {
		p, err := parts.NextPart()
		if err != nil {
			return "", nil, refuse(40058, "the form has no field \"media\"")
		}
		if p.FormName() != "media" {
			continue
		}
		data, err := io.ReadAll(p)
		name := fileName(p.Header)
		if err != nil || name == "" {
			return "", nil, refuse(40058, "the media part needs a filename and a body")
		}
		return name, data, nil
	}
}

// fileName gives the file name as sent: it is what recipients see, so that no path is cut off
// here. A client that sends its own folder shows it to everybody.
func fileName(h textproto.MIMEHeader) string {
	_, params, err := mime.ParseMediaType(h.Get("Content-Disposition"))
	if err != nil {
		return ""
	}
	return params["filename"]
}

func (s *Server) mediaUpload(c *call) (*answer, error) { return s.takeUpload(c, "") }

// takeUpload answers an upload; created_at is a string on this platform.
func (s *Server) takeUpload(c *call, home string) (*answer, error) {
	name, data, err := c.part()
	if err != nil {
		return nil, err
	}
	kind := c.query.Get("type")
	if err := checkMedia(kind, data); err != nil {
		return nil, err
	}
	id := s.store(kind, home, name, data)
	return success(fields{"type": kind, "media_id": id, "created_at": strconv.FormatInt(s.now().Unix(), 10)}), nil
}

// mediaUploadImage keeps a picture for good under an address of its own.
func (s *Server) mediaUploadImage(c *call) (*answer, error) {
	name, data, err := c.part()
	if err != nil {
		return nil, err
	}
	if err := checkMedia("image", data); err != nil {
		return nil, err
	}
	if !s.within("uploadimg/day", 1, 1000, 24*time.Hour, true) {
		return nil, refuse(45009, "uploadimg freq out of limit")
	}
	id := s.store("image", "picture", name, data)
	s.media[id].until = time.Time{}
	return success(fields{"url": s.pictureURL(c.r.Host, id)}), nil
}

func (s *Server) mediaGet(c *call) (*answer, error) {
	m := s.media[c.query.Get("media_id")]
	if m == nil || m.home != "" || m.stale(s.now()) {
		return nil, refuse(40007, "invalid media_id")
	}
	return &answer{status: http.StatusOK, kind: http.DetectContentType(m.data), filename: m.name, body: m.data}, nil
}

func (s *Server) pictureURL(host, id string) string { return "http://" + host + picturePath + id }

// picture serves what pictureURL names; nil for any other path.
func (s *Server) picture(path string) *answer {
	id, ok := strings.CutPrefix(path, picturePath)
	if !ok {
		return nil
	}
	m := s.media[id]
	if m == nil || m.stale(s.now()) {
		return &answer{status: http.StatusNotFound}
	}
	return &answer{status: http.StatusOK, kind: http.DetectContentType(m.data), body: m.data}
}
