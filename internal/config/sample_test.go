package config_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	data "duban/config"
	"duban/internal/config"
	"duban/internal/workday"
)

func sample(t *testing.T) config.Register {
	t.Helper()
	dir, err := fs.Sub(data.Files, "sample")
	if err != nil {
		t.Fatal(err)
	}
	reg, findings := config.ReadRegister(dir)
	for _, f := range findings {
		t.Errorf("finding: %s", f)
	}
	return reg
}

// demoDay is the day on which the demonstration's clock starts.
var demoDay = workday.NewDay(2026, 3, 2)

func TestSampleHasTheDistrictOfTheTexts(t *testing.T) {
	reg := sample(t)
	if reg.District.Code != "yunchuan" || reg.District.Name != "云川区" {
		t.Errorf("district is %+v", reg.District)
	}
	kinds := map[string]int{}
	for _, u := range reg.Units {
		kinds[u.Kind]++
	}
	roles := map[string]int{}
	for _, p := range reg.People {
		for _, r := range p.Roles {
			roles[r]++
		}
	}
	classes := map[string]int{}
	for _, g := range reg.Groups {
		classes[g.Class]++
	}
	for _, c := range []struct {
		what      string
		got, want int
	}{
		{"parks", kinds["park"], 3}, {"bureaus", kinds["bureau"], 4}, {"streets", kinds["street"], 15}, {"departments", kinds["department"], 60},
		{"people", len(reg.People), 150}, {"district leaders", roles["district_leader"], 4}, {"leaders", roles["leader"], 12},
		{"office", roles["office"], 4}, {"inspection", roles["inspection"], 3},
		{"projects", len(reg.Projects), 78}, {"groups", len(reg.Groups), 40}, {"district groups", classes["district"], 1},
		{"office groups", classes["office"], 1}, {"inspection groups", classes["inspection"], 1}, {"leader groups", classes["leader"], 8},
		{"task force groups", classes["task_force"], 20}, {"unit groups", classes["unit"], 9},
	} {
		if c.got != c.want {
			t.Errorf("%d %s, want %d", c.got, c.what, c.want)
		}
	}
	if n := len(reg.Nodes); n < 580 || n > 660 {
		t.Errorf("%d nodes, want about 600", n)
	}
}

func TestSampleAccountsAndNamesAreUnique(t *testing.T) {
	reg := sample(t)
	seen := map[string]string{}
	once := func(what, value, of string) {
		if other, ok := seen[what+value]; ok {
			t.Errorf("%s %s is that of %s and of %s", what, value, other, of)
		}
		seen[what+value] = of
	}
	var wecom, dingtalk int
	for _, p := range reg.People {
		once("name", p.Name, p.Code)
		if p.WeCom == "" && p.DingTalk == "" {
			t.Errorf("%s has no account", p.Code)
		}
		if p.WeCom != "" {
			wecom++
			once("account", p.WeCom, p.Code)
		}
		if p.DingTalk != "" {
			dingtalk++
			once("account", p.DingTalk, p.Code)
		}
	}
	if wecom < 60 || dingtalk < 60 || wecom+dingtalk <= len(reg.People) {
		t.Errorf("%d accounts on WeCom, %d on DingTalk: want about half each and some on both", wecom, dingtalk)
	}
	for _, p := range reg.Projects {
		if len(p.Aliases) == 0 {
			t.Errorf("%s has no alias", p.Code)
		}
		for _, n := range append([]string{p.Name}, p.Aliases...) {
			once("project", n, p.Code)
		}
	}
}

func TestSampleProjectsAreOfTheCatalogue(t *testing.T) {
	reg, rules := sample(t), shippedRules(t)
	var industries []string
	for _, group := range rules["industries"].(map[string]any) {
		for _, i := range group.([]any) {
			industries = append(industries, i.(string))
		}
	}
	if len(industries) != 14 {
		t.Errorf("%d industries in rules.yaml, want the 14 of 2345", len(industries))
	}
	used, gaps := map[string]int{}, 0
	for _, p := range reg.Projects {
		used[p.Industry]++
		used[p.Category]++
		used[p.Stage]++
		if !slices.Contains(industries, p.Industry) || !slices.Contains(rules["categories"].([]any), any(p.Category)) {
			t.Errorf("%s: %s and %s are not both in rules.yaml", p.Code, p.Industry, p.Category)
		}
		if p.Investment < 2000*10_000 || p.Investment > 120*100_000_000 || p.PlannedYear > p.Investment || p.InvestedYear > p.PlannedYear {
			t.Errorf("%s: of %d yuan %d are planned and %d done", p.Code, p.Investment, p.PlannedYear, p.InvestedYear)
		}
		if p.Owner == "" || p.HostUnit == "" || p.LeadUnit == "" || !slices.Contains(p.Members, p.Owner) {
			t.Errorf("%s: owner %q, host %q, lead %q, members %v", p.Code, p.Owner, p.HostUnit, p.LeadUnit, p.Members)
		}
		if p.Start != 0 && p.Target != 0 && p.Target <= p.Start {
			t.Errorf("%s is to be done on %s, before its start on %s", p.Code, p.Target, p.Start)
		}
		if p.Leader == "" || p.Measures == "" || p.Target == 0 || p.Standard == "" || p.Reward == "" {
			gaps++
		}
	}
	for _, w := range industries {
		if used[w] == 0 {
			t.Errorf("no project of %s", w)
		}
	}
	for stage := range rules["stages"].(map[string]any) {
		if used[stage] == 0 {
			t.Errorf("no project in stage %s", stage)
		}
	}
	for _, c := range rules["categories"].([]any) {
		if used[c.(string)] == 0 {
			t.Errorf("no project of category %s", c)
		}
	}
	if gaps < 5 || gaps > 20 {
		t.Errorf("%d projects lack one of the five elements, want some", gaps)
	}
}

