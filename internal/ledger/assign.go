package ledger

import (
	"cmp"
	"fmt"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/workday"
)

// Remarked (批示) is what an assigned matter arose from when nothing else is named.
const Remarked = "批示"

// Sources (来源) are what else assigned matters arise from: each must be answered to somebody outside of the
// unit that moves it (件件有着落、事事有回音). The office puts them down in its own name.
var Sources = []string{"会议", "人大建议", "政协提案", "领导交办"}

// Origin is what an assigned matter arose from: 批示, 会议, 人大建议, 政协提案, 领导交办. The zero Origin is a
// leader's remark.
type Origin struct {
	Source string
	No     string // "12号", where it has a number
	ID     int64  // the row of the fact, where it is one of the ledger
}

// String cites it: "人大建议12号".
func (o Origin) String() string { return o.Source + o.No }

// Origin gives what the matter arose from.
func (m Commitment) Origin() Origin {
	return Origin{cmp.Or(m.Source, Remarked), m.SourceNo, m.SourceID}
}

// Assign (交办) puts an assigned matter (交办事项) on the ledger, with an owner and a day. p is nil when it
// is on no project. It is owed by the owner's unit.
func Assign(p *Project, text string, to Person, due workday.Day, from Origin, ro Roster, by Actor) (Outcome, error) {
	if err := reasonable(text, "请写明交办什么，例如：批示 城南污水处理厂 月底前完成清表"); err != nil {
		return Outcome{}, err
	}
	switch {
	case !to.Active:
		return Outcome{}, fault.New(fault.Invalid, "请写明由谁办理，例如：批示 请王敏4月底前完成清表")
	case due < by.Today:
		return Outcome{}, fault.Newf(fault.Invalid, "%s已经过了，请写明今天以后的期限。", due.ChineseFull())
	}
	m := Commitment{
		DistrictID: to.DistrictID, Kind: Assignment, Title: text, UnitID: to.UnitID, OwnerID: to.ID, RaisedBy: by.principal(),
		FirstDueOn: due, DueOn: due, State: Open, Source: cmp.Or(from.Source, Remarked), SourceNo: from.No, SourceID: from.ID,
		CreatedAt: by.At, NextLook: by.Today,
	}
	if p != nil {
		m.ProjectID = p.ID
		if m.UnitID == 0 {
			m.UnitID = p.LeadUnitID
		}
	}
	out := Outcome{New: []Commitment{m}, Entries: []Entry{by.entry(to.DistrictID, AssignedOn(m), "assign", text)}}
	for _, r := range unique(owner(to.ID), ro.taskForce()) {
		out.Notices = append(out.Notices, Notice{
			Cause: fmt.Sprintf("assign:%d:%d:%d", m.ProjectID, m.RaisedBy, by.At), To: r, Rank: RankWarning, Due: by.At,
		})
	}
	if m.RaisedBy != by.Person { // whoever is said to have assigned it hears who wrote it down
		out.Notices = append(out.Notices, Notice{
			Cause: fmt.Sprintf("behalf:%d:%d:%d", m.ProjectID, m.RaisedBy, by.At), To: Recipient{Person: m.RaisedBy}, Rank: RankWarning, Due: by.At,
		})
	}
	return out, nil
}

// AssignedOn names the history that says who wrote an assigned matter down: its project's, or the district's.
func AssignedOn(m Commitment) string {
	if m.ProjectID == 0 {
		return fmt.Sprintf("district:%d", m.DistrictID)
	}
	return Project{ID: m.ProjectID}.Subject()
}

// Receive (收到) confirms that the owner has got the matter.
func Receive(m Commitment, by Actor) (Outcome, error) {
	switch {
	case m.OwnerID != by.principal():
		return Outcome{}, fault.Newf(fault.Forbidden, "%s由其责任人确认收到。", m.Code)
	case m.State.Closed():
		return Outcome{}, fault.Newf(fault.Conflict, "%s已经结束。", m.Code)
	case m.ReceivedAt != 0:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已经确认收到，无需重复。", m.Code)
	}
	m.ReceivedAt = by.At
	return change(m, by, "received", ""), nil
}

// Recall (撤回交办) takes a matter back by whoever assigned it: only while nothing was taken of the ladder and
// nobody reported it done, and only until closes, the cut-off of the period it was assigned in.
func Recall(m Commitment, closes clock.Instant, ro Roster, by Actor) (Outcome, error) {
	switch {
	case !Kinds[m.Kind].Raised || m.RaisedBy != by.principal():
		return Outcome{}, fault.Newf(fault.Forbidden, "只有提出人可以撤回%s。", m.Code)
	case m.State.Closed():
		return Outcome{}, fault.Newf(fault.Conflict, "%s已经结束，不用撤回。", m.Code)
	case m.State != Open || m.Rung != "":
		return Outcome{}, fault.Newf(fault.Conflict, "%s已有办理情况或预警，不能撤回；不再需要办理的，请项目办撤销。", m.Code)
	case by.At > closes:
		return Outcome{}, fault.Newf(fault.Conflict, "%s是上一周期提出的，不能撤回；不再需要办理的，请项目办撤销。", m.Code)
	}
	m.State, m.ClosedAt, m.NextLook = Cancelled, by.At, 0
	out := change(m, by, "recall", "")
	out.tell(m, "recall", by, unique(owner(m.OwnerID), ro.taskForce())...)
	return out, nil
}
