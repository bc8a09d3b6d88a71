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
	H      ledger.Handover
	C      ledger.Contest
	S      ledger.Strike // contested
	O      ledger.Order  // that fell
	From   string        // of a handover: who had it, who is to have it
	To     string
	Photos int    // that came with the words
	No     int    // of a photo: which of them it is
	Pages  string // where the photos are shown to whoever signs in; "" without pages
	Owner  string // who has to move the matter now
	Raiser string // who assigned it
	Mine   bool   // the reader has to move it
	Yours  bool   // of a handover: it is to go to the reader
}

// Causes are the first words of the causes of deliveries this package composes.
var Causes = []string{scheduleCause, stageCause,
	"done", "accept", "sendback", "waive", "extension", "problem", "handover", "assign", "behalf", "recall", "owner", "photos",
	ledger.PhotoCause, newcomerCause, TakeBackCause, correctCause, takenBackCause,
	"contest", "reopen", "unorder", pauseCauses[false], pauseCauses[true],
	disputeCause, settledCause,
	"post", "leave",
	meetingCause, agendaCause, minutesCause, readingCause, observationCause,
	"post", "leave", "lead", "leadback", "leadmove", "leadproject",
	meetingCause, agendaCause, minutesCause,
	"post", "leave", "visit", "lead", "leadback", "leadmove", "leadproject",
}

// Compose words the notice of an act from the rows of this moment, for what v may see. Letter.Drop is
// set when it is no longer true or v may no longer know. An error means that it could not be composed
// now, or that the cause is none of ours.
func (d *Desk) Compose(ctx context.Context, del store.Delivery, v ledger.Viewer) (words.Letter, error) {
	what, _, _ := strings.Cut(del.Cause, ":")
	if word := facts[what]; word != nil {
		return word(d, ctx, del, v)
	}
	switch what {
	case newcomerCause:
		return d.newcomer(ctx, del, v)
	case TakeBackCause, correctCause:
		return d.correction(ctx, del)
	case disputeCause, settledCause:
		return d.disputed(ctx, del, v)
	case scheduleCause:
		return d.scheduled(ctx, del, v)
	case stageCause:
		return d.staged(ctx, del, v)
	case takenBackCause:
		return d.takenBack(ctx, del)
	case ledger.PhotoCause:
		return d.photo(ctx, del, v)
	case observationCause:
		return d.composeObservation(ctx, del, v)
	case readingCause:
		return d.composeReading(ctx, del, v)
	case meetingCause, agendaCause, minutesCause:
		return d.composeMeeting(ctx, del, v)
	case pauseCauses[false], pauseCauses[true]:
		return d.pause(ctx, del, v)
	}
	c, err := parseCause(del.Cause)
	if err != nil {
		return words.Letter{}, err
	}
	var n note
	var drop string
	if c.made != "" {
		n, drop, err = d.made(ctx, c)
	} else {
		n, drop, err = d.told(ctx, c, del)
	}
	if err != nil || drop != "" {
		return words.Letter{Drop: drop}, err
	}
	l := d.addressed(v, n)
	if l.Drop != "" {
		return l, nil
	}
	n.Mine = v.Is(n.M.OwnerID)
	n.Yours = v.Is(n.H.ToID)
	if v.Group != nil && v.Group.Class == ledger.GroupTaskForce && n.M.OwnerID != 0 {
		l.Ring = []ledger.PersonID{n.M.OwnerID}
	}
	if n.Photos > 0 && pictured[c.act] {
		if l.Unshown, err = d.unshown(n); err != nil {
			return l, err
		}
	}
	if l.Message, err = d.Words.Say(c.template, n); err != nil {
		return l, err
	}
	if v.Stands[n.M.OwnerID] {
		l.Foot = append(l.Foot, n.Owner+"请假期间由您代办。")
	}
	if carded[c.act] {
		short, err := d.Words.Say(c.template+"_card", n)
		l.Short = &short
		return l, err
	}
	return l, nil
}

// carded are the acts whose notice has a form for small cards.
var carded = map[string]bool{"done": true, "extension:asked": true}

// pictured are the acts whose notice is followed by photos.
var pictured = map[string]bool{"done": true, "photos": true}

// unshown says how the photos can be seen that a way does not show.
func (d *Desk) unshown(n note) (string, error) {
	m, err := d.Words.Say("notice/photos_unshown", n)
	return m.Title, err
}

// addressed gives the letter of a notice without its words: dropped where the recipient may not know of it.
func (d *Desk) addressed(v ledger.Viewer, n note) (l words.Letter) {
	var about *ledger.Project
	if n.P.ID != 0 {
		about, l.About = &n.P, []ledger.Project{n.P}
	}
	switch own := ledger.Concerned(v, n.M) || handed(v.Person, n.H) || v.Person != nil && n.C.AskedBy == v.Person.ID; {
	case ledger.Entitled(v, about):
	case own:
		// Whoever had to move it hears how it ended, though with its end the right to the project may have ended too.
		l.About = nil
	default:
		return words.Letter{Drop: "收件人无权了解该项目"}
	}
	return l
}

