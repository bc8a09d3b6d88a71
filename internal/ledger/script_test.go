package ledger_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	. "duban/internal/ledger"
	"duban/internal/workday"
)

// life is a small district with everything that happens to it, in order of time.
type life struct {
	rules  Rules
	owed   []owed
	events []event
}

// owed is one commitment of a life. It is on the ledger from the first event on or after since.
type owed struct {
	kind    Kind
	project ProjectID // 1 or 2; 0 for none
	unit    UnitID
	due     workday.Day
	since   workday.Day
}

// event is one thing that happens. who names a commitment (see place), or a project for the acts
// suspend, resume, report and withdraw.
type event struct {
	day  workday.Day
	act  string
	who  int
	to   workday.Day // ask: the day asked for
	unit UnitID      // hand: the unit of the person it is to go to
}

// A commitment of a life is named by ten times its place in owed; the reply to its nth order by
// n more. So names do not depend on the order in which a sweep writes.
const perOwed = 10

// fact is one thing a life leads to: a step (with its strike), a strike without step, a strike lifted, an
// order that falls, or an act refused. Two laws agree when they give the same facts.
type fact struct {
	day    workday.Day
	who    int
	what   string
	before int
	by     workday.Day // rectify by, or reply by
	due    workday.Day // for which due day
	strike bool
}

// mode is how the sweeps of a life are run; none may make a difference.
type mode struct {
	alarm    bool       // look only at those whose NextLook has come
	shuffle  *rand.Rand // in any order
	times    int        // further sweeps after each
	together bool       // all verdicts from one reading, then written
}

const (
	ownerID  PersonID = 1
	officeID PersonID = 2
)

// unitContact is who a commitment is handed over to in a unit.
func unitContact(u UnitID) Person {
	return Person{ID: 10 + PersonID(u), UnitID: u, Name: "接手人", Active: true}
}

// run plays the life through the law and the pen.
func run(l life, cal *workday.Calendar, how mode) (facts []fact, err error) {
	p := newPen(Project{ID: 1, OwnerID: ownerID}, Project{ID: 2, OwnerID: ownerID})
	g := &game{life: l, cal: cal, pen: p, ids: map[int]CommitmentID{}, names: map[CommitmentID]int{}, settled: map[UpdateID][]CommitmentID{}}
	for i, e := range l.events {
		g.clock = i
		if err := g.arrive(e.day); err != nil {
			return nil, err
		}
		for range 1 + how.times {
			if err := g.play(e, how); err != nil {
				return g.facts, fmt.Errorf("%s %s: %w", e.day, e.act, err)
			}
			if e.act != "sweep" {
				break
			}
		}
	}
	return g.facts, nil
}

type game struct {
	life
	cal     *workday.Calendar
	pen     *pen
	clock   int
	facts   []fact
	ids     map[int]CommitmentID
	names   map[CommitmentID]int
	settled map[UpdateID][]CommitmentID
}

// arrive puts the commitments on the ledger that are owed from today.
func (g *game) arrive(today workday.Day) error {
	for i, w := range g.owed {
		if g.ids[i*perOwed] != 0 || w.since > today {
			continue
		}
		m := Commitment{
			Kind: w.kind, ProjectID: w.project, UnitID: w.unit, OwnerID: ownerID, FirstDueOn: w.due, DueOn: w.due,
			State: Open, CreatedAt: at(w.since, 0), NextLook: w.since,
		}
		added, err := g.pen.apply(Outcome{New: []Commitment{m}})
		if err != nil {
			return err
		}
		g.name(i*perOwed, added[0].ID)
	}
	return nil
}

func (g *game) name(name int, id CommitmentID) { g.ids[name], g.names[id] = id, name }

func (g *game) play(e event, how mode) error {
	switch e.act {
	case "sweep":
		return g.sweep(e.day, how)
	case "suspend", "resume", "report", "withdraw":
		return g.onProject(e)
	}
	return g.onCommitment(e)
}

