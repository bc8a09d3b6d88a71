package view_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/store/storetest"
	"duban/internal/view"
	"duban/internal/workday"
)

// world is six projects: the owner's first two, the rest another's; the first is late and reported.
type world struct {
	*view.View
	owner, office, outsider ledger.Viewer
	group                   ledger.Viewer
	projects                []ledger.Project
}

func build(t *testing.T, s *store.Store, c clock.Clock) world {
	t.Helper()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	cal, err := workday.Load(os.DirFS(filepath.Join("..", "..", "config", "calendar")))
	ok(err)
	d, err := s.Found(t.Context(), "test", "测试区")
	ok(err)
	var w world
	var people [3]ledger.Person
	var g ledger.Group
	ok(s.Write(t.Context(), d.ID, func(tx *store.Tx) error {
		w.projects = nil
		for i, p := range []ledger.Person{{Code: "owner", Name: "王敏"}, {Code: "office", Name: "钱芳", Roles: []ledger.Role{ledger.RoleOffice}}, {Code: "out", Name: "吴亮"}} {
			p.Active = true
			ok(tx.PutPerson(&p, nil))
			people[i] = p
		}
		for i := range 6 {
			p := ledger.Project{Code: fmt.Sprintf("P00%d", i+1), Name: fmt.Sprintf("第%d项目", i+1), LeaderID: people[1].ID, Stage: "开工", Progress: 5000, Planned: 5000}
			if i < 2 {
				p.OwnerID = people[0].ID
			}
			p.Suspended = i == 5
			ok(tx.PutProject(&p, nil, nil))
			w.projects = append(w.projects, p)
		}
		g = ledger.Group{Code: "G1", Name: "专班", Class: ledger.GroupTaskForce, Active: true}
		ok(tx.PutGroup(&g, nil, []ledger.GroupProject{{ProjectID: w.projects[1].ID}}))
		node := func(p int, kind ledger.Kind, due workday.Day) ledger.Commitment {
			return ledger.Commitment{DistrictID: d.ID, Kind: kind, Title: "事项", ProjectID: w.projects[p].ID, FirstDueOn: due, DueOn: due, State: ledger.Open}
		}
		_, err := tx.Apply(ledger.Outcome{
			New: []ledger.Commitment{
				node(0, ledger.Milestone, 20260302), node(0, ledger.Problem, 20260301), node(1, ledger.Milestone, 20260420),
				node(2, ledger.Milestone, 20260220), node(5, ledger.Milestone, 20260220),
			},
			Updates: []ledger.Update{
				{DistrictID: d.ID, ProjectID: w.projects[0].ID, PersonID: people[0].ID, At: 1, On: 20260302, Period: "2026-03a", Text: "土方", Photos: []string{}},
				{DistrictID: d.ID, ProjectID: w.projects[1].ID, PersonID: people[0].ID, At: 1, On: 20260220, Period: "2026-02b", Text: "桩基", Photos: []string{}},
			},
		})
		return err
	}))
	w.View = view.New(view.Options{Store: s, District: d.ID, Clock: c, Calendar: cal, Rules: ledger.DefaultRules(), Mode: period.HalfMonth{}})
	for i, to := range []*ledger.Viewer{&w.owner, &w.office, &w.outsider} {
		*to, err = w.Person(t.Context(), people[i])
		ok(err)
	}
	w.group, err = w.Group(t.Context(), g)
	ok(err)
	return w
}

func each(t *testing.T, test func(t *testing.T, w world)) {
	t.Helper()
	c := clock.NewTurnable(time.Date(2026, 3, 5, 8, 30, 0, 0, clock.Shanghai))
	storetest.Each(t, c, func(t *testing.T, s *store.Store) { test(t, build(t, s, c)) })
}

func codes(ps []ledger.Project) string {
	out := ""
	for _, p := range ps {
		out += p.Code + " "
	}
	return out
}

