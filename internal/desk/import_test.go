package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"duban/internal/chat"
	"duban/internal/config"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
)

// book is a register of its own beside the house's.
func book() config.Register {
	return config.Register{
		District: config.DistrictRow{Code: "test", Name: "测试区"},
		Units: []config.UnitRow{
			{Code: "U1", Name: "经济开发区管理委员会", Kind: "park"},
			{Code: "U2", Name: "经开区建设局", Short: "建设局", Kind: "department", Parent: "U1", Sort: 2},
		},
		People: []config.PersonRow{
			{Code: "L1", Name: "赵刚", Roles: []string{"leader"}, WeCom: "zhao", DingTalk: "d-zhao"},
			{Code: "M1", Name: "陈静", Unit: "U2", Roles: []string{"liaison"}, WeCom: "chen"},
		},
		Projects: []config.ProjectRow{{
			Code: "X001", Name: "智能制造产业园", Aliases: []string{"智造园", "产业园"}, Stage: "开工", Investment: 500_000_000, Progress: 2000,
			Leader: "L1", LeadUnit: "U2", HostUnit: "U1", Owner: "M1", Members: []string{"M1", "L1"}, Target: 20261231,
		}},
		Nodes: []config.NodeRow{
			{Project: "X001", Title: "取得土地证", Due: 20260115, Weight: 10, Done: true},
			{Project: "X001", Title: "主体封顶", Due: 20260630, Weight: 40},
		},
		Groups: []config.GroupRow{
			{Code: "GX", Name: "智造园专班", Class: "task_force", Projects: []string{"X001"}, Routes: []config.RouteRow{{Platform: "dingtalk", Route: "group", Target: "cid1"}}},
			{Code: "GL", Name: "赵区长", Class: "leader", Leader: "L1", Routes: []config.RouteRow{{Platform: "wecom", Route: "aibot", Target: "wr1"}}},
		},
	}
}

func (h *house) load(r config.Register, apply bool) desk.ImportReport {
	h.Helper()
	rep, err := h.Import(h.Context(), r, apply)
	h.ok(err)
	if rep.Applied != apply {
		h.Fatalf("applied: %v", rep.Applied)
	}
	return rep
}

// state finds what became of a row, with the reason.
func state(rep desk.ImportReport, key string) (desk.RowState, string) {
	n := slices.IndexFunc(rep.Rows, func(r desk.ImportRow) bool { return r.Key == key })
	if n < 0 {
		return "", ""
	}
	return rep.Rows[n].State, rep.Rows[n].Why
}

func TestImport(t *testing.T) {
	each(t, func(h *house) {
		dry := h.load(book(), false)
		if dry.Count(desk.RowNew) != 9 || dry.Count(desk.RowRefused) != 0 {
			t.Errorf("dry run: %+v", dry.Rows)
		}
		if rows, err := h.store.Projects(h.Context(), h.d); err != nil || len(rows) != 2 {
			t.Fatalf("the dry run wrote %+v: %v", rows, err)
		}
		rep := h.load(book(), true)
		if !slices.Equal(rep.Rows, dry.Rows) {
			t.Errorf("dry run\n%+v, import\n%+v", dry.Rows, rep.Rows)
		}
		if s, _ := state(rep, "P001"); s != desk.RowMissing {
			t.Errorf("P001 is %s", s)
		}
		again := h.load(book(), true)
		if again.Count(desk.RowUnchanged) != 10 || again.Count(desk.RowNew)+again.Count(desk.RowChanged)+again.Count(desk.RowRefused) != 0 {
			t.Errorf("again: %+v", again.Rows)
		}
		h.imported()
	})
}

