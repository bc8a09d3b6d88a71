package command

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/view"
)

// styles (作风) lists what was found of bad styles, in private always: all units by number, or one with its
// examples.
func styles(ctx context.Context, t *turn, in intent) (step, error) {
	all, err := t.View.Styles(ctx, t.person)
	if err != nil {
		return nil, err
	}
	if heard := in.script.without(in.script.begins, nil); heard != "" {
		var of []view.StylesOf
		for _, u := range all.Units {
			if strings.Contains(u.Unit, heard) || strings.Contains(heard, u.Unit) && u.Unit != "" {
				of = append(of, u)
			}
		}
		if len(of) == 0 {
			return nil, fault.Newf(fault.NotFound, "没有“%s”的作风记录，或您无权查看。", clip(heard, 20))
		}
		all.Units = of[:1]
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if err := t.confide(a); err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/styles", all)
	}, nil
}

// confide answers in private what is for the inspection office, but among it.
func (t *turn) confide(a *desk.Acts) error {
	if t.Incoming.ChatID == "" || t.Group.Class == ledger.GroupInspection {
		return nil
	}
	line, err := t.Words.Say("reply/aside", nil)
	a.Privately()
	a.Meanwhile(line)
	return err
}

// findingCode finds the number of a finding.
var findingCode = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])F[ -]?0*([0-9]{1,8})`)

// dispute (异议) objects to a finding; keep (保留) and strike (剔除) decide on that.
func dispute(_ context.Context, t *turn, in intent) (step, error) {
	return t.onFinding(in, "异议", func(a *desk.Acts, code, reason string) (ledger.Finding, error) {
		return a.Dispute(t.by(a), code, reason)
	})
}

func uphold(_ context.Context, t *turn, in intent) (step, error) {
	return t.onFinding(in, "保留", func(a *desk.Acts, code, reason string) (ledger.Finding, error) {
		return a.Settle(t.by(a), code, true, reason)
	})
}

func strike(_ context.Context, t *turn, in intent) (step, error) {
	return t.onFinding(in, "剔除", func(a *desk.Acts, code, reason string) (ledger.Finding, error) {
		return a.Settle(t.by(a), code, false, reason)
	})
}

// onFinding acts on the finding a message names, with what it says besides.
func (t *turn) onFinding(in intent, verb string, act func(a *desk.Acts, code, reason string) (ledger.Finding, error)) (step, error) {
	rest := in.script.without(in.script.begins, nil)
	at := findingCode.FindStringSubmatchIndex(rest)
	if at == nil {
		return nil, fault.Newf(fault.Invalid, "请写明作风记录的编号和理由，例如：%s F0003 两期工作内容确实相同。发“作风”可查编号。", verb)
	}
	code := fmt.Sprintf("F%04s", rest[at[2]:at[3]])
	reason := strings.Trim(rest[:at[0]]+rest[at[1]:], separators)
	return func(a *desk.Acts) (chat.Message, error) {
		if err := t.confide(a); err != nil {
			return chat.Message{}, err
		}
		f, err := act(a, code, reason)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/finding", f)
	}, nil
}
