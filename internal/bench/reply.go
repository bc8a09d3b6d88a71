package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/outbox"
)

const (
	officials = 50              // who report at the same time
	each      = 8               // messages of each, one after the other's answer
	visible   = 2 * time.Second // what an answer may take
)

// replies measures how long an official waits until the answer has arrived at the platform, 50 reporting at
// the same time, against the two seconds that are allowed: callback, inbox, act, outbox, post.
func replies(ctx context.Context, r *run, b *base) (err error) {
	c := clock.NewTurnable(moment(lookDay))
	g, err := b.fresh(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	if err := g.fill(ctx, crowd{projects: callers, people: callers, groups: 150, units: 100}); err != nil {
		return err
	}
	cal, err := calendar()
	if err != nil {
		return err
	}
	p, err := newProduct(g, c)
	if err != nil {
		return err
	}
	heard := newEars()
	box := outbox.New(outbox.Options{Store: g.Store, District: district, Clock: c, Calendar: cal, Senders: []chat.Sender{heard}, From: 8, To: 20})
	p.woken = box.Wake
	working, stop := context.WithCancel(ctx)
	var both sync.WaitGroup
	both.Go(func() { _ = p.command.Run(working) })
	both.Go(func() { _ = box.Run(working) })
	defer both.Wait()
	defer stop()
	var half []float64
	s, err := r.alternate(ctx, "reply-"+b.name,
		side{name: "limit", once: func(context.Context) (float64, error) { return float64(visible.Milliseconds()), nil }},
		side{"reply", true, func(ctx context.Context) (float64, error) {
			took, err := p.talk(ctx, heard)
			if err != nil {
				return 0, err
			}
			half = append(half, float64(took[len(took)/2].Microseconds())/1000)
			return float64(took[len(took)*99/100].Microseconds()) / 1000, nil
		}})
	if err != nil {
		return err
	}
	series{s[0], half}.say(fmt.Sprintf("reply-p50-%d-%s", officials, b.name), 0, 1, "ms")
	s.say(fmt.Sprintf("reply-p99-%d-%s", officials, b.name), 0, 1, "ms")
	return nil
}

// talk lets everybody report and wait for the answer, and gives how long each answer took, shortest first.
func (p *product) talk(ctx context.Context, heard *ears) ([]time.Duration, error) {
	server := httptest.NewServer(p.door)
	defer server.Close()
	requests := p.next()
	var mu sync.Mutex
	var took []time.Duration
	failed := make(chan error, officials)
	var all sync.WaitGroup
	for who := range officials {
		all.Go(func() {
			conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
			if err != nil {
				failed <- err
				return
			}
			defer func() { _ = conn.Close() }()
			answers := bufio.NewReader(conn)
			for i := range each {
				begun := time.Now()
				if err := ask(conn, answers, requests[i*callers+who]); err != nil {
					failed <- err
					return
				}
				// next makes the requests of callers in turn from a multiple of most on.
				user := fmt.Sprint("u", (p.made-most+i*callers+who)%callers+1)
				if err := heard.wait(ctx, user); err != nil {
					failed <- err
					return
				}
				mu.Lock()
				took = append(took, time.Since(begun))
				mu.Unlock()
			}
		})
	}
	all.Wait()
	select {
	case err := <-failed:
		return nil, fmt.Errorf("report and wait for the answer: %w", err)
	default:
	}
	slices.Sort(took)
	return took, nil
}

// ears is a platform that tells when somebody was sent something.
type ears struct {
	*post
	mu sync.Mutex
	of map[string]chan struct{}
}

func newEars() *ears { return &ears{post: newPost(), of: map[string]chan struct{}{}} }

func (e *ears) ear(user string) chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.of[user] == nil {
		e.of[user] = make(chan struct{}, 2*each)
	}
	return e.of[user]
}

// Traits implements chat.Sender: an application's messages to one person are not counted by the minute.
func (e *ears) Traits() chat.Traits { return chat.Traits{Bytes: 2048, Dedup: true} }

// Send implements chat.Sender.
func (e *ears) Send(ctx context.Context, to string, m chat.Message, key string) chat.Result {
	res := e.post.Send(ctx, to, m, key)
	if res.State == chat.Sent {
		e.ear(to) <- struct{}{}
	}
	return res
}

func (e *ears) wait(ctx context.Context, user string) error {
	select {
	case <-e.ear(user):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Minute):
		return fmt.Errorf("%s was told nothing in a minute", user)
	}
}
