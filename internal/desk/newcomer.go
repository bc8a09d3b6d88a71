package desk

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"duban/internal/chat"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// Newcomer tells the office that somebody the register does not know, or from outside, is in a group:
// once a person and group, however often he is seen. What the group hears is held to its class anyway.
func (a *Acts) Newcomer(in chat.Incoming) error {
	if in.ChatID == "" || a.desk.Words == nil {
		return nil
	}
	group, err := a.read.GroupByTarget(a.ctx, a.tx.District, string(in.Platform), in.ChatID)
	if err != nil && fault.CodeOf(err) != fault.NotFound {
		return err
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{string(in.Platform), in.ChatID, in.UserID, cmp.Or(in.UserID, in.UserName)}, "\n")))
	cause := newcomerCause + ":" + hex.EncodeToString(sum[:12])
	told, err := a.read.History(a.ctx, a.tx.District, cause)
	if err != nil || len(told) > 0 {
		return err
	}
	district, err := a.read.Roster(a.ctx, a.tx.District, 0)
	if err != nil {
		return err
	}
	out := ledger.Outcome{Entries: []ledger.Entry{{
		DistrictID: a.tx.District, Subject: cause, At: a.tx.Now, Act: newcomerCause,
		Note: strings.Join([]string{who(in), clip(cmp.Or(group.Name, in.ChatName), 60)}, "\n"),
	}}}
	for _, g := range district.Groups {
		if g.Class == ledger.GroupOffice && g.ID != group.ID {
			out.Notices = append(out.Notices, ledger.Notice{
				Cause: cause, To: ledger.Recipient{Group: g.ID}, Rank: ledger.RankReminder, Due: a.tx.Now,
			})
		}
	}
	_, err = a.tx.Apply(out)
	return err
}

const newcomerCause = "newcomer"

// who names somebody the register lacks, by what the platform says of him.
func who(in chat.Incoming) string {
	name := strings.Join(strings.Fields(clip(in.UserName, 30)), " ")
	switch {
	case in.UserID == "" && name == "":
		return "一名外部人员"
	case in.UserID == "":
		return "外部人员“" + name + "”"
	case name == "":
		return "未登记人员（账号" + in.UserID + "）"
	}
	return "未登记人员“" + name + "”（账号" + in.UserID + "）"
}

// newcomer words what the office is told of somebody new.
func (d *Desk) newcomer(ctx context.Context, del store.Delivery, v ledger.Viewer) (words.Letter, error) {
	if !ledger.Entitled(v, nil) {
		return words.Letter{Drop: "收件人无权了解群成员情况"}, nil
	}
	history, err := d.Store.History(ctx, d.District, del.Cause)
	if err != nil {
		return words.Letter{}, err
	}
	for _, e := range history {
		if e.Act == newcomerCause {
			name, group, _ := strings.Cut(e.Note, "\n")
			m, err := d.Words.Say("notice/newcomer", struct{ Who, Group string }{name, group})
			return words.Letter{Message: m}, err
		}
	}
	return words.Letter{}, fmt.Errorf("%s: nobody was written down", del.Cause)
}

// Renamed lets the account of a person follow the platform's new user id, so that nobody has to be
// registered again. An id that is somebody else's already is left alone and told to the log.
func (a *Acts) Renamed(in chat.Incoming) error {
	person, err := a.read.PersonByAccount(a.ctx, a.tx.District, string(in.Platform), in.UserID)
	switch {
	case fault.CodeOf(err) == fault.NotFound || in.Text == "" || in.Text == in.UserID:
		return nil
	case err != nil:
		return err
	}
	_, err = a.read.PersonByAccount(a.ctx, a.tx.District, string(in.Platform), in.Text)
	switch {
	case err == nil:
		a.desk.Log.Error("a new user id belongs to somebody already", "platform", in.Platform, "person", person.Code)
		return nil
	case fault.CodeOf(err) != fault.NotFound:
		return err
	}
	if err := a.tx.RenameAccount(string(in.Platform), in.UserID, in.Text); err != nil {
		return err
	}
	_, err = a.tx.Apply(ledger.Outcome{Entries: []ledger.Entry{{
		DistrictID: a.tx.District, Subject: fmt.Sprintf("person:%d", person.ID), At: a.tx.Now, Act: "renamed",
		Note: fmt.Sprintf("%s %s → %s", in.Platform, in.UserID, in.Text),
	}}})
	return err
}
