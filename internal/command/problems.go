package command

import (
	"context"
	"slices"
	"strings"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/view"
)

// problems (问题统计) counts the problems: what they are about, where they stand, and with whom.
func problems(ctx context.Context, t *turn, _ intent) (step, error) {
	return listing(ctx, t, t.group.Group != nil, "reply/problems", t.View.Problems)
}

// problemList (问题清单) lists the problems nobody has closed by level, all or those of one element.
func problemList(ctx context.Context, t *turn, in intent) (step, error) {
	element := strings.TrimSuffix(t.fold.Fold(strings.Trim(in.script.without(in.script.begins, nil), trimmed)), "类")
	if names := t.Desk.Elements.Names(); element != "" && len(names) > 0 && !slices.Contains(names, element) {
		return nil, fault.Newf(fault.Invalid, "没有“%s”这一类要素。请发：问题清单，或加一类要素（%s），例如：问题清单 %s", clip(element, 20), strings.Join(names, "、"), names[0])
	}
	return listing(ctx, t, t.group.Group != nil, "reply/problemlist", func(ctx context.Context, who ledger.Viewer) (view.ProblemList, error) {
		return t.View.ProblemList(ctx, who, element)
	})
}
