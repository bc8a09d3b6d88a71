package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/store/storetest"
)

// machinery are the columns of proven tables that say nothing worth proving: who works on a row, and when.
var machinery = map[string][]string{
	"schedules":  {"version"},
	"meetings":   {"slot", "state", "frozen_at", "version"}, // where it stands; every change of it is a line of history
	"orders":     {"strike_id"},                             // what an order leans on may change while it stands; why it was given is proven
	"inbox":      {"token", "lease_until", "attempts"},
	"deliveries": {"held", "not_before", "token", "lease_until", "card_change"},
}

// lived writes a ledger in which every proven fact is there at least twice, and seals it.
func lived(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	for n := range 3 {
		p := ledger.Project{Code: fmt.Sprintf("P%d", n), Name: "产业园", Version: 1}
		write(t, s, func(tx *store.Tx) error { p.ID = 0; return tx.PutProject(&p, nil, nil) })
		m := apply(t, s, ledger.Outcome{New: []ledger.Commitment{node(fmt.Sprint("节点", n))}}).New[0]
		m = must[ledger.Commitment](t)(s.Commitment(ctx, district, m.ID))
		p = must[ledger.Project](t)(s.Project(ctx, district, p.ID))
		out := rich(m, p)
		out.Steps, out.Orders[0].Step.Name = out.Steps[:1], ledger.StepOrder
		out.Notices[0].Cause = fmt.Sprint("look:2026-03-0", n+1)
		out.Notices[0].Step.Name, out.Notices[0].Step.Before = ledger.StepRemind, 7
		at := clock.At(spring.Now())
		out.Handovers = []ledger.Handover{{DistrictID: district, CommitmentID: m.ID, FromID: 5, ToID: 6, Reason: "不归我管", AskedBy: 5, AskedAt: at, State: "asked"}}
		out.Contests = []ledger.Contest{{DistrictID: district, StrikeID: int64(n + 1), CommitmentID: m.ID, Reason: "已报过完成", AskedBy: 5, AskedAt: at, DecideBy: 20260309, State: "asked"}}
		out.Suspensions = []ledger.Suspension{{DistrictID: district, ProjectID: p.ID, Reason: "规划调整", AskedBy: 5, AskedAt: at, State: "asked"}}
		w := apply(t, s, out)
		x := must[ledger.Extension](t)(s.AskedExtension(ctx, district, m.ID))
		x.State, x.DecidedBy, x.DecidedAt, x.Answer = "granted", 9, at, "同意"
		h := must[[]ledger.Handover](t)(s.Handovers(ctx, district, m.ID))[0]
		h.State, h.DecidedBy, h.DecidedAt, h.Answer = "denied", 9, at, "不同意"
		k := must[[]ledger.Strike](t)(s.StrikesOf(ctx, district, m.ID))[0]
		k.State, k.LiftedBy, k.LiftedFor, k.LiftedAt = ledger.StrikeLifted, 9, "暴雨", at
		c := must[[]ledger.Contest](t)(s.Contests(ctx, district, m.ID))[0]
		c.State, c.DecidedBy, c.DecidedAt, c.Answer = "lifted", 9, at, "经核实已完成"
		sus := must[[]ledger.Suspension](t)(s.Suspensions(ctx, district, p.ID))[0]
		sus.State, sus.DecidedBy, sus.DecidedAt, sus.Answer = "denied", 9, at, "可以边调整边施工"
		o := w.Orders[0]
		o.VoidedAt = at
		u := must[ledger.Update](t)(s.UpdateByReceipt(ctx, district, w.Updates[0].Receipt))
		u.WithdrawnAt = at
		g := ledger.Suggestion{DistrictID: district, Year: 2026, Period: fmt.Sprint(n), Roll: ledger.RollPraise, UnitID: 3, Why: "排名第1", On: 2026_03_02, State: ledger.Suggested}
		apply(t, s, ledger.Outcome{Suggestions: []ledger.Suggestion{g}})
		g = must[[]ledger.Suggestion](t)(s.Undecided(ctx, district))[0]
		g.State, g.DecidedBy, g.DecidedAt, g.Answer = ledger.Adopted, 9, at, "属实"
		unit := ledger.Entry{DistrictID: district, Subject: "unit:3", At: at, Act: "suggestion:adopted", PersonID: 9}
		scheduled(t, s, n, p)
		seen(t, s, n, p)
		line := ledger.Entry{DistrictID: district, Subject: m.Subject(), At: at, Act: "waive", PersonID: 9, Note: "暴雨"}
		back := ledger.Entry{DistrictID: district, Subject: p.Subject(), At: at, Act: "withdraw", PersonID: 5, Note: u.Receipt}
		apply(t, s, ledger.Outcome{Extensions: []ledger.Extension{x}, Handovers: []ledger.Handover{h}, Contests: []ledger.Contest{c}, Suspensions: []ledger.Suspension{sus}, Ruled: []ledger.Order{o}, Lifted: []ledger.Strike{k}, Withdrawn: []ledger.Update{u}, Suggestions: []ledger.Suggestion{g}, Entries: []ledger.Entry{line, back, unit}})
		store.Raw(t, s, fmt.Sprintf("INSERT INTO inbox (district_id, platform, message_id, sender, received_at, payload, state, note) VALUES (1, 'wecom', 'm%d', 'u1', %d, '{}', 'done', '收到')", n, at))
		store.Raw(t, s, fmt.Sprintf("UPDATE deliveries SET state = 'sent', platform = 'wecom', platform_id = 'x%d', title = '预警', body = '请办理', sent_at = %d, read_at = %d WHERE cause = 'look:2026-03-0%d'", n, at, at, n+1))
		store.Raw(t, s, fmt.Sprintf("INSERT INTO rule_versions (district_id, version, text, since) VALUES (1, '2026-%d', 'remind: [7]', %d)", n, at))
	}
	sealed(t, s)
}

