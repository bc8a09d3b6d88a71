package command

import (
	"regexp"
	"slices"
	"strings"

	"duban/internal/zh"
)

// segment is a stretch of marks without a gap, of one script, that holds no figure.
type segment struct {
	start, end int
	head       bool // the first of the message
}

// segments cuts the text where somebody left a blank or a comma, and where Latin meets Chinese.
func segments(x script, from int, values []zh.Span) []segment {
	var out []segment
	start := -1
	flush := func(end int) {
		if start >= 0 && end-start >= 2 {
			out = append(out, segment{start, end, start == from})
		}
		start = -1
	}
	for i := from; i < len(x.marks); i++ {
		m := x.marks[i]
		if slices.ContainsFunc(values, func(v zh.Span) bool { return m.at >= v.Start && m.at < v.End }) {
			flush(i)
			continue
		}
		if start >= 0 && (m.gap || latin(m.r) != latin(x.marks[i-1].r)) {
			flush(i)
		}
		if start < 0 {
			start = i
		}
	}
	flush(len(x.marks))
	return out
}

// maxSegment is the longest stretch looked at as a piece of a name; more is a sentence.
const maxSegment = 30

// pieces finds what is less than a whole name: a part, an abbreviation, a slip, a spelling.
func (sc scope) pieces(x script, from int, values []zh.Span) []hit {
	var hits []hit
	for i, seg := range segments(x, from, values) {
		if i >= 8 || seg.end-seg.start > maxSegment {
			continue
		}
		ms := x.marks[seg.start:seg.end]
		if latin(ms[0].r) {
			hits = append(hits, sc.spelledOut(seg, key(ms))...)
			continue
		}
		parts := sc.parts(seg, ms)
		if n := seg.start; n > 0 && !ms[0].gap && latin(x.marks[n-1].r) {
			for i := range parts {
				parts[i].grade = likely // the number before it is part of the name: 2号码头
			}
		}
		hits = append(hits, parts...)
		if seg.head {
			hits = append(hits, sc.begun(seg, ms)...)
		}
	}
	return hits
}

