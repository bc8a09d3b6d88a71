package command

import (
	"context"
	"regexp"
	"strings"

	"duban/internal/desk"
	"duban/internal/ledger"
)

// toElement stands between a problem's number and the element it is to be put to.
var toElement = regexp.MustCompile(`^(?:重新)?(?:归类|归到|归为|归入|归)(?:为|到|成)?[ :：]*`)

// classify (归类) says what a problem is about.
func classify(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.commitment(ctx, in, func(m ledger.Commitment) bool {
		return !m.State.Closed() && ledger.Kinds[m.Kind].Levels
	})
	if err != nil || ask != nil {
		return ask, err
	}
	element := t.fold.Fold(strings.Trim(toElement.ReplaceAllString(m.rest, ""), trimmed))
	element = strings.TrimSuffix(strings.TrimSuffix(element, "问题"), "类")
	return t.act("归类", m, "reply/classified", func(a *desk.Acts, by ledger.Actor) (ledger.Commitment, error) {
		return a.Classify(by, m.ID, element)
	}), nil
}

// classifies reports whether what is said of a problem is what it is about: 问题 W0003 归类 资金.
func (x script) classifies() bool {
	code, start, end := x.code()
	return code != "" && start == x.begins && toElement.MatchString(strings.TrimLeft(x.s[end:], separators))
}
