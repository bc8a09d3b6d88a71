package ledger_test

import (
	"slices"

	. "duban/internal/ledger"
	"duban/internal/workday"
)

// This file is the law a second time, as slow and plain as it can be: it follows the sentences of
// product.md, "The ladder", and shares no reckoning with the code. Where the text is silent (a missed
// reminder, grace after an extension, an own earlier offence) it holds what the house has decided, so
// there it proves agreement, not rightness. It keeps nothing but a diary of what happened, and reads
// the whole diary again for every question. Days are numbers of an almanac of its own.

// almanac counts days from 2025-11-01, a Saturday.
type almanac struct {
	days  []workday.Day
	index map[workday.Day]int
	works []bool
}

// monthDays are those of years without a leap day.
var monthDays = map[int]int{1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}

func newAlmanac() almanac {
	off := map[workday.Day]bool{}
	for _, span := range [][2]workday.Day{
		{2026_01_01, 2026_01_03}, {2026_02_15, 2026_02_23}, {2026_04_04, 2026_04_06}, {2026_05_01, 2026_05_05},
		{2026_06_19, 2026_06_21}, {2026_09_25, 2026_09_27}, {2026_10_01, 2026_10_07},
	} {
		for d := span[0]; d <= span[1]; d++ {
			off[d] = true
		}
	}
	worked := map[workday.Day]bool{
		2026_01_04: true, 2026_02_14: true, 2026_02_28: true, 2026_05_09: true, 2026_09_20: true, 2026_10_10: true,
	}
	a := almanac{index: map[workday.Day]int{}}
	for y, m := 2025, 11; y < 2027; m++ {
		for d := 1; d <= monthDays[m]; d++ {
			day, n := workday.Day(y*10000+m*100+d), len(a.days)
			weekend := n%7 == 0 || n%7 == 1
			a.index[day] = n
			a.days, a.works = append(a.days, day), append(a.works, worked[day] || !weekend && !off[day])
		}
		if m == 12 {
			y, m = y+1, 0
		}
	}
	return a
}

// line is one line of the diary.
type line struct {
	day    int
	what   string
	who    int
	n      int    // owed, asked, granted: the due day; remind: days before; warn, order: by; settled: which report
	due    int    // the due day it was about
	nth    int    // order: which of the commitment; its reply has that number
	unit   UnitID // hand: the unit it is to go to; takeover: the unit it went to; struck: the unit it was of then
	level  int    // handup: the level it reached
	strike bool
}

type oracle struct {
	almanac
	life
	diary   []line
	reports int
}

// foretell gives the facts of a life by the text.
func foretell(l life, a almanac) []fact {
	o := &oracle{almanac: a, life: l}
	var facts []fact
	for _, e := range l.events {
		today := a.index[e.day]
		for i, w := range l.owed {
			if w.since <= e.day && !o.happened("owed", i*perOwed) {
				o.write(line{day: a.index[w.since], what: "owed", who: i * perOwed, n: a.index[w.due]})
			}
		}
		from, before := len(o.diary), len(facts)
		if e.act == "sweep" {
			o.sweep(today)
		} else if !o.act(e, today) {
			facts = append(facts, fact{day: e.day, who: e.who, what: e.act + " refused"})
		}
		for _, w := range o.diary[from:] {
			switch w.what {
			case "remind":
				facts = append(facts, fact{day: e.day, who: w.who, what: w.what, before: w.n, due: a.days[w.due]})
			case "warn", "order":
				facts = append(facts, fact{day: e.day, who: w.who, what: w.what, by: a.days[w.n], due: a.days[w.due], strike: w.strike})
			case "handup":
				facts = append(facts, fact{day: e.day, who: w.who, what: w.what, before: w.level, by: a.days[w.n], due: a.days[w.due]})
			case "chase":
				facts = append(facts, fact{day: e.day, who: w.who, what: w.what, due: a.days[w.due]})
			case "list", "extended late":
				facts = append(facts, fact{day: e.day, who: w.who, what: w.what, due: a.days[w.due], strike: true})
			case "lifted", "order void":
				facts = append(facts, fact{day: e.day, who: w.who, what: w.what, due: a.days[w.due]})
			}
		}
		if e.act != "sweep" {
			slices.SortFunc(facts[before:], byName)
		}
	}
	return facts
}

func (o *oracle) write(l line) { o.diary = append(o.diary, l) }

