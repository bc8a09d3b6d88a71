package wecom

import (
	"slices"
	"strings"
)

// User is a member of the corporation.
type User struct {
	ID, Name, Mobile string
}

// App is a self-built application. AgentID 0 is the address book's own secret
// (通讯录同步): it may read the contacts and nothing else.
type App struct {
	AgentID     int
	Secret      string
	Token       string   // of the callback
	AESKey      string   // of the callback, 43 characters
	CallbackURL string   // "" means the app receives nothing
	RootScope   bool     // visible to everybody; needed for app-created groups
	Scope       []string // ids of the members who see the app, without RootScope
	// TrustedDomain is the host, port included, a sign-in may return to; "" means any.
	TrustedDomain string
}

// Bot is an intelligent robot. It is reached over the long connection, or by callback when it has a
// CallbackURL: the two modes exclude each other.
type Bot struct {
	ID, Secret  string
	Name        string // what people write after the @; empty means ID
	CallbackURL string
	Token       string // of the callback
	AESKey      string // of the callback, 43 characters
}

// Group is an internal group chat.
type Group struct {
	ChatID, Name string
	Members      []string // user ids
	BotID        string   // the aibot in the group, if any
	WebhookKeys  []string // keys of the webhook robots in the group
}

type group struct {
	Group
	owner   string
	agentID int // the app that made the group; 0 for one that people made
}

type bot struct {
	Bot
	conn    *socket
	spoken  map[string]bool // conversations somebody spoke to the bot in
	heard   map[string]*heard
	uploads map[string]*upload
}

// people are the members, found by id without regard to case as the platform does.
type people struct {
	byID    map[string]*User
	order   []string
	renamed map[string]bool // who has had their one change of id, by the new one
}

func (p *people) get(id string) (User, bool) {
	u, ok := p.byID[strings.ToLower(id)]
	if !ok {
		return User{}, false
	}
	return *u, true
}

func (p *people) byMobile(mobile string) (User, bool) {
	for _, id := range p.order {
		if u := p.byID[id]; mobile != "" && u.Mobile == mobile {
			return *u, true
		}
	}
	return User{}, false
}

// SetCorp names the corporation; without it the id is "wwsandbox".
func (s *Server) SetCorp(corpID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.corpID = corpID
}

// AddUser takes a member in, or changes one.
func (s *Server) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := strings.ToLower(u.ID)
	if s.users.byID[key] == nil {
		s.users.order = append(s.users.order, key)
	}
	s.users.byID[key] = &u
}

// AddApp takes an app in; one with the same AgentID is replaced.
func (s *Server) AddApp(a App) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.Scope = slices.Clone(a.Scope)
	s.apps = slices.DeleteFunc(s.apps, func(old *App) bool { return old.AgentID == a.AgentID })
	s.apps = append(s.apps, &a)
}

// AddBot takes an aibot in; private words go to the first one added.
func (s *Server) AddBot(b Bot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b.Name == "" {
		b.Name = b.ID
	}
	if old := s.bots[b.ID]; old != nil {
		old.Bot = b
		return
	}
	s.bots[b.ID] = &bot{Bot: b, spoken: map[string]bool{}, heard: map[string]*heard{}, uploads: map[string]*upload{}}
	s.botOrder = append(s.botOrder, b.ID)
}

// AddGroup takes a group in that people made; one with the same ChatID is replaced.
func (s *Server) AddGroup(g Group) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keepGroup(&group{Group: g})
	for _, key := range g.WebhookKeys {
		s.hooks[key] = g.ChatID
	}
}

// RemoveWebhook takes a webhook robot out of its group; its key answers 93000 from then on.
func (s *Server) RemoveWebhook(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.hooks, key)
}

func (s *Server) keepGroup(g *group) {
	if s.groups[g.ChatID] == nil {
		s.order = append(s.order, g.ChatID)
	}
	g.Members, g.WebhookKeys = slices.Clone(g.Members), slices.Clone(g.WebhookKeys)
	s.groups[g.ChatID] = g
}

// Groups lists the groups there are, those an app created included.
func (s *Server) Groups() []Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Group, 0, len(s.order))
	for _, id := range s.order {
		g := s.groups[id].Group
		g.Members, g.WebhookKeys = slices.Clone(g.Members), slices.Clone(g.WebhookKeys)
		out = append(out, g)
	}
	return out
}

// Users lists the members in the order they came.
func (s *Server) Users() []User {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]User, 0, len(s.users.order))
	for _, id := range s.users.order {
		out = append(out, *s.users.byID[id])
	}
	return out
}

func (s *Server) app(agentID int) *App {
	for _, a := range s.apps {
		if a.AgentID == agentID {
			return a
		}
	}
	return nil
}

// sees tells whether the member is in the app's visible range.
func (a *App) sees(userID string) bool {
	return a.RootScope || slices.ContainsFunc(a.Scope, func(id string) bool { return strings.EqualFold(id, userID) })
}