func (g *game) write(o Outcome) error {
	added, err := g.pen.apply(o)
	if err != nil {
		return err
	}
	for _, m := range added {
		parent := g.names[g.pen.orders[m.OrderID-1].CommitmentID]
		n := 1
		for g.ids[parent+n] != 0 {
			n++
		}
		g.name(parent+n, m.ID)
	}
	return nil
}

func (g *game) sweep(today workday.Day, how mode) error {
	ids := make([]CommitmentID, 0, len(g.pen.commitments))
	for _, m := range g.pen.commitments {
		if !how.alarm || (m.NextLook != 0 && m.NextLook <= today) {
			ids = append(ids, m.ID)
		}
	}
	if how.shuffle != nil {
		how.shuffle.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	}
	var later []Outcome
	from := len(g.facts)
	for _, id := range ids {
		c, v, out := g.pen.look(id, g.rules, g.cal, Roster{}, today, at(today, g.clock))
		if err := g.lawful(c, v, today); err != nil {
			return err
		}
		if v.Step != "" {
			f := fact{day: today, who: g.names[id], what: string(v.Step), by: v.RectifyBy, due: c.Commitment.DueOn, strike: v.Strike}
			if v.Step != StepOrder {
				f.before = v.Before
			}
			g.facts = append(g.facts, f)
		}
		if how.together {
			later = append(later, out)
		} else if err := g.write(out); err != nil {
			return err
		}
	}
	for _, out := range later {
		if err := g.write(out); err != nil {
			return err
		}
	}
	for _, id := range ids {
		if next := g.pen.commitments[id-1].NextLook; next != 0 && next <= today {
			return fmt.Errorf("%s: looked at on %s, the alarm still says %s", label(g.names[id]), today, next)
		}
	}
	slices.SortFunc(g.facts[from:], func(a, b fact) int { return cmp.Compare(a.who, b.who) })
	return nil
}

// lawful holds the verdict against what must be true of every verdict.
func (g *game) lawful(c Case, v Verdict, today workday.Day) error {
	m := c.Commitment
	if v.NextLook != 0 && (v.NextLook <= today || !g.cal.IsWorkday(v.NextLook)) {
		return fmt.Errorf("%s: next look on %s, today or on a day off", label(g.names[m.ID]), v.NextLook)
	}
	if v.Step == "" {
		if v.Silent == "" {
			return fmt.Errorf("silent without saying why")
		}
		return nil
	}
	switch {
	case m.State != Open, c.Suspended:
		return fmt.Errorf("step %s while %s, suspended %v", v.Step, m.State, c.Suspended)
	case !g.cal.IsWorkday(today):
		return fmt.Errorf("step %s on a day off", v.Step)
	case v.Step == StepHandUp && today <= g.cal.Next(m.LevelDay()):
		return fmt.Errorf("handed up before its level's time is over")
	case v.Step == StepChase && today > g.cal.Next(m.DueOn):
		return fmt.Errorf("chased though it is past due")
	case v.Step != StepRemind && v.Step != StepHandUp && v.Step != StepChase && today <= g.cal.Next(m.DueOn):
		return fmt.Errorf("step %s before it is past due", v.Step)
	case m.OwnerID == 0:
		return fmt.Errorf("nobody to tell")
	}
	for _, s := range g.pen.steps[m.ID] {
		if s.On == today {
			return fmt.Errorf("%s: second step of the day, %s after %s", label(g.names[m.ID]), v.Step, s.Name)
		}
	}
	return nil
}