// sweep asks of everything owed this morning which step is due.
func (o *oracle) sweep(today int) {
	var all []int
	for i := range o.owed {
		for n := range perOwed {
			if o.happened("owed", i*perOwed+n) {
				all = append(all, i*perOwed+n)
			}
		}
	}
	for _, who := range all {
		if w, due := o.step(who, today); due {
			w.unit = o.unit(who)
			reply := who + 1
			for o.happened("owed", reply) {
				reply++
			}
			w.nth = reply - who
			o.write(w)
			if w.what == "order" {
				o.write(line{day: today, what: "owed", who: reply, n: w.n, unit: w.unit})
			}
		}
	}
}

// step says what is due: at most one step a day, the ladder first, then what goes on beside it.
func (o *oracle) step(who, today int) (line, bool) {
	if w, due := o.ladder(who, today); due || o.silent(who, today) {
		return w, due
	}
	if w, due := o.handUp(who, today); due {
		return w, due
	}
	return o.chase(who, today)
}

// handUp: a problem whose level has had its time goes up one level, and that level has its own days.
func (o *oracle) handUp(who, today int) (line, bool) {
	level, until := o.level(who)
	for !o.works[until] {
		until++
	}
	if o.kind(who) != Problem || level == 3 || today <= until {
		return line{}, false
	}
	return line{day: today, what: "handup", who: who, level: level + 1, n: o.later(today, o.levelDays(level+1)), due: o.due(who)}, true
}

func (o *oracle) levelDays(level int) int {
	if level == 2 {
		return o.rules.LeaderDays
	}
	return o.rules.DispatchDays
}

// level gives the level of a problem and the day it has until; the lowest has until the due day, and an
// extension gives a higher one at least until the new day.
func (o *oracle) level(who int) (level, until int) {
	level, until = 1, o.due(who)
	for _, w := range o.diary {
		switch {
		case w.who != who:
		case w.what == "handup":
			level, until = w.level, w.n
		case w.what == "moved level":
			until = w.n
		case w.what == "grant" && level > 1:
			until = max(until, w.n)
		}
	}
	return level, until
}

// chase: an assigned matter nobody has confirmed is asked after once, before it is past due.
func (o *oracle) chase(who, today int) (line, bool) {
	last := o.due(who)
	for !o.works[last] {
		last++
	}
	if o.kind(who) != Assignment || today > last || today <= o.later(o.since(who), o.rules.ReceiptDays) {
		return line{}, false
	}
	for _, what := range []string{"receive", "takeover", "done", "chase"} {
		if o.happened(what, who) {
			return line{}, false
		}
	}
	return line{day: today, what: "chase", who: who, due: o.due(who)}, true
}

// ladder is the ladder, sentence by sentence.
func (o *oracle) ladder(who, today int) (line, bool) {
	no := line{}
	if o.silent(who, today) {
		return no, false
	}
	due := o.due(who)
	last := due
	for !o.works[last] {
		last++ // A due day on a day off runs to the end of the next working day.
	}
	if today <= last {
		return o.reminder(who, today, due, last)
	}
	if o.took("lifted", who, due) {
		return no, false // A lifted strike counts no longer: the ladder is silent of that day.
	}
	if o.kind(who) == Reply {
		// Beyond: the order's reply overdue → the list, when configured.
		if !o.rules.List || o.took("list", who, due) {
			return no, false
		}
		return line{day: today, what: "list", who: who, due: due, strike: true}, true
	}
	ordered, warned := false, -1
	for _, w := range o.diary {
		if w.who == who && w.due == due {
			switch w.what {
			case "order":
				ordered = true // A step is taken once.
			case "warn":
				warned = w.day
			case "warning after all": // An order that fell, for the offence was a first one.
				ordered, warned = false, w.day
			}
		}
	}
	if ordered {
		return no, false
	}
	if warned >= 0 {
		// Second offence: still open after its rectify-by date.
		if today <= o.running(who, warned, o.rules.RectifyDays) {
			return no, false
		}
		return line{day: today, what: "order", who: who, due: due, n: o.later(today, o.rules.ReplyDays)}, true
	}
	if o.secondTime(who, today, due, o.unit(who)) {
		return line{day: today, what: "order", who: who, due: due, n: o.later(today, o.rules.ReplyDays), strike: true}, true
	}
	return line{day: today, what: "warn", who: who, due: due, n: o.later(today, o.rules.RectifyDays), strike: true}, true
}

