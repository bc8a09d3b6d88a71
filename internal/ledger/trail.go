package ledger

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"duban/internal/workday"
	"duban/internal/zh"
)

// Trail is what one person left behind, from which styles are read; each list in order of time.
type Trail struct {
	Person     Person
	Updates    []Update // of the days the rules look back, withdrawn ones too
	Strikes    []Strike // standing, of the year, of what the person owes
	Extensions []Extension
	Handovers  []Handover             // the person asked for
	Mismatches map[UpdateID]Reading   // readings on site that were too far from a report
	Passed     map[CommitmentID]int   // how often each matter was passed on by anybody
	Extended   map[CommitmentID]int   // how often each was extended
	Names      map[ProjectID]string   // of the projects
	Codes      map[CommitmentID]Title // of the commitments
}

// Title is what a commitment is called in a sentence.
type Title struct {
	Code, Title string
	ProjectID   ProjectID
}

// String gives "J0003“桩基完成”".
func (t Title) String() string { return fmt.Sprintf("%s“%s”", t.Code, short(t.Title, 24)) }

// Findings reads a trail: everything in it that speaks of a bad style, each with its example. A thing is
// found again under the same ref, so that whoever knows the refs finds nothing twice.
func (t Trail) Findings(r StyleRules, today workday.Day) []Finding {
	var out []Finding
	seen := map[string]bool{}
	add := func(s Style, ref string, p ProjectID, on workday.Day, why string, args ...any) {
		if seen[ref] {
			return
		}
		seen[ref] = true
		out = append(out, Finding{
			DistrictID: t.Person.DistrictID, Style: s, Ref: ref, UnitID: t.Person.UnitID, PersonID: t.Person.ID, ProjectID: p, On: on, FoundOn: today,
			Why: fmt.Sprintf(why, args...), State: FindingStands,
		})
	}
	for i, u := range t.Updates {
		if c, ok := copied(t.Updates[:i], u, r); ok {
			of := ""
			if c.ProjectID != u.ProjectID {
				of = t.Names[c.ProjectID] + "的"
			}
			add(Perfunctory, fmt.Sprintf("update:%d", u.ID), u.ProjectID, u.On, "%s%s报的“%s”，与%s%s%s所报基本相同",
				u.On.Chinese(), t.Names[u.ProjectID], short(u.Text, 40), c.On.Chinese(), of, c.Receipt)
		}
	}
	for i, s := range t.Strikes {
		if n := i + 1; s.On.Year() == today.Year() && n%r.Late == 0 {
			add(Dilatory, fmt.Sprintf("late:%d:%d:%d", t.Person.ID, today.Year(), n), s.ProjectID, s.On, "本年第%d次逾期：%s", n, t.Codes[s.CommitmentID])
		}
	}
	for _, x := range t.Extensions {
		if n := t.Extended[x.CommitmentID]; n >= r.Extended {
			m := t.Codes[x.CommitmentID]
			add(Dilatory, fmt.Sprintf("extended:%d:%d", x.CommitmentID, n), m.ProjectID, workday.DayOf(x.AskedAt.Time()), "%s已延期%d次", m, n)
		}
	}
	for _, h := range t.Handovers {
		if n := t.Passed[h.CommitmentID]; n >= r.Passed {
			m := t.Codes[h.CommitmentID]
			add(Shirking, fmt.Sprintf("handover:%d", h.ID), m.ProjectID, workday.DayOf(h.AskedAt.Time()), "%s已转交%d次", m, n)
		}
	}
	for _, u := range t.Updates {
		if x, ok := t.Mismatches[u.ID]; ok {
			add(Rash, fmt.Sprintf("reading:%d", x.ID), u.ProjectID, x.On, "%s%s报%s，%s现场核查为%s，相差%s",
				u.On.Chinese(), t.Names[u.ProjectID], x.Reported, x.On.Chinese(), x.Read, Points(x.Apart()))
		}
	}
	taken := 0
	for _, u := range t.Updates {
		if u.On.Year() != today.Year() || u.Corrects == "" && u.WithdrawnAt == 0 {
			continue
		}
		if taken++; taken%r.Taken == 0 {
			add(Rash, fmt.Sprintf("taken:%d:%d:%d", t.Person.ID, today.Year(), taken), u.ProjectID, u.On, "本年第%d次更正或撤回：%s%s", taken, u.On.Chinese(), t.Names[u.ProjectID])
		}
	}
	return out
}

// copied finds an earlier report that says the same. One that says that nothing changed says so openly,
// and one with other figures says something else.
func copied(before []Update, u Update, r StyleRules) (Update, bool) {
	text := plain(u.Text)
	if u.NoChange || u.Corrects != "" || u.WithdrawnAt != 0 || len([]rune(text)) < r.Runes {
		return Update{}, false
	}
	for _, b := range slices.Backward(before) {
		if u.On.Sub(b.On) > r.Days {
			break
		}
		if b.NoChange || b.WithdrawnAt != 0 || figures(b.Text) != figures(u.Text) {
			continue
		}
		if Percent(zh.Dice(plain(b.Text), text)*float64(Full)) >= r.Alike {
			return b, true
		}
	}
	return Update{}, false
}

// plain leaves letters, characters and digits.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// figures gives the figures of a text, in order.
func figures(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsDigit(r) && r != '.' && !strings.ContainsRune("一二三四五六七八九十百半", r)
	}), " ")
}

func short(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
