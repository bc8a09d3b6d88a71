package circular_test

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"duban/config"
	"duban/internal/circular"
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/score"
	"duban/internal/store"
	"duban/internal/store/storetest"
	"duban/internal/words"
	"duban/internal/workday"
)

func moment(t testing.TB, s string) time.Time {
	t.Helper()
	m, err := time.ParseInLocation("2006-01-02 15:04", s, clock.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// world is a district with its snapshots put down by hand.
type world struct {
	t        *testing.T
	clock    *clock.Turnable
	store    *store.Store
	circular *circular.Circular
	district ledger.DistrictID
	units    map[string]ledger.UnitID
	people   map[string]ledger.PersonID
	projects map[string]*ledger.Project
	asked    int // statements
}

func each(t *testing.T, story func(w *world)) {
	c := clock.NewTurnable(moment(t, "2026-03-01 12:00"))
	var w *world
	seen := func(string) {
		if w != nil {
			w.asked++
		}
	}
	storetest.Seen(t, c, seen, func(t *testing.T, s *store.Store) {
		c.Set(moment(t, "2026-03-01 12:00"))
		d, err := s.Found(t.Context(), "cs", "示范区")
		if err != nil {
			t.Fatal(err)
		}
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
		w = &world{
			t: t, clock: c, store: s, district: d.ID, units: map[string]ledger.UnitID{}, people: map[string]ledger.PersonID{},
			projects: map[string]*ledger.Project{},
			circular: circular.New(circular.Options{
				Store: s, District: d.ID, Calendar: cal, Mode: period.HalfMonth{}, Weights: score.DefaultWeights(), Words: say,
			}),
		}
		w.write(w.found)
		story(w)
	})
}

func (w *world) write(do func(tx *store.Tx) error) {
	w.t.Helper()
	if err := w.store.Write(w.t.Context(), w.district, do); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) found(tx *store.Tx) error {
	for i, u := range []struct {
		code, name string
		kind       ledger.UnitKind
		parent     string
	}{
		{"GX", "高新区", ledger.Park, ""}, {"ZX", "钟秀街道", ledger.Street, ""}, {"LS", "狼山镇街道", ledger.Street, ""},
		{"XS", "学田街道", ledger.Street, ""}, {"FGW", "区发改委", ledger.Department, ""}, {"ZJJ", "区住建局", ledger.Department, ""},
	} {
		row := ledger.Unit{Code: u.code, Name: u.name, Kind: u.kind, Sort: i}
		if err := tx.PutUnit(&row); err != nil {
			return err
		}
		w.units[u.code] = row.ID
	}
	for _, p := range [][2]string{{"L1", "王建国"}, {"L2", "李敏"}, {"L3", "周平"}} {
		row := ledger.Person{Code: p[0], Name: p[1], Active: true, Roles: []ledger.Role{ledger.RoleLeader}}
		if err := tx.PutPerson(&row, nil); err != nil {
			return err
		}
		w.people[p[0]] = row.ID
	}
	for _, p := range [][5]string{
		{"C001", "智能制造产业园", "L1", "GX", "ZJJ"}, {"C002", "生命健康城", "L1", "ZX", "FGW"}, {"C003", "崇州数据中心", "L2", "LS", "FGW"},
		{"C004", "老港区更新", "L2", "ZX", "ZJJ"}, {"C005", "滨江科创带", "L2", "GX", "FGW"},
	} {
		row := ledger.Project{Code: p[0], Name: p[1], Stage: "开工", LeaderID: w.people[p[2]], HostUnitID: w.units[p[3]], LeadUnitID: w.units[p[4]]}
		if err := tx.PutProject(&row, nil, nil); err != nil {
			return err
		}
		w.projects[p[0]] = &row
	}
	for _, g := range []struct {
		code, name, of string
		class          ledger.GroupClass
	}{
		{"G1", "区领导群", "", ledger.GroupDistrict}, {"G2", "王建国包联群", "L1", ledger.GroupLeader}, {"G3", "周平包联群", "L3", ledger.GroupLeader},
		{"G4", "智造园专班", "C001", ledger.GroupTaskForce}, {"G5", "空专班", "", ledger.GroupTaskForce}, {"G6", "钟秀街道群", "ZX", ledger.GroupUnit},
		{"G7", "学田街道群", "XS", ledger.GroupUnit}, {"G8", "发改委群", "FGW", ledger.GroupUnit}, {"G9", "督查室", "", ledger.GroupInspection},
	} {
		row := ledger.Group{Code: g.code, Name: g.name, Class: g.class, Active: true, LeaderID: w.people[g.of], UnitID: w.units[g.of]}
		var bound []ledger.GroupProject
		if p := w.projects[g.of]; p != nil {
			bound = []ledger.GroupProject{{ProjectID: p.ID}}
		}
		if err := tx.PutGroup(&row, nil, bound); err != nil {
			return err
		}
	}
	return nil
}

// frozen is a project at a cut-off, percents whole.
type frozen struct {
	code              string
	progress, planned ledger.Percent
	done              ledger.Money
	reported          bool
	colour            ledger.Colour
	why               string
	facts             store.Facts
}

func (w *world) freeze(period string, all ...frozen) {
	w.t.Helper()
	var rows []store.Snapshot
	for _, f := range all {
		p := w.projects[f.code]
		rows = append(rows, store.Snapshot{
			Period: period, ProjectID: p.ID, Progress: f.progress * 100, Planned: f.planned * 100, Investment: 12 * yi, PlannedYear: 4 * yi,
			InvestedYear: f.done, Owed: f.colour != ledger.Grey, Reported: f.reported, Colour: f.colour, Why: f.why, Stage: p.Stage,
			HostUnitID: p.HostUnitID, LeadUnitID: p.LeadUnitID, LeaderID: p.LeaderID, Facts: f.facts,
		})
	}
	w.write(func(tx *store.Tx) error { return tx.Freeze(rows) })
}

func (w *world) publish(at string) error {
	w.clock.Set(moment(w.t, at))
	return w.circular.Publish(w.t.Context(), w.clock.Now())
}

// sent claims what may go and gives it as its readers see it.
func (w *world) sent() string {
	w.t.Helper()
	rows, err := w.store.Claim(w.t.Context(), w.district, "test", 1000, clock.At(w.clock.Now().Add(time.Minute)))
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for i, d := range rows {
		rows[i].State = store.SentOut
		g, err := w.store.Group(w.t.Context(), w.district, d.GroupID)
		if err != nil {
			w.t.Fatal(err)
		}
		v, err := w.store.ViewerOfGroup(w.t.Context(), g)
		if err != nil {
			w.t.Fatal(err)
		}
		l, err := w.circular.Compose(w.t.Context(), d, v)
		if err != nil {
			w.t.Fatal(err)
		}
		if l.Drop != "" {
			out = append(out, fmt.Sprintf("== %s %s ← %s: 不发（%s）\n", g.Code, g.Name, d.Cause, l.Drop))
			continue
		}
		var about []string
		for _, p := range l.About {
			about = append(about, p.Code)
		}
		out = append(out, fmt.Sprintf("== %s %s ← %s （级别%d，涉及 %s）\n# %s\n%s\n-- %s\n", g.Code, g.Name, d.Cause, d.Rank,
			strings.Join(about, " "), l.Title, strings.Join(l.Rows, "\n"), strings.Join(l.Foot, "\n-- ")))
	}
	if err := w.store.Settle(w.t.Context(), w.district, rows); err != nil {
		w.t.Fatal(err)
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

var february = []frozen{
	{"C001", 30, 30, yi, true, ledger.Green, "按计划推进", store.Facts{}},
	{"C002", 10, 20, yi / 2, true, ledger.Yellow, "进度10%，落后计划10%", store.Facts{}},
	{"C003", 20, 20, yi, true, ledger.Green, "按计划推进", store.Facts{}},
}

var march = []frozen{
	{"C001", 45, 50, yi, true, ledger.Red, "已督办", store.Facts{NodesDue: 2, NodesKept: 1, Strikes: 2, Next: []store.NextNode{
		{Code: "J0004", Title: "完成场地平整", DueOn: 20260309, FirstDueOn: 20260302}, {Code: "J0005", Title: "主体结构封顶", DueOn: 20260630, FirstDueOn: 20260630},
	}}},
	{"C002", 25, 25, yi, true, ledger.Green, "按计划推进", store.Facts{NodesDue: 1, NodesKept: 1}},
	{"C003", 20, 30, yi / 2, false, ledger.Yellow, "进度20%，落后计划10%", store.Facts{Missed: 1}},
	{"C004", 0, 0, 0, false, ledger.Grey, "项目暂停：规划调整", store.Facts{}},
	{"C005", 100, 100, 2 * yi, true, ledger.Blue, "已完成", store.Facts{}},
}
