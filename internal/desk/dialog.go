package desk

import (
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
)

// Patience is how long a question waits for its answer.
const Patience = 10 * time.Minute

// Place names the chat of a message for Ask, Asked and Forget: the group, or the private one.
func Place(in chat.Incoming) string { return key(string(in.Platform) + ":" + in.ChatID) }

// Ask keeps a question asked of the person in the place; it replaces an earlier one there.
func (a *Acts) Ask(who ledger.PersonID, place, question string) error {
	return a.tx.Ask(who, place, question)
}

// Asked gives the question that waits for the person's answer in the place; false when there is none,
// or it waited too long.
func (a *Acts) Asked(who ledger.PersonID, place string) (string, bool, error) {
	d, err := a.read.Dialog(a.ctx, a.tx.District, who, place)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return "", false, nil
	case err != nil:
		return "", false, err
	}
	return d.Question, clock.Instant(a.tx.Now) < d.AskedAt.Add(Patience), nil
}

// Forget drops the question that waits, if there is one.
func (a *Acts) Forget(who ledger.PersonID, place string) error { return a.tx.Forget(who, place) }
