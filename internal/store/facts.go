package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"duban/internal/ledger"
)

// fact is what the chain proves of a table's rows: values that do not change any more once it is there. A row
// has one fact when it is written, and another for each later turn that has to be proven. The columns of a
// version are never edited: whoever adds a column worth proving adds a version.
type fact struct {
	table   string
	part    string
	version int
	columns []string
	ready   string // what is true of a row that has the fact; "" when every row has it
	at      string // the column that says when the fact came about, where there is one
	subject string // "commitment", "project", "unit": the fact is the one named in by's column, and comes with a line of its history
	by      string
	recent  string // of facts that come late: what is true of the rows to look at, with the moment a week ago
	with    func(context.Context, *gorm.DB, ledger.DistrictID, []factRow) error
}

// What every row has when it is written.
const made = "made"

// facts are all that is proven; entries come first, since facts with a subject follow them.
var facts = []fact{
	{table: "entries", part: made, version: 1, at: "at", columns: []string{"subject", "at", "act", "person_id", "for_id", "before", "after", "note"}},
	{table: "commitments", part: made, version: 1, at: "created_at", columns: []string{"code", "kind", "title", "first_due_on", "created_at"}},
	{table: "steps", part: made, version: 1, columns: []string{"commitment_id", "due_on", "name", "before", "on", "project_id", "notice", "rectify_by", "why", "order_id"}},
	{table: "strikes", part: made, version: 1, columns: []string{"commitment_id", "due_on", "project_id", "unit_id", "kind", "trigger", "on", "rule_version"}},
	{table: "strikes", part: "lifted", version: 1, at: "lifted_at", columns: []string{"state", "lifted_by", "lifted_for", "lifted_at"},
		ready: "state <> 'stands' OR lifted_by <> 0 OR lifted_for <> '' OR lifted_at <> 0", subject: "commitment", by: "commitment_id"},
	{table: "orders", part: made, version: 1, columns: []string{"year", "number", "commitment_id", "project_id", "on", "reply_by", "why"}},
	{table: "extensions", part: made, version: 1, at: "asked_at", columns: []string{"commitment_id", "from_on", "to_on", "reason", "asked_by", "asked_at"}},
	{table: "extensions", part: "decided", version: 1, at: "decided_at", columns: []string{"state", "decided_by", "decided_at", "answer"},
		ready: "state <> 'asked' OR decided_by <> 0 OR decided_at <> 0 OR answer <> ''", subject: "commitment", by: "commitment_id"},
	{table: "orders", part: "voided", version: 1, at: "voided_at", columns: []string{"voided_at"}, ready: "voided_at <> 0", subject: "commitment", by: "commitment_id"},
	{table: "contests", part: made, version: 1, at: "asked_at", columns: []string{"strike_id", "commitment_id", "project_id", "reason", "asked_by", "asked_at", "decide_by"}},
	{table: "contests", part: "decided", version: 1, at: "decided_at", columns: []string{"state", "decided_by", "decided_at", "answer"},
		ready: "state <> 'asked' OR decided_by <> 0 OR decided_at <> 0 OR answer <> ''", subject: "commitment", by: "commitment_id"},
	{table: "suspensions", part: made, version: 1, at: "asked_at", columns: []string{"project_id", "resumes", "reason", "asked_by", "asked_at"}},
	{table: "suspensions", part: "decided", version: 1, at: "decided_at", columns: []string{"state", "decided_by", "decided_at", "answer"},
		ready: "state <> 'asked' OR decided_by <> 0 OR decided_at <> 0 OR answer <> ''", subject: "project", by: "project_id"},
	{table: "handovers", part: made, version: 1, at: "asked_at", columns: []string{"commitment_id", "from_id", "from_unit_id", "to_id", "to_unit_id", "reason", "asked_by", "asked_at"}},
	{table: "handovers", part: "decided", version: 1, at: "decided_at", columns: []string{"state", "decided_by", "decided_at", "answer"},
		ready: "state <> 'asked' OR decided_by <> 0 OR decided_at <> 0 OR answer <> ''", subject: "commitment", by: "commitment_id"},
	{table: "updates", part: made, version: 1, at: "at", columns: []string{"receipt", "project_id", "person_id", "for_id", "at", "on", "period", "progress", "invested", "text", "source", "no_change", "corrects", "photos", "prev_state"}},
	{table: "updates", part: "withdrawn", version: 1, at: "withdrawn_at", columns: []string{"withdrawn_at"}, ready: "withdrawn_at <> 0", subject: "project", by: "project_id"},
	{table: "inbox", part: made, version: 1, at: "received_at", columns: []string{"platform", "message_id", "sender", "received_at", "payload"}},
	{table: "inbox", part: "ended", version: 1, columns: []string{"state", "note"}, ready: "state IN ('done','failed')"},
	{table: "deliveries", part: made, version: 1, at: "created_at", columns: []string{"cause", "recipient", "group_id", "person_id", "due_at", "payload", "reply", "created_at"}},
	{table: "deliveries", part: "ended", version: 1, columns: []string{"cause", "recipient", "rank", "state", "attempts", "lost", "platform", "route", "target", "platform_id", "card", "code", "detail", "title", "body", "sent_at"},
		ready: "state IN ('sent','refused','dropped')", with: withItems},
	{table: "deliveries", part: "read", version: 1, at: "read_at", columns: []string{"read_at"}, ready: "read_at <> 0", recent: "sent_at >= ?"},
	{table: "suggestions", part: made, version: 1, columns: []string{"year", "number", "period", "roll", "unit_id", "weight", "why", "on"}},
	{table: "suggestions", part: "decided", version: 1, at: "decided_at", columns: []string{"state", "decided_by", "decided_at", "answer"},
		ready: "state <> 'suggested' OR decided_by <> 0 OR decided_at <> 0 OR answer <> ''", subject: "unit", by: "unit_id"},
	{table: "recurrences", part: made, version: 1, columns: []string{"rule", "period", "project_id", "unit_id", "person_id", "commitment_id", "made_on"}},
	{table: "schedules", part: made, version: 1, at: "asked_at", columns: []string{"project_id", "template", "target_on", "was_on", "asked_by", "asked_at"}},
	{table: "schedules", part: "decided", version: 1, at: "decided_at", columns: []string{"lines", "state", "decided_by", "decided_at", "answer"},
		ready: "state <> 'asked' OR decided_by <> 0 OR decided_at <> 0 OR answer <> ''", subject: "project", by: "project_id"},
	{table: "stage_changes", part: made, version: 1, at: "at", columns: []string{"project_id", "from_stage", "to_stage", "on", "at", "person_id", "for_id", "reason"}},
	{table: "meetings", part: made, version: 1, at: "created_at", columns: []string{"code", "kind", "project_id", "title", "place", "start_at", "on", "online", "called_by", "created_at"}},
	{table: "agenda_items", part: made, version: 1, columns: []string{"meeting_id", "ord", "section", "commitment_id", "project_id", "owner_id", "kind", "code", "title", "due_on", "colour", "why", "answer"}},
	{table: "minutes", part: made, version: 1, at: "at", columns: []string{"meeting_id", "ord", "text", "project_id", "commitment_id", "person_id", "at"}},
	{table: "readings", part: made, version: 1, at: "at", columns: []string{"project_id", "update_id", "reported", "read", "mismatch", "person_id", "text", "photos", "at", "on"}},
	{table: "rule_versions", part: made, version: 1, at: "since", columns: []string{"version", "text", "since"}},
}

