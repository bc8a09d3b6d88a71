package ledger

import (
	"fmt"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/workday"
)

// Visited (走访) and Requested (企业诉求) are what problems and assigned matters arose from when an enterprise told of them.
const (
	Visited   = "走访"
	Requested = "企业诉求"
)

// Visit (走访) is a fact: somebody went to see an enterprise. What it told as a problem is a commitment.
type Visit struct {
	ID           int64 `gorm:"primaryKey"`
	DistrictID   DistrictID
	Enterprise   string
	Likeness     string
	UnitID       UnitID // of who went
	PersonID     PersonID
	ForID        PersonID // on whose behalf it was written down
	On           workday.Day
	At           clock.Instant
	Text         string
	CommitmentID CommitmentID // the problem found, 0 for none
}

// VisitDraft is a visit to be written, with the problem it found.
type VisitDraft struct {
	Visit   Visit
	Problem *Commitment
}

// MakeVisit (走访) writes a visit down. problem is what the enterprise told, "" for none: it is owed by to, and solved like
// any other.
func MakeVisit(v Visit, problem, element string, to Person, due workday.Day, ro Roster, by Actor) (Outcome, error) {
	switch {
	case v.Enterprise == "":
		return Outcome{}, fault.New(fault.Invalid, "没有读到企业名称，请写在最前面，例如：走访 某某公司 反映用工紧缺")
	case v.On > by.Today:
		return Outcome{}, fault.Newf(fault.Invalid, "%s还没有到，请在走访后登记。", v.On.ChineseFull())
	case by.Today.Sub(v.On) > 31:
		return Outcome{}, fault.Newf(fault.Invalid, "%s的走访已超过一个月，不再补登，请联系项目办。", v.On.ChineseFull())
	}
	v.PersonID, v.ForID, v.At = by.Person, by.For, by.At
	out := Outcome{}
	draft := VisitDraft{Visit: v}
	if problem != "" {
		if err := reasonable(problem, "请写明问题"); err != nil {
			return Outcome{}, err
		}
		if !to.Active {
			return Outcome{}, fault.New(fault.Conflict, "没有人负责解决这个问题，请写明责任单位，例如：走访 某某公司 反映用工紧缺 由人社局解决")
		}
		draft.Problem = &Commitment{
			DistrictID: v.DistrictID, Kind: Problem, Title: clip(v.Enterprise + "：" + problem), UnitID: to.UnitID, OwnerID: to.ID,
			RaisedBy: by.principal(), FirstDueOn: due, DueOn: due, State: Open, Source: Visited, CreatedAt: by.At, NextLook: by.Today,
			Level: LevelUnit, Element: element,
		}
		if to.ID != by.Person {
			out.announce(fmt.Sprintf("visit:%d:%d", by.Person, by.At), by, owner(to.ID)...)
		}
	}
	out.Visits = []VisitDraft{draft}
	out.Entries = []Entry{by.entry(v.DistrictID, fmt.Sprintf("district:%d", v.DistrictID), "visit", clip(v.Enterprise+" "+v.Text))}
	return out, nil
}
