package photo_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"testing"

	"duban/internal/photo"
)

// secret stands for a place, a name, a device: nothing of it may be left.
const secret = "N31.98 E120.89 SECRET"

// exif gives EXIF data in a byte order, with a way up and a secret behind.
func exif(order binary.AppendByteOrder, up uint16) []byte {
	out := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		out = []byte("MM\x00*")
	}
	out = order.AppendUint32(out, 8)
	out = order.AppendUint16(out, 2)
	for _, entry := range []struct {
		tag, kind uint16
		value     uint32
	}{{0x8825, 4, 60}, {0x0112, 3, 0}} {
		out = order.AppendUint16(out, entry.tag)
		out = order.AppendUint16(out, entry.kind)
		out = order.AppendUint32(out, 1)
		if entry.tag == 0x0112 {
			out = order.AppendUint16(out, up)
			out = order.AppendUint16(out, 0)
			continue
		}
		out = order.AppendUint32(out, entry.value)
	}
	return append(order.AppendUint32(out, 0), secret...)
}

func picture() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 40, 24))
	for y := range 24 {
		for x := range 40 {
			m.Set(x, y, color.RGBA{uint8(x * 6), uint8(y * 10), 90, 255})
		}
	}
	return m
}

func segment(marker byte, payload string) []byte {
	out := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(payload)+2))
	return append(out, payload...)
}

func aJPEG(t testing.TB, up uint16) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	out := bytes.Clone(b.Bytes()[:2])
	for _, s := range [][]byte{
		segment(0xe0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"), segment(0xe1, "Exif\x00\x00"+string(exif(binary.LittleEndian, up))),
		segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00"+secret), segment(0xed, "Photoshop 3.0\x00"+secret), segment(0xfe, secret),
		segment(0xe2, "ICC_PROFILE\x00\x01\x01 colours"), segment(0xe2, "MPF\x00"+secret),
	} {
		out = append(out, s...)
	}
	return append(append(out, b.Bytes()[2:]...), "a second picture "+secret...)
}

func chunk(name, data string) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	body := append([]byte(name), data...)
	return binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE(body))
}

func aPNG(t testing.TB, up uint16) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		t.Fatal(err)
	}
	const head = 8 + 25 // the signature and IHDR
	out := bytes.Clone(b.Bytes()[:head])
	for _, c := range [][]byte{chunk("tEXt", "Comment\x00"+secret), chunk("eXIf", string(exif(binary.BigEndian, up))), chunk("tIME", "1234567"), chunk("prVt", secret)} {
		out = append(out, c...)
	}
	return append(append(out, b.Bytes()[head:]...), secret...)
}

func riff(chunks ...string) []byte {
	var body []byte
	for i := 0; i+1 < len(chunks); i += 2 {
		body = append(body, chunks[i]...)
		body = binary.LittleEndian.AppendUint32(body, uint32(len(chunks[i+1])))
		body = append(body, chunks[i+1]...)
		if len(chunks[i+1])%2 == 1 {
			body = append(body, 0)
		}
	}
	out := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body)+4))
	return append(append(out, "WEBP"...), body...)
}

func aWebP(up uint16) []byte {
	return append(riff("VP8X", "\x2c\x00\x00\x00\x27\x00\x00\x17\x00\x00", "ICCP", "odd", "VP8L", "a picture", "EXIF", "Exif\x00\x00"+string(exif(binary.LittleEndian, up)), "XMP ", secret), secret...)
}

func files(t testing.TB, up uint16) map[string][]byte {
	return map[string][]byte{"image/jpeg": aJPEG(t, up), "image/png": aPNG(t, up), "image/webp": aWebP(up)}
}

