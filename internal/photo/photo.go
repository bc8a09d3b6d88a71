// Package photo takes off a photo what it tells besides the picture: where and when it was taken, by whom
// and with what (floor 0). The picture itself is not touched, and which way up it is stays said.
//
// It is pure, reads only as much of each format as it must, and gives up on a file it cannot follow: what
// cannot be read cannot be cleaned.
package photo

import (
	"encoding/binary"
	"errors"
)

// ErrBroken says that a file is not what its first bytes promise.
var ErrBroken = errors.New("the photo cannot be read through")

// Clean gives a JPEG, PNG or WebP file without its metadata; contentType is what its bytes say it is.
func Clean(contentType string, data []byte) ([]byte, error) {
	switch contentType {
	case "image/jpeg":
		return cleanJPEG(data)
	case "image/png":
		return cleanPNG(data)
	case "image/webp":
		return cleanWebP(data)
	}
	return nil, ErrBroken
}

const orientationTag = 0x0112

// orientation reads from EXIF data which way up the picture is: 1 to 8, 1 where nothing is said.
func orientation(tiff []byte) uint16 {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(tiff[:2]) == "MM" {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > int64(len(tiff)) {
		return 1
	}
	n := int(order.Uint16(tiff[at:]))
	entries := tiff[at+2:]
	for i := 0; i < n && len(entries) >= 12; i, entries = i+1, entries[12:] {
		if order.Uint16(entries) != orientationTag {
			continue
		}
		if v := order.Uint16(entries[8:]); v >= 1 && v <= 8 {
			return v
		}
	}
	return 1
}

// upright gives EXIF data that say nothing but which way up the picture is.
func upright(orientation uint16) []byte {
	out := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x01")
	out = binary.BigEndian.AppendUint16(out, orientationTag)
	out = binary.BigEndian.AppendUint16(out, 3) // SHORT
	out = binary.BigEndian.AppendUint32(out, 1)
	out = binary.BigEndian.AppendUint16(out, orientation)
	return append(out, 0, 0, 0, 0, 0, 0) // the rest of the value, and no other directory
}