// imported looks at what the book became.
func (h *house) imported() {
	h.Helper()
	first, err := h.store.CommitmentByCode(h.Context(), h.d, "J0002")
	h.ok(err)
	second, err := h.store.CommitmentByCode(h.Context(), h.d, "J0003")
	h.ok(err)
	if first.State != ledger.Accepted || first.NextLook != 0 || second.State != ledger.Open || second.NextLook != 20260302 || second.Weight != 40 {
		h.Errorf("nodes %+v %+v", first, second)
	}
	who, err := h.store.PersonByAccount(h.Context(), h.d, "wecom", "chen")
	h.ok(err)
	if second.OwnerID != who.ID || !who.Active || !who.Has(ledger.RoleLiaison) {
		h.Errorf("owner %+v", who)
	}
	g, err := h.store.GroupByTarget(h.Context(), h.d, "dingtalk", "cid1")
	h.ok(err)
	p := h.project(second.ProjectID)
	if !ledger.Entitled(h.viewer(ledger.Recipient{Group: g.ID}), &p) || p.Progress != 2000 || p.Investment != 500_000_000 {
		h.Errorf("group %+v project %+v", g, p)
	}
	history, err := h.store.History(h.Context(), h.d, p.Subject())
	h.ok(err)
	if len(history) != 1 || history[0].Act != "import:new" || !strings.Contains(history[0].After, "智能制造产业园") {
		h.Errorf("history %+v", history)
	}
}

func TestImportChanges(t *testing.T) {
	each(t, func(h *house) {
		h.load(book(), true)
		second, err := h.store.CommitmentByCode(h.Context(), h.d, "J0003")
		h.ok(err)
		owner, err := h.store.Person(h.Context(), h.d, second.OwnerID)
		h.ok(err)
		x := h.project(second.ProjectID)
		h.report(owner, x, 35) // what was reported stays
		r := book()
		r.District.Name = "测试新区"
		r.Units[1].Short = "建设处"
		r.People[0].WeCom = "" // takes no account away
		r.People[1].WeCom = "chen2"
		r.Projects[0].Name, r.Projects[0].Progress = "智能制造园", 9000
		r.Projects[0].Aliases = []string{"智造园"}
		r.Nodes[1].Weight = 50
		r.Groups[0].Routes[0].Target = "cid2"
		rep := h.load(r, true)
		for key, want := range map[string]string{
			"test": "名称", "U2": "简称", "M1": "账号", "X001": "名称、别名", "X001 主体封顶": "权重", "GX": "通道",
		} {
			if s, why := state(rep, key); s != desk.RowChanged || why != want {
				t.Errorf("%s is %s: %s", key, s, why)
			}
		}
		if n := rep.Count(desk.RowChanged); n != 6 || rep.Count(desk.RowRefused) != 0 {
			t.Errorf("%d changed: %+v", n, rep.Rows)
		}
		if p := h.project(x.ID); p.Progress != 3500 || p.Name != "智能制造园" {
			t.Errorf("project %+v", p)
		}
		if _, err := h.store.PersonByAccount(h.Context(), h.d, "wecom", "chen"); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("the old account is still there: %v", err)
		}
		if again := h.load(r, true); again.Count(desk.RowChanged) != 0 {
			t.Errorf("again: %+v", again.Rows)
		}
		g, err := h.store.GroupByTarget(h.Context(), h.d, "dingtalk", "cid2")
		h.ok(err)
		ways := h.routes(g.ID)
		h.gone(ways[0]) // and the office has put the robot in again
		if s, why := state(h.load(r, true), "GX"); s != desk.RowChanged || why != "通道" {
			t.Errorf("a group whose way was gone is %s: %s", s, why)
		}
		if back := h.routes(g.ID); len(back) != len(ways) {
			t.Errorf("routes %+v", back)
		}
	})
}

// Who has left is unknown from the next message on and sees nothing; who comes back is known again.
func TestImportOfWhoHasLeft(t *testing.T) {
	each(t, func(h *house) {
		h.load(book(), true)
		n := 0
		heard := func() desk.Taken {
			h.Helper()
			n++
			h.ok(h.Receive(h.Context(), chat.Incoming{
				Platform: chat.WeCom, ID: fmt.Sprintf("left-%d", n), UserID: "chen", ChatID: "wr1", Kind: chat.Text, Text: "我的", At: h.clock.Now(),
			}))
			taken, ok, err := h.Next(h.Context())
			h.ok(err)
			if !ok {
				h.Fatal("nothing was taken")
			}
			h.ok(h.Answer(h.Context(), taken, func(*desk.Acts) (chat.Message, error) { return chat.Message{Title: "好"}, nil }))
			return taken
		}
		there := heard()
		if there.Person.Code != "M1" || there.Group.Code != "GL" {
			t.Fatalf("before: %+v", there)
		}
		r := book()
		r.People[1].Left, r.Groups[1].Closed = true, true
		rep := h.load(r, true)
		for key, want := range map[string]string{"M1": "在岗", "GL": "启用"} {
			if s, why := state(rep, key); s != desk.RowChanged || why != want {
				t.Errorf("%s is %s: %s", key, s, why)
			}
		}
		if gone := heard(); gone.Person.ID != 0 || gone.Group.ID != 0 {
			t.Errorf("who left is still known: %+v", gone)
		}
		x, err := h.store.ProjectByCode(h.Context(), h.d, "X001")
		h.ok(err)
		for _, to := range []ledger.Recipient{{Person: there.Person.ID}, {Group: there.Group.ID}} {
			if ledger.Entitled(h.viewer(to), &x) {
				t.Errorf("%s is still entitled", to.Key())
			}
		}
		h.load(book(), true)
		if back := heard(); back.Person.Code != "M1" || back.Group.Code != "GL" {
			t.Errorf("who came back is unknown: %+v", back)
		}
	})
}

