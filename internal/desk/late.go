package desk

import (
	"slices"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
)

// actLate is the line of history of a decision that came too late: the try stays beside what was decided.
const actLate = "late"

// decidedBefore refuses a decision on a matter that another has decided already: it says who, when and what.
func (a *Acts) decidedBefore(by ledger.Actor, m matter, what, word string, who ledger.PersonID, at clock.Instant) error {
	return a.tooLate(by, m.Subject(), m.Code+"的"+what, word, who, at)
}

func (a *Acts) tooLate(by ledger.Actor, subject, what, word string, who ledger.PersonID, at clock.Instant) error {
	name, err := a.desk.calledIn(a.ctx, a.read, who)
	if err != nil {
		return err
	}
	refusal := fault.Newf(fault.Conflict, "%s已由%s于%s%s。", what, name, spoken(at), word)
	if who == by.Person {
		return refusal // nobody was quicker
	}
	a.late = ledger.Entry{
		DistrictID: a.tx.District, Subject: subject, At: by.At, Act: actLate, PersonID: by.Person, ForID: by.For, Note: fault.Sentence(refusal),
	}
	return refusal
}

// judgments are the lines of history that decide on what was reported done.
var judgments = map[string]string{"accept": "销号", "sendback": "退回", "waive": "认定容错", "cancel": "撤销"}

// judgedBefore makes the law's refusal of a judgment say who was quicker, where somebody was.
func (a *Acts) judgedBefore(by ledger.Actor, m matter, cause error) error {
	if fault.CodeOf(cause) != fault.Conflict {
		return cause
	}
	history, err := a.read.History(a.ctx, a.tx.District, m.Subject())
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(history) {
		if word := judgments[e.Act]; word != "" && e.PersonID != 0 {
			return a.decidedBefore(by, m, "办结申请", word, e.PersonID, e.At)
		}
	}
	return cause
}
