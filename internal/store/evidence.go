package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"duban/internal/ledger"
)

// EvidenceRow is one proven fact of a row. Seq is its number on the chain, 0 while it is not on it.
type EvidenceRow struct {
	Seq     int64         `json:"seq"`
	Table   string        `json:"table"`
	RowID   int64         `json:"row"`
	Part    string        `json:"part"`
	Version int           `json:"version"`
	Cells   []ledger.Cell `json:"cells"`
}

// Value gives what a column said, "" for none.
func (r EvidenceRow) Value(column string) string { return factRow{cells: r.Cells}.value(column) }

// Evidence is all that the ledger proves of one matter.
type Evidence struct {
	Head   ledger.Link
	Rows   []EvidenceRow       // as they lie on the chain; what is not on it yet comes last
	Links  []ledger.ProvenLink // that lead from the head to each of the rows
	Photos []Blob
}

// maxReports is how many reports on its project a matter's evidence takes at most, the newest.
const maxReports = 100

// EvidenceOf gathers what is proven of a matter and of the replies owed for its orders: the history, the steps
// with their strikes and orders, what was asked and decided, the reports on its project while it was open,
// every notice and every message that was answered, and the rules it was judged by.
func (s *Store) EvidenceOf(ctx context.Context, d ledger.DistrictID, m ledger.Commitment) (Evidence, error) {
	var ev Evidence
	family, err := s.RepliesOf(ctx, d, m)
	if err != nil {
		return ev, err
	}
	g := &gathering{s: s, d: d, ids: map[string][]int64{}, photos: map[string]bool{}}
	for _, gather := range []func(context.Context, []ledger.Commitment) error{g.matters, g.reports, g.notices, g.answers} {
		if err := gather(ctx, append([]ledger.Commitment{m}, family...)); err != nil {
			return ev, err
		}
	}
	if ev.Head, err = s.ChainHead(ctx, d); err != nil {
		return ev, err
	}
	if err := g.rows(ctx, &ev); err != nil {
		return ev, err
	}
	if err := g.rules(ctx, &ev); err != nil {
		return ev, err
	}
	slices.SortStableFunc(ev.Rows, func(a, b EvidenceRow) int {
		return cmp.Or(cmp.Compare(min(a.Seq, 1), min(b.Seq, 1))*-1, cmp.Compare(a.Seq, b.Seq))
	})
	if ev.Photos, err = rowsOf[Blob](ctx, s, d, "sha256", slices.Sorted(maps.Keys(g.photos))); err != nil {
		return ev, err
	}
	return ev, g.links(ctx, &ev)
}

// gathering collects the ids of a matter's rows by table.
type gathering struct {
	s       *Store
	d       ledger.DistrictID
	ids     map[string][]int64
	entries []ledger.Entry
	photos  map[string]bool
}

func (g *gathering) matters(ctx context.Context, family []ledger.Commitment) error {
	var ids []ledger.CommitmentID
	var subjects []string
	for _, m := range family {
		ids, subjects = append(ids, m.ID), append(subjects, m.Subject())
		g.ids["commitments"] = append(g.ids["commitments"], int64(m.ID))
		g.picture(strings.Fields(m.Photos)...)
	}
	for _, table := range []string{"steps", "strikes", "orders", "extensions", "handovers", "contests"} {
		var of []int64
		if err := g.s.in(ctx, g.d).Table(table).Where("commitment_id IN ?", ids).Pluck("id", &of).Error; err != nil {
			return fmt.Errorf("read the %s of a matter: %w", table, err)
		}
		g.ids[table] = of
	}
	var err error
	if g.entries, err = rowsOf[ledger.Entry](ctx, g.s, g.d, "subject", subjects); err != nil {
		return err
	}
	for _, e := range g.entries {
		g.ids["entries"] = append(g.ids["entries"], e.ID)
		var kept struct{ Photos []string }
		if strings.HasPrefix(e.After, `{"photos"`) && json.Unmarshal([]byte(e.After), &kept) == nil {
			g.picture(kept.Photos...)
		}
	}
	return nil
}

func (g *gathering) picture(names ...string) {
	for _, p := range names {
		g.photos[p] = true
	}
}

// reports are those made on the project between the matter's beginning and its end.
func (g *gathering) reports(ctx context.Context, family []ledger.Commitment) error {
	m := family[0]
	if m.ProjectID == 0 {
		return nil
	}
	q := g.s.in(ctx, g.d).Where("project_id = ? AND at >= ?", m.ProjectID, m.CreatedAt)
	if m.ClosedAt != 0 {
		q = q.Where("at <= ?", m.ClosedAt)
	}
	rows, err := all[ledger.Update](q.Order("at DESC, id DESC").Limit(maxReports))
	for _, u := range rows {
		g.ids["updates"] = append(g.ids["updates"], int64(u.ID))
		g.picture(u.Photos...)
	}
	return err
}

// notices are the deliveries that told of a step, and those caused by an act on the matter.
func (g *gathering) notices(ctx context.Context, family []ledger.Commitment) error {
	var ids []ledger.CommitmentID
	like := g.s.db.Where("1 = 0")
	for _, m := range family {
		ids = append(ids, m.ID)
		like = like.Or("cause LIKE ?", fmt.Sprintf("%%:%d:%%", m.ID)).
			Or("cause LIKE ?", fmt.Sprintf("%%:%d:%%:%d", m.ProjectID, m.CreatedAt))
	}
	items, err := all[DeliveryItem](g.s.in(ctx, g.d).Where("commitment_id IN ?", ids))
	if err != nil {
		return err
	}
	told := map[[2]string]bool{}
	var recipients []string
	for _, i := range items {
		told[[2]string{i.Cause, i.Recipient}] = true
		recipients = append(recipients, i.Recipient)
	}
	letters, err := rowsOf[Delivery](ctx, g.s, g.d, "recipient", recipients, "cause LIKE ?", lookPrefix+"%")
	if err != nil {
		return err
	}
	caused, err := all[Delivery](g.s.in(ctx, g.d).Where(like))
	if err != nil {
		return err
	}
	for _, r := range letters {
		if told[[2]string{r.Cause, r.Recipient}] {
			g.ids["deliveries"] = append(g.ids["deliveries"], r.ID)
		}
	}
	for _, r := range caused {
		if slices.ContainsFunc(family, func(m ledger.Commitment) bool { return about(r.Cause, m) }) {
			g.ids["deliveries"] = append(g.ids["deliveries"], r.ID)
		}
	}
	return nil
}

