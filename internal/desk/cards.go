package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
)

// CardCause begins the cause of a delivery that changes a card in place. It is worth sending only that
// one way and only in time: what the card says is known from the answer and the ledger anyway.
const CardCause = "card"

// cardLife is how long a card may be changed whose platform names no end.
const cardLife = 72 * time.Hour

// shown is what reply/changed words.
type shown struct {
	Title string // of the card
	First string // its first row
	By    string // who acted; "" when nobody did
	At    string
	What  string
	Code  string // of the one matter it is about, for a look at its history; "" for none
}

// changeCards lets the card that was pressed, and the copies of it that others have, say what came of
// it: who did what when. It does so only when something was written about what the card is about.
func (d *Desk) changeCards(ctx context.Context, tx *store.Tx, t Taken, a *Acts, answer chat.Message) error {
	wrote := tx.Entries()[a.earlier:]
	if len(wrote) == 0 || answer.Title == "" {
		return d.keepChange(tx, t)
	}
	c := t.Context
	if t.Incoming.Card == nil && a.card != nil {
		t.Incoming.Card = a.card
		var err error
		if c, err = d.context(ctx, tx.Reads(), t); err != nil {
			return err
		}
	}
	if c.Notice.ID == 0 || !slices.ContainsFunc(wrote, c.concerns) {
		return d.keepChange(tx, t)
	}
	by, err := d.called(ctx, t.Person.ID)
	if err != nil {
		return err
	}
	return d.show(ctx, tx, t, c, shown{By: by, At: spoken(tx.Now), What: answer.Title}, true)
}

// concerns reports whether a line of history is about what the notice is about.
func (c Context) concerns(e ledger.Entry) bool {
	return slices.ContainsFunc(c.Matters, func(m ledger.Commitment) bool { return m.Subject() == e.Subject }) ||
		slices.ContainsFunc(c.Projects, func(p ledger.Project) bool { return p.Subject() == e.Subject })
}

// spoken gives a moment as it is written on a card: "3月11日 09:20".
func spoken(at clock.Instant) string { return at.Time().Format("1月2日 15:04") }

// show writes the changes of the pressed card and, with others, of its copies.
func (d *Desk) show(ctx context.Context, tx *store.Tx, t Taken, c Context, s shown, others bool) error {
	s.Title = c.row.Title
	s.First, _, _ = strings.Cut(c.row.Body, "\n")
	if m, ok := c.Matter(); ok {
		s.Code = m.Code
	}
	m, err := d.Words.Say("reply/changed", s)
	if err != nil {
		return err
	}
	if s.By != "" {
		m.Tone = chat.Good
	}
	var own int64 // the delivery whose card was pressed and can be changed
	if card := t.Incoming.Card; card != nil && card.Update.Route != "" {
		until := clock.At(card.Until)
		if until == 0 {
			until = tx.Now.Add(cardLife)
		}
		own = c.row.ID
		if until > tx.Now {
			if err := d.change(tx, fmt.Sprintf("%s:%d", CardCause, t.ID), c.row, m, store.ReplyTo{Address: card.Update, Until: until}); err != nil {
				return err
			}
			if err := tx.CardChange(own, ""); err != nil { // its code is good once
				return err
			}
		}
	}
	if !others {
		return nil
	}
	copies, err := d.copies(ctx, tx, c)
	if err != nil {
		return err
	}
	for _, row := range copies {
		to := changeOf(row, tx.Now)
		if row.ID == own || to.Address.Route == "" {
			continue
		}
		s.Title = row.Title
		s.First, _, _ = strings.Cut(row.Body, "\n")
		m, err := d.Words.Say("reply/changed", s)
		if err != nil {
			return err
		}
		m.Tone = chat.Good
		if err := d.change(tx, fmt.Sprintf("%s:%d:%d", CardCause, t.ID, row.ID), row, m, to); err != nil {
			return err
		}
		if row.CardChange == "" {
			continue
		}
		if err := tx.CardChange(row.ID, ""); err != nil {
			return err
		}
	}
	return nil
}

// changeOf gives how the card of a delivery can be changed with no press on it: DingTalk's by its id, WeCom's app's by
// the code that came with it or with the last press on it. The aibot's card changes only in answer to a press.
func changeOf(row store.Delivery, now clock.Instant) store.ReplyTo {
	if chat.Platform(row.Platform) == chat.DingTalk {
		return store.ReplyTo{Address: chat.Address{Platform: chat.DingTalk, Route: chat.DingCard, To: row.Card}, Until: now.Add(cardLife)}
	}
	var to store.ReplyTo
	if row.CardChange == "" || json.Unmarshal([]byte(row.CardChange), &to) != nil || to.Until <= now {
		return store.ReplyTo{}
	}
	return to
}

// keepChange keeps how a pressed card can be changed where the press led to no change: the newest code of a card is
// the one that counts. What answers the press itself is good for nothing else.
func (d *Desk) keepChange(tx *store.Tx, t Taken) error {
	card := t.Incoming.Card
	if card == nil || card.Update.Route != chat.WeComAppCard || t.Context.row.ID == 0 {
		return nil
	}
	change, err := json.Marshal(store.ReplyTo{Address: card.Update, Until: clock.At(card.Until)})
	if err != nil {
		return fmt.Errorf("write down how a card can be changed: %w", err)
	}
	return tx.CardChange(t.Context.row.ID, string(change))
}

