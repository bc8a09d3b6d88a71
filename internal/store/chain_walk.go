package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// BreakKind says what does not hold.
type BreakKind string

// The kinds of breaks.
const (
	BreakChanged BreakKind = "changed" // the row is not what was sealed
	BreakMissing BreakKind = "missing" // the row is gone
	BreakLink    BreakKind = "link"    // the link itself was changed, or does not hang on the one before
	BreakGap     BreakKind = "gap"     // links are gone
	BreakSlipped BreakKind = "slipped" // the row was put between rows that were sealed long before
	BreakSilent  BreakKind = "silent"  // the row took a turn of which the history says nothing
	BreakUnknown BreakKind = "unknown" // this program does not know what the link proves
	BreakPhoto   BreakKind = "photo"   // the picture is not the one its name says
	BreakHead    BreakKind = "head"    // the head that was remembered is not on the chain
)

// Break is one place where the chain does not hold.
type Break struct {
	Kind  BreakKind
	Seq   int64  // of the link, 0 for none
	Table string // of the row
	RowID int64
	Part  string
	Cells []ledger.Cell // the row as it is now, where there is one
	Name  string        // of a picture
}

// Walked is what a walk along the chain found.
type Walked struct {
	Head     ledger.Link
	Rows     map[string]int // by table: facts that hold
	Photos   int
	Breaks   []Break // in the order of the chain; at most MaxBreaks of them
	Broken   int     // how many there are
	Unsealed []Break // committed, and not on the chain yet; at most MaxBreaks of them
	Waiting  int     // how many there are
}

// MaxBreaks is how many places a walk names.
const MaxBreaks = 20

func (w *Walked) broke(b Break) {
	if w.Broken++; len(w.Breaks) < MaxBreaks {
		w.Breaks = append(w.Breaks, b)
	}
}

// Walk goes along the district's chain from its first link to its newest, compares every row with what was
// sealed, and looks for rows that should be on it. remembered is the hash of a head seen earlier, "" for
// none. It changes nothing and may run beside the service.
func (s *Store) Walk(ctx context.Context, d ledger.DistrictID, remembered string) (Walked, error) {
	w := Walked{Rows: map[string]int{}}
	var err error
	if w.Head, err = s.ChainHead(ctx, d); err != nil {
		return w, err
	}
	known := map[int64]string{0: ""}
	found := remembered == ""
	for last := int64(0); last < w.Head.Seq; {
		links, err := all[ledger.Link](s.in(ctx, d).Where("seq > ? AND seq <= ?", last, w.Head.Seq).Order("seq").Limit(batch))
		if err != nil {
			return w, err
		}
		rows, err := s.linkedRows(ctx, d, links)
		if err != nil {
			return w, err
		}
		for _, l := range links {
			found = found || l.Hash == remembered
			w.step(l, last, known, rows)
			known[l.Seq], last = l.Hash, l.Seq
		}
		forget(known, last)
	}
	if !found {
		w.broke(Break{Kind: BreakHead, Seq: w.Head.Seq})
	}
	if err := s.walkPhotos(ctx, d, &w); err != nil {
		return w, err
	}
	// In one moment, so that what comes meanwhile is not half there.
	err = s.Try(ctx, d, func(tx *Tx) error {
		if err := tx.walkUnlinked(&w); err != nil {
			return err
		}
		return errWalked
	})
	if errors.Is(err, errWalked) {
		err = nil
	}
	return w, err
}

// step checks one link: that it follows the last, hangs on the chain and covers its row.
func (w *Walked) step(l ledger.Link, last int64, known map[int64]string, rows map[rowKey]factRow) {
	b := Break{Seq: l.Seq, Table: l.Tbl, RowID: l.RowID, Part: l.Part}
	row, there := rows[rowKey{l.Tbl, l.Part, l.Version, l.RowID}]
	b.Cells = row.cells
	_, understood := factOf(l)
	switch {
	case l.Seq != last+1:
		w.broke(Break{Kind: BreakGap, Seq: last + 1})
	case l.Hash != l.Digest(known[l.Seq-1], known[ledger.Skip(l.Seq)]):
		b.Kind = BreakLink
		w.broke(b)
		return
	}
	switch {
	case !understood:
		b.Kind = BreakUnknown
	case !there:
		b.Kind = BreakMissing
	case !l.Covers(row.cells):
		b.Kind = BreakChanged
	default:
		w.Rows[l.Tbl]++
		return
	}
	w.broke(b)
}

// forget keeps the hashes that links after the last may still name.
func forget(known map[int64]string, last int64) {
	keep := map[int64]bool{0: true, last: true}
	for at := last; at > 0; at = ledger.Skip(at) {
		keep[at] = true
	}
	for seq := range known {
		if !keep[seq] {
			delete(known, seq)
		}
	}
}

