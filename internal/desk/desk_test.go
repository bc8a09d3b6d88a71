package desk_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/store/storetest"
	"duban/internal/words"
	"duban/internal/workday"
)

// house is a small district: the office, the inspection office, a leader, two projects with an owner
// each, and their groups.
type house struct {
	*testing.T
	*desk.Desk
	store *store.Store
	clock *clock.Turnable
	d     ledger.DistrictID

	office, inspector, leader, owner, other, outsider ledger.Person
	plant, road                                       ledger.Project
	officeGroup, inspectGroup, plantGroup             ledger.Group
	node                                              ledger.Commitment // of the plant, due 3月20日
	sent                                              []store.Delivery
}

// Monday, in the first half of March.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, clock.Shanghai)

func each(t *testing.T, test func(h *house)) {
	t.Helper()
	c := clock.NewTurnable(monday)
	storetest.Each(t, c, func(t *testing.T, s *store.Store) {
		c.Set(monday)
		h := &house{T: t, store: s, clock: c}
		h.settle()
		h.Desk = desk.New(h.options())
		test(h)
	})
}

func (h *house) options() desk.Options {
	w, err := words.New()
	h.ok(err)
	return desk.Options{
		Store: h.store, District: h.d, Clock: h.clock, Calendar: calendar(h.T), Rules: ledger.DefaultRules(), ProblemDays: 5,
		Mode: period.HalfMonth{}, Words: w,
	}
}

