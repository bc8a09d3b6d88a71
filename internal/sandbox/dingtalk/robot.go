package dingtalk

import (
	"slices"
)

// mostUsers is how many people one private send can name.
const mostUsers = 20

// ownRobot checks that the robotCode of a call belongs to the application that calls.
func (s *Server) ownRobot(c *call, code string) *reply {
	a := reply{}
	switch {
	case code == "":
		a = bad("invalidParameter.robotCode.empty", "缺少 robotCode")
	case s.corp.robots[code] == nil:
		a = bad("invalidParameter.robotCode.notExsit", "机器人不存在") // the platform's own spelling
	case c.robot.RobotCode != code:
		a = bad("invalidParameter.robotCode.auth", "应用的 appKey 与 robotCode 不匹配")
	default:
		return nil
	}
	return &a
}

// ownGroup gives the group of a call if the robot is in it.
func (s *Server) ownGroup(c *call) (*group, *reply) {
	if a := s.ownRobot(c, c.body.str("robotCode")); a != nil {
		return nil, a
	}
	g := s.corp.groups[c.body.str("openConversationId")]
	a := reply{}
	switch {
	case g == nil:
		a = bad("invalid.openConversationId", "无效的 openConversationId")
	case g.gone:
		a = bad("group.disbanded", "群已解散")
	case g.RobotCode != c.robot.RobotCode:
		a = bad("invalidParameter.robotCode.notExsit", "机器人不存在，请检查机器人是否在群内")
	default:
		return g, nil
	}
	return nil, &a
}

// groupSend: POST /v1.0/robot/groupMessages/send. It can mention nobody.
func (s *Server) groupSend(c *call) reply {
	g, a := s.ownGroup(c)
	if a != nil {
		return *a
	}
	m, a := s.templated(c.body)
	if a != nil {
		return *a
	}
	m.Route, m.ConversationID, m.Users = "group", g.ConversationID, slices.Clone(g.Members)
	return fine(map[string]any{"processQueryKey": s.postSent(c, m)})
}

// postSent shows a message sent through the API and gives its key.
func (s *Server) postSent(c *call, m Message) string {
	m.At, m.Raw, m.ProcessQueryKey = c.now, slices.Clone(c.raw), "pqk"+newID()
	s.chat.post(&record{Message: m, robotCode: c.robot.RobotCode})
	return m.ProcessQueryKey
}

// otoSend: POST /v1.0/robot/oToMessages/batchSend. Part of the people may be refused under HTTP 200.
func (s *Server) otoSend(c *call) reply {
	if a := s.ownRobot(c, c.body.str("robotCode")); a != nil {
		return *a
	}
	users := c.body.strs("userIds")
	switch {
	case len(users) == 0:
		return bad("invalidParameter.userIds.empty", "userIds 为空")
	case len(users) > mostUsers:
		return bad("invalidParameter.userIds.overMax", "userIds 超过上限")
	}
	m, a := s.templated(c.body)
	if a != nil {
		return *a
	}
	invalid, limited := []string{}, []string{}
	for _, id := range users {
		_, ok := s.corp.staff(id)
		switch {
		case !ok:
			invalid = append(invalid, id)
		case slices.Contains(s.corp.limited, id):
			limited = append(limited, id)
		case !slices.Contains(m.Users, id):
			m.Users = append(m.Users, id)
		}
	}
	key := "pqk" + newID() // given even when nobody got it
	if len(m.Users) > 0 {
		m.Route = "oto"
		key = s.postSent(c, m)
	}
	return fine(map[string]any{"processQueryKey": key, "invalidStaffIdList": invalid, "flowControlledStaffIdList": limited})
}
