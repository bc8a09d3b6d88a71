package desk

import (
	"context"

	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// facts word the notices that are about no single commitment, by the first word of their cause.
var facts = map[string]func(*Desk, context.Context, store.Delivery, ledger.Viewer) (words.Letter, error){
	"post":  (*Desk).succession,
	"leave": (*Desk).leave,
	"visit": (*Desk).visit,

	"lead":        (*Desk).leads,
	"leadback":    (*Desk).leads,
	"leadmove":    (*Desk).leads,
	"leadproject": (*Desk).leads,
}
