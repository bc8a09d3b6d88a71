package command

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"duban/internal/zh"
)

var offer = regexp.MustCompile(`\|(?:say|form):([^\]]*)\]\]`)

// What a button or a form says is a command of the table, or the answer to a question that was asked
// along with it: no card offers what nobody understands.
func TestEverythingAButtonSaysIsUnderstood(t *testing.T) {
	fold, err := zh.NewFolder()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for _, v := range table() {
		for _, way := range v.says {
			known[fold.Fold(way)] = v.name
		}
	}
	root, offers := filepath.Join("..", "words"), 0
	err = fs.WalkDir(os.DirFS(root), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".tmpl" {
			return err
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		for _, found := range offer.FindAllStringSubmatch(string(text), -1) {
			offers++
			says := strings.TrimSpace(found[1])
			verb, _, _ := strings.Cut(says, " ")
			question := strings.HasPrefix(name, "reply/") && (yes.MatchString(says) || no.MatchString(says) || strings.HasPrefix(says, "{{"))
			recurs := verb == "{{$.One.M.Source}}" // the rules name it
			if known[fold.Fold(verb)] == "" && !question && !recurs {
				t.Errorf("%s offers %q, which is no command", name, says)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if offers < 30 {
		t.Errorf("only %d offers were found: the templates are written otherwise than this test reads them", offers)
	}
}
