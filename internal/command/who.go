package command

import (
	"context"
	"slices"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
	"duban/internal/view"
)

// sameName is met where a message names somebody and several are called so; it is asked who is meant.
type sameName struct {
	all []someone
	reg view.People
}

func (s sameName) Error() string { return "several are called " + s.all[0].Name }

// called is a line of a list of people to choose from.
type called struct{ Unit, Name, Post string }

// chooseWho asks who is meant. The answer is kept with every question that follows on the same words.
func (t *turn) chooseWho(said string, same sameName) step {
	q := question{Kind: askWho, Said: said, Matter: t.matter}
	if t.chosen != nil {
		q.Project = t.chosen.ID
	}
	var all []called
	for _, one := range same.all {
		q.People = append(q.People, one.ID)
		all = append(all, called{same.reg.Short(one.UnitID), one.Name, one.Post})
	}
	return func(a *desk.Acts) (chat.Message, error) { return t.ask(a, false, q, "reply/who", all) }
}

// whoever takes a number, the unit or the post as the answer who is meant.
func (t *turn) whoever(ctx context.Context, q *question, said string) (step, error) {
	at, numbered, err := numberOf(said, len(q.People))
	if err != nil {
		return nil, err
	}
	if !numbered {
		reg, err := t.View.People(ctx)
		if err != nil {
			return nil, err
		}
		if at = t.meant(reg, q.People, said); at < 0 {
			return nil, nil
		}
	}
	t.who, t.matter = append(slices.Clone(q.Who), q.People[at]), q.Matter
	if i, ok := t.names.index[q.Project]; ok && t.sees(i) {
		p := t.names.projects[i]
		t.chosen = &p
	}
	do, err := t.read(ctx, q.Said)
	if err != nil {
		return nil, err
	}
	return t.forgetting(do), nil
}

// meant gives the index of the one of the people whose unit or post the words name, -1 for none or several.
func (t *turn) meant(reg view.People, people []ledger.PersonID, said string) int {
	words, found := t.fold.Key(said), -1
	for _, p := range reg.People {
		at := slices.Index(people, p.ID)
		if at < 0 {
			continue
		}
		var names []string
		for _, u := range reg.Units {
			if u.ID == p.UnitID {
				names = append(names, u.Short, u.Name, strings.TrimPrefix(u.Name, "区"))
			}
		}
		named := slices.ContainsFunc(append(names, p.Post), func(name string) bool {
			k := t.fold.Key(name)
			return k != "" && (words == k || words == k+t.fold.Key(p.Name))
		})
		switch {
		case named && found >= 0:
			return -1
		case named:
			found = at
		}
	}
	return found
}
