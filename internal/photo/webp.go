package photo

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// The flags of a VP8X chunk that say that metadata follow.
const exifFlag, xmpFlag = 0x08, 0x04

// webpShown are the chunks a WebP file is shown by, of a moving picture too.
var webpShown = []string{"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"}

// cleanWebP keeps the chunks the picture is shown by.
func cleanWebP(data []byte) ([]byte, error) {
	if len(data) < 12 || string(data[:4]) != "RIFF" || string(data[8:12]) != "WEBP" {
		return nil, ErrBroken
	}
	end := int64(binary.LittleEndian.Uint32(data[4:])) + 8
	if end < 12 || end > int64(len(data)) {
		return nil, ErrBroken
	}
	out, up, extended := bytes.Clone(data[:12]), uint16(1), -1
	for rest := data[12:end]; len(rest) > 0; {
		if len(rest) < 8 {
			return nil, ErrBroken
		}
		size := int64(binary.LittleEndian.Uint32(rest[4:])) + 8
		padded := min(size+size%2, int64(len(rest)))
		if size > int64(len(rest)) {
			return nil, ErrBroken
		}
		name, chunk := string(rest[:4]), rest[:padded]
		switch {
		case name == "EXIF":
			up = orientation(bytes.TrimPrefix(chunk[8:size], exifHead))
		case slices.Contains(webpShown, name):
			if name == "VP8X" && size > 8 {
				extended = len(out) + 8
			}
			out = append(out, chunk...)
		}
		rest = rest[padded:]
	}
	if extended >= 0 {
		out[extended] &^= exifFlag | xmpFlag
	}
	if up != 1 && extended >= 0 {
		out[extended] |= exifFlag
		exif := upright(up)
		out = append(out, "EXIF"...)
		out = binary.LittleEndian.AppendUint32(out, uint32(len(exif)))
		out = append(out, exif...) // of even length
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out, nil
}