// silent says whether nothing is done about it today whatever is due.
func (o *oracle) silent(who, today int) bool {
	if !o.works[today] {
		return true // Days are working days of the Chinese statutory calendar.
	}
	if o.state(who) != "open" {
		return true // Reported-done pauses the ladder.
	}
	if o.suspended(o.project(who)) {
		return true // Suspended projects are skipped.
	}
	for _, w := range o.diary {
		if w.who == who && w.day == today && slices.Contains([]string{"remind", "warn", "order", "list", "handup", "chase"}, w.what) {
			return true // At most one step a day.
		}
	}
	for i, w := range o.diary {
		if (w.what == "sendback" || w.what == "reopen") && w.who == who && !o.movedSince(who, i) {
			// Sent back or opened again: the original due date counts, with at least one working day's grace.
			if today <= o.running(who, w.day, max(1, o.rules.GraceDays)) {
				return true
			}
		}
	}
	return false
}

// reminder: default 7, 3 and 1 working days before; one missed is made good until the due day, but a
// closer one makes the farther ones pointless, and a reply is not reminded of for a day that lay before
// its order.
func (o *oracle) reminder(who, today, due, last int) (line, bool) {
	if o.kind(who) == Filing {
		return line{}, false
	}
	whole := 1000 // working days from the order to the last day; of anything else, no matter
	if who%perOwed != 0 {
		whole = 0
		for d := o.since(who) + 1; d <= last; d++ {
			if o.works[d] {
				whole++
			}
		}
	}
	left := 0
	for d := today + 1; d <= last; d++ {
		if o.works[d] {
			left++
		}
	}
	for n := left; n <= 60; n++ {
		for _, rule := range o.rules.Remind {
			if rule != n || n >= whole {
				continue
			}
			for _, w := range o.diary {
				if w.what == "remind" && w.who == who && w.due == due && w.n <= n {
					return line{}, false
				}
			}
			return line{day: today, what: "remind", who: who, due: due, n: n}, true
		}
	}
	return line{}, false
}

// secondTime: another commitment of the same kind went overdue on the same project before, within the
// look-back, and nobody took it back; or this one did, before it was extended. unit is whose it is that day.
func (o *oracle) secondTime(who, today, due int, unit UnitID) bool {
	for i, w := range o.diary {
		if !w.strike || w.day >= today || !o.remembered(w.day, today) || w.who == who && w.due == due {
			continue
		}
		lifted := false
		for _, later := range o.diary[i:] {
			lifted = lifted || later.what == "lifted" && later.who == w.who && later.due == w.due
		}
		if !lifted && o.counts(w.who, w.unit, who, unit) {
			return true
		}
	}
	return false
}

// remembered: the look-back is the calendar year, so many working days, or so many months.
func (o *oracle) remembered(day, today int) bool {
	back, now := o.days[day], o.days[today]
	switch o.rules.LookBack {
	case "year":
		return back/10000 == now/10000
	case "10d":
		first := today
		for n := 0; n < 10; {
			if first--; o.works[first] {
				n++
			}
		}
		return day >= first
	case "1m":
		year, month := now/10000, now/100%100-1
		if month == 0 {
			year, month = year-1, 12
		}
		return back >= year*10000+month*100+min(now%100, workday.Day(monthDays[int(month)]))
	}
	panic("the oracle does not know this look-back")
}

// counts says whether an offence of one, made while it was of a unit, counts against another by the rule's
// scope. Its own offence goes with a commitment that is handed over; to any other commitment an offence is
// the unit's that answered when it was made.
func (o *oracle) counts(other int, then UnitID, who int, unit UnitID) bool {
	if other == who {
		return true
	}
	if o.kind(who) == Duty || o.kind(other) == Duty {
		return false // A duty is one person's own.
	}
	sameUnit := unit != 0 && then == unit
	sameProject := o.project(other) == o.project(who)
	sameKind := o.kind(other) == o.kind(who)
	if o.rules.Scope == AnyOfUnit {
		return sameUnit
	}
	if o.project(who) == 0 {
		return sameProject && sameKind && sameUnit // What is on no project is counted for its unit.
	}
	return sameProject && (sameKind || o.rules.Scope == AnyOnProject)
}

// act lets somebody act, if the text allows it.
func (o *oracle) act(e event, today int) bool {
	switch e.act {
	case "suspend", "resume":
		if o.suspended(e.who) == (e.act == "suspend") {
			return false
		}
		o.write(line{day: today, what: e.act, who: e.who})
		if e.act == "resume" {
			o.moveOn(e.who, today)
		}
		return true
	case "report":
		o.report(e.who, today)
		return true
	case "withdraw":
		return o.withdraw(e.who, today)
	}
	return o.actOn(e.act, e.who, e.unit, o.index[e.to], today)
}