// scheduled writes what recurs, a draft of nodes that was sent back, and a stage.
func scheduled(t *testing.T, s *store.Store, n int, p ledger.Project) {
	t.Helper()
	at := clock.At(spring.Now())
	apply(t, s, ledger.Outcome{
		Recurrences: []ledger.RecurrenceDraft{{
			Recurrence: ledger.Recurrence{DistrictID: district, Rule: "招商动态", Period: fmt.Sprint("W", n), UnitID: 3, MadeOn: 2026_03_02}, Owed: node(fmt.Sprint("动态", n)),
		}},
		Schedules:    []ledger.Schedule{{DistrictID: district, ProjectID: p.ID, Template: "厂房", TargetOn: 2026_06_30, Lines: []ledger.ScheduleLine{{Title: "封顶", DueOn: 2026_06_30}}, AskedBy: 5, AskedAt: at, State: "asked"}},
		StageChanges: []ledger.StageChange{{DistrictID: district, ProjectID: p.ID, FromStage: "签约", ToStage: "开工", On: 2026_03_02, At: at, PersonID: 5}},
	})
	d := must[ledger.Schedule](t)(s.LastSchedule(t.Context(), district, p.ID))
	d.State, d.DecidedBy, d.DecidedAt, d.Answer = "denied", 9, at, "工期偏短"
	said := ledger.Entry{DistrictID: district, Subject: p.Subject(), At: at, Act: "schedule:denied", PersonID: 9, Note: "工期偏短"}
	apply(t, s, ledger.Outcome{Schedules: []ledger.Schedule{d}, Entries: []ledger.Entry{said}})
}

// seen writes a meeting with agenda and minutes, and a reading on site.
func seen(t *testing.T, s *store.Store, n int, p ledger.Project) {
	t.Helper()
	at := clock.At(spring.Now())
	m := weekly(fmt.Sprint("week", n), 2026_03_02)
	m.ProjectID, m.Title, m.Place, m.CalledBy, m.CreatedAt = p.ID, "用地", "301会议室", 9, at
	m = apply(t, s, ledger.Outcome{Convened: []ledger.MeetingDraft{{Meeting: m}}}).Met[0]
	apply(t, s, ledger.Outcome{
		Agenda: []ledger.AgendaItem{{
			DistrictID: district, MeetingID: m.ID, Ord: 1, Section: ledger.AgendaRed, CommitmentID: 1, ProjectID: p.ID, OwnerID: 5, Kind: ledger.Milestone,
			Code: "J0001", Title: "封顶", DueOn: 2026_03_02, Colour: ledger.Red, Why: "已督办", Answer: "在办",
		}},
		Minutes:  []ledger.MinuteDraft{{Minute: ledger.Minute{DistrictID: district, MeetingID: m.ID, Ord: 1, Text: "记录", ProjectID: p.ID, PersonID: 9, At: at}}},
		Readings: []ledger.ReadingDraft{{Reading: ledger.Reading{DistrictID: district, ProjectID: p.ID, UpdateID: 1, Reported: 6500, Read: 5200, Mismatch: true, PersonID: 9, Text: "三层", Photos: []string{"a"}, At: at, On: 2026_03_02}}},
	})
}

