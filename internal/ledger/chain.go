package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"

	"duban/internal/clock"
)

// Link (存证环) proves one fact of one row: what the row said when it was sealed. Links are numbered from 1
// without gaps in a district; each carries the hash of the one before and of one farther back, so that a
// few hundred links at most prove to whoever knows the newest hash that a row lies on the chain.
type Link struct {
	DistrictID DistrictID    `gorm:"primaryKey;autoIncrement:false" json:"-"`
	Seq        int64         `gorm:"primaryKey;autoIncrement:false" json:"seq"`
	Tbl        string        `json:"table"`
	RowID      int64         `json:"row"`
	Part       string        `json:"part"`    // which fact of the row: "made", "lifted", "decided", "ended" …
	Version    int           `json:"version"` // of the list of columns that were hashed
	SealedAt   clock.Instant `json:"sealed_at"`
	RowHash    string        `json:"row_hash"`
	Hash       string        `json:"hash"`
}

// Cell is the value of a column as it is hashed; nil is NULL.
type Cell struct {
	Name  string  `json:"name"`
	Value *string `json:"value"`
}

// rowHash is the hash of what a link proves: names and values in their order, each with its length before it,
// so that no two rows read the same.
func (l Link) rowHash(cells []Cell) string {
	d := newDigest("duban row 1")
	d.text(l.Tbl, l.Part, strconv.Itoa(l.Version), strconv.FormatInt(l.RowID, 10))
	for _, c := range cells {
		d.text(c.Name)
		d.maybe(c.Value)
	}
	return d.sum()
}

// Cover makes the link's hash of the row it proves.
func (l *Link) Cover(cells []Cell) { l.RowHash = l.rowHash(cells) }

// Covers reports whether the row is what the link proves.
func (l Link) Covers(cells []Cell) bool { return l.RowHash == l.rowHash(cells) }

// Digest is the hash the link must have: over itself, the hash of the link before and of the one at Skip,
// "" where there is none.
func (l Link) Digest(before, skip string) string {
	d := newDigest("duban link 1")
	d.text(strconv.FormatInt(l.Seq, 10), l.Tbl, strconv.FormatInt(l.RowID, 10), l.Part, strconv.Itoa(l.Version),
		strconv.FormatInt(int64(l.SealedAt), 10), l.RowHash, before, skip)
	return d.sum()
}

// Skip is the number of the farther link that the link with the number names: its lowest bit taken away.
// 0 names none.
func Skip(seq int64) int64 { return seq & (seq - 1) }

// Path gives the numbers of the links that lead from the newest to the one wanted, both included: at each
// the farthest of the two it names that is not beyond.
func Path(head, wanted int64) []int64 {
	var out []int64
	for at := head; at > wanted; {
		out = append(out, at)
		if s := Skip(at); s >= wanted && s > 0 {
			at = s
		} else {
			at--
		}
	}
	return append(out, wanted)
}

// ProvenLink is a link of a proof: with the hashes it names.
type ProvenLink struct {
	Link
	Before string `json:"before"`
	Skip   string `json:"skip,omitempty"`
}

// Leads reports whether the links prove that the one wanted lies on the chain whose newest link is head:
// following Path, each has the hash that the one before it names.
func Leads(links map[int64]ProvenLink, head Link, wanted int64) error {
	expect := head.Hash
	path := Path(head.Seq, wanted)
	for i, seq := range path {
		l, ok := links[seq]
		switch {
		case !ok || l.Seq != seq:
			return fmt.Errorf("缺少存证链第%d环", seq)
		case l.Hash != expect || l.Digest(l.Before, l.Skip) != expect:
			return fmt.Errorf("存证链第%d环与后一环不衔接", seq)
		}
		if i+1 < len(path) {
			if expect = l.Before; path[i+1] != seq-1 {
				expect = l.Skip
			}
		}
	}
	return nil
}

// digest hashes texts, each with its length before it.
type digest struct{ buf []byte }

func newDigest(what string) *digest {
	d := &digest{}
	d.text(what)
	return d
}

func (d *digest) text(all ...string) {
	for _, s := range all {
		d.buf = append(binary.BigEndian.AppendUint64(d.buf, uint64(len(s))), s...)
	}
}

// maybe tells a NULL from an empty text.
func (d *digest) maybe(s *string) {
	if s == nil {
		d.text("0")
		return
	}
	d.text("1", *s)
}

func (d *digest) sum() string {
	h := sha256.Sum256(d.buf)
	return hex.EncodeToString(h[:])
}