func (g *game) onProject(e event) error {
	id := ProjectID(e.who)
	p, by := g.pen.projects[id], Actor{Person: ownerID, At: at(e.day, g.clock), Today: e.day}
	var out Outcome
	var err error
	var took []CommitmentID
	switch e.act {
	case "suspend", "resume":
		if err := g.asked(p, e, by); err != nil {
			g.facts = append(g.facts, fact{day: e.day, who: e.who, what: e.act + " refused"})
			return nil
		}
		p, by.Person = g.pen.projects[id], officeID
		x := g.pen.suspensions[len(g.pen.suspensions)-1]
		if e.act == "suspend" {
			out, err = Suspend(p, x, Roster{}, by)
			break
		}
		var owed []Commitment
		for _, m := range g.pen.commitments {
			if m.ProjectID == id {
				owed = append(owed, m)
			}
		}
		out, err = Resume(p, x, owed, g.rules, g.cal, Roster{}, by)
	case "report":
		var open []Commitment
		for _, m := range g.pen.commitments {
			if m.ProjectID == id && m.Kind == Filing && m.State == Open {
				open, took = append(open, m), append(took, m.ID)
			}
		}
		out, err = Report(p, Said{Text: "主体施工"}, open, by)
	case "withdraw":
		u := g.lastUpdate(id)
		if u.ID == 0 {
			g.facts = append(g.facts, fact{day: e.day, who: e.who, what: "withdraw refused"})
			return nil
		}
		var settled []Commitment
		for _, id := range g.settled[u.ID] {
			settled = append(settled, g.pen.commitments[id-1])
		}
		out, err = Withdraw(p, u, settled, by)
	}
	if err != nil {
		g.facts = append(g.facts, fact{day: e.day, who: e.who, what: e.act + " refused"})
		return nil
	}
	if err := g.write(out); err != nil {
		return err
	}
	if e.act == "report" {
		g.settled[UpdateID(len(g.pen.updates))] = took
	}
	return nil
}

// asked lets the owner ask for a suspension or its end.
func (g *game) asked(p Project, e event, by Actor) error {
	ask := AskSuspension
	if e.act == "resume" {
		ask = AskResumption
	}
	out, err := ask(p, "规划调整", g.rules, Roster{}, by)
	if err != nil {
		return err
	}
	return g.write(out)
}

// lastUpdate gives the latest report on the project that is not withdrawn.
func (g *game) lastUpdate(id ProjectID) Update {
	for _, u := range slices.Backward(g.pen.updates) {
		if u.ProjectID == id && u.WithdrawnAt.IsZero() {
			return u
		}
	}
	return Update{}
}

func (g *game) onCommitment(e event) error {
	id := g.ids[e.who]
	if id == 0 {
		g.facts = append(g.facts, fact{day: e.day, who: e.who, what: e.act + " refused"})
		return nil
	}
	m := g.pen.commitments[id-1]
	p := g.pen.projects[m.ProjectID]
	by := Actor{Person: officeID, At: at(e.day, g.clock), Today: e.day}
	var out Outcome
	var err error
	switch e.act {
	case "done":
		by.Person = m.OwnerID
		out, err = ReportDone(m, "已取得施工许可证", nil, Roster{}, by)
	case "sendback":
		out, err = SendBack(m, "缺验收单", g.rules, g.cal, by)
	case "accept":
		out, err = Accept(m, by)
	case "self-accept":
		by.Person = m.OwnerID
		out, err = Accept(m, by)
	case "ask":
		by.Person = m.OwnerID
		out, err = AskExtension(m, &p, e.to, "图审未完成", g.cal, Roster{}, by)
	case "grant":
		out, err = GrantExtension(m, &p, g.pen.lastExtension(id), g.pen.strikes, g.rules, g.cal, by)
	case "deny":
		out, err = DenyExtension(m, g.pen.lastExtension(id), "工期可以追回", by)
	case "waive":
		out, err = Waive(m, g.pen.grounds(), "连续暴雨停工", g.rules, g.cal, by)
	case "contest":
		by.Person = m.OwnerID
		out, err = AskContest(m, g.pen.strikes, g.pen.contests, "当天已报过完成", g.rules, g.cal, Roster{}, by)
	case "uphold":
		out, err = Uphold(m, g.pen.pending(id), "材料不足", by)
	case "lift":
		out, err = Lift(m, g.pen.pending(id), g.pen.grounds(), "经核实已按期完成", g.rules, g.cal, Roster{}, by)
	case "reopen":
		out, err = Reopen(m, "问题反弹", g.rules, g.cal, Roster{}, by)
	case "cancel":
		out, err = Cancel(m, "重复", by)
	case "handup":
		by.Person = m.OwnerID
		out, err = HandUp(m, "已协调两次", g.rules, g.cal, Roster{}, by)
		for _, s := range out.Steps {
			g.facts = append(g.facts, fact{day: e.day, who: e.who, what: "handup", before: s.Before, by: s.RectifyBy, due: s.DueOn})
		}
	case "receive":
		by.Person = m.OwnerID
		out, err = Receive(m, by)
	case "hand":
		by.Person = m.OwnerID
		to := unitContact(e.unit)
		out, err = HandOver(m, to, "该事项由其单位办理", g.pen.handed(id), g.rules, Roster{}, by)
	case "takeover", "refuse":
		h := g.pen.lastHandover(id)
		if e.act == "refuse" {
			out, err = RefuseHandOver(m, h, "不属于本单位职责", by)
		} else {
			out, err = TakeOver(m, h, unitContact(h.ToUnitID), Roster{}, by)
		}
	default:
		return fmt.Errorf("no such act")
	}
	if err != nil {
		g.facts = append(g.facts, fact{day: e.day, who: e.who, what: e.act + " refused"})
		return nil
	}
	from := len(g.facts)
	for _, s := range out.Strikes {
		g.facts = append(g.facts, fact{day: e.day, who: e.who, what: "extended late", due: s.DueOn, strike: true})
	}
	for _, s := range out.Lifted {
		g.facts = append(g.facts, fact{day: e.day, who: g.names[s.CommitmentID], what: "lifted", due: s.DueOn})
	}
	for _, o := range out.Ruled {
		if o.VoidedAt != 0 {
			g.facts = append(g.facts, fact{day: e.day, who: g.names[o.CommitmentID], what: "order void", due: g.pen.dueOf(o)})
		}
	}
	slices.SortFunc(g.facts[from:], byName)
	return g.write(out)
}

