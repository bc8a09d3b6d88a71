package command

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/view"
	"duban/internal/zh"
)

// someone is a person or a unit a message names: of a unit alone Person is zero.
type someone struct {
	ledger.Person
	unit ledger.Unit
	at   zh.Span // in the folded text
	full string  // name and unit, of one who is not alone with the name
}

// asksOf are words behind which stands whom something is asked of, or is to be given to.
var asksOf = regexp.MustCompile(`(?:^|[ ,，。;；、:：@]|请|由|让|给|责成|要求|安排|督促|交|是|归|转|代)$`)

// somebody finds the person, else the unit, a message names first behind one of the words that ask of
// somebody. ok is false when it names nobody; of two who are called alike the unit decides, else it is asked.
func (t *turn) somebody(ctx context.Context, x script, from int) (who someone, ok bool, err error) {
	return t.oneOf(ctx, x, from, func(p ledger.Person) bool { return p.Active })
}

// oneOf is somebody among those that fit.
func (t *turn) oneOf(ctx context.Context, x script, from int, fits func(ledger.Person) bool) (who someone, ok bool, err error) {
	reg, err := t.View.People(ctx)
	if err != nil {
		return who, false, err
	}
	var best []someone
	consider := func(one someone) {
		switch {
		case len(best) == 0, one.at.Start < best[0].at.Start, one.at.Start == best[0].at.Start && one.at.End > best[0].at.End:
			best = []someone{one}
		case one.at == best[0].at:
			best = append(best, one)
		}
	}
	units := t.unitsIn(x, from, reg.Units)
	for _, p := range reg.People {
		if !fits(p) {
			continue
		}
		for _, at := range x.finds(t.fold.Key(p.Name), from) {
			lead, own := behindUnit(p, at, units)
			one := someone{Person: p, at: lead}
			if reg.Namesakes(p) {
				one.full = reg.Called(p.ID)
			}
			if own && asksOf.MatchString(x.s[:lead.Start]) {
				consider(one)
				break
			}
		}
	}
	if len(best) == 0 {
		for _, u := range units {
			if asksOf.MatchString(x.s[:u.at.Start]) {
				consider(u)
			}
		}
	}
	switch {
	case len(best) == 0:
		return who, false, nil
	case len(best) == 1:
		return best[0], true, nil
	}
	if known := slices.DeleteFunc(slices.Clone(best), func(one someone) bool { return !slices.Contains(t.who, one.ID) }); len(known) == 1 {
		return known[0], true, nil
	}
	if best[0].ID != 0 && len(best) <= maxOptions {
		return who, false, sameName{best, reg}
	}
	return who, false, fault.Newf(fault.Ambiguous, "有%d位%s（%s），请写明单位，例如：%s%s", len(best), best[0].Name, unitsOf(best, reg), reg.Short(best[0].UnitID), best[0].Name)
}

// behindUnit widens the place of a person's name by the unit right before it (住建局王敏); own is false where
// that is another unit than the person's.
func behindUnit(p ledger.Person, at zh.Span, units []someone) (lead zh.Span, own bool) {
	own = true
	for _, u := range units { // longest first: 区住建局 before 住建局
		if u.at.End != at.Start {
			continue
		}
		if u.unit.ID == p.UnitID {
			return zh.Span{Start: u.at.Start, End: at.End}, true
		}
		own = false
	}
	return at, own
}

// asksUnit is a unit, by the look of its name, of which something is asked.
var asksUnit = regexp.MustCompile(`(?:请|由|让|责成|要求|交由|交)(区?[^ ,，。;；、请由和与的]{1,10}?(?:局|委员会|街道办?|镇政府|开发区|管委会))`)