// factOf gives the fact a link proves; false when this program does not know it.
func factOf(l ledger.Link) (fact, bool) {
	i := slices.IndexFunc(facts, func(f fact) bool { return f.table == l.Tbl && f.part == l.Part && f.version == l.Version })
	if i < 0 {
		return fact{}, false
	}
	return facts[i], true
}

// factRow is one row as the chain reads it.
type factRow struct {
	id    int64
	cells []ledger.Cell
}

func (r factRow) value(column string) string {
	for _, c := range r.cells {
		if c.Name == column && c.Value != nil {
			return *c.Value
		}
	}
	return ""
}

// unlinked is what is true of a row whose fact is not on the chain yet.
func (f fact) unlinked() string {
	where := "NOT EXISTS (SELECT 1 FROM links l WHERE l.district_id = t.district_id AND l.tbl = '" + f.table + "' AND l.part = '" + f.part + "' AND l.row_id = t.id)"
	if f.ready != "" {
		where = "(" + f.ready + ") AND " + where
	}
	return where
}

// rows reads the fact of the rows of which the condition is true, in order of id, as it stands in the table.
func (f fact) rows(ctx context.Context, db *gorm.DB, d ledger.DistrictID, limit int, where string, args ...any) ([]factRow, error) {
	query := "SELECT t.id"
	for _, c := range f.columns {
		query += ", t.`" + c + "`"
	}
	query += " FROM `" + f.table + "` t WHERE t.district_id = ? AND " + where + " ORDER BY t.id LIMIT " + strconv.Itoa(limit)
	found, err := db.Raw(query, append([]any{d}, args...)...).Rows()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.table, err)
	}
	out, err := f.scan(found)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", f.table, err)
	}
	if f.with != nil && len(out) > 0 {
		err = f.with(ctx, db, d, out)
	}
	return out, err
}

