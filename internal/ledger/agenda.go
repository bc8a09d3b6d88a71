package ledger

import (
	"cmp"
	"fmt"
	"slices"

	"duban/internal/clock"
	"duban/internal/workday"
)

// AgendaSection is a part of an agenda.
type AgendaSection string

// The sections, in the order in which they are taken.
const (
	AgendaLast  AgendaSection = "last"  // assigned last time, with its answer
	AgendaLevel AgendaSection = "level" // problems that reached this level
	AgendaRed   AgendaSection = "red"   // what is red
)

// AgendaItem is one line of an agenda (议程) as it stood when the agenda was frozen.
type AgendaItem struct {
	ID           int64 `gorm:"primaryKey"`
	DistrictID   DistrictID
	MeetingID    MeetingID
	Ord          int
	Section      AgendaSection
	CommitmentID CommitmentID
	ProjectID    ProjectID
	OwnerID      PersonID
	Kind         Kind
	Code         string
	Title        string
	DueOn        workday.Day
	Colour       Colour
	Why          string
	Answer       string // what was reported done
}

// AgendaBasis is what of the ledger an agenda is drawn from.
type AgendaBasis struct {
	Last     []Commitment          // assigned at the meeting before, closed ones too, and at earlier ones if still owed
	Open     []Commitment          // open or waiting for acceptance: of the meeting's project, or of the district
	Projects map[ProjectID]Project // they are on
	Roster   Roster                // around the meeting's project
	Groups   []Viewer              // the active groups of the district
}

// Agenda draws the agenda of a meeting of the kind: first what was assigned last time and its state, then the
// problems that reached its level, then what is red. Nothing stands there twice.
func Agenda(k MeetingKind, m Meeting, b AgendaBasis, r Rules, cal *workday.Calendar, today workday.Day) []AgendaItem {
	var out []AgendaItem
	seen := map[CommitmentID]bool{}
	add := func(section AgendaSection, c Commitment) {
		if seen[c.ID] {
			return
		}
		seen[c.ID] = true
		shade := ColourOf(c, b.Projects[c.ProjectID].Suspended, false, r, cal, today)
		if c.State == Cancelled || c.State == Waived {
			shade = Shade{Grey, map[State]string{Cancelled: "已撤销", Waived: "已容错"}[c.State]}
		}
		out = append(out, AgendaItem{
			DistrictID: m.DistrictID, MeetingID: m.ID, Ord: len(out) + 1, Section: section, CommitmentID: c.ID, ProjectID: c.ProjectID, OwnerID: c.OwnerID,
			Kind: c.Kind, Code: c.Code, Title: c.Title, DueOn: c.DueOn, Colour: shade.Colour, Why: shade.Why, Answer: c.Evidence,
		})
	}
	last := slices.SortedStableFunc(slices.Values(b.Last), func(x, y Commitment) int { return cmp.Or(cmp.Compare(x.SourceID, y.SourceID), cmp.Compare(x.ID, y.ID)) })
	for _, c := range last {
		add(AgendaLast, c)
	}
	for _, c := range b.Open {
		if c.Level > 0 && !b.Projects[c.ProjectID].Suspended && (m.ProjectID != 0 || k.Level > 0 && c.Level >= k.Level) {
			add(AgendaLevel, c)
		}
	}
	for _, c := range b.Open {
		if ColourOf(c, b.Projects[c.ProjectID].Suspended, false, r, cal, today).Colour == Red {
			add(AgendaRed, c)
		}
	}
	return out
}

// FreezeAgenda (定稿) makes an agenda stand as it is and sends it: each group reads of it what it may.
func FreezeAgenda(m Meeting, items []AgendaItem, to []Recipient, by Actor) Outcome {
	m.FrozenAt = by.At
	out := Outcome{
		Meetings: []Meeting{m}, Agenda: items,
		Entries: []Entry{by.entry(m.DistrictID, m.Subject(), "agenda", fmt.Sprintf("%d项", len(items)))},
	}
	for _, r := range to {
		out.Notices = append(out.Notices, Notice{Cause: agendaCause(m.ID), To: r, Rank: RankCircular, Due: by.At})
	}
	return out
}

func agendaCause(id MeetingID) string { return fmt.Sprintf("agenda:%d", id) }

// RemindReview asks those members of a review once more who have not given their opinion.
func RemindReview(m Meeting, opinions []Opinion, at clock.Instant) Outcome {
	m.FrozenAt = at
	out := Outcome{Meetings: []Meeting{m}}
	for _, o := range opinions {
		if o.Verdict == "" {
			out.Notices = append(out.Notices, Notice{Cause: fmt.Sprintf("meeting:%d:remind", m.ID), To: Recipient{Person: o.PersonID}, Rank: RankReminder, Due: at})
		}
	}
	out.Entries = []Entry{{DistrictID: m.DistrictID, Subject: m.Subject(), At: at, Act: "review:reminded", Note: fmt.Sprintf("%d人", len(out.Notices))}}
	return out
}

// MeetingAudience says which groups and people hear of a meeting and get its agenda. One on a project is for
// those around it; any other for the groups its kind names, else for district and office and whoever has
// something on the agenda.
func MeetingAudience(k MeetingKind, m Meeting, b AgendaBasis, items []AgendaItem) []Recipient {
	if ro := b.Roster; m.ProjectID != 0 {
		return unique(ro.taskForce(), ro.leader(), ro.class(GroupOffice), owner(ro.Project.OwnerID))
	}
	var out []Recipient
	for _, v := range b.Groups {
		named := slices.Contains(k.Groups, v.Group.Class)
		switch {
		case len(k.Groups) > 0 && !named:
		case named, v.Group.Class == GroupDistrict, v.Group.Class == GroupOffice,
			v.Group.Class != GroupInspection && len(AgendaFor(v, items, b.Projects)) > 0:
			out = append(out, Recipient{Group: v.Group.ID})
		}
	}
	return out
}

// AgendaFor gives those lines of an agenda the viewer may read.
func AgendaFor(v Viewer, items []AgendaItem, projects map[ProjectID]Project) []AgendaItem {
	var out []AgendaItem
	for _, i := range items {
		p, there := projects[i.ProjectID]
		switch {
		case i.ProjectID == 0 && (Entitled(v, nil) || v.Is(i.OwnerID)), there && Entitled(v, &p):
			out = append(out, i)
		}
	}
	return out
}
