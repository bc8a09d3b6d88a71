package dingtalk

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"duban/internal/clock"
)

// scalar is a value the platform sends sometimes as text and sometimes as a number. Anything that is neither
// (null, an object, a list) is "": one strange field must not cost the message.
type scalar string

// UnmarshalJSON implements json.Unmarshaler and never fails.
func (s *scalar) UnmarshalJSON(raw []byte) error {
	raw = bytes.TrimSpace(raw)
	*s = ""
	if len(raw) == 0 {
		return nil
	}
	switch raw[0] {
	case '"':
		var v string
		if json.Unmarshal(raw, &v) == nil {
			*s = scalar(v)
		}
	case '{', '[', 'n':
	default:
		*s = scalar(raw)
	}
	return nil
}

// millis reads milliseconds since 1970; the zero time when there are none or they are absurd.
func (s scalar) millis() time.Time {
	n, err := strconv.ParseFloat(strings.TrimSpace(string(s)), 64)
	const year9999 = 253_402_300_799_000
	if err != nil || !(n > 0 && n < year9999) {
		return time.Time{}
	}
	return time.UnixMilli(int64(n)).In(clock.Shanghai)
}

// document is a JSON document carried either as a string, as the platform does, or as itself.
type document []byte

// UnmarshalJSON implements json.Unmarshaler and never fails.
func (d *document) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		*d = document(text)
		return nil
	}
	*d = append(document(nil), raw...)
	return nil
}

// compact encodes v without escaping <, > and &: bytes are what the limits count.
func compact(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // only maps and structs of plain values come here; they cannot fail
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
