package desk

import (
	"fmt"

	"duban/internal/fault"
	"duban/internal/ledger"
)

// AddResource (资源 新增) puts land, a plant or a building on the list; the office keeps it.
func (a *Acts) AddResource(by ledger.Actor, r ledger.Resource) (ledger.Resource, error) {
	if err := a.keeper(by, "资源清单"); err != nil {
		return r, err
	}
	n, err := a.tx.Next("code:resource", 1)
	if err != nil {
		return r, err
	}
	r.DistrictID, r.Code = a.tx.District, fmt.Sprintf("ZY%04d", n)
	return r, a.keepResource(ledger.Resource{}, r, by)
}

// ChangeResource (资源) changes one that is on the list.
func (a *Acts) ChangeResource(by ledger.Actor, code string, change func(*ledger.Resource)) (ledger.Resource, error) {
	if err := a.keeper(by, "资源清单"); err != nil {
		return ledger.Resource{}, err
	}
	all, err := a.read.Resources(a.ctx, a.tx.District)
	if err != nil {
		return ledger.Resource{}, err
	}
	for _, was := range all {
		if was.Code == code {
			now := was
			change(&now)
			return now, a.keepResource(was, now, by)
		}
	}
	return ledger.Resource{}, fault.Newf(fault.NotFound, "资源清单中没有编号%s，请核对后再发。", code)
}

func (a *Acts) keepResource(was, now ledger.Resource, by ledger.Actor) error {
	out, err := ledger.KeepResource(was, now, by)
	if err == nil {
		_, err = a.tx.Apply(out)
	}
	return err
}

// AddPolicy (政策 新增) puts a policy on the list; the office keeps it.
func (a *Acts) AddPolicy(by ledger.Actor, p ledger.Policy) (ledger.Policy, error) {
	if err := a.keeper(by, "政策清单"); err != nil {
		return p, err
	}
	n, err := a.tx.Next("code:policy", 1)
	if err != nil {
		return p, err
	}
	p.DistrictID, p.Code = a.tx.District, fmt.Sprintf("ZC%04d", n)
	return p, a.keepPolicy(ledger.Policy{}, p, by)
}

// EndPolicy (政策 废止) ends one that is on the list.
func (a *Acts) EndPolicy(by ledger.Actor, code string) (ledger.Policy, error) {
	if err := a.keeper(by, "政策清单"); err != nil {
		return ledger.Policy{}, err
	}
	all, err := a.read.Policies(a.ctx, a.tx.District)
	if err != nil {
		return ledger.Policy{}, err
	}
	for _, was := range all {
		if was.Code == code {
			now := was
			now.Ended = true
			return now, a.keepPolicy(was, now, by)
		}
	}
	return ledger.Policy{}, fault.Newf(fault.NotFound, "政策清单中没有编号%s，请核对后再发。", code)
}

func (a *Acts) keepPolicy(was, now ledger.Policy, by ledger.Actor) error {
	out, err := ledger.KeepPolicy(was, now, by)
	if err == nil {
		_, err = a.tx.Apply(out)
	}
	return err
}

// keeper refuses whoever does not keep the lists.
func (a *Acts) keeper(by ledger.Actor, what string) error {
	v, err := a.who(by)
	if err != nil {
		return err
	}
	return a.office(v, what)
}
