package command

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
)

// decidesRolls are those who decide on suggestions for praise and for account.
func decidesRolls(t *turn) bool { return t.Person.Has(ledger.RoleOffice, ledger.RoleInspection) }

var errRolls = fault.New(fault.Forbidden, "通报表扬和问责建议由项目办、督查室研究决定，决定前不对外。")

// suggestions (名单建议) lists what results suggest and nobody has decided yet.
func suggestions(ctx context.Context, t *turn, _ intent) (step, error) {
	if !decidesRolls(t) {
		return nil, errRolls
	}
	found, err := t.View.Undecided(ctx)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if err := t.quiet(a); err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/suggestions", found)
	}, nil
}

// numberedSuggestion finds the number of a suggestion: 建议〔2026〕3号, 建议3号, 3号.
var numberedSuggestion = regexp.MustCompile(`(?:建议)?[ ]*(?:[〔\[(（]?[ ]*(20[0-9]{2})[ ]*[〕\])）年])?[ ]*第?([0-9]{1,6})号(?:建议)?`)

func adopt(_ context.Context, t *turn, in intent) (step, error)   { return t.decide(in, true) }
func decline(_ context.Context, t *turn, in intent) (step, error) { return t.decide(in, false) }

// decide (采纳、不采纳) decides on one suggestion, by its number, with the reason.
func (t *turn) decide(in intent, adopted bool) (step, error) {
	if !decidesRolls(t) {
		return nil, errRolls
	}
	said := in.script.s[in.script.begins:]
	at := numberedSuggestion.FindStringSubmatchIndex(said)
	if at == nil {
		return nil, fault.Newf(fault.Invalid, "请写明是哪一号建议，例如：%s 建议3号 情况属实。待决定的请发：名单建议", in.verb.name)
	}
	year := 0
	if at[2] >= 0 {
		year, _ = strconv.Atoi(said[at[2]:at[3]])
	}
	number, _ := strconv.Atoi(said[at[4]:at[5]])
	reason := strings.Trim(said[:at[0]]+" "+said[at[1]:], trimmed)
	return func(a *desk.Acts) (chat.Message, error) {
		if err := t.quiet(a); err != nil {
			return chat.Message{}, err
		}
		s, unit, err := a.DecideSuggestion(a.By(t.Person.ID), year, number, adopted, reason)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/decided", struct {
			ledger.Suggestion
			Unit, Roll string
		}{s, unit.Name, ledger.Rolls[s.Roll]})
	}, nil
}

// aloud reports whether a group hears the answer that is no group of those who decide.
func (t *turn) aloud() bool {
	if t.Incoming.ChatID == "" {
		return false
	}
	g := t.group.Group
	return g == nil || g.Class != ledger.GroupOffice && g.Class != ledger.GroupInspection
}

// quiet keeps an answer that only the project office and the inspection office may hear out of all other groups.
func (t *turn) quiet(a *desk.Acts) error {
	if !t.aloud() {
		return nil
	}
	line, err := t.Words.Say("reply/aside", nil)
	a.Privately()
	a.Meanwhile(line)
	return err
}
