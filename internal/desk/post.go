package desk

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// HandPost (岗位交接) makes a person's post another's, with all that hangs on it; the office alone may. post is what
// the office called it, "" when it named only the people; also says that the new holder keeps the own post.
func (a *Acts) HandPost(by ledger.Actor, post string, fromID, toID ledger.PersonID, also bool) (ledger.Succession, error) {
	v, err := a.who(by)
	if err != nil {
		return ledger.Succession{}, err
	}
	if err := a.office(v, "岗位交接"); err != nil {
		return ledger.Succession{}, err
	}
	from, err := a.read.Person(a.ctx, a.tx.District, fromID)
	if err != nil {
		return ledger.Succession{}, err
	}
	to, err := a.read.Person(a.ctx, a.tx.District, toID)
	if err != nil {
		return ledger.Succession{}, err
	}
	if post != "" && !strings.Contains(post, from.Post) && !strings.Contains(from.Post, post) {
		return ledger.Succession{}, fault.Newf(fault.Conflict, "%s的岗位是“%s”，不是“%s”，请核对后重发。", from.Name, from.Post, post)
	}
	charge, err := a.read.ChargeOf(a.ctx, a.tx.District, from.ID)
	if err != nil {
		return ledger.Succession{}, err
	}
	own, err := a.read.ChargeOf(a.ctx, a.tx.District, to.ID)
	if err != nil {
		return ledger.Succession{}, err
	}
	ro, err := a.read.Roster(a.ctx, a.tx.District, 0)
	if err != nil {
		return ledger.Succession{}, err
	}
	out, err := ledger.HandPost(from, to, charge, own.Duties(to.ID), also, ro, by)
	if err != nil {
		return ledger.Succession{}, err
	}
	_, err = a.tx.Apply(out)
	return out.Posts[0].Succession, err
}

// succeeded is what notice/post tells.
type succeeded struct {
	ledger.Succession
	From, To string // with the unit
	By       string
	Unit     string
	For      string // "from", "to", "office"
	Matters  []ledger.Commitment
	Led      []ledger.Project
	Owned    []ledger.Project
	Served   []ledger.Project
	Member   int
	Chains   int
}

// succession words what a succession moved: "post:FROM:TO:AT".
func (d *Desk) succession(ctx context.Context, del store.Delivery, v ledger.Viewer) (words.Letter, error) {
	from, at, err := personAt(del.Cause)
	if err != nil {
		return words.Letter{}, err
	}
	s, err := d.Store.SuccessionAt(ctx, d.District, from, at)
	if err != nil {
		return words.Letter{}, err
	}
	h, err := d.handedOver(ctx, s)
	if err != nil {
		return words.Letter{}, err
	}
	switch {
	case v.Is(s.FromID):
		h.For = "from"
	case v.Is(s.ToID):
		h.For = "to"
	case ledger.Entitled(v, nil):
		h.For = "office"
	default:
		return words.Letter{Drop: "收件人与交接无关"}, nil
	}
	m, err := d.Words.Say("notice/post", h)
	return words.Letter{Message: m}, err
}

// handedOver reads what a succession moved, as it is now.
func (d *Desk) handedOver(ctx context.Context, s ledger.Succession) (succeeded, error) {
	h := succeeded{Succession: s, Member: len(s.Moved.Member), Chains: len(s.Moved.Chains)}
	for id, into := range map[ledger.PersonID]*string{s.FromID: &h.From, s.ToID: &h.To, s.By: &h.By} {
		p, err := d.Store.Person(ctx, d.District, id)
		if err != nil {
			return h, err
		}
		*into = p.Name
	}
	units, err := d.Store.Units(ctx, d.District)
	if err != nil {
		return h, err
	}
	for _, u := range units {
		if u.ID == s.UnitID {
			h.Unit = u.Name
		}
	}
	if h.Matters, err = d.Store.Commitments(ctx, d.District, s.Moved.Matters); err != nil {
		return h, err
	}
	for ids, into := range map[*[]ledger.ProjectID]*[]ledger.Project{&s.Moved.Led: &h.Led, &s.Moved.Owned: &h.Owned, &s.Moved.Served: &h.Served} {
		byID, err := d.Store.ProjectsByID(ctx, d.District, *ids)
		if err != nil {
			return h, err
		}
		for _, id := range *ids {
			*into = append(*into, byID[id])
		}
	}
	return h, nil
}

// personAt reads the causes that name a person and a moment: "post:12:13:1772668800000", "leave:12:1772668800000",
// "leave:ended:12:1772668800000".
func personAt(of string) (ledger.PersonID, int64, error) {
	part := strings.Split(of, ":")
	first := 1
	if len(part) > 1 && part[1] == "ended" {
		first = 2
	}
	if len(part) < first+2 {
		return 0, 0, fmt.Errorf("read cause %q", of)
	}
	id, err := strconv.ParseInt(part[first], 10, 64)
	if err != nil {
		return 0, 0, fmt.Errorf("read cause %q: %w", of, err)
	}
	at, err := strconv.ParseInt(part[len(part)-1], 10, 64)
	if err != nil {
		return 0, 0, fmt.Errorf("read cause %q: %w", of, err)
	}
	return ledger.PersonID(id), at, nil
}
