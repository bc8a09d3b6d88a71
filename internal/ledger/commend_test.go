package ledger

import (
	"strings"
	"testing"

	"duban/internal/fault"
)

func TestSuggest(t *testing.T) {
	u := Unit{ID: 7, DistrictID: 1, Name: "云桥开发区"}
	best := Result{Unit: u, Among: "园区", Place: 1, Of: 4, Moved: 3, Due: 3, Kept: 3, Ahead: 2}
	with := func(change func(*Result)) Result {
		x := best
		change(&x)
		return x
	}
	old := func(roll Roll, state, period string, weight int) []Suggestion {
		return []Suggestion{{Roll: roll, UnitID: 7, State: state, Period: period, Weight: weight}}
	}
	rules := DefaultCommend()
	for name, c := range map[string]struct {
		result Result
		before []Suggestion
		rules  CommendRules
		praise string
		blame  string
	}{
		"everything speaks for it":         {best, nil, rules, "园区排名第1（共4个）；排名上升3位；本期提前完成节点2个；今年到期节点3个全部按期完成", ""},
		"second of four":                   {with(func(x *Result) { x.Place, x.Moved, x.Ahead, x.Kept = 2, 2, 1, 2 }), nil, rules, "", ""},
		"first of two is no distinction":   {with(func(x *Result) { x.Of, x.Moved, x.Ahead, x.Kept = 2, 0, 0, 0 }), nil, rules, "", ""},
		"not ranked":                       {with(func(x *Result) { x.Place, x.Moved, x.Ahead, x.Kept = 0, 0, 0, 0 }), nil, rules, "", ""},
		"a report missed":                  {with(func(x *Result) { x.Missed = 1 }), nil, rules, "", ""},
		"one order is no ground, but bars": {with(func(x *Result) { x.Orders = 1 }), nil, rules, "", ""},
		"two orders":                       {with(func(x *Result) { x.Orders = 2 }), nil, rules, "", "今年被督办2次"},
		"unanswered and listed":            {with(func(x *Result) { x.Unanswered, x.Listed = 1, 1 }), nil, rules, "", "督办单逾期未回复1件；今年提请约谈1次"},
		"waits for a decision":             {best, old(RollPraise, Suggested, "2026-02b", 0), rules, "", ""},
		"praised last period":              {best, old(RollPraise, Adopted, "2026-02b", 0), rules, "园区排名第1（共4个）；排名上升3位；本期提前完成节点2个；今年到期节点3个全部按期完成", ""},
		"decided for this very period":     {best, old(RollPraise, Declined, "2026-03a", 0), rules, "", ""},
		"nothing new against it":           {with(func(x *Result) { x.Orders = 2 }), old(RollAccount, Declined, "2026-02b", 2), rules, "", ""},
		"one more against it":              {with(func(x *Result) { x.Orders = 3 }), old(RollAccount, Adopted, "2026-02b", 2), rules, "", "今年被督办3次"},
		"all left out":                     {with(func(x *Result) { x.Orders, x.Listed = 9, 9 }), nil, CommendRules{}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			out := Suggest([]Result{c.result}, c.before, c.rules, "2026-03a", 2026_03_17, 5)
			got := map[Roll]string{}
			for _, s := range out.Suggestions {
				got[s.Roll] = s.Why
			}
			if got[RollPraise] != c.praise || got[RollAccount] != c.blame || len(out.Entries) != len(out.Suggestions) {
				t.Errorf("suggested %v with %d lines of history; want %q and %q", got, len(out.Entries), c.praise, c.blame)
			}
		})
	}
}

func TestDecideSuggestion(t *testing.T) {
	who := func(unit UnitID, roles ...Role) Viewer {
		return Viewer{Person: &Person{ID: 3, DistrictID: 1, UnitID: unit, Active: true, Roles: roles}}
	}
	gone := who(1, RoleInspection)
	gone.Person.Active = false
	for name, c := range map[string]struct {
		roll   Roll
		state  string
		v      Viewer
		reason string
		code   fault.Code
		says   string
	}{
		"praise by the office":         {RollPraise, Suggested, who(1, RoleOffice), "属实", "", ""},
		"account by the inspection":    {RollAccount, Suggested, who(1, RoleInspection), "属实", "", ""},
		"account by the office":        {RollAccount, Suggested, who(1, RoleOffice), "属实", fault.Forbidden, "由督查室决定"},
		"praise by a liaison":          {RollPraise, Suggested, who(1, RoleLiaison), "属实", fault.Forbidden, "项目办或督查室"},
		"by one who left":              {RollPraise, Suggested, gone, "属实", fault.Forbidden, "项目办或督查室"},
		"about one's own unit":         {RollPraise, Suggested, who(7, RoleOffice), "属实", fault.Forbidden, "涉及本单位"},
		"decided before":               {RollPraise, Declined, who(1, RoleOffice), "属实", fault.Conflict, "不采纳"},
		"without a reason":             {RollPraise, Suggested, who(1, RoleOffice), " ", fault.Invalid, "采纳 建议3号"},
		"with a reason beyond measure": {RollPraise, Suggested, who(1, RoleOffice), strings.Repeat("长", MaxText+1), fault.Invalid, "精简"},
	} {
		t.Run(name, func(t *testing.T) {
			s := Suggestion{ID: 4, DistrictID: 1, Year: 2026, Number: 3, Roll: c.roll, UnitID: 7, State: c.state}
			out, err := DecideSuggestion(s, Unit{ID: 7}, c.v, true, c.reason, Actor{Person: 3, At: 9})
			if fault.CodeOf(err) != c.code || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Fatalf("said %v", err)
			}
			if err != nil {
				return
			}
			if got := out.Suggestions[0]; got.State != Adopted || got.DecidedBy != 3 || got.DecidedAt != 9 || got.Answer != "属实" {
				t.Errorf("decided: %+v", got)
			}
			if e := out.Entries[0]; e.Subject != "unit:7" || e.Act != "suggestion:adopted" || e.Note != "建议〔2026〕3号 属实" {
				t.Errorf("history: %+v", e)
			}
		})
	}
}
