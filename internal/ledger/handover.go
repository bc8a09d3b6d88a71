package ledger

import (
	"fmt"

	"duban/internal/fault"
)

// HandOver (转交) proposes that a commitment shall be another person's. Nothing moves until it is confirmed,
// and nothing stops: the due day and the ladder run on for whoever has to move it now. granted is how
// often it was handed over before; from Rules.HandOvers on only the office confirms.
func HandOver(m Commitment, to Person, reason string, granted int, r Rules, ro Roster, by Actor) (Outcome, error) {
	if err := movable(m, to); err != nil {
		return Outcome{}, err
	}
	if err := reasonable(reason, fmt.Sprintf("请写明转交理由，例如：转交 %s 给%s 该手续由其科室办理", m.Code, to.Name)); err != nil {
		return Outcome{}, err
	}
	m.Version++ // two proposals never share a notice
	h := Handover{
		DistrictID: m.DistrictID, CommitmentID: m.ID, FromID: m.OwnerID, FromUnitID: m.UnitID, ToID: to.ID, ToUnitID: to.UnitID,
		Reason: reason, AskedBy: by.Person, AskedAt: by.At, State: "asked",
	}
	out := Outcome{
		Handovers: []Handover{h},
		Entries:   []Entry{by.entry(m.DistrictID, m.Subject(), "handover:asked", clip(to.Name+"："+reason))},
	}
	told := ro.class(GroupOffice)
	if granted < r.HandOvers {
		told = unique(told, owner(to.ID))
	}
	out.tell(m, fmt.Sprintf("handover:%d", by.At), by, told...)
	return out, nil
}

// movable refuses a handover that cannot be.
func movable(m Commitment, to Person) error {
	switch {
	case m.State != Open:
		return fault.Newf(fault.Conflict, "%s不在办理中，不能转交。", m.Code)
	case Kinds[m.Kind].Fixed:
		return fault.Newf(fault.Invalid, "%s不能转交，请尽快办理。", Kinds[m.Kind].Word)
	case !to.Active || to.DistrictID != m.DistrictID:
		return fault.Newf(fault.Invalid, "%s已不在岗，请改转他人。", to.Name)
	case to.ID == m.OwnerID:
		return fault.Newf(fault.Invalid, "%s本来就由%s负责，请写明要转交给谁。", m.Code, to.Name)
	}
	return nil
}

// TakeOver (接收) makes the commitment the other person's and their unit's. Its day, its rungs and its strikes
// stay with it.
func TakeOver(m Commitment, h Handover, to Person, ro Roster, by Actor) (Outcome, error) {
	if err := undecided(m, h); err != nil {
		return Outcome{}, err
	}
	if err := movable(m, to); err != nil {
		return Outcome{}, err
	}
	h.State, h.DecidedBy, h.DecidedAt = "granted", by.Person, by.At
	m.OwnerID, m.ReceivedAt = h.ToID, by.At
	if h.ToUnitID != 0 {
		m.UnitID = h.ToUnitID
	}
	out := change(m, by, "handover:granted", to.Name)
	out.Entries[0].Before = fmt.Sprintf(`{"owner":%d,"unit":%d}`, h.FromID, h.FromUnitID)
	out.Entries[0].After = fmt.Sprintf(`{"owner":%d,"unit":%d}`, m.OwnerID, m.UnitID)
	out.Handovers = []Handover{h}
	out.tell(m, "handover:granted", by, unique(owner(h.FromID), owner(h.ToID), ro.taskForce())...)
	return out, nil
}

// RefuseHandOver (不接收) leaves the commitment with whoever has it.
func RefuseHandOver(m Commitment, h Handover, reason string, by Actor) (Outcome, error) {
	if err := undecided(m, h); err != nil {
		return Outcome{}, err
	}
	if err := reasonable(reason, fmt.Sprintf("请写明理由，例如：不接收 %s 不属于本单位职责", m.Code)); err != nil {
		return Outcome{}, err
	}
	h.State, h.DecidedBy, h.DecidedAt, h.Answer = "denied", by.Person, by.At, reason
	out := Outcome{Handovers: []Handover{h}, Entries: []Entry{by.entry(m.DistrictID, m.Subject(), "handover:denied", reason)}}
	out.tell(m, fmt.Sprintf("handover:denied:%d", h.ID), by, unique(owner(h.FromID), owner(h.AskedBy))...)
	return out, nil
}

// undecided refuses what was decided already, or was asked of another owner.
func undecided(m Commitment, h Handover) error {
	switch {
	case h.State != "asked" || h.CommitmentID != m.ID:
		return fault.Newf(fault.Conflict, "%s没有待确认的转交。", m.Code)
	case m.State != Open || h.FromID != m.OwnerID:
		return fault.Newf(fault.Conflict, "%s在转交之后已有变化，如仍需转交请重新提出。", m.Code)
	}
	return nil
}

// Contact (联系人) is who answers for a unit when nobody is named: its first active liaison, else its head;
// the zero Person when it has neither. people come in order of id.
func Contact(people []Person, u UnitID) Person {
	for _, role := range []Role{RoleLiaison, RoleUnitHead} {
		for _, p := range people {
			if u != 0 && p.UnitID == u && p.Active && p.Has(role) {
				return p
			}
		}
	}
	return Person{}
}

// Succeed gives a commitment whose owner has left the register to who answers now. The new owner and the task
// force hear of it, and where nobody answers (the zero Person) the office.
func Succeed(m Commitment, to Person, ro Roster, by Actor) Outcome {
	was := m.OwnerID
	m.OwnerID, m.ReceivedAt = to.ID, 0
	out := change(m, by, "owner:left", to.Name)
	out.Entries[0].Before, out.Entries[0].After = fmt.Sprintf(`{"owner":%d}`, was), fmt.Sprintf(`{"owner":%d}`, to.ID)
	told := unique(owner(to.ID), ro.taskForce())
	if to.ID == 0 {
		told = unique(told, ro.class(GroupOffice))
	}
	out.tell(m, "owner", by, told...)
	return out
}
