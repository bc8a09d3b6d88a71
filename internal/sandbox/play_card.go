package sandbox

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Press presses the newest button of that label somebody can see: in a group, or privately.
func (w *World) Press(ctx context.Context, person, group, label string) error {
	return w.pick(ctx, person, group, label, nil)
}

// playPick: "pick chen in force: 申请延期 原因=天气 新期限=3天" chooses on the newest card with that button and
// presses it; what is not named keeps its preset.
func (w *World) playPick(ctx context.Context, person, group, text string) error {
	l, err := parseLine(0, text)
	if err != nil || len(l.Words) != 1 {
		return fmt.Errorf("pick wants one button and name=option pairs")
	}
	return w.pick(ctx, person, group, l.Words[0], l.Values)
}

func (w *World) pick(ctx context.Context, person, group, label string, pairs map[string]string) error {
	find := func(m Seen) int {
		return slices.IndexFunc(m.Buttons, func(o Offer) bool { return o.Label == label })
	}
	m, ok := w.newest(person, group, func(m Seen) bool { return find(m) >= 0 && (len(pairs) == 0 || m.Card != nil) })
	if !ok {
		return fmt.Errorf("%s sees no button %q there", person, label)
	}
	var chosen map[string][]string
	if len(pairs) > 0 {
		var err error
		if chosen, err = m.Card.choose(pairs); err != nil {
			return err
		}
	}
	words, err := w.PickAt(ctx, person, m, m.Buttons[find(m)], chosen)
	if err == nil && words != "" {
		err = fmt.Errorf("in a DingTalk group a button only offers the words %q: say them", words)
	}
	return err
}

// Reply lets somebody answer the newest notice in a group, or in the private chat, by quoting it. Answers of
// the robot to single messages are no notices. WeCom's app is told of no quotation: there the words come alone.
func (w *World) Reply(ctx context.Context, person, group, platform, text string) error {
	p, ok := w.Person(person)
	if !ok {
		return fmt.Errorf("nobody is called %q", person)
	}
	if platform == "" && group == "" {
		platform = map[bool]string{true: "wecom", false: "dingtalk"}[p.WeCom != ""]
	}
	m, ok := w.newest(person, group, func(m Seen) bool {
		return m.Route != "aibot_reply" && m.Route != "session" && (group != "" || m.Platform == platform)
	})
	g, inGroup := w.Group(group)
	switch {
	case !ok:
		return fmt.Errorf("%s has no notice there to reply to", person)
	case inGroup && g.ChatID == "":
		return fmt.Errorf("nobody can type to the robot in %q", group)
	}
	return w.act(ctx, func() (err error) {
		switch {
		case inGroup && m.Platform == "wecom":
			_, err = w.WeCom.QuoteInGroup(g.ChatID, p.WeCom, m.Seq, text)
		case inGroup:
			_, err = w.DingTalk.QuoteInGroup(g.ChatID, p.DingTalk, m.Seq, text)
		case m.Platform == "wecom":
			_, err = w.WeCom.SayToApp(p.WeCom, text)
		default:
			_, err = w.DingTalk.QuoteToRobot(p.DingTalk, m.Seq, text)
		}
		return err
	})
}

// Speak lets somebody send the robot a voice message, privately; it arrives as recognised words.
func (w *World) Speak(ctx context.Context, person, platform, words string) error {
	p, ok := w.Person(person)
	if !ok {
		return fmt.Errorf("nobody is called %q", person)
	}
	return w.act(ctx, func() (err error) {
		if p.WeCom == "" || platform == "dingtalk" {
			_, err = w.DingTalk.SpeakToRobot(p.DingTalk, words)
		} else {
			_, err = w.WeCom.SpeakToBot(p.WeCom, words)
		}
		return err
	})
}

// playMove: "join xu in force", "rename chen chenli2", "read lin in lead", "enter chen".
func (w *World) playMove(ctx context.Context, verb, rest string) error {
	var err error
	switch who, group, platform := parseWho(rest); verb {
	case "join":
		err = w.Join(who, group)
	case "rename":
		old, id, _ := strings.Cut(rest, " ")
		err = w.Rename(old, strings.TrimSpace(id))
	case "read":
		err = w.Read(who, group)
	case "enter":
		err = w.Enter(who, platform)
	}
	if err != nil {
		return err
	}
	return w.Turn(ctx, w.Clock.Now().Add(actTakes))
}

// Join lets somebody into a group. DingTalk tells the robot of it where the group was made through its
// interface, as a story's are; WeCom tells nobody.
func (w *World) Join(person, group string) error {
	p, known := w.Person(person)
	i := slices.IndexFunc(w.groups, func(g Group) bool { return g.Code == group })
	if !known || i < 0 {
		return fmt.Errorf("join wants somebody and a group: join xu in force")
	}
	g := &w.groups[i]
	if !slices.Contains(g.Members, person) {
		g.Members = append(g.Members, person)
	}
	if g.Platform == "wecom" {
		return w.WeCom.JoinGroup(w.chatID(*g), p.WeCom)
	}
	return w.DingTalk.JoinGroup(w.chatID(*g), p.DingTalk)
}

// chatID is what the platform calls a group, those that only hear included.
func (w *World) chatID(g Group) string {
	if g.ChatID == "" {
		return map[string]string{"wecom": "wr", "dingtalk": "cid"}[g.Platform] + g.Code
	}
	return g.ChatID
}

// Rename gives somebody another user id on WeCom, as the address book may once; the register does not
// know of it.
func (w *World) Rename(person, id string) error {
	i := slices.IndexFunc(w.people, func(p Person) bool { return p.Code == person })
	if i < 0 || w.people[i].WeCom == "" || id == "" {
		return fmt.Errorf("rename wants somebody on WeCom and the new id: rename chen chenli2")
	}
	old := w.people[i].WeCom
	w.people[i].WeCom = id
	return w.WeCom.RenameUser(old, id)
}

// Read lets somebody read the newest message before them in a group, or privately, on DingTalk: only there the
// platform tells who has read.
func (w *World) Read(person, group string) error {
	p, _ := w.Person(person)
	m, ok := w.newest(person, group, func(m Seen) bool { return m.Platform == "dingtalk" })
	if !ok {
		return fmt.Errorf("%s has no DingTalk message there", person)
	}
	return w.DingTalk.MarkRead(m.Seq, p.DingTalk)
}

// Enter lets somebody open the chat with the app on WeCom.
func (w *World) Enter(person, platform string) error {
	p, ok := w.Person(person)
	if !ok || p.WeCom == "" || platform == "dingtalk" {
		return fmt.Errorf("only somebody on WeCom enters")
	}
	return w.WeCom.EnterApp(p.WeCom)
}