// copies gives the cards of the notice, its own among them where it has one.
func (d *Desk) copies(ctx context.Context, tx *store.Tx, c Context) ([]store.Delivery, error) {
	told, err := tx.Reads().ToldOf(ctx, d.District, c.row.Cause, c.row.Recipient)
	switch {
	case err != nil || len(told) > 1:
		return nil, err
	case len(told) == 1:
		return tx.Reads().Copies(ctx, d.District, c.row.Cause, told[0])
	case commitmentOf(c.row.Cause) == 0:
		return nil, nil // each copy of it may tell of other projects
	}
	return tx.Reads().Copies(ctx, d.District, c.row.Cause, 0)
}

// change writes one change of a card down.
func (d *Desk) change(tx *store.Tx, cause string, of store.Delivery, m chat.Message, to store.ReplyTo) error {
	payload, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write the card down: %w", err)
	}
	reply, err := json.Marshal(to)
	if err != nil {
		return fmt.Errorf("write the card's handle down: %w", err)
	}
	return tx.Say(store.Delivery{
		Cause: cause, Recipient: of.Recipient, GroupID: of.GroupID, PersonID: of.PersonID, Rank: ledger.RankAnswer, DueAt: tx.Now,
		Payload: string(payload), Reply: string(reply), Platform: string(to.Address.Platform),
	})
}

// valid refuses a press on a card that no longer says how things are: what it asks about was settled, or
// is asked anew with other words, and pressing it would decide what the presser has not read.
func (d *Desk) valid(ctx context.Context, read *store.Store, t Taken) error {
	if t.Incoming.Kind != chat.Press || t.Incoming.Card == nil || t.Person.ID == 0 {
		return nil
	}
	if t.Context.Missing {
		under, err := read.Unsettled(ctx, d.District, ledger.Recipient{Group: t.Group.ID, Person: t.alone()})
		if err != nil || under {
			return err
		}
		var c Context
		if err := d.aboutText(ctx, read, &c, t, t.Incoming.Text); err != nil {
			return err
		}
		return d.expired(ctx, read, c)
	}
	of, err := parseCause(t.Context.row.Cause)
	if err != nil || of.commitment == 0 || len(t.Context.Matters) == 0 {
		return nil // nothing of it depends on the card, or the act will say that the presser may not
	}
	n, drop, err := d.told(ctx, of, t.Context.row)
	if err != nil || drop == "" {
		return err
	}
	return d.expired(ctx, read, Context{Matters: []ledger.Commitment{n.M}})
}

// alone is the person when the message was private.
func (t Taken) alone() ledger.PersonID {
	if t.Group.ID != 0 {
		return 0
	}
	return t.Person.ID
}

// expired words that a card is out of date, and where its matter stands.
func (d *Desk) expired(ctx context.Context, read *store.Store, c Context) error {
	m, ok := c.Matter()
	if !ok {
		return fault.New(fault.Conflict, "这张卡片已过期，请点最新的通知，或发送“我的”查看。")
	}
	by, at, err := d.last(ctx, read, m)
	if err != nil || by == "" {
		return errors.Join(err, fault.Newf(fault.Conflict, "这张卡片已过期，请点最新的通知。%s%s。", m.Code, standing[m.State]))
	}
	return fault.Newf(fault.Conflict, "这张卡片已过期，请点最新的通知。%s%s（%s %s）。", m.Code, standing[m.State], by, at)
}

// quicker adds to the refusal of a press that came too late who was there before, and when.
func (d *Desk) quicker(ctx context.Context, read *store.Store, t Taken, cause error) error {
	m, ok := t.Context.Matter()
	if fault.CodeOf(cause) != fault.Conflict || t.Context.Strength != Pressed || !ok {
		return cause
	}
	by, at, err := d.last(ctx, read, m)
	if err != nil || by == "" {
		return errors.Join(err, cause)
	}
	return fault.Newf(fault.Conflict, "%s最近办理：%s %s。", fault.Sentence(cause), by, at).Because(cause)
}

// standing says where a matter stands.
var standing = map[ledger.State]string{
	ledger.Open: "正在办理", ledger.Reported: "已申请办结，等待审核", ledger.Accepted: "已销号", ledger.Waived: "已容错免责", ledger.Cancelled: "已撤销",
}

// last says who acted last on a matter, and when; "" when only time did.
func (d *Desk) last(ctx context.Context, read *store.Store, m ledger.Commitment) (by, at string, err error) {
	e, err := d.lastAct(ctx, read, m)
	if err != nil || e.PersonID == 0 {
		return "", "", err
	}
	by, err = d.called(ctx, e.PersonID)
	return by, spoken(e.At), err
}

// lastAct gives the line of history of the last act of a person on a matter, the zero Entry when only time did.
func (d *Desk) lastAct(ctx context.Context, read *store.Store, m ledger.Commitment) (ledger.Entry, error) {
	history, err := read.History(ctx, d.District, m.Subject())
	for _, e := range slices.Backward(history) {
		if e.PersonID != 0 && e.Act != actLate {
			return e, err
		}
	}
	return ledger.Entry{}, err
}