func sealed(t *testing.T, s *store.Store) {
	t.Helper()
	if _, err := s.Sealer(district).Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func walk(t *testing.T, s *store.Store, head string) store.Walked {
	t.Helper()
	w, err := s.Walk(context.WithoutCancel(t.Context()), district, head)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestChainHoldsAndNothingWaits(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		lived(t, s)
		w := walk(t, s, "")
		if w.Broken+w.Waiting > 0 {
			t.Fatalf("broken %+v, waiting %+v", w.Breaks, w.Unsealed)
		}
		for table, columns := range store.Proven() {
			if w.Rows[table] < 2 {
				t.Errorf("%d facts of %s are on the chain: the tests below need at least two", w.Rows[table], table)
			}
			if table == "commitments" || table == "recurrences" {
				continue // they say what stands now, and every change of them is a line of history
			}
			for _, c := range store.Columns(t, s, table) {
				if c != "id" && c != "district_id" && !slices.Contains(columns, c) && !slices.Contains(machinery[table], c) {
					t.Errorf("%s.%s is not proven: add a version of the fact with it, or name it machinery", table, c)
				}
			}
		}
		before := w.Head
		if n, err := s.Sealer(district).Seal(t.Context()); n != 0 || err != nil {
			t.Errorf("a second sealer linked %d rows again: %v", n, err)
		}
		apply(t, s, ledger.Outcome{Entries: []ledger.Entry{{DistrictID: district, Subject: "commitment:1", At: 1, Act: "note"}}})
		if w = walk(t, s, before.Hash); w.Broken != 0 || w.Waiting != 1 || w.Unsealed[0].Table != "entries" {
			t.Errorf("one line of history waits, said are %+v and %+v", w.Breaks, w.Unsealed)
		}
		sealed(t, s)
		if w = walk(t, s, before.Hash); w.Broken+w.Waiting != 0 || w.Head.Seq != before.Seq+1 {
			t.Errorf("after sealing: %+v", w)
		}
	})
}

// Every column of every proven row, changed, is found and named; so are a row deleted, one put in later and
// two exchanged.
func TestTamperingIsNamed(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		lived(t, s)
		for table, columns := range store.Proven() {
			for _, c := range columns {
				tampered(t, s, table, func(id int64) string {
					return fmt.Sprintf("UPDATE `%s` SET `%s` = %s WHERE id = %d", table, c, otherValue(table, c), id)
				}, store.BreakChanged, store.BreakSilent)
			}
			tampered(t, s, table, func(id int64) string { return fmt.Sprintf("DELETE FROM `%s` WHERE id = %d", table, id) }, store.BreakMissing)
		}
	})
}

// otherValue is an expression that differs from what stands there and that the table's own checks allow.
func otherValue(table, column string) string {
	switch table + "." + column {
	case "strikes.state":
		return "'stands'"
	case "schedules.lines":
		return "'[]'"
	case "schedules.state", "extensions.state", "handovers.state", "contests.state", "suspensions.state":
		return "'asked'"
	case "suspensions.resumes":
		return "1 - resumes"
	case "readings.mismatch", "meetings.online":
		return "1 - `" + column + "`"
	case "readings.read":
		return "`read` + 1"
	case "agenda_items.section":
		return "'last'"
	case "inbox.state":
		return "'failed'"
	case "suggestions.state":
		return "'suggested'"
	case "suggestions.roll":
		return "'account'"
	case "deliveries.state":
		return "'refused'"
	case "deliveries.group_id":
		return "group_id + 100"
	case "deliveries.person_id":
		return "person_id + CASE WHEN group_id = 0 THEN 1 ELSE 0 END"
	case "updates.progress":
		return "NULL"
	case "updates.invested":
		return "COALESCE(invested, 0) + 1"
	case "updates.no_change":
		return "1 - no_change"
	}
	if strings.HasSuffix(column, "_on") || strings.HasSuffix(column, "_at") || strings.HasSuffix(column, "_id") && column != "message_id" && column != "platform_id" ||
		strings.HasSuffix(column, "_by") || slices.Contains([]string{"at", "on", "before", "year", "number", "rank", "attempts", "lost", "since", "weight", "reported", "ord"}, column) && table+"."+column != "entries.before" {
		return "`" + column + "` + 100"
	}
	return "CONCAT(`" + column + "`, 'x')"
}