// handed reports whether a person is named by a handover.
func handed(who *ledger.Person, h ledger.Handover) bool {
	return who != nil && who.Active && h.ID != 0 && (who.ID == h.FromID || who.ID == h.ToID || who.ID == h.AskedBy)
}

// cause is a cause taken apart.
type cause struct {
	template   string
	act        string // the line of history that tells of it
	commitment ledger.CommitmentID
	made       ledger.Kind // of what somebody raised: its kind, with the project, who raised it and when
	project    ledger.ProjectID
	person     ledger.PersonID
	at         clock.Instant
	order      ledger.OrderID // of an order that fell
}

// parseCause reads what ledger wrote: "done:12:3", "extension:1772668800000:12:3", "extension:granted:12:3",
// "extension:denied:5:12:3", the same of "handover", "contest:1772668800000:12:3", "contest:upheld:5:12:3",
// "contest:lifted:5:12:3", "unorder:5:12:1772668800000", "problem:7:34:1772668800000", the same of
// "assign" and, told to whom it was assigned in the name of, "behalf".
func parseCause(s string) (cause, error) {
	part := strings.Split(s, ":")
	c, skip := cause{template: "notice/" + part[0], act: part[0]}, 1 // words before the numbers
	which := 0                                                       // of the numbers is the commitment
	switch {
	case decided[part[0]] && len(part) == 4 && part[1] == "granted":
		c, skip = cause{template: c.template + "_granted", act: part[0] + ":granted"}, 2
	case decided[part[0]] && len(part) == 5 && still[part[0]+":"+part[1]] != nil:
		c, skip, which = cause{template: c.template + "_" + part[1], act: part[0] + ":" + part[1]}, 2, 1
	case part[0] == "unorder" && len(part) == 4:
		c.act, which = "order:void", 1
	case decided[part[0]] && len(part) == 4:
		c.act, which = part[0]+":asked", 1
	case raised[part[0]] != "" && len(part) == 4:
		c.made = raised[part[0]]
	case part[0] == "owner" && len(part) == 3:
		c.act = "owner:left"
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
	if c.made != "" {
		c.project, c.person, c.at = ledger.ProjectID(ids[0]), ledger.PersonID(ids[1]), clock.Instant(ids[2])
	} else {
		c.commitment = ledger.CommitmentID(ids[which])
	}
	if c.act == "order:void" {
		c.order = ledger.OrderID(ids[0])
	}
	return c, nil
}

// decided are the requests that somebody else grants or denies; raised what somebody puts on the ledger.
var (
	decided = map[string]bool{"extension": true, "handover": true, "contest": true}
	raised  = map[string]ledger.Kind{"problem": ledger.Problem, "assign": ledger.Assignment, "behalf": ledger.Assignment}
)

// commitmentOf gives the commitment a cause of ours tells of; 0 for none, and for causes of others.
func commitmentOf(of string) ledger.CommitmentID {
	told, _ := photoCause(of)
	c, err := parseCause(told)
	if err != nil {
		return 0
	}
	return c.commitment
}

// still says by act why its notice is no longer true, "" while it is.
var still = map[string]func(ledger.Commitment, store.Delivery) string{
	"done": func(m ledger.Commitment, d store.Delivery) string {
		return unless(m.State == ledger.Reported && m.DoneAt == d.DueAt, "办结申请已有处理结果")
	},
	"accept": func(m ledger.Commitment, _ store.Delivery) string {
		return unless(m.State == ledger.Accepted, "事项状态已变化")
	},
	"photos": func(m ledger.Commitment, _ store.Delivery) string {
		return unless(m.State == ledger.Reported, "办结申请已有处理结果")
	},
	"shown": func(ledger.Commitment, store.Delivery) string { return "" },
	"sendback": func(m ledger.Commitment, _ store.Delivery) string {
		return unless(m.State == ledger.Open, "退回后已再次办理")
	},
	"waive":      func(ledger.Commitment, store.Delivery) string { return "" },
	"recall":     func(ledger.Commitment, store.Delivery) string { return "" },
	"owner:left": ongoing,
	"reopen": func(m ledger.Commitment, _ store.Delivery) string {
		return unless(!m.State.Closed(), "事项状态已变化")
	},
	"contest:asked":  func(ledger.Commitment, store.Delivery) string { return "" },
	"contest:upheld": func(ledger.Commitment, store.Delivery) string { return "" },
	"contest:lifted": func(ledger.Commitment, store.Delivery) string { return "" },
	"order:void":     func(ledger.Commitment, store.Delivery) string { return "" },
	"handover:asked": func(m ledger.Commitment, _ store.Delivery) string {
		return unless(m.State == ledger.Open, "事项已办结，转交失效")
	},
	"handover:granted": ongoing,
	"handover:denied":  ongoing,
	"extension:asked": func(m ledger.Commitment, _ store.Delivery) string {
		return unless(m.State == ledger.Open, "事项已办结，延期申请失效")
	},
	"extension:granted": ongoing,
	"extension:denied":  ongoing,
}

func ongoing(m ledger.Commitment, _ store.Delivery) string {
	return unless(!m.State.Closed(), "事项已办结")
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
	n.Photos = len(strings.Fields(n.M.Photos))
	if d.PublicURL != "" && n.Photos > 0 {
		n.Pages = d.PublicURL + "/photos/" + n.M.Code
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
	if drop, err = d.handover(ctx, c, del, &n); err != nil || drop != "" {
		return n, drop, err
	}
	if drop, err = d.contest(ctx, c, del, &n); err != nil || drop != "" {
		return n, drop, err
	}
	history, err := d.Store.History(ctx, d.District, n.M.Subject())
	if err != nil {
		return n, "", err
	}
	for _, e := range history {
		if e.Act == c.act && e.At == del.DueAt {
			n.Reason = strings.TrimPrefix(e.Note, n.O.Title()+" ")
			if n.By, err = d.called(ctx, e.PersonID); err != nil {
				return n, "", err
			}
		}
	}
	if n.Owner, err = d.called(ctx, n.M.OwnerID); err != nil {
		return n, "", err
	}
	if n.M.ProjectID != 0 {
		n.P, err = d.Store.Project(ctx, d.District, n.M.ProjectID)
	}
	return n, "", err
}

// handover reads the handover a notice is about, if it is about one, or why there is nothing to tell any more.
func (d *Desk) handover(ctx context.Context, c cause, del store.Delivery, n *note) (drop string, err error) {
	if !strings.HasPrefix(c.act, "handover:") {
		return "", nil
	}
	all, err := d.Store.Handovers(ctx, d.District, n.M.ID)
	if err != nil {
		return "", err
	}
	for _, h := range all {
		if c.act == "handover:asked" && h.AskedAt == del.DueAt || h.DecidedAt != 0 && h.DecidedAt == del.DueAt {
			n.H = h
		}
	}
	if c.act == "handover:asked" && (n.H.State != "asked" || n.H.FromID != n.M.OwnerID) {
		return "转交已有处理结果", nil
	}
	if n.From, err = d.called(ctx, n.H.FromID); err != nil {
		return "", err
	}
	n.To, err = d.called(ctx, n.H.ToID)
	return "", err
}

// made gathers what is to be said of a problem somebody raised or a matter somebody assigned.
func (d *Desk) made(ctx context.Context, c cause) (n note, drop string, err error) {
	if c.project != 0 {
		if n.P, err = d.Store.Project(ctx, d.District, c.project); err != nil {
			return n, "", err
		}
	}
	all, err := d.Store.CommitmentsOf(ctx, d.District, c.project)
	if err != nil {
		return n, "", err
	}
	for _, m := range all {
		if m.Kind == c.made && m.CreatedAt == c.at {
			n.M = m
		}
	}
	if n.M.ID == 0 || n.M.State != ledger.Open {
		return n, "事项已有处理结果", nil
	}
	if n.Owner, err = d.called(ctx, n.M.OwnerID); err != nil {
		return n, "", err
	}
	if c.act == "behalf" {
		n.By, err = d.wrote(ctx, n.M)
		return n, "", err
	}
	n.By, err = d.called(ctx, c.person)
	return n, "", err
}

// wrote gives who wrote an assigned matter down in another's name.
func (d *Desk) wrote(ctx context.Context, m ledger.Commitment) (string, error) {
	history, err := d.Store.History(ctx, d.District, ledger.AssignedOn(m))
	if err != nil {
		return "", err
	}
	for _, e := range history {
		if e.Act == "assign" && e.At == m.CreatedAt && e.ForID == m.RaisedBy {
			return d.called(ctx, e.PersonID)
		}
	}
	return "", fmt.Errorf("nobody wrote %s down", m.Code)
}

// called gives a person as officials are named: unit and name; "" for nobody.
func (d *Desk) called(ctx context.Context, id ledger.PersonID) (string, error) {
	return d.calledIn(ctx, d.Store, id)
}

// calledIn is called as a transaction sees it.
func (d *Desk) calledIn(ctx context.Context, read *store.Store, id ledger.PersonID) (string, error) {
	if id == 0 {
		return "", nil
	}
	p, err := read.Person(ctx, d.District, id)
	if err != nil {
		return "", err
	}
	units, err := read.Units(ctx, d.District)
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
