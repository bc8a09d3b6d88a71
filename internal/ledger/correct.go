package ledger

import (
	"cmp"
	"encoding/json"
	"fmt"

	"duban/internal/fault"
)

// Correct (更正) puts a report in the place of the project's latest one, in one step: the old one is marked
// as withdrawn, the new one names its receipt, and the history keeps both values. What is not said anew
// stays as it was reported. It is weighed against the state before the old report: to mend a slip is
// not to go backwards. settled are the filings the old report settled; they stay settled.
func Correct(p Project, u Update, said Said, settled []Commitment, by Actor) (Outcome, error) {
	back, err := Withdraw(p, u, nil, by)
	if err != nil {
		return Outcome{}, err
	}
	if said.Progress == nil && said.Invested == nil && said.Text == "" && len(said.Photos) == 0 {
		return Outcome{}, fault.Newf(fault.Invalid, "请写明更正后的内容，例如：更正 %s 56%%", u.Receipt)
	}
	if said.Progress == nil {
		said.Progress = u.Progress
	}
	if said.Invested == nil {
		said.Invested = u.Invested
	}
	if said.Photos == nil {
		said.Photos = u.Photos
	}
	if said.Text = cmp.Or(said.Text, u.Text); u.NoChange && said.Text == u.Text {
		said.Text = "" // no longer true
	}
	said.Corrects = u.Receipt
	by.For = cmp.Or(by.For, u.ForID)
	if by.For == by.Person {
		by.For = 0
	}
	out, err := Report(back.Projects[0], said, nil, by)
	if err != nil {
		return Outcome{}, err
	}
	wrong, err := json.Marshal(before{p.Progress, p.InvestedYear, int32(p.ReportedOn), p.ReportedBy, p.LastText})
	if err != nil {
		return Outcome{}, fmt.Errorf("keep the state before: %w", err)
	}
	out.Withdrawn = back.Withdrawn
	out.Entries[0].Act, out.Entries[0].Before, out.Entries[0].Note = "correct", string(wrong), clip(u.Receipt+" "+said.Text)
	for _, m := range settled {
		m.ClosedAt = by.At // a withdrawal of the new report opens it again
		out.Saved = append(out.Saved, m)
	}
	return out, nil
}
