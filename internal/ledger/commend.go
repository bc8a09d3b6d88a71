package ledger

import (
	"fmt"
	"strings"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/workday"
)

// Roll is a list that results suggest somebody for.
type Roll string

// The rolls.
const (
	RollPraise  Roll = "praise"  // 通报表扬
	RollAccount Roll = "account" // 问责建议
)

// Rolls gives what each is called.
var Rolls = map[Roll]string{RollPraise: "通报表扬", RollAccount: "问责建议"}

// Suggestion (名单建议) says that results suggest a unit for a roll, and why. People decide; what they have not
// decided stays listed. Unique on (district, period, roll, unit); numbers run without gaps by year.
type Suggestion struct {
	ID         int64 `gorm:"primaryKey"`
	DistrictID DistrictID
	Year       int
	Number     int
	Period     string // whose results they are
	Roll       Roll
	UnitID     UnitID
	Weight     int // of an account: how much there was against the unit this year
	Why        string
	On         workday.Day
	State      string // "suggested", "adopted", "declined"
	DecidedBy  PersonID
	DecidedAt  clock.Instant
	Answer     string
}

// The states of a suggestion.
const (
	Suggested = "suggested"
	Adopted   = "adopted"
	Declined  = "declined"
)

// Title is the number as it is cited: "建议〔2026〕3号".
func (s Suggestion) Title() string { return fmt.Sprintf("建议〔%d〕%d号", s.Year, s.Number) }

// Subject names the unit in the history.
func (u Unit) Subject() string { return fmt.Sprintf("unit:%d", u.ID) }

// CommendRules are the numbers by which results suggest somebody; 0 leaves one out.
type CommendRules struct {
	Places     int `yaml:"places"`     // the first places of a kind of units, where it has at least two more
	Moved      int `yaml:"moved"`      // places gained since the period before
	Ahead      int `yaml:"ahead"`      // nodes finished before their first day in the period
	Kept       int `yaml:"kept"`       // nodes of the year, all of them kept
	Orders     int `yaml:"orders"`     // supervision orders of the year
	Unanswered int `yaml:"unanswered"` // orders whose answer is overdue
	Listed     int `yaml:"listed"`     // times on the list 提请约谈 in the year
}

// DefaultCommend are the numbers that are built in.
func DefaultCommend() CommendRules {
	return CommendRules{Places: 1, Moved: 3, Ahead: 2, Kept: 3, Orders: 2, Unanswered: 1, Listed: 1}
}

// Validate says the first number that cannot be, and what to write instead.
func (r CommendRules) Validate() error {
	for _, n := range []struct {
		key string
		n   int
	}{{"places", r.Places}, {"moved", r.Moved}, {"ahead", r.Ahead}, {"kept", r.Kept}, {"orders", r.Orders}, {"unanswered", r.Unanswered}, {"listed", r.Listed}} {
		if n.n < 0 || n.n > 100 {
			return fmt.Errorf("rules: commend.%s is %d; write a number from 0 (leave it out) to 100", n.key, n.n)
		}
	}
	return nil
}

// Result is what a unit has to show at the end of a period.
type Result struct {
	Unit             Unit
	Among            string // what it is ranked among: 园区, 街道 …
	Place, Of, Moved int
	Due, Kept        int // nodes of the year
	Ahead            int // nodes finished early in the period
	Missed           int // periods of the year without a report
	Orders           int // of the year
	Unanswered       int
	Listed           int
}

// Suggest finds which units results suggest for which roll. before are this year's suggestions: of one that is not
// decided yet none is made again, and whoever was suggested for account is only for something that came since.
func Suggest(results []Result, before []Suggestion, r CommendRules, period string, today workday.Day, at clock.Instant) Outcome {
	type key struct {
		roll Roll
		unit UnitID
	}
	waits, heaviest := map[key]bool{}, map[key]int{}
	for _, s := range before {
		k := key{s.Roll, s.UnitID}
		waits[k] = waits[k] || s.State == Suggested || s.Period == period
		heaviest[k] = max(heaviest[k], s.Weight)
	}
	var out Outcome
	add := func(u Unit, roll Roll, weight int, why []string) {
		if k := (key{roll, u.ID}); len(why) == 0 || waits[k] || roll == RollAccount && weight <= heaviest[k] {
			return
		}
		s := Suggestion{
			DistrictID: u.DistrictID, Year: today.Year(), Period: period, Roll: roll, UnitID: u.ID, Weight: weight, Why: strings.Join(why, "；"), On: today, State: Suggested,
		}
		out.Suggestions = append(out.Suggestions, s)
		out.Entries = append(out.Entries, Entry{DistrictID: u.DistrictID, Subject: u.Subject(), At: at, Act: "suggest:" + string(roll), Note: s.Why})
	}
	for _, x := range results {
		add(x.Unit, RollPraise, 0, x.praise(r))
		add(x.Unit, RollAccount, x.against(), x.account(r))
	}
	return out
}

