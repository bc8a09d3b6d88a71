package command

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/view"
	"duban/internal/words"
	"duban/internal/zh"
)

var (
	// meetingNumber finds the number of a meeting.
	meetingNumber = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])M[ -]?0*([0-9]{1,8})(?:[^0-9]|$)`)
	placed        = regexp.MustCompile(`(?:地点|地址)[:： 在]*([^ ,，。;；\n]+)|在([^ ,，。;；\n]{1,20}?(?:会议室|大厅|现场|指挥部|办公室|楼))`)
	topicLead     = regexp.MustCompile(`^(?:议题|主题|内容|研究|评审|召开|请|成员|参加|的|和|及|在|于|[,，、:： ])+`)
)

// meetingCode gives the number of the meeting a message names, "M0003", and where its words go on; that of the
// notice it answers when it names none; "" for none.
func (t *turn) meetingCode(x script) (code string, rest int) {
	if m := meetingNumber.FindStringSubmatchIndex(x.s[x.begins:]); m != nil {
		return padded("M", x.s[x.begins+m[2]:x.begins+m[3]]), x.begins + m[3]
	}
	if m := meetingNumber.FindStringSubmatch(t.Context.Notice.Title); m != nil {
		return padded("M", m[1]), x.begins
	}
	return "", x.begins
}

// padded writes a number as the ledger does.
func padded(letter, number string) string {
	return letter + strings.Repeat("0", max(0, 4-len(number))) + number
}

// convene (召开) calls a meeting: 召开 及时协调会 华兴 4月2日 下午3点 地点 301会议室 议题 土地证.
func convene(ctx context.Context, t *turn, in intent) (step, error) {
	if !keeps(t) {
		return func(a *desk.Acts) (chat.Message, error) {
			_, _, err := a.Convene(t.by(a), desk.Convocation{})
			return chat.Message{}, err
		}, nil
	}
	x := in.script
	c, spans, err := t.convocation(ctx, x)
	if err != nil {
		return nil, err
	}
	if in.project = t.scope().find(x, x.first(x.begins), nil); len(in.project.options) > 0 && t.chosen == nil {
		return t.choose(in, in.project.options), nil
	}
	var p ledger.Project
	switch {
	case t.chosen != nil:
		p = *t.chosen
	case in.project.named:
		p = t.names.projects[t.names.index[in.project.id]]
	}
	c.Project, c.Here = p.ID, t.Group.ID
	c.Title = topicLead.ReplaceAllString(x.without(x.begins, append(spans, x.apartFrom(in.project.spans)...)), "")
	return func(a *desk.Acts) (chat.Message, error) {
		if err := t.apart(a, p); err != nil {
			return chat.Message{}, err
		}
		m, told, err := a.Convene(t.by(a), c)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/convened", struct {
			M    ledger.Meeting
			P    ledger.Project
			Told int
			Near bool
			Off  bool
		}{m, p, told, m.On <= t.View.Calendar.After(t.today, 1), !t.View.Calendar.IsWorkday(m.On)})
	}, nil
}

// convocation reads what kind of meeting is called, when, where and of whom.
func (t *turn) convocation(ctx context.Context, x script) (c desk.Convocation, spans []zh.Span, err error) {
	s := x.s[x.begins:]
	k, at := t.kindIn(s)
	if k.Name == "" {
		return c, nil, fault.Newf(fault.Invalid, "请写明会议种类（%s），例如：%s", strings.Join(t.kindNames(), "、"), t.example("召开 及时协调会 %s 4月2日 下午3点"))
	}
	c.Kind, spans = k.Name, []zh.Span{at}
	term, ok, err := t.deadline(s, 0)
	switch {
	case err != nil:
		return c, nil, err
	case !ok || len(term.choices) > 0:
		return c, nil, fault.Newf(fault.Invalid, "请写明%s的日期，例如：%s", k.Name, t.example("召开 "+k.Name+" %s 4月2日 下午3点"))
	case term.on.Sub(t.today) > nextYears && !strings.Contains(s[term.at.Start:term.at.End], "年"):
		return c, nil, fault.Newf(fault.Invalid, "“%s”今年已经过了，请写明年份或改期。", s[term.at.Start:term.at.End])
	}
	c.On, spans = term.on, append(spans, term.at)
	rest := mask(s, spans)
	if k.Online {
		people, where, err := t.everybody(ctx, x)
		if err != nil {
			return c, nil, err
		}
		c.Members = people
		return c, append(shifted(spans, x.begins), where...), nil
	}
	h, ok := zh.TimeOfDay(rest)
	switch {
	case !ok:
		return c, nil, fault.Newf(fault.Invalid, "请写明%s几点召开，例如：%s", k.Name, t.example("召开 "+k.Name+" %s 4月2日 下午3点"))
	case h.Impossible:
		return c, nil, fault.Newf(fault.Invalid, "没有“%s”这个时间，请核对后重发，例如：下午3点", strings.TrimSpace(rest[h.Start:h.End]))
	}
	c.Hour, c.Minute, spans = h.Hour, h.Minute, append(spans, h.Span)
	if m := placed.FindStringSubmatchIndex(mask(s, spans)); m != nil {
		i := 2
		if m[2] < 0 {
			i = 4
		}
		c.Place = s[m[i]:m[i+1]]
		spans = append(spans, zh.Span{Start: m[0], End: m[1]})
	}
	return c, shifted(spans, x.begins), nil
}

// shifted moves spans of a part of a text to where they are in the whole.
func shifted(spans []zh.Span, by int) []zh.Span {
	out := make([]zh.Span, len(spans))
	for i, at := range spans {
		out[i] = zh.Span{Start: at.Start + by, End: at.End + by}
	}
	return out
}

// kindIn finds the kind of meeting a text names.
func (t *turn) kindIn(s string) (ledger.MeetingKind, zh.Span) {
	for _, k := range t.View.MeetingKinds() {
		if i := strings.Index(s, t.fold.Fold(k.Name)); i >= 0 {
			return k, zh.Span{Start: i, End: i + len(t.fold.Fold(k.Name))}
		}
	}
	return ledger.MeetingKind{}, zh.Span{}
}

func (t *turn) kindNames() []string {
	var out []string
	for _, k := range t.View.Meetings {
		out = append(out, k.Name)
	}
	return out
}

// everybody finds all people a message names, in order of place; of two who are called alike it is asked.
func (t *turn) everybody(ctx context.Context, x script) (ids []ledger.PersonID, spans []zh.Span, err error) {
	reg, err := t.View.People(ctx)
	if err != nil {
		return nil, nil, err
	}
	units := t.unitsIn(x, x.begins, reg.Units)
	var found []someone
	for _, p := range reg.People {
		for _, at := range x.finds(t.fold.Key(p.Name), x.begins) {
			if lead, own := behindUnit(p, at, units); own && p.Active {
				found = append(found, someone{Person: p, at: lead})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b someone) int { return a.at.End - b.at.End })
	for i, one := range found {
		if i > 0 && found[i-1].at.End == one.at.End {
			return nil, nil, fault.Newf(fault.Ambiguous, "有两位%s（%s），请写明单位，例如：%s%s", one.Name, unitsOf(found[i-1:i+1], reg), reg.Short(one.UnitID), one.Name)
		}
		if !slices.Contains(ids, one.ID) {
			ids = append(ids, one.ID)
		}
		spans = append(spans, one.at)
	}
	return ids, spans, nil
}

// apart sends the answer privately when the group may not know of what it is about: a project, or with the
// zero one the whole district.
func (t *turn) apart(a *desk.Acts, about ...ledger.Project) error {
	if t.Incoming.ChatID == "" {
		return nil
	}
	for i := range about {
		p := &about[i]
		if p.ID == 0 {
			p = nil
		}
		if !ledger.Entitled(t.group, p) {
			line, err := t.Words.Say("reply/aside", nil)
			a.Privately()
			a.Meanwhile(line)
			return err
		}
	}
	return nil
}

// meetings (会议) lists what is to come and what was held, or shows one with all that may be known of it.
func meetings(ctx context.Context, t *turn, in intent) (step, error) {
	if code, _ := t.meetingCode(in.script); code != "" {
		return t.showMeeting(ctx, code, "reply/meeting")
	}
	next, past, err := t.View.MeetingList(ctx, t.person)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		about := []ledger.Project{}
		for _, m := range append(next[:len(next):len(next)], past...) {
			about = append(about, m.Project)
		}
		if err := t.apart(a, about...); err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/meetings", struct{ Next, Past []view.MeetingLine }{next, past})
	}, nil
}

// agenda (议程) shows the agenda of a meeting: that of the number, else of the next one.
func agenda(ctx context.Context, t *turn, in intent) (step, error) {
	code, _ := t.meetingCode(in.script)
	if code == "" {
		next, _, err := t.View.MeetingList(ctx, t.person)
		if err != nil {
			return nil, err
		}
		next = slices.DeleteFunc(next, func(m view.MeetingLine) bool { return m.Online || m.State != ledger.MeetingCalled })
		if len(next) == 0 {
			return nil, fault.New(fault.NotFound, "近期没有安排会议。如要看以往的会议，请发：会议")
		}
		code = next[0].Code
	}
	return t.showMeeting(ctx, code, "reply/agenda")
}

// shownMeeting is a meeting with the words its templates need.
type shownMeeting struct {
	view.Meeting
	Parts    []words.AgendaPart
	Opinions words.Opinions
	Asked    bool // the reader is asked for an opinion
}

// showMeeting shows a meeting: what the group may know of it to the group, else in private.
func (t *turn) showMeeting(ctx context.Context, code, template string) (step, error) {
	m, err := t.View.MeetingByCode(ctx, t.person, code)
	if err != nil {
		return nil, err
	}
	out := shownMeeting{Meeting: m, Parts: words.AgendaParts(m.Agenda, m.ProjectID, m.Projects, m.People)}
	reg, err := t.View.People(ctx)
	if err != nil {
		return nil, err
	}
	for _, o := range m.Opinions {
		out.Opinions = append(out.Opinions, words.Opinion{Who: reg.Called(o.PersonID), Verdict: o.Verdict, Text: o.Text})
		out.Asked = out.Asked || o.PersonID == t.Person.ID && m.State == ledger.MeetingCalled
	}
	return func(a *desk.Acts) (chat.Message, error) {
		about := m.About
		if m.ProjectID == 0 || len(m.Opinions) > 0 {
			about = append(about[:len(about):len(about)], ledger.Project{})
		}
		if err := t.apart(a, about...); err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say(template, out)
	}, nil
}

// cancelMeeting (取消会议) takes a meeting off.
func cancelMeeting(_ context.Context, t *turn, in intent) (step, error) {
	code, rest := t.meetingCode(in.script)
	if code == "" {
		return nil, fault.New(fault.Invalid, "请写明会议编号，例如：取消会议 M0003 另行安排")
	}
	why := strings.Trim(in.script.typed(rest, len(in.script.s)), trimmed)
	return func(a *desk.Acts) (chat.Message, error) {
		m, err := a.CancelMeeting(t.by(a), code, why, t.Group.ID)
		if err != nil {
			return t.orMore(a, "取消会议 "+code, why, false, err)
		}
		return t.Words.Say("reply/meetingcancelled", m)
	}, nil
}

var verdictForm = regexp.MustCompile(`^[ ,，:：;；]*(不同意|同意|弃权|棄權|反对)[ ,，:：;；。]*`)

// opine (评审) gives a member's opinion on an online review.
func opine(_ context.Context, t *turn, in intent) (step, error) {
	code, rest := t.meetingCode(in.script)
	if code == "" {
		return nil, fault.New(fault.Invalid, "请写明评审编号，例如：评审 M0003 同意 建议压缩工期")
	}
	said := in.script.s[rest:]
	verdict := ""
	if m := verdictForm.FindStringSubmatchIndex(said); m != nil {
		verdict, rest = said[m[2]:m[3]], rest+m[1]
		if verdict == "反对" {
			verdict = "不同意"
		}
	}
	text := strings.Trim(in.script.typed(rest, len(in.script.s)), trimmed)
	return func(a *desk.Acts) (chat.Message, error) {
		m, err := a.Opine(a.By(t.Person.ID), code, verdict, text)
		if err != nil {
			if verdict == "不同意" {
				return t.orMore(a, "评审 "+code+" 不同意", text, t.Incoming.ChatID != "", err)
			}
			return chat.Message{}, err
		}
		if t.Incoming.ChatID != "" {
			a.Privately()
		}
		return t.Words.Say("reply/opined", struct {
			M             ledger.Meeting
			Verdict, Text string
		}{m, verdict, text})
	}, nil
}
