package command

import (
	"regexp"
	"slices"
	"strings"

	"duban/internal/ledger"
	"duban/internal/zh"
)

// figure is a percentage or a sum of money in a message.
type figure struct {
	zh.Span
	money bool
	value int64  // hundredths of a percent, or yuan
	vague bool   // a range
	lead  string // the words right before it
	from  int    // where lead begins
}

// figuresIn finds all figures of a text, left to right.
func figuresIn(s string) []figure {
	var out []figure
	for at := 0; at < len(s) && len(out) < 20; {
		p, isShare := zh.Percent(s[at:])
		m, isMoney := zh.Money(s[at:])
		var f figure
		switch {
		case isShare && (!isMoney || p.Start <= m.Start):
			f = figure{Span: p.Span, value: p.Hundredths, vague: p.Vague}
		case isMoney:
			f = figure{Span: m.Span, money: true, value: m.Yuan, vague: m.Vague}
		default:
			return out
		}
		f.Start, f.End = f.Start+at, f.End+at
		f.from = leadOf(s, at, f.Start)
		f.lead = strings.Trim(strings.Join(strings.Fields(s[f.from:f.Start]), ""), breaks)
		at = f.End
		if n := len(out); n > 0 && out[n-1].vague && strings.Trim(s[out[n-1].End:f.Start], "-~—–至到 ") == "" {
			out[n-1].End = f.End // the far end of the range
			continue
		}
		out = append(out, f)
	}
	return out
}

func spansOf(fs []figure) []zh.Span {
	out := make([]zh.Span, len(fs))
	for i, f := range fs {
		out[i] = f.Span
	}
	return out
}

// breaks end what a figure's words can reach back to.
const breaks = ",，。;；、!！?？\n()（）【】《》「」“”#"

var (
	open   = regexp.MustCompile(`(?:达到|达|到|至|完成|完成率|计划|预计|预期|目标|争取|力争|占|约|进度|进展|投资|投资额|不到|不足|差|剩|剩余|还剩|是|为|增长|下降|提高|提升|累计|:|：|=|约|资金|产值|合同额|金额|的)$`)
	labels = regexp.MustCompile(`^(?:目前|已|累计|完成|达到|进度|投资|总|项目|工程|形象|本年|今年|年度|:|：|=)+$`)
)

// leadOf gives where the words begin that say what the figure at start is: the clause's last words
// without a blank, and those before a blank if they lead on.
func leadOf(s string, at, start int) int {
	from := at
	if i := strings.LastIndexAny(s[from:start], breaks); i >= 0 {
		_, size := decode(s[from+i:])
		from += i + size
	}
	if strings.TrimSpace(s[from:start]) == "" {
		if back, ok := labelBefore(s, at, from); ok {
			return back
		}
	}
	head := strings.TrimRight(s[from:start], " ")
	cut := strings.LastIndexByte(head, ' ') + 1
	if len(head) < start-from && !open.MatchString(head) && !limiting.MatchString(lastWord(head)) { // a blank stands before the figure
		return start
	}
	for cut > 0 && labels.MatchString(head[cut:]) {
		before := strings.TrimRight(head[:cut], " ")
		word := lastWord(before)
		if !limiting.MatchString(word) && !other.MatchString(word) && (ofTheWhole.MatchString(head[cut:]) || !open.MatchString(before)) {
			break
		}
		cut = strings.LastIndexByte(before, ' ') + 1
	}
	return from + cut
}

// limiting are words that, standing alone before a figure, make it no figure of the whole: 土建 80%, 上期 60%.
var limiting = regexp.MustCompile(`^(?:土建|主体|主体结构|结构|桩基|基础|地下室|装修|装饰|装饰装修|安装|机电|机电安装|设备|设备安装|钢结构|幕墙|征地|拆迁|征收|管网|路基|路面|桥梁|绿化|土方|砌体|二次结构|室外|配套|一期|二期|三期|厂房|上期|上月|上次|上周|上周期|去年底?|上年|下期|下月|计划|目标|预计|投资|资金)$`)