// Where a photo was taken, by whom and with what is gone; the picture, its colours and which way up it is stay.
func TestAPhotoTellsNothingButThePicture(t *testing.T) {
	for _, up := range []uint16{1, 6, 9} {
		for kind, data := range files(t, up) {
			clean, err := photo.Clean(kind, data)
			if err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
			if bytes.Contains(clean, []byte("SECRET")) || len(clean) >= len(data) {
				t.Errorf("%s still tells: %q", kind, clean)
			}
			if got := http.DetectContentType(clean); got != kind {
				t.Errorf("%s is now %s", kind, got)
			}
			wantUp := bytes.Contains(clean, []byte("\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06"))
			if wantUp != (up == 6) {
				t.Errorf("%s, way up %d: %q", kind, up, clean)
			}
			again, err := photo.Clean(kind, clean)
			if err != nil || !bytes.Equal(again, clean) {
				t.Errorf("%s: cleaned twice it is another: %v", kind, err)
			}
			samePicture(t, kind, data, clean)
		}
	}
}

func samePicture(t *testing.T, kind string, data, clean []byte) {
	t.Helper()
	if kind == "image/webp" {
		const colours = 0x20
		if flags := clean[20] &^ 0x08; flags != colours || !bytes.Contains(clean, []byte("ICCP\x03\x00\x00\x00odd\x00VP8L\x09\x00\x00\x00a picture\x00")) {
			t.Errorf("webp is %q", clean)
		}
		if int(binary.LittleEndian.Uint32(clean[4:]))+8 != len(clean) {
			t.Error("webp: its length is another than it says")
		}
		return
	}
	was, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	now, _, err := image.Decode(bytes.NewReader(clean))
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	for y := range 24 {
		for x := range 40 {
			if was.At(x, y) != now.At(x, y) {
				t.Fatalf("%s: another picture at %d, %d", kind, x, y)
			}
		}
	}
	if kind == "image/jpeg" && !bytes.Contains(clean, []byte("ICC_PROFILE")) {
		t.Error("the colours are lost")
	}
}

// A progressive picture has several scans, and markers that are none.
func TestAPictureOfSeveralScans(t *testing.T) {
	scan := "\xff\xda\x00\x03\x01" + "data\xff\x00more\xff\xd0and"
	data := []byte("\xff\xd8\xff\xe1\x00\x0c" + "SECRETTEXT" + scan + "\xff\xff\xc4\x00\x03\x07" + scan + "\xff\xd9SECRET")
	want := "\xff\xd8" + scan + "\xff\xff\xc4\x00\x03\x07" + scan + "\xff\xd9"
	if clean, err := photo.Clean("image/jpeg", data); err != nil || string(clean) != want {
		t.Errorf("%q, %v", clean, err)
	}
}

// What cannot be read through is refused; a JPEG cut off within its picture is shown as far as it goes.
func TestBrokenFiles(t *testing.T) {
	for _, c := range []struct{ kind, data string }{
		{"image/jpeg", "\xff\xd8"}, {"image/jpeg", "\xff\xd8\xff\xe1\xff\xff" + secret}, {"image/jpeg", "\xff\xd8\xff\xe1\x00\x01"},
		{"image/jpeg", "\xff\xd8\xff\xe0\x00\x04abGARBAGE"}, {"image/png", "\x89PNG\r\n\x1a\n0000"}, {"image/png", "\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR0000"},
		{"image/webp", "RIFF\xff\xff\xff\xffWEBPVP8 "}, {"image/webp", "RIFF\x04\x00\x00\x00WAVE"}, {"image/webp", string(riff("VP8 ", "x")[:18])},
		{"image/gif", "GIF89a"}, {"image/jpeg", ""},
	} {
		if clean, err := photo.Clean(c.kind, []byte(c.data)); err == nil {
			t.Errorf("%s %q became %q", c.kind, c.data, clean)
		}
	}
	whole := aJPEG(t, 1)
	if _, err := photo.Clean("image/jpeg", whole[:len(whole)-120]); err != nil {
		t.Errorf("a picture cut off: %v", err)
	}
}

func FuzzClean(f *testing.F) {
	for kind, data := range files(f, 6) {
		f.Add(kind, data)
	}
	f.Fuzz(func(t *testing.T, kind string, data []byte) {
		clean, err := photo.Clean(kind, data)
		if err == nil && len(clean) > len(data)+64 {
			t.Errorf("%d bytes became %d", len(data), len(clean))
		}
	})
}
