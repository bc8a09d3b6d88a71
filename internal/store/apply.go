package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"

	"gorm.io/gorm"
)

// batch is how many rows one statement carries: SQLite takes 32,766 values, the widest row has 35.
const batch = 500

var errMoved = fault.New(fault.Conflict, "数据刚刚被他人更新，请重新查看后再操作。")

// Written tells what the pen filled in, in the order of the outcomes.
type Written struct {
	New     []ledger.Commitment  // with id and code
	Updates []ledger.Update      // with receipt
	Orders  []ledger.Order       // with id and number
	Toured  []ledger.Observation // with id and number
	Met     []ledger.Meeting     // convened ones, with id and number
}

// Apply writes outcomes: all of them or, with an error, none. It is the only way the ledger changes.
// A row that changed since it was read makes it fail with a fault of code Conflict.
func (t *Tx) Apply(outs ...ledger.Outcome) (Written, error) {
	all := join(outs)
	var w Written
	for _, write := range []func(*ledger.Outcome, *Written) error{
		t.applyCommitments,
		t.applyProjects,
		t.applyUpdates,
		t.applyOrders,
		t.applyNew,
		t.applySteps,
		t.applyStrikes,
		t.applyExtensions,
		t.applyHandovers,
		t.applyContests,
		t.applySuspensions,
		t.applyForecasts,
		t.applyFindings,
		t.applySuggestions, t.applyEntries,
		t.applyNotices,
		t.applyFiled,
		t.applySchedules,
		t.applyStageChanges,
		t.applyLeaves,
		t.applyPosts,
		t.applyConvened,
		t.applyMeetings,
		t.applyMinutes,
		t.applyReadings,
		t.applyToured,
		t.applyMarks,
		t.applyLeads,
		t.applyProspects,
		t.applyVisits,
		t.applyResources,
		t.applyPolicies,
	} {
		if err := write(&all, &w); err != nil {
			return Written{}, err
		}
	}
	return w, nil
}

// join makes one outcome of many, so that a sweep's rows travel together. It copies: ids and numbers are
// filled in on the way, and a transaction that is run again must find the outcomes as they were.
func join(outs []ledger.Outcome) ledger.Outcome {
	var all ledger.Outcome
	for _, o := range outs {
		all.New = append(all.New, o.New...)
		all.Saved = append(all.Saved, o.Saved...)
		all.Looked = append(all.Looked, o.Looked...)
		all.Projects = append(all.Projects, o.Projects...)
		all.Updates = append(all.Updates, o.Updates...)
		all.Withdrawn = append(all.Withdrawn, o.Withdrawn...)
		all.Steps = append(all.Steps, o.Steps...)
		all.Strikes = append(all.Strikes, o.Strikes...)
		all.Lifted = append(all.Lifted, o.Lifted...)
		all.Orders = append(all.Orders, o.Orders...)
		all.Ruled = append(all.Ruled, o.Ruled...)
		all.Contests = append(all.Contests, o.Contests...)
		all.Suspensions = append(all.Suspensions, o.Suspensions...)
		all.Extensions = append(all.Extensions, o.Extensions...)
		all.Handovers = append(all.Handovers, o.Handovers...)
		all.Findings = append(all.Findings, o.Findings...)
		all.Forecasts = append(all.Forecasts, o.Forecasts...)
		all.Convened = append(all.Convened, o.Convened...)
		all.Meetings = append(all.Meetings, o.Meetings...)
		all.Agenda = append(all.Agenda, o.Agenda...)
		all.Minutes = append(all.Minutes, o.Minutes...)
		all.Opinions = append(all.Opinions, o.Opinions...)
		all.Readings = append(all.Readings, o.Readings...)
		all.Toured = append(all.Toured, o.Toured...)
		all.TouredOff = append(all.TouredOff, o.TouredOff...)
		all.Marks = append(all.Marks, o.Marks...)
		all.Recurrences = append(all.Recurrences, o.Recurrences...)
		all.Filed = append(all.Filed, o.Filed...)
		all.Schedules = append(all.Schedules, o.Schedules...)
		all.StageChanges = append(all.StageChanges, o.StageChanges...)
		all.Leaves = append(all.Leaves, o.Leaves...)
		all.Posts = append(all.Posts, o.Posts...)
		all.Leads = append(all.Leads, o.Leads...)
		all.Prospects = append(all.Prospects, o.Prospects...)
		all.Suggestions = append(all.Suggestions, o.Suggestions...)
		all.Visits = append(all.Visits, o.Visits...)
		all.Resources = append(all.Resources, o.Resources...)
		all.Policies = append(all.Policies, o.Policies...)
		all.Entries = append(all.Entries, o.Entries...)
		all.Notices = append(all.Notices, o.Notices...)
	}
	return all
}