// scan reads the rows that were found, and closes them.
func (f fact) scan(found *sql.Rows) ([]factRow, error) {
	defer func() { _ = found.Close() }()
	var out []factRow
	values := make([]any, len(f.columns)+1)
	into := make([]any, len(values))
	for i := range values {
		into[i] = &values[i]
	}
	for found.Next() {
		if err := found.Scan(into...); err != nil {
			return nil, err
		}
		id, _ := strconv.ParseInt(*plain(values[0]), 10, 64)
		row := factRow{id: id, cells: make([]ledger.Cell, len(f.columns))}
		for i, c := range f.columns {
			row.cells[i] = ledger.Cell{Name: c, Value: plain(values[i+1])}
		}
		out = append(out, row)
	}
	return out, found.Err()
}

// plain gives a value as text, the same from every database: numbers in decimal, yes and no as 1 and 0.
func plain(v any) *string {
	var s string
	switch v := v.(type) {
	case nil:
		return nil
	case []byte:
		s = string(v)
	case bool:
		s = "0"
		if v {
			s = "1"
		}
	default:
		s = fmt.Sprint(v)
	}
	return &s
}

// withItems adds to deliveries which steps of the ladder they told of.
func withItems(ctx context.Context, db *gorm.DB, d ledger.DistrictID, rows []factRow) error {
	type letter struct{ cause, recipient string }
	var causes, recipients []string
	for _, r := range rows {
		causes, recipients = append(causes, r.value("cause")), append(recipients, r.value("recipient"))
	}
	slices.Sort(causes)
	slices.Sort(recipients)
	items, err := all[DeliveryItem](db.WithContext(ctx).Where("district_id = ? AND cause IN ? AND recipient IN ?", d, slices.Compact(causes), slices.Compact(recipients)).
		Order("commitment_id, due_on, name, `before`"))
	if err != nil {
		return err
	}
	told := map[letter][]string{}
	for _, i := range items {
		k := letter{i.Cause, i.Recipient}
		told[k] = append(told[k], fmt.Sprintf("%d %d %s %d", i.CommitmentID, i.DueOn, i.Name, i.Before))
	}
	for i, r := range rows {
		list := strings.Join(told[letter{r.value("cause"), r.value("recipient")}], "\n")
		rows[i].cells = append(rows[i].cells, ledger.Cell{Name: "items", Value: &list})
	}
	return nil
}
