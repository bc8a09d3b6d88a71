package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"
)

const (
	chainSequence = "chain" // its row is locked while somebody seals
	// lateCommit is how long after a row got its id its transaction may still commit; a transaction takes
	// seconds. What comes later still is found by the first pass of the next day.
	lateCommit = 10 * time.Minute
	lateRead   = 7 * 24 * time.Hour // within it a platform tells that a notice was read
	maxOpen    = 5000               // rows kept in mind because they have not ended; others are found the next day
)

// Sealer links to a district's chain what is not on it yet. Any number of them may work at once: they wait
// for one another at the district's chain. What it keeps in mind only saves looking: the first pass of a
// process and of each day looks at every row there is, which is how rows from before the chain get on it.
type Sealer struct {
	store    *Store
	district ledger.DistrictID

	mu    sync.Mutex
	day   workday.Day
	again clock.Instant          // when every row is looked at once more, for those that were late at the first look; 0 for not today
	low   map[int]int64          // by fact: every row up to here is settled
	marks map[int][]mark         // by fact: how far passes have come
	open  map[int]map[int64]bool // by fact: rows seen that had not ended
}

// mark says that a pass at the moment has seen rows up to the id.
type mark struct {
	at clock.Instant
	id int64
}

// Sealer gives what links the rows of the district.
func (s *Store) Sealer(d ledger.DistrictID) *Sealer { return &Sealer{store: s, district: d} }

// Seal links everything committed so far and gives how many links it made. The same row is never linked
// twice, and when another process was faster it leaves the rest to the next call.
func (l *Sealer) Seal(ctx context.Context) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := clock.At(l.store.clock.Now())
	first := workday.DayOf(now.Time()) != l.day
	switch {
	case first:
		l.day, l.again = workday.DayOf(now.Time()), now.Add(lateCommit)
		l.low, l.marks, l.open = map[int]int64{}, map[int][]mark{}, map[int]map[int64]bool{}
	case l.again != 0 && now >= l.again:
		l.again, l.low = 0, map[int]int64{}
	}
	from := map[int]int64{} // by fact: how far the passes of this call have come
	for total := 0; ; {
		p, err := l.pass(ctx, now, from)
		switch {
		case fault.CodeOf(err) == fault.Conflict:
			return total, nil // somebody else sealed the same rows
		case err != nil:
			l.day = 0 // and looks at every row again
			return total, fmt.Errorf("seal: %w", err)
		}
		total += p.made
		maps.Copy(from, p.last)
		if !p.more {
			l.settle(now, p, first)
			return total, nil
		}
	}
}

// pass is one transaction's work.
type pass struct {
	made int
	more bool            // a table has more than one pass takes
	last map[int]int64   // by fact: the last row it linked
	top  map[int]int64   // by fact: the greatest id there is
	open map[int][]int64 // by fact: rows that have not ended
}

func (l *Sealer) pass(ctx context.Context, now clock.Instant, from map[int]int64) (p pass, err error) {
	err = l.store.Write(ctx, l.district, func(tx *Tx) error {
		p = pass{last: map[int]int64{}, top: map[int]int64{}, open: map[int][]int64{}}
		end, err := tx.chainEnd()
		if err != nil {
			return err
		}
		var links []ledger.Link
		subjects := map[string][]int64{}
		for i, f := range facts {
			where, args := l.wanted(i, now, subjects)
			if where == "" {
				continue
			}
			if from[i] > 0 && f.subject == "" {
				where, args = where+" AND t.id > ?", append(args, from[i])
			}
			limit := batch
			if f.subject != "" {
				limit = 1 << 30 // they must come with the line of history they come from
			}
			rows, err := f.rows(ctx, tx.db, tx.District, limit, where+" AND "+f.unlinked(), args...)
			if err != nil {
				return err
			}
			p.more = p.more || len(rows) == limit
			for _, r := range rows {
				p.last[i] = r.id
				link := ledger.Link{DistrictID: tx.District, Tbl: f.table, RowID: r.id, Part: f.part, Version: f.version, SealedAt: tx.Now}
				link.Cover(r.cells)
				links = append(links, link)
				if f.table == "entries" {
					kind, id := subjectOf(r.value("subject"))
					subjects[kind] = append(subjects[kind], id)
				}
			}
		}
		for i := range facts {
			if p.more {
				break
			}
			if err := l.look(ctx, tx, i, now, &p); err != nil {
				return err
			}
		}
		p.made = len(links)
		return tx.link(end, links)
	})
	return p, err
}