func TestSampleNodesMakeAnEventfulMarch(t *testing.T) {
	reg := sample(t)
	cal, err := workday.Load(sub(t, "calendar"))
	if err != nil {
		t.Fatal(err)
	}
	weight, done, last := map[string]int{}, map[string]int{}, map[string]workday.Day{}
	var late, first, second int
	for _, n := range reg.Nodes {
		weight[n.Project] += n.Weight
		if n.Done {
			done[n.Project] += n.Weight
		}
		if n.Due <= last[n.Project] {
			t.Errorf("%s %s is due on %s, not after the node before it", n.Project, n.Title, n.Due)
		}
		last[n.Project] = n.Due
		if !cal.IsWorkday(n.Due) || n.Due < workday.NewDay(2025, 9, 1) || n.Due > workday.NewDay(2026, 12, 31) || n.Weight < 1 {
			t.Errorf("%s %s: due %s, weight %d", n.Project, n.Title, n.Due, n.Weight)
		}
		switch {
		case n.Done:
		case n.Due < demoDay:
			late++
		case n.Due <= workday.NewDay(2026, 3, 15):
			first++
		case n.Due <= workday.NewDay(2026, 3, 31):
			second++
		}
	}
	if late < 2 || late > 3 || first < 8 || second < 8 {
		t.Errorf("%d nodes late, %d due in the first half of March, %d in the second", late, first, second)
	}
	var behind, ahead int
	for _, p := range reg.Projects {
		if weight[p.Code] != 100 {
			t.Errorf("%s: the weights sum to %d", p.Code, weight[p.Code])
		}
		off := int(p.Progress) - done[p.Code]*100
		if off < -800 || off > 800 {
			t.Errorf("%s: progress %d, but nodes of weight %d are done", p.Code, p.Progress, done[p.Code])
		}
		if off <= -200 {
			behind++
		}
		if off >= 200 {
			ahead++
		}
	}
	if behind == 0 || ahead == 0 {
		t.Errorf("%d projects behind their nodes and %d ahead, want some of each", behind, ahead)
	}
}

func TestSampleProjectsAreReachable(t *testing.T) {
	reg := sample(t)
	carried, units, shared := map[string]bool{}, map[string]bool{}, 0
	ways := map[string]int{}
	for _, g := range reg.Groups {
		if len(g.Routes) == 0 {
			t.Errorf("%s has no route", g.Code)
			continue
		}
		for i, r := range g.Routes {
			ways[r.Platform+":"+r.Route]++
			if r.Platform != g.Routes[0].Platform || i > 0 && (r.Route == "aibot" || r.Route == "group") {
				t.Errorf("%s: routes %v, want one platform and the webhook last", g.Code, g.Routes)
			}
		}
		if g.Class == "unit" {
			units[g.Unit] = true
		}
		if g.Class == "task_force" {
			if len(g.Projects) > 1 {
				shared++
			}
			for _, p := range g.Projects {
				carried[p] = true
			}
		}
	}
	for _, p := range reg.Projects {
		if !carried[p.Code] && !units[p.HostUnit] {
			t.Errorf("%s %s has neither a task force nor a unit group", p.Code, p.Name)
		}
	}
	if shared < 5 || len(ways) != 4 {
		t.Errorf("%d task forces carry several projects; routes %v", shared, ways)
	}
	if ways["wecom:webhook"] <= ways["wecom:aibot"] || ways["dingtalk:custom"] <= ways["dingtalk:group"] {
		t.Errorf("no group has a webhook only: %v", ways)
	}
}

// TestSampleIsInvented: nobody and no place of the public texts the product was drawn from.
func TestSampleIsInvented(t *testing.T) {
	real := []string{"崇川", "港闸", "市北", "文峰", "襄都", "旭阳", "江津", "濠", "拥军", "万平", "中锋", "崇明", "建春", "海燕", "现峰", "文静"}
	err := fs.WalkDir(data.Files, "sample", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := fs.ReadFile(data.Files, path)
		for _, w := range real {
			if strings.Contains(string(b), w) {
				t.Errorf("%s names %s", path, w)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
