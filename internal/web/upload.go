package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
)

// typed is the form as somebody handed it in.
type typed struct {
	Token    string
	Progress string
	Invested string
	Text     string
	Seen     string // receipt of the latest report when the form was opened, "" for none
	Sure     string // what was confirmed, see confirmation
	Corrects string // receipt of the report this one takes the place of, "" for none
	Same     bool   // nothing has changed (无变化)
	Done     map[ledger.CommitmentID]bool
	photos   [][]byte
	chosen   bool             // photos were chosen, taken or not
	problems map[string]error // by field
}

// maxParts is more than any form of ours has.
const maxParts = 300

var tokenForm = regexp.MustCompile(`^[A-Z2-7]{26}$`)

// readForm reads the form part by part, fields before photos as the page has them, so that what was
// typed is kept though the photos are too large.
func readForm(r *http.Request) (typed, error) {
	f := typed{Done: map[ledger.CommitmentID]bool{}, problems: map[string]error{}}
	parts, err := r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		return f, f.takeAll(r)
	}
	if err != nil {
		return f, errNotForm.Because(err)
	}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if err == nil && n < maxParts {
			err = f.take(part)
		}
		var large *http.MaxBytesError
		switch {
		case errors.Is(err, io.EOF) && tokenForm.MatchString(f.Token):
			return f, nil
		case errors.As(err, &large) && tokenForm.MatchString(f.Token):
			f.problems["photos"] = errTooLarge
			return f, nil
		case err != nil || n >= maxParts:
			return f, errNotForm.Because(fmt.Errorf("read the form: %w", err))
		}
	}
}

func (f *typed) take(part *multipart.Part) error {
	if part.FormName() == "photos" {
		return f.takePhoto(part)
	}
	data, err := io.ReadAll(io.LimitReader(part, maxField))
	if err != nil {
		return err
	}
	f.set(part.FormName(), string(data))
	return nil
}

// takeAll takes a form without photos, as scripts send it.
func (f *typed) takeAll(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errNotForm.Because(err)
	}
	for name, values := range r.PostForm {
		for _, value := range values {
			f.set(name, value)
		}
	}
	if !tokenForm.MatchString(f.Token) {
		return errNotForm
	}
	return nil
}

func (f *typed) set(name, value string) {
	value = clean(value)
	switch name {
	case "token":
		f.Token = value
	case "progress":
		f.Progress = value
	case "invested":
		f.Invested = value
	case "text":
		f.Text = value
	case "seen":
		f.Seen = value
	case "sure":
		f.Sure = value
	case "corrects":
		f.Corrects = value
	case "same":
		f.Same = value != ""
	case "done":
		if id, err := strconv.ParseInt(value, 10, 64); err == nil {
			f.Done[ledger.CommitmentID(id)] = true
		}
	}
}

// takePhoto keeps one photo; what is wrong with it is said by the field, once.
func (f *typed) takePhoto(part *multipart.Part) error {
	data, err := io.ReadAll(io.LimitReader(part, desk.MaxPhoto+1))
	f.chosen = f.chosen || len(data) > 0
	switch {
	case err != nil:
		return err
	case len(data) == 0: // none was chosen
	case len(f.photos) == maxPhotos:
		f.problems["photos"] = errPhotos
	case len(data) > desk.MaxPhoto:
		f.problems["photos"] = fault.Newf(fault.Invalid, "照片“%s”超过10MB，请压缩后重新选择。", clip(part.FileName()))
	default:
		f.photos = append(f.photos, data)
	}
	return nil
}

// clean drops what no keyboard types: broken UTF-8, control characters, the form's line ends.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r == '\uFEFF' {
			return -1
		}
		return r
	}, s))
}

// clip shortens a file's name for a sentence.
func clip(name string) string {
	if r := []rune(clean(name)); len(r) > 30 {
		return string(r[:30]) + "…"
	}
	return clean(name)
}

// said makes of the fields what the law is asked about, and notes what cannot be read. last is the receipt
// of the latest report by now.
func (f *typed) said(last string) ledger.Said {
	s := ledger.Said{Text: f.Text, Source: "form"}
	var err error
	if s.Progress, err = readPercent(f.Progress); err != nil {
		f.problems["progress"] = err
	}
	if s.Invested, err = readMoney(f.Invested); err != nil {
		f.problems["invested"] = err
	}
	s.Sure = f.Sure != "" && f.Sure == confirmation(s, last)
	return s
}

// mark names this form with what it says. Handed in twice it is one report; changed and handed in
// again, after going back, it is a correction.
func (f *typed) mark() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s|%q|%q|%q|%t|%q|%v", f.Token, f.Progress, f.Invested, f.Text, f.Same, f.Corrects, slices.Sorted(maps.Keys(f.Done)))
	for _, data := range f.photos {
		fmt.Fprintf(h, "|%x", sha256.Sum256(data))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
