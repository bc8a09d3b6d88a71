package desk

import (
	"cmp"
	"fmt"
	"slices"

	"duban/internal/chat"
	"duban/internal/config"
	"duban/internal/ledger"
)

func (i *importer) allUnits(reg config.Register) error {
	have, err := i.read.Units(i.ctx, i.tx.District)
	if err != nil {
		return err
	}
	for _, u := range have {
		i.units[u.Code] = u
	}
	inFile := map[string]bool{}
	for _, r := range reg.Units {
		inFile[r.Code] = true
		if err := i.unit(r); err != nil {
			return err
		}
	}
	missing(i, "units.csv", have, func(u ledger.Unit) string { return u.Code }, inFile)
	return nil
}

func (i *importer) unit(r config.UnitRow) error {
	const file = "units.csv"
	parent, why := ref(i.units, r.Parent, "上级单位")
	if why = cmp.Or(why, tooLong(column{"简称", r.Short, 64})); why != "" {
		i.row(file, r.Code, RowRefused, why)
		return nil
	}
	was, there := i.units[r.Code]
	now := was
	now.Code, now.Name, now.Short, now.Kind, now.ParentID, now.Sort, now.Grid = r.Code, r.Name, r.Short, ledger.UnitKind(r.Kind), parent.ID, r.Sort, r.Grid
	if now.Short == "" {
		now.Short = clip(r.Name, 64)
	}
	changed := changes(was, now)
	if !there || len(changed) > 0 {
		if err := i.tx.PutUnit(&now); err != nil {
			return err
		}
	}
	i.units[r.Code] = now
	return i.settle(file, r.Code, fmt.Sprintf("unit:%d", now.ID), !there, changed, was, now)
}

func (i *importer) allPeople(reg config.Register) error {
	have, err := i.read.People(i.ctx, i.tx.District)
	if err != nil {
		return err
	}
	for _, p := range have {
		i.people[p.Code] = p
	}
	accounts, err := i.read.AllAccounts(i.ctx, i.tx.District)
	if err != nil {
		return err
	}
	books := accountBook{of: map[ledger.PersonID][]ledger.Account{}, holder: map[string]ledger.PersonID{}}
	for _, a := range accounts {
		books.of[a.PersonID] = append(books.of[a.PersonID], a)
		books.holder[user(a)] = a.PersonID
	}
	inFile := map[string]bool{}
	for _, r := range reg.People {
		inFile[r.Code] = true
		if err := i.person(r, books); err != nil {
			return err
		}
	}
	missing(i, "people.csv", have, func(p ledger.Person) string { return p.Code }, inFile)
	return nil
}

// accountBook holds the accounts by person, and the persons by account.
type accountBook struct {
	of     map[ledger.PersonID][]ledger.Account
	holder map[string]ledger.PersonID
}

// user names an account.
func user(a ledger.Account) string { return a.Platform + ":" + a.UserID }

// put gives a person these accounts in place of those before.
func (b accountBook) put(who ledger.PersonID, accounts []ledger.Account) {
	for _, a := range b.of[who] {
		delete(b.holder, user(a))
	}
	for _, a := range accounts {
		b.holder[user(a)] = who
	}
	b.of[who] = accounts
}

func (i *importer) person(r config.PersonRow, books accountBook) error {
	const file = "people.csv"
	unit, why := ref(i.units, r.Unit, "单位")
	why = cmp.Or(why, tooLong(column{"职务", r.Post, 128}, column{"手机", r.Mobile, 32}, column{"企业微信", r.WeCom, 128}, column{"钉钉", r.DingTalk, 128}))
	was, there := i.people[r.Code]
	now := was
	now.Code, now.Name, now.UnitID, now.Post, now.Mobile, now.Active = r.Code, r.Name, unit.ID, r.Post, r.Mobile, !r.Left
	now.Roles = make([]ledger.Role, 0, len(r.Roles))
	for _, role := range r.Roles {
		now.Roles = append(now.Roles, ledger.Role(role))
	}
	accounts := slices.Clone(books.of[was.ID])
	for _, a := range []ledger.Account{{Platform: string(chat.WeCom), UserID: r.WeCom}, {Platform: string(chat.DingTalk), UserID: r.DingTalk}} {
		if a.UserID == "" {
			continue // an empty cell takes no account away that the office matched later
		}
		if other := books.holder[user(a)]; other != 0 && other != was.ID {
			why = cmp.Or(why, fmt.Sprintf("账号%s已属于他人", a.UserID))
		}
		accounts = slices.DeleteFunc(accounts, func(b ledger.Account) bool { return b.Platform == a.Platform })
		accounts = append(accounts, a)
	}
	if why = cmp.Or(why, i.stale(was, now)); why != "" {
		i.row(file, r.Code, RowRefused, why)
		return nil
	}
	changed := changes(was, now)
	if !sameAccounts(accounts, books.of[was.ID]) {
		changed = append(changed, "账号")
	}
	if !there || len(changed) > 0 {
		if err := i.tx.PutPerson(&now, accounts); err != nil {
			return err
		}
		books.put(now.ID, accounts)
	}
	if was.Active && !now.Active {
		i.left = append(i.left, now.ID)
	}
	i.people[r.Code] = now
	return i.settle(file, r.Code, fmt.Sprintf("person:%d", now.ID), !there, changed, was, now)
}

func sameAccounts(a, b []ledger.Account) bool {
	keys := func(all []ledger.Account) []string {
		var out []string
		for _, x := range all {
			out = append(out, user(x))
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(keys(a), keys(b))
}

// clip keeps the first n characters.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
