package wecom

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sending is the body of message/send.
type sending struct {
	payload
	ToUser    string `json:"touser"`
	ToParty   string `json:"toparty"`
	ToTag     string `json:"totag"`
	AgentID   int    `json:"agentid"`
	Safe      int    `json:"safe"`
	Duplicate int    `json:"enable_duplicate_check"`
	Interval  *int   `json:"duplicate_check_interval"`
}

// sighting is an accepted request that a repetition is compared with.
type sighting struct {
	at    time.Time
	msgID string
}

// responseCode lets the sender change a card once, within 72 h.
type responseCode struct {
	seq, agentID int
	user         string // who pressed, or the first who got the card
	until        time.Time
}

func (s *Server) messageSend(c *call) (*answer, error) {
	var q sending
	if err := decode(c.body, &q); err != nil {
		return nil, err
	}
	if err := s.ofApp(c, q.AgentID); err != nil {
		return nil, err
	}
	if !between(q.Safe, 0, 2) || q.Safe == 2 && q.MsgType != "mpnews" {
		return nil, refuse(40058, "invalid safe")
	}
	to, err := s.recipients(c.app, q.ToUser, q.ToParty, q.ToTag)
	if err != nil {
		return nil, err
	}
	key, again, err := s.duplicate(&q, c)
	if err != nil {
		return nil, err
	}
	if again != "" {
		return success(to.fields(fields{"msgid": again})), nil
	}
	if len(to.users) == 0 {
		return nil, refuse(81013, "user & party & tag all invalid")
	}
	r, err := s.render(&q.payload, appManner(c.app.AgentID))
	if err != nil {
		return nil, err
	}
	if !s.within(fmt.Sprintf("app%d/day", c.app.AgentID), len(to.users), 200*len(s.users.order), 24*time.Hour, true) {
		return nil, refuse(45009, "app message freq out of limit")
	}
	return s.post(r, c, to, key), nil
}

// post puts a checked message before its people; those over their limit silently miss it.
func (s *Server) post(r *record, c *call, to *audience, key string) *answer {
	for _, id := range to.users {
		base := fmt.Sprintf("app%d/user/%s", c.app.AgentID, id)
		if s.within(base+"/min", 1, 30, time.Minute, false) && s.within(base+"/hour", 1, 1000, time.Hour, false) {
			r.Users = append(r.Users, id)
		} else {
			r.Missed = append(r.Missed, id)
		}
	}
	r.Route, r.AgentID, r.Raw = "app", c.app.AgentID, json.RawMessage(bytes.Clone(c.body))
	out := fields{}
	if len(r.Users) > 0 {
		s.keep(r)
		if r.card != nil && r.card.interactive() {
			out["response_code"] = s.code(r, r.Users[0])
		}
	} else {
		r.MsgID = s.id("MSG")
	}
	if key != "" {
		s.seen[key] = sighting{s.now(), r.MsgID}
	}
	out["msgid"] = r.MsgID
	return success(to.fields(out))
}

// code makes a response code for the card; the caller holds s.mu.
func (s *Server) code(r *record, user string) string {
	text := s.id("RC")
	s.codes[text] = &responseCode{r.Seq, r.AgentID, user, s.now().Add(72 * time.Hour)}
	return text
}

// ofApp checks that the agentid in a body is the app of the token.
func (s *Server) ofApp(c *call, agentID int) error {
	if agentID == 0 || s.app(agentID) == nil {
		return refuse(40056, "invalid agentid")
	}
	if agentID != c.app.AgentID {
		return refuse(301002, "the access_token belongs to another app")
	}
	return nil
}

// duplicate answers with the msgid of an identical request inside the interval, or with the
// key to remember this one under. Whether the first answer's response_code is repeated is not
// published; it is not.
func (s *Server) duplicate(q *sending, c *call) (key, msgID string, err error) {
	if q.Duplicate == 0 {
		return "", "", nil
	}
	interval := 1800
	if q.Interval != nil {
		interval = *q.Interval
	}
	if q.Duplicate != 1 || !between(interval, 1, 4*3600) {
		return "", "", refuse(40058, "invalid duplicate check: the interval is at most 4 hours")
	}
	key = fmt.Sprintf("%d/%x", c.app.AgentID, sha256.Sum256(c.body))
	first, ok := s.seen[key]
	if ok && s.now().Before(first.at.Add(time.Duration(interval)*time.Second)) {
		return key, first.msgID, nil
	}
	return key, "", nil
}

func appManner(agentID int) manner {
	return manner{
		types:   []string{"text", "image", "voice", "video", "file", "textcard", "news", "mpnews", "markdown", "template_card"},
		cutText: true, markdown: 2048,
		cards: cardRules{kinds: allCards, taskKey: "app" + strconv.Itoa(agentID)},
	}
}

// audience is who a request meant: those found and those not.
type audience struct {
	users                     []string
	badUser, badParty, badTag []string
}

// recipients resolves the three lists. Nobody named is 82001; unknown ones and those out of the
// app's range are listed as invalid, lower-cased.
func (s *Server) recipients(app *App, users, parties, tags string) (*audience, error) {
	u, p, t := split(users), split(parties), split(tags)
	if len(u)+len(p)+len(t) == 0 {
		return nil, refuse(82001, "no recipients")
	}
	if len(u) > 1000 || len(p) > 100 || len(t) > 100 {
		return nil, refuse(40058, "more than 1000 users, 100 parties or 100 tags")
	}
	a := &audience{badTag: t}
	if users == "@all" {
		u = nil
		a.addAll(s.visible(app))
	}
	for _, id := range u {
		if found, ok := s.users.get(id); ok && app.sees(found.ID) {
			a.add(found.ID)
		} else {
			a.badUser = append(a.badUser, strings.ToLower(id))
		}
	}
	for _, id := range p {
		if id == strconv.Itoa(rootDepartment) {
			a.addAll(s.visible(app))
		} else {
			a.badParty = append(a.badParty, id)
		}
	}
	return a, nil
}

func (a *audience) addAll(users []User) {
	for _, u := range users {
		a.add(u.ID)
	}
}

func (a *audience) add(id string) {
	if !slices.Contains(a.users, id) {
		a.users = append(a.users, id)
	}
}

func (a *audience) fields(f fields) fields {
	f["invaliduser"], f["invalidparty"] = strings.Join(a.badUser, "|"), strings.Join(a.badParty, "|")
	f["invalidtag"], f["unlicenseduser"] = strings.Join(a.badTag, "|"), ""
	return f
}

func split(list string) []string {
	return slices.DeleteFunc(strings.Split(list, "|"), func(id string) bool { return id == "" })
}
