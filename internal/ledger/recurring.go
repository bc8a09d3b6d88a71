package ledger

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"duban/internal/clock"
	"duban/internal/workday"
)

// Owing says who owes what recurs.
type Owing string

// Who may owe it.
const (
	OwedByUnits    Owing = "units"    // each unit of the kinds, through its contact
	OwedByPeople   Owing = "people"   // each person of the roles and posts
	OwedByProjects Owing = "projects" // each project of the stages, through its owner
	OwedByOffice   Owing = "office"   // the project office, once
)

// Every says how often it is owed.
type Every string

// How often it may be.
const (
	EveryWeek   Every = "week"
	EveryMonth  Every = "month"
	EveryPeriod Every = "period"
)

// Recurring (定期报送、履职) is something owed anew in each week, month or period; config/rules.yaml has them.
type Recurring struct {
	Name    string     `yaml:"name"`    // 招商动态; every commitment made of it keeps the name as its source
	Says    []string   `yaml:"says"`    // other ways to say it
	Kind    Kind       `yaml:"kind"`    // return or duty
	Every   Every      `yaml:"every"`   //
	Who     Owing      `yaml:"who"`     //
	Units   []UnitKind `yaml:"units"`   // of units: these kinds; none: all
	Roles   []Role     `yaml:"roles"`   // of people: one of these roles; none: any
	Posts   []string   `yaml:"posts"`   // of people: a post that holds one of these words; none: any
	Stages  []Stage    `yaml:"stages"`  // of projects: these stages; none: all
	Due     int        `yaml:"due"`     // which working day of the period; below zero from its end, -1 is the last
	Remind  int        `yaml:"remind"`  // working days before the due day from which it reminds
	Example string     `yaml:"example"` // what is said behind the name; %s stands for a project
	None    string     `yaml:"none"`    // what is said when there is nothing: 无动态
	Plan    string     `yaml:"plan"`    // the word that leads to the next period's plan, for it to be measured by: 下月计划
	Dated   bool       `yaml:"dated"`   // is done on a day, which is kept
	By      string     `yaml:"by"`      // the fact that answers it by itself, once written down: 走访
	Figures bool       `yaml:"figures"` // is made of the ledger's own figures of the month before
}

// Validate says what cannot be, and what to write instead.
func (r Recurring) Validate() error {
	k := Kinds[r.Kind]
	switch {
	case r.Name == "" || utf8.RuneCountInString(r.Name) > maxVersion || strings.ContainsAny(r.Name, " \t"):
		return fmt.Errorf("rules: recurring has the name %q; write one word of at most %d characters", r.Name, maxVersion)
	case r.Kind != Return && r.Kind != Duty:
		return fmt.Errorf("rules: recurring %s is of kind %q; write return or duty", r.Name, r.Kind)
	case !slices.Contains([]Every{EveryWeek, EveryMonth, EveryPeriod}, r.Every):
		return fmt.Errorf("rules: recurring %s comes every %q; write week, month or period", r.Name, r.Every)
	case !slices.Contains([]Owing{OwedByUnits, OwedByPeople, OwedByProjects, OwedByOffice}, r.Who):
		return fmt.Errorf("rules: recurring %s is owed by %q; write units, people, projects or office", r.Name, r.Who)
	case k.Own != (r.Who == OwedByPeople):
		return fmt.Errorf("rules: recurring %s: a duty is owed by people, and a return is not", r.Name)
	case r.By != "" && r.By != Visited:
		return fmt.Errorf("rules: recurring %s is answered by %q; write %s, or nothing", r.Name, r.By, Visited)
	case r.By != "" && r.Who != OwedByPeople && r.Who != OwedByUnits:
		return fmt.Errorf("rules: recurring %s is answered by a visit; it is owed by people or units", r.Name)
	case r.Due == 0 || r.Due > 23 || r.Due < -23:
		return fmt.Errorf("rules: recurring %s is due on working day %d; write 1 to 23, or -1 to -23 from the end", r.Name, r.Due)
	case r.Example == "":
		return fmt.Errorf("rules: recurring %s has no example; write what is said behind the name", r.Name)
	case r.Remind < 0 || r.Remind > 23:
		return fmt.Errorf("rules: recurring %s reminds %d working days before; write 0 to 23", r.Name, r.Remind)
	}
	return nil
}

