package circular_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"duban/config"
	"duban/internal/circular"
	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/score"
	"duban/internal/store"
	"duban/internal/store/storetest"
	"duban/internal/words"
	"duban/internal/workday"
)

var rewrite = flag.Bool("rewrite", false, "write the goldens anew")

const yi = 1_0000_0000 // yuan

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

func TestTheCircularOfEachGroup(t *testing.T) {
	each(t, func(w *world) {
		w.freeze("2026-02b", february...)
		if err := w.publish("2026-03-02 09:12"); err != nil {
			w.t.Fatal(err)
		}
		w.sent()
		w.steps()
		w.freeze("2026-03a", march...)
		if err := w.publish("2026-03-17 09:12"); err != nil {
			w.t.Fatal(err)
		}
		got := w.sent()
		if *rewrite {
			if err := os.WriteFile("testdata/march.txt", []byte(got), 0o644); err != nil {
				w.t.Fatal(err)
			}
		}
		want, err := os.ReadFile("testdata/march.txt")
		if err != nil {
			w.t.Fatal(err)
		}
		if got != string(want) {
			w.t.Fatalf("testdata/march.txt differs; got:\n%s", got)
		}
		if err := w.publish("2026-03-17 09:12"); err != nil {
			w.t.Fatal(err)
		}
		if again := w.sent(); again != "" {
			w.t.Fatalf("published twice:\n%s", again)
		}
	})
}

// TestReadingDoesNotGrow: the circulars of all groups cost as many statements as that of one, and of
// many projects as of few.
func TestReadingDoesNotGrow(t *testing.T) {
	each(t, func(w *world) {
		w.freeze("2026-02b", february[:1]...)
		if err := w.publish("2026-03-02 09:12"); err != nil {
			w.t.Fatal(err)
		}
		rows, err := w.store.Deliveries(w.t.Context(), w.district, "circular:2026-02b")
		if err != nil || len(rows) < 3 {
			w.t.Fatalf("%d deliveries: %v", len(rows), err)
		}
		read := func(of []store.Delivery) int {
			w.t.Helper()
			w.asked = 0
			word, err := w.circular.Gather(w.t.Context(), of)
			if err != nil {
				w.t.Fatal(err)
			}
			n := w.asked
			for _, d := range of {
				g, err := w.store.Group(w.t.Context(), w.district, d.GroupID)
				if err != nil {
					w.t.Fatal(err)
				}
				v, err := w.store.ViewerOfGroup(w.t.Context(), g)
				if err != nil {
					w.t.Fatal(err)
				}
				w.asked = 0
				if l, err := word(w.t.Context(), d, v); err != nil || l.Title == "" && l.Drop == "" || w.asked != 0 {
					w.t.Errorf("group %s: %+v after %d statements: %v", g.Code, l, w.asked, err)
				}
			}
			return n
		}
		read(rows) // what can be remembered is, from here on
		one, all := read(rows[:1]), read(rows)
		w.freeze("2026-02b", february[1:]...)
		if more := read(rows); one != all || more != all {
			w.t.Errorf("%d statements for one group, %d for all, %d for more projects", one, all, more)
		}
	})
}

// steps puts down what the ladder did within the period, and one step after its cut-off.
func (w *world) steps() {
	p := w.projects["C001"]
	var made store.Written
	w.write(func(tx *store.Tx) error {
		var err error
		made, err = tx.Apply(ledger.Outcome{New: []ledger.Commitment{{
			DistrictID: w.district, Kind: ledger.Milestone, Title: "完成场地平整", ProjectID: p.ID, FirstDueOn: 20260302, DueOn: 20260309, State: ledger.Open,
		}}})
		return err
	})
	m := made.New[0]
	step := func(name ledger.StepName, on workday.Day, why string, by workday.Day) ledger.Step {
		return ledger.Step{DistrictID: w.district, CommitmentID: m.ID, DueOn: m.DueOn, Name: name, On: on, ProjectID: p.ID, RectifyBy: by, Why: why}
	}
	w.write(func(tx *store.Tx) error {
		_, err := tx.Apply(ledger.Outcome{Steps: []ledger.Step{
			step(ledger.StepRemind, 20260306, "到期前1个工作日提醒", 0), step(ledger.StepWarn, 20260310, "节点逾期，首次即预警（规则2026-1）", 20260317),
			step(ledger.StepOrder, 20260317, "晚于截止，列入下期", 20260324),
		}})
		return err
	})
}

// TestWhatWasFrozenStays: the ledger moves on, the circular does not; but who may see what is asked anew.
func TestWhatWasFrozenStays(t *testing.T) {
	each(t, func(w *world) {
		w.freeze("2026-03a", march...)
		if err := w.publish("2026-03-17 09:12"); err != nil {
			w.t.Fatal(err)
		}
		moved := *w.projects["C001"]
		moved.Progress, moved.LeaderID = 9900, w.people["L3"]
		w.write(func(tx *store.Tx) error {
			_, err := tx.Apply(ledger.Outcome{Projects: []ledger.Project{moved}})
			return err
		})
		got := w.sent()
		if strings.Contains(got, "99%") || !strings.Contains(got, "🔴 **智能制造产业园**（高新区）：进度45%") {
			w.t.Fatalf("the circular followed the ledger:\n%s", got)
		}
		if i := strings.Index(got, "== G2"); i < 0 || strings.Contains(got[i:strings.Index(got, "== G4")], "智能制造产业园") {
			w.t.Fatalf("a leader still reads of a project that is another's now:\n%s", got)
		}
	})
}

// TestAHalfCutOffIsNotPublished: a cut-off that was given up has frozen a part of the district; nothing
// goes out before the office has made it whole.
func TestAHalfCutOffIsNotPublished(t *testing.T) {
	each(t, func(w *world) {
		w.freeze("2026-03a", march...)
		book, at := w.store.JobBook(w.district), clock.At(moment(w.t, "2026-03-16 18:00"))
		end := func(state string, again bool) {
			token, err := book.Claim(w.t.Context(), "cutoff", at, time.Minute, again)
			if err == nil {
				err = book.Finish(w.t.Context(), "cutoff", at, token, state, "")
			}
			if token == "" || err != nil {
				w.t.Fatal(token, err)
			}
		}
		for range store.Tries {
			end("failed", false)
		}
		if err := w.publish("2026-03-17 09:12"); fault.CodeOf(err) != fault.Conflict || !strings.Contains(fault.Sentence(err), "cutoff") {
			w.t.Fatalf("published on half a snapshot: %v", err)
		}
		if got := w.sent(); got != "" {
			w.t.Fatalf("sent:\n%s", got)
		}
		end("done", true)
		if err := w.publish("2026-03-17 09:12"); err != nil {
			w.t.Fatal(err)
		}
		if w.sent() == "" {
			w.t.Fatal("the circular never came")
		}
	})
}

func TestPublishRefuses(t *testing.T) {
	each(t, func(w *world) {
		for at, want := range map[string]fault.Code{
			"2026-03-16 09:12": fault.Invalid,  // not a day of circulars
			"2026-03-17 09:12": fault.Conflict, // nothing frozen yet
		} {
			if err := w.publish(at); fault.CodeOf(err) != want {
				w.t.Errorf("%s: %v, want code %q", at, err, want)
			}
		}
		if got := w.sent(); got != "" {
			w.t.Fatalf("sent:\n%s", got)
		}
	})
}