// gone says of whom something is asked that nobody of the register answers to: a person who has left, though
// behind a unit, or a unit that is no more; nil when whoever is named is there.
func (t *turn) gone(x script, reg view.People, who someone, named bool) error {
	if who.ID != 0 {
		return nil
	}
	units := t.unitsIn(x, x.begins, reg.Units)
	for _, p := range reg.People {
		if p.Active {
			continue
		}
		for _, at := range x.finds(t.fold.Key(p.Name), x.begins) {
			before := x.s[:at.Start]
			for _, u := range units {
				if u.at.End <= at.Start && strings.Trim(x.s[u.at.End:at.Start], separators) == "" {
					before = x.s[:u.at.Start]
				}
			}
			if asksOf.MatchString(before) {
				return fault.Newf(fault.Conflict, "%s已不在岗，没有交办。请改交他人。", p.Name)
			}
		}
	}
	if m := asksUnit.FindStringSubmatch(x.s[x.begins:]); m != nil && !named {
		return fault.Newf(fault.NotFound, "名册中没有“%s”，可能已更名或撤并，没有交办。请改交承接单位，或写明由谁办理。", m[1])
	}
	return nil
}

func unitsOf(all []someone, reg view.People) string {
	var out []string
	for _, one := range all {
		if name := reg.Short(one.UnitID); name != "" {
			out = append(out, name)
		}
	}
	return strings.Join(out, "、")
}

// unitsIn finds the units a message names, longest names first where they begin alike.
func (t *turn) unitsIn(x script, from int, units []ledger.Unit) []someone {
	var out []someone
	for _, u := range units {
		names := []string{u.Name, u.Short}
		for _, name := range names[:2] {
			names = append(names, strings.TrimPrefix(name, "区")) // 区住建局 is 住建局 among its own
		}
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			for _, at := range x.finds(t.fold.Key(name), from) {
				out = append(out, someone{unit: u, at: at})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b someone) int { return b.at.End - b.at.Start - (a.at.End - a.at.Start) })
	return out
}

// finds gives where the key of a name stands in the text behind an offset.
func (x script) finds(name string, offset int) []zh.Span {
	want := []rune(name)
	if len(want) < 2 {
		return nil
	}
	var out []zh.Span
	for i := x.first(offset); i+len(want) <= len(x.marks); i++ {
		same := true
		for j, r := range want {
			if x.marks[i+j].r != r {
				same = false
				break
			}
		}
		if same {
			out = append(out, zh.Span{Start: x.marks[i].at, End: x.marks[i+len(want)-1].end})
		}
	}
	return out
}

// behalf takes the words that say in whose name something is done off a message: 代王敏报 华兴 65%, or
// 代报 王敏 华兴 65%. What is left is read as if it stood alone.
func (t *turn) behalf(ctx context.Context, said string) (string, error) {
	x := newScript(t.fold, said)
	begin := mention.FindString(x.s)
	rest := strings.TrimLeft(x.s[len(begin):], trimmed)
	start := len(x.s) - len(rest)
	verb := behalfVerb.FindString(rest)
	if verb == "" {
		return said, nil
	}
	who, ok, err := t.somebody(ctx, x, start+len("代"))
	switch {
	case err != nil:
		return said, err
	case !ok || who.ID == 0 || strings.Trim(x.s[start+len(verb):max(who.at.Start, start+len(verb))], separators) != "":
		if verb == "代" {
			return said, nil // 代建合同已签
		}
		return said, fault.New(fault.NotFound, "没有找到您要代办的同志，请写明姓名，例如：代报 王敏 华兴 65%")
	}
	t.other = who.Person
	t.other.Name = cmp.Or(who.full, who.Name)
	left := strings.TrimLeft(x.typed(who.at.End, len(x.s)), trimmed)
	if act := strings.TrimPrefix(verb, "代"); act != "" {
		left = act + " " + left
	}
	t.ahead = fmt.Sprintf("代%s ", who.Name)
	if who.unit.ID == 0 && who.at.End > 0 {
		t.ahead = "代" + x.typed(who.at.Start, who.at.End) + " "
	}
	return left, nil
}

var behalfVerb = regexp.MustCompile(`^代(?:报|办结|批示|填报|无变化)?`)
