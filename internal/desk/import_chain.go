package desk

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"duban/internal/config"
	"duban/internal/ledger"
)

// allChains brings in the industry chains.
func (i *importer) allChains(reg config.Register) error {
	have, err := i.read.Chains(i.ctx, i.tx.District)
	if err != nil {
		return err
	}
	there := map[string]ledger.Industry{}
	for _, c := range have {
		there[c.Code] = c
	}
	inFile := map[string]bool{}
	for _, r := range reg.Chains {
		inFile[r.Code] = true
		if err := i.chain(r, there); err != nil {
			return err
		}
	}
	missing(i, "chains.csv", have, func(c ledger.Industry) string { return c.Code }, inFile)
	return nil
}

func (i *importer) chain(r config.ChainRow, there map[string]ledger.Industry) error {
	const file = "chains.csv"
	leader, why1 := ref(i.people, r.Leader, "链长")
	unit, why2 := ref(i.units, r.Unit, "牵头部门")
	if why := cmp.Or(why1, why2); why != "" {
		i.row(file, r.Code, RowRefused, why)
		return nil
	}
	was, known := there[r.Code]
	now := was
	now.Code, now.Name, now.LeaderID, now.UnitID, now.Industries = r.Code, r.Name, i.holder(leader.ID, was.LeaderID), unit.ID, r.Industries
	changed := changes(was, now)
	if !known || len(changed) > 0 {
		if err := i.tx.PutChain(&now); err != nil {
			return err
		}
	}
	return i.settle(file, r.Code, fmt.Sprintf("chain:%d", now.ID), !known, changed, was, now)
}

// holder gives who holds what the register says somebody holds: whoever has it in the ledger, if it came to them by
// handing that one's post over.
func (i *importer) holder(named, has ledger.PersonID) ledger.PersonID {
	for at, n := named, 0; at != 0 && n < 20; n++ {
		if at == has {
			return has
		}
		at = i.successor[at]
	}
	return named
}

// heir gives who has the duties of somebody who handed the post over and has none since, else that one.
func (i *importer) heir(p ledger.Person) ledger.PersonID {
	at := p.ID
	for n := 0; p.Post == "" && i.successor[at] != 0 && n < 20; n++ {
		at = i.successor[at]
	}
	return at
}

// successions reads whose posts were handed over to whom.
func (i *importer) successions(config.Register) error {
	all, err := i.read.Successions(i.ctx, i.tx.District)
	if err != nil {
		return err
	}
	i.successor = map[ledger.PersonID]ledger.PersonID{}
	i.vacated, i.taken = map[ledger.PersonID]ledger.Succession{}, map[ledger.PersonID]ledger.Succession{}
	for _, s := range all {
		i.successor[s.FromID] = s.ToID
		i.vacated[s.FromID], i.taken[s.ToID] = s, s
	}
	return nil
}

// stale says why a row of people.csv is not taken that still has somebody in a post they handed over, or not yet in one
// they took over; "" if it is none.
func (i *importer) stale(was, now ledger.Person) string {
	if s, took := i.taken[was.ID]; took && now.Active && s.Post != "" && strings.Contains(was.Post, s.Post) && !strings.Contains(now.Post, s.Post) {
		return fmt.Sprintf("已于%s接任“%s”，请在名册中更新职务、单位和角色", s.On.ChineseFull(), s.Post)
	}
	s, handed := i.vacated[was.ID]
	if !handed || was.ID == 0 || now.Post != s.Post || now.UnitID != s.UnitID || was.Post == s.Post || s.Post == "" || !now.Active {
		return ""
	}
	to := ""
	for _, p := range i.people {
		if p.ID == s.ToID {
			to = p.Name
		}
	}
	return fmt.Sprintf("岗位“%s”已于%s交接给%s，请在名册中更新", s.Post, s.On.ChineseFull(), to)
}

// settleGaps ends what is owed of elements that the register has filled in.
func (i *importer) settleGaps(config.Register) error {
	var ids []ledger.ProjectID
	for _, p := range i.projects {
		ids = append(ids, p.ID)
	}
	known, err := i.read.ElementsOf(i.ctx, i.tx.District, ids)
	if err != nil || len(known) == 0 {
		return err
	}
	rosters, err := i.read.Rosters(i.ctx, i.tx.District, slices.Sorted(maps.Keys(known)))
	if err != nil {
		return err
	}
	var outs []ledger.Outcome
	for _, id := range slices.Sorted(maps.Keys(known)) {
		outs = append(outs, ledger.ChaseGaps(rosters[id], known[id], 0, 0, i.now))
	}
	_, err = i.tx.Apply(outs...)
	return err
}
