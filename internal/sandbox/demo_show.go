package sandbox

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"duban/internal/config"
)

// human is somebody the page can play.
type human struct {
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Post     string   `json:"post"`
	WeCom    string   `json:"wecom,omitempty"`
	DingTalk string   `json:"dingtalk,omitempty"`
	Example  *example `json:"example,omitempty"`
}

// room is a group as the page offers it.
type room struct {
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Class    string   `json:"class"`
	Platform string   `json:"platform"`
	Members  []string `json:"members"` // who can speak there
	Speaker  string   `json:"speaker"` // who speaks unless another is chosen
	Listen   bool     `json:"listen"`  // it only hears
	Example  *example `json:"example,omitempty"`
}

// example fills the sentences one may try: a project, a plausible progress and a word on it.
type example struct {
	Project string `json:"project"`
	Percent int    `json:"percent"`
	Text    string `json:"text"`
}

// classes are the classes of groups in the order in which the page lists them.
var classes = []struct {
	Class string `json:"class"`
	Name  string `json:"name"`
}{
	{"district", "区领导群"}, {"leader", "包联领导群"}, {"task_force", "专班"}, {"unit", "单位"}, {"office", "项目办"}, {"inspection", "督查室"},
}

// showWorld: GET /api/world, what does not change while the demo runs.
func (d *Demo) showWorld(*http.Request) (any, error) {
	s := &stage{d.world, d.world.register}
	people, rooms := []human{}, []room{}
	for _, p := range d.world.People() {
		people = append(people, s.human(p))
	}
	for _, g := range d.world.Groups() {
		rooms = append(rooms, s.room(g))
	}
	return map[string]any{
		"boot": d.boot, "district": s.reg.District.Name, "robot": botName, "pages": d.world.App.URL() + "/",
		"classes": classes, "people": people, "groups": rooms, "shown": s.shown(),
	}, nil
}

// stage reads the register for what is instructive to show.
type stage struct {
	world *World
	reg   config.Register
}

func (s *stage) human(p Person) human {
	h := human{Code: p.Code, Name: p.Name, Post: p.Post, WeCom: p.WeCom, DingTalk: p.DingTalk}
	mine := func(j config.ProjectRow) bool { return j.Owner == p.Code }
	if !slices.ContainsFunc(s.reg.Projects, mine) {
		mine = func(j config.ProjectRow) bool { return j.Leader == p.Code || slices.Contains(j.Members, p.Code) }
	}
	h.Example = s.example(mine)
	return h
}

func (s *stage) room(g Group) room {
	row := s.row(g.Code)
	out := room{
		Code: g.Code, Name: g.Name, Class: g.Class, Platform: g.Platform, Members: s.world.Seats(g), Listen: g.ChatID == "",
		Example: s.example(func(j config.ProjectRow) bool { return about(row, j) }),
	}
	out.Speaker = s.speaker(row, out.Members)
	return out
}

func (s *stage) row(code string) config.GroupRow {
	i := slices.IndexFunc(s.reg.Groups, func(g config.GroupRow) bool { return g.Code == code })
	return s.reg.Groups[i]
}

// about reports whether a group is one of a project's.
func about(g config.GroupRow, p config.ProjectRow) bool {
	switch g.Class {
	case "task_force":
		return slices.Contains(g.Projects, p.Code)
	case "leader":
		return g.Leader == p.Leader
	case "unit":
		return g.Unit == p.HostUnit || g.Unit == p.LeadUnit
	}
	return true
}

