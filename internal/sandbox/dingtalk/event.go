package dingtalk

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// PushEvent sends an event to an application over Stream and waits until it says SUCCESS. body is the bare event.
func (s *Server) PushEvent(robotCode, eventType string, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	now := s.now()
	s.mu.Lock()
	r := s.corp.robots[robotCode]
	corpID := s.corp.id
	s.mu.Unlock()
	if r == nil {
		return fmt.Errorf("no robot %q", robotCode)
	}
	id := "event" + newID()
	err = s.deliver(delivery{appKey: r.AppKey, kind: "EVENT", topic: topicAll, id: id, data: raw, wait: s.opt.AckWait,
		extra: map[string]string{"eventId": id, "eventBornTime": strconv.FormatInt(now.UnixMilli(), 10), "eventCorpId": corpID,
			"eventType": eventType, "eventUnifiedAppId": "app-" + r.AppKey},
		accept: func(answer string) error {
			if o, _ := parseObject([]byte(answer)); o.str("status") != "SUCCESS" {
				return fmt.Errorf("event answered %q", answer)
			}
			return nil
		}})
	return err
}
