package command

import (
	"regexp"
	"strings"

	"duban/internal/ledger"
	"duban/internal/view"
	"duban/internal/zh"
)

// names is the index of what projects are called: by neighbouring characters, by sound and by
// spelling. It is made once from the register and never changes; whoever asks it says which projects
// may be found at all.
type names struct {
	stamp    int64
	fold     *zh.Folder
	projects []ledger.Project // as the register had them
	index    map[ledger.ProjectID]int
	calls    []call
	heads    map[pair][]int32 // calls that begin with the pair
	pairs    map[pair][]int32 // calls with the pair anywhere, each once
	tones    map[pair][]int32 // calls that begin with the two sounds
	sounds   map[rune]sound
	spelled  map[string]sound
	codes    map[string]int  // code without zeros in front of its number
	prefixes map[string]bool // letters codes begin with
}

// call is one thing a project is called: its name, its code or an alias.
type call struct {
	project  int
	code     bool
	key      []rune
	sounds   []sound
	full     []string // spellings
	initials []string
}

type (
	pair  [2]rune
	sound uint16 // a syllable without its tone
)

func newNames(f *zh.Folder, n view.Names) *names {
	x := &names{
		stamp: n.Stamp, fold: f, projects: n.Projects, index: make(map[ledger.ProjectID]int, len(n.Projects)),
		heads: map[pair][]int32{}, pairs: map[pair][]int32{}, tones: map[pair][]int32{},
		sounds: map[rune]sound{}, spelled: map[string]sound{}, codes: map[string]int{}, prefixes: map[string]bool{},
	}
	for i, p := range n.Projects {
		x.index[p.ID] = i
		x.add(i, p.Name, false)
		x.add(i, p.Code, true)
		if short := strings.TrimSuffix(strings.TrimSuffix(f.Key(p.Name), "项目"), "工程"); short != f.Key(p.Name) && len([]rune(short)) >= 4 {
			x.add(i, short, false)
		}
		if letters, number, ok := codeLike(f.Key(p.Code)); ok {
			x.prefixes[letters] = true
			x.codes[letters+number] = i
		}
	}
	for _, a := range n.Aliases {
		if i, ok := x.index[a.ProjectID]; ok {
			x.add(i, a.Name, false)
		}
	}
	return x
}

// add takes in one name. A single character names nothing.
func (x *names) add(project int, name string, code bool) {
	k := []rune(x.fold.Key(name))
	if len(k) < 2 {
		return
	}
	c := call{project: project, code: code, key: k}
	id := int32(len(x.calls))
	x.heads[pair{k[0], k[1]}] = append(x.heads[pair{k[0], k[1]}], id)
	if !code {
		c.full, c.initials = zh.Pinyin(string(k))
		seen := map[pair]bool{}
		for i := range k {
			c.sounds = append(c.sounds, x.sound(k[i]))
			if i == 0 {
				continue
			}
			if p := (pair{k[i-1], k[i]}); !seen[p] {
				seen[p] = true
				x.pairs[p] = append(x.pairs[p], id)
			}
		}
		t := pair{rune(c.sounds[0]), rune(c.sounds[1])}
		x.tones[t] = append(x.tones[t], id)
	}
	x.calls = append(x.calls, c)
}

// sound gives the syllable of a character while the index is made; every character keeps its own
// where it has none.
func (x *names) sound(r rune) sound {
	if s, ok := x.sounds[r]; ok {
		return s
	}
	how := spell(r)
	s, ok := x.spelled[how]
	if !ok {
		s = sound(len(x.spelled) + 1)
		x.spelled[how] = s
	}
	x.sounds[r] = s
	return s
}

// heard gives the syllable of a character of a message, 0 for one that no name has.
func (x *names) heard(r rune) sound {
	if s, ok := x.sounds[r]; ok {
		return s
	}
	return x.spelled[spell(r)]
}

func spell(r rune) string {
	full, _ := zh.Pinyin(string(r))
	if len(full) == 0 {
		return string(r)
	}
	return full[0]
}

var codeShape = regexp.MustCompile(`^([a-z]{1,4})0*([0-9]{1,8})$`)

// codeLike takes a code apart: letters and number, zeros in front left out.
func codeLike(k string) (letters, number string, ok bool) {
	m := codeShape.FindStringSubmatch(k)
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}
