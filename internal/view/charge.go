package view

import (
	"context"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// Charge is what a person has to do, and who stands in for them.
type Charge struct {
	Who     ledger.Person
	Unit    string
	Since   workday.Day // when they took the post over here, 0 if it was the register's
	From    string      // from whom
	Matters []ledger.Commitment
	Led     []ledger.Project
	Owned   []ledger.Project
	Served  []ledger.Project
	Member  int
	Chains  int
	Count   int
	Away    []string // "3月1日至3月5日由李四代"
}

// Charge gives what hangs on a person's post, of one who left too; for whoever sees the whole district.
func (v *View) Charge(ctx context.Context, who ledger.Viewer, of ledger.Person) (Charge, error) {
	if !ledger.Entitled(who, nil) {
		return Charge{}, fault.New(fault.Forbidden, "岗位职责由项目办查看。")
	}
	reg, err := v.People(ctx)
	if err != nil {
		return Charge{}, err
	}
	charge, err := v.Store.ChargeOf(ctx, v.District, of.ID)
	if err != nil {
		return Charge{}, err
	}
	c := Charge{Who: of, Unit: reg.Short(of.UnitID), Matters: charge.Matters, Member: len(charge.Member), Chains: len(charge.Chains)}
	c.Count = charge.Duties(of.ID).Count()
	for _, p := range charge.Projects {
		if p.LeaderID == of.ID {
			c.Led = append(c.Led, p)
		}
		if p.OwnerID == of.ID {
			c.Owned = append(c.Owned, p)
		}
		if p.ServiceID == of.ID {
			c.Served = append(c.Served, p)
		}
	}
	taken, err := v.Store.Successions(ctx, v.District)
	if err != nil {
		return c, err
	}
	for _, s := range taken {
		if s.ToID == of.ID {
			c.Since, c.From = s.On, reg.Called(s.FromID)
		}
	}
	leaves, err := v.Store.Leaves(ctx, v.District)
	if err != nil {
		return c, err
	}
	for _, l := range leaves {
		if l.PersonID == of.ID && l.UntilOn >= v.Today() {
			c.Away = append(c.Away, l.FromOn.Chinese()+"至"+l.UntilOn.Chinese()+"由"+reg.Called(l.DeputyID)+"代")
		}
	}
	return c, nil
}
