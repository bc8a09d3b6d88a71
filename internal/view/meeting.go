package view

import (
	"context"
	"slices"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
)

// MeetingLine is a meeting in a list.
type MeetingLine struct {
	ledger.Meeting
	Project ledger.Project
}

// maxHeld is how many meetings of the past are listed.
const maxHeld = 10

// MeetingKinds gives the names of the kinds of meetings, longest first.
func (v *View) MeetingKinds() []ledger.MeetingKind {
	return slices.SortedStableFunc(slices.Values(v.Meetings), func(a, b ledger.MeetingKind) int { return len(b.Name) - len(a.Name) })
}

// MeetingList gives the meetings to come, in order of time, and the latest of the past that the viewer may know
// of. Three queries.
func (v *View) MeetingList(ctx context.Context, who ledger.Viewer) (next, past []MeetingLine, err error) {
	today := v.Today()
	coming, err := v.Store.MeetingsBetween(ctx, v.District, today, today.AddDays(92))
	if err != nil {
		return nil, nil, err
	}
	before, err := v.Store.LatestMeetings(ctx, v.District, today.AddDays(-1), 5*maxHeld)
	if err != nil {
		return nil, nil, err
	}
	if next, err = v.meetings(ctx, who, coming); err != nil {
		return nil, nil, err
	}
	past, err = v.meetings(ctx, who, before)
	return next, past[:min(len(past), maxHeld)], err
}

func (v *View) meetings(ctx context.Context, who ledger.Viewer, all []ledger.Meeting) ([]MeetingLine, error) {
	var ids []ledger.ProjectID
	var out []MeetingLine
	for _, m := range all {
		ids = append(ids, m.ProjectID)
	}
	projects, err := v.Store.ProjectsByID(ctx, v.District, ids)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		p, about := projects[m.ProjectID], (*ledger.Project)(nil)
		if m.ProjectID != 0 {
			about = &p
		}
		if m.State != ledger.MeetingCancelled && ledger.MaySeeMeeting(who, about) {
			out = append(out, MeetingLine{m, p})
		}
	}
	return out, nil
}

// Meeting is one meeting as far as the viewer may read of it.
type Meeting struct {
	ledger.Meeting
	Project  ledger.Project
	Frozen   bool // the agenda stands; else it is drawn from the ledger as it is now
	Agenda   []ledger.AgendaItem
	Minutes  []MinuteLine
	Opinions []ledger.Opinion
	Projects map[ledger.ProjectID]ledger.Project
	People   map[ledger.PersonID]ledger.Person
	About    []ledger.Project // every project it speaks of; of the whole district the zero one
}

// MinuteLine is a line of minutes with what became of it.
type MinuteLine struct {
	ledger.Minute
	Matter *Matter // nil for a note
}

// MeetingByCode finds a meeting the viewer may know of, or is asked for an opinion on.
func (v *View) MeetingByCode(ctx context.Context, who ledger.Viewer, code string) (m Meeting, err error) {
	if m.Meeting, err = v.Store.MeetingByCode(ctx, v.District, code); err != nil {
		return m, err
	}
	b, err := v.Store.AgendaBasis(ctx, v.District, m.Meeting)
	if err != nil {
		return m, err
	}
	m.Project, m.Projects = b.Roster.Project, b.Projects
	if m.Opinions, err = v.Store.OpinionsOf(ctx, v.District, m.ID); err != nil {
		return m, err
	}
	asked := who.Person != nil && slices.ContainsFunc(m.Opinions, func(o ledger.Opinion) bool { return o.PersonID == who.Person.ID })
	if !asked && !ledger.MaySeeMeeting(who, ledger.OnProject(b.Roster)) {
		return Meeting{}, fault.Newf(fault.NotFound, "没有编号为%s的会议，请核对后再发。查会议请发：会议", code)
	}
	switch {
	case ledger.Entitled(who, nil), asked && m.State == ledger.MeetingHeld:
	case asked: // nobody is swayed by what others said
		m.Opinions = slices.DeleteFunc(m.Opinions, func(o ledger.Opinion) bool { return o.PersonID != who.Person.ID })
	default:
		m.Opinions = nil
	}
	if err := v.minutes(ctx, who, &m); err != nil {
		return m, err
	}
	if err := v.agenda(ctx, who, &m, b); err != nil {
		return m, err
	}
	return m, v.around(ctx, &m)
}

