package ledger

import (
	"encoding/json"
	"fmt"
	"slices"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/workday"
)

// Succession (岗位交接): from a day on, a post of a unit is another person's. Rows name the person who holds the
// post today, for it is people who are told; a succession moves all of them in one act and keeps the list.
type Succession struct {
	ID         int64 `gorm:"primaryKey"`
	DistrictID DistrictID
	UnitID     UnitID
	Post       string
	FromID     PersonID
	ToID       PersonID
	On         workday.Day
	By         PersonID
	At         clock.Instant
	Moved      Duties `gorm:"serializer:json"`
}

// Duties is what hangs on a post: the ids of what its holder has to do.
type Duties struct {
	Matters []CommitmentID
	Led     []ProjectID // projects led
	Owned   []ProjectID // projects reported on
	Served  []ProjectID // projects whose enterprise is served
	Member  []ProjectID // task forces
	Chains  []int64     // chains led
	Groups  []GroupID   // the leader's groups
}

// Count is how many duties there are; a leader's group is no duty.
func (d Duties) Count() int {
	return len(d.Matters) + len(d.Led) + len(d.Owned) + len(d.Served) + len(d.Member) + len(d.Chains)
}

// Charge is what a person has to do, row by row.
type Charge struct {
	Matters  []Commitment // open, or waiting for acceptance
	Projects []Project    // led, reported on or served
	Member   []ProjectID
	Chains   []Industry
	Groups   []Group
}

// Duties sums up a person's charge.
func (c Charge) Duties(id PersonID) Duties {
	var d Duties
	for _, m := range c.Matters {
		d.Matters = append(d.Matters, m.ID)
	}
	for _, p := range c.Projects {
		if p.LeaderID == id {
			d.Led = append(d.Led, p.ID)
		}
		if p.OwnerID == id {
			d.Owned = append(d.Owned, p.ID)
		}
		if p.ServiceID == id {
			d.Served = append(d.Served, p.ID)
		}
	}
	d.Member = c.Member
	for _, x := range c.Chains {
		d.Chains = append(d.Chains, x.ID)
	}
	for _, g := range c.Groups {
		d.Groups = append(d.Groups, g.ID)
	}
	return d
}

// PostMove is what the pen writes of a succession besides the commitments and projects.
type PostMove struct {
	Succession Succession
	From, To   Person
}

// HandPost (岗位交接) makes the post of one person another's, with all that hangs on it. The new holder takes over
// the rights that go with it, the old one keeps none. A person who has duties of a post of their own first
// hands that one over, for afterwards nobody could tell which duty hangs on which; also says that they are
// to have both (兼任).
func HandPost(from, to Person, c Charge, own Duties, also bool, ro Roster, by Actor) (Outcome, error) {
	switch {
	case from.ID == to.ID:
		return Outcome{}, fault.New(fault.Invalid, "交接双方是同一人，请核对，例如：交接 住建局局长 从张三到李四")
	case !to.Active || to.DistrictID != from.DistrictID:
		return Outcome{}, fault.Newf(fault.Invalid, "%s已不在岗，不能接任，请核对姓名。", to.Name)
	case from.Post == "" && c.Duties(from.ID).Count() == 0:
		return Outcome{}, fault.Newf(fault.Conflict, "%s名下没有岗位，也没有在办事项，无需交接。", from.Name)
	case from.Post != "" && to.Post != "" && own.Count() > 0 && !also:
		return Outcome{}, fault.Newf(fault.Conflict, "%s现任%s，尚有%d项在办。请先交接该岗位，例如：交接 %s 从%s到某某；两个岗位都由其担任的，请写明“兼任”。", to.Name, to.Post, own.Count(), to.Post, to.Name)
	}
	moved := c.Duties(from.ID)
	s := Succession{
		DistrictID: from.DistrictID, UnitID: from.UnitID, Post: from.Post, FromID: from.ID, ToID: to.ID,
		On: by.Today, By: by.Person, At: by.At, Moved: moved,
	}
	var out Outcome
	for _, m := range c.Matters {
		m.OwnerID, m.ReceivedAt = to.ID, 0
		out.Saved = append(out.Saved, m)
		e := by.entry(m.DistrictID, m.Subject(), "owner:post", clip(to.Name+"："+from.Post))
		e.Before, e.After = fmt.Sprintf(`{"owner":%d}`, from.ID), fmt.Sprintf(`{"owner":%d}`, to.ID)
		out.Entries = append(out.Entries, e)
	}
	for _, p := range c.Projects {
		out.Projects = append(out.Projects, p.succeeded(from.ID, to.ID))
		e := by.entry(p.DistrictID, p.Subject(), "post", clip(to.Name+"："+from.Post))
		e.Before, e.After = p.standing(), p.succeeded(from.ID, to.ID).standing()
		out.Entries = append(out.Entries, e)
	}
	left, came := vacate(from), takeOffice(from, to, also)
	for _, one := range []struct{ was, now Person }{{from, left}, {to, came}} {
		e := by.entry(from.DistrictID, one.was.Subject(), "post", fmt.Sprintf("%s：%s → %s", from.Post, from.Name, to.Name))
		e.Before, e.After = one.was.standing(), one.now.standing()
		out.Entries = append(out.Entries, e)
	}
	out.Posts = []PostMove{{Succession: s, From: left, To: came}}
	out.announce(fmt.Sprintf("post:%d:%d:%d", from.ID, to.ID, by.At), by, unique(owner(from.ID), owner(to.ID), ro.class(GroupOffice))...)
	return out, nil
}

// vacate is a person who holds no post any more.
func vacate(p Person) Person {
	if p.Post != "" {
		p.Post, p.Roles = "", nil
	}
	return p
}

// takeOffice is a person in another's post, with the rights that go with it.
func takeOffice(from, to Person, also bool) Person {
	if from.Post == "" {
		return to // duties without a post: who takes them keeps the own one
	}
	post, roles := from.Post, slices.Clone(from.Roles)
	if also && to.Post != "" {
		post += "兼" + to.Post
	}
	if also || to.Post == "" {
		for _, r := range to.Roles {
			if !slices.Contains(roles, r) {
				roles = append(roles, r)
			}
		}
	}
	to.UnitID, to.Post, to.Roles = from.UnitID, post, roles
	return to
}

// succeeded puts one person in another's place on the project.
func (p Project) succeeded(from, to PersonID) Project {
	for _, id := range []*PersonID{&p.LeaderID, &p.OwnerID, &p.ServiceID} {
		if *id == from {
			*id = to
		}
	}
	return p
}

// standing keeps who stands around the project, for its history.
func (p Project) standing() string {
	return fmt.Sprintf(`{"leader":%d,"owner":%d,"service":%d,"lead_unit":%d,"host_unit":%d}`, p.LeaderID, p.OwnerID, p.ServiceID, p.LeadUnitID, p.HostUnitID)
}

// standing keeps a person's post and rights, for their history.
func (p Person) standing() string {
	b, _ := json.Marshal(struct {
		Unit  UnitID `json:"unit"`
		Post  string `json:"post"`
		Roles []Role `json:"roles"`
	}{p.UnitID, p.Post, p.Roles}) // numbers and text: it cannot fail
	return string(b)
}
