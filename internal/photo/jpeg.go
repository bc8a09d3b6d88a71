package photo

import (
	"bytes"
	"encoding/binary"
)

// The markers of a JPEG file that matter here.
const (
	soi   = 0xd8
	eoi   = 0xd9
	sos   = 0xda
	app0  = 0xe0
	app1  = 0xe1
	app2  = 0xe2
	app14 = 0xee
	appF  = 0xef
	com   = 0xfe
)

var exifHead = []byte("Exif\x00\x00")

// cleanJPEG keeps the segments that are needed to show the picture, the profile of its colours among them,
// and drops all others with what stands behind the picture: a phone puts a second one there, with its place.
func cleanJPEG(data []byte) ([]byte, error) {
	if len(data) < 4 || data[0] != 0xff || data[1] != soi {
		return nil, ErrBroken
	}
	head, body, up := []byte{0xff, soi}, []byte{}, uint16(1)
	for at := 2; ; {
		marker, start, end, err := segment(data, at)
		if err != nil {
			return nil, err
		}
		if marker == eoi {
			body = append(body, 0xff, eoi)
			break
		}
		payload := data[start:end]
		if marker == app1 && bytes.HasPrefix(payload, exifHead) {
			up = orientation(payload[len(exifHead):])
		}
		if marker == sos {
			end = scanned(data, end)
		}
		switch {
		case marker == app0 && len(body) == 0:
			head = append(head, data[at:end]...) // JFIF stands first
		case shown(marker, payload):
			body = append(body, data[at:end]...)
		}
		if at = end; at >= len(data) {
			break // cut off on its way: what is there can be shown
		}
	}
	if up != 1 {
		exif := append(bytes.Clone(exifHead), upright(up)...)
		head = append(head, 0xff, app1)
		head = binary.BigEndian.AppendUint16(head, uint16(len(exif)+2))
		head = append(head, exif...)
	}
	return append(head, body...), nil
}

// segment reads the segment at an offset: its marker, and where its payload begins and ends.
func segment(data []byte, at int) (marker byte, start, end int, err error) {
	if at+1 >= len(data) || data[at] != 0xff {
		return 0, 0, 0, ErrBroken
	}
	for at+2 < len(data) && data[at+1] == 0xff {
		at++ // markers may be padded
	}
	if marker = data[at+1]; marker == eoi {
		return marker, at + 2, at + 2, nil
	}
	if at+4 > len(data) {
		return 0, 0, 0, ErrBroken
	}
	start, end = at+4, at+2+int(binary.BigEndian.Uint16(data[at+2:]))
	if end < start || end > len(data) {
		return 0, 0, 0, ErrBroken
	}
	return marker, start, end, nil
}

// scanned gives where the compressed picture that begins at an offset ends: before the next marker that is
// none of its own.
func scanned(data []byte, at int) int {
	for ; at+1 < len(data); at++ {
		if next := data[at+1]; data[at] == 0xff && next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7) {
			return at
		}
	}
	return len(data)
}

// shown reports whether a segment is needed to show the picture as it is.
func shown(marker byte, payload []byte) bool {
	switch {
	case marker == app2:
		return bytes.HasPrefix(payload, []byte("ICC_PROFILE\x00"))
	case marker == app14:
		return bytes.HasPrefix(payload, []byte("Adobe"))
	case marker >= app0 && marker <= appF, marker == com:
		return false
	}
	return true
}