// against is how much there is against the unit this year.
func (x Result) against() int { return x.Orders + x.Unanswered + x.Listed }

// praise words what speaks for a unit; nothing does where anything is against it.
func (x Result) praise(r CommendRules) []string {
	if x.against()+x.Missed > 0 {
		return nil
	}
	var why []string
	if r.Places > 0 && x.Place > 0 && x.Place <= r.Places && x.Of >= r.Places+2 {
		why = append(why, fmt.Sprintf("%s排名第%d（共%d个）", x.Among, x.Place, x.Of))
	}
	if r.Moved > 0 && x.Moved >= r.Moved {
		why = append(why, fmt.Sprintf("排名上升%d位", x.Moved))
	}
	if r.Ahead > 0 && x.Ahead >= r.Ahead {
		why = append(why, fmt.Sprintf("本期提前完成节点%d个", x.Ahead))
	}
	if r.Kept > 0 && x.Due >= r.Kept && x.Kept == x.Due {
		why = append(why, fmt.Sprintf("今年到期节点%d个全部按期完成", x.Due))
	}
	return why
}

func (x Result) account(r CommendRules) []string {
	var why []string
	if r.Orders > 0 && x.Orders >= r.Orders {
		why = append(why, fmt.Sprintf("今年被督办%d次", x.Orders))
	}
	if r.Unanswered > 0 && x.Unanswered >= r.Unanswered {
		why = append(why, fmt.Sprintf("督办单逾期未回复%d件", x.Unanswered))
	}
	if r.Listed > 0 && x.Listed >= r.Listed {
		why = append(why, fmt.Sprintf("今年提请约谈%d次", x.Listed))
	}
	return why
}

// DecideSuggestion (采纳、不采纳) takes a suggestion up or lets it drop, with the reason. unit is the one it is about.
func DecideSuggestion(s Suggestion, unit Unit, v Viewer, adopt bool, reason string, by Actor) (Outcome, error) {
	verb, state := "不采纳", Declined
	if adopt {
		verb, state = "采纳", Adopted
	}
	switch {
	case v.Person == nil || !v.Person.Active || !v.Person.Has(RoleOffice, RoleInspection) || s.Roll == RollAccount && !v.Person.Has(RoleInspection):
		if s.Roll == RollAccount {
			return Outcome{}, fault.New(fault.Forbidden, "问责建议由督查室决定。")
		}
		return Outcome{}, fault.New(fault.Forbidden, "通报表扬由项目办或督查室决定。")
	case v.Units[s.UnitID] || v.Person.UnitID == s.UnitID:
		return Outcome{}, fault.Newf(fault.Forbidden, "%s涉及本单位，请由其他同志决定。", s.Title())
	case s.State != Suggested:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已经决定：%s。", s.Title(), decisions[s.State])
	}
	if err := reasonable(reason, fmt.Sprintf("请写明理由，例如：%s 建议%d号 情况属实", verb, s.Number)); err != nil {
		return Outcome{}, err
	}
	s.State, s.DecidedBy, s.DecidedAt, s.Answer = state, by.Person, by.At, reason
	e := by.entry(s.DistrictID, unit.Subject(), "suggestion:"+state, s.Title()+" "+reason)
	return Outcome{Suggestions: []Suggestion{s}, Entries: []Entry{e}}, nil
}

var decisions = map[string]string{Adopted: "采纳", Declined: "不采纳"}

// Decision words what became of it, "" while nothing did.
func (s Suggestion) Decision() string { return decisions[s.State] }