func calendar(t testing.TB) *workday.Calendar {
	t.Helper()
	cal, err := workday.Load(os.DirFS(filepath.Join("..", "..", "config", "calendar")))
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

func (h *house) settle() {
	d, err := h.store.Found(h.Context(), "test", "测试区")
	h.ok(err)
	h.d = d.ID
	person := func(t *store.Tx, code, name string, u ledger.UnitID, roles ...ledger.Role) ledger.Person {
		p := ledger.Person{Code: code, Name: name, UnitID: u, Active: true, Roles: roles}
		h.ok(t.PutPerson(&p, []ledger.Account{{Platform: "wecom", UserID: code}}))
		return p
	}
	group := func(t *store.Tx, code string, g ledger.Group, projects ...ledger.GroupProject) ledger.Group {
		g.Code, g.Name, g.Active = code, code, true
		h.ok(t.PutGroup(&g, []ledger.GroupRoute{{Platform: "wecom", Route: "aibot", Target: code}}, projects))
		return g
	}
	h.ok(h.store.Write(h.Context(), h.d, func(t *store.Tx) error {
		bureau := ledger.Unit{Code: "ZJJ", Name: "住房和城乡建设局", Short: "住建局", Kind: ledger.Department}
		street := ledger.Unit{Code: "CN", Name: "城南街道办事处", Short: "城南街道", Kind: ledger.Street}
		h.ok(t.PutUnit(&bureau))
		h.ok(t.PutUnit(&street))
		h.office = person(t, "office", "钱芳", bureau.ID, ledger.RoleOffice)
		h.inspector = person(t, "inspector", "孙立", bureau.ID, ledger.RoleInspection)
		h.leader = person(t, "leader", "李强", 0, ledger.RoleLeader)
		h.owner = person(t, "owner", "王敏", street.ID)
		h.other = person(t, "other", "周涛", street.ID)
		h.outsider = person(t, "outsider", "吴亮", 0)
		h.plant = ledger.Project{
			Code: "P001", Name: "城南污水处理厂", Investment: 300_000_000, LeaderID: h.leader.ID, OwnerID: h.owner.ID,
			LeadUnitID: bureau.ID, HostUnitID: street.ID, TargetOn: 20261231,
		}
		h.road = ledger.Project{Code: "P002", Name: "滨江路改造", LeaderID: h.leader.ID, OwnerID: h.other.ID, HostUnitID: street.ID}
		h.ok(t.PutProject(&h.plant, []ledger.Alias{{Name: "污水厂"}}, []ledger.Member{{PersonID: h.owner.ID}}))
		h.ok(t.PutProject(&h.road, nil, nil))
		h.officeGroup = group(t, "G-office", ledger.Group{Class: ledger.GroupOffice})
		h.inspectGroup = group(t, "G-inspect", ledger.Group{Class: ledger.GroupInspection})
		h.plantGroup = group(t, "G-plant", ledger.Group{Class: ledger.GroupTaskForce}, ledger.GroupProject{ProjectID: h.plant.ID})
		w, err := t.Apply(ledger.Outcome{New: []ledger.Commitment{{
			DistrictID: h.d, Kind: ledger.Milestone, Title: "取得施工许可证", ProjectID: h.plant.ID, UnitID: street.ID, OwnerID: h.owner.ID,
			FirstDueOn: 20260320, DueOn: 20260320, State: ledger.Open, NextLook: 20260302,
		}}})
		h.ok(err)
		h.node = w.New[0]
		return nil
	}))
}

// routes gives the ways to a group that are not known to be gone.
func (h *house) routes(g ledger.GroupID) []ledger.GroupRoute {
	h.Helper()
	all, err := h.store.AllRoutes(h.Context(), h.d)
	h.ok(err)
	return slices.DeleteFunc(all, func(r ledger.GroupRoute) bool { return r.GroupID != g || r.GoneAt != 0 })
}

func (h *house) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// act runs one act in a person's name and gives its error.
func (h *house) act(who ledger.Person, do func(a *desk.Acts, by ledger.Actor) error) error {
	h.Helper()
	h.clock.Advance(time.Second)
	return h.Act(h.Context(), func(a *desk.Acts) error { return do(a, a.By(who.ID)) })
}

// want checks the code of an act's error; "" is none.
func (h *house) want(code fault.Code, err error) {
	h.Helper()
	if got := fault.CodeOf(err); got != code {
		h.Fatalf("got %q (%v), want %q", got, err, code)
	}
}

func (h *house) commitment(id ledger.CommitmentID) ledger.Commitment {
	h.Helper()
	m, err := h.store.Commitment(h.Context(), h.d, id)
	h.ok(err)
	return m
}

func (h *house) project(id ledger.ProjectID) ledger.Project {
	h.Helper()
	p, err := h.store.Project(h.Context(), h.d, id)
	h.ok(err)
	return p
}

func (h *house) deliveries() []store.Delivery {
	h.Helper()
	rows, err := h.store.Claim(h.Context(), h.d, "test", 1000, clock.At(h.clock.Now()).Add(time.Hour))
	h.ok(err)
	h.sent = append(h.sent, rows...)
	slices.SortFunc(h.sent, func(a, b store.Delivery) int { return int(a.ID - b.ID) })
	return h.sent
}

// notice composes the last delivery of the cause's first word for its recipient.
func (h *house) notice(prefix string) words.Letter {
	h.Helper()
	rows := h.deliveries()
	for i := len(rows) - 1; i >= 0; i-- {
		if d := rows[i]; len(d.Cause) > len(prefix) && d.Cause[:len(prefix)] == prefix {
			l, err := h.Compose(h.Context(), d, h.viewer(d.To()))
			h.ok(err)
			return l
		}
	}
	h.Fatalf("no delivery of cause %s", prefix)
	return words.Letter{}
}

func (h *house) viewer(to ledger.Recipient) ledger.Viewer {
	h.Helper()
	if to.Group != 0 {
		g, err := h.store.Group(h.Context(), h.d, to.Group)
		h.ok(err)
		v, err := h.store.ViewerOfGroup(h.Context(), g)
		h.ok(err)
		return v
	}
	p, err := h.store.Person(h.Context(), h.d, to.Person)
	h.ok(err)
	v, err := h.store.ViewerOfPerson(h.Context(), p)
	h.ok(err)
	return v
}

// answer reads the message of an answer's delivery.
func answer(t *testing.T, d store.Delivery) chat.Message {
	t.Helper()
	var m chat.Message
	if err := json.Unmarshal([]byte(d.Payload), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func percent(n int) *ledger.Percent {
	p := ledger.Percent(n * 100)
	return &p
}
