package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/store/storetest"
)

// replicas opens the same fresh database twice, as two processes would.
func replicas(t *testing.T, test func(t *testing.T, a, b *store.Store)) {
	open := func(t *testing.T, o store.Options) *store.Store {
		o.Clock = spring
		s := must[*store.Store](t)(store.Open(t.Context(), o))
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	t.Run("sqlite", func(t *testing.T) {
		o := store.Options{Path: filepath.Join(t.TempDir(), "two.db")}
		a := open(t, o)
		if err := a.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		test(t, a, open(t, o))
	})
	if os.Getenv(storetest.DSNVariable) != "" {
		t.Run("mysql", func(t *testing.T) {
			o := store.Options{DSN: storetest.DSN(t)}
			test(t, open(t, o), open(t, o))
		})
	}
}

// TestRegisterIsNeverStale: what one replica remembers of the register ends with the commit of another.
func TestRegisterIsNeverStale(t *testing.T) {
	replicas(t, func(t *testing.T, a, b *store.Store) {
		ctx := t.Context()
		write := func(s *store.Store, do func(*store.Tx) error) {
			t.Helper()
			if err := s.Write(ctx, district, do); err != nil {
				t.Fatal(err)
			}
		}
		unit, sub := ledger.Unit{Code: "U", Name: "街道", Kind: ledger.Street}, ledger.Unit{Code: "V", Name: "社区", Kind: ledger.Street}
		who := ledger.Person{Code: "P", Name: "张伟", Active: true, Roles: []ledger.Role{ledger.RoleLiaison}}
		group := ledger.Group{Code: "G", Name: "专班", Class: ledger.GroupTaskForce, Active: true}
		project := ledger.Project{Code: "C1", Name: "项目"}
		account := []ledger.Account{{Platform: "wecom", UserID: "zw"}}
		write(a, func(tx *store.Tx) error {
			return errors.Join(tx.PutUnit(&unit), tx.PutUnit(&sub), tx.PutPerson(&who, account),
				tx.PutGroup(&group, []ledger.GroupRoute{{Platform: "wecom", Route: "aibot", Target: "chat"}}, nil), tx.PutProject(&project, nil, nil))
		})
		read := func() (ledger.Person, ledger.Viewer, ledger.Viewer) {
			t.Helper()
			p := must[ledger.Person](t)(a.PersonByAccount(ctx, district, "wecom", "zw"))
			g := must[ledger.Group](t)(a.GroupByTarget(ctx, district, "wecom", "chat"))
			return p, must[ledger.Viewer](t)(a.ViewerOfPerson(ctx, p)), must[ledger.Viewer](t)(a.ViewerOfGroup(ctx, g))
		}
		for range 2 {
			if p, v, g := read(); p.UnitID != 0 || len(v.Units) != 0 || len(v.Bound)+len(g.Bound) != 0 {
				t.Fatalf("at first %+v %+v %+v", p, v, g)
			}
		}
		who.UnitID, sub.ParentID = unit.ID, unit.ID
		write(b, func(tx *store.Tx) error {
			// What a transaction has changed itself it sees at once.
			err := errors.Join(tx.PutPerson(&who, account), tx.PutUnit(&sub), tx.Bind(group.ID, project.ID))
			if p, e := tx.Reads().Person(ctx, district, who.ID); e != nil || p.UnitID != unit.ID {
				t.Errorf("the transaction reads %+v, %v", p, e)
			}
			return err
		})
		if p, v, g := read(); p.UnitID != unit.ID || !v.Units[sub.ID] || !g.Bound[project.ID] {
			t.Fatalf("after the other replica's change %+v %+v %+v", p, v, g)
		}
		write(b, func(tx *store.Tx) error {
			return errors.Join(tx.Unbind(group.ID, project.ID), tx.PutProject(&project, nil, []ledger.Member{{PersonID: who.ID}}))
		})
		if _, v, g := read(); !v.Bound[project.ID] || g.Bound[project.ID] {
			t.Fatalf("after the other replica's binding %+v %+v", v, g)
		}
		// One that is taken back leaves nothing behind, in the process that tried it either.
		who.Active = false
		err := a.Write(ctx, district, func(tx *store.Tx) error {
			if err := tx.PutPerson(&who, nil); err != nil {
				return err
			}
			if p, err := tx.Reads().Person(ctx, district, who.ID); err != nil || p.Active {
				t.Errorf("the transaction reads %+v, %v", p, err)
			}
			return errUndo
		})
		if p, _, _ := read(); !errors.Is(err, errUndo) || !p.Active {
			t.Fatalf("after what was taken back %v: %+v", err, p)
		}
	})
}

var errUndo = errors.New("taken back")

// TestRowsThatWait: what is written with the commit is seen by whoever asks before it in the same
// transaction, and its clash takes everything back.
func TestRowsThatWait(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		m, p := begin(t, s)
		out := ledger.Outcome{Entries: []ledger.Entry{{DistrictID: district, Subject: p.Subject(), Act: "report", Note: "一"}}}
		err := s.Write(ctx, district, func(tx *store.Tx) error {
			if _, err := tx.Apply(out); err != nil {
				return err
			}
			if h := must[[]ledger.Entry](t)(tx.Reads().History(ctx, district, p.Subject())); len(h) != 1 {
				t.Errorf("the transaction reads %+v", h)
			}
			_, err := tx.Apply(out)
			return err
		})
		if h := must[[]ledger.Entry](t)(s.History(ctx, district, p.Subject())); err != nil || len(h) != 2 {
			t.Fatalf("history %v: %+v", err, h)
		}
		u := ledger.Update{DistrictID: district, ProjectID: p.ID, Receipt: "260302-009", On: 2026_03_02}
		err = s.Write(ctx, district, func(tx *store.Tx) error {
			_, err := tx.Apply(ledger.Outcome{Updates: []ledger.Update{u, u}, Saved: []ledger.Commitment{m}})
			return err
		})
		got := must[ledger.Commitment](t)(s.Commitment(ctx, district, m.ID))
		if err == nil || got.Version != m.Version {
			t.Fatalf("two of one receipt: %v, version %d", err, got.Version)
		}
	})
}
