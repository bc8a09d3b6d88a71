package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// The causes of what goes out when a notice is taken back: the platform is asked to recall the message,
// and where it cannot, or the message tells of other things too, a correction goes out instead.
const (
	TakeBackCause = "takeback" // "takeback:<delivery>": recall, else correct
	correctCause  = "correct"  // "correct:<delivery>": correct only
	// "takenback:<delivery>": tells the office of what could not be recalled; the first delivery that was taken back
	takenBackCause = "takenback"
)

// TakeBack (收回通知) takes a notice back from all who got it: the warning or order with the number, or,
// with "", the one delivery. The office alone may, and says why. What has not gone out yet is dropped. It
// gives how many messages are recalled or corrected. The ledger is not changed by it: a strike is lifted by
// a waiver.
func (a *Acts) TakeBack(by ledger.Actor, notice string, delivery int64, why string) (int, error) {
	v, err := a.who(by)
	if err != nil {
		return 0, err
	}
	if err := a.office(v, "收回通知"); err != nil {
		return 0, err
	}
	if strings.TrimSpace(why) == "" {
		return 0, fault.Newf(fault.Invalid, "请写明收回的原因，例如：%s 对象有误", strings.TrimSpace("收回通知 "+notice))
	}
	rows, subject, err := a.telling(notice, delivery)
	if err != nil {
		return 0, err
	}
	var out ledger.Outcome
	var waiting, gone []int64
	for _, r := range rows {
		history, err := a.read.History(a.ctx, a.tx.District, taken(r.ID))
		switch {
		case err != nil:
			return 0, err
		case len(history) > 0:
			continue // taken back before
		case r.State == store.Waiting || r.State == store.Retry:
			if r.Alone {
				waiting = append(waiting, r.ID)
			}
			continue
		case r.State != store.SentOut && r.State != store.Unknown && r.State != store.Sending:
			continue
		}
		gone = append(gone, r.ID)
		cause := TakeBackCause
		if !r.Alone {
			cause = correctCause
		}
		out.Entries = append(out.Entries, ledger.Entry{
			DistrictID: a.tx.District, Subject: taken(r.ID), At: by.At, Act: "notice:recalled", PersonID: by.Person, Note: clip(why, 500),
		})
		out.Notices = append(out.Notices, ledger.Notice{Cause: fmt.Sprintf("%s:%d", cause, r.ID), To: r.To(), Rank: ledger.RankOrder, Due: by.At})
	}
	if len(out.Notices)+len(waiting) == 0 {
		return 0, fault.New(fault.Conflict, "这条通知没有发出，或者已经收回。")
	}
	if subject != "" {
		out.Entries = append(out.Entries, ledger.Entry{
			DistrictID: a.tx.District, Subject: subject, At: by.At, Act: "notice:recalled", PersonID: by.Person, Note: strings.TrimSpace(notice + " " + clip(why, 500)),
		})
	}
	if len(gone) > 0 {
		told, err := json.Marshal(takingBack{notice, gone})
		if err != nil {
			return 0, fmt.Errorf("keep what is taken back: %w", err)
		}
		about := fmt.Sprintf("%s:%d", takenBackCause, gone[0])
		out.Entries = append(out.Entries, ledger.Entry{
			DistrictID: a.tx.District, Subject: about, At: by.At, Act: "notice:recalled", PersonID: by.Person, After: string(told), Note: clip(why, 500),
		})
		out.Notices = append(out.Notices, ledger.Notice{Cause: about, To: ledger.Recipient{Person: by.Person}, Rank: ledger.RankOrder, Due: by.At})
	}
	if err := a.tx.Withhold(waiting, "通知已收回："+why); err != nil {
		return 0, err
	}
	_, err = a.tx.Apply(out)
	return len(gone) + len(waiting), err
}

// telling finds what is to be taken back, and the history it belongs to.
func (a *Acts) telling(notice string, delivery int64) ([]store.Telling, string, error) {
	if notice == "" {
		row, err := a.read.Delivery(a.ctx, a.tx.District, delivery)
		return []store.Telling{{Delivery: row, Alone: true}}, "", err
	}
	rows, id, err := a.read.TellingOf(a.ctx, a.tx.District, notice)
	if err == nil && id == 0 {
		err = fault.Newf(fault.NotFound, "没有%s，请核对文号后再发。", notice)
	}
	return rows, ledger.Commitment{ID: id}.Subject(), err
}

// taken names a delivery in the history.
func taken(id int64) string { return fmt.Sprintf("delivery:%d", id) }

// correction words what goes out in place of a message that cannot be recalled.
func (d *Desk) correction(ctx context.Context, del store.Delivery) (words.Letter, error) {
	_, number, _ := strings.Cut(del.Cause, ":")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return words.Letter{}, fmt.Errorf("read cause %q: %w", del.Cause, err)
	}
	row, err := d.Store.Delivery(ctx, d.District, id)
	if err != nil {
		return words.Letter{}, err
	}
	history, err := d.Store.History(ctx, d.District, taken(id))
	if err != nil {
		return words.Letter{}, err
	}
	if len(history) == 0 {
		return words.Letter{}, fmt.Errorf("delivery %d was not taken back", id)
	}
	by, err := d.called(ctx, history[0].PersonID)
	if err != nil {
		return words.Letter{}, err
	}
	m, err := d.Words.Say("notice/correction", struct{ Title, SentAt, By, Why string }{row.Title, spoken(row.SentAt), by, history[0].Note})
	return words.Letter{Message: m}, err
}
