package command

import (
	"context"
	"regexp"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/view"
)

// elementNames begin what is filled in.
var elementNames = regexp.MustCompile(`定(领导|举措|工期|标准|奖惩)[:： 为是,，]*`)

// elements (要件) shows what a project has of the five elements and lacks, or fills one in.
func elements(ctx context.Context, t *turn, in intent) (step, error) {
	x := in.script
	at := elementNames.FindStringSubmatchIndex(x.s[x.begins:])
	if at == nil && !in.project.named && len(in.project.options) == 0 && in.project.heard == "" {
		return t.lacking(ctx)
	}
	p, ask, err := t.project(in)
	if err != nil || ask != nil {
		return ask, err
	}
	if at == nil {
		return t.shows(ctx, p, "reply/elements")
	}
	name := x.s[x.begins+at[2] : x.begins+at[3]]
	value := strings.Trim(x.typed(x.begins+at[1], len(x.s)), trimmed)
	if value == "" {
		return t.wanting("要件 "+p.Code+" 定"+name, p, "请写明内容，例如：要件 "+p.Name+" 定标准 按图施工、一次验收合格"), nil
	}
	f, err := t.filling(ctx, name, value)
	if err != nil {
		return nil, err
	}
	return t.fills(p, f, "reply/filled"), nil
}

// filling puts one element into what the desk takes.
func (t *turn) filling(ctx context.Context, name, value string) (f ledger.Filling, err error) {
	switch name {
	case "举措":
		f.Measures = value
	case "标准":
		f.Standard = value
	case "奖惩":
		f.Reward = value
	case "工期":
		d, ok, err := t.deadline(t.fold.Fold(value), 0)
		if err != nil || !ok || d.on == 0 {
			return f, fault.New(fault.Invalid, "没有读到工期，请写明日期，例如：要件 某某项目 定工期 2026年12月31日")
		}
		f.Target = d.on
	default:
		who, err := t.called(ctx, value, true)
		if err != nil {
			return f, err
		}
		f.Leader = who.ID
	}
	return f, nil
}

// filled is what the answer to a filling tells.
type filled struct {
	P    ledger.Project
	Gaps []string
}

func (t *turn) fills(p ledger.Project, f ledger.Filling, template string) step {
	return func(a *desk.Acts) (chat.Message, error) {
		if _, err := t.hush(a, p); err != nil {
			return chat.Message{}, err
		}
		now, gaps, err := a.Fill(t.by(a), p.ID, f)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say(template, filled{now, gaps})
	}
}

// shows answers with who stands by a project and what it lacks.
func (t *turn) shows(ctx context.Context, p ledger.Project, template string) (step, error) {
	who := t.person
	if t.Incoming.ChatID != "" && ledger.Entitled(t.group, &p) {
		who = t.group
	}
	s, err := t.View.Standing(ctx, who, p.ID)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if _, err := t.hush(a, p); err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say(template, s)
	}, nil
}

// lacking lists the projects that lack something.
func (t *turn) lacking(ctx context.Context) (step, error) {
	return listing(ctx, t, t.wide(), "reply/lacking", func(ctx context.Context, who ledger.Viewer) ([]view.Standing, error) {
		all, err := t.View.Standings(ctx, who)
		var out []view.Standing
		for _, s := range all {
			if len(s.Gaps) > 0 && ledger.OwesReport(s.P) {
				out = append(out, s)
			}
		}
		return out, err
	})
}

// standers begin whom and what the office sets of a project's 包联.
var standers = regexp.MustCompile(`(包联领导|领导|牵头部门|部门|属地|首席服务员|服务员|联络员)[:： 为是]*([^ ,，。;；、]+)`)

// standing (包联) shows who stands by a project, or changes it.
func standing(ctx context.Context, t *turn, in intent) (step, error) {
	x := in.script
	if !in.project.named && len(in.project.options) == 0 && in.project.heard == "" {
		return listing(ctx, t, t.wide(), "reply/standings", t.View.Standings)
	}
	p, ask, err := t.project(in)
	if err != nil || ask != nil {
		return ask, err
	}
	rest := t.fold.Fold(x.without(x.begins, in.project.spans))
	said := standers.FindAllStringSubmatch(rest, -1)
	if len(said) == 0 {
		if rest != "" {
			return nil, fault.New(fault.Invalid, "没有读到要调整什么，例如：包联 "+p.Name+" 领导林跃 部门住建局 属地临江街道")
		}
		return t.shows(ctx, p, "reply/standing")
	}
	var f ledger.Filling
	for _, m := range said {
		if err := t.standBy(ctx, m[1], m[2], &f); err != nil {
			return nil, err
		}
	}
	return t.fills(p, f, "reply/stood"), nil
}

func (t *turn) standBy(ctx context.Context, what, name string, f *ledger.Filling) error {
	people := map[string]*ledger.PersonID{"包联领导": &f.Leader, "领导": &f.Leader, "首席服务员": &f.Service, "服务员": &f.Service, "联络员": &f.Owner}
	if into := people[what]; into != nil {
		who, err := t.called(ctx, name, true)
		*into = who.ID
		return err
	}
	reg, err := t.View.People(ctx)
	if err != nil {
		return err
	}
	units := t.unitsIn(newScript(t.fold, name), 0, reg.Units)
	if len(units) == 0 {
		return fault.Newf(fault.NotFound, "名册中没有找到“%s”这个单位，请核对名称。", clip(name, 20))
	}
	if what == "属地" {
		f.HostUnit = units[0].unit.ID
	} else {
		f.LeadUnit = units[0].unit.ID
	}
	return nil
}

// chains (产业链) shows the industry chains, or one of them with its projects.
func chains(ctx context.Context, t *turn, in intent) (step, error) {
	name := t.fold.Key(in.script.without(in.script.begins, nil))
	return listing(ctx, t, t.wide(), "reply/chains", func(ctx context.Context, who ledger.Viewer) (out struct {
		All []view.ChainLine
		One *view.ChainLine
	}, err error) {
		if out.All, err = t.View.Chains(ctx, who); err != nil || name == "" {
			return out, err
		}
		for i, c := range out.All {
			if strings.Contains(t.fold.Key(c.Name), name) || strings.Contains(name, t.fold.Key(c.Name)) {
				out.One = &out.All[i]
			}
		}
		if out.One == nil {
			err = fault.Newf(fault.NotFound, "没有找到“%s”这条产业链。看全部请发：产业链", clip(name, 20))
		}
		return out, err
	})
}

// grid (招商网格) shows the recruitment grid.
func grid(ctx context.Context, t *turn, _ intent) (step, error) {
	return listing(ctx, t, t.wide(), "reply/grid", t.View.Grid)
}
