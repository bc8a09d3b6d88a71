package command_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/command"
	"duban/internal/desk"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/store/storetest"
	"duban/internal/view"
	"duban/internal/words"
	"duban/internal/workday"
)

// house is a district of sixty projects with people, groups and the whole way of a message through it.
type house struct {
	testing.TB
	*command.Command
	desk     *desk.Desk
	store    *store.Store
	clock    *clock.Turnable
	d        ledger.DistrictID
	people   map[string]ledger.Person
	projects map[string]ledger.Project // by code
	said     int
	notices  []store.Delivery
}

// thursday in the first half of March.
var thursday = time.Date(2026, 3, 5, 8, 30, 0, 0, clock.Shanghai)

func each(t *testing.T, test func(h *house)) {
	t.Helper()
	c := clock.NewTurnable(thursday)
	storetest.Each(t, c, func(t *testing.T, s *store.Store) {
		c.Set(thursday)
		test(newHouse(t, s, c))
	})
}

func newHouse(t testing.TB, s *store.Store, c *clock.Turnable) *house {
	t.Helper()
	h := &house{TB: t, store: s, clock: c, people: map[string]ledger.Person{}, projects: map[string]ledger.Project{}}
	d, err := s.Found(t.Context(), "test", "测试区")
	h.ok(err)
	h.d = d.ID
	h.ok(s.Write(t.Context(), h.d, h.settle))
	cal, err := workday.Load(os.DirFS(filepath.Join("..", "..", "config", "calendar")))
	h.ok(err)
	w, err := words.New()
	h.ok(err)
	h.desk = desk.New(desk.Options{
		Store: s, District: h.d, Clock: c, Calendar: cal, Rules: ledger.DefaultRules(), ProblemDays: 5, StageNext: map[ledger.Stage]ledger.StageNext{"开工": {Node: "完成竣工验收", Days: 100}}, Mode: period.HalfMonth{}, Words: w,
		Meetings: ledger.DefaultMeetings(),
	})
	v := view.New(view.Options{Store: s, District: h.d, Clock: c, Calendar: cal, Rules: ledger.DefaultRules(), Mode: period.HalfMonth{}, Meetings: ledger.DefaultMeetings()})
	h.Command, err = command.New(command.Options{Desk: h.desk, View: v, Words: w})
	h.ok(err)
	return h
}

func (h *house) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// rows reads a table of tabs, comments left out.
func rows(t testing.TB, name string) [][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimRight(line, "\n"); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, strings.Split(line, "\t"))
		}
	}
	return out
}

func (h *house) settle(t *store.Tx) error {
	bureau := ledger.Unit{Code: "ZJJ", Name: "住房和城乡建设局", Short: "住建局", Kind: ledger.Department}
	h.ok(t.PutUnit(&bureau))
	for _, p := range []ledger.Person{
		{Code: "wang", Name: "王敏"}, {Code: "zhou", Name: "周涛"}, {Code: "li", Name: "李静"},
		{Code: "leader", Name: "陈刚", Roles: []ledger.Role{ledger.RoleLeader}},
		{Code: "office", Name: "钱芳", Roles: []ledger.Role{ledger.RoleOffice}},
		{Code: "inspector", Name: "孙立", Roles: []ledger.Role{ledger.RoleInspection}},
	} {
		p.Active = true
		h.ok(t.PutPerson(&p, []ledger.Account{{Platform: "wecom", UserID: p.Code}}))
		h.people[p.Code] = p
	}
	for _, r := range rows(h, "projects.tsv") {
		p := ledger.Project{
			Code: r[0], Name: r[1], OwnerID: h.people[r[2]].ID, LeaderID: h.people["leader"].ID, LeadUnitID: bureau.ID,
			Investment: 500_000_000, InvestedYear: 50_000_000, Progress: 6000, TargetOn: 20261231,
		}
		var aliases []ledger.Alias
		if r[3] != "" {
			aliases = append(aliases, ledger.Alias{Name: r[3]})
		}
		h.ok(t.PutProject(&p, aliases, nil))
		h.projects[p.Code] = p
	}
	group := func(code string, g ledger.Group, codes ...string) {
		g.Code, g.Name, g.Active = code, code, true
		var bound []ledger.GroupProject
		for _, c := range codes {
			bound = append(bound, ledger.GroupProject{ProjectID: h.projects[c].ID})
		}
		h.ok(t.PutGroup(&g, []ledger.GroupRoute{{Platform: "wecom", Route: "aibot", Target: code}}, bound))
	}
	group("hx", ledger.Group{Class: ledger.GroupTaskForce}, "P012")
	group("two", ledger.Group{Class: ledger.GroupTaskForce}, "P001", "P005")
	group("bangong", ledger.Group{Class: ledger.GroupOffice})
	group("ducha", ledger.Group{Class: ledger.GroupInspection})
	node := func(code, title string, due workday.Day) ledger.Commitment {
		p := h.projects[code]
		return ledger.Commitment{
			DistrictID: h.d, Kind: ledger.Milestone, Title: title, ProjectID: p.ID, UnitID: bureau.ID, OwnerID: p.OwnerID,
			FirstDueOn: due, DueOn: due, State: ledger.Open, NextLook: 20260302,
		}
	}
	_, err := t.Apply(ledger.Outcome{New: []ledger.Commitment{
		node("P012", "取得施工许可证", 20260320), node("P012", "主体结构封顶", 20260227), node("P001", "取得施工许可证", 20260320),
		node("P002", "路面摊铺完成", 20260303), node("P003", "设备安装调试", 20260410),
	}})
	return err
}

