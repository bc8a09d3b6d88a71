package app

import (
	"context"

	"duban/internal/chat"
	"duban/internal/command"
	"duban/internal/fault"
	"duban/internal/ledger"
)

// Saying is a message somebody might send.
type Saying struct {
	As   string // the person's code or name
	In   string // the group's code or name; "" for a private message
	Card string // the card that is answered, by its id; "" for none
	Text string
}

// Understand says how a message would be read at the moment of the clock, and why; nothing is written.
func (a *App) Understand(ctx context.Context, s Saying) (command.Explanation, error) {
	who, err := a.person(ctx, s.As)
	if err != nil {
		return command.Explanation{}, err
	}
	in := chat.Incoming{ID: "understand", At: a.Clock.Now(), UserID: who.Code, Kind: chat.Text, Text: s.Text}
	var where ledger.Group
	if s.In != "" {
		if where, err = a.group(ctx, s.In); err != nil {
			return command.Explanation{}, err
		}
		in.ChatID = where.Code
	}
	if s.Card != "" {
		in.Kind, in.Card = chat.Press, &chat.Card{ID: s.Card}
	}
	taken, err := a.Desk.Suppose(ctx, who, where, in)
	if err != nil {
		return command.Explanation{}, err
	}
	return a.command.Explain(ctx, taken)
}

func (a *App) person(ctx context.Context, name string) (ledger.Person, error) {
	people, err := a.Store.People(ctx, a.District.ID)
	if err != nil {
		return ledger.Person{}, err
	}
	var found []ledger.Person
	for _, p := range people {
		if p.Code == name {
			return p, nil
		}
		if p.Name == name && p.Active {
			found = append(found, p)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return ledger.Person{}, fault.Newf(fault.Invalid, "名册中没有“%s”。--as 请写干部的编号或姓名。", name)
	}
	return ledger.Person{}, fault.Newf(fault.Invalid, "名册中有%d位“%s”。--as 请写干部的编号。", len(found), name)
}

func (a *App) group(ctx context.Context, name string) (ledger.Group, error) {
	groups, err := a.Store.Groups(ctx, a.District.ID)
	for _, g := range groups {
		if g.Code == name || g.Name == name {
			return g, err
		}
	}
	if err != nil {
		return ledger.Group{}, err
	}
	return ledger.Group{}, fault.Newf(fault.Invalid, "没有“%s”这个群。--in 请写群的编号或名称。", name)
}