// tampered does something to a random row behind the product's back, expects it to be named, and undoes it.
func tampered(t *testing.T, s *store.Store, table string, do func(id int64) string, kinds ...store.BreakKind) {
	t.Helper()
	ids := store.IDs(t, s, table)
	id := ids[rand.IntN(len(ids))]
	statement := do(id)
	undo := store.Keep(t, s, table, id)
	if table == "deliveries" && strings.Contains(statement, "`person_id`") {
		return // the rows of this test go to groups: the table itself forbids a person beside one
	}
	store.Raw(t, s, statement)
	w := walk(t, s, "")
	named := slices.ContainsFunc(w.Breaks, func(b store.Break) bool {
		return b.Table == table && b.RowID == id && slices.Contains(kinds, b.Kind)
	})
	if !named {
		t.Errorf("%s: not named among %+v", statement, w.Breaks)
	}
	undo()
	if w = walk(t, s, ""); w.Broken+w.Waiting > 0 {
		t.Fatalf("%s could not be undone: %+v %+v", statement, w.Breaks, w.Unsealed)
	}
}

func TestSwappedInsertedAndRewritten(t *testing.T) {
	for name, c := range map[string]struct {
		do   []string
		kind store.BreakKind
		row  int64
	}{
		"two rows exchanged":             {[]string{"UPDATE steps SET id = 99 WHERE id = 1", "UPDATE steps SET id = 1 WHERE id = 3", "UPDATE steps SET id = 3 WHERE id = 99"}, store.BreakChanged, 1},
		"a line slipped in":              {[]string{"UPDATE entries SET id = id + 100 WHERE id > 1", "INSERT INTO entries (id, district_id, subject, act, `before`, `after`, note) VALUES (2, 1, 'commitment:1', 'accept', '', '', '')"}, store.BreakChanged, 2},
		"a strike lifted without a word": {[]string{"INSERT INTO strikes (id, district_id, commitment_id, due_on, `on`, state, lifted_for) VALUES (50, 1, 77, 20260301, 20260301, 'lifted', '')"}, store.BreakSilent, 50},
		"a step told that was not":       {[]string{"INSERT INTO delivery_items (district_id, cause, recipient, commitment_id, due_on, name, `before`) VALUES (1, 'look:2026-03-01', 'g4', 9, 20260301, 'warn', 0)"}, store.BreakChanged, 1},
		"a step told struck out":         {[]string{"DELETE FROM delivery_items WHERE cause = 'look:2026-03-01'"}, store.BreakChanged, 1},
		"a link gone":                    {[]string{"DELETE FROM links WHERE seq = 4"}, store.BreakGap, 0},
		"links exchanged":                {[]string{"UPDATE links SET seq = 1000 WHERE seq = 2", "UPDATE links SET seq = 2 WHERE seq = 3", "UPDATE links SET seq = 3 WHERE seq = 1000"}, store.BreakLink, 0},
		"a link's hash":                  {[]string{"UPDATE links SET hash = 'x' WHERE seq = 3"}, store.BreakLink, 0},
		"a link's moment":                {[]string{"UPDATE links SET sealed_at = sealed_at + 1 WHERE seq = 3"}, store.BreakLink, 0},
		"a link of tomorrow's program":   {[]string{"UPDATE links SET part = 'later' WHERE seq = 3"}, store.BreakLink, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := storetest.SQLite(t, spring)
			lived(t, s)
			for _, statement := range c.do {
				store.Raw(t, s, statement)
			}
			w := walk(t, s, "")
			if !slices.ContainsFunc(w.Breaks, func(b store.Break) bool { return b.Kind == c.kind && (c.row == 0 || b.RowID == c.row) }) {
				t.Errorf("not named among %+v, waiting %+v", w.Breaks, w.Unsealed)
			}
		})
	}
}

// A row with an old date put between sealed ones is not taken for one that waits.
func TestSlippedInBetween(t *testing.T) {
	c := clock.NewTurnable(time.Date(2026, 3, 2, 8, 0, 0, 0, clock.Shanghai))
	s := storetest.SQLite(t, c)
	lived(t, s)
	c.Set(c.Now().Add(48 * time.Hour))
	store.Raw(t, s, "UPDATE entries SET id = 900 WHERE id = (SELECT MAX(id) FROM entries)")
	store.Raw(t, s, "UPDATE links SET row_id = 900 WHERE tbl = 'entries' AND row_id = (SELECT MAX(row_id) FROM links WHERE tbl = 'entries')")
	apply(t, s, ledger.Outcome{Entries: []ledger.Entry{{DistrictID: district, Subject: "commitment:1", At: clock.At(c.Now()), Act: "note"}}})
	sealed(t, s)
	store.Raw(t, s, fmt.Sprintf("INSERT INTO entries (id, district_id, subject, at, act, `before`, `after`, note) VALUES (500, 1, 'commitment:1', %d, 'accept', '', '', '')", clock.At(c.Now().Add(-40*time.Hour))))
	w := walk(t, s, "")
	if !slices.ContainsFunc(w.Breaks, func(b store.Break) bool { return b.Kind == store.BreakSlipped && b.RowID == 500 }) {
		t.Errorf("not named among %+v, waiting %+v", w.Breaks, w.Unsealed)
	}
}

