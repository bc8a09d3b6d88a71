package desk

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// The causes of what meetings make known: "meeting:12:called" (cancelled, remind, result), "agenda:12",
// "minutes:12:1772668800000".
const (
	meetingCause = "meeting"
	agendaCause  = "agenda"
	minutesCause = "minutes"
)

// meetingNote is what the templates of meetings may use.
type meetingNote struct {
	M      ledger.Meeting
	P      ledger.Project // empty when it is on none
	When   string
	By     string // who called or cancelled it, "" for its rhythm
	Reason string
	Topic  bool // the reader may know what it is about
	Again  bool // asked once more
	Parts  []words.AgendaPart
	Given  words.Opinions
	Items  []assignedAt
}

// assignedAt is a matter a meeting assigned.
type assignedAt struct {
	M     ledger.Commitment
	P     ledger.Project
	Owner string
	Mine  bool
}

// composeMeeting words what a meeting makes known.
func (d *Desk) composeMeeting(ctx context.Context, del store.Delivery, v ledger.Viewer) (words.Letter, error) {
	part := strings.Split(del.Cause, ":")
	if len(part) < 2 {
		return words.Letter{}, fmt.Errorf("the desk knows no cause %q", del.Cause)
	}
	id, err := strconv.ParseInt(part[1], 10, 64)
	if err != nil {
		return words.Letter{}, fmt.Errorf("read cause %q: %w", del.Cause, err)
	}
	m, err := d.Store.Meeting(ctx, d.District, ledger.MeetingID(id))
	if err != nil {
		return words.Letter{}, err
	}
	ro, err := d.Store.Roster(ctx, d.District, m.ProjectID)
	if err != nil {
		return words.Letter{}, err
	}
	n := meetingNote{M: m, P: ro.Project, When: words.MeetingTime(m), Topic: ledger.MaySeeMeeting(v, ledger.OnProject(ro))}
	switch {
	case part[0] == minutesCause && len(part) == 3:
		return d.composeMinutes(ctx, n, part[2], v)
	case part[0] == agendaCause && m.State != ledger.MeetingCalled:
		return words.Letter{Drop: "会议已结束或取消"}, nil
	case m.ProjectID != 0 && !n.Topic && !m.Online:
		return words.Letter{Drop: "收件人无权了解该项目"}, nil
	case part[0] == agendaCause:
		return d.composeAgenda(ctx, n, v)
	case part[0] == meetingCause && len(part) == 3:
		return d.composeCall(ctx, n, part[2], v)
	}
	return words.Letter{}, fmt.Errorf("the desk knows no cause %q", del.Cause)
}

// composeAgenda words the frozen agenda, of which each group reads what it may.
func (d *Desk) composeAgenda(ctx context.Context, n meetingNote, v ledger.Viewer) (words.Letter, error) {
	items, err := d.Store.AgendaOf(ctx, d.District, n.M.ID)
	if err != nil {
		return words.Letter{}, err
	}
	var ids []ledger.ProjectID
	for _, i := range items {
		ids = append(ids, i.ProjectID)
	}
	projects, err := d.Store.ProjectsByID(ctx, d.District, ids)
	if err != nil {
		return words.Letter{}, err
	}
	items = ledger.AgendaFor(v, items, projects)
	if len(items) == 0 && !n.Topic {
		return words.Letter{Drop: "本群没有列入议程的事项"}, nil
	}
	var owners []ledger.PersonID
	for _, i := range items {
		owners = append(owners, i.OwnerID)
	}
	people, err := d.Store.PeopleByID(ctx, d.District, owners)
	if err != nil {
		return words.Letter{}, err
	}
	n.Parts = words.AgendaParts(items, n.M.ProjectID, projects, people)
	var l words.Letter
	l.Message, err = d.Words.Say("notice/agenda", n)
	for _, p := range projects {
		if ledger.Entitled(v, &p) {
			l.About = append(l.About, p)
		}
	}
	return l, err
}