// Window is the stretch of days something is owed for, both ends included.
type Window struct {
	Key, Name  string
	Start, End workday.Day
}

// Of gives the window of those days. What is made of figures is about the days before.
func (r Recurring) Of(key, name, before string, start, end workday.Day) Window {
	if r.Figures {
		name = before
	}
	return Window{key, name, start, end}
}

// Recurrence is one thing that recurs as it is owed for one window by one unit, person or project, and what was
// answered. Unique on (district, rule, period, project, unit, person), which is why it is owed once however many
// ask, and however often.
type Recurrence struct {
	ID           int64 `gorm:"primaryKey"`
	DistrictID   DistrictID
	Rule         string // Recurring.Name
	Period       string // Window.Key
	ProjectID    ProjectID
	UnitID       UnitID
	PersonID     PersonID
	CommitmentID CommitmentID
	MadeOn       workday.Day
	FiledAt      clock.Instant // 0 until it is answered
	FiledBy      PersonID
	ForID        PersonID
	HappenedOn   workday.Day // of a duty: the day it was done
	Text         string
	Plan         string // for the next window
}

// RecurrenceDraft is a recurrence with the commitment made of it, whose id the pen fills in.
type RecurrenceDraft struct {
	Recurrence Recurrence
	Owed       Commitment
}

// Subject is one of those who owe what recurs: of a project all three may be set, of a unit and a person two.
type Subject struct {
	Project ProjectID
	Unit    UnitID
	Person  PersonID // who is to move
}

// of gives the key of a subject: what is owed by a project stays the project's whoever has to move it.
func (r Recurring) of(s Subject, w Window) Recurrence {
	out := Recurrence{Rule: r.Name, Period: w.Key}
	switch r.Who {
	case OwedByUnits:
		out.UnitID = s.Unit
	case OwedByPeople:
		out.PersonID = s.Person
	case OwedByProjects:
		out.ProjectID = s.Project
	}
	return out
}

// DueIn gives the day on which it is due in a window; 0 when the window has no working day.
func (r Recurring) DueIn(w Window, cal *workday.Calendar) workday.Day {
	first, last := cal.Next(w.Start), cal.Before(w.End, 0)
	if last < first {
		return 0
	}
	if r.Due > 0 {
		return min(cal.After(first, r.Due-1), last)
	}
	return max(cal.Before(last, -r.Due-1), first)
}

// atLeast is how many working days there are at least to answer what is made late.
const atLeast = 2

// Make gives what the subjects owe for the window and do not have yet. have are the recurrences made of the rule
// and the window; before says that it was owed for an earlier window. Where nothing ran when the window began it is
// owed by all, with days enough to answer. Who joins later, and all when the rule itself is new, owe it while half
// of the days are left; else from the next window on.
func (r Recurring) Make(w Window, subjects []Subject, have []Recurrence, before bool, cal *workday.Calendar, by Actor, d DistrictID) Outcome {
	due := r.DueIn(w, cal)
	if due == 0 || by.Today < w.Start || by.Today > w.End {
		return Outcome{}
	}
	owed := map[Recurrence]bool{}
	begun := false
	for _, x := range have {
		owed[Recurrence{Rule: x.Rule, Period: x.Period, ProjectID: x.ProjectID, UnitID: x.UnitID, PersonID: x.PersonID}] = true
		begun = begun || x.MadeOn < by.Today
	}
	left, whole := cal.Count(by.Today.AddDays(-1), due), cal.Count(w.Start.AddDays(-1), due)
	if (begun || !before) && 2*left < whole {
		return Outcome{}
	}
	if !begun {
		due = max(due, cal.After(by.Today, atLeast-1))
	}
	var out Outcome
	for _, s := range subjects {
		x := r.of(s, w)
		if owed[x] {
			continue
		}
		owed[x] = true
		x.DistrictID, x.MadeOn = d, by.Today
		m := Commitment{
			DistrictID: d, Kind: r.Kind, Title: w.Name + r.Name, ProjectID: s.Project, UnitID: s.Unit, OwnerID: s.Person,
			FirstDueOn: due, DueOn: due, State: Open, Period: w.Key, Source: r.Name, CreatedAt: by.At, NextLook: max(by.Today, cal.Before(due, r.Remind)),
		}
		if r.Remind == 0 {
			m.NextLook = cal.Next(Deadline(due, cal).AddDays(1))
		}
		out.Recurrences = append(out.Recurrences, RecurrenceDraft{x, m})
		out.Entries = append(out.Entries, by.entry(d, fmt.Sprintf("recurring:%s:%s", r.Name, w.Key), "recurring:owed", s.named()))
	}
	return out
}

