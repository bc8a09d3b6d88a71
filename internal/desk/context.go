package desk

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"time"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
)

// Strength says how surely a message is about its context; a greater one is surer.
type Strength int

// The strengths.
const (
	NoContext Strength = iota
	Latest             // the last notice sent here: to be asked or echoed, never silently trusted
	Worded             // numbers in the words of what was replied to, which anybody can have typed
	Quoted             // the very message of ours that was replied to
	Pressed            // the card that was pressed
)

// Context is what a message stands in: the notice whose card was pressed or that was replied to, or
// that was sent here last. It tells what the words may mean and gives no right to anything: every act
// checks the person's right anew. It holds only what the person, or the group spoken in, may know of.
type Context struct {
	Strength Strength
	Notice   Notice              // ID 0: only its words are known, or nothing
	Matters  []ledger.Commitment // as they are now, in order of code, closed ones too
	Projects []ledger.Project    // as they are now, in order of code; those of Matters are among them
	Reports  []ledger.Update     // named by their receipts, withdrawn ones too
	Missing  bool                // the platform says which message it was, and we know of none such

	row store.Delivery // of Notice
}

// Notice is a message of ours that was sent.
type Notice struct {
	ID     int64 // of the delivery
	Cause  string
	Title  string // as sent
	SentAt clock.Instant
}

// Matter gives the one matter the context is about; false when there is none, or more than one.
func (c Context) Matter() (ledger.Commitment, bool) {
	if len(c.Matters) != 1 {
		return ledger.Commitment{}, false
	}
	return c.Matters[0], true
}

// Project gives the one project the context is about; false when there is none, or more than one.
func (c Context) Project() (ledger.Project, bool) {
	if len(c.Projects) != 1 {
		return ledger.Project{}, false
	}
	return c.Projects[0], true
}

// Recent is how old a notice may be that Latest takes for a context.
const Recent = 24 * time.Hour

// Latest gives the context of the last notice sent where the message was said, when that was about one
// matter or one project: a weak one, to be asked or echoed. It reads the database; ask only when the
// words themselves and Taken.Context leave open what is meant.
func (d *Desk) Latest(ctx context.Context, t Taken) (Context, error) {
	to := ledger.Recipient{Person: t.Person.ID}
	switch {
	case t.Person.ID == 0, t.Incoming.ChatID != "" && t.Group.ID == 0:
		return Context{}, nil
	case t.Incoming.ChatID != "":
		to = ledger.Recipient{Group: t.Group.ID}
	}
	row, ok, err := d.Store.LastNotice(ctx, d.District, to, Recent)
	if err != nil || !ok {
		return Context{}, err
	}
	c := Context{Strength: Latest}
	if err := d.aboutDelivery(ctx, d.Store, &c, t, row); err != nil || len(c.Matters) > 1 || len(c.Projects) > 1 {
		return Context{}, err
	}
	if len(c.Matters)+len(c.Projects) == 0 {
		return Context{}, nil
	}
	return c, nil
}

// context finds the notice a message is an answer to, as far as the platform tells.
func (d *Desk) context(ctx context.Context, read *store.Store, t Taken) (Context, error) {
	in := t.Incoming
	if t.Person.ID == 0 || in.Card == nil && in.Quote == nil {
		return Context{}, nil
	}
	c := Context{Strength: Pressed}
	find := func() (store.Delivery, bool, error) {
		return read.SentCard(ctx, d.District, in.Platform, in.Card.ID)
	}
	if in.Card == nil {
		c.Strength = Quoted
		find = func() (store.Delivery, bool, error) {
			return read.SentMessage(ctx, d.District, in.Platform, in.Quote.ID)
		}
	}
	row, ok, err := find()
	switch {
	case err != nil:
		return c, err
	case ok:
		return c, d.aboutDelivery(ctx, read, &c, t, row)
	case in.Card != nil:
		return Context{Missing: true}, nil
	}
	c = Context{Strength: Worded, Missing: in.Quote.ID != ""}
	if err := d.aboutText(ctx, read, &c, t, in.Quote.Text); err != nil {
		return c, err
	}
	if len(c.Matters)+len(c.Projects)+len(c.Reports) == 0 {
		c.Strength = NoContext
	}
	return c, nil
}