// composeCall words that a meeting is called or off, that an opinion is owed, or the result of a review.
func (d *Desk) composeCall(ctx context.Context, n meetingNote, what string, v ledger.Viewer) (words.Letter, error) {
	opinions, err := d.Store.OpinionsOf(ctx, d.District, n.M.ID)
	if err != nil {
		return words.Letter{}, err
	}
	mine := slices.IndexFunc(opinions, func(o ledger.Opinion) bool { return v.Person != nil && o.PersonID == v.Person.ID })
	n.Topic = n.Topic || mine >= 0 // who is asked knows what about
	off := n.M.State == ledger.MeetingCancelled
	switch {
	case off != (what == "cancelled"):
		return words.Letter{Drop: "会议已取消"}, nil
	case n.M.Online && !n.Topic:
		return words.Letter{Drop: "收件人不是评审成员"}, nil
	case what == "remind" && (mine < 0 || opinions[mine].Verdict != "" || n.M.State != ledger.MeetingCalled):
		return words.Letter{Drop: "意见已提交"}, nil
	}
	if n.By, n.Reason, err = d.saidOfMeeting(ctx, n.M, "meeting:"+what); err != nil {
		return words.Letter{}, err
	}
	template := "notice/meeting"
	switch {
	case off:
		template = "notice/meeting_cancelled"
	case what == "result":
		template = "notice/review_result"
		n.Given, err = d.given(ctx, opinions)
	case n.M.Online:
		template, n.Again = "notice/review", what == "remind"
	}
	if err != nil {
		return words.Letter{}, err
	}
	var l words.Letter
	l.Message, err = d.Words.Say(template, n)
	return l, err
}

// saidOfMeeting gives who did something about a meeting, and what they said with it.
func (d *Desk) saidOfMeeting(ctx context.Context, m ledger.Meeting, act string) (by, why string, err error) {
	history, err := d.Store.History(ctx, d.District, m.Subject())
	for _, e := range history {
		if e.Act == act && err == nil {
			why = e.Note
			by, err = d.called(ctx, e.PersonID)
		}
	}
	return by, why, err
}

// given gives the opinions with the names of who gave them.
func (d *Desk) given(ctx context.Context, opinions []ledger.Opinion) (words.Opinions, error) {
	var out words.Opinions
	for _, o := range opinions {
		who, err := d.called(ctx, o.PersonID)
		if err != nil {
			return nil, err
		}
		out = append(out, words.Opinion{Who: who, Verdict: o.Verdict, Text: o.Text})
	}
	return out, nil
}

// composeMinutes words what a meeting assigned that the reader has to move or may know of.
func (d *Desk) composeMinutes(ctx context.Context, n meetingNote, at string, v ledger.Viewer) (words.Letter, error) {
	moment, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return words.Letter{}, fmt.Errorf("read when minutes were written: %w", err)
	}
	all, err := d.Store.AssignedAt(ctx, d.District, n.M.ID)
	if err != nil {
		return words.Letter{}, err
	}
	var l words.Letter
	for _, m := range all {
		if m.CreatedAt != clock.Instant(moment) || m.State != ledger.Open {
			continue
		}
		one := assignedAt{M: m, Mine: v.Is(m.OwnerID)}
		if m.ProjectID != 0 {
			if one.P, err = d.Store.Project(ctx, d.District, m.ProjectID); err != nil {
				return l, err
			}
		}
		if !one.Mine && (v.Person != nil || m.ProjectID == 0 || !ledger.Entitled(v, &one.P)) {
			continue
		}
		if one.Owner, err = d.called(ctx, m.OwnerID); err != nil {
			return l, err
		}
		if v.Group != nil {
			l.About = append(l.About, one.P)
			if !slices.Contains(l.Ring, m.OwnerID) {
				l.Ring = append(l.Ring, m.OwnerID)
			}
		}
		n.Items = append(n.Items, one)
	}
	if len(n.Items) == 0 {
		return words.Letter{Drop: "事项已有处理结果"}, nil
	}
	l.Message, err = d.Words.Say("notice/minutes", n)
	return l, err
}