// named names a subject for a line of history.
func (s Subject) named() string {
	return fmt.Sprintf(`{"project":%d,"unit":%d,"person":%d}`, s.Project, s.Unit, s.Person)
}

// OfUnits gives the units that owe it, each with its contact. people come in order of id.
func (r Recurring) OfUnits(units []Unit, people []Person) []Subject {
	var out []Subject
	for _, u := range units {
		if len(r.Units) == 0 || slices.Contains(r.Units, u.Kind) {
			out = append(out, Subject{Unit: u.ID, Person: Contact(people, u.ID).ID})
		}
	}
	return out
}

// OfPeople gives the people who owe it. kinds says of what kind a unit is.
func (r Recurring) OfPeople(people []Person, kinds map[UnitID]UnitKind) []Subject {
	var out []Subject
	for _, p := range people {
		if r.Fits(p, kinds[p.UnitID]) {
			out = append(out, Subject{Unit: p.UnitID, Person: p.ID})
		}
	}
	return out
}

// Fits reports whether the person is one of those who owe it.
func (r Recurring) Fits(p Person, unit UnitKind) bool {
	held := func(post string) bool { return strings.Contains(p.Post, post) }
	return p.Active && r.Who == OwedByPeople && (len(r.Roles) == 0 || p.Has(r.Roles...)) &&
		(len(r.Posts) == 0 || slices.ContainsFunc(r.Posts, held)) && (len(r.Units) == 0 || slices.Contains(r.Units, unit))
}

// Present leaves out whoever is on leave on every day that is left of the window up to due: nobody does in person what
// falls wholly into a leave. Who comes back earlier owes it like one who joins later.
func (r Recurring) Present(subjects []Subject, leaves []Leave, w Window, cal *workday.Calendar, today workday.Day) []Subject {
	if r.Who != OwedByPeople {
		return subjects // somebody else of the unit or the task force answers
	}
	due := r.DueIn(w, cal)
	return slices.DeleteFunc(subjects, func(s Subject) bool {
		return slices.ContainsFunc(leaves, func(l Leave) bool { return l.PersonID == s.Person && l.Covers(today) && l.Covers(due) })
	})
}

// OfProjects gives the projects that owe it: those that report, or are of its stages.
func (r Recurring) OfProjects(projects []Project) []Subject {
	var out []Subject
	for _, p := range projects {
		fits := OwesReport(p)
		if len(r.Stages) > 0 {
			fits = !p.Suspended && p.Progress < Full && slices.Contains(r.Stages, p.Stage)
		}
		if fits {
			out = append(out, Subject{Project: p.ID, Unit: p.LeadUnitID, Person: p.OwnerID})
		}
	}
	return out
}

// OfOffice gives the office as one subject: its first person who is there.
func (r Recurring) OfOffice(people []Person) []Subject {
	for _, p := range people {
		if p.Active && p.Has(RoleOffice) {
			return []Subject{{Unit: p.UnitID, Person: p.ID}}
		}
	}
	return nil
}
