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
	"duban/internal/words"
	"duban/internal/zh"
)

// tourStop is a time of day in an itinerary and the words behind it.
type tourStop struct {
	zh.Hour
	text string
}

// tourStops cuts an itinerary at its times of day: what stands behind one is the project.
func tourStops(s string) (head string, stops []tourStop) {
	head = s
	for at := 0; ; {
		h, ok := zh.TimeOfDay(s[at:])
		if !ok {
			return head, stops
		}
		h.Start, h.End = h.Start+at, h.End+at
		if len(stops) == 0 {
			head = s[:h.Start]
		} else {
			stops[len(stops)-1].text = s[stops[len(stops)-1].End:h.Start]
		}
		stops = append(stops, tourStop{h, s[h.End:]})
		at = h.End
	}
}

// planTour (安排观摩) puts an itinerary down: 安排观摩 4月15日 评委：林跃、王敏 9:00 华兴 9:40 贸易港.
func planTour(ctx context.Context, t *turn, in intent) (step, error) {
	plan := func(d deadline, stops []ledger.ObservationStop, judges []ledger.PersonID) step {
		return func(a *desk.Acts) (chat.Message, error) {
			if err := t.apart(a, ledger.Project{}); err != nil {
				return chat.Message{}, err
			}
			o, told, err := a.PlanObservation(t.by(a), d.on, stops, judges, t.Group.ID)
			if err != nil {
				return chat.Message{}, err
			}
			return t.toured(o, stops, told)
		}
	}
	if !keeps(t) {
		return plan(deadline{}, nil, nil), nil
	}
	x := in.script
	s := x.s[x.begins:]
	term, ok, err := t.deadline(s, 0)
	switch {
	case err != nil:
		return nil, err
	case !ok || len(term.choices) > 0:
		return nil, fault.New(fault.Invalid, "请写明观摩日期，例如：安排观摩 4月15日 评委：王敏、李强 9:00 华兴 9:40 贸易港")
	case term.on.Sub(t.today) > nextYears && !strings.Contains(s[term.at.Start:term.at.End], "年"):
		return nil, fault.Newf(fault.Invalid, "“%s”今年已经过了，请写明年份或改期。", s[term.at.Start:term.at.End])
	}
	head, times := tourStops(mask(s, []zh.Span{term.at}))
	judges, _, err := t.everybody(ctx, newScript(t.fold, head))
	if err != nil {
		return nil, err
	}
	var stops []ledger.ObservationStop
	for i, one := range times {
		if one.Impossible {
			return nil, fault.Newf(fault.Invalid, "没有“%d:%02d”这个时间，请核对后重发。", one.Hour.Hour, one.Minute)
		}
		p := t.scope().find(newScript(t.fold, one.text), 0, nil)
		name := strings.Trim(one.text, trimmed)
		switch {
		case len(p.options) > 0:
			return nil, fault.Newf(fault.Ambiguous, "第%d站“%s”可指%s，请写明全称。", i+1, clip(name, 20), t.namesOf(p.options))
		case !p.named:
			return nil, fault.Newf(fault.NotFound, "第%d站“%s”没有找到对应的项目，请核对名称或编号后重发。", i+1, clip(name, 20))
		}
		stops = append(stops, ledger.ObservationStop{ProjectID: p.id, Minute: one.Hour.Hour*60 + one.Minute})
	}
	return plan(term, stops, judges), nil
}

// toured words the answer to a planned tour.
func (t *turn) toured(o ledger.Observation, stops []ledger.ObservationStop, told int) (chat.Message, error) {
	var lines []words.Stop
	for _, s := range stops {
		lines = append(lines, words.Stop{Clock: s.Clock(), Name: t.names.projects[t.names.index[s.ProjectID]].Name})
	}
	return t.Words.Say("reply/toured", struct {
		O     ledger.Observation
		Stops []words.Stop
		Told  int
	}{o, lines, told})
}