func (o *oracle) actOn(act string, who int, unit UnitID, to, today int) bool {
	if !o.happened("owed", who) {
		return false
	}
	state, due := o.state(who), o.due(who)
	switch act {
	case "done":
		if state != "open" {
			return false
		}
	case "sendback", "accept":
		if state != "done" {
			return false
		}
	case "self-accept":
		return false
	case "ask":
		if state != "open" || o.fixed(who) || to <= due || to <= today || o.suspended(o.project(who)) {
			return false
		}
		o.write(line{day: today, what: "ask", who: who, n: to, due: due})
		return true
	case "hand":
		if state != "open" || o.fixed(who) || o.owner(who) == int(unit)+1 {
			return false
		}
		o.write(line{day: today, what: "hand", who: who, unit: unit, n: o.owner(who)})
		return true
	case "takeover", "refuse":
		// It is decided once, while it is open and still the one's it was asked of. Nothing else moves.
		asked, ok := o.proposed(who)
		if !ok || state != "open" || asked.n != o.owner(who) || act == "takeover" && int(asked.unit)+1 == o.owner(who) {
			return false
		}
		o.write(line{day: today, what: act, who: who, unit: asked.unit})
		return true
	case "deny", "grant":
		asked, ok := o.pending(who)
		if !ok || state != "open" || asked.due != due {
			return false
		}
		if act == "grant" && (asked.n < today || o.suspended(o.project(who))) {
			return false // The day asked for has passed: ask anew.
		}
		if act == "grant" {
			o.grant(who, asked.n, due, today)
			return true
		}
	case "handup":
		// Only a problem that is open, and not beyond the highest level.
		level, _ := o.level(who)
		if state != "open" || o.kind(who) != Problem || level == 3 {
			return false
		}
		o.write(line{day: today, what: act, who: who, level: level + 1, n: o.later(today, o.levelDays(level+1)), due: due})
		return true
	case "receive":
		if state != "open" && state != "done" || o.happened("receive", who) || o.happened("takeover", who) {
			return false
		}
	case "reopen":
		if state != "accept" || o.closes(who) {
			return false
		}
	case "contest":
		// The latest strike that stands and was not contested, within so many working days of its notice.
		due, day, ok := o.contestable(who)
		if !ok || today > o.later(day, o.rules.ContestDays) {
			return false
		}
		o.write(line{day: today, what: "contest", who: who, due: due})
		return true
	case "uphold", "lift":
		for _, w := range o.diary {
			if w.what == "contest" && w.who == who && !o.took("upheld", who, w.due) && !o.took("lifted", who, w.due) {
				if act == "uphold" {
					o.write(line{day: today, what: "upheld", who: who, due: w.due})
				} else {
					o.takeBack(who, w.due, today)
				}
				return true
			}
		}
		return false
	case "cancel":
		if state != "open" && state != "done" {
			return false
		}
	case "waive":
		if state == "waive" || state == "cancel" {
			return false
		}
		o.write(line{day: today, what: "waive", who: who})
		for _, w := range slices.Clone(o.diary) {
			if w.strike && w.who == who {
				o.takeBack(who, w.due, today)
			}
		}
		return true
	}
	o.write(line{day: today, what: act, who: who})
	return true
}

// grant: approved before the due date it leaves no strike; after it, the strike stays.
func (o *oracle) grant(who, to, due, today int) {
	last := due
	for !o.works[last] {
		last++
	}
	has := false
	for _, w := range o.diary {
		has = has || w.strike && w.who == who && w.due == due
	}
	o.write(line{day: today, what: "grant", who: who, n: to, due: due})
	if today > last && !has {
		o.write(line{day: today, what: "extended late", who: who, due: due, unit: o.unit(who), strike: true})
	}
}

