package dingtalk

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// PressCard lets a person press an action of an interactive card and returns when the application has answered. The
// answer's changes are on the card by then. A press that fails is not repeated: the person sees it fail.
func (s *Server) PressCard(messageSeq int, user, actionID string, params map[string]string) error {
	d, k, err := s.pressed(messageSeq, user, actionID, params)
	if err != nil {
		return err
	}
	answer, err := s.attempt(d)
	if err != nil {
		return fmt.Errorf("pressing %s: %w", actionID, err)
	}
	s.echo(d)
	o, _ := parseObject([]byte(answer))
	if d.toURL == "" {
		o = o.obj("response") // Stream wraps it
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.cardChange(k, user, o); a != nil {
		return fmt.Errorf("pressing %s: the answer cannot be applied: %v", actionID, a.body)
	}
	return nil
}

func (s *Server) pressed(seq int, user, actionID string, params map[string]string) (delivery, *card, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.chat.before(seq, user)
	if err != nil {
		return delivery{}, nil, err
	}
	k := r.card
	if k == nil {
		return delivery{}, nil, fmt.Errorf("message %d is no interactive card", seq)
	}
	if _, known := s.corp.templates[k.template]; known && !slices.ContainsFunc(r.Buttons, func(b Button) bool { return b.Key == actionID && actionID != "" }) {
		return delivery{}, nil, fmt.Errorf("the card has no action %q", actionID)
	}
	all := map[string]string{}
	maps.Copy(all, r.carries[actionID])
	maps.Copy(all, params)
	space, spaceType := user, "IM_ROBOT"
	if r.ConversationID != "" {
		space, spaceType = r.ConversationID, "IM_GROUP"
	}
	content := mustJSON(map[string]any{"cardPrivateData": map[string]any{"actionIds": []string{actionID}, "params": all}})
	body := map[string]any{"type": "actionCallback", "outTrackId": k.id, "corpId": s.corp.id, "userId": user, "userIdType": 1,
		"content": string(content), "spaceId": space, "spaceType": spaceType, "extension": "{}"}
	d := delivery{appKey: k.robot.AppKey, kind: "CALLBACK", topic: topicCard, id: k.id, data: mustJSON(body), wait: s.opt.CardWait}
	switch k.callback {
	case "STREAM": // pushed
	case "HTTP":
		to := k.robot.cardRoutes[k.routeKey]
		d.toURL = to.url
		d.dress = func(h http.Header, now time.Time) {
			at := strconv.FormatInt(now.UnixMilli(), 10)
			h.Set("x-ddpaas-signature-timestamp", at)
			h.Set("x-ddpaas-signature", signed(to.secret, at))
		}
	default:
		return delivery{}, nil, errors.New("the card was delivered without callbackType")
	}
	return d, k, nil
}

// PressURL lets a person press a link of a message: a button's, or one written in the text. It gives the address
// that opens, taken out of dingtalk:// wrappings. A dtmd:// link says its text to the robot instead and opens
// nothing; in a group that reaches nobody (the documents do not say that it counts as mentioning the robot).
func (s *Server) PressURL(messageSeq int, user, link string) (opened string, err error) {
	s.mu.Lock()
	r, err := s.chat.before(messageSeq, user)
	var group string
	var shown bool
	if err == nil {
		group = r.ConversationID
		shown = strings.Contains(r.Text, link) || slices.ContainsFunc(r.Buttons, func(b Button) bool { return b.URL == link })
	}
	s.mu.Unlock()
	switch {
	case err != nil:
		return "", err
	case link == "" || !shown:
		return "", fmt.Errorf("message %d shows no link %q", messageSeq, link)
	}
	u, err := url.Parse(link)
	if err != nil {
		return "", err
	}
	q := u.Query()
	switch u.Scheme {
	case "http", "https":
		return link, nil
	case "dtmd":
		if group != "" {
			return "", errors.New("a dtmd link in a group does not mention the robot")
		}
		_, err := s.SayToRobot(user, q.Get("content"))
		return "", err
	case "dingtalk":
		for _, key := range []string{"url", "mobileLink", "pcLink", "pageUrl", "redirect_url"} {
			if to := q.Get(key); to != "" {
				if strings.HasSuffix(key, "Link") {
					return url.QueryUnescape(to) // encoded twice
				}
				return to, nil
			}
		}
	}
	return "", fmt.Errorf("the client cannot open %q", link)
}
