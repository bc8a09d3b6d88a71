package dingtalk

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"duban/internal/chat"
)

// event is the body of what the platform tells about groups and people, with the fields duban has a use for.
// encoding/json does not mind the case of a key, which differs between the ways an event comes.
type event struct {
	TimeStamp          scalar       `json:"timeStamp"`
	OpenConversationID scalar       `json:"openConversationId"`
	Title              scalar       `json:"title"`
	UserID             many[scalar] `json:"userId"`
	UnionID            many[scalar] `json:"unionId"`
	Diff               many[diff]   `json:"diffInfo"`
}

// many is a list, or one that is not in a list.
type many[T any] []T

// UnmarshalJSON implements json.Unmarshaler and never fails.
func (l *many[T]) UnmarshalJSON(raw []byte) error {
	var list []T
	if json.Unmarshal(raw, &list) != nil {
		var one T
		if json.Unmarshal(raw, &one) == nil {
			list = []T{one}
		}
	}
	*l = list
	return nil
}

// diff is what has changed about one person.
type diff struct {
	UserID scalar       `json:"userid"`
	Prev   loose[known] `json:"prev"`
	Curr   loose[known] `json:"curr"`
}

// known is what the address book says of somebody.
type known struct {
	Name scalar `json:"name"`
}

// happening is one event, however it came: in a frame, or encrypted over HTTP.
type happening struct {
	kind, id, corp string
	at             []scalar // moments it names, the best first
	data           []byte   // its body
}

func (f frame) happening() happening {
	return happening{kind: f.header("eventType"), id: f.header("eventId"), corp: f.header("eventCorpId"), data: f.Data,
		at: []scalar{scalar(f.header("eventBornTime")), scalar(f.header("time"))}}
}

// takeEvent has what an event tells kept. Events that tell nothing of use are counted and nothing more. An error asks
// the platform to come again.
func (d *DingTalk) takeEvent(ctx context.Context, h happening) error {
	if counted(h.kind) {
		d.usage.message()
	}
	found := d.decodeEvent(h)
	if len(found) == 0 {
		d.counters.ignored.Add(1)
	}
	for _, in := range found {
		if err := d.keep(ctx, in, &d.counters.told); err != nil {
			return err
		}
	}
	d.counters.events.Add(1)
	return nil
}

// counted reports whether the platform draws an event from the month's messages: those about groups and approvals.
func counted(kind string) bool {
	return len(kind) > 5 && (kind[:5] == "chat_" || kind[:5] == "bpms_")
}

// decodeEvent gives what an event tells: who came into a group, and who is called otherwise from now on. What is told
// of another organisation is nobody's here.
func (d *DingTalk) decodeEvent(h happening) []chat.Incoming {
	var e event
	if d.opt.CorpID != "" && h.corp != "" && h.corp != d.opt.CorpID {
		return nil
	}
	if json.Unmarshal(h.data, &e) != nil {
		return nil
	}
	base := chat.Incoming{Platform: chat.DingTalk, At: d.eventTime(e, h)}
	id := h.id
	if id == "" {
		id = digest(append([]byte(h.kind), h.data...))
	}
	var out []chat.Incoming
	add := func(in chat.Incoming) {
		in.ID = "event:" + id + ":" + strconv.Itoa(len(out))
		out = append(out, in)
	}
	switch h.kind {
	case "chat_add_member":
		in := base
		in.Kind, in.ChatID, in.ChatName = chat.Joined, string(e.OpenConversationID), string(e.Title)
		if in.ChatID == "" {
			return nil
		}
		// Who has no user id is from outside the organisation; an event that names nobody tells of one.
		for i := range max(len(e.UserID), len(e.UnionID), 1) {
			in.UserID = ""
			if i < len(e.UserID) {
				in.UserID = string(e.UserID[i])
			}
			add(in)
		}
	case "user_modify_org":
		for _, c := range e.Diff {
			if name := c.Curr.v.Name; c.UserID != "" && name != "" && name != c.Prev.v.Name {
				in := base
				in.Kind, in.UserID, in.Text = chat.Renamed, string(c.UserID), string(name)
				add(in)
			}
		}
	}
	return out
}

func (d *DingTalk) eventTime(e event, h happening) time.Time {
	for _, s := range append([]scalar{e.TimeStamp}, h.at...) {
		if t := s.millis(); !t.IsZero() {
			return t
		}
	}
	return d.clock.Now()
}
