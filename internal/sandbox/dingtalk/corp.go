package dingtalk

import (
	"encoding/base64"
	"slices"
	"time"
)

// User is a person. Outside people (Outside) are in groups without being in the corp: their staff id stays hidden
// from the robot, they cannot be written to privately and cannot sign in.
type User struct {
	StaffID, Name, Mobile string
	Outside               bool
}

// Robot is an internal application with its robot. Mode is "stream" or "http"; CallbackURL belongs to "http".
// RobotCode defaults to the AppKey. With an EventURL events are pushed there, encrypted with the other two.
type Robot struct {
	AppKey, AppSecret, RobotCode, AgentID string
	Mode                                  string
	CallbackURL                           string
	EventURL, EventToken, EventAESKey     string
}

// Group is a group chat. RobotCode is the application robot in it, "" for none; Custom are its custom robots.
type Group struct {
	ConversationID, Title string
	Members               []string
	RobotCode             string
	Custom                []CustomRobot
	Made                  bool // through the API: only then do chat_* events tell of it
}

// CustomRobot is a webhook of a group. A Secret switches the signature on, Keywords the keyword check.
type CustomRobot struct {
	AccessToken, Secret string
	Keywords            []string
}

// corp is what an administrator has set up.
type corp struct {
	id        string
	users     map[string]User
	order     []string // of users, as added: the page to choose from keeps it
	robots    map[string]*robot
	first     string // robot that private messages go to
	groups    map[string]*group
	customs   map[string]*custom
	templates map[string]CardTemplate
	limited   []string // users under flow control
}

type robot struct {
	Robot
	token      string // the valid or last access token
	cardRoutes map[string]cardRoute
}

// userID is the robot as a chat member: what atUsers and chatbotUserId carry.
func (r *robot) userID() string { return encrypted("bot" + r.RobotCode) }

type group struct {
	Group
	gone bool
}

// custom is a webhook with its memory.
type custom struct {
	CustomRobot
	group   *group
	sent    []time.Time // within the last minute
	blocked time.Time   // until when nothing is taken
	uuids   map[string]bool
}

func newCorp() corp {
	return corp{id: "dingcorp0001", users: map[string]User{}, robots: map[string]*robot{}, groups: map[string]*group{},
		customs: map[string]*custom{}, templates: map[string]CardTemplate{}}
}

// encrypted makes an id of the kind that must not be used as a key.
func encrypted(id string) string {
	return "$:LWCP_v1:$" + base64.StdEncoding.EncodeToString([]byte(id))
}

func unionID(staffID string) string { return "union-" + staffID }

// SetCorp sets the corp's id; the default is "dingcorp0001".
func (s *Server) SetCorp(corpID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.corp.id = corpID
}

// AddUser adds a person, or replaces the one with the same staff id.
func (s *Server) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.corp.users[u.StaffID]; !known {
		s.corp.order = append(s.corp.order, u.StaffID)
	}
	s.corp.users[u.StaffID] = u
}

// AddRobot adds an application robot, or replaces the one with the same robot code. Private messages of people
// go to the first one added.
func (s *Server) AddRobot(r Robot) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.RobotCode == "" {
		r.RobotCode = r.AppKey
	}
	if s.corp.first == "" {
		s.corp.first = r.RobotCode
	}
	if old := s.corp.robots[r.RobotCode]; old != nil {
		old.Robot = r
		return
	}
	s.corp.robots[r.RobotCode] = &robot{Robot: r, cardRoutes: map[string]cardRoute{}}
}

// AddGroup adds a group, or replaces the one with the same conversation id; a webhook that stays keeps its memory.
func (s *Server) AddGroup(g Group) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g.Members = slices.Clone(g.Members)
	known := s.corp.groups[g.ConversationID]
	if known == nil {
		known = &group{}
		s.corp.groups[g.ConversationID] = known
	}
	known.Group, known.gone = g, false
	for _, c := range g.Custom {
		if old := s.corp.customs[c.AccessToken]; old != nil {
			old.CustomRobot, old.group = c, known
			continue
		}
		s.corp.customs[c.AccessToken] = &custom{CustomRobot: c, group: known, uuids: map[string]bool{}}
	}
}

// Disband dissolves a group; its conversation and its webhooks answer that it is gone.
func (s *Server) Disband(conversationID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.corp.groups[conversationID]; g != nil {
		g.gone = true
	}
}

// SetFlowControlled names the people to whom private messages are held back for now; none lifts it.
func (s *Server) SetFlowControlled(users ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.corp.limited = slices.Clone(users)
}

func (c *corp) robotByKey(appKey string) *robot {
	for _, r := range c.robots {
		if r.AppKey == appKey {
			return r
		}
	}
	return nil
}

// staff gives a person of the corp.
func (c *corp) staff(id string) (User, bool) {
	u, ok := c.users[id]
	return u, ok && !u.Outside
}