// labelBefore gives where the clause before the break at begins, if it is no more than a label: speech
// recognition writes 完成投资，八千万.
func labelBefore(s string, at, from int) (int, bool) {
	head := strings.TrimRight(s[at:from], breaks+" ")
	start := 0
	if i := strings.LastIndexAny(head, breaks+" "); i >= 0 {
		_, size := decode(head[i:])
		start = i + size
	}
	word := head[start:]
	return at + start, word != "" && strings.Trim(word, ":： ") != "" && labels.MatchString(word) && !strings.HasSuffix(strings.TrimRight(s[at:from], " "), "\n")
}

func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }

// figures is what a report says in numbers, with what is not certain about it.
type figures struct {
	progress *ledger.Percent
	invested *ledger.Money
	doubt    bool     // a value's words do not say surely what it is: to be confirmed
	several  []string // more than one value could be meant
	vague    string   // a range where one value is needed
	bare     string   // an investment without its unit
	partial  *figure  // money of a month or so, where the year's is needed
	used     []figure // to be left out of the text
}

var (
	surePercent = regexp.MustCompile(`^(?:目前|现在|现|今|本期|本周期|现阶段|名称|如下|汇报|报告|搞到|弄到|整到|做到|干到|搞|整|弄|截至今日|截至目前|截止目前|已经|已|累计|总体|整体|总|项目|工程|形象|施工|建设|实物|实际|进度|进展|情况|完成|达到|达|到|至|为|是|在|约|大约|大概|的|了|:|：|=|报|更新|推进|提高|提升|增加|→|->|=>)*$`)
	ofTheWhole  = regexp.MustCompile(`(?:进度|总体|整体|累计|总|形象)`)
	rising      = regexp.MustCompile(`(?:从|由|上期|上次|上月|上周期|上周|去年底?|上年|原来|原|之前|此前|[0-9]月底?|[0-9]月份)(?:报|是|的|为|进度|到|达到)*$`)
	other       = regexp.MustCompile(`计划|预计|争取|力争|目标|拟|预期|下月|下期|下周|下步|下一步|下阶段|明年|来年|将|差|剩|余|不到|不足|未|没|低于|落后|滞后|超前|快于|慢|同比|环比|增长|下降|上涨|减少|占|比例|利率|股|转化|到位|合格|优良|绿化率|容积率|付|拨|贷|奖|税`)
	sureMoney   = regexp.MustCompile(`^(?:截至目前|投了?|名称|目前|截至今日|本年度|本年|今年以来|今年|年度|全年|年内|当年|累计|已经|已|共|总计|合计|实际|完成|固定资产|投资|固投|完成额|额|入统|纳统|入库|金额|达到|达|到|为|是|约|大约|了|的|报|:|：|=)*$`)
	investing   = regexp.MustCompile(`投资|固投|累计已?投`)
	increment   = regexp.MustCompile(`本月|当月|这个?月|上月|本周|上周|本期|当期|半月|新增|增加|又|再|季度|本季|旬|今天|今日|昨|每`)
	arrived     = regexp.MustCompile(`^(?:政策|补助|补贴|专项|扶持|配套|建设|债券|资金|款|已经|已|全部|都)+到位了?((?:本年|今年|累计)*完成投资)$`) // the money is there, and then another thing
	otherMoney  = regexp.MustCompile(`总投资|投资总额|计划|预计|拟|目标|争取|力争|合同|中标|到位|拨|资金|贷|融资|产值|税|销售|营收|补偿|费|款|协议|引资|注册|奖|还差|差|剩|缺|需|尚|单价|造价|概算|预算|超`)
	dated       = regexp.MustCompile(`(?:截[至止])(?:目前|今日|今天|[0-9]{1,2}月(?:[0-9]{1,2}[日号]|底)?)`)
	ahead       = regexp.MustCompile(`^(?:左右|上下)?(?:是|为|的)?(?:下月|下期|目标|计划|预计)`)
	roughly     = regexp.MustCompile(`^(?:左右|上下|多)`)
	yet         = regexp.MustCompile(`^[ ]*(?:还|都|也)*(?:没|未|不到|达不到)`) // 65%还没到
	ofMoney     = regexp.MustCompile(`^已?完成$`)                        // 计划投资1亿，完成65%
	loose       = regexp.MustCompile(`^(?:以上|以下|多|不到|的)`)
	unitless    = regexp.MustCompile(`(?:完成投资|投资额|投资|固投)[为到达约:： ]*[0-9][0-9,.]*`)
	plainShare  = regexp.MustCompile(`(?:进度|进展)[为到达约:： ]*([0-9]{1,3}(?:\.[0-9]{1,2})?)(?:[ ,，。;；!！]|$)`)
)

