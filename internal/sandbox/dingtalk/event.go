package dingtalk

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"time"
)

// eventPauses are the waits before a pushed event that was not taken is pushed again, and once more.
var eventPauses = []time.Duration{10 * time.Second, 30 * time.Second}

// eventWait is how long a pushed event waits for its answer.
const eventWait = 2500 * time.Millisecond

// PushEvent sends an event to an application, encrypted to its address where it has one and else over Stream, and
// waits until it is taken. body is the bare event.
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
	if r.EventURL != "" {
		return s.postEvent(r.Robot, eventType, id, corpID, raw)
	}
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

// CheckEvents presses the button of the console that tests an application's address for events.
func (s *Server) CheckEvents(robotCode string) error {
	return s.PushEvent(robotCode, "check_url", struct{}{})
}

// postEvent pushes an event over HTTP: one flat object.
func (s *Server) postEvent(r Robot, eventType, id, corpID string, body []byte) error {
	z, err := newSealer(r.EventToken, r.EventAESKey, r.AppKey)
	if err != nil {
		return err
	}
	flat := map[string]any{}
	if err := json.Unmarshal(body, &flat); err != nil {
		return err
	}
	maps.Copy(flat, map[string]any{"EventType": eventType, "CorpId": corpID, "EventTime": s.now().UnixMilli(), "BizId": "biz" + id, "eventId": id})
	event, err := json.Marshal(flat)
	if err != nil {
		return err
	}
	return s.deliver(delivery{appKey: r.AppKey, id: id, data: event, wait: eventWait, toURL: r.EventURL, seal: z, pauses: eventPauses, accept: z.success})
}
