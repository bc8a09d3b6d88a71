package ledger

import (
	"fmt"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/workday"
)

// ReadingID is the id of a reading.
type ReadingID int64

// Reading (现场核查) is what somebody saw on a project's site, beside what was reported at that time.
type Reading struct {
	ID         ReadingID `gorm:"primaryKey"`
	DistrictID DistrictID
	ProjectID  ProjectID
	UpdateID   UpdateID // the report it stands beside, 0 for none
	Reported   Percent
	Read       Percent
	Mismatch   bool // further apart than the rules allow
	PersonID   PersonID
	Text       string
	Photos     []string `gorm:"serializer:json"` // sha256 of each
	At         clock.Instant
	On         workday.Day
}

// Apart says how far the reading is from the report, never below zero.
func (r Reading) Apart() Percent { return max(r.Reported-r.Read, r.Read-r.Reported) }

// ReadingDraft is a reading with the matter it opens, nil for none; the pen ties them together.
type ReadingDraft struct {
	Reading Reading
	Matter  *Commitment
}

// MayInspect reports whether the person may write down what was seen on a site.
func MayInspect(v Viewer) bool {
	return v.Person != nil && v.Person.Active && v.Person.Has(RoleInspection, RoleOffice)
}

// Inspect (核查) puts a reading beside the value reported. last is the report that stands, the zero one for none.
// Where they are further apart than Rules.Mismatch, to, who answers for the project, owes an explanation or a
// correction by due, and hears of it.
func Inspect(p Project, last Update, read Percent, text string, photos []string, to Person, due workday.Day, r Rules, by Actor) (Outcome, error) {
	switch {
	case read < 0 || read > Full:
		return Outcome{}, fault.Newf(fault.Invalid, "形象进度应在0到100%%之间，您写的是%s，请核对后重发。", read)
	case p.OwnerID == by.Person:
		return Outcome{}, fault.Newf(fault.Forbidden, "%s由您本人报送，须由他人核查。", p.Name)
	}
	if err := reasonable(text, fmt.Sprintf("请写明现场情况，例如：核查 %s %s 现场仅完成三层", p.Name, read)); err != nil {
		return Outcome{}, err
	}
	if photos == nil {
		photos = []string{}
	}
	x := Reading{
		DistrictID: p.DistrictID, ProjectID: p.ID, UpdateID: last.ID, Reported: p.Progress, Read: read, PersonID: by.Person,
		Text: text, Photos: photos, At: by.At, On: by.Today,
	}
	x.Mismatch = x.Apart() > r.Mismatch
	e := by.entry(p.DistrictID, p.Subject(), "reading", clip(fmt.Sprintf("现场%s，报送%s：%s", x.Read, x.Reported, text)))
	e.After = photosKept(photos)
	out := Outcome{Readings: []ReadingDraft{{Reading: x}}, Entries: []Entry{e}}
	if !x.Mismatch {
		return out, nil
	}
	m := Commitment{
		DistrictID: p.DistrictID, Kind: Assignment, ProjectID: p.ID, UnitID: p.LeadUnitID, OwnerID: to.ID, RaisedBy: by.Person,
		Title:      fmt.Sprintf("现场核查为%s，报送为%s，相差%s，请说明或更正", x.Read, x.Reported, Points(x.Apart())),
		FirstDueOn: due, DueOn: due, State: Open, Source: FromVisit, CreatedAt: by.At, NextLook: by.Today,
	}
	out.Readings[0].Matter = &m
	for _, r := range owner(to.ID) {
		out.Notices = append(out.Notices, Notice{Cause: fmt.Sprintf("reading:%d:%d", p.ID, by.At), To: r, Rank: RankWarning, Due: by.At})
	}
	return out, nil
}

// Points says a distance between two shares: "13个百分点".
func Points(p Percent) string { return decimal(int64(p), 100) + "个百分点" }
