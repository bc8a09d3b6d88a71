package dingtalk

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

const (
	keyLife    = 24 * time.Hour // of a processQueryKey
	mostKeys   = 20             // in one recall
	mostReader = 200            // in one page of readers
)

// sent gives the message of a key that the calling robot sent on this route.
func (s *Server) sent(c *call, key, route, conversationID string) (*record, string) {
	r := s.chat.byKey[key]
	switch {
	case r == nil || r.robotCode != c.robot.RobotCode || r.ConversationID != conversationID,
		r.Route != route && r.Route != "card": // a card's carrierId is such a key too
		return nil, "invalid.processQueryKey"
	case c.now.Sub(r.At) > keyLife:
		return nil, "processQueryKey.expireTime"
	}
	return r, ""
}

func (s *Server) groupRecall(c *call) reply {
	g, a := s.ownGroup(c)
	if a != nil {
		return *a
	}
	return s.recall(c, "group", g.ConversationID)
}

func (s *Server) otoRecall(c *call) reply {
	if a := s.ownRobot(c, c.body.str("robotCode")); a != nil {
		return *a
	}
	return s.recall(c, "oto", "")
}

// recall takes messages back; each key succeeds or fails by itself.
func (s *Server) recall(c *call, route, conversationID string) reply {
	keys := c.body.strs("processQueryKeys")
	if len(keys) == 0 || len(keys) > mostKeys {
		return bad("invalidParameter.processQueryKey.missing", "processQueryKeys 应为 1 至 20 个")
	}
	done, failed := []string{}, map[string]string{}
	for _, key := range keys {
		r, why := s.sent(c, key, route, conversationID)
		if r == nil {
			failed[key] = why
			continue
		}
		if !r.Recalled {
			r.Recalled = true
			s.chat.tell(r, c.now)
		}
		done = append(done, key)
	}
	return fine(map[string]any{"successResult": done, "failedResult": failed})
}

func sendStatus(r *record) string {
	if r.Recalled {
		return "RECALLED"
	}
	return "SUCCESS"
}

// groupQuery gives who has read a group message, page by page.
func (s *Server) groupQuery(c *call) reply {
	g, a := s.ownGroup(c)
	if a != nil {
		return *a
	}
	r, why := s.sent(c, c.body.str("processQueryKey"), "group", g.ConversationID)
	if r == nil {
		return bad(why, "processQueryKey 无效或已过期")
	}
	size, from := mostReader, 0
	if t := c.body.text("maxResults"); t != "" {
		n, err := strconv.Atoi(t)
		if err != nil || n < 1 || n > mostReader {
			return bad("invalidParameter.pageSize.invalid", "maxResults 应为 1 至 200")
		}
		size = n
	}
	if t := c.body.text("nextToken"); t != "" {
		n, err := strconv.Atoi(t)
		if err != nil || n < 0 {
			return bad("invalidParameter.cursor.invalid", "无效的 nextToken")
		}
		from = n
	}
	readers := []string{}
	for _, id := range r.Users {
		if r.read[id] {
			readers = append(readers, id)
		}
	}
	from = min(from, len(readers))
	end := min(from+size, len(readers))
	out := map[string]any{"sendStatus": sendStatus(r), "readUserIds": readers[from:end], "hasMore": end < len(readers)}
	if end < len(readers) {
		out["nextToken"] = strconv.Itoa(end)
	}
	return fine(out)
}

// otoReadStatus gives for every recipient of a private message whether it was read.
func (s *Server) otoReadStatus(c *call) reply {
	q := c.r.URL.Query()
	if a := s.ownRobot(c, q.Get("robotCode")); a != nil {
		return *a
	}
	r, why := s.sent(c, q.Get("processQueryKey"), "oto", "")
	if r == nil {
		return bad(why, "processQueryKey 无效或已过期")
	}
	list := []any{}
	for _, id := range r.Users {
		status := "UNREAD"
		if r.read[id] {
			status = "READ"
		}
		list = append(list, map[string]any{"name": s.corp.users[id].Name, "userId": id, "readStatus": status})
	}
	return fine(map[string]any{"sendStatus": sendStatus(r), "messageReadInfoList": list})
}

// MarkRead lets a person read a message.
func (s *Server) MarkRead(seq int, user string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.chat.before(seq, user)
	if err != nil {
		return err
	}
	r.read[user] = true
	return nil
}

// before gives a message that a person has in front of them.
func (c *chat) before(seq int, user string) (*record, error) {
	if seq < 1 || seq > len(c.log) {
		return nil, fmt.Errorf("no message %d", seq)
	}
	r := c.log[seq-1]
	if r.Recalled || !slices.Contains(r.Users, user) {
		return nil, fmt.Errorf("%s does not see message %d", user, seq)
	}
	return r, nil
}
