package dingtalk

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// postOut delivers by HTTP.
func (s *Server) postOut(ctx context.Context, d delivery) (string, error) {
	to, data := d.toURL, d.data
	if d.seal != nil {
		s.mu.Lock()
		forged := s.mood.forgery
		s.mu.Unlock()
		to, data = d.seal.request(d.toURL, d.data, s.now(), forged)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(data))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	if d.dress != nil {
		d.dress(r.Header, s.now())
	}
	resp, err := s.out.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxMessage))
	if err != nil {
		return "", fmt.Errorf("reading the answer of the callback: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the callback answered %s", resp.Status)
	}
	return string(body), nil
}

// signed is base64(HMAC-SHA256(key, text)): every signature of the platform but the page's is made of it.
func signed(key, text string) string {
	m := hmac.New(sha256.New, []byte(key))
	m.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// signTime is the signature of robots, both ways: over the time and the secret.
func signTime(timestamp, secret string) string { return signed(secret, timestamp+"\n"+secret) }

// robotDress signs a robot callback, or spoils it as Forge says.
func (s *Server) robotDress(secret string) func(http.Header, time.Time) {
	return func(h http.Header, now time.Time) {
		s.mu.Lock()
		forged := s.mood.forgery
		s.mu.Unlock()
		at := strconv.FormatInt(now.Add(-forged.Age).UnixMilli(), 10)
		if forged.WrongSign {
			secret += "x"
		}
		h.Set("timestamp", at)
		h.Set("sign", signTime(at, secret))
	}
}
