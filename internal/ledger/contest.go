package ledger

import (
	"fmt"

	"duban/internal/fault"
	"duban/internal/workday"
)

// AskContest (申诉) objects to the commitment's latest offence that still counts. Each is contested once, within
// Rules.ContestDays of its notice. The ladder runs on until the inspection office has decided.
func AskContest(m Commitment, strikes []Strike, contests []Contest, reason string, r Rules, cal *workday.Calendar, ro Roster, by Actor) (Outcome, error) {
	s, err := contestable(m, strikes, contests)
	if err != nil {
		return Outcome{}, err
	}
	if until := cal.After(s.On, r.ContestDays); by.Today > until {
		return Outcome{}, fault.Newf(fault.Conflict, "申诉须在通知后%d个工作日内提出，%s的申诉期已于%s截止。确有特殊情况，请联系督查室认定容错。",
			r.ContestDays, m.Code, until.ChineseFull())
	}
	if err := reasonable(reason, fmt.Sprintf("请写明申诉理由，例如：申诉 %s 3月9日已在群里报过完成，附照片", m.Code)); err != nil {
		return Outcome{}, err
	}
	out := change(m, by, "contest:asked", reason) // the row is unchanged but for its version: two at once are one too many
	m.Version++
	out.Contests = []Contest{{
		DistrictID: m.DistrictID, StrikeID: s.ID, CommitmentID: m.ID, ProjectID: m.ProjectID, Reason: reason, AskedBy: by.Person, AskedAt: by.At,
		DecideBy: cal.After(by.Today, r.JudgeDays), State: ContestAsked,
	}}
	out.tell(m, fmt.Sprintf("contest:%d", by.At), by, ro.class(GroupInspection)...)
	return out, nil
}

// contestable gives the latest offence of the commitment that counts and was not contested.
func contestable(m Commitment, strikes []Strike, contests []Contest) (Strike, error) {
	before := map[int64]Contest{}
	for _, c := range contests {
		before[c.StrikeID] = c
	}
	var found Strike
	var was Contest
	for _, s := range strikes {
		if s.CommitmentID != m.ID || s.State != StrikeStands {
			continue
		}
		if c, ok := before[s.ID]; ok {
			was = c
		} else if s.On >= found.On {
			found = s
		}
	}
	switch {
	case found.ID != 0:
		return found, nil
	case was.State == ContestAsked:
		return found, fault.Newf(fault.Conflict, "%s已在申诉中，督查室将于%s前答复。", m.Code, was.DecideBy.ChineseFull())
	case was.ID != 0:
		return found, fault.Newf(fault.Conflict, "%s已申诉过一次，督查室已维持，不能再次申诉。", m.Code)
	}
	return found, fault.Newf(fault.Conflict, "%s没有计次的逾期，不用申诉。", m.Code)
}

// Uphold (维持) leaves the offence as it was counted.
func Uphold(m Commitment, c Contest, reason string, by Actor) (Outcome, error) {
	if err := contested(m, c, by); err != nil {
		return Outcome{}, err
	}
	if err := reasonable(reason, fmt.Sprintf("请写明维持理由，例如：维持 %s 材料未能说明按期完成", m.Code)); err != nil {
		return Outcome{}, err
	}
	c.State, c.DecidedBy, c.DecidedAt, c.Answer = ContestUpheld, by.Person, by.At, reason
	out := Outcome{Contests: []Contest{c}, Entries: []Entry{by.entry(m.DistrictID, m.Subject(), "contest:upheld", reason)}}
	out.tell(m, fmt.Sprintf("contest:upheld:%d", c.ID), by, unique(owner(c.AskedBy), owner(m.OwnerID))...)
	return out, nil
}

// Lift (撤销预警) takes the contested offence back: it counts no longer, neither for this commitment nor as the
// first of another, and the orders that stood on it fall. The ladder says no more about that due day.
func Lift(m Commitment, c Contest, g Grounds, reason string, r Rules, cal *workday.Calendar, ro Roster, by Actor) (Outcome, error) {
	if err := contested(m, c, by); err != nil {
		return Outcome{}, err
	}
	if err := reasonable(reason, fmt.Sprintf("请写明撤销理由，例如：撤销预警 %s 经核实已按期完成", m.Code)); err != nil {
		return Outcome{}, err
	}
	f := newFall(g, r, cal, by)
	f.row(m)
	f.why = m.Code + "申诉成立："
	for _, s := range g.Strikes {
		if s.ID == c.StrikeID {
			f.lift(s, reason)
		}
	}
	out := f.outcome()
	out.Entries = append([]Entry{by.entry(m.DistrictID, m.Subject(), "contest:lifted", reason)}, out.Entries...)
	out.tell(m, fmt.Sprintf("contest:lifted:%d", c.ID), by, unique(owner(c.AskedBy), owner(m.OwnerID), ro.taskForce())...)
	return out, nil
}

// contested refuses what was decided already, and a decision by whoever asked for it or owes the matter.
func contested(m Commitment, c Contest, by Actor) error {
	switch {
	case c.State != ContestAsked || c.CommitmentID != m.ID:
		return fault.Newf(fault.Conflict, "%s没有待答复的申诉。", m.Code)
	case c.AskedBy == by.Person || m.OwnerID == by.Person:
		return fault.New(fault.Forbidden, "申诉须由他人认定，不能自己答复。")
	}
	return nil
}