// byName puts what one act leads to in order, for it all happens at once.
func byName(a, b fact) int {
	return cmp.Or(cmp.Compare(a.what, b.what), cmp.Compare(a.who, b.who), cmp.Compare(a.due, b.due))
}

// label names a commitment for people: "a", and "a!" for the reply to its first order.
func label(who int) string {
	return string(rune('a'+who/perOwed)) + strings.Repeat("!", who%perOwed)
}

// String is one line of a scripted life.
func (f fact) String() string {
	who := label(f.who)
	for _, act := range []string{"suspend", "resume", "report", "withdraw"} {
		if strings.HasPrefix(f.what, act+" ") {
			who = fmt.Sprint("p", f.who)
		}
	}
	s := fmt.Sprintf("%s %s %s", f.day, who, f.what)
	if f.before != 0 {
		s += fmt.Sprint(" ", f.before)
	}
	if f.by != 0 {
		s += " by " + f.by.String()
	}
	if f.strike {
		s += " strike"
	}
	return strings.TrimPrefix(s, "2026-")
}

func (l life) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "rules %+v\n", l.rules)
	for i, w := range l.owed {
		fmt.Fprintf(&b, "owed  %s %s p%d u%d due %s, on the ledger since %s\n", label(i*perOwed), w.kind, w.project, w.unit, w.due, w.since)
	}
	for _, e := range l.events {
		fmt.Fprintf(&b, "event %s\n", e)
	}
	return b.String()
}

func (e event) String() string {
	switch e.act {
	case "sweep":
		return fmt.Sprintf("%s sweep", e.day)
	case "suspend", "resume", "report", "withdraw":
		return fmt.Sprintf("%s %s p%d", e.day, e.act, e.who)
	case "ask":
		return fmt.Sprintf("%s ask %s until %s", e.day, label(e.who), e.to)
	case "hand":
		return fmt.Sprintf("%s hand %s u%d", e.day, label(e.who), e.unit)
	}
	return fmt.Sprintf("%s %s %s", e.day, e.act, label(e.who))
}

func lines(facts []fact) string {
	var b strings.Builder
	for _, f := range facts {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}