// takeBack: a strike that is waived or lifted counts no longer. An order for that very offence has lost its
// ground; so has one that the offence made the second, unless another makes it so. With an order falls what
// is owed for it and the offence of not having answered, and an offence that was a first one after all is a
// warning from today.
func (o *oracle) takeBack(who, due, today int) {
	if o.took("lifted", who, due) {
		return
	}
	o.write(line{day: today, what: "lifted", who: who, due: due})
	for _, w := range slices.Clone(o.diary) {
		if w.what != "order" || o.fell(w) {
			continue
		}
		own := w.who == who && w.due == due
		if !own && (!w.strike || o.secondTime(w.who, w.day, w.due, w.unit)) {
			continue
		}
		o.write(line{day: today, what: "order void", who: w.who, due: w.due, nth: w.nth})
		if s := o.state(w.who); !own && (s == "open" || s == "done") && o.due(w.who) == w.due {
			o.write(line{day: today, what: "warning after all", who: w.who, due: w.due})
		}
		reply := w.who + w.nth
		if s := o.state(reply); s == "open" || s == "done" {
			o.write(line{day: today, what: "waive", who: reply})
		}
		for _, x := range slices.Clone(o.diary) {
			if x.strike && x.who == reply {
				o.takeBack(reply, x.due, today)
			}
		}
	}
}

func (o *oracle) fell(order line) bool {
	for _, w := range o.diary {
		if w.what == "order void" && w.who == order.who && w.nth == order.nth {
			return true
		}
	}
	return false
}

// contestable gives the due day and the day of the latest strike that stands and was never contested.
func (o *oracle) contestable(who int) (due, day int, ok bool) {
	for _, w := range o.diary {
		if w.strike && w.who == who && !o.took("lifted", who, w.due) && !o.took("contest", who, w.due) && w.day >= day {
			due, day, ok = w.due, w.day, true
		}
	}
	return due, day, ok
}

// moveOn: while a project is suspended its clock stands still. What could still be kept when it stopped has
// as many working days left, today among them, as it had then, that day among them.
func (o *oracle) moveOn(project, today int) {
	stopped := 0
	for _, w := range o.diary {
		if w.what == "suspend" && w.who == project {
			stopped = w.day
		}
	}
	for _, who := range o.names() {
		if s := o.state(who); o.project(who) != project || s != "open" && s != "done" {
			continue
		}
		o.write(line{day: today, what: "stood still", who: who, n: stopped})
		from, due := max(stopped, o.since(who)), o.due(who)
		if level, until := o.level(who); level > 1 { // before the due day moves: it is a day of its own
			if day, moves := o.daysLeft(from, until, today); moves {
				o.write(line{day: today, what: "moved level", who: who, n: day})
			}
		}
		if day, moves := o.daysLeft(from, due, today); moves {
			o.write(line{day: today, what: "moved", who: who, n: day, due: due})
		}
	}
}

// daysLeft gives the day that is as many working days off today as a day was when the clock stopped.
func (o *oracle) daysLeft(stopped, last, today int) (day int, moves bool) {
	left, still := 0, 0
	for !o.works[last] {
		last++
	}
	for d := stopped; d <= last; d++ {
		if o.works[d] {
			left++
		}
	}
	for d := stopped; d < today; d++ {
		if o.works[d] {
			still++
		}
	}
	if left == 0 || still == 0 {
		return 0, false
	}
	day = today - 1
	for left > 0 {
		if day++; o.works[day] {
			left--
		}
	}
	return day, true
}

// stoodStill says whether a day is one on which the commitment's clock stood still, and until when: while its
// project was suspended, unless it was closed when that went on.
func (o *oracle) stoodStill(who, day int) (until int, ok bool) {
	for _, w := range o.diary {
		if w.what == "stood still" && w.who == who && w.n <= day && day < w.day {
			return w.day, true
		}
	}
	return 0, false
}

// running gives the nth working day after a day on which the commitment's clock ran.
func (o *oracle) running(who, day, n int) int {
	for {
		until, ok := o.stoodStill(who, day)
		if !ok {
			break
		}
		day = until
	}
	for n > 0 {
		day++
		if _, still := o.stoodStill(who, day); o.works[day] && !still {
			n--
		}
	}
	return day
}

// report: what was owed as a filing on the project is filed.
func (o *oracle) report(project, today int) {
	o.reports++
	o.write(line{day: today, what: "report", who: project, n: o.reports})
	for _, who := range o.names() {
		if o.kind(who) == Filing && o.project(who) == project && o.state(who) == "open" {
			o.write(line{day: today, what: "filed", who: who, n: o.reports})
		}
	}
}

