package wecom

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

func (s *Server) renderMedia(r *record, b *mediaBody, m manner) error {
	if b == nil {
		return refuse(44004, "%s is empty", r.MsgType)
	}
	if r.MsgType == "image" && m.inline {
		return s.renderInline(r, b, m)
	}
	if len(b.Title) > 128 || len(b.Description) > 512 {
		return refuse(40058, "title or description too long")
	}
	f, err := s.useMedia(b.MediaID, r.MsgType, m.home)
	if err != nil {
		return err
	}
	r.MediaID, r.Title, r.Text = b.MediaID, b.Title, f.name
	return nil
}

func (s *Server) renderInline(r *record, b *mediaBody, m manner) error {
	data, err := inlineImage(b.Base64, b.MD5, 2<<20)
	if err != nil {
		return err
	}
	r.MediaID = s.store("image", m.home, "image", data)
	return nil
}

func inlineImage(text, sum string, limit int) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, refuse(40058, "image base64 cannot be read")
	}
	if len(data) > limit {
		return nil, refuse(45002, "image exceeds %d bytes", limit)
	}
	if got := md5.Sum(data); !strings.EqualFold(hex.EncodeToString(got[:]), sum) {
		return nil, refuse(40058, "image md5 does not match")
	}
	return data, checkMedia("image", data)
}
