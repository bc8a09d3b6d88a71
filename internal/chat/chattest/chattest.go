// Package chattest proves that a chat.Sender keeps the promises of package chat, on any platform
// (floor 2, used by tests only). A platform's test builds a Rig around its sender and an imitation of
// the platform, and runs Suite. It knows no platform and must import none.
package chattest

import (
	"testing"

	"duban/internal/chat"
)

// Case is how the imitation treats the messages that reach it from now on.
type Case string

// The cases. Accept is how every Rig starts.
const (
	Accept Case = "accept" // taken
	Refuse Case = "refuse" // answered with a code that says: never like this
	Limit  Case = "limit"  // answered with the platform's code for "too many messages"
	Vanish Case = "vanish" // answered with the code for a target that is no more
	Lose   Case = "lose"   // taken, then the connection is cut before the answer
	Break  Case = "break"  // answered with HTTP 500 and something that is not the platform's JSON
)

// Rig is one sender with the imitation it talks to.
type Rig struct {
	Sender chat.Sender
	To     string // a target that exists

	Next func(Case) // how the imitation treats messages from now on
	Down func()     // takes the platform away: from now on connections are refused
	// Read gives every message the platform took, oldest first, as a person reads it: all its texts
	// one a line, and of each button the label and the words it says or the address it opens.
	Read func() []string
	// Wire gives the bytes of every message that reached the platform, oldest first.
	Wire func() []string

	// Shown gives the bytes of every picture people see, oldest first; nil where the route shows none.
	Shown func() [][]byte

	// TakenBack says whether people no longer have the message with that Result.ID; nil where the imitation
	// takes nothing back.
	TakenBack func(id string) bool
	// Reads lets somebody read the message with that Result.ID and gives their user id; nil where the
	// imitation cannot.
	Reads func(id string) string
	// Once says that To is good for one message, as the handle of a card's change is.
	Once bool

	Secrets []string // must appear in no result and no log line
	Log     *Log     // what the sender logs to
	Never   []Case   // cases this route cannot meet
}

// Suite runs every proof, each on a Rig of its own.
func Suite(t *testing.T, start func(t *testing.T) *Rig) {
	for _, p := range proofs {
		t.Run(p.name, func(t *testing.T) {
			r := start(t)
			if r.Once && p.many {
				return
			}
			for _, c := range r.Never {
				if c == p.needs {
					return // the route's own test says why by listing it
				}
			}
			w := &watched{Rig: r, t: t}
			p.run(t, w)
			w.noSecrets()
		})
	}
}

// watched is a Rig that remembers every result, for the proof that no secret leaks.
type watched struct {
	*Rig
	t       *testing.T
	results []chat.Result
	errs    []error
}

func (w *watched) send(m chat.Message, key string) chat.Result {
	w.t.Helper()
	r := w.Sender.Send(w.t.Context(), w.To, m, key)
	w.results = append(w.results, r)
	return r
}

func (w *watched) want(r chat.Result, s chat.State) {
	w.t.Helper()
	if r.State != s {
		w.t.Fatalf("state = %q, want %q (%+v)", r.State, s, r)
	}
	if s != chat.Sent && r.Detail == "" {
		w.t.Errorf("%s without a detail for the office: %+v", s, r)
	}
}