// heard is one answer: who or which group it goes to, and the words.
type heard struct {
	to string // "wang" or "@hx"
	chat.Message
}

// tells says something as somebody ("wang", "wang@hx") and gives what was answered.
func (h *house) tells(who, said string) []heard {
	h.Helper()
	return h.receives(who, chat.Incoming{Kind: chat.Text, Text: said})
}

func (h *house) receives(who string, in chat.Incoming) []heard {
	h.Helper()
	h.said++
	h.clock.Advance(time.Second)
	in.Platform, in.ID, in.At = chat.WeCom, fmt.Sprintf("m%d", h.said), h.clock.Now()
	in.UserID, in.ChatID, _ = strings.Cut(who, "@")
	in.Reply = chat.Address{Platform: chat.WeCom, Route: chat.WeComBotReply, To: in.ID}
	h.ok(h.desk.Receive(h.Context(), in))
	if n, err := h.Tick(h.Context()); err != nil || n != 1 {
		h.Fatalf("%s said %q: handled %d, %v", who, in.Text, n, err)
	}
	var out []heard
	for _, d := range h.deliveries() {
		if d.Payload == "" {
			h.notices = append(h.notices, d) // of the act: the outbox words it
			continue
		}
		a := heard{to: "@" + h.groupCode(d.GroupID)}
		if d.GroupID == 0 {
			a.to = h.personCode(d.PersonID)
		}
		h.ok(json.Unmarshal([]byte(d.Payload), &a.Message))
		out = append(out, a)
	}
	return out
}

// deliveries takes what waits to be sent, each once.
func (h *house) deliveries() []store.Delivery {
	rows, err := h.store.Claim(h.Context(), h.d, "test", 1000, clock.At(h.clock.Now()).Add(time.Hour))
	h.ok(err)
	return rows
}

func (h *house) groupCode(id ledger.GroupID) string {
	if id == 0 {
		return ""
	}
	g, err := h.store.Group(h.Context(), h.d, id)
	h.ok(err)
	return g.Code
}

func (h *house) personCode(id ledger.PersonID) string {
	for code, p := range h.people {
		if p.ID == id {
			return code
		}
	}
	return "stranger"
}

func (h *house) updates() []ledger.Update {
	us, err := h.store.UpdatesBetween(h.Context(), h.d, workday.FirstDay, workday.LastDay)
	h.ok(err)
	return us
}

func (h *house) code(id ledger.ProjectID) string {
	for code, p := range h.projects {
		if p.ID == id {
			return code
		}
	}
	return "?"
}

// text gives a message as it is read, line by line.
func text(m chat.Message) string {
	return strings.Join(append(append([]string{m.Title}, m.Rows...), m.Foot...), "\n")
}