// parts compares a whole segment with the names that share a pair of characters with it.
func (sc scope) parts(seg segment, ms []mark) []hit {
	said := make([]rune, len(ms))
	for i, m := range ms {
		said[i] = m.r
	}
	shared := map[int32]int{}
	for i := 1; i < len(said); i++ {
		for _, id := range sc.pairs[pair{said[i-1], said[i]}] {
			shared[id]++
		}
	}
	var hits []hit
	p := piece{said, string(said), seg.head, generic.MatchString(string(said)), progressing.MatchString(string(said))}
	for id, n := range shared {
		c := &sc.calls[id]
		if !sc.sees(c.project) {
			continue
		}
		if g := p.compare(c.key, n); g > 0 {
			hits = append(hits, hit{c.project, seg.start, seg.end, g})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { return a.project - b.project })
	return hits
}

// piece is a segment that may be meant as a name.
type piece struct {
	said    []rune
	text    string
	head    bool
	generic bool
	news    bool
}

// compare grades how the piece may be meant as the name; shared is how many pairs of neighbours both have.
func (p piece) compare(name []rune, shared int) grade {
	said := p.said
	whole := shared >= len(said)-1 && strings.Contains(string(name), p.text)
	switch {
	case whole && p.generic:
		if p.head {
			return likely
		}
		return 0
	case whole:
		return part
	case !p.head || p.news:
		return 0
	case len(said) >= 3 && said[0] == name[0] && said[1] == name[1] && subsequence(said, name):
		return part
	case len(said) >= 5 && slipped(said, name):
		return part
	case 4*shared >= len(said)+len(name)-2: // half of all pairs are common, as zh.Dice has it
		return likely
	}
	return 0
}

// begun finds a name's beginning at the head of a message that goes on without a blank: 华兴主体封顶.
func (sc scope) begun(seg segment, ms []mark) []hit {
	var hits []hit
	most := 0
	for _, id := range sc.heads[pair{ms[0].r, ms[1].r}] {
		c := &sc.calls[id]
		if c.code || !sc.sees(c.project) {
			continue
		}
		n := 0
		for n < len(c.key) && n < len(ms) && c.key[n] == ms[n].r {
			n++
		}
		if n < len(ms) {
			most = max(most, n)
			hits = append(hits, hit{c.project, seg.start, seg.start + n, likely})
		}
	}
	if most == 0 || generic.MatchString(key(ms[:most])) {
		return nil
	}
	hits = slices.DeleteFunc(hits, func(h hit) bool { return h.end-h.start < most })
	if progressing.MatchString(key(ms[most:])) {
		for i := range hits {
			hits[i].grade = part
		}
	}
	return hits
}

// spelledOut finds pinyin and initials: huaxing, hxznzz.
func (sc scope) spelledOut(seg segment, said string) []hit {
	if strings.ContainsAny(said, "0123456789") {
		return nil
	}
	at, _ := slices.BinarySearchFunc(sc.spellings, said, func(s spelling, said string) int { return strings.Compare(s.text, said) })
	var hits []hit
	for _, s := range sc.spellings[at:] {
		if !strings.HasPrefix(s.text, said) || len(hits) > maxSpelled {
			break
		}
		c := &sc.calls[s.call]
		if g := s.spells(said); g > 0 && sc.sees(c.project) {
			hits = append(hits, hit{c.project, seg.start, seg.end, g})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return a.project - b.project })
	return hits
}

// maxSpelled is how many names a beginning in Latin letters is taken for: of more nobody can choose.
const maxSpelled = 200

// spells grades how said, with which the spelling begins, may be meant as its name.
func (s spelling) spells(said string) grade {
	switch whole := len(s.text) == len(said); {
	case whole && (!s.initials || len(said) >= 3):
		return part
	case !s.initials && len(said) >= 5, s.initials && len(said) >= 4:
		return part
	case s.initials && len(said) >= 2:
		return likely
	}
	return 0
}

// subsequence reports whether name holds the characters of said in their order: 城南污水厂 for 城南污水处理厂.
func subsequence(said, name []rune) bool {
	i := 0
	for _, r := range name {
		if i < len(said) && said[i] == r {
			i++
		}
	}
	return i == len(said)
}

// apart are the characters that tell neighbouring projects apart: one in place of another is no slip.
const apart = "东南西北中上下前后左右一二三四五六七八九十新老旧大小高低内外甲乙丙丁"

// slipped reports whether one character of the name is wrong, two are swapped, or one is too many.
func slipped(said, name []rune) bool {
	switch len(said) - len(name) {
	case 0:
	case 1:
		return subsequence(name, said)
	default:
		return false
	}
	var wrong []int
	for i := range said {
		if said[i] != name[i] {
			wrong = append(wrong, i)
		}
	}
	switch len(wrong) {
	case 1:
		i := wrong[0]
		return !strings.ContainsRune(apart, said[i]) && !strings.ContainsRune(apart, name[i]) && !latin(said[i]) && !latin(name[i])
	case 2:
		i, j := wrong[0], wrong[1]
		return j == i+1 && said[i] == name[j] && said[j] == name[i]
	}
	return false
}

// generic words name no project by themselves, though many names hold them.
var generic = regexp.MustCompile(`^(?:项目|工程|建设|改造|中心|产业|产业园|园区|科技园|科技|智能|制造|智能制造|新材料|新能源|材料|设备|装备|道路|学校|小学|中学|医院|主体|基础|厂房|标准厂房|车间|小区|公园|广场|大厦|大桥|管网|污水|污水管网|处理|处理厂|绿化|征地|拆迁|安置|安置房|桩基|装修|地块|二期|一期|三期|四期|完成|开工|竣工|封顶|施工|综合|综合楼|服务|基地|研发|生产|生产线|配套|停车场|办公楼|住宅|商业|仓储|物流|电子|汽车|机械|生物|医药|食品|环保|数字|创新|孵化|人才|总部|提升|整治|新建|扩建|河道|片区|街道|社区|老旧小区|供水|供热|燃气|雨污|雨污分流|地下|市政)+$`)

// progressing words open or make a piece of news: where they stand nobody spells a name.
var progressing = regexp.MustCompile(`(?:目前|现在|已经|已|正在|正|累计|本月|本期|本周|总体|形象|进度|进展|完成|达到|主体|桩基|基础|土方|基坑|地下室|封顶|开工|竣工|投产|施工|进场|验收|取得|办理|办好|办完|浇筑|吊装|签约|招标|开标|中标|批复|审批|挂牌|摘牌|拿地|装修|安装|调试|交付|试运行|设备|厂房|钢结构|围挡|场平|拆迁|征地|腾退|投资|路面|路基|幕墙|砌筑|图审|许可|合同|问题|困难|资金|无进展|停工|复工|推进)`)

// acting words tell what was done: a place has none of them.
var acting = regexp.MustCompile(`(?:已|正在|完成|达到|封顶|开工|竣工|投产|施工|进场|验收|取得|办理|办好|办完|浇筑|吊装|签约|招标|开标|批复|审批|安装|调试|交付|推进|停工|复工|结束|启动|开始|了$)`)

// wordsOfTrade are Latin words that name no project.
var wordsOfTrade = regexp.MustCompile(`^(?:ok|bim|epc|ppp|pc|led|gis|eod|bot|vr|ai|it|ic|km|cm|mm|kv|kw|mw|gw|pdf|ppt|excel|word|wps|qq|app|hi|hello|help|test|phc|cfg|smw|tbm|ups|hdpe|pe|pvc|c|h|a|b|kg)$`)

// place words end what is called a project.
var placeWord = regexp.MustCompile(`(?:项目|工程|厂|园|园区|路|中心|基地|学校|小学|中学|医院|广场|大厦|大桥|公园|小区|片区|地块|产业园|科技园|[一二三四五六]期|改造|生产线|公司|集团|酒店|综合体|站|港|湖|河|隧道|水库|码头|岛|酒店|管廊|走廊|幼儿园|学院|大学|高速|快速路|大道|街|桥|渠|湾|新城|镇|村|电池|科技|医药|材料|装备|电子|光电|芯片|模具|玻璃|轴承|食品|化工|能源)$`)

// inside words name places of a project: they are no projects.
var inside = regexp.MustCompile(`号|标段|^[东南西北](?:侧|面|区|段|门)|^[一二三四五六七八九十0-9]`)

// stranger gives the head of a message when it looks like the name of a project and was not found.
func (sc scope) stranger(x script, from int, values []zh.Span) string {
	for _, seg := range segments(x, from, values) {
		ms := x.marks[seg.start:seg.end]
		k, typed := key(ms), x.typed(ms[0].at, ms[len(ms)-1].end)
		switch letters, _, code := codeLike(k); {
		case code && sc.prefixes[letters]:
			return typed
		case !seg.head:
		case sc.elsewhere(ms):
			return typed
		case latin(ms[0].r) && !code && !wordsOfTrade.MatchString(k) && len(ms) >= 3:
			return typed
		case len(ms) >= 3 && len(ms) <= 20 && placeWord.MatchString(k) && !acting.MatchString(k) && !inside.MatchString(k) && !generic.MatchString(k):
			return typed
		}
	}
	return ""
}

// elsewhere reports whether the words are what a project is called that is out of scope: they mean no other one.
func (sc scope) elsewhere(ms []mark) bool {
	return len(ms) > 1 && slices.ContainsFunc(sc.heads[pair{ms[0].r, ms[1].r}], func(id int32) bool {
		c := &sc.calls[id]
		return len(c.key) == len(ms) && !sc.sees(c.project) && sameRunes(c.key, ms)
	})
}