// example gives one of the projects asked for, by the name people use for it; one under construction is
// preferred, for it moves.
func (s *stage) example(of func(config.ProjectRow) bool) *example {
	i := slices.IndexFunc(s.reg.Projects, func(p config.ProjectRow) bool { return of(p) && p.Stage == "开工" })
	if i < 0 {
		i = slices.IndexFunc(s.reg.Projects, of)
	}
	if i < 0 {
		return nil
	}
	p := s.reg.Projects[i]
	out := example{Project: p.Name, Percent: min(100, (int(p.Progress)/100+6)/5*5), Text: "按计划推进"}
	if len(p.Aliases) > 0 {
		out.Project = p.Aliases[0]
	}
	n := slices.IndexFunc(s.reg.Nodes, func(n config.NodeRow) bool { return n.Project == p.Code && !n.Done })
	if n >= 0 {
		out.Text = s.reg.Nodes[n].Title + "正在推进"
	}
	return &out
}

// speaker gives whom a group would hear most: its projects' owner, its leader, somebody of its class.
func (s *stage) speaker(g config.GroupRow, members []string) string {
	likely := []string{}
	for _, p := range s.reg.Projects {
		if g.Class == "task_force" && about(g, p) {
			likely = append(likely, p.Owner)
		}
	}
	likely = append(likely, g.Leader)
	roles := map[string]string{"district": "district_leader", "unit": "liaison", "office": "office", "inspection": "inspection"}
	for _, p := range s.reg.People {
		if slices.Contains(p.Roles, roles[g.Class]) && (g.Class != "unit" || p.Unit == g.Unit) {
			likely = append(likely, p.Code)
		}
	}
	for _, code := range append(likely, members...) {
		if slices.Contains(members, code) {
			return code
		}
	}
	return ""
}

// shown picks the chats the page begins with: a leader's group and a task force on each platform,
// which speak of the same leader's projects where there are such, one group of every other class and the
// private chat of an owner.
func (s *stage) shown() []string {
	var best []string
	for _, lead := range s.reg.Groups {
		if lead.Class != "leader" || s.deaf(lead) {
			continue
		}
		try := []string{lead.Code}
		for _, platform := range []string{"wecom", "dingtalk"} {
			try = append(try, s.force(platform, lead.Leader))
		}
		try = slices.DeleteFunc(try, func(code string) bool { return code == "" })
		if len(try) > len(best) {
			best = try
		}
	}
	for i, platform := range []string{"wecom", "dingtalk"} {
		if len(best) < 2+i {
			best = append(best, s.force(platform, ""))
		}
	}
	codes := append([]string{s.first("district")}, best...)
	codes = append(codes, s.first("unit"), s.first("office"), s.first("inspection"))
	var out []string
	for _, c := range codes {
		if c != "" && !slices.Contains(out, "g:"+c) {
			out = append(out, "g:"+c)
		}
	}
	return append(out, s.owner(best)...)
}

// force gives the first task force on a platform with a project of the leader ("" for any).
func (s *stage) force(platform, leader string) string {
	for _, g := range s.reg.Groups {
		of := func(p config.ProjectRow) bool { return about(g, p) && (leader == "" || p.Leader == leader) }
		w, _ := s.world.Group(g.Code)
		if g.Class == "task_force" && w.Platform == platform && !s.deaf(g) && slices.ContainsFunc(s.reg.Projects, of) {
			return g.Code
		}
	}
	return ""
}

// owner gives the private chat of whoever speaks in the first task force among the groups.
func (s *stage) owner(groups []string) []string {
	for _, code := range groups {
		g, _ := s.world.Group(code)
		p, ok := s.world.Person(s.room(g).Speaker)
		if ok && g.Class == "task_force" {
			platform := cmp.Or(map[bool]string{p.WeCom != "": "wecom"}[true], "dingtalk")
			return []string{"p:" + platform + ":" + p.Code}
		}
	}
	return nil
}

func (s *stage) first(class string) string {
	i := slices.IndexFunc(s.reg.Groups, func(g config.GroupRow) bool { return g.Class == class && !s.deaf(g) })
	if i < 0 {
		return ""
	}
	return s.reg.Groups[i].Code
}

// deaf reports that nobody can type to the robot in a group.
func (s *stage) deaf(row config.GroupRow) bool {
	g, ok := s.world.Group(row.Code)
	return !ok || strings.TrimSpace(g.ChatID) == ""
}
