package words

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	// actsOf finds the acts the code writes on a project or a commitment.
	actsOf = regexp.MustCompile(`(?:[mpr]r?\.Subject\(\)(?:, At: at)?, (?:Act: )?|change\([a-z]+, by, )"([a-z:]+[a-z])"`)
	// of a meeting, which has no history of its own to read.
	ofMeetings = []string{"agenda", "meeting:called", "meeting:cancelled", "minutes", "opinion", "review:closed", "review:reminded"}
)

// TestEveryActHasAWord: whoever reads a history is told of each line what was done.
func TestEveryActHasAWord(t *testing.T) {
	w, err := New()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, room := range []string{"ledger", "desk", "watch"} {
		files, err := filepath.Glob("../" + room + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range actsOf.FindAllStringSubmatch(string(text), -1) {
				if slices.Contains(ofMeetings, m[1]) {
					continue
				}
				seen++
				if said, err := w.Say("reply/act", m[1]); err != nil || said.Title == "" || strings.Contains(said.Title, "有更新") {
					t.Errorf("%s: the act %q is told as %q %v", name, m[1], said.Title, err)
				}
			}
		}
	}
	if seen < 30 {
		t.Errorf("found only %d acts", seen)
	}
}