// agenda fills in the agenda: the frozen one, else as the ledger is now.
func (v *View) agenda(ctx context.Context, who ledger.Viewer, m *Meeting, b ledger.AgendaBasis) error {
	if m.Frozen = m.FrozenAt != 0; m.Frozen {
		items, err := v.Store.AgendaOf(ctx, v.District, m.ID)
		if err != nil {
			return err
		}
		if err := more(ctx, v, m, items, func(i ledger.AgendaItem) ledger.ProjectID { return i.ProjectID }); err != nil {
			return err
		}
		m.Agenda = ledger.AgendaFor(who, items, m.Projects)
		return nil
	}
	for _, k := range v.Meetings {
		if k.Name == m.Kind && !m.Online && m.StartAt > clock.At(v.Clock.Now()) {
			m.Agenda = ledger.AgendaFor(who, ledger.Agenda(k, m.Meeting, b, v.Rules, v.Calendar, v.Today()), m.Projects)
		}
	}
	return nil
}

// minutes fills in those lines of the minutes the viewer may read: on a project what is on it, of all else
// those who see the district, and whoever has to move a matter.
func (v *View) minutes(ctx context.Context, who ledger.Viewer, m *Meeting) error {
	rows, err := v.Store.MinutesOf(ctx, v.District, m.ID)
	if err != nil || len(rows) == 0 {
		return err
	}
	assigned, err := v.Store.AssignedAt(ctx, v.District, m.ID)
	if err != nil {
		return err
	}
	if err := more(ctx, v, m, rows, func(r ledger.Minute) ledger.ProjectID { return r.ProjectID }); err != nil {
		return err
	}
	for _, r := range rows {
		line := MinuteLine{Minute: r}
		p, on := m.Projects[r.ProjectID]
		if i := slices.IndexFunc(assigned, func(c ledger.Commitment) bool { return c.ID == r.CommitmentID }); i >= 0 {
			x := v.matter(assigned[i], p, nil)
			line.Matter = &x
		}
		about := (*ledger.Project)(nil)
		if on {
			about = &p
		}
		if ledger.Entitled(who, about) || line.Matter != nil && ledger.Concerned(who, line.Matter.Commitment) {
			m.Minutes = append(m.Minutes, line)
		}
	}
	return nil
}

// more reads the projects of lines that are not known yet.
func more[T any](ctx context.Context, v *View, m *Meeting, lines []T, of func(T) ledger.ProjectID) error {
	var ids []ledger.ProjectID
	for _, l := range lines {
		if _, known := m.Projects[of(l)]; !known {
			ids = append(ids, of(l))
		}
	}
	found, err := v.Store.ProjectsByID(ctx, v.District, ids)
	for id, p := range found {
		m.Projects[id] = p
	}
	return err
}

// around fills in the people of what is shown, and what projects it speaks of.
func (v *View) around(ctx context.Context, m *Meeting) error {
	var people []ledger.PersonID
	seen := map[ledger.ProjectID]bool{}
	speaks := func(id ledger.ProjectID) {
		if !seen[id] {
			seen[id] = true
			m.About = append(m.About, m.Projects[id])
		}
	}
	if m.ProjectID != 0 {
		speaks(m.ProjectID)
	}
	for _, i := range m.Agenda {
		people = append(people, i.OwnerID)
		speaks(i.ProjectID)
	}
	for _, l := range m.Minutes {
		speaks(l.ProjectID)
		if l.Matter != nil {
			people = append(people, l.Matter.OwnerID)
		}
	}
	for _, o := range m.Opinions {
		people = append(people, o.PersonID)
	}
	var err error
	m.People, err = v.Store.PeopleByID(ctx, v.District, people)
	return err
}
