package ledger

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// causes gives who is told what, "cause to".
func causes(o Outcome) []string {
	var out []string
	for _, n := range o.Notices {
		out = append(out, n.Cause+" "+n.To.Key())
	}
	return out
}

// Photos go to whoever decides: those that came with the words behind these, those that came later behind one line
// of words for all of them.
func TestPhotosGoToTheJudges(t *testing.T) {
	ro := Roster{Groups: []Group{{ID: 1, Class: GroupOffice, Active: true}, {ID: 2, Class: GroupInspection, Active: true}, {ID: 3, Class: GroupTaskForce, Active: true}}}
	by := Actor{Person: 7, At: 1000}
	for name, c := range map[string]struct {
		m    Commitment
		done []string
		more []string
	}{
		"node": {Commitment{ID: 5, Code: "J0001", Kind: Milestone, State: Open, OwnerID: 7, Version: 3},
			[]string{"done:5:3 g1", "photo:done:5:3:aa g1", "photo:done:5:3:bb g1"}, []string{"photos:5:1000 g1", "photo:photos:5:1000:cc g1"}},
		"reply": {Commitment{ID: 5, Code: "H0001", Kind: Reply, State: Open, OwnerID: 7, Version: 3},
			[]string{"done:5:3 g2", "photo:done:5:3:aa g2", "photo:done:5:3:bb g2"}, []string{"photos:5:1000 g2", "photo:photos:5:1000:cc g2"}},
		"assigned": {Commitment{ID: 5, Code: "L0001", Kind: Assignment, State: Open, OwnerID: 7, RaisedBy: 9, Version: 3},
			[]string{"done:5:3 g1", "done:5:3 p9", "photo:done:5:3:aa g1", "photo:done:5:3:bb g1", "photo:done:5:3:aa p9", "photo:done:5:3:bb p9"},
			[]string{"photos:5:1000 g1", "photos:5:1000 p9", "photo:photos:5:1000:cc g1", "photo:photos:5:1000:cc p9"}},
	} {
		out, err := ReportDone(c.m, "已办好", []string{"aa", "bb"}, ro, by)
		if err != nil {
			t.Fatal(name, err)
		}
		if diff := cmp.Diff(c.done, causes(out)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		more, err := AddPhotos(out.Saved[0], []string{"aa", "cc"}, ro, Actor{Person: 7, At: 2000})
		if err != nil {
			t.Fatal(name, err)
		}
		if diff := cmp.Diff(c.more, causes(more)); diff != "" {
			t.Errorf("%s, more: %s", name, diff)
		}
		for _, n := range append(out.Notices, more.Notices...) {
			if len(strings.Replace(n.Cause, ":aa", ":"+strings.Repeat("a", 64), 1)) > 128 {
				t.Errorf("%s does not fit the column", n.Cause)
			}
		}
	}
}

func TestPhotosAreShownToWhoAsks(t *testing.T) {
	m := Commitment{ID: 5, Code: "J0001", Photos: "aa bb"}
	out, err := ShowPhotos(m, Actor{Person: 8, At: 1000})
	if err != nil || cmp.Diff([]string{"photo:shown:5:1000:aa p8", "photo:shown:5:1000:bb p8"}, causes(out)) != "" {
		t.Error(causes(out), err)
	}
	m.Photos = ""
	if _, err := ShowPhotos(m, Actor{Person: 8}); err == nil || !strings.Contains(err.Error(), "J0001没有附照片") {
		t.Error(err)
	}
}