// withdraw: the latest report not withdrawn is taken back, and what it filed is owed again.
func (o *oracle) withdraw(project, today int) bool {
	last := 0
	for _, w := range o.diary {
		if w.what == "report" && w.who == project {
			gone := false
			for _, x := range o.diary {
				gone = gone || x.what == "withdraw" && x.n == w.n
			}
			if !gone {
				last = w.n
			}
		}
	}
	if last == 0 {
		return false
	}
	o.write(line{day: today, what: "withdraw", who: project, n: last})
	for _, who := range o.names() {
		for _, w := range o.diary {
			if w.what == "filed" && w.who == who && w.n == last && o.state(who) == "accept" {
				o.write(line{day: today, what: "unfiled", who: who})
				break
			}
		}
	}
	return true
}

// The rest are questions to the diary.

func (o *oracle) names() []int {
	var all []int
	for _, w := range o.diary {
		if w.what == "owed" {
			all = append(all, w.who)
		}
	}
	return all
}

func (o *oracle) kind(who int) Kind {
	if who%perOwed != 0 {
		return Reply
	}
	return o.owed[who/perOwed].kind
}

// fixed: what closes with its answer and a reply can be neither extended nor handed over.
func (o *oracle) fixed(who int) bool { return o.closes(who) || o.kind(who) == Reply }

// closes: a filing, a return, a duty, a lead and an element end with the answer itself.
func (o *oracle) closes(who int) bool {
	k := o.kind(who)
	return k == Filing || k == Return || k == Duty || k == Lead || k == Element
}

func (o *oracle) project(who int) int { return int(o.owed[who/perOwed].project) }

func (o *oracle) happened(what string, who int) bool {
	for _, w := range o.diary {
		if w.what == what && w.who == who {
			return true
		}
	}
	return false
}

func (o *oracle) took(what string, who, due int) bool {
	for _, w := range o.diary {
		if w.what == what && w.who == who && w.due == due {
			return true
		}
	}
	return false
}

func (o *oracle) since(who int) int {
	for _, w := range o.diary {
		if w.what == "owed" && w.who == who {
			return w.day
		}
	}
	return -1
}

func (o *oracle) due(who int) int {
	due := -1
	for _, w := range o.diary {
		if (w.what == "owed" || w.what == "grant" || w.what == "moved") && w.who == who {
			due = w.n
		}
	}
	return due
}

func (o *oracle) movedSince(who, from int) bool {
	for _, w := range o.diary[from:] {
		if w.what == "grant" && w.who == who {
			return true
		}
	}
	return false
}

func (o *oracle) pending(who int) (line, bool) {
	var asked line
	found := false
	for _, w := range o.diary {
		if w.who != who {
			continue
		}
		switch w.what {
		case "ask":
			asked, found = w, true
		case "grant", "deny":
			found = false
		}
	}
	return asked, found
}

func (o *oracle) state(who int) string {
	state := "open"
	for _, w := range o.diary {
		if w.who != who {
			continue
		}
		switch w.what {
		case "done", "accept", "cancel":
			state = w.what
		case "filed":
			state = "accept"
		case "sendback", "unfiled", "reopen":
			state = "open"
		case "waive":
			state = w.what
		}
	}
	return state
}

func (o *oracle) suspended(project int) bool {
	is := false
	for _, w := range o.diary {
		if w.who == project && (w.what == "suspend" || w.what == "resume") {
			is = w.what == "suspend"
		}
	}
	return is
}

// owner is who has it: 0 the first one, else one more than the number of the unit it was handed to.
func (o *oracle) owner(who int) int {
	owner := 0
	for _, w := range o.diary {
		if w.what == "takeover" && w.who == who {
			owner = int(w.unit) + 1
		}
	}
	return owner
}

// unit is the unit that answers now; a reply is the unit's its order was given to.
func (o *oracle) unit(who int) UnitID {
	if who%perOwed != 0 {
		for _, w := range o.diary {
			if w.what == "owed" && w.who == who {
				return w.unit
			}
		}
	}
	unit := o.owed[who/perOwed].unit
	for _, w := range o.diary {
		if w.what == "takeover" && w.who == who && w.unit != 0 {
			unit = w.unit
		}
	}
	return unit
}

// proposed gives the handover that waits.
func (o *oracle) proposed(who int) (line, bool) {
	var asked line
	found := false
	for _, w := range o.diary {
		switch {
		case w.who != who:
		case w.what == "hand":
			asked, found = w, true
		case w.what == "takeover", w.what == "refuse":
			found = false
		}
	}
	return asked, found
}

// later gives the nth working day after a day.
func (o *oracle) later(day, n int) int {
	for n > 0 {
		day++
		if o.works[day] {
			n--
		}
	}
	return day
}