type rowKey struct {
	table, part string
	version     int
	id          int64
}

// linkedRows reads the rows of some links.
func (s *Store) linkedRows(ctx context.Context, d ledger.DistrictID, links []ledger.Link) (map[rowKey]factRow, error) {
	ids := map[rowKey][]int64{}
	for _, l := range links {
		k := rowKey{l.Tbl, l.Part, l.Version, 0}
		ids[k] = append(ids[k], l.RowID)
	}
	out := map[rowKey]factRow{}
	for k, of := range ids {
		f, ok := factOf(ledger.Link{Tbl: k.table, Part: k.part, Version: k.version})
		if !ok {
			continue
		}
		rows, err := f.rows(ctx, s.db.WithContext(ctx), d, len(of), "t.id IN ?", of)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			k.id = r.id
			out[k] = r
		}
	}
	return out, nil
}

// walkPhotos compares every picture with its name, which is its hash.
func (s *Store) walkPhotos(ctx context.Context, d ledger.DistrictID, w *Walked) error {
	for after := ""; ; {
		page, err := all[Blob](s.in(ctx, d).Where("sha256 > ?", after).Order("sha256").Limit(20))
		if err != nil || len(page) == 0 {
			return err
		}
		for _, b := range page {
			sum := sha256.Sum256(b.Data)
			if w.Photos++; hex.EncodeToString(sum[:]) != b.SHA256 {
				w.broke(Break{Kind: BreakPhoto, Name: b.SHA256})
			}
			after = b.SHA256
		}
	}
}

// errWalked ends a transaction that only reads.
var errWalked = errors.New("only read")

// walkUnlinked looks for rows with a fact that is not on the chain. Most were committed a moment ago; a row
// between others that were sealed long before was slipped in, and a turn of which no line of history waits
// with it was taken behind the history's back.
func (t *Tx) walkUnlinked(w *Walked) error {
	ctx := t.db.Statement.Context
	waiting := map[string]map[int64]bool{}
	for _, f := range facts {
		top, err := t.lastLinked(f)
		if err != nil {
			return err
		}
		rows, err := f.rows(ctx, t.db, t.District, 1<<30, f.unlinked())
		if err != nil {
			return err
		}
		for _, r := range rows {
			b := Break{Table: f.table, RowID: r.id, Part: f.part, Cells: r.cells}
			if f.table == "entries" {
				kind, id := subjectOf(r.value("subject"))
				if waiting[kind] == nil {
					waiting[kind] = map[int64]bool{}
				}
				waiting[kind][id] = true
			}
			switch {
			case f.subject != "":
				of, err := t.subjectOfRow(f, r.id)
				if err != nil {
					return err
				}
				if !waiting[f.subject][of] {
					b.Kind = BreakSilent
				}
			case f.part == made && r.id < top.RowID && w.Head.SealedAt.Add(-time.Hour) > madeAt(f, r):
				b.Kind = BreakSlipped
			}
			if b.Kind != "" {
				w.broke(b)
			} else if w.Waiting++; len(w.Unsealed) < MaxBreaks {
				w.Unsealed = append(w.Unsealed, b)
			}
		}
	}
	return nil
}

// madeAt says when a row came about, as far as it says so itself; a day counts to its end.
func madeAt(f fact, r factRow) clock.Instant {
	var at clock.Instant
	if f.at != "" {
		_, _ = fmt.Sscan(r.value(f.at), &at)
		return at
	}
	var on workday.Day
	if _, err := fmt.Sscan(r.value("on"), &on); err != nil || on == 0 {
		return 0
	}
	return clock.At(on.AddDays(1).At(0, 0, clock.Shanghai))
}

// lastLinked gives the link of the greatest row of a fact, the zero link for none.
func (t *Tx) lastLinked(f fact) (ledger.Link, error) {
	rows, err := all[ledger.Link](t.in().Where("tbl = ? AND part = ?", f.table, f.part).Order("row_id DESC").Limit(1))
	if err != nil || len(rows) == 0 {
		return ledger.Link{}, err
	}
	return rows[0], nil
}

func (t *Tx) subjectOfRow(f fact, id int64) (int64, error) {
	var of int64
	err := t.db.Raw("SELECT t.`"+f.by+"` FROM `"+f.table+"` t WHERE t.district_id = ? AND t.id = ?", t.District, id).Scan(&of).Error
	if err != nil {
		return 0, fmt.Errorf("read whose %s row %d is: %w", f.table, id, err)
	}
	return of, nil
}