func TestListsAreEntitled(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for name, c := range map[string]struct {
			who                           ledger.Viewer
			projects, overdue, unreported string
		}{
			"owner":    {w.owner, "P001 P002 ", "P001 P001 ", "P002 "},
			"office":   {w.office, "P001 P002 P003 P004 P005 P006 ", "P003 P001 P001 ", "P002 P003 P004 P005 "},
			"outsider": {w.outsider, "", "", ""},
			"group":    {w.group, "P002 ", "", "P002 "},
		} {
			all, err := w.Projects(t.Context(), c.who)
			if err != nil || codes(all) != c.projects {
				t.Errorf("%s sees %s %v", name, codes(all), err)
			}
			late, err := w.Overdue(t.Context(), c.who)
			got := ""
			for _, m := range late {
				got += m.Project.Code + " "
			}
			if err != nil || got != c.overdue {
				t.Errorf("%s: overdue %s %v", name, got, err)
			}
			silent, err := w.Silent(t.Context(), c.who)
			got = ""
			for _, p := range silent.Projects {
				got += p.Code + " "
			}
			if err != nil || got != c.unreported {
				t.Errorf("%s: unreported %s of %d %v", name, got, silent.Of, err)
			}
		}
	})
}

func TestMineIsWorstFirstAndNobodyElses(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		lines, err := w.Mine(t.Context(), w.owner)
		if err != nil || len(lines) != 2 {
			t.Fatalf("%d lines, %v", len(lines), err)
		}
		if l := lines[0]; l.Code != "P001" || l.Shade.Colour != ledger.Yellow || l.Next == nil || l.Next.Kind != ledger.Problem || !l.Reported {
			t.Errorf("first is %+v", l)
		}
		if l := lines[1]; l.Code != "P002" || l.Shade.Colour != ledger.Green || l.Reported {
			t.Errorf("second is %+v", l)
		}
		// Who leads projects has them as an own even beside an office that sees the whole district.
		if lines, err := w.Mine(t.Context(), w.office); err != nil || len(lines) != 6 {
			t.Errorf("office leads %d, %v", len(lines), err)
		}
		if lines, err := w.Mine(t.Context(), w.outsider); err != nil || len(lines) != 0 {
			t.Errorf("outsider has %d, %v", len(lines), err)
		}
	})
}

func TestCardAndForm(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		card, err := w.Project(t.Context(), w.owner, w.projects[0].ID)
		if err != nil || len(card.Nodes) != 1 || len(card.Problems) != 1 || card.Owner != "王敏" || card.Leader != "钱芳" || card.Nodes[0].Late != 3 {
			t.Errorf("card %+v %v", card, err)
		}
		missing, none := ledger.ProjectID(99), ""
		if _, err := w.Project(t.Context(), w.owner, missing); err != nil {
			none = err.Error()
		}
		if _, err := w.Project(t.Context(), w.owner, w.projects[2].ID); fault.CodeOf(err) != fault.NotFound || err.Error() != none {
			t.Errorf("another's project: %v, a missing one: %s", err, none)
		}
		f, err := w.Form(t.Context(), w.owner, w.projects[0].ID)
		if err != nil || f.Period.Key != "2026-03a" || f.CutOff != 20260316 || !f.Reported || f.Last == nil || f.Last.Text != "土方" || len(f.Nodes) != 2 {
			t.Errorf("form %+v %v", f, err)
		}
		f, err = w.Form(t.Context(), w.owner, w.projects[1].ID)
		if err != nil || f.Reported || f.Last == nil || f.Last.Text != "桩基" {
			t.Errorf("form of the second %+v %v", f, err)
		}
		if _, err := w.Form(t.Context(), w.outsider, w.projects[0].ID); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("outsider's form: %v", err)
		}
	})
}

func TestMattersByCode(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		if m, err := w.MatterByCode(t.Context(), w.owner, "J0001"); err != nil || m.Project.Code != "P001" {
			t.Errorf("%+v %v", m, err)
		}
		_, hidden := w.MatterByCode(t.Context(), w.owner, "J0003")
		_, missing := w.MatterByCode(t.Context(), w.owner, "J9999")
		if fault.CodeOf(hidden) != fault.NotFound || fault.CodeOf(missing) != fault.NotFound {
			t.Errorf("hidden %v, missing %v", hidden, missing)
		}
	})
}
