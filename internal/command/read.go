package command

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"duban/internal/ledger"
)

// what follows a verb must not be taken for the rest of a longer word.
const separators = " ,，。.;；、:：!！\n-—"

// matterCode finds the number of a commitment, as its kinds begin it.
var matterCode = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])([` + prefixes() + `])[ -]?0*([0-9]{1,8})(?:[^0-9]|$)`)

func prefixes() string {
	var out []string
	for _, k := range ledger.Kinds {
		out = append(out, k.Prefix)
	}
	slices.Sort(out)
	return strings.Join(out, "")
}

// startsValue finds what a report may begin with right behind its verb.
var startsValue = regexp.MustCompile(`^(?:[0-9]|百分|[一二三四五六七八九]成|(?:已|到|为|达|完成)+[0-9百])`)

// namedMeeting finds the number of a meeting right behind a verb: 纪要M0003.
var namedMeeting = regexp.MustCompile(`^(?i)M[ -]?[0-9]`)

// mention is the robot's name where a platform leaves it in.
var mention = regexp.MustCompile(`^@[^ @]{1,20}[ ]+`)

// readVerb finds the verb a message begins with and sets where its words begin. A verb needs a blank,
// the end, or something that cannot belong to it behind it: 报恩寺街 is no report, 问题不大 no problem.
func (x *script) readVerb(verbs []verb, sc scope) *verb {
	start := len(mention.FindString(x.s))
	start += len(x.s[start:]) - len(strings.TrimLeft(x.s[start:], trimmed+"#*"))
	said := x.s[start:]
	var found *verb
	longest := 0
	for i := range verbs {
		for _, word := range verbs[i].says {
			better := len(word) > longest || len(word) == longest && verbs[i].ours != nil
			if better && hasPrefixFold(said, word) && x.standsApart(&verbs[i], start, len(word), sc) {
				found, longest = &verbs[i], len(word)
			}
		}
	}
	if found == nil {
		x.begins = start
		return nil
	}
	x.ours = true
	rest := said[longest:]
	x.begins = start + longest + len(rest) - len(strings.TrimLeft(rest, separators))
	return found
}

func hasPrefixFold(s, word string) bool {
	return len(s) >= len(word) && strings.EqualFold(s[:len(word)], word)
}

// standsApart reports whether the word at start is the verb and not the beginning of something else.
func (x *script) standsApart(v *verb, start, size int, sc scope) bool {
	rest := x.s[start+size:]
	if v.ours != nil {
		rest = " " + strings.TrimLeft(rest, separators)
		m := matterCode.FindStringSubmatchIndex(rest)
		return m != nil && m[0] == 0 && v.ours(strings.ToUpper(rest[m[2]:m[3]]), strings.Trim(rest[m[3]:m[5]], " -"))
	}
	if strings.Trim(rest, separators+"?？~吧呢啊") == "" {
		return true
	}
	if v.alone {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest)
	at := x.first(start)
	if strings.ContainsRune(separators, r) {
		// "报 恩寺街" is a report all the same; a name that holds the verb has no blank behind it.
		return true
	}
	next := x.first(start + size)
	if next >= len(x.marks) {
		return false
	}
	for _, h := range sc.whole(*x, at) {
		if h.start == at && h.end > next {
			return false // the verb is the beginning of a name
		}
	}
	if v.matter {
		if m := matterCode.FindStringSubmatchIndex(" " + rest); m != nil && m[0] == 0 || !v.project {
			return m != nil && m[0] == 0
		}
		// 经过华兴 asks about the project, 经过华兴公司的努力 does not.
		return slices.ContainsFunc(sc.whole(*x, next), func(h hit) bool { return h.start == next && h.end == len(x.marks) })
	}
	if v.meeting && namedMeeting.MatchString(rest) {
		return true
	}
	if v.reports && startsValue.MatchString(rest) {
		return true
	}
	return slices.ContainsFunc(sc.whole(*x, next), func(h hit) bool { return h.start == next })
}

// code gives the number of the commitment a message names, "J0012", and where it stands.
func (x script) code() (code string, start, end int) {
	m := matterCode.FindStringSubmatchIndex(x.s[x.begins:])
	if m == nil {
		return "", 0, 0
	}
	letter, number := strings.ToUpper(x.s[x.begins+m[2]:x.begins+m[3]]), x.s[x.begins+m[4]:x.begins+m[5]]
	if len(number) < 4 {
		number = strings.Repeat("0", 4-len(number)) + number
	}
	return letter + number, x.begins + m[2], x.begins + m[5]
}

var (
	asks     = regexp.MustCompile(`(?:[?？]|吗|么|呢|没有|了没|没|对不对|对吧|是吧|行不行|可不可以)[ 。.!！]*$|多少|几成|怎么|怎样|如何|啥时|啥情况|啥样|什么|为何|何时|几时|是否|是不是|有没有|哪|谁|咋|能不能|可否`)
	looks    = regexp.MustCompile(`^(?:查|看|查询|查看|看看|查查)?(?:一下|下)?[ ]*(?:目前|现在|最新)?的?(?:情况|进展|进度|进展情况|进度情况|项目情况|现状|状态)?$`)
	hearsay  = regexp.MustCompile(`太慢|抓紧|听说|据说|好像|可能|应该|估计|估摸|大概|如果|要是|希望|假如|万一|为什么|差不多|接近|将近|不要|别报|测试|转发|补报|吧[。.!！~]*$|(?:让|叫|要|催)(?:我|我们)报|报的(?:数|是)|^[“"「『].*[”"」』]$|(?:局|总|长|书记|主任|单位|群里|老板|经理|方|他|她|们|人|工)(?:说|讲|报)`)
	courtesy = regexp.MustCompile(`^(?:收到|好的|好|谢谢|感谢|辛苦|明白|知道|了解|ok|OK|嗯|哦|哈)`)
	// achieved tells of something done or begun; where it stands a message is news without any name.
	achieved = regexp.MustCompile(`到场|进场|封顶|开工|竣工|完工|投产|贯通|浇筑|吊装|安装|验收|进场|取得|办下来|办好|办完|拿到|获批|批复|中标|签约|合龙|点火|并网|通车|完成|启动|摊铺|搬迁|交付|挂牌|摘牌|开标|调试|试运行|开挖|清表|围挡|拆除|复工|停工|到货|达产`)
	// ahead words say that it is not done yet.
	notYet = regexp.MustCompile(`没|未|尚|明天|后天|下周|下月|下个月|将要|将于|准备|计划|打算|拟|争取|力争|快要?|马上|即将|预计|等|请|通知|开会|要求|抓紧`)
	denied = regexp.MustCompile(`没有?|未|尚未|不能|无法`)
	// otherMoneys are none we reckon in.
	otherMoneys = regexp.MustCompile(`[0-9一二三四五六七八九十百千万亿](?:美元|美金|港元|港币|欧元|日元|英镑)`)
)
