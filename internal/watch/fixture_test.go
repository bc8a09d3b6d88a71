package watch_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"duban/config"
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/store/storetest"
	"duban/internal/watch"
	"duban/internal/words"
	"duban/internal/workday"
)

var rewrite = flag.Bool("rewrite", false, "write the goldens anew")

func day(t testing.TB, s string) workday.Day {
	t.Helper()
	d, err := workday.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func moment(t testing.TB, s string) time.Time {
	t.Helper()
	m, err := time.ParseInLocation("2006-01-02 15:04", s, clock.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// world is a small district with its watch and a clock to turn.
type world struct {
	t        *testing.T
	clock    *clock.Turnable
	store    *store.Store
	watch    *watch.Watch
	district ledger.DistrictID
	units    map[string]*ledger.Unit
	people   map[string]*ledger.Person
	projects map[string]*ledger.Project
	groups   map[string]*ledger.Group
	hook     func() // called when the store asks for the time
}

// asked is the world's clock as the store sees it.
type asked struct{ w *world }

func (a asked) Now() time.Time {
	if a.w.hook != nil {
		a.w.hook()
	}
	return a.w.clock.Now()
}

// each tells the story on both kinds of database; goldens must be the same on both.
func each(t *testing.T, start string, story func(w *world)) {
	w := &world{clock: clock.NewTurnable(moment(t, start))}
	storetest.Each(t, asked{w}, func(t *testing.T, s *store.Store) {
		w.clock.Set(moment(t, start))
		w.begin(t, s)
		story(w)
	})
}

func (w *world) begin(t *testing.T, s *store.Store) {
	t.Helper()
	d, err := s.Found(t.Context(), "cs", "示范区")
	if err != nil {
		t.Fatal(err)
	}
	w.t, w.store, w.district = t, s, d.ID
	w.units, w.people = map[string]*ledger.Unit{}, map[string]*ledger.Person{}
	w.projects, w.groups = map[string]*ledger.Project{}, map[string]*ledger.Group{}
	w.write(w.found)
	folder, err := fs.Sub(config.Files, "calendar")
	if err != nil {
		t.Fatal(err)
	}
	cal, err := workday.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	say, err := words.New()
	if err != nil {
		t.Fatal(err)
	}
	w.watch = watch.New(watch.Options{
		Store: s, District: d.ID, Clock: w.clock, Calendar: cal, Mode: period.HalfMonth{}, Rules: ledger.DefaultRules(), Words: say,
		StyleRules: ledger.DefaultStyleRules(), PublicURL: "https://duban.example.cn/",
	})
}

func (w *world) write(do func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.store.Write(w.t.Context(), w.district, do); err != nil {
		w.t.Fatal(err)
	}
}

// found writes the register: two streets, two leaders, three owners, four projects, seven groups.
func (w *world) found(tx *store.Tx) error {
	for _, u := range []ledger.Unit{
		{Code: "ZX", Name: "钟秀街道办事处", Short: "钟秀街道", Kind: ledger.Street}, {Code: "LS", Name: "狼山镇街道办事处", Short: "狼山镇街道", Kind: ledger.Street},
		{Code: "ZJJ", Name: "区住房和城乡建设局", Short: "区住建局", Kind: ledger.Department}, {Code: "FGW", Name: "区发展和改革委员会", Short: "区发改委", Kind: ledger.Department},
	} {
		if err := tx.PutUnit(&u); err != nil {
			return err
		}
		w.units[u.Code] = &u
	}
	for _, p := range []struct {
		code, name, unit string
		role             ledger.Role
	}{
		{"L1", "王建国", "", ledger.RoleLeader}, {"L2", "李敏", "", ledger.RoleLeader}, {"O1", "张伟", "ZJJ", ledger.RoleLiaison},
		{"O2", "陈静", "FGW", ledger.RoleLiaison}, {"O3", "赵强", "FGW", ledger.RoleLiaison},
	} {
		row := ledger.Person{Code: p.code, Name: p.name, Active: true, Roles: []ledger.Role{p.role}}
		if u := w.units[p.unit]; u != nil {
			row.UnitID = u.ID
		}
		if err := tx.PutPerson(&row, nil); err != nil {
			return err
		}
		w.people[p.code] = &row
	}
	for _, p := range []struct {
		code, name, alias, leader, owner, host, lead string
		stage                                        ledger.Stage
	}{
		{"C001", "智能制造产业园", "智造园", "L1", "O1", "ZX", "ZJJ", "开工"}, {"C002", "生命健康城", "", "L1", "O2", "LS", "FGW", "开工"},
		{"C003", "崇州数据中心", "数据中心", "L2", "O2", "LS", "FGW", "签约"}, {"C004", "老港区更新", "", "L2", "O3", "ZX", "FGW", "在谈"},
	} {
		row := ledger.Project{
			Code: p.code, Name: p.name, Stage: p.stage, LeaderID: w.people[p.leader].ID, OwnerID: w.people[p.owner].ID,
			HostUnitID: w.units[p.host].ID, LeadUnitID: w.units[p.lead].ID, Investment: 12_0000_0000, PlannedYear: 3_0000_0000,
			StartOn: 20260101, TargetOn: 20261231, Measures: "周调度", Standard: "按图施工", Reward: "按办法",
		}
		var aliases []ledger.Alias
		if p.alias != "" {
			aliases = []ledger.Alias{{Name: p.alias}}
		}
		if err := tx.PutProject(&row, aliases, []ledger.Member{{PersonID: row.OwnerID}}); err != nil {
			return err
		}
		w.projects[p.code] = &row
	}
	for _, g := range []struct {
		code, name, of string
		class          ledger.GroupClass
	}{
		{"G1", "区领导群", "", ledger.GroupDistrict}, {"G2", "王建国包联群", "L1", ledger.GroupLeader}, {"G3", "李敏包联群", "L2", ledger.GroupLeader},
		{"G4", "智造园专班", "C001", ledger.GroupTaskForce}, {"G5", "狼山镇群", "LS", ledger.GroupUnit}, {"G6", "项目办", "", ledger.GroupOffice},
		{"G7", "督查室", "", ledger.GroupInspection},
	} {
		row := ledger.Group{Code: g.code, Name: g.name, Class: g.class, Active: true}
		var bound []ledger.GroupProject
		switch g.class {
		case ledger.GroupLeader:
			row.LeaderID = w.people[g.of].ID
		case ledger.GroupUnit:
			row.UnitID = w.units[g.of].ID
		case ledger.GroupTaskForce:
			bound = []ledger.GroupProject{{ProjectID: w.projects[g.of].ID}}
		}
		if err := tx.PutGroup(&row, nil, bound); err != nil {
			return err
		}
		w.groups[g.code] = &row
	}
	return nil
}

// owe puts an open commitment on the ledger, to be looked at from now on.
func (w *world) owe(kind ledger.Kind, project, title, due string) ledger.Commitment {
	w.t.Helper()
	p := w.projects[project]
	d := day(w.t, due)
	var out store.Written
	w.write(func(tx *store.Tx) error {
		var err error
		out, err = tx.Apply(ledger.Outcome{New: []ledger.Commitment{{
			DistrictID: w.district, Kind: kind, Title: title, ProjectID: p.ID, UnitID: p.LeadUnitID, OwnerID: p.OwnerID, FirstDueOn: d,
			DueOn: d, State: ledger.Open, NextLook: workday.DayOf(w.clock.Now()), CreatedAt: tx.Now,
		}}})
		return err
	})
	return out.New[0]
}

// fresh reads a commitment again.
func (w *world) fresh(m ledger.Commitment) ledger.Commitment {
	w.t.Helper()
	m, err := w.store.Commitment(w.t.Context(), w.district, m.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

func (w *world) apply(out ledger.Outcome, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(func(tx *store.Tx) error {
		_, err := tx.Apply(out)
		return err
	})
}

// by is somebody acting now.
func (w *world) by(code string) ledger.Actor {
	return ledger.Actor{Person: w.people[code].ID, At: clock.At(w.clock.Now()), Today: workday.DayOf(w.clock.Now())}
}

// report says something of a project's progress.
func (w *world) report(project, who, text string, progress ledger.Percent) {
	w.t.Helper()
	p, err := w.store.Project(w.t.Context(), w.district, w.projects[project].ID)
	if err != nil {
		w.t.Fatal(err)
	}
	owed, err := w.store.CommitmentsOf(w.t.Context(), w.district, p.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	by := w.by(who)
	w.apply(ledger.Report(p, ledger.Said{Progress: &progress, Text: text, Source: "chat", Period: period.HalfMonth{}.Of(by.Today).Key}, owed, by))
}

// look runs the look at 08:33 of the day and sends what it has to say.
func (w *world) look(on string) {
	w.t.Helper()
	w.clock.Set(moment(w.t, on+" 08:33"))
	if err := w.watch.Look(w.t.Context(), w.clock.Now()); err != nil {
		w.t.Fatal(err)
	}
}

// sent claims all that may go and gives it as its recipients read it, in order of recipient; what was
// dropped says why.
func (w *world) sent() string {
	w.t.Helper()
	rows, err := w.store.Claim(w.t.Context(), w.district, "test", 1000, clock.At(w.clock.Now().Add(time.Minute)))
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for i, d := range rows {
		rows[i].State = store.SentOut
		if what, _, _ := strings.Cut(d.Cause, ":"); !slices.Contains(watch.Causes, what) {
			continue // what people's acts brought is worded by another hand
		}
		name, v := w.viewer(d)
		l, err := w.watch.Compose(w.t.Context(), d, v)
		if err != nil {
			w.t.Fatal(err)
		}
		out = append(out, w.letter(d, name, l))
	}
	if err := w.store.Settle(w.t.Context(), w.district, rows); err != nil {
		w.t.Fatal(err)
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func (w *world) viewer(d store.Delivery) (string, ledger.Viewer) {
	w.t.Helper()
	if d.GroupID != 0 {
		g, err := w.store.Group(w.t.Context(), w.district, d.GroupID)
		if err != nil {
			w.t.Fatal(err)
		}
		v, err := w.store.ViewerOfGroup(w.t.Context(), g)
		if err != nil {
			w.t.Fatal(err)
		}
		return "群 " + g.Code + " " + g.Name, v
	}
	p, err := w.store.Person(w.t.Context(), w.district, d.PersonID)
	if err != nil {
		w.t.Fatal(err)
	}
	v, err := w.store.ViewerOfPerson(w.t.Context(), p)
	if err != nil {
		w.t.Fatal(err)
	}
	return "人 " + p.Name, v
}

// letter writes a letter down as its reader sees it.
func (w *world) letter(d store.Delivery, name string, l words.Letter) string {
	if l.Drop != "" {
		return fmt.Sprintf("== %s ← %s: 不发（%s）\n", name, d.Cause, l.Drop)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "== %s ← %s （级别%d）\n# %s\n", name, d.Cause, d.Rank, l.Title)
	for _, r := range l.Rows {
		fmt.Fprintln(&b, r)
	}
	for _, f := range l.Foot {
		fmt.Fprintln(&b, "-- "+f)
	}
	for _, x := range l.Buttons {
		fmt.Fprintf(&b, "[%s] %s%s\n", x.Label, x.Say, x.URL)
	}
	for _, id := range l.Ring {
		for _, p := range w.people {
			if p.ID == id {
				fmt.Fprintf(&b, "@%s\n", p.Name)
			}
		}
	}
	for _, p := range l.About {
		fmt.Fprintf(&b, "（涉及 %s）\n", p.Code)
	}
	return b.String()
}

// golden compares a story with testdata; -rewrite records it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *rewrite {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Fatalf("%s differs; got:\n%s", path, got)
	}
}
