package watch

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
	"duban/internal/workday"
)

// Who a letter speaks to decides how it is put.
const (
	toOwner      = "owner"      // one person, of what is theirs
	toGroup      = "group"      // those who do the work
	toLeader     = "leader"     // the leader: what is needed of them
	toInspection = "inspection" // who keeps watch
	toRaiser     = "raiser"     // one person, of what they asked of somebody else
)

func readerOf(v ledger.Viewer) string {
	switch {
	case v.Group == nil:
		return toOwner
	case v.Group.Class == ledger.GroupLeader:
		return toLeader
	case v.Group.Class == ledger.GroupInspection:
		return toInspection
	}
	return toGroup
}

// readerOn is readerOf for one matter: a person reads of what is theirs, of what they lead, or of what
// they asked for.
func readerOn(v ledger.Viewer, m ledger.Commitment, p ledger.Project) string {
	switch {
	case v.Person == nil || v.Is(m.OwnerID):
		return readerOf(v)
	case v.Is(p.LeaderID):
		return toLeader
	}
	return toRaiser
}

// entry is one step told, with all a template says of it.
type entry struct {
	For    string
	No     int
	Step   ledger.Step
	M      ledger.Commitment
	P      ledger.Project
	Reply  ledger.Commitment
	Owner  ledger.Person
	Leader ledger.Person
	Unit   string
	Late   int    // days past the due day
	Left   int    // working days to the due day
	Say    string // of what recurs: how it is answered
	None   string // and what is said when there is nothing
}

// Level names whom a problem has reached.
func (e entry) Level() string { return ledger.LevelWords[e.M.LevelOf()] }

// Extended reports whether the due day is not the first one.
func (e entry) Extended() bool { return e.M.FirstDueOn != e.M.DueOn }

// Who names unit and person: "区住建局、张伟".
func (e entry) Who() string {
	if e.Unit == "" || e.Owner.Name == "" {
		return e.Unit + e.Owner.Name
	}
	return e.Unit + "、" + e.Owner.Name
}

// lookData is what notice/look words.
type lookData struct {
	For       string
	Sections  []section
	One       *entry // the only entry, when there is one
	First     entry
	Form      string      // of One
	Later     workday.Day // a day for the example of an extension
	Unknown   string
	LeaderWho string
}

// section holds the entries of one step.
type section struct {
	Word    string
	Entries []entry
}

// Word is that of the heaviest step told.
func (d lookData) Word() string { return d.Sections[0].Word }

// Counts says how many of each: "督办1项、预警2项".
func (d lookData) Counts() string {
	var parts []string
	for _, s := range d.Sections {
		parts = append(parts, fmt.Sprintf("%s%d项", s.Word, len(s.Entries)))
	}
	return strings.Join(parts, "、")
}

// stepWords lists the steps, heaviest first, as they are headed.
var stepWords = []struct {
	name ledger.StepName
	word string
}{
	{ledger.StepList, "提请约谈"}, {ledger.StepOrder, "督办"}, {ledger.StepWarn, "预警"},
	{ledger.StepHandUp, "上报"}, {ledger.StepRemind, "提醒"}, {ledger.StepChase, "催办"},
}

func weight(s ledger.StepName) int {
	return slices.IndexFunc(stepWords, func(w struct {
		name ledger.StepName
		word string
	}) bool {
		return w.name == s
	})
}

// Gather reads together what the looks among the deliveries tell, and gives what then words each of them.
func (w *Watch) Gather(ctx context.Context, of []store.Delivery) (func(context.Context, store.Delivery, ledger.Viewer) (words.Letter, error), error) {
	looks := slices.DeleteFunc(slices.Clone(of), func(d store.Delivery) bool { return !strings.HasPrefix(d.Cause, "look:") })
	told, err := w.Store.Told(ctx, w.District, looks)
	if err != nil {
		return nil, fmt.Errorf("read what a look tells: %w", err)
	}
	return func(ctx context.Context, d store.Delivery, v ledger.Viewer) (words.Letter, error) {
		if t, ok := told[d.ID]; ok {
			return w.wordLook(t, v)
		}
		return w.Compose(ctx, d, v)
	}, nil
}

// composeLook words what the look of one day tells one recipient.
func (w *Watch) composeLook(ctx context.Context, d store.Delivery, v ledger.Viewer) (words.Letter, error) {
	told, err := w.Store.Told(ctx, w.District, []store.Delivery{d})
	if err != nil {
		return words.Letter{}, fmt.Errorf("read what %s tells %s: %w", d.Cause, d.Recipient, err)
	}
	return w.wordLook(told[d.ID], v)
}

