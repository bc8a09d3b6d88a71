package wecom

import (
	"bytes"
	"errors"
	"strconv"
	"unicode/utf8"
)

// The platform's XML is one root with flat children, written by a machine. Reading just that costs a
// fraction of encoding/xml, which is four fifths of the work of a callback. Attributes, comments,
// document types and processing instructions other than the first line never occur and are refused.

var errXML = errors.New("the document is not the platform's XML")

// maxNesting bounds the elements inside a child that are walked over.
const maxNesting = 16

type xmlReader struct {
	doc   []byte
	pos   int
	inner func(name, text []byte) // told of every element inside a child, at its end; may be nil
}

// children hands each child of the root to take, with its text; elements inside a child are walked
// over. The text is valid until take returns.
func children(doc []byte, take func(name, text []byte)) error {
	return elements(doc, take, nil)
}

// elements is children that hands inner the elements inside a child as well, each when it ends, with the
// text that stood in it last: of those that hold nothing but text, all of it.
func elements(doc []byte, take, inner func(name, text []byte)) error {
	r := &xmlReader{doc: doc, inner: inner}
	r.prologue()
	root, empty, ok := r.open()
	if !ok {
		return errXML
	}
	for !empty {
		r.space()
		if r.closes(root) {
			break
		}
		name, bare, ok := r.open()
		if !ok {
			return errXML
		}
		var text []byte
		if !bare {
			if text, ok = r.text(name); !ok {
				return errXML
			}
		}
		take(name, text)
	}
	r.space()
	if r.pos != len(r.doc) {
		return errXML
	}
	return nil
}

// prologue skips what may stand before the root: a byte order mark and the XML declaration.
func (r *xmlReader) prologue() {
	r.doc = bytes.TrimPrefix(r.doc, []byte("\ufeff"))
	r.space()
	if bytes.HasPrefix(r.doc[r.pos:], []byte("<?xml ")) {
		if end := bytes.Index(r.doc[r.pos:], []byte("?>")); end > 0 {
			r.pos += end + 2
		}
	}
	r.space()
}

func (r *xmlReader) space() {
	for r.pos < len(r.doc) {
		switch r.doc[r.pos] {
		case ' ', '\t', '\r', '\n':
			r.pos++
		default:
			return
		}
	}
}

// open reads a start tag; empty is that of <name/>.
func (r *xmlReader) open() (name []byte, empty, ok bool) {
	if r.pos >= len(r.doc) || r.doc[r.pos] != '<' {
		return nil, false, false
	}
	end := bytes.IndexByte(r.doc[r.pos:], '>')
	if end < 0 {
		return nil, false, false
	}
	name = r.doc[r.pos+1 : r.pos+end]
	r.pos += end + 1
	if name, empty = bytes.CutSuffix(name, []byte("/")); !isName(name) {
		return nil, false, false
	}
	return name, empty, true
}

// closes reads the end tag of name, if it comes next.
func (r *xmlReader) closes(name []byte) bool {
	rest := r.doc[r.pos:]
	if len(rest) < len(name)+3 || rest[0] != '<' || rest[1] != '/' ||
		!bytes.Equal(rest[2:2+len(name)], name) || rest[2+len(name)] != '>' {
		return false
	}
	r.pos += len(name) + 3
	return true
}

var (
	cdataOpen  = []byte("<![CDATA[")
	cdataClose = []byte("]]>")
)

// text reads the content of the element name up to and with its end tag.
func (r *xmlReader) text(name []byte) (text []byte, ok bool) {
	inside := [][]byte{name}
	var last []byte // text of the element inside that is being read
	whole := false  // text is a part of the document and must not be appended to
	for r.pos < len(r.doc) {
		var part []byte
		rest := r.doc[r.pos:]
		switch {
		case bytes.HasPrefix(rest, cdataOpen):
			end := bytes.Index(rest, cdataClose)
			if end < 0 {
				return nil, false
			}
			part = rest[len(cdataOpen):end]
			r.pos += end + len(cdataClose)
		case r.closes(inside[len(inside)-1]):
			ended := inside[len(inside)-1]
			if inside = inside[:len(inside)-1]; len(inside) == 0 {
				return text, utf8.Valid(text)
			}
			if r.inner != nil {
				if !utf8.Valid(last) {
					return nil, false
				}
				r.inner(ended, last)
			}
			last = nil
			continue
		case rest[0] == '<':
			inner, empty, ok := r.open()
			if !ok || len(inside) == maxNesting {
				return nil, false
			}
			if last = nil; !empty {
				inside = append(inside, inner)
			}
			continue
		default:
			end := bytes.IndexByte(rest, '<')
			if end < 0 {
				return nil, false
			}
			if part, ok = unescape(rest[:end]); !ok {
				return nil, false
			}
			r.pos += end
		}
		switch {
		case len(part) == 0:
		case len(inside) > 1 && r.inner != nil:
			last = append(last[:len(last):len(last)], part...)
		case len(inside) > 1:
		case text == nil:
			text, whole = part, true
		default:
			if whole {
				text, whole = bytes.Clone(text), false
			}
			text = append(text, part...)
		}
	}
	return nil, false
}

func isName(name []byte) bool {
	for i, c := range name {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '-' && c != '.') {
			return false
		}
	}
	return len(name) > 0
}

// unescape resolves the five named entities and the numbered ones.
func unescape(s []byte) ([]byte, bool) {
	if bytes.IndexByte(s, '&') < 0 {
		return s, true
	}
	out := make([]byte, 0, len(s))
	for len(s) > 0 {
		amp := bytes.IndexByte(s, '&')
		if amp < 0 {
			return append(out, s...), true
		}
		out, s = append(out, s[:amp]...), s[amp+1:]
		end := bytes.IndexByte(s, ';')
		if end < 0 {
			return nil, false
		}
		r, ok := entity(string(s[:end]))
		if !ok {
			return nil, false
		}
		out, s = utf8.AppendRune(out, r), s[end+1:]
	}
	return out, true
}

func entity(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, radix := name[1:], 10
	if digits[0] == 'x' {
		digits, radix = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, radix, 21)
	return rune(n), err == nil && n != 0 && utf8.ValidRune(rune(n))
}