func (t *Tx) applyCommitments(o *ledger.Outcome, _ *Written) error {
	for _, m := range o.Saved {
		err := t.save(m.Version, []ledger.CommitmentID{m.ID}, map[string]any{
			"unit_id": m.UnitID, "owner_id": m.OwnerID, "due_on": m.DueOn, "rectify_by": m.RectifyBy, "grace_on": m.GraceOn,
			"excused_on": m.Excused, "reopened": m.Reopened,
			"state": m.State, "rung": m.Rung, "evidence": m.Evidence, "photos": m.Photos, "received_at": m.ReceivedAt, "done_at": m.DoneAt, "done_by": m.DoneBy,
			"closed_at": m.ClosedAt, "next_look": m.NextLook, "element": m.Element, "level": m.Level, "level_by": m.LevelBy,
		})
		if err != nil {
			return err
		}
	}
	return t.applyLooks(o.Looked)
}

// look is all of a commitment that a look may change. Rows that change to the same values from the same
// version are written by one statement, which is what makes a sweep cheap.
type look struct {
	version   int
	rung      ledger.StepName
	rectifyBy workday.Day
	next      workday.Day
	level     int
	levelBy   workday.Day
}

func (t *Tx) applyLooks(rows []ledger.Commitment) error {
	var order []look
	ids := map[look][]ledger.CommitmentID{}
	for _, m := range rows {
		l := look{m.Version, m.Rung, m.RectifyBy, m.NextLook, m.Level, m.LevelBy}
		if ids[l] == nil {
			order = append(order, l)
		}
		ids[l] = append(ids[l], m.ID)
	}
	for _, l := range order {
		for _, part := range chunks(ids[l]) {
			err := t.save(l.version, part, map[string]any{
				"rung": l.rung, "rectify_by": l.rectifyBy, "next_look": l.next, "level": l.level, "level_by": l.levelBy,
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// save writes the same columns to commitments that are still of the version they were read at.
func (t *Tx) save(version int, ids []ledger.CommitmentID, columns map[string]any) error {
	columns["version"] = version + 1
	up := t.in().Model(&ledger.Commitment{}).Where("id IN ? AND version = ?", ids, version).Updates(columns)
	if up.Error != nil {
		return fmt.Errorf("save commitments: %w", up.Error)
	}
	if int(up.RowsAffected) != len(ids) {
		return errMoved
	}
	return nil
}

func (t *Tx) applyProjects(o *ledger.Outcome, _ *Written) error {
	if len(o.Projects) == 0 {
		return nil
	}
	p, err := planOf[ledger.Project](t.db)
	if err != nil {
		return err
	}
	for _, row := range o.Projects {
		if was, read := t.conn().known.projects[row.ID]; read && !was.SameStanding(row) {
			t.conn().touched = true // whoever remembers who stands by it reads it anew
		}
		if err := t.conn().move(p, row); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) applyUpdates(o *ledger.Outcome, w *Written) error {
	for _, u := range o.Updates {
		if u.Receipt == "" {
			var err error
			if u.Receipt, err = t.receipt(u.On); err != nil {
				return err
			}
		}
		if u.Photos == nil {
			u.Photos = []string{} // a nil list would be written as NULL
		}
		if err := later(t, []ledger.Update{u}, "the update"); err != nil {
			return err
		}
		w.Updates = append(w.Updates, u)
	}
	for _, u := range o.Withdrawn {
		up := t.in().Model(&ledger.Update{}).Where("id = ? AND withdrawn_at = 0", u.ID).Update("withdrawn_at", u.WithdrawnAt)
		if up.Error != nil {
			return fmt.Errorf("withdraw update %d: %w", u.ID, up.Error)
		}
		if up.RowsAffected != 1 {
			return errMoved
		}
	}
	return nil
}

// applyOrders numbers the orders, and hands their steps and the replies owed on to be written.
func (t *Tx) applyOrders(o *ledger.Outcome, w *Written) error {
	byYear := map[int]int{}
	for _, d := range o.Orders {
		byYear[d.Order.Year]++
	}
	next := map[int]int64{}
	for year, n := range byYear {
		first, err := t.Next(fmt.Sprintf("order:%d", year), n)
		if err != nil {
			return err
		}
		next[year] = first
	}
	for _, d := range o.Orders {
		ord := d.Order
		ord.Number = int(next[ord.Year])
		next[ord.Year]++
		if err := t.db.Create(&ord).Error; err != nil {
			return fmt.Errorf("write the order: %w", err)
		}
		d.Step.OrderID, d.Step.Notice = ord.ID, ord.Title()
		d.Reply.OrderID = ord.ID
		o.Steps = append(o.Steps, d.Step)
		o.New = append(o.New, d.Reply)
		w.Orders = append(w.Orders, ord)
	}
	for _, ord := range o.Ruled {
		up := t.in().Model(&ledger.Order{}).Where("id = ? AND voided_at = 0", ord.ID).Select("strike_id", "voided_at").Updates(&ord)
		if up.Error != nil {
			return fmt.Errorf("rule on order %d: %w", ord.ID, up.Error)
		}
		if up.RowsAffected != 1 {
			return errMoved
		}
	}
	return nil
}

// applyNew gives the new commitments their codes by kind and inserts them.
func (t *Tx) applyNew(o *ledger.Outcome, w *Written) error {
	for _, d := range o.Recurrences {
		o.New = append(o.New, d.Owed)
	}
	if len(o.New) == 0 {
		return nil
	}
	byKind := map[ledger.Kind]int{}
	for _, m := range o.New {
		byKind[m.Kind]++
	}
	next := map[ledger.Kind]int64{}
	for _, kind := range slices.Sorted(maps.Keys(ledger.Kinds)) { // in one order everywhere, lest two wait for each other
		if n := byKind[kind]; n > 0 {
			first, err := t.Next("code:"+string(kind), n)
			if err != nil {
				return err
			}
			next[kind] = first
		}
	}
	for i := range o.New {
		m := &o.New[i]
		m.Code = fmt.Sprintf("%s%04d", ledger.Kinds[m.Kind].Prefix, next[m.Kind])
		next[m.Kind]++
	}
	if err := t.db.CreateInBatches(&o.New, batch).Error; err != nil {
		return fmt.Errorf("write new commitments: %w", err)
	}
	w.New = append(w.New, o.New...)
	return t.recur(o.Recurrences, o.New[len(o.New)-len(o.Recurrences):])
}

func (t *Tx) applySteps(o *ledger.Outcome, _ *Written) error {
	if len(o.Steps) == 0 {
		return nil
	}
	warnings := map[int]int{}
	for _, s := range o.Steps {
		if s.Name == ledger.StepWarn {
			warnings[s.On.Year()]++
		}
	}
	next := map[int]int64{}
	for year, n := range warnings {
		first, err := t.Next(fmt.Sprintf("warning:%d", year), n)
		if err != nil {
			return err
		}
		next[year] = first
	}
	for i := range o.Steps {
		if s := &o.Steps[i]; s.Name == ledger.StepWarn {
			s.Notice = fmt.Sprintf("预警〔%d〕%d号", s.On.Year(), next[s.On.Year()])
			next[s.On.Year()]++
		}
	}
	return create(t.db, o.Steps, "steps")
}

func (t *Tx) applyStrikes(o *ledger.Outcome, _ *Written) error {
	if err := create(t.db, o.Strikes, "strikes"); err != nil {
		return err
	}
	for _, s := range o.Lifted {
		up := t.in().Model(&ledger.Strike{}).Where("id = ? AND state = ?", s.ID, ledger.StrikeStands).
			Select("state", "lifted_by", "lifted_for", "lifted_at").Updates(&s)
		if up.Error != nil {
			return fmt.Errorf("lift strike %d: %w", s.ID, up.Error)
		}
		if up.RowsAffected != 1 {
			return errMoved
		}
	}
	return nil
}

func (t *Tx) applyExtensions(o *ledger.Outcome, _ *Written) error {
	for _, x := range o.Extensions {
		if err := decide(t, x, x.ID, "extension"); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) applyHandovers(o *ledger.Outcome, _ *Written) error {
	for _, h := range o.Handovers {
		if err := decide(t, h, h.ID, "handover"); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) applyContests(o *ledger.Outcome, _ *Written) error {
	for _, c := range o.Contests {
		err := decide(t, c, c.ID, "contest")
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return errMoved // somebody else contested the strike at the same moment
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) applySuspensions(o *ledger.Outcome, _ *Written) error {
	for _, x := range o.Suspensions {
		if err := decide(t, x, x.ID, "suspension"); err != nil {
			return err
		}
	}
	return nil
}

// decide writes a request that is new, or what became of one that was still waiting.
func decide[T any](t *Tx, row T, id int64, what string) error {
	if id == 0 {
		if err := t.db.Create(&row).Error; err != nil {
			return fmt.Errorf("write the %s: %w", what, err)
		}
		return nil
	}
	up := t.in().Model(new(T)).Where("id = ? AND state = ?", id, "asked").
		Select("state", "decided_by", "decided_at", "answer").Updates(&row)
	if up.Error != nil {
		return fmt.Errorf("decide %s %d: %w", what, id, up.Error)
	}
	if up.RowsAffected != 1 {
		return errMoved
	}
	return nil
}

func (t *Tx) applyEntries(o *ledger.Outcome, _ *Written) error {
	t.entries = append(t.entries, o.Entries...)
	return later(t, o.Entries, "history")
}

// manyIDs is how many ids one statement that reads names: with what else it says, SQLite takes them.
const manyIDs = 5000

// chunks cuts a list into parts one statement carries; of nothing there are none.
func chunks[T any](all []T) [][]T { return slices.Collect(slices.Chunk(all, batch)) }