// aboutDelivery fills in what a message of ours was about.
func (d *Desk) aboutDelivery(ctx context.Context, read *store.Store, c *Context, t Taken, row store.Delivery) error {
	c.row = row
	c.Notice = Notice{ID: row.ID, Cause: row.Cause, Title: row.Title, SentAt: row.SentAt}
	ids, err := read.ToldOf(ctx, d.District, row.Cause, row.Recipient)
	if err != nil {
		return err
	}
	if id := commitmentOf(row.Cause); id != 0 {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return d.aboutText(ctx, read, c, t, row.Title+"\n"+row.Body)
	}
	matters, err := read.Commitments(ctx, d.District, ids)
	if err != nil {
		return err
	}
	return d.known(ctx, read, c, t, store.Named{Commitments: matters})
}

// The numbers that stand in what duban says: of matters and projects, of warnings and orders, of reports.
var (
	codeForm    = regexp.MustCompile(`[A-Za-z]{1,8}-?[0-9]{1,10}`)
	noticeForm  = regexp.MustCompile(`(?:预警|督办)〔20[0-9]{2}〕[0-9]{1,6}号`)
	receiptForm = regexp.MustCompile(`[0-9]{6}-[0-9]{3,6}`)
)

// maxNumbers is how many numbers of one sort are looked up in a text.
const maxNumbers = 100

// aboutText fills in what the numbers in a text stand for.
func (d *Desk) aboutText(ctx context.Context, read *store.Store, c *Context, t Taken, text string) error {
	find := func(form *regexp.Regexp) []string { return form.FindAllString(text, maxNumbers) }
	named, err := read.Named(ctx, d.District, find(codeForm), find(noticeForm), find(receiptForm))
	if err != nil {
		return err
	}
	return d.known(ctx, read, c, t, named)
}

// known keeps of what was named that which the person, or the group spoken in, may know of.
func (d *Desk) known(ctx context.Context, read *store.Store, c *Context, t Taken, n store.Named) error {
	if len(n.Commitments)+len(n.Projects)+len(n.Updates) == 0 {
		return nil
	}
	var ids []ledger.ProjectID
	for _, m := range n.Commitments {
		ids = append(ids, m.ProjectID)
	}
	for _, u := range n.Updates {
		ids = append(ids, u.ProjectID)
	}
	projects, err := read.ProjectsByID(ctx, d.District, ids)
	if err != nil {
		return err
	}
	for _, p := range n.Projects {
		projects[p.ID] = p
	}
	may, err := d.mayKnow(ctx, read, t, projects)
	if err != nil {
		return err
	}
	for id, p := range projects {
		if may(id) {
			c.Projects = append(c.Projects, p)
		}
	}
	for _, m := range n.Commitments {
		if may(m.ProjectID) || m.OwnerID == t.Person.ID {
			c.Matters = append(c.Matters, m)
		}
	}
	for _, u := range n.Updates {
		if may(u.ProjectID) {
			c.Reports = append(c.Reports, u)
		}
	}
	slices.SortFunc(c.Projects, func(a, b ledger.Project) int { return cmp.Compare(a.Code, b.Code) })
	slices.SortFunc(c.Matters, func(a, b ledger.Commitment) int { return cmp.Compare(a.Code, b.Code) })
	c.Matters = slices.CompactFunc(c.Matters, func(a, b ledger.Commitment) bool { return a.ID == b.ID })
	return nil
}

// mayKnow says of which projects (0: the whole district) the person, or the group spoken in, may know.
func (d *Desk) mayKnow(ctx context.Context, read *store.Store, t Taken, projects map[ledger.ProjectID]ledger.Project) (func(ledger.ProjectID) bool, error) {
	person, err := read.ViewerOfPerson(ctx, t.Person)
	if err != nil {
		return nil, err
	}
	var group ledger.Viewer
	if t.Group.ID != 0 {
		if group, err = read.ViewerOfGroup(ctx, t.Group); err != nil {
			return nil, err
		}
	}
	return func(id ledger.ProjectID) bool {
		if id == 0 {
			return ledger.Entitled(person, nil) || ledger.Entitled(group, nil)
		}
		p, ok := projects[id]
		return ok && (ledger.Entitled(person, &p) || ledger.Entitled(group, &p))
	}, nil
}
