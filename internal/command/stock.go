package command

import (
	"context"
	"regexp"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/view"
	"duban/internal/zh"
)

var (
	// stockKinds are the words for each kind of resource; what tells lands apart stays a word to look for.
	stockKinds = []struct {
		kind string
		re   *regexp.Regexp
	}{
		{ledger.Land, regexp.MustCompile(`(工业|商业|住宅|商住|仓储|物流|科研)?(?:用地|土地|地块|净地|熟地)`)},
		{ledger.Plant, regexp.MustCompile(`(?:标准)?厂房|车间`)},
		{ledger.Building, regexp.MustCompile(`写字楼|楼宇|办公楼|办公用房|商务楼`)},
	}
	// sought begins a line that looks for a resource without a verb: 厂房 3000平以上 租.
	sought    = regexp.MustCompile(`^(?:我要|我想要?|想要|求购|求租|求|有没有|有无|查|找|需要)?[ ]*(?:(?:工业|商业|住宅|商住|仓储|物流|科研)?(?:用地|土地|地块)|(?:标准)?厂房|写字楼|楼宇|办公楼)(?:[ ,，]|[0-9])`)
	under     = regexp.MustCompile(`已|正在|累计|进度|投资`) // tells of work, and looks for nothing
	terms     = regexp.MustCompile(`出让|出租|租赁|租用|租|出售|购买|售`)
	stockCode = regexp.MustCompile(`(?i)\b([a-z]{1,6}[0-9]{1,8})\b`)
	adding    = regexp.MustCompile(`^(?:新增|新加|增加|登记|添加)[:： ]*`)
	emptyWord = regexp.MustCompile(`^(?:的|有|在|要|找|查|查询|有没有|有无|吗|左右|求|求租|求购|价格|面积|每月|可|我要|我想|想要|需要)*$`)
)

// seeks reports whether a message without a verb looks for a resource.
func (t *turn) seeks(in intent) bool {
	s := strings.Trim(in.script.s[min(in.script.begins, len(in.script.s)):], trimmed)
	if in.script.ours || in.project.named || !sought.MatchString(s) || strings.Contains(s, "%") || achieved.MatchString(s) || under.MatchString(s) {
		return false
	}
	sizes := zh.Sizes(s)
	return len(sizes) > 0 && (sizes[0].Bound != zh.About || terms.MatchString(s) || strings.Contains(s, "左右"))
}

// resources (资源) looks for land, plants and buildings; the office adds and changes them.
func resources(ctx context.Context, t *turn, in intent) (step, error) {
	x := in.script
	said := strings.Trim(x.s[min(x.begins, len(x.s)):], trimmed)
	if keeps(t) && adding.MatchString(said) {
		return t.addResource(ctx, adding.ReplaceAllString(said, ""))
	}
	if m := stockCode.FindStringSubmatch(said); m != nil && strings.HasPrefix(said, m[1]) {
		return t.changeResource(strings.ToUpper(m[1]), strings.Trim(said[len(m[1]):], trimmed))
	}
	w := wantedIn(said)
	found, err := t.View.Resources(ctx, w)
	if err != nil {
		return nil, err
	}
	return t.say("reply/resources", struct {
		All  []view.ResourceLine
		Said string
	}{found, said}), nil
}

// wantedIn reads what somebody looks for.
func wantedIn(said string) view.Wanted {
	var w view.Wanted
	left := said
	cut := func(at zh.Span) { left = left[:at.Start] + strings.Repeat(" ", at.End-at.Start) + left[at.End:] }
	if p, ok := zh.Price(left); ok {
		w.MostPrice, w.PricePer = p.Fen, p.Per
		cut(p.Span)
	}
	for _, s := range zh.Sizes(left) {
		switch s.Bound {
		case zh.Least:
			w.Least = ledger.Area(s.Area)
		case zh.Most:
			w.Most = ledger.Area(s.Area)
		default:
			w.About = ledger.Area(s.Area)
		}
		cut(s.Span)
	}
	for _, k := range stockKinds {
		if m := k.re.FindStringSubmatchIndex(left); m != nil && w.Kind == "" {
			w.Kind = k.kind
			if len(m) > 2 && m[2] >= 0 {
				w.Words = append(w.Words, left[m[2]:m[3]])
			}
			cut(zh.Span{Start: m[0], End: m[1]})
		}
	}
	if at := terms.FindStringIndex(left); at != nil {
		w.Terms = termOf(left[at[0]:at[1]])
		cut(zh.Span{Start: at[0], End: at[1]})
	}
	for _, word := range strings.FieldsFunc(left, func(r rune) bool { return strings.ContainsRune(" ,，。;；、?？", r) }) {
		if !emptyWord.MatchString(word) {
			w.Words = append(w.Words, word)
		}
	}
	return w
}

// termOf puts a word for how a resource is had into that of the list.
func termOf(word string) string {
	switch {
	case strings.Contains(word, "租"):
		return "租"
	case word == "出让":
		return "出让"
	}
	return "售"
}