// tour (观摩) shows the latest tour, or that of a number.
func tour(ctx context.Context, t *turn, in intent) (step, error) {
	o, err := t.View.LatestTour(ctx, t.person)
	if m := tourNumber.FindStringSubmatch(in.script.s[in.script.begins:]); m != nil {
		o, err = t.View.TourByCode(ctx, t.person, padded("G", m[1]))
	}
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		about := o.About
		if o.Whole || o.Judge {
			about = append(about[:len(about):len(about)], ledger.Project{}) // results and scores are not for every group
		}
		if err := t.apart(a, about...); err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/tour", o)
	}, nil
}

var tourNumber = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])G[ -]?0*([0-9]{1,8})(?:[^0-9]|$)`)

// cancelTour (取消观摩) takes a tour off.
func cancelTour(_ context.Context, t *turn, in intent) (step, error) {
	x := in.script
	m := tourNumber.FindStringSubmatchIndex(x.s[x.begins:])
	if m == nil {
		return nil, fault.New(fault.Invalid, "请写明观摩编号，例如：取消观摩 G0001 另行安排")
	}
	code, why := padded("G", x.s[x.begins+m[2]:x.begins+m[3]]), strings.Trim(x.typed(x.begins+m[3], len(x.s)), trimmed)
	return func(a *desk.Acts) (chat.Message, error) {
		o, err := a.CancelObservation(t.by(a), code, why, t.Group.ID)
		if err != nil {
			return t.orMore(a, "取消观摩 "+code, why, false, err)
		}
		return t.Words.Say("reply/line", fmt.Sprintf("已取消%s，已通知过的群和人员会收到取消通知。", o.Name()))
	}, nil
}

// points is a score: 92, 92.5分, 九十二分.
var points = regexp.MustCompile(`(-?[0-9]{1,6}(?:\.[0-9]{1,2})?|[零一二三四五六七八九十百]+(?:点[零一二三四五六七八九])?)[ ]*分?(?:[ ,，。;；]|$)`)

// giveMark (观摩打分) takes a judge's score: 观摩打分 华兴 92 现场整洁.
func giveMark(_ context.Context, t *turn, in intent) (step, error) { return t.marks(in, false) }

// changeMark (观摩改分) takes another in its place.
func changeMark(_ context.Context, t *turn, in intent) (step, error) { return t.marks(in, true) }

func (t *turn) marks(in intent, again bool) (step, error) {
	x := in.script
	sc := t.scope()
	sc.sees = func(int) bool { return true } // a judge scores projects they need not be entitled to; desk checks the tour
	sc.near = nil
	p := sc.find(x, x.first(x.begins), nil)
	var project ledger.Project
	switch {
	case t.chosen != nil:
		project = *t.chosen
	case len(p.options) > 0, !p.named:
		return nil, fault.New(fault.NotFound, "没有找到要打分的项目，请写明全称，例如：观摩打分 华兴智能装备产业园 92")
	default:
		project = t.names.projects[t.names.index[p.id]]
	}
	masked := mask(x.s, append([]zh.Span{{Start: 0, End: x.begins}}, p.spans...))
	m := points.FindStringSubmatchIndex(masked)
	if m == nil {
		return nil, fault.Newf(fault.Invalid, "请写明分数（0到100），例如：%s %s 92", in.verb.name, project.Name)
	}
	n, _, _ := zh.Number(strings.TrimPrefix(masked[m[2]:m[3]], "-"))
	score := ledger.Score(min(n.Value/100, 1_000_000))
	if masked[m[2]] == '-' {
		score = -score
	}
	text := x.without(x.begins, append(x.apartFrom(p.spans), zh.Span{Start: m[0], End: m[1]}))
	return func(a *desk.Acts) (chat.Message, error) {
		if t.Incoming.ChatID != "" {
			if err := t.apart(a, ledger.Project{}); err != nil {
				return chat.Message{}, err
			}
		}
		o, left, err := a.GiveMark(a.By(t.Person.ID), project.ID, score, text, again)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/marked", struct {
			O     ledger.Observation
			P     ledger.Project
			Score ledger.Score
			Left  int
			Again bool
		}{o, project, score, left, again})
	}, nil
}
