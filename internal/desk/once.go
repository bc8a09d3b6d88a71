package desk

import (
	"fmt"

	"duban/internal/ledger"
)

// Once runs do unless the person handed in the form with this token before, and gives the receipt
// either way. Of two that come at the same moment one loses the race, is run again by Act and finds
// the receipt of the other.
func (a *Acts) Once(by ledger.Actor, token string, do func() (receipt string, err error)) (string, error) {
	key := fmt.Sprintf("%d:%s", by.Person, token)
	receipt, err := a.tx.FormReceipt(key)
	if err != nil || receipt != "" {
		return receipt, err
	}
	if receipt, err = do(); err != nil {
		return "", err
	}
	return receipt, a.tx.KeepFormReceipt(key, receipt)
}
