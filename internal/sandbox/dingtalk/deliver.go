package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// ErrLater says that a callback was not acknowledged and will be tried again in 60 s of the platform's clock.
var ErrLater = errors.New("not acknowledged, to be delivered again in 60 s")

// again is the pause before an unacknowledged callback is tried once more.
const again = 60 * time.Second

// delivery is one callback on its way to the application.
type delivery struct {
	appKey      string
	kind, topic string
	id          string            // msgId or eventId
	data        []byte            // the JSON of the callback
	extra       map[string]string // more frame headers
	wait        time.Duration

	// toURL is set where the callback is posted instead of pushed; dress adds the signature, heard gets the answer.
	toURL string
	dress func(h http.Header, now time.Time)
	// seal encrypts what is posted, and pauses are the waits before what was not taken is posted again.
	seal   *sealer
	pauses []time.Duration
	// accept judges the answer: the data of an acknowledgement, or the body of a response.
	accept func(answer string) error
}

// late is a delivery that waits for another try.
type late struct {
	delivery
	due time.Time
}

// deliver brings a callback to the application. Repeats follow in the background.
func (s *Server) deliver(d delivery) error {
	_, err := s.attempt(d)
	switch {
	case err == nil:
		s.echo(d)
		return nil
	case s.postpone(d):
		return fmt.Errorf("%w: %w", ErrLater, err)
	}
	return err
}

// postpone keeps a delivery for another try and reports whether the platform does that.
func (s *Server) postpone(d delivery) bool {
	due := s.now().Add(again)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case len(d.pauses) > 0:
		due = due.Add(d.pauses[0] - again)
		d.pauses = d.pauses[1:]
	case d.seal != nil || !s.mood.redeliver:
		return false
	}
	s.mood.late = append(s.mood.late, &late{d, due})
	return true
}

// echo delivers again, in the background, what was delivered once, as often as Repeat says.
func (s *Server) echo(d delivery) {
	s.mu.Lock()
	repeats := s.mood.repeat - 1
	s.mood.flying += repeats
	s.mu.Unlock()
	for range repeats {
		started := s.spawn(func() {
			_, _ = s.attempt(d) // the first was answered; what becomes of a repeat is not the speaker's affair
			s.landed()
		})
		if !started {
			s.landed()
		}
	}
}

func (s *Server) landed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mood.flying--
	s.calm.Broadcast()
}

// Settle waits until every repeated delivery has been answered or has failed.
func (s *Server) Settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.mood.flying > 0 {
		s.calm.Wait()
	}
}

// Tick tries again what is due and was not acknowledged, and returns when all of it was tried. The server does so
// by itself several times a second; whoever turns the clock may call it to be sure.
func (s *Server) Tick() {
	s.retry.Lock()
	defer s.retry.Unlock()
	now := s.now()
	s.mu.Lock()
	var due, rest []*late
	for _, l := range s.mood.late {
		if now.Before(l.due) {
			rest = append(rest, l)
		} else {
			due = append(due, l)
		}
	}
	s.mood.late = rest
	s.mu.Unlock()
	for _, l := range due {
		if _, err := s.attempt(l.delivery); err != nil {
			s.postpone(l.delivery)
		}
	}
}

func (s *Server) redeliverLoop() {
	t := time.NewTicker(100 * time.Millisecond)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			s.Tick()
		case <-s.ctx.Done():
			return
		}
	}
}

// attempt makes one delivery.
func (s *Server) attempt(d delivery) (string, error) {
	s.mu.Lock()
	down := s.mood.down
	s.mu.Unlock()
	if down {
		return "", errors.New("the platform is down")
	}
	ctx, cancel := context.WithTimeout(s.ctx, d.wait)
	defer cancel()
	answer, err := "", error(nil)
	if d.toURL != "" {
		answer, err = s.postOut(ctx, d)
	} else {
		answer, err = s.push(ctx, d)
	}
	if err == nil && d.accept != nil {
		err = d.accept(answer)
	}
	return answer, err
}

// push delivers over one of the application's connections, picked at random.
func (s *Server) push(ctx context.Context, d delivery) (string, error) {
	s.mu.Lock()
	var open []*line
	for l := range s.stream.lines {
		if l.appKey == d.appKey && !l.leaving && l.topics[d.kind+" "+d.topic] {
			open = append(open, l)
		}
	}
	stalled := s.stream.stalled
	s.mu.Unlock()
	switch {
	case len(open) == 0:
		return "", fmt.Errorf("no Stream connection of %s subscribes to %s", d.appKey, d.topic)
	case stalled:
		return "", errors.New("the Stream connection is half-open")
	}
	l := open[rand.IntN(len(open))]
	sent := s.now()
	f := l.frame(d.kind, d.topic, sent, string(d.data))
	for k, v := range d.extra {
		f.Headers[k] = v
	}
	a, err := l.ask(ctx, f)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	s.stream.acks = append(s.stream.acks, Ack{f.Headers["messageId"], d.id, d.topic, a.Code, a.Data, s.now().Sub(sent)})
	s.mu.Unlock()
	if a.Code != http.StatusOK {
		return "", fmt.Errorf("acknowledged with code %d %s", a.Code, a.Message)
	}
	return a.Data, nil
}
