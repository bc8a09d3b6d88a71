package desk

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// note is what the templates of notices may use.
type note struct {
	M      ledger.Commitment
	P      ledger.Project // empty when the matter is on none
	By     string         // who acted, with the unit
	Reason string         // what was said with the act
	X      ledger.Extension
}

// Causes are the first words of the causes of deliveries this package composes.
var Causes = []string{"done", "accept", "sendback", "waive", "extension", "problem"}

// Compose words the notice of an act from the rows of this moment, for what v may see. Letter.Drop is
// set when it is no longer true or v may no longer know. An error means that it could not be composed
// now, or that the cause is none of ours.
func (d *Desk) Compose(ctx context.Context, del store.Delivery, v ledger.Viewer) (words.Letter, error) {
	c, err := parseCause(del.Cause)
	if err != nil {
		return words.Letter{}, err
	}
	n := note{}
	var drop string
	if c.template == "notice/problem" {
		n, drop, err = d.problem(ctx, c)
	} else {
		n, drop, err = d.told(ctx, c, del)
	}
	if err != nil || drop != "" {
		return words.Letter{Drop: drop}, err
	}
	var l words.Letter
	var about *ledger.Project
	if n.P.ID != 0 {
		about, l.About = &n.P, []ledger.Project{n.P}
	}
	switch own := v.Person != nil && v.Person.Active && n.M.OwnerID == v.Person.ID; {
	case ledger.Entitled(v, about):
	case own:
		// Whoever had to move it hears how it ended, though with its end the right to the project may have ended too.
		l.About = nil
	default:
		return words.Letter{Drop: "收件人无权了解该项目"}, nil
	}
	if v.Group != nil && v.Group.Class == ledger.GroupTaskForce && n.M.OwnerID != 0 {
		l.Ring = []ledger.PersonID{n.M.OwnerID}
	}
	l.Message, err = d.Words.Say(c.template, n)
	return l, err
}

// cause is a cause taken apart.
type cause struct {
	template   string
	act        string // the line of history that tells of it
	commitment ledger.CommitmentID
	project    ledger.ProjectID // of a problem, with who raised it and when
	person     ledger.PersonID
	at         clock.Instant
}

// parseCause reads what ledger wrote: "done:12:3", "extension:1772668800000:12:3", "extension:granted:12:3",
// "extension:denied:5:12:3", "problem:7:34:1772668800000".
func parseCause(s string) (cause, error) {
	part := strings.Split(s, ":")
	c, skip := cause{template: "notice/" + part[0], act: part[0]}, 1 // words before the numbers
	which := 0                                                       // of the numbers is the commitment
	switch {
	case part[0] == "extension" && len(part) == 4 && part[1] == "granted":
		c, skip = cause{template: "notice/extension_granted", act: "extension:granted"}, 2
	case part[0] == "extension" && len(part) == 5 && part[1] == "denied":
		c, skip, which = cause{template: "notice/extension_denied", act: "extension:denied"}, 2, 1
	case part[0] == "extension" && len(part) == 4:
		c.act, which = "extension:asked", 1
	case part[0] == "problem" && len(part) == 4:
	case len(part) == 3 && still[part[0]] != nil:
	default:
		return c, fmt.Errorf("the desk knows no cause %q", s)
	}
	var ids []int64
	for _, p := range part[skip:] {
		id, err := strconv.ParseInt(p, 10, 64)
		if err != nil {
			return c, fmt.Errorf("read cause %q: %w", s, err)
		}
		ids = append(ids, id)
	}
	if part[0] == "problem" {
		c.project, c.person, c.at = ledger.ProjectID(ids[0]), ledger.PersonID(ids[1]), clock.Instant(ids[2])
	} else {
		c.commitment = ledger.CommitmentID(ids[which])
	}
	return c, nil
}

// still says by act why its notice is no longer true, "" while it is.
var still = map[string]func(ledger.Commitment, store.Delivery) string{
	"done": func(m ledger.Commitment, d store.Delivery) string {
		return unless(m.State == ledger.Reported && m.DoneAt == d.DueAt, "办结申请已有处理结果")
	},
	"accept": func(m ledger.Commitment, _ store.Delivery) string {
		return unless(m.State == ledger.Accepted, "事项状态已变化")
	},
	"sendback": func(m ledger.Commitment, _ store.Delivery) string {
		return unless(m.State == ledger.Open, "退回后已再次办理")
	},
	"waive": func(ledger.Commitment, store.Delivery) string { return "" },
	"extension:asked": func(m ledger.Commitment, _ store.Delivery) string {
		return unless(m.State == ledger.Open, "事项已办结，延期申请失效")
	},
	"extension:granted": func(m ledger.Commitment, _ store.Delivery) string {
		return unless(!m.State.Closed(), "事项已办结")
	},
	"extension:denied": func(m ledger.Commitment, _ store.Delivery) string {
		return unless(!m.State.Closed(), "事项已办结")
	},
}

func unless(ok bool, why string) string {
	if ok {
		return ""
	}
	return why
}

// told gathers what is to be said of an act on a commitment, or why nothing is any more.
func (d *Desk) told(ctx context.Context, c cause, del store.Delivery) (n note, drop string, err error) {
	if n.M, err = d.Store.Commitment(ctx, d.District, c.commitment); err != nil {
		return n, "", err
	}
	if drop = still[c.act](n.M, del); drop != "" {
		return n, drop, nil
	}
	if c.act == "extension:asked" {
		n.X, err = d.Store.AskedExtension(ctx, d.District, n.M.ID)
		switch {
		case fault.CodeOf(err) == fault.NotFound || err == nil && (n.X.AskedAt != del.DueAt || n.X.FromOn != n.M.DueOn):
			return n, "延期申请已有处理结果", nil
		case err != nil:
			return n, "", err
		}
	}
	history, err := d.Store.History(ctx, d.District, n.M.Subject())
	if err != nil {
		return n, "", err
	}
	for _, e := range history {
		if e.Act == c.act && e.At == del.DueAt {
			n.Reason = e.Note
			if n.By, err = d.called(ctx, e.PersonID); err != nil {
				return n, "", err
			}
		}
	}
	if n.M.ProjectID != 0 {
		n.P, err = d.Store.Project(ctx, d.District, n.M.ProjectID)
	}
	return n, "", err
}

// problem gathers what is to be said of a problem somebody raised.
func (d *Desk) problem(ctx context.Context, c cause) (n note, drop string, err error) {
	if n.P, err = d.Store.Project(ctx, d.District, c.project); err != nil {
		return n, "", err
	}
	all, err := d.Store.CommitmentsOf(ctx, d.District, c.project)
	if err != nil {
		return n, "", err
	}
	for _, m := range all {
		if m.Kind == ledger.Problem && m.CreatedAt == c.at {
			n.M = m
		}
	}
	if n.M.ID == 0 || n.M.State != ledger.Open {
		return n, "问题已有处理结果", nil
	}
	n.By, err = d.called(ctx, c.person)
	return n, "", err
}

// called gives a person as officials are named: unit and name.
func (d *Desk) called(ctx context.Context, id ledger.PersonID) (string, error) {
	p, err := d.Store.Person(ctx, d.District, id)
	if err != nil {
		return "", err
	}
	units, err := d.Store.Units(ctx, d.District)
	if err != nil {
		return "", err
	}
	for _, u := range units {
		if u.ID == p.UnitID {
			return u.Short + p.Name, nil
		}
	}
	return p.Name, nil
}
