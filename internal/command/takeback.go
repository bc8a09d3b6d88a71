package command

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
)

// numberedNotice finds the number of a warning or an order: 预警〔2026〕12号, 督办[2026]第3号.
var numberedNotice = regexp.MustCompile(`(预警|督办)单?[ ]*[〔\[(（]?[ ]*(20[0-9]{2})[ ]*[〕\])）年]?[ ]*第?([0-9]{1,6})号`)

// takeBack (收回通知) takes a notice back, by its number or in reply to it.
func takeBack(_ context.Context, t *turn, in intent) (step, error) {
	said := in.script.s[in.script.begins:]
	notice, id, why := "", t.Context.Notice.ID, said
	if at := numberedNotice.FindStringSubmatchIndex(said); at != nil {
		notice = fmt.Sprintf("%s〔%s〕%s号", said[at[2]:at[3]], said[at[4]:at[5]], strings.TrimLeft(said[at[6]:at[7]], "0"))
		id, why = 0, said[:at[0]]+" "+said[at[1]:]
	}
	if notice == "" && id == 0 {
		return nil, fault.New(fault.Invalid, "请写明通知文号，或回复要收回的那条通知，例如：收回通知 预警〔2026〕12号 对象有误")
	}
	why = strings.Trim(why, trimmed)
	return func(a *desk.Acts) (chat.Message, error) {
		n, err := a.TakeBack(a.By(t.Person.ID), notice, id, why)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/takenback", struct {
			Notice, Why string
			N           int
		}{notice, why, n})
	}, nil
}
