package command

import (
	"regexp"
	"slices"
	"strings"

	"duban/internal/ledger"
	"duban/internal/view"
	"duban/internal/zh"
)

// names is the index of what projects are called: by neighbouring characters, by sound and by
// spelling. It is made once from the register and never changes; whoever asks it says which projects
// may be found at all.
type names struct {
	stamp     int64
	fold      *zh.Folder
	projects  []ledger.Project // as the register had them
	aliases   []ledger.Alias
	index     map[ledger.ProjectID]int
	calls     []call
	heads     map[pair][]int32 // calls that begin with the pair
	pairs     map[pair][]int32 // calls with the pair anywhere, each once
	tones     map[pair][]int32 // calls that begin with the two sounds
	sounds    map[rune]sound
	spelled   map[string]sound
	spellings []spelling // of all calls, sorted
	units     map[ledger.UnitID]ledger.UnitKind
	codes     map[string]int  // code without zeros in front of its number
	prefixes  map[string]bool // letters codes begin with
}

// call is one thing a project is called: its name, its code or an alias.
type call struct {
	project int
	code    bool
	name    string
	key     []rune
	sounds  []sound
	spelled spelled
}

// spelled is how a name is written in Latin letters.
type spelled struct{ full, initials []string }

// spelling is one way to write a call in Latin letters.
type spelling struct {
	text     string
	call     int32
	initials bool
}

type (
	pair  [2]rune
	sound uint16 // a syllable without its tone
)

// kindsOf gives the kind of each unit.
func kindsOf(units []ledger.Unit) map[ledger.UnitID]ledger.UnitKind {
	out := make(map[ledger.UnitID]ledger.UnitKind, len(units))
	for _, u := range units {
		out[u.ID] = u.Kind
	}
	return out
}

// newNames makes the index. What old knows of names that are still the same is taken from it, so that
// a change of the register costs little; nil makes all anew.
func newNames(f *zh.Folder, n view.Names, old *names) *names {
	if old.same(n) {
		x := *old
		x.stamp, x.projects, x.units = n.Stamp, n.Projects, kindsOf(n.Units)
		return &x
	}
	known := old.known()
	x := &names{
		stamp: n.Stamp, fold: f, projects: n.Projects, aliases: n.Aliases, units: kindsOf(n.Units), index: make(map[ledger.ProjectID]int, len(n.Projects)),
		heads: map[pair][]int32{}, pairs: map[pair][]int32{}, tones: map[pair][]int32{},
		sounds: map[rune]sound{}, spelled: map[string]sound{}, codes: map[string]int{}, prefixes: map[string]bool{},
	}
	for i, p := range n.Projects {
		x.index[p.ID] = i
		full := x.add(i, p.Name, false, known)
		code := x.add(i, p.Code, true, known)
		if short := strings.TrimSuffix(strings.TrimSuffix(full, "项目"), "工程"); short != full && len([]rune(short)) >= 4 {
			x.add(i, short, false, known)
		}
		if letters, number, ok := codeLike(code); ok {
			x.prefixes[letters] = true
			x.codes[letters+number] = i
		}
	}
	for _, a := range n.Aliases {
		if i, ok := x.index[a.ProjectID]; ok {
			x.add(i, a.Name, false, known)
		}
	}
	slices.SortFunc(x.spellings, func(a, b spelling) int { return strings.Compare(a.text, b.text) })
	return x
}

// same reports whether nothing of the register that has changed is a name.
func (x *names) same(n view.Names) bool {
	return x != nil && slices.Equal(x.aliases, n.Aliases) && slices.EqualFunc(x.projects, n.Projects, func(a, b ledger.Project) bool {
		return a.ID == b.ID && a.Code == b.Code && a.Name == b.Name
	})
}

// known gives the calls by what they are made of.
func (x *names) known() map[string]*call {
	if x == nil {
		return nil
	}
	out := make(map[string]*call, len(x.calls))
	for i := range x.calls {
		if c := &x.calls[i]; !c.code {
			out[c.name] = c
		}
	}
	return out
}

// add takes in one name and gives its key. A single character names nothing.
func (x *names) add(project int, name string, code bool, known map[string]*call) string {
	c := call{project: project, code: code, name: name}
	old, ok := known[name]
	if ok && !code {
		c.key, c.spelled = old.key, old.spelled
	} else {
		c.key = []rune(x.fold.Key(name))
	}
	k := c.key
	if len(k) < 2 {
		return string(k)
	}
	id := int32(len(x.calls))
	if _, _, plain := codeLike(string(k)); !code || !plain { // P012 is found by its number
		x.heads[pair{k[0], k[1]}] = append(x.heads[pair{k[0], k[1]}], id)
	}
	if !code {
		if !ok {
			c.spelled.full, c.spelled.initials = zh.Pinyin(string(k))
		}
		x.sounded(&c, id)
		x.write(&c, id)
	}
	x.calls = append(x.calls, c)
	return string(k)
}

// sounded puts a call under its pairs of characters and its first two sounds.
func (x *names) sounded(c *call, id int32) {
	c.sounds = make([]sound, len(c.key))
	for i, r := range c.key {
		c.sounds[i] = x.sound(r)
		if i == 0 {
			continue
		}
		p := pair{c.key[i-1], r}
		if all := x.pairs[p]; len(all) == 0 || all[len(all)-1] != id { // a pair twice in a name counts once
			x.pairs[p] = append(all, id)
		}
	}
	t := pair{rune(c.sounds[0]), rune(c.sounds[1])}
	x.tones[t] = append(x.tones[t], id)
}

// write puts a call under its spellings.
func (x *names) write(c *call, id int32) {
	for _, s := range c.spelled.full {
		x.spellings = append(x.spellings, spelling{s, id, false})
	}
	for _, s := range c.spelled.initials {
		x.spellings = append(x.spellings, spelling{s, id, true})
	}
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
