package desk

import (
	"cmp"
	"fmt"
	"slices"

	"duban/internal/chat"
	"duban/internal/fault"
	"duban/internal/ledger"
)

// Bind (绑定) makes projects a task-force group's own and gives the group; the office alone may. A group
// the register does not know becomes one, reached through the robot that heard the message.
func (a *Acts) Bind(by ledger.Actor, in chat.Incoming, projects []ledger.ProjectID) (ledger.Group, error) {
	v, err := a.who(by)
	if err != nil {
		return ledger.Group{}, err
	}
	if err := a.office(v, "群绑定"); err != nil {
		return ledger.Group{}, err
	}
	if in.ChatID == "" {
		return ledger.Group{}, fault.New(fault.Invalid, "请在要绑定的群里发送，例如：绑定 城南污水处理厂")
	}
	names, err := a.names(projects)
	if err != nil {
		return ledger.Group{}, err
	}
	g, err := a.read.GroupByTarget(a.ctx, a.tx.District, string(in.Platform), in.ChatID)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		g, err = a.found(by, in)
	case err == nil && g.Class != ledger.GroupTaskForce:
		return g, fault.Newf(fault.Invalid, "%s不是专班群，按群的身份接收，无需绑定项目。", g.Name)
	}
	if err != nil {
		return g, err
	}
	// The robot has just been heard there: what the platform once said is gone is back.
	if err := a.tx.RouteBack(g.ID, string(in.Platform), in.ChatID); err != nil {
		return g, err
	}
	for _, id := range projects {
		if err := a.tx.Bind(g.ID, id); err != nil {
			return g, err
		}
	}
	return g, a.note(by, g, "bind", names)
}

// Unbind (解绑) takes projects from a task-force group and gives the group; the office alone may.
func (a *Acts) Unbind(by ledger.Actor, in chat.Incoming, projects []ledger.ProjectID) (ledger.Group, error) {
	v, err := a.who(by)
	if err != nil {
		return ledger.Group{}, err
	}
	if err := a.office(v, "群解绑"); err != nil {
		return ledger.Group{}, err
	}
	names, err := a.names(projects)
	if err != nil {
		return ledger.Group{}, err
	}
	g, err := a.read.GroupByTarget(a.ctx, a.tx.District, string(in.Platform), in.ChatID)
	if err != nil {
		return g, err
	}
	viewer, err := a.read.ViewerOfGroup(a.ctx, g)
	if err != nil {
		return g, err
	}
	if !slices.ContainsFunc(projects, func(id ledger.ProjectID) bool { return viewer.Bound[id] }) {
		return g, fault.New(fault.Conflict, "本群没有绑定该项目。")
	}
	for _, id := range projects {
		if err := a.tx.Unbind(g.ID, id); err != nil {
			return g, err
		}
	}
	return g, a.note(by, g, "unbind", names)
}

// names checks that the projects are there.
func (a *Acts) names(projects []ledger.ProjectID) (string, error) {
	if len(projects) == 0 {
		return "", fault.New(fault.Invalid, "请写明项目，例如：绑定 城南污水处理厂")
	}
	names := ""
	for _, id := range projects {
		p, err := a.read.Project(a.ctx, a.tx.District, id)
		if err != nil {
			return "", err
		}
		names += p.Code + " " + p.Name + "\n"
	}
	return names, nil
}

// robots are the routes that lead back into the group a robot hears.
var robots = map[chat.Platform]chat.Route{chat.WeCom: chat.WeComBot, chat.DingTalk: chat.DingGroup}

func (a *Acts) found(by ledger.Actor, in chat.Incoming) (ledger.Group, error) {
	name := clip(cmp.Or(in.ChatName, "未命名群"), 128)
	route := ledger.GroupRoute{Platform: string(in.Platform), Route: string(robots[in.Platform]), Target: in.ChatID}
	g, err := a.tx.FoundGroup(ledger.Group{Name: name, Class: ledger.GroupTaskForce, Active: true}, route)
	if err != nil {
		return g, err
	}
	return g, a.note(by, g, "found", fmt.Sprintf("%s %s", in.Platform, in.ChatID))
}

func (a *Acts) note(by ledger.Actor, g ledger.Group, act, what string) error {
	_, err := a.tx.Apply(ledger.Outcome{Entries: []ledger.Entry{{
		DistrictID: a.tx.District, Subject: fmt.Sprintf("group:%d", g.ID), At: by.At, Act: act, PersonID: by.Person, Note: what,
	}}})
	return err
}
