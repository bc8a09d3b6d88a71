package desk

import (
	"encoding/json"
	"fmt"
	"time"

	"duban/internal/chat"
	"duban/internal/fault"
	"duban/internal/ledger"
)

// Patience is how long a question waits for its answer.
const Patience = 10 * time.Minute

// Place names the chat of a message for Ask, Asked and Forget: the group, or the private one.
func Place(in chat.Incoming) string { return key(string(in.Platform) + ":" + in.ChatID) }

// Ask keeps a question asked of the person in the place; it replaces an earlier one there.
func (a *Acts) Ask(who ledger.PersonID, place, question string) error {
	card, err := json.Marshal(a.card)
	if err != nil || a.card == nil || len(card) > maxCard {
		card = nil
	}
	before := a.tx.Written()
	err = a.tx.Ask(who, place, question, string(card))
	a.asking += a.tx.Written() - before
	return err
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
	return d.Question, a.tx.Now < d.AskedAt.Add(Patience), nil
}

// maxCard is how many bytes of a card are kept with a question; a longer one is changed no more.
const maxCard = 1024

// Forget drops the question that waits, if there is one. What is done now answers it, so the card whose
// press led to it is the one to be changed.
func (a *Acts) Forget(who ledger.PersonID, place string) error {
	if a.card == nil {
		switch q, err := a.read.Dialog(a.ctx, a.tx.District, who, place); {
		case fault.CodeOf(err) == fault.NotFound:
			return nil
		case err != nil:
			return err
		case q.Card != "":
			if err := json.Unmarshal([]byte(q.Card), &a.card); err != nil {
				return fmt.Errorf("read the card of a question: %w", err)
			}
		}
	}
	return a.tx.Forget(who, place)
}
