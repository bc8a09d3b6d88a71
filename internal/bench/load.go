package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// slice is how long one side is measured in one round.
const slice = time.Second

// flood brings the requests over conc kept connections, each as soon as the one before is answered,
// until the time is over or they run out. settled, when not nil, is waited for after each answer: the
// connection then stands for somebody who sends the next message when the first has taken effect.
// It gives how many a second took effect. The client writes bytes made before and reads no more of an
// answer than it must, to leave the processor to what is measured.
func flood(ctx context.Context, h http.Handler, requests [][]byte, conc int, settled func(context.Context) error) (float64, error) {
	server := httptest.NewServer(h)
	defer server.Close()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var next, done atomic.Int64
	failed := make(chan error, conc)
	var all sync.WaitGroup
	begun := time.Now()
	for range conc {
		all.Go(func() {
			conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
			if err != nil {
				failed <- err
				return
			}
			defer func() { _ = conn.Close() }()
			answers := bufio.NewReader(conn)
			for time.Since(begun) < slice {
				i := int(next.Add(1)) - 1
				if i >= len(requests) {
					return
				}
				if err := ask(conn, answers, requests[i]); err != nil {
					failed <- err
					return
				}
				if settled != nil {
					if err := settled(ctx); err != nil {
						failed <- err
						return
					}
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	took := time.Since(begun)
	select {
	case err := <-failed:
		return 0, fmt.Errorf("bring a message: %w", err)
	default:
	}
	if done.Load() == 0 {
		return 0, errors.New("no message took effect")
	}
	return float64(done.Load()) / took.Seconds(), nil
}

func ask(conn net.Conn, answers *bufio.Reader, request []byte) error {
	if _, err := conn.Write(request); err != nil {
		return err
	}
	resp, err := http.ReadResponse(answers, nil)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the answer was %s", resp.Status)
	}
	return nil
}
