package ledger

import (
	"strings"
	"testing"

	"duban/internal/fault"
)

func TestInspect(t *testing.T) {
	p := Project{ID: 7, DistrictID: 1, Name: "华兴", Progress: 6500, OwnerID: 5, LeadUnitID: 8}
	chen := Person{ID: 5, DistrictID: 1, Active: true}
	r := DefaultRules()
	for name, c := range map[string]struct {
		read     Percent
		mismatch bool
	}{
		"as reported":         {6500, false},
		"at the threshold":    {6000, false},
		"below it":            {5999, true},
		"above the report":    {7001, true},
		"at it, above":        {7000, false},
		"nothing there":       {0, true},
		"all of it":           {Full, true},
		"a little below only": {6400, false},
	} {
		out, err := Inspect(p, Update{ID: 3}, c.read, "现场情况", nil, chen, 2026_04_10, r, thursdayAt)
		if err != nil {
			t.Fatal(name, err)
		}
		x, m := out.Readings[0].Reading, out.Readings[0].Matter
		if x.Mismatch != c.mismatch || (m != nil) != c.mismatch || (len(out.Notices) == 1) != c.mismatch || len(out.Entries) != 1 || x.UpdateID != 3 || x.Reported != 6500 {
			t.Errorf("%s: %+v opens %+v, tells %v", name, x, m, out.Notices)
		}
		if m != nil && (m.Source != FromVisit || m.OwnerID != 5 || m.UnitID != 8 || m.RaisedBy != 9 || m.DueOn != 2026_04_10 || !strings.Contains(m.Title, "请说明或更正")) {
			t.Errorf("%s: %+v", name, m)
		}
	}
	own := p
	own.OwnerID = thursdayAt.Person
	for says, try := range map[string]func() error{
		"0到100%之间": func() error {
			_, err := Inspect(p, Update{}, 10_001, "现场", nil, chen, 2026_04_10, r, thursdayAt)
			return err
		},
		"本人报送": func() error {
			_, err := Inspect(own, Update{}, 100, "现场", nil, chen, 2026_04_10, r, thursdayAt)
			return err
		},
		"请写明现场情况": func() error {
			_, err := Inspect(p, Update{}, 100, " ", nil, chen, 2026_04_10, r, thursdayAt)
			return err
		},
	} {
		if err := try(); err == nil || !strings.Contains(fault.Sentence(err), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	if out, err := Inspect(p, Update{}, 100, "现场", nil, Person{}, 2026_04_10, r, thursdayAt); err != nil || len(out.Notices) != 0 || out.Readings[0].Matter.UnitID != 8 {
		t.Errorf("a project nobody answers for: %+v, %v", out, err)
	}
}
