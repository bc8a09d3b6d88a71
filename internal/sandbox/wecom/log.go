package wecom

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Message is one message as the people it reached see it.
type Message struct {
	Seq int // counts from 1
	At  time.Time
	// Rev numbers its last change among all arrivals and changes, ChangedAt is when that was.
	Rev       int
	ChangedAt time.Time
	Route     string   // "app", "appchat", "webhook", "aibot_reply" or "aibot_push"
	ChatID    string   // the group; "" if private
	Users     []string // the people of a private message
	// Missed are members the message silently never reached: they had too many in the minute, hour or day.
	Missed  []string
	MsgType string
	Title   string
	Text    string // what is visible, a line a field; markdown as its source
	MediaID string // of an image, voice, video or file; see Media
	// Mentions are the user ids called by name, "@all" for everybody.
	Mentions []string
	Buttons  []Button
	// Card is a template card as everybody has it whom Cards does not name.
	Card *Card
	// Cards are the cards of those for whom alone it was changed, by user id.
	Cards map[string]*Card
	// Updated says a card was changed after it was sent, UpdatedFor for whom (nil: for all).
	Updated    bool
	UpdatedFor []string
	Recalled   bool
	Finished   bool // false only while a stream is still being written
	MsgID      string
	AgentID    int    // the app that sent it, if one did
	BotID      string // the aibot that sent it, if one did
	Raw        json.RawMessage
}

// Button is something in a message that can be pressed: Key calls the sender back, URL opens a page.
type Button struct {
	Text, Key, URL string
}

// record is a message with what the platform remembers of it.
type record struct {
	Message
	card  *card
	faces map[string]*card // by user id, of those for whom alone the card was changed
}

// reader is one subscriber. Its queue has no bound, so that a slow reader never delays
// the platform and never loses a message.
type reader struct {
	out   chan Message
	more  chan struct{}
	done  chan struct{}
	queue []Message // guarded by Server.mu
}

// Messages gives everything people saw so far, in order.
func (s *Server) Messages() []Message { return s.Since(0) }

// Since gives the messages after seq.
func (s *Server) Since(seq int) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, r := range s.log[min(max(seq, 0), len(s.log)):] {
		out = append(out, r.Message)
	}
	return out
}

// Changed gives the messages that came or changed after rev, in that order, each as it now is.
func (s *Server) Changed(rev int) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, r := range s.log {
		if r.Rev > rev {
			out = append(out, r.Message)
		}
	}
	slices.SortFunc(out, func(a, b Message) int { return a.Rev - b.Rev })
	return out
}

// Subscribe gives every message from now on, and again under its Seq each time it changes
// (a stream that grows, a card that is updated, a recall). The caller must cancel; the
// channel is closed then, or when the server closes.
func (s *Server) Subscribe() (<-chan Message, func()) {
	r := &reader{out: make(chan Message), more: make(chan struct{}, 1), done: make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		close(r.out)
		return r.out, func() {}
	}
	s.readers[r] = true
	s.tasks.Go(func() { s.pump(r) })
	return r.out, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.readers[r] {
			delete(s.readers, r)
			r.end()
		}
	}
}

func (r *reader) end() { close(r.done) }

func (s *Server) pump(r *reader) {
	defer close(r.out)
	for {
		s.mu.Lock()
		batch := r.queue
		r.queue = nil
		s.mu.Unlock()
		for _, m := range batch {
			select {
			case r.out <- m:
			case <-r.done:
				return
			}
		}
		if len(batch) > 0 {
			continue
		}
		select {
		case <-r.more:
		case <-r.done:
			return
		}
	}
}

// keep writes a message into the log and shows it; the caller holds s.mu.
func (s *Server) keep(r *record) {
	r.Seq, r.At = len(s.log)+1, s.now()
	if r.MsgID == "" {
		r.MsgID = s.id("MSG")
	}
	s.log = append(s.log, r)
	s.show(r)
}

// show tells the subscribers about a new or changed message; the caller holds s.mu.
// Slices in a shown message are replaced on a change, never written to.
func (s *Server) show(r *record) {
	s.revs++
	r.Rev, r.ChangedAt = s.revs, s.now()
	for sub := range s.readers {
		sub.queue = append(sub.queue, r.Message)
		select {
		case sub.more <- struct{}{}:
		default:
		}
	}
}

func (s *Server) message(seq int) (*record, error) {
	if seq < 1 || seq > len(s.log) {
		return nil, fmt.Errorf("no message %d", seq)
	}
	return s.log[seq-1], nil
}
