package watch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/words"
	"duban/internal/workday"
)

// asked is one project somebody is asked about.
type asked struct {
	For   string
	No    int
	P     ledger.Project
	Owner ledger.Person
	Form  string
}

// callInData is what notice/callin words.
type callInData struct {
	For      string
	Period   string
	Projects []asked
	One      *asked
	Example  string // a name to call the first project by
	CutOff   string
	Unknown  string
}

// composeCallIn words what is still missing when the call is sent: "callin:PERIOD:1".
func (w *Watch) composeCallIn(ctx context.Context, of string, d store.Delivery, v ledger.Viewer) (words.Letter, error) {
	key, _, _ := strings.Cut(of, ":")
	p, ok := period.Parse(w.Mode, key)
	if !ok {
		return words.Letter{Drop: "报送周期的设置已变更"}, nil
	}
	if !w.cutOff(p).After(w.Clock.Now()) {
		return words.Letter{Drop: "本期报送已截止"}, nil
	}
	mine, err := w.calledFor(ctx, p, d.To(), v)
	if err != nil {
		return words.Letter{}, fmt.Errorf("read who has not reported: %w", err)
	}
	if len(mine) == 0 {
		return words.Letter{Drop: "均已报送"}, nil
	}
	var owners []ledger.PersonID
	for _, p := range mine {
		owners = append(owners, p.OwnerID)
	}
	people, err := w.Store.PeopleByID(ctx, w.District, owners)
	if err != nil {
		return words.Letter{}, err
	}
	aliases, err := w.Store.AliasesOf(ctx, w.District, []ledger.ProjectID{mine[0].ID})
	if err != nil {
		return words.Letter{}, err
	}
	s := period.Plan(p, w.Calendar)
	data := callInData{For: readerOf(v), Period: p.Name(), Example: shortest(mine[0].Name, aliases[mine[0].ID]), CutOff: spoken(s.CutOff)}
	l := words.Letter{About: mine}
	for i, p := range mine {
		data.Projects = append(data.Projects, asked{data.For, i + 1, p, people[p.OwnerID], w.form(p)})
		if v.Group != nil {
			l.Ring = append(l.Ring, p.OwnerID)
		}
	}
	l.Ring = distinct(l.Ring)
	if len(mine) == 1 {
		data.One = &data.Projects[0]
	}
	data.Unknown = unknown(w.Calendar, s.CutOff)
	if l.Message, err = w.Words.Say("notice/callin", data); err != nil {
		return l, err
	}
	l.Foot = append(l.Foot, standsIn(v, owners, people)...)
	return l, nil
}

// standsIn says to a deputy whose things a letter is about.
func standsIn(v ledger.Viewer, owners []ledger.PersonID, people map[ledger.PersonID]ledger.Person) []string {
	var out []string
	for _, id := range distinct(owners) {
		if v.Stands[id] {
			out = append(out, people[id].Name+"请假期间由您代办。")
		}
	}
	return out
}

// calledFor gives the projects still to be reported for which the recipient is called to account.
func (w *Watch) calledFor(ctx context.Context, p period.Period, to ledger.Recipient, v ledger.Viewer) ([]ledger.Project, error) {
	all, err := w.Store.ProjectsCalledFor(ctx, w.District, v)
	if err != nil {
		return nil, err
	}
	silent, err := w.silent(ctx, all, p)
	if err != nil {
		return nil, err
	}
	ids := make([]ledger.ProjectID, 0, len(silent))
	for _, p := range silent {
		ids = append(ids, p.ID)
	}
	rosters, err := w.Store.Rosters(ctx, w.District, ids)
	if err != nil {
		return nil, err
	}
	var out []ledger.Project
	for _, p := range silent {
		called := func(r ledger.Recipient) bool { return r == to || r.Person != 0 && v.Stands[r.Person] }
		if slices.ContainsFunc(ledger.CallInAudience(rosters[p.ID]), called) && ledger.Entitled(v, &p) {
			out = append(out, p)
		}
	}
	return out, nil
}

// shortest gives the shortest of the names.
func shortest(name string, others []string) string {
	for _, o := range others {
		if utf8.RuneCountInString(o) < utf8.RuneCountInString(name) {
			name = o
		}
	}
	return name
}

// spoken says the cut-off of a day: "3月16日(周一)18:00".
func spoken(d workday.Day) string {
	week := []string{"日", "一", "二", "三", "四", "五", "六"}
	return fmt.Sprintf("%s（周%s）%d:00", d.Chinese(), week[d.Weekday()], CutOffHour)
}