func (w *Watch) wordLook(told store.Told, v ledger.Viewer) (words.Letter, error) {
	var err error
	now := today(w.Clock.Now())
	var entries []entry
	var l words.Letter
	for _, i := range told.Items {
		p := told.Projects[i.Commitment.ProjectID]
		if !mayHear(v, i.Commitment, p) || !w.stands(i, p, now) {
			continue
		}
		entries = append(entries, w.entry(i, told, readerOn(v, i.Commitment, p), now))
	}
	if len(entries) == 0 {
		return words.Letter{Drop: "所告知的事项均已办结、延期或不再适用"}, nil
	}
	data := lookData{For: entries[0].For, Later: w.Calendar.After(now, 10)}
	var days []workday.Day
	var owners []ledger.PersonID
	seen := map[ledger.ProjectID]bool{0: true}
	for _, s := range stepWords {
		part := section{Word: s.word}
		for _, e := range sorted(entries) {
			if e.Step.Name != s.name {
				continue
			}
			e.No = len(part.Entries) + 1
			part.Entries = append(part.Entries, e)
			days = append(days, e.M.DueOn, e.Step.RectifyBy)
			owners = append(owners, e.M.OwnerID)
			if data.For == toRaiser {
				data.For = e.For // one thing to do among others makes it theirs
			}
			if !seen[e.P.ID] {
				seen[e.P.ID] = true
				l.About = append(l.About, e.P)
			}
			l.Ring = append(l.Ring, ring(e, v))
		}
		if len(part.Entries) > 0 {
			data.Sections = append(data.Sections, part)
		}
	}
	l.Ring = distinct(l.Ring)
	data.First = data.Sections[0].Entries[0]
	data.LeaderWho = data.First.Leader.Name
	if len(entries) == 1 {
		data.One = &data.First
		if p := data.First.P; v.Person == nil || ledger.MayReport(v, &p) {
			data.Form = w.form(p)
		}
	}
	data.Unknown = unknown(w.Calendar, days...)
	if l.Message, err = w.Words.Say("notice/look", data); err != nil {
		return l, err
	}
	l.Foot = append(l.Foot, standsIn(v, owners, told.People)...)
	if data.One != nil && data.For == toGroup && carded[data.First.Step.Name] {
		short, err := w.Words.Say("notice/look_group", data)
		l.Short = &short
		return l, err
	}
	return l, nil
}

// carded are the steps whose notice to a group has a form for small cards.
var carded = map[ledger.StepName]bool{ledger.StepRemind: true, ledger.StepWarn: true, ledger.StepOrder: true}

// mayHear: a matter is for those who may see its project, one on no project for those who see the whole;
// and whoever has to move it or asked for it hears of it whatever else they may see.
func mayHear(v ledger.Viewer, m ledger.Commitment, p ledger.Project) bool {
	about := &p
	if m.ProjectID == 0 {
		about = nil
	}
	return ledger.Entitled(v, about) || ledger.Concerned(v, m)
}

// stands reports whether a step is still worth telling: the matter is open, its date has not moved,
// nothing heavier was said of it since, and a reminder still comes before the day.
func (w *Watch) stands(i store.ToldItem, p ledger.Project, now workday.Day) bool {
	m := i.Commitment
	switch {
	case m.State != ledger.Open || p.Suspended:
		return false
	case i.Step.Name == ledger.StepHandUp:
		return m.Level == i.Step.Before // whatever became of its day, and whatever rung it is on
	case i.Step.Name == ledger.StepChase:
		return m.ReceivedAt == 0
	case m.DueOn != i.Step.DueOn:
		return false
	case m.Rung != "" && weight(m.Rung) < weight(i.Step.Name):
		return false
	}
	return i.Step.Name != ledger.StepRemind || now <= ledger.Deadline(m.DueOn, w.Calendar)
}

func (w *Watch) entry(i store.ToldItem, t store.Told, reader string, now workday.Day) entry {
	m := i.Commitment
	e := entry{
		For: reader, Step: i.Step, M: m, P: t.Projects[m.ProjectID], Reply: i.Reply, Owner: t.People[m.OwnerID],
		Late: now.Sub(m.DueOn), Left: w.Calendar.Count(now, ledger.Deadline(m.DueOn, w.Calendar)),
	}
	e.Leader = t.People[e.P.LeaderID]
	if r, ok := w.recurring(m.Source); ok {
		e.Say, e.None = r.Say(e.P.Name), r.None
	} else {
		e.Say = strings.NewReplacer("{code}", m.Code, "{project}", e.P.Name, "{source}", m.Source).Replace(ledger.Kinds[m.Kind].Say)
	}
	if u := t.Units[m.UnitID]; u.Short != "" {
		e.Unit = u.Short
	} else {
		e.Unit = u.Name
	}
	return e
}

// sorted puts what is owed longest first.
func sorted(in []entry) []entry {
	out := slices.Clone(in)
	slices.SortFunc(out, func(a, b entry) int {
		switch {
		case a.M.DueOn != b.M.DueOn:
			return int(a.M.DueOn - b.M.DueOn)
		case a.P.Code != b.P.Code:
			return strings.Compare(a.P.Code, b.P.Code)
		}
		return strings.Compare(a.M.Code, b.M.Code)
	})
	return out
}

// ring says who is to be called by an entry: the owner, in the leader's group the leader; the
// inspection office is not for calling people in.
func ring(e entry, v ledger.Viewer) ledger.PersonID {
	switch readerOf(v) {
	case toGroup:
		if e.Step.Name == ledger.StepHandUp && v.Group.Class == ledger.GroupOffice {
			return 0 // it is told for the agenda
		}
		return e.M.OwnerID
	case toLeader:
		return e.P.LeaderID
	}
	return 0
}