func TestImportRefuses(t *testing.T) {
	each(t, func(h *house) {
		h.load(book(), true)
		r := book()
		r.Units = append(r.Units, config.UnitRow{Code: "U3", Name: "甲", Kind: "street", Parent: "没有"}, config.UnitRow{Code: "U4", Name: "乙", Short: strings.Repeat("长", 65), Kind: "street"})
		r.People = append(r.People, config.PersonRow{Code: "M2", Name: "甲", WeCom: "zhao"}, config.PersonRow{Code: "M3", Name: "乙", Unit: "没有"})
		r.Projects = append(r.Projects, config.ProjectRow{Code: "X002", Name: "乙项目", Owner: "M3"})
		r.Nodes[0].Done = false   // the ledger knows better: it stays accepted
		r.Nodes[1].Due = 20260731 // an extension
		r.Nodes = append(r.Nodes, config.NodeRow{Project: "X002", Title: "开工", Due: 20260630})
		r.Groups = append(r.Groups, config.GroupRow{Code: "GZ", Name: "抢群", Class: "task_force", Routes: r.Groups[0].Routes})
		rep := h.load(r, true)
		for key, want := range map[string]string{
			"U3": "没有编码为没有的上级单位", "U4": "“简称”有65个字，最多64个", "M2": "账号zhao已属于他人", "M3": "没有编码为没有的单位", "X002": "没有编码为M3的联络员",
			"X001 主体封顶": "节点J0003期限已定为2026-06-30，改期须申请延期，不能由名册修改", "X002 开工": "没有编码为X002的项目", "GZ": "通道dingtalk:group:cid1已属于群GX",
		} {
			if s, why := state(rep, key); s != desk.RowRefused || why != want {
				t.Errorf("%s is %s: %s", key, s, why)
			}
		}
		if n := rep.Count(desk.RowRefused); n != 8 || rep.Count(desk.RowChanged)+rep.Count(desk.RowNew) != 0 {
			t.Errorf("%d refused: %+v", n, rep.Rows)
		}
		r = book()
		r.Nodes[1].Done = true
		if s, why := state(h.load(r, true), "X001 主体封顶"); s != desk.RowRefused || !strings.Contains(why, "须申请办结") {
			t.Errorf("done by import: %s: %s", s, why)
		}
		r.District.Code = "other"
		_, err := h.Import(h.Context(), r, true)
		h.want(fault.Invalid, err)
	})
}

// What was bound in chat survives an import, and a node that was extended keeps its new day.
func TestImportKeepsActs(t *testing.T) {
	each(t, func(h *house) {
		h.load(book(), true)
		h.want("", h.act(h.office, func(a *desk.Acts, by ledger.Actor) error {
			in := said("m1", "office", "cid1", "绑定")
			in.Platform = "dingtalk"
			_, err := a.Bind(by, in, []ledger.ProjectID{h.road.ID})
			return err
		}))
		second, err := h.store.CommitmentByCode(h.Context(), h.d, "J0003")
		h.ok(err)
		h.ok(h.store.Write(h.Context(), h.d, func(t *store.Tx) error {
			second.DueOn = 20260731
			_, err := t.Apply(ledger.Outcome{Saved: []ledger.Commitment{second}})
			return err
		}))
		if rep := h.load(book(), true); rep.Count(desk.RowChanged)+rep.Count(desk.RowRefused) != 0 {
			t.Errorf("rows %+v", rep.Rows)
		}
		g, err := h.store.GroupByTarget(h.Context(), h.d, "dingtalk", "cid1")
		h.ok(err)
		if !ledger.Entitled(h.viewer(ledger.Recipient{Group: g.ID}), &h.road) || h.commitment(second.ID).DueOn != 20260731 {
			t.Error("an act was undone")
		}
	})
}