// resourceIn reads a resource: kind, name, size, price, terms, and where it is.
func (t *turn) resourceIn(ctx context.Context, said string) (r ledger.Resource, err error) {
	left := said
	if p, ok := zh.Price(left); ok {
		r.Price, r.PricePer = p.Fen, p.Per
		left = left[:p.Start] + " " + left[p.End:]
	}
	if s := zh.Sizes(left); len(s) > 0 {
		r.Area = ledger.Area(s[0].Area)
		left = left[:s[0].Start] + " " + left[s[0].End:]
	}
	reg, err := t.View.People(ctx)
	if err != nil {
		return r, err
	}
	words := strings.FieldsFunc(left, func(c rune) bool { return strings.ContainsRune(" ,，;；", c) })
	var more []string
	for i, word := range words {
		switch {
		case i == 0:
			for _, k := range stockKinds {
				if k.re.MatchString(word) || word == k.kind {
					r.Kind = k.kind
				}
			}
			if r.Kind == "" {
				return r, fault.Newf(fault.Invalid, "请先写类别（%s），例如：资源 新增 厂房 高新区3号标准厂房 5000平 15元/平方米·月 租", strings.Join(ledger.ResourceKinds, "、"))
			}
			r.Name = word
		case i == 1:
			r.Name = word
		case terms.FindString(word) == word && word != "":
			r.Terms = termOf(word)
		default:
			if units := t.unitsIn(newScript(t.fold, word), 0, reg.Units); len(units) > 0 && r.UnitID == 0 {
				r.UnitID, r.Place = units[0].unit.ID, word
				continue
			}
			more = append(more, word)
		}
	}
	r.Conditions = strings.Join(more, "，")
	return r, nil
}

func (t *turn) addResource(ctx context.Context, said string) (step, error) {
	r, err := t.resourceIn(ctx, said)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		now, err := a.AddResource(t.by(a), r)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/resource", now)
	}, nil
}

func (t *turn) changeResource(code, said string) (step, error) {
	size, sized := zh.Sizes(said), false
	price, priced := zh.Price(said)
	sized = len(size) > 0
	change := func(r *ledger.Resource) {
		switch {
		case strings.Contains(said, "已用") || strings.Contains(said, "下架"):
			r.Taken = true
		case strings.Contains(said, "可用") || strings.Contains(said, "上架"):
			r.Taken = false
		}
		if priced {
			r.Price, r.PricePer = price.Fen, price.Per
		}
		if sized {
			r.Area = ledger.Area(size[0].Area)
		}
		if words, ok := strings.CutPrefix(said, "条件"); ok {
			r.Conditions = strings.Trim(words, trimmed)
		}
	}
	if said == "" || !sized && !priced && !strings.HasPrefix(said, "条件") && !strings.ContainsAny(said, "用架") {
		return nil, fault.Newf(fault.Invalid, "请写明怎么改，例如：资源 %s 已用；资源 %s 面积48亩；资源 %s 18万元/亩；资源 %s 条件 亩均税收30万元", code, code, code, code)
	}
	return func(a *desk.Acts) (chat.Message, error) {
		now, err := a.ChangeResource(t.by(a), code, change)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/resource", now)
	}, nil
}

// policies (政策) looks for policies by words; the office adds and ends them.
func policies(ctx context.Context, t *turn, in intent) (step, error) {
	x := in.script
	said := strings.Trim(x.typed(min(x.begins, len(x.s)), len(x.s)), trimmed)
	if keeps(t) && adding.MatchString(said) {
		title, text, _ := strings.Cut(strings.ReplaceAll(adding.ReplaceAllString(said, ""), ":", "："), "：")
		p := ledger.Policy{Title: strings.Trim(title, trimmed), Text: strings.Trim(text, trimmed)}
		return func(a *desk.Acts) (chat.Message, error) {
			now, err := a.AddPolicy(t.by(a), p)
			if err != nil {
				return chat.Message{}, err
			}
			return t.Words.Say("reply/policy", now)
		}, nil
	}
	if m := stockCode.FindStringSubmatch(said); m != nil && strings.HasPrefix(said, m[1]) && strings.Contains(said, "废止") {
		return func(a *desk.Acts) (chat.Message, error) {
			now, err := a.EndPolicy(t.by(a), strings.ToUpper(m[1]))
			if err != nil {
				return chat.Message{}, err
			}
			return t.Words.Say("reply/policy", now)
		}, nil
	}
	words := strings.FieldsFunc(t.fold.Fold(said), func(r rune) bool { return strings.ContainsRune(" ,，。;；、?？", r) })
	found, err := t.View.Policies(ctx, words)
	if err != nil {
		return nil, err
	}
	return t.say("reply/policies", struct {
		All  []ledger.Policy
		Said string
	}{found, said}), nil
}
