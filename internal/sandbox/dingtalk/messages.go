package dingtalk

import (
	"encoding/json"
	"maps"
	"slices"
	"sync"
	"time"
)

// Message is what people saw of one thing the robot sent.
type Message struct {
	Seq             int // 1, 2, 3 in the order of arrival
	At              time.Time
	Rev             int // numbers its last change among all arrivals and changes
	ChangedAt       time.Time
	Route           string   // session, group, oto, custom, card, work (a work notification)
	ConversationID  string   // "" when private
	Users           []string // who has it in front of them: the group's members, or the private recipients
	MsgType         string   // text, markdown, link, actionCard, feedCard, image, audio, file, video, card
	Title, Text     string   // what is visible; markdown stays as written
	Mentions        []string // staff ids whose phone really rings for it
	Buttons         []Button
	Updated         bool // a card changed after it came
	Recalled        bool
	Raw             json.RawMessage // the request that brought it
	ProcessQueryKey string
	Card            *Card // of an interactive card
}

// Card is an interactive card as it now is.
type Card struct {
	OutTrackID, Template string
	Params               map[string]string
	Private              map[string]map[string]string // by staff id: what that person alone sees
}

// Button is a link (URL) or, on an interactive card, an action (Key).
type Button struct {
	Text, URL, Key string
}

// record is a message with what only the platform knows of it.
type record struct {
	Message
	robotCode string
	msgID     string // what a quotation of it names
	read      map[string]bool
	card      *card
	carries   map[string]map[string]string // by action: what a press of the card carries
}

// chat is everything said and pending.
type chat struct {
	log      []*record
	revs     int
	byKey    map[string]*record // by ProcessQueryKey
	sessions map[string]session
	cards    map[string]*card
	files    map[string]*file // by download code
	links    map[string]fileLink
	media    map[string][]byte
	notices  map[string]bool // work notifications shown: day, person and content
	dayCount map[string]int  // work notifications per day and person
	watchers map[*watcher]bool
}

// session is where a sessionWebhook leads.
type session struct {
	robotCode      string
	conversationID string // "" when private
	user           string
	until          time.Time
}

func newChat() chat {
	return chat{byKey: map[string]*record{}, sessions: map[string]session{}, cards: map[string]*card{}, files: map[string]*file{},
		links: map[string]fileLink{}, media: map[string][]byte{}, notices: map[string]bool{}, dayCount: map[string]int{}, watchers: map[*watcher]bool{}}
}

// post shows a message to its people.
func (c *chat) post(r *record) {
	r.Seq = len(c.log) + 1
	r.read, r.msgID = map[string]bool{}, "msg"+newID()+"=="
	c.log = append(c.log, r)
	if r.ProcessQueryKey != "" {
		c.byKey[r.ProcessQueryKey] = r
	}
	c.tell(r, r.At)
}

// tell hands the message as it now is to everybody who watches.
func (c *chat) tell(r *record, now time.Time) {
	c.revs++
	r.Rev, r.ChangedAt = c.revs, now
	for w := range c.watchers {
		w.push(r.view())
	}
}

func (r *record) view() Message {
	m := r.Message
	m.Users, m.Mentions, m.Buttons, m.Raw = slices.Clone(m.Users), slices.Clone(m.Mentions), slices.Clone(m.Buttons), slices.Clone(m.Raw)
	if k := r.card; k != nil {
		m.Card = &Card{OutTrackID: k.id, Template: k.template, Params: maps.Clone(k.params), Private: map[string]map[string]string{}}
		for who, params := range k.private {
			m.Card.Private[who] = maps.Clone(params)
		}
	}
	return m
}

// Messages gives everything the robot's side has sent, as it now stands.
func (s *Server) Messages() []Message { return s.Since(0) }

// Since gives the messages after number seq.
func (s *Server) Since(seq int) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Message{}
	for _, r := range s.chat.log[min(max(seq, 0), len(s.chat.log)):] {
		out = append(out, r.view())
	}
	return out
}

// Changed gives the messages that came or changed after rev, in that order, each as it now is.
func (s *Server) Changed(rev int) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, r := range s.chat.log {
		if r.Rev > rev {
			out = append(out, r.view())
		}
	}
	slices.SortFunc(out, func(a, b Message) int { return a.Rev - b.Rev })
	return out
}

// Subscribe gives every message from now on, and again with the same Seq when it is updated or recalled. Nothing
// is lost while the reader is slow. cancel closes the channel, as Close does.
func (s *Server) Subscribe() (<-chan Message, func()) {
	w := &watcher{wake: make(chan struct{}, 1), done: make(chan struct{}), out: make(chan Message)}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		close(w.out)
		return w.out, func() {}
	}
	s.chat.watchers[w] = true
	s.work.Go(w.run)
	return w.out, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.unwatch(w)
	}
}

func (s *Server) unwatch(w *watcher) {
	if s.chat.watchers[w] {
		delete(s.chat.watchers, w)
		close(w.done)
	}
}

func (s *Server) closeSubscribers() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for w := range s.chat.watchers {
		s.unwatch(w)
	}
}

// watcher is one subscriber: a queue without bound and a goroutine that empties it.
type watcher struct {
	mu    sync.Mutex
	queue []Message
	wake  chan struct{}
	done  chan struct{}
	out   chan Message
}

func (w *watcher) push(m Message) {
	w.mu.Lock()
	w.queue = append(w.queue, m)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default: // already awake
	}
}

func (w *watcher) run() {
	defer close(w.out)
	for {
		w.mu.Lock()
		batch := w.queue
		w.queue = nil
		w.mu.Unlock()
		for _, m := range batch {
			select {
			case w.out <- m:
			case <-w.done:
				return
			}
		}
		if len(batch) > 0 {
			continue
		}
		select {
		case <-w.wake:
		case <-w.done:
			return
		}
	}
}
