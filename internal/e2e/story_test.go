package e2e

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"duban/internal/clock"
	"duban/internal/sandbox"
	"duban/internal/store"
	"duban/internal/store/storetest"
)

var rewrite = flag.Bool("rewrite", false, "record what really came in the scenario files; then read the diff")

// Every story is played through the real doors on both databases; what everybody received must be what
// the file says, silence included.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d stories found: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			story, err := sandbox.ParseStory(file, data)
			if err != nil {
				t.Fatal(err)
			}
			databases := map[string]sandbox.Options{"sqlite": {SQLite: filepath.Join(t.TempDir(), "duban.db")}}
			if os.Getenv(storetest.DSNVariable) != "" {
				databases["mysql"] = sandbox.Options{DSN: storetest.DSN(t)}
			}
			for name, o := range databases {
				got, err := story.Play(t.Context(), o)
				if err != nil {
					t.Fatalf("on %s: %v", name, err)
				}
				if *rewrite {
					if err := os.WriteFile(file, story.With(got), 0o644); err != nil {
						t.Fatal(err)
					}
					return
				}
				if d := story.Compare(got); d != "" {
					t.Errorf("on %s: %s", name, d)
				}
				holds(t, o)
			}
		})
	}
}

// holds expects that everything a story has written is on the chain, and that the chain holds.
func holds(t *testing.T, o sandbox.Options) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{DSN: o.DSN, Path: o.SQLite, Clock: clock.System{}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	w, err := s.Walk(t.Context(), 1, "")
	switch {
	case err != nil:
		t.Fatal(err)
	case w.Broken+w.Waiting > 0 || w.Rows["entries"] == 0:
		t.Errorf("the chain does not hold: %d facts of the history, broken %+v, waiting %+v", w.Rows["entries"], w.Breaks, w.Unsealed)
	}
}