// Whoever rewrites rows and chain alike is found out by a head that somebody remembers.
func TestAChainMadeAnewLacksTheOldHead(t *testing.T) {
	s := storetest.SQLite(t, spring)
	lived(t, s)
	head := walk(t, s, "").Head.Hash
	store.Raw(t, s, "UPDATE entries SET note = '从未要求过' WHERE id = 1")
	store.Raw(t, s, "DELETE FROM links")
	sealed(t, s)
	if w := walk(t, s, ""); w.Broken+w.Waiting != 0 {
		t.Fatalf("the new chain does not hold by itself: %+v", w)
	}
	if w := walk(t, s, head); w.Broken != 1 || w.Breaks[0].Kind != store.BreakHead {
		t.Errorf("the old head is not missed: %+v", w.Breaks)
	}
}

// Three replicas seal while three more write: one chain, no fork, nothing left out, no row twice. (The
// one link beside the history is the commitment the test begins with.)
func TestReplicasSealOneChain(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		begin(t, s)
		var writers, sealers sync.WaitGroup
		stop := make(chan struct{})
		for range 3 {
			l := s.Sealer(district)
			sealers.Go(func() {
				for {
					if _, err := l.Seal(t.Context()); err != nil {
						t.Errorf("seal: %v", err)
					}
					select {
					case <-stop:
						return
					default:
					}
				}
			})
		}
		for n := range 3 {
			writers.Go(func() {
				for i := range 40 {
					e := ledger.Entry{DistrictID: district, Subject: fmt.Sprintf("commitment:%d", n), At: 1, Act: "note", Note: fmt.Sprint(i)}
					if err := s.Write(t.Context(), district, func(tx *store.Tx) error {
						_, err := tx.Apply(ledger.Outcome{Entries: []ledger.Entry{e}})
						return err
					}); err != nil {
						t.Errorf("write: %v", err)
					}
				}
			})
		}
		writers.Wait()
		close(stop)
		sealers.Wait()
		sealed(t, s)
		w := walk(t, s, "")
		if w.Broken+w.Waiting > 0 || w.Rows["entries"] != 120 || w.Head.Seq != 121 {
			t.Errorf("%d entries in %d links, broken %+v, waiting %d", w.Rows["entries"], w.Head.Seq, w.Breaks, w.Waiting)
		}
	})
}

// A row whose transaction was slower than those after it is not passed over.
func TestLateCommitIsLinked(t *testing.T) {
	c := clock.NewTurnable(time.Date(2026, 3, 2, 8, 0, 0, 0, clock.Shanghai))
	s := storetest.SQLite(t, c)
	lived(t, s)
	l := s.Sealer(district)
	seal := func() {
		t.Helper()
		if _, err := l.Seal(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	late := func(id int, at time.Time) {
		store.Raw(t, s, fmt.Sprintf("INSERT INTO entries (id, district_id, subject, at, act, `before`, `after`, note) VALUES (%d, 1, 'commitment:1', %d, 'note', '', '', '')", id, clock.At(at)))
	}
	late(500, c.Now())
	seal()
	late(400, c.Now()) // began before, committed after the first look
	c.Set(c.Now().Add(11 * time.Minute))
	seal()
	late(600, c.Now())
	seal()
	late(550, c.Now())
	seal()
	if w := walk(t, s, ""); w.Broken+w.Waiting > 0 {
		t.Errorf("broken %+v, waiting %+v", w.Breaks, w.Unsealed)
	}
	late(700, c.Now().Add(time.Minute))
	c.Set(c.Now().Add(24 * time.Hour))
	late(650, c.Now().Add(-24*time.Hour)) // later than anything may be: the next day's first look finds it
	seal()
	if w := walk(t, s, ""); w.Waiting > 0 {
		t.Errorf("waiting %+v", w.Unsealed)
	}
}
