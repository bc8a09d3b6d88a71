package photo

import (
	"encoding/binary"
	"hash/crc32"
	"slices"
)

const pngHead = "\x89PNG\r\n\x1a\n"

// pngTells are the chunks of a PNG file that tell of its making; none of them is needed to show it.
var pngTells = []string{"tEXt", "zTXt", "iTXt", "eXIf", "tIME", "dSIG"}

// cleanPNG drops the chunks that tell of the making, private ones, and what stands behind the end.
func cleanPNG(data []byte) ([]byte, error) {
	if len(data) < len(pngHead) || string(data[:len(pngHead)]) != pngHead {
		return nil, ErrBroken
	}
	out, rest := []byte(pngHead), data[len(pngHead):]
	for len(rest) > 0 {
		if len(rest) < 12 {
			return nil, ErrBroken
		}
		size := int64(binary.BigEndian.Uint32(rest)) + 12
		if size > int64(len(rest)) {
			return nil, ErrBroken
		}
		chunk, name := rest[:size], string(rest[4:8])
		rest = rest[size:]
		switch private := name[1]&0x20 != 0 && name[0]&0x20 != 0; {
		case name == "eXIf":
			if up := orientation(chunk[8 : size-4]); up != 1 {
				out = appendPNG(out, name, upright(up))
			}
		case private, slices.Contains(pngTells, name):
		default:
			out = append(out, chunk...)
		}
		if name == "IEND" {
			return out, nil
		}
	}
	return nil, ErrBroken
}

func appendPNG(out []byte, name string, data []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
	body := append([]byte(name), data...)
	out = append(out, body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(body))
}
