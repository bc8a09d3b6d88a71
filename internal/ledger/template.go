package ledger

import (
	"fmt"
	"slices"

	"duban/internal/fault"
	"duban/internal/workday"
)

// Template (节点模板) is the nodes a project of some categories usually goes through, for reckoning them backwards from
// the day it is to be finished (倒排工期). config/rules.yaml has them.
type Template struct {
	Name       string         `yaml:"name"`
	Categories []string       `yaml:"categories"` // none: of any category
	Nodes      []TemplateNode `yaml:"nodes"`
}

// TemplateNode is one node: Days are the working days it takes after the last of those it waits for is done.
type TemplateNode struct {
	Name   string   `yaml:"name"`
	Days   int      `yaml:"days"`
	Weight int      `yaml:"weight"`
	Stage  Stage    `yaml:"stage"` // the stage reached with it: a project that is there has it behind itself
	After  []string `yaml:"after"` // what must be done before; none: the node above
}

// longest is how many working days one node may take at most.
const longest = 1000

// Validate says what cannot be, and what to write instead. A node may only wait for nodes above it, so that there
// is no circle.
func (t Template) Validate() error {
	if t.Name == "" || len(t.Nodes) == 0 {
		return fmt.Errorf("rules: node template %q has no name or no nodes", t.Name)
	}
	seen := map[string]bool{}
	for _, n := range t.Nodes {
		switch {
		case n.Name == "" || seen[n.Name]:
			return fmt.Errorf("rules: node template %s has the node %q twice or without a name", t.Name, n.Name)
		case n.Days < 1 || n.Days > longest:
			return fmt.Errorf("rules: node %s takes %d working days; write 1 to %d", n.Name, n.Days, longest)
		case n.Weight < 0 || n.Weight > 1000:
			return fmt.Errorf("rules: node %s has the weight %d; write 0 to 1000", n.Name, n.Weight)
		case n.Stage != "" && !slices.Contains(Stages, n.Stage):
			return fmt.Errorf("rules: node %s belongs to the stage %q, which there is not", n.Name, n.Stage)
		}
		for _, before := range n.After {
			if !seen[before] {
				return fmt.Errorf("rules: node %s waits for %q, which does not stand above it", n.Name, before)
			}
		}
		seen[n.Name] = true
	}
	return nil
}

// Fitting gives the template for a project: the first of its category, else the first of any.
func Fitting(all []Template, p Project) (Template, error) {
	for _, category := range []string{p.Category, ""} {
		for _, t := range all {
			if slices.Contains(t.Categories, category) || category == "" && len(t.Categories) == 0 {
				return t, nil
			}
		}
	}
	return Template{}, fault.Newf(fault.NotFound, "规则里没有适用于“%s”类项目的节点模板，请联系项目办在规则文件中补充。", p.Category)
}

// ahead gives the nodes a project still has before it, each with the places of those it waits for. A node belongs to
// the stage that is reached with it, else to that of the next one below that says so.
func (t Template) ahead(p Project) (nodes []TemplateNode, waits [][]int) {
	of, stage := make([]int, len(t.Nodes)), len(Stages)-1
	for i, n := range slices.Backward(t.Nodes) {
		if n.Stage != "" {
			stage = slices.Index(Stages, n.Stage)
		}
		of[i] = stage
	}
	place := map[string]int{}
	for i, n := range t.Nodes {
		if of[i] <= slices.Index(Stages, p.Stage) {
			continue
		}
		before := n.After
		if len(before) == 0 && i > 0 {
			before = []string{t.Nodes[i-1].Name}
		}
		var wait []int
		for _, name := range before {
			if at, ok := place[name]; ok {
				wait = append(wait, at)
			}
		}
		place[n.Name] = len(nodes)
		nodes, waits = append(nodes, n), append(waits, wait)
	}
	return nodes, waits
}

// latest gives the last day of each node so that the last is done by the target: each is due when the earliest of
// those that wait for it has to begin.
func latest(nodes []TemplateNode, waits [][]int, target workday.Day, cal *workday.Calendar) []workday.Day {
	due := make([]workday.Day, len(nodes))
	for i := range due {
		due[i] = cal.Before(target, 0)
	}
	for i, n := range slices.Backward(nodes) {
		for _, before := range waits[i] {
			due[before] = min(due[before], cal.Before(due[i], n.Days))
		}
	}
	return due
}

// shortest gives how many working days the longest way takes from today on. What the project has already is done when
// it says: at once what is done, else on its day.
func shortest(nodes []TemplateNode, waits [][]int, have map[string]Commitment, today workday.Day, cal *workday.Calendar) (need int) {
	took := make([]int, len(nodes))
	for i, n := range nodes {
		m, ok := have[n.Name]
		switch {
		case ok && (m.State == Accepted || m.State == Waived):
			continue
		case ok:
			took[i] = max(0, cal.Count(today, m.DueOn))
		default:
			for _, before := range waits[i] {
				took[i] = max(took[i], took[before])
			}
			took[i] += n.Days
		}
		need = max(need, took[i])
	}
	return need
}