// readFigures says what the figures of a report mean. Where words and figures leave a doubt it says
// so and decides nothing.
func readFigures(s string, fs []figure) figures {
	var out figures
	var sure, perhaps, money, maybe []figure
	for i, f := range fs {
		if f.money {
			f.lead = arrived.ReplaceAllString(f.lead, "$1")
			switch lead := dated.ReplaceAllString(f.lead, ""); {
			case increment.MatchString(f.lead):
				out.partial = &fs[i]
			case otherMoney.MatchString(f.lead):
			case sureMoney.MatchString(lead) && investing.MatchString(lead) && !roughly.MatchString(s[f.End:]):
				money = append(money, f)
			default:
				maybe = append(maybe, f)
			}
			continue
		}
		switch {
		case i > 0 && !fs[i-1].money && (f.lead == "→" || f.lead == "->" || f.lead == "=>"):
			sure = append(slices.DeleteFunc(sure, func(g figure) bool { return g.Span == fs[i-1].Span }), f)
			out.used = append(out.used, fs[i-1])
		case rising.MatchString(f.lead):
			out.used = append(out.used, f)
		case ahead.MatchString(s[f.End:]), yet.MatchString(s[f.End:]):
		case i > 0 && fs[i-1].money && ofMoney.MatchString(f.lead):
			perhaps = append(perhaps, f)
		case surePercent.MatchString(f.lead) && !loose.MatchString(s[f.End:]):
			sure = append(sure, f)
		case other.MatchString(f.lead):
		default:
			perhaps = append(perhaps, f)
		}
	}
	if f, ok := out.choose(s, sure, perhaps); ok {
		p := ledger.Percent(min(max(f.value, -1_000_000), 1_000_000))
		out.progress = &p
	} else if m := plainShare.FindStringSubmatchIndex(s); m != nil && len(sure)+len(perhaps) == 0 {
		n, _, _ := zh.Number(s[m[2]:m[3]])
		p := ledger.Percent(n.Value / 100)
		out.progress = &p
		out.used = append(out.used, figure{Span: zh.Span{Start: m[0], End: m[3]}, from: m[0]})
	}
	if f, ok := out.choose(s, money, maybe); ok {
		v := ledger.Money(f.value)
		out.invested, out.partial = &v, nil
	}
	for _, m := range unitless.FindAllStringIndex(s, -1) {
		if !slices.ContainsFunc(fs, func(f figure) bool { return f.Start < m[1] && f.End >= m[1] }) && !startsUnit(s[m[1]:]) {
			out.bare = s[m[0]:m[1]]
		}
	}
	return out
}

func startsUnit(s string) bool {
	return strings.IndexAny(strings.TrimLeft(s, " "), "%万亿元千百年月日号个") == 0
}

// choose takes the one value that is surely meant, else the one that may be, with a doubt.
func (out *figures) choose(s string, sure, perhaps []figure) (figure, bool) {
	doubt := len(sure) == 0
	if doubt {
		sure = perhaps
	}
	if len(sure) > 1 {
		if whole := slices.DeleteFunc(slices.Clone(sure), func(f figure) bool { return !ofTheWhole.MatchString(f.lead) }); len(whole) == 1 && !doubt {
			sure = whole
		}
	}
	sure = slices.CompactFunc(sure, func(a, b figure) bool { return a.value == b.value })
	switch {
	case len(sure) == 0:
		return figure{}, false
	case len(sure) > 1:
		for _, f := range sure {
			out.several = append(out.several, s[f.Start:f.End])
		}
		return figure{}, false
	}
	f := sure[0]
	if f.vague {
		out.vague = s[f.Start:f.End]
		return figure{}, false
	}
	out.doubt = out.doubt || doubt
	if !doubt {
		out.used = append(out.used, f)
	}
	return f, true
}
