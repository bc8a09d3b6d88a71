package desk

import (
	"duban/internal/config"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// allResources brings in the list of resources. Whether one is taken is the register's as well as the office's.
func (i *importer) allResources(reg config.Register) error {
	have, err := i.read.Resources(i.ctx, i.tx.District)
	if err != nil {
		return err
	}
	there, inFile := map[string]ledger.Resource{}, map[string]bool{}
	for _, r := range have {
		there[r.Code] = r
	}
	for _, r := range reg.Resources {
		inFile[r.Code] = true
		was := there[r.Code]
		now := was
		unit, why := ref(i.units, r.Unit, "属地")
		now.DistrictID, now.Code, now.Kind, now.Name, now.Place, now.UnitID = i.tx.District, r.Code, r.Kind, r.Name, r.Place, unit.ID
		now.Area, now.Price, now.PricePer, now.Terms, now.Conditions, now.Taken = ledger.Area(r.Area), r.Price, r.PricePer, r.Terms, r.Conditions, r.Taken
		if err := i.stock("resources.csv", r.Code, why, was.ID != 0, was == now, func(by ledger.Actor) (ledger.Outcome, error) { return ledger.KeepResource(was, now, by) }); err != nil {
			return err
		}
	}
	missing(i, "resources.csv", have, func(r ledger.Resource) string { return r.Code }, inFile)
	return nil
}

// allPolicies brings in the list of policies.
func (i *importer) allPolicies(reg config.Register) error {
	have, err := i.read.Policies(i.ctx, i.tx.District)
	if err != nil {
		return err
	}
	there, inFile := map[string]ledger.Policy{}, map[string]bool{}
	for _, p := range have {
		there[p.Code] = p
	}
	for _, r := range reg.Policies {
		inFile[r.Code] = true
		was := there[r.Code]
		now := was
		now.DistrictID, now.Code, now.Title, now.Text, now.Whom, now.UntilOn = i.tx.District, r.Code, r.Title, r.Text, r.Whom, r.Until
		if err := i.stock("policies.csv", r.Code, "", was.ID != 0, was == now, func(by ledger.Actor) (ledger.Outcome, error) { return ledger.KeepPolicy(was, now, by) }); err != nil {
			return err
		}
	}
	missing(i, "policies.csv", have, func(p ledger.Policy) string { return p.Code }, inFile)
	return nil
}

// stock writes one row of a list, or says why it cannot be taken.
func (i *importer) stock(file, code, why string, known, same bool, do func(ledger.Actor) (ledger.Outcome, error)) error {
	switch {
	case why != "":
		i.row(file, code, RowRefused, why)
		return nil
	case known && same:
		i.row(file, code, RowUnchanged, "")
		return nil
	}
	out, err := do(ledger.Actor{At: i.now, Today: workday.DayOf(i.now.Time())})
	if err != nil {
		return err
	}
	if _, err := i.tx.Apply(out); err != nil {
		return err
	}
	state := RowNew
	if known {
		state = RowChanged
	}
	i.row(file, code, state, "")
	return nil
}
