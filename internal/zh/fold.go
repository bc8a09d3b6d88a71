package zh

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/longbridgeapp/opencc"
)

// Folder brings the many ways of writing one thing to one form, so that texts can be compared. It
// never changes once made and may be shared; making one reads a dictionary (some milliseconds).
type Folder struct{ simplify *opencc.OpenCC }

// NewFolder loads the dictionary of traditional characters.
func NewFolder() (*Folder, error) {
	cc, err := opencc.New("t2s")
	if err != nil {
		return nil, fmt.Errorf("load traditional characters: %w", err)
	}
	return &Folder{simplify: cc}, nil
}

// Fold gives s in half width and simplified characters, without emoji, zero-width characters and
// broken bytes, blanks trimmed at both ends. The full-width comma stays: folded to the other it
// would turn "节点3，100%" into 3100 %. Compare what was folded once with what was folded once: a
// few literary words change again when folded again.
func (f *Folder) Fold(s string) string {
	text, _ := f.FoldSpans(s)
	return text
}

// FoldSpans is Fold for a caller that must find its way back: origin[i] is the offset in s of the
// character that byte i of text belongs to, and origin[len(text)] the end of what text came from.
// text[a:b] was s[origin[a]:origin[b]], with whatever was dropped in between.
func (f *Folder) FoldSpans(s string) (text string, origin []int) {
	runes := make([]rune, 0, len(s)/2)
	starts := make([]int, 0, len(s)/2+1)
	end := 0
	for i, r := range s {
		size := utf8.RuneLen(r)
		if r = narrow(r); r == utf8.RuneError || silent(r) || len(runes) == 0 && unicode.IsSpace(r) {
			continue
		}
		runes, starts, end = append(runes, r), append(starts, i), i+size
	}
	for len(runes) > 0 && unicode.IsSpace(runes[len(runes)-1]) {
		end = starts[len(runes)-1]
		runes = runes[:len(runes)-1]
	}
	return spread(f.simplified(runes), append(starts[:len(runes)], end))
}

// simplified turns traditional into simplified, one character for one. Should the dictionary ever
// answer with another number of characters the text stays as it is: offsets are worth more.
func (f *Folder) simplified(runes []rune) []rune {
	if len(runes) == 0 {
		return nil
	}
	out, err := f.simplify.Convert(string(runes))
	if converted := []rune(out); err == nil && len(converted) == len(runes) {
		return converted
	}
	return runes
}

// spread turns offsets a character into offsets a byte.
func spread(runes []rune, starts []int) (string, []int) {
	var b strings.Builder
	origin := make([]int, 0, len(runes)*3+1)
	for i, r := range runes {
		n, _ := b.WriteRune(r)
		for range n {
			origin = append(origin, starts[i])
		}
	}
	return b.String(), append(origin, starts[len(runes)])
}

// Key gives the form under which a name is kept and looked up: folded, in lower case, letters and
// digits only. "（一期）A-1 标准厂房" and "一期a1標準廠房" have the same key.
func (f *Folder) Key(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, f.Fold(s))
}

// narrow gives the half-width form of r; all blanks but the line break become a plain one.
func narrow(r rune) rune {
	switch {
	case r == '，':
		return r
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '￥':
		return '¥'
	case r == '\n':
		return r
	case unicode.IsSpace(r):
		return ' '
	}
	return r
}

// unseen are the characters that carry no words: pictures, joiners, marks of direction, variation
// selectors and the private area in which old phones keep their pictures.
var unseen = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00AD, Hi: 0x00AD, Stride: 1}, {Lo: 0x200B, Hi: 0x200F, Stride: 1}, {Lo: 0x202A, Hi: 0x202E, Stride: 1},
		{Lo: 0x2060, Hi: 0x206F, Stride: 1}, {Lo: 0x20D0, Hi: 0x20FF, Stride: 1}, {Lo: 0x231A, Hi: 0x23FF, Stride: 1},
		{Lo: 0x2600, Hi: 0x27BF, Stride: 1}, {Lo: 0x2B00, Hi: 0x2BFF, Stride: 1}, {Lo: 0x3297, Hi: 0x3299, Stride: 2},
		{Lo: 0xE000, Hi: 0xF8FF, Stride: 1}, {Lo: 0xFE00, Hi: 0xFE0F, Stride: 1}, {Lo: 0xFEFF, Hi: 0xFEFF, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1F000, Hi: 0x1FBFF, Stride: 1}, {Lo: 0xE0000, Hi: 0xE01EF, Stride: 1}, {Lo: 0xF0000, Hi: 0x10FFFF, Stride: 1},
	},
	LatinOffset: 1,
}

func silent(r rune) bool {
	return unicode.Is(unseen, r) || r != '\n' && unicode.IsControl(r)
}
