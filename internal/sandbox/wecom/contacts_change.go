package wecom

import (
	"fmt"
	"slices"
	"strings"
)

// changed is a change_contact event. FromUserName is "sys": nobody of the corporation caused it.
type changed struct {
	common
	Event      cdata
	ChangeType cdata
	UserID     cdata
	NewUserID  *cdata `xml:",omitempty"`
	Name       *cdata `xml:",omitempty"`
}

// RenameUser gives a member another id, which the platform allows once for each, and tells the apps. Groups
// and messages follow.
func (s *Server) RenameUser(id, newID string) error {
	s.mu.Lock()
	u, ok := s.users.get(id)
	_, taken := s.users.get(newID)
	switch {
	case !ok:
		s.mu.Unlock()
		return fmt.Errorf("no member %q", id)
	case taken || newID == "" || len(newID) > 64:
		s.mu.Unlock()
		return fmt.Errorf("%q is taken, empty or over 64 bytes", newID)
	case s.users.renamed[strings.ToLower(id)]:
		s.mu.Unlock()
		return fmt.Errorf("%q was renamed before: it works once", id)
	}
	old := u.ID
	s.users.rename(old, newID)
	for _, g := range s.groups {
		g.Members = replaced(g.Members, old, newID)
	}
	for _, r := range s.log {
		r.Users, r.Mentions = replaced(r.Users, old, newID), replaced(r.Mentions, old, newID)
	}
	for _, b := range s.bots {
		if b.spoken[old] {
			delete(b.spoken, old)
			b.spoken[newID] = true
		}
	}
	s.mu.Unlock()
	return s.announce(changed{ChangeType: cdata{"update_user"}, UserID: cdata{old}, NewUserID: &cdata{newID}}, u)
}

// HireUser takes a new member in and tells the apps.
func (s *Server) HireUser(u User) error {
	s.AddUser(u)
	return s.announce(changed{ChangeType: cdata{"create_user"}, UserID: cdata{u.ID}, Name: &cdata{u.Name}}, u)
}

// RemoveUser takes a member out of the corporation and its groups and tells the apps.
func (s *Server) RemoveUser(id string) error {
	s.mu.Lock()
	u, ok := s.users.get(id)
	if !ok {
		s.mu.Unlock()
		return fmt.Errorf("no member %q", id)
	}
	delete(s.users.byID, strings.ToLower(u.ID))
	s.users.order = slices.DeleteFunc(s.users.order, func(key string) bool { return key == strings.ToLower(u.ID) })
	for _, g := range s.groups {
		g.Members = slices.DeleteFunc(slices.Clone(g.Members), func(m string) bool { return m == u.ID })
	}
	s.mu.Unlock()
	return s.announce(changed{ChangeType: cdata{"delete_user"}, UserID: cdata{u.ID}}, u)
}

// JoinGroup lets a member into a group. No event tells an app or a bot of it.
func (s *Server) JoinGroup(chatID, user string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groups[chatID]
	u, ok := s.users.get(user)
	if g == nil || !ok {
		return fmt.Errorf("no group %q or no member %q", chatID, user)
	}
	if !slices.Contains(g.Members, u.ID) {
		g.Members = append(slices.Clone(g.Members), u.ID)
	}
	return nil
}

// announce brings a change of the contacts to every app with a callback URL that sees the member.
func (s *Server) announce(e changed, u User) error {
	s.mu.Lock()
	var lines []*line
	for _, a := range s.apps {
		if a.CallbackURL == "" || !a.sees(u.ID) {
			continue
		}
		l, err := s.line(a)
		if err != nil {
			s.mu.Unlock()
			return err
		}
		lines = append(lines, l)
	}
	now := s.now()
	s.mu.Unlock()
	for _, l := range lines {
		e.common = common{ToUserName: cdata{l.corpID}, FromUserName: cdata{"sys"}, CreateTime: now.Unix(), MsgType: cdata{"event"}}
		e.Event = cdata{"change_contact"}
		if err := s.deliver(l, e, "sys"); err != nil {
			return err
		}
	}
	return nil
}

func replaced(list []string, old, with string) []string {
	out := slices.Clone(list)
	for i, id := range out {
		if id == old {
			out[i] = with
		}
	}
	return out
}

func (p *people) rename(old, with string) {
	key, next := strings.ToLower(old), strings.ToLower(with)
	u := p.byID[key]
	u.ID = with
	delete(p.byID, key)
	p.byID[next] = u
	p.order[slices.Index(p.order, key)] = next
	if p.renamed == nil {
		p.renamed = map[string]bool{}
	}
	p.renamed[next] = true
}