// about reports whether a cause is an act on the matter: "done:12:3", "extension:granted:12:3",
// "handover:denied:5:12:3", or its beginning, "problem:7:34:1772668800000".
func about(cause string, m ledger.Commitment) bool {
	if of, ok := strings.CutPrefix(cause, "photo:"); ok {
		cause = of[:max(strings.LastIndex(of, ":"), 0)]
	}
	part := strings.Split(cause, ":")
	id := strconv.FormatInt(int64(m.ID), 10)
	switch n := len(part); {
	case part[0] == "answer" || part[0] == "card" || part[0] == "callin" || part[0] == "circular":
		return false
	case n == 4 && part[n-1] == strconv.FormatInt(int64(m.CreatedAt), 10) && part[1] == strconv.FormatInt(int64(m.ProjectID), 10):
		return true
	case n < 3 || n > 5:
		return false
	default:
		return part[n-2] == id
	}
}

// answers are the messages by which the lines of history came about, with what was answered: the answer is
// written in the transaction of the act, at its moment.
func (g *gathering) answers(ctx context.Context, _ []ledger.Commitment) error {
	moments := map[int64]bool{}
	for _, e := range g.entries {
		if e.PersonID != 0 && e.Act != ActRead {
			moments[int64(e.At)] = true
		}
	}
	for _, part := range chunks(slices.Sorted(maps.Keys(moments))) {
		rows, err := all[Delivery](g.s.in(ctx, g.d).Where("cause LIKE ? AND created_at IN ?", "answer:%", part))
		if err != nil {
			return err
		}
		for _, r := range rows {
			id, err := strconv.ParseInt(strings.Split(r.Cause, ":")[1], 10, 64)
			if err == nil {
				g.ids["inbox"] = append(g.ids["inbox"], id)
				g.ids["deliveries"] = append(g.ids["deliveries"], r.ID)
			}
		}
	}
	return nil
}

// rows reads the facts of the rows gathered so far.
func (g *gathering) rows(ctx context.Context, ev *Evidence) error {
	for _, f := range facts {
		if err := g.fact(ctx, f, g.ids[f.table], ev); err != nil {
			return err
		}
	}
	return nil
}

func (g *gathering) fact(ctx context.Context, f fact, ids []int64, ev *Evidence) error {
	slices.Sort(ids)
	for _, part := range chunks(slices.Compact(ids)) {
		links, err := all[ledger.Link](g.s.in(ctx, g.d).Where("tbl = ? AND part = ? AND version = ? AND row_id IN ? AND seq <= ?", f.table, f.part, f.version, part, ev.Head.Seq))
		if err != nil {
			return err
		}
		seqs := map[int64]int64{}
		for _, l := range links {
			seqs[l.RowID] = l.Seq
		}
		where := "t.id IN ?"
		if f.ready != "" {
			where += " AND (" + f.ready + ")"
		}
		rows, err := f.rows(ctx, g.s.db.WithContext(ctx), g.d, len(part), where, part)
		if err != nil {
			return err
		}
		for _, r := range rows {
			ev.Rows = append(ev.Rows, EvidenceRow{seqs[r.id], f.table, r.id, f.part, f.version, r.cells})
		}
	}
	return nil
}

var namesRules = regexp.MustCompile(`规则([^）)，；。 ]+)`)

// rules adds the rules of every version that a strike or a step names.
func (g *gathering) rules(ctx context.Context, ev *Evidence) error {
	var versions []string
	for _, r := range ev.Rows {
		versions = append(versions, r.Value("rule_version"))
		if found := namesRules.FindStringSubmatch(r.Value("why")); found != nil {
			versions = append(versions, found[1])
		}
	}
	rows, err := rowsOf[ledger.RuleVersion](ctx, g.s, g.d, "version", versions)
	if err != nil {
		return err
	}
	var ids []int64
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	for _, f := range facts {
		if f.table == "rule_versions" {
			if err := g.fact(ctx, f, ids, ev); err != nil {
				return err
			}
		}
	}
	return nil
}

// links reads the links that lead from the head to each row.
func (g *gathering) links(ctx context.Context, ev *Evidence) error {
	want := map[int64]bool{}
	for _, r := range ev.Rows {
		if r.Seq > 0 {
			for _, seq := range ledger.Path(ev.Head.Seq, r.Seq) {
				want[seq] = true
			}
		}
	}
	seqs := slices.Sorted(maps.Keys(want))
	rows, err := rowsOf[ledger.Link](ctx, g.s, g.d, "seq", seqs)
	if err != nil {
		return err
	}
	var named []int64
	for _, l := range rows {
		named = append(named, l.Seq-1, ledger.Skip(l.Seq))
	}
	hashes, err := g.s.hashes(ctx, g.d, named)
	for _, l := range rows {
		ev.Links = append(ev.Links, ledger.ProvenLink{Link: l, Before: hashes[l.Seq-1], Skip: hashes[ledger.Skip(l.Seq)]})
	}
	return err
}
