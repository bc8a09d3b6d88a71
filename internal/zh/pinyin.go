package zh

import (
	"slices"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// maxReadings bounds the spellings of one name.
const maxReadings = 16

// readings gives the characters of places, offices and works that are read in more than one way;
// elsewhere the usual reading is enough.
func readings(r rune) []string {
	switch r {
	case '重':
		return []string{"zhong", "chong"}
	case '行':
		return []string{"xing", "hang"}
	case '长':
		return []string{"chang", "zhang"}
	case '乐':
		return []string{"le", "yue"}
	case '厦':
		return []string{"sha", "xia"}
	case '都':
		return []string{"du", "dou"}
	case '会':
		return []string{"hui", "kuai"}
	case '调':
		return []string{"diao", "tiao"}
	case '单':
		return []string{"dan", "shan"}
	case '朝':
		return []string{"chao", "zhao"}
	case '曾':
		return []string{"zeng", "ceng"}
	case '藏':
		return []string{"cang", "zang"}
	case '校':
		return []string{"xiao", "jiao"}
	case '传':
		return []string{"chuan", "zhuan"}
	case '弹':
		return []string{"dan", "tan"}
	case '降':
		return []string{"jiang", "xiang"}
	case '堡':
		return []string{"bao", "pu", "bu"}
	case '六':
		return []string{"liu", "lu"}
	case '番':
		return []string{"fan", "pan"}
	case '蔚':
		return []string{"wei", "yu"}
	case '解':
		return []string{"jie", "xie"}
	case '洗':
		return []string{"xi", "xian"}
	case '蚌':
		return []string{"bang", "beng"}
	case '圩':
		return []string{"wei", "xu"}
	case '埔':
		return []string{"pu", "bu"}
	case '浒':
		return []string{"hu", "xu"}
	case '铅':
		return []string{"qian", "yan"}
	case '涡':
		return []string{"wo", "guo"}
	case '盛':
		return []string{"sheng", "cheng"}
	case '薄':
		return []string{"bo", "bao"}
	case '角':
		return []string{"jiao", "lu"}
	case '地':
		return []string{"di"}
	}
	return pinyin.SinglePinyin(r, pinyin.NewArgs())
}

// Pinyin gives the spellings of a folded name without tones, most usual first: "重庆路" is
// "zhongqinglu" and "chongqinglu", its initials "zql" and "cql". Letters and digits stay, in lower
// case; everything else is left out. A name of none of these has no spelling.
func Pinyin(name string) (full, initials []string) {
	spellings := []spelling{{}}
	for _, r := range name {
		syllables := readings(r)
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			syllables = []string{string(unicode.ToLower(r))}
		}
		spellings = spell(spellings, syllables)
	}
	for _, s := range spellings {
		if whole := string(s.full); whole != "" && !slices.Contains(full, whole) {
			full = append(full, whole)
		}
		if first := string(s.initials); first != "" && !slices.Contains(initials, first) {
			initials = append(initials, first)
		}
	}
	return full, initials
}

// spelling is one way to spell a name, as far as it was read.
type spelling struct{ full, initials []byte }

// spell extends every spelling by every reading of the next character, the usual reading alone
// once there are enough. A spelling is copied only where readings part.
func spell(spellings []spelling, syllables []string) []spelling {
	if len(syllables) == 0 {
		return spellings
	}
	if len(spellings)*len(syllables) > maxReadings {
		syllables = syllables[:1]
	}
	var other []spelling
	for _, syllable := range syllables[1:] {
		for _, s := range spellings {
			other = append(other, spelling{slices.Clone(s.full), slices.Clone(s.initials)}.with(syllable))
		}
	}
	for i, s := range spellings {
		spellings[i] = s.with(syllables[0])
	}
	return append(spellings, other...)
}

func (s spelling) with(syllable string) spelling {
	return spelling{append(s.full, syllable...), append(s.initials, syllable[0])}
}
