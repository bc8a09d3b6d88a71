package desk

import "duban/internal/ledger"

// Raise (问题) puts a problem on a project's ledger and gives it with its number. Whoever may see the
// project may raise one; the project's owner has to move.
func (a *Acts) Raise(by ledger.Actor, id ledger.ProjectID, text string) (ledger.Commitment, error) {
	p, _, err := a.project(by, id)
	if err != nil {
		return ledger.Commitment{}, err
	}
	ro, err := a.read.Roster(a.ctx, a.tx.District, p.ID)
	if err != nil {
		return ledger.Commitment{}, err
	}
	element, _ := a.desk.Elements.Recognise(text)
	out, err := ledger.Raise(p, text, element, a.desk.Calendar.After(by.Today, a.desk.ProblemDays), ro, by)
	if err != nil {
		return ledger.Commitment{}, err
	}
	w, err := a.tx.Apply(out)
	if err != nil {
		return ledger.Commitment{}, err
	}
	return w.New[0], nil
}
