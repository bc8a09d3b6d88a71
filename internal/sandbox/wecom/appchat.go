package wecom

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"
)

var chatIDForm = regexp.MustCompile(`^[0-9a-zA-Z]{1,32}$`)

// appchatCreate makes a group. The app must be visible to the root department.
func (s *Server) appchatCreate(c *call) (*answer, error) {
	var q struct {
		Name     string   `json:"name"`
		Owner    string   `json:"owner"`
		UserList []string `json:"userlist"`
		ChatID   string   `json:"chatid"`
	}
	if err := decode(c.body, &q); err != nil {
		return nil, err
	}
	if !c.app.RootScope || c.app.AgentID == 0 {
		return nil, refuse(60011, "the app's visible range must be the root department")
	}
	members, err := s.members(q.UserList)
	if err != nil {
		return nil, err
	}
	if q.Owner == "" && len(members) > 0 {
		q.Owner = members[0]
	}
	if q.ChatID == "" {
		q.ChatID = s.id("wr")
	}
	g := &group{Group: Group{ChatID: q.ChatID, Name: q.Name, Members: members}, owner: q.Owner, agentID: c.app.AgentID}
	if err := g.check(); err != nil {
		return nil, err
	}
	if s.groups[q.ChatID] != nil {
		return nil, refuse(86215, "chatid already exists")
	}
	if !s.within("appchat/create", 1, 1000, 24*time.Hour, true) {
		return nil, refuse(45009, "appchat create freq out of limit")
	}
	s.keepGroup(g)
	return success(fields{"chatid": q.ChatID}), nil
}

func (g *group) check() error {
	switch {
	case !chatIDForm.MatchString(g.ChatID):
		return refuse(86001, "invalid chatid")
	case utf8.RuneCountInString(g.Name) > 50:
		return refuse(40058, "name exceeds 50 characters")
	case !between(len(g.Members), 2, 2000):
		return refuse(40058, "userlist must have 2 to 2000 members")
	case !slices.Contains(g.Members, g.owner):
		return refuse(86216, "the owner is not a member of the group")
	}
	return nil
}

// members resolves ids, each once; 86216 names the first that is nobody.
func (s *Server) members(ids []string) ([]string, error) {
	var out []string
	for _, id := range ids {
		u, ok := s.users.get(id)
		if !ok {
			return nil, refuse(86216, "invalid member id %q", id)
		}
		if !slices.Contains(out, u.ID) {
			out = append(out, u.ID)
		}
	}
	return out, nil
}

// ownGroup finds a group the app made; other groups are as good as none for it.
func (s *Server) ownGroup(c *call, chatID string) (*group, error) {
	if chatID == "" {
		return nil, refuse(86001, "invalid chatid")
	}
	g := s.groups[chatID]
	if g == nil || g.agentID == 0 || g.agentID != c.app.AgentID {
		return nil, refuse(86003, "chatid does not exist")
	}
	return g, nil
}

func (s *Server) appchatUpdate(c *call) (*answer, error) {
	var q struct {
		ChatID string   `json:"chatid"`
		Name   string   `json:"name"`
		Owner  string   `json:"owner"`
		Add    []string `json:"add_user_list"`
		Del    []string `json:"del_user_list"`
	}
	if err := decode(c.body, &q); err != nil {
		return nil, err
	}
	old, err := s.ownGroup(c, q.ChatID)
	if err != nil {
		return nil, err
	}
	g := *old
	members, err := s.members(append(slices.Clone(g.Members), q.Add...))
	if err != nil {
		return nil, err
	}
	g.Members = slices.DeleteFunc(members, func(id string) bool { return slices.Contains(q.Del, id) })
	if q.Name != "" {
		g.Name = q.Name
	}
	if q.Owner != "" {
		g.owner = q.Owner
	}
	if err := g.check(); err != nil {
		return nil, err
	}
	if !s.within("appchat/update", 1, 1000, time.Hour, true) {
		return nil, refuse(45009, "appchat update freq out of limit")
	}
	s.groups[q.ChatID] = &g
	return success(nil), nil
}

func (s *Server) appchatGet(c *call) (*answer, error) {
	g, err := s.ownGroup(c, c.query.Get("chatid"))
	if err != nil {
		return nil, err
	}
	return success(fields{"chat_info": fields{
		"chatid": g.ChatID, "name": g.Name, "owner": g.owner, "userlist": g.Members, "chat_type": 0,
	}}), nil
}

var appchatManner = manner{
	types:   []string{"text", "image", "voice", "video", "file", "textcard", "news", "mpnews", "markdown"},
	cutText: true, markdown: 2048,
}

// appchatSend posts into a group of the app: 20 000 person-messages a minute for the corporation,
// and 200 a minute and 10 000 a day for each member, whose excess is dropped without error.
func (s *Server) appchatSend(c *call) (*answer, error) {
	var q struct {
		payload
		ChatID string `json:"chatid"`
		Safe   int    `json:"safe"`
	}
	if err := decode(c.body, &q); err != nil {
		return nil, err
	}
	g, err := s.ownGroup(c, q.ChatID)
	if err != nil {
		return nil, err
	}
	r, err := s.render(&q.payload, appchatManner)
	if err != nil {
		return nil, err
	}
	n := len(g.Members)
	if !s.within("appchat/min", n, 20_000, time.Minute, true) || !s.within("appchat/hour", n, 150_000, time.Hour, true) {
		return nil, refuse(45009, "appchat freq out of limit")
	}
	for _, id := range g.Members {
		base := fmt.Sprintf("appchat%d/user/%s", c.app.AgentID, id)
		if !s.within(base+"/min", 1, 200, time.Minute, false) || !s.within(base+"/day", 1, 10_000, 24*time.Hour, false) {
			r.Missed = append(r.Missed, id)
		}
	}
	if len(r.Missed) < n {
		r.Route, r.ChatID, r.AgentID, r.Raw = "appchat", g.ChatID, c.app.AgentID, json.RawMessage(bytes.Clone(c.body))
		s.keep(r)
	}
	return success(nil), nil
}
