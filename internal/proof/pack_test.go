package proof_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/proof"
	"duban/internal/store"
	"duban/internal/store/storetest"
	"duban/internal/words"
)

var spring = clock.NewTurnable(time.Date(2026, 3, 2, 8, 0, 0, 0, clock.Shanghai))

// pack makes the pack of a matter that lies behind many others on the chain.
func pack(t *testing.T) proof.Pack {
	t.Helper()
	s := storetest.SQLite(t, spring)
	ctx := t.Context()
	d := ledger.District{ID: 1, Name: "云川区"}
	at := clock.At(spring.Now())
	err := s.Write(ctx, d.ID, func(tx *store.Tx) error {
		for i := range 40 {
			m := ledger.Commitment{DistrictID: d.ID, Kind: ledger.Assignment, Title: fmt.Sprint("完成清表", i), DueOn: 2026_03_20, FirstDueOn: 2026_03_20, State: ledger.Open, CreatedAt: at, Version: 1}
			w, err := tx.Apply(ledger.Outcome{New: []ledger.Commitment{m}})
			if err != nil {
				return err
			}
			m = w.New[0]
			if _, err := tx.Apply(ledger.Outcome{
				Steps:   []ledger.Step{{DistrictID: d.ID, CommitmentID: m.ID, DueOn: m.DueOn, Name: ledger.StepWarn, On: 2026_03_21, RectifyBy: 2026_03_27, Why: "交办事项落实不力，首次即预警（规则2026-1）"}},
				Entries: []ledger.Entry{{DistrictID: d.ID, Subject: m.Subject(), At: at, Act: "step:warn", Note: "首次即预警"}},
			}); err != nil {
				return err
			}
		}
		return tx.KeepRules("2026-1", "ladder:\n  remind: [7, 3, 1]\n  rectify_days: 5\n")
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sealer(d.ID).Seal(ctx); err != nil {
		t.Fatal(err)
	}
	p, err := proof.Gather(ctx, s, d, "L0007", at)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Whoever makes a pack anew, list of files and all, cannot change a row of it.
func TestAForgedPackIsFoundOut(t *testing.T) {
	x := func(s string) *string { return &s }
	for name, c := range map[string]struct {
		forge func(*proof.Pack)
		says  string
	}{
		"as it was":          {func(*proof.Pack) {}, ""},
		"a value":            {func(p *proof.Pack) { p.Rows[1].Cells[1].Value = x("20991231") }, "内容被改动"},
		"a value taken out":  {func(p *proof.Pack) { p.Rows[1].Cells[1].Value = nil }, "内容被改动"},
		"a column":           {func(p *proof.Pack) { p.Rows[1].Cells = p.Rows[1].Cells[1:] }, "内容被改动"},
		"another row's link": {func(p *proof.Pack) { p.Rows[1].Seq = p.Rows[0].Seq }, "内容被改动"},
		"a row and its link": {func(p *proof.Pack) { forgeLink(p, 1) }, "不衔接"},
		"a link on the way":  {func(p *proof.Pack) { p.Links = p.Links[:len(p.Links)-2] }, "缺少存证链第"},
		"the head":           {func(p *proof.Pack) { p.Head.Hash = strings.Repeat("0", 64) }, "不衔接"},
		"another format":     {func(p *proof.Pack) { p.Format = "duban evidence 9" }, "duban evidence 9"},
	} {
		t.Run(name, func(t *testing.T) {
			p := pack(t)
			c.forge(&p)
			w, err := words.New()
			if err != nil {
				t.Fatal(err)
			}
			files, code, err := p.Files(w)
			if err != nil {
				t.Fatal(err)
			}
			_, found, err := proof.CheckFiles(files, w)
			switch {
			case c.says == "" && (err != nil || found != code):
				t.Errorf("%v, code %s for %s", err, found, code)
			case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
				t.Errorf("said %v, want %q", err, c.says)
			}
		})
	}
}

// forgeLink changes a row and covers it by a link of its own making.
func forgeLink(p *proof.Pack, i int) {
	late := "20991231"
	p.Rows[i].Cells[1].Value = &late
	for k := range p.Links {
		if l := &p.Links[k]; l.Seq == p.Rows[i].Seq {
			l.Cover(p.Rows[i].Cells)
			l.Hash = l.Digest(l.Before, l.Skip)
		}
	}
}

func TestPathLeadsFromEveryHeadToEveryRow(t *testing.T) {
	for head := int64(1); head <= 300; head++ {
		for wanted := int64(1); wanted <= head; wanted++ {
			path := ledger.Path(head, wanted)
			for i, at := range path {
				if i > 0 && at != path[i-1]-1 && at != ledger.Skip(path[i-1]) {
					t.Fatalf("from %d to %d: %d does not name %d", head, wanted, path[i-1], at)
				}
			}
			if path[0] != head || path[len(path)-1] != wanted {
				t.Fatalf("from %d to %d: %v", head, wanted, path)
			}
		}
	}
	if n := len(ledger.Path(1_000_000, 3)); n > 250 {
		t.Errorf("a row is proven by %d links of a million", n)
	}
}