// The stage is the register's, and every change of it is kept, until somebody says that it is another.
func TestImportOfAStage(t *testing.T) {
	each(t, func(h *house) {
		h.load(book(), true)
		reg := book()
		reg.Projects[0].Stage = "竣工"
		h.load(reg, true)
		p, err := h.store.ProjectByCode(h.Context(), h.d, "X001")
		h.ok(err)
		changes, err := h.store.StageChanges(h.Context(), h.d, p.ID)
		h.ok(err)
		if len(changes) != 1 || changes[0].FromStage != "开工" || changes[0].ToStage != "竣工" || changes[0].PersonID != 0 {
			t.Fatalf("the register's change: %+v", changes)
		}
		h.want("", h.act(h.office, func(a *desk.Acts, by ledger.Actor) error {
			_, err := a.MoveStage(by, p.ID, ledger.StageSaid{To: "投产"})
			return err
		}))
		h.load(reg, true)
		if p, err = h.store.ProjectByCode(h.Context(), h.d, "X001"); err != nil || p.Stage != "投产" {
			t.Errorf("the register set the stage back to %s, %v", p.Stage, err)
		}
	})
}

// What the register says was asked for is assigned once; a row that nobody can move is refused with the
// reason and the others go on; a dry run keeps nothing.
func TestImportOfMatters(t *testing.T) {
	each(t, func(h *house) {
		r := book()
		r.People = append(r.People, config.PersonRow{Code: "M2", Name: "何涛", Unit: "U2", Roles: []string{"liaison"}, Left: true})
		r.Units = append(r.Units, config.UnitRow{Code: "U3", Name: "经开区招商局", Kind: "department"})
		r.Matters = []config.MatterRow{
			{Source: "人大建议", No: "12号", Title: "关于增设公交站点", Unit: "U2", Due: 20260630},
			{Source: "政协提案", Title: "关于盘活低效用地", Owner: "M1", Due: 20260331, Project: "X001", Leader: "L1"},
			{Source: "人大建议", No: "13号", Title: "关于加装电梯", Owner: "M2", Due: 20260630},
			{Source: "人大建议", No: "14号", Title: "关于停车", Unit: "U3", Due: 20260630},
			{Source: "人大建议", No: "15号", Title: "关于绿化", Owner: "M1", Due: 20260101},
		}
		assigned := func() []ledger.Commitment {
			all, err := h.store.CommitmentsOfKind(h.Context(), h.d, ledger.Assignment)
			h.ok(err)
			return all
		}
		h.load(r, false)
		if n := len(assigned()); n != 0 {
			h.Fatalf("a dry run kept %d", n)
		}
		rep := h.load(r, true)
		for key, want := range map[string]string{
			"人大建议12号": "new ", "政协提案 关于盘活低效用地": "new ", "人大建议13号": "refused 何涛已不在岗",
			"人大建议14号": "refused 经开区招商局没有在岗", "人大建议15号": "refused 2026年1月1日已经过了",
		} {
			s, why := state(rep, key)
			if got := string(s) + " " + why; !strings.Contains(got, strings.TrimPrefix(want, "refused ")) || !strings.HasPrefix(got, want[:3]) {
				h.Errorf("%s: got %q, want %q", key, got, want)
			}
		}
		all := assigned()
		if len(all) != 2 || all[0].Origin().String() != "人大建议12号" || all[0].RaisedBy != 0 || all[1].RaisedBy == 0 || all[1].ProjectID == 0 || all[0].CreatedAt == all[1].CreatedAt {
			h.Fatalf("assigned %+v", all)
		}
		r.Matters = r.Matters[:2]
		r.Matters[1].Due = 20260430
		rep = h.load(r, true)
		if s, _ := state(rep, "人大建议12号"); s != desk.RowUnchanged {
			h.Errorf("the same row again is %s", s)
		}
		if s, why := state(rep, "政协提案 关于盘活低效用地"); s != desk.RowRefused || !strings.Contains(why, "改期须申请延期") || len(assigned()) != 2 {
			h.Errorf("a later day: %s %s", s, why)
		}
	})
}