// wanted gives where a fact's rows are looked for; "" for nowhere.
func (l *Sealer) wanted(i int, now clock.Instant, subjects map[string][]int64) (string, []any) {
	f := facts[i]
	switch {
	case f.subject != "":
		if ids := subjects[f.subject]; len(ids) > 0 {
			return "t.`" + f.by + "` IN ?", []any{ids}
		}
		return "", nil
	case f.recent != "" && l.low[i] > 0:
		return f.recent, []any{now.Add(-lateRead)}
	case len(l.open[i]) > 0:
		return "(t.id > ? OR t.id IN ?)", []any{l.low[i], slices.Sorted(maps.Keys(l.open[i]))}
	}
	return "t.id > ?", []any{l.low[i]}
}

// look finds how far the table goes and which of its rows may have the fact later.
func (l *Sealer) look(ctx context.Context, tx *Tx, i int, now clock.Instant, p *pass) error {
	f := facts[i]
	if f.subject != "" {
		return nil
	}
	var top int64
	err := tx.db.Raw("SELECT COALESCE(MAX(t.id), 0) FROM `"+f.table+"` t WHERE t.district_id = ? AND t.id > ?", tx.District, l.low[i]).Scan(&top).Error
	if err != nil {
		return fmt.Errorf("look how far %s goes: %w", f.table, err)
	}
	p.top[i] = max(top, l.low[i])
	if f.ready == "" || f.recent != "" {
		return nil
	}
	where, args := l.wanted(i, now, nil)
	rows, err := fact{table: f.table}.rows(ctx, tx.db, tx.District, maxOpen, where+" AND NOT ("+f.ready+")", args...)
	for _, r := range rows {
		p.open[i] = append(p.open[i], r.id)
	}
	return err
}

// settle takes note of a pass that has left nothing: rows seen long enough ago need not be looked at again.
// After the day's first pass none need to until it is time for all again.
func (l *Sealer) settle(now clock.Instant, p pass, first bool) {
	for i, top := range p.top {
		l.open[i] = map[int64]bool{}
		for _, id := range p.open[i] {
			l.open[i][id] = true
		}
		l.marks[i] = append(l.marks[i], mark{now, top})
		for len(l.marks[i]) > 0 && l.marks[i][0].at <= now.Add(-lateCommit) {
			l.low[i], l.marks[i] = l.marks[i][0].id, l.marks[i][1:]
		}
		if first {
			l.low[i] = top
		}
	}
}

// subjectOf takes "commitment:12" apart.
func subjectOf(subject string) (kind string, id int64) {
	kind, number, _ := strings.Cut(subject, ":")
	id, _ = strconv.ParseInt(number, 10, 64)
	return kind, id
}

// chainEnd locks the district's chain until the transaction ends and gives its newest link, the zero link of
// an empty one.
func (t *Tx) chainEnd() (ledger.Link, error) {
	if _, err := t.Next(chainSequence, 0); err != nil {
		return ledger.Link{}, err
	}
	return t.Reads().ChainHead(t.db.Statement.Context, t.District)
}

// ChainHead gives the newest link of the district's chain, the zero link of an empty one.
func (s *Store) ChainHead(ctx context.Context, d ledger.DistrictID) (ledger.Link, error) {
	rows, err := all[ledger.Link](s.in(ctx, d).Order("seq DESC").Limit(1))
	if err != nil || len(rows) == 0 {
		return ledger.Link{}, err
	}
	return rows[0], nil
}

// link hangs links behind the end of the chain.
func (t *Tx) link(end ledger.Link, links []ledger.Link) error {
	if len(links) == 0 {
		return nil
	}
	var farther []int64
	for i := range links {
		links[i].Seq = end.Seq + int64(i) + 1
		if s := ledger.Skip(links[i].Seq); s > 0 && s < end.Seq {
			farther = append(farther, s)
		}
	}
	hashes, err := t.Reads().hashes(t.db.Statement.Context, t.District, farther)
	if err != nil {
		return err
	}
	hashes[end.Seq] = end.Hash
	for i := range links {
		l := &links[i]
		l.Hash = l.Digest(hashes[l.Seq-1], hashes[ledger.Skip(l.Seq)])
		hashes[l.Seq] = l.Hash
	}
	return create(t.db, links, "links of the chain")
}

// hashes gives the hashes of links by their numbers; "" of number 0.
func (s *Store) hashes(ctx context.Context, d ledger.DistrictID, seqs []int64) (map[int64]string, error) {
	out := map[int64]string{}
	rows, err := rowsOf[ledger.Link](ctx, s, d, "seq", seqs)
	for _, l := range rows {
		out[l.Seq] = l.Hash
	}
	out[0] = ""
	return out, err
}
