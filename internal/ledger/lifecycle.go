package ledger

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"duban/internal/fault"
	"duban/internal/workday"
)

// reasonable checks a reason or evidence somebody must give.
func reasonable(text, ask string) error {
	switch n := utf8.RuneCountInString(strings.TrimSpace(text)); {
	case n == 0:
		return fault.New(fault.Invalid, ask)
	case n > MaxText:
		return fault.Newf(fault.Invalid, "文字有%d字，超过%d字。请精简后再发。", n, MaxText)
	}
	return nil
}

// change is the outcome of one act on one commitment.
func change(m Commitment, by Actor, act, note string) Outcome {
	return Outcome{Saved: []Commitment{m}, Entries: []Entry{by.entry(m.DistrictID, m.Subject(), act, note)}}
}

// tell adds a notice about the act, unique by the commitment's version.
func (o *Outcome) tell(m Commitment, what string, by Actor, to ...Recipient) {
	for _, r := range to {
		o.Notices = append(o.Notices, Notice{
			Cause: fmt.Sprintf("%s:%d:%d", what, m.ID, m.Version), To: r, Rank: RankWarning, Due: by.At,
		})
	}
}

// ReportDone (办结申请) pauses the ladder until somebody else accepts or sends back.
// Whoever raised it hears of it beside the office. photos are those that came with the words.
func ReportDone(m Commitment, evidence string, photos []string, ro Roster, by Actor) (Outcome, error) {
	switch {
	case m.State == Cancelled:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已撤销，不用再办。", m.Code)
	case m.State.Closed():
		return Outcome{}, fault.Newf(fault.Conflict, "%s已经办结，无需再报。", m.Code)
	case m.State == Reported:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已申请办结，正在等待审核。", m.Code)
	}
	if err := reasonable(evidence, fmt.Sprintf("请写明办结情况，例如：办结 %s 已取得施工许可证", m.Code)); err != nil {
		return Outcome{}, err
	}
	m.State, m.Evidence, m.Photos, m.DoneAt, m.DoneBy, m.NextLook = Reported, evidence, strings.Join(photos, " "), by.At, by.Person, 0
	out := change(m, by, "done", evidence)
	out.Entries[0].After = photosKept(photos)
	out.tell(m, "done", by, judges(m, ro, by)...)
	out.picture(out.Notices, photos)
	return out, nil
}

// judges are those who decide whether what was reported done is done: the office, of a reply the inspection
// office, and whoever raised it.
func judges(m Commitment, ro Roster, by Actor) []Recipient {
	judge := GroupOffice
	if m.Kind == Reply {
		judge = GroupInspection
	}
	to := ro.class(judge)
	if Kinds[m.Kind].Raised && m.RaisedBy != by.Person {
		to = unique(to, owner(m.RaisedBy))
	}
	return to
}

// PhotoCause begins the cause of a notice that is a photo: it goes on with the cause of the words the photo
// belongs to and ends with its hash, "photo:done:12:3:<sha256>".
const PhotoCause = "photo"

// picture lets each of the notices be followed by the photos.
func (o *Outcome) picture(words []Notice, photos []string) {
	for _, n := range words {
		for _, p := range photos {
			n := n
			n.Cause = PhotoCause + ":" + n.Cause + ":" + p
			o.Notices = append(o.Notices, n)
		}
	}
}

// ShowPhotos gives the photos of a matter to somebody who asks for them.
func ShowPhotos(m Commitment, by Actor) (Outcome, error) {
	photos := strings.Fields(m.Photos)
	if len(photos) == 0 {
		return Outcome{}, fault.Newf(fault.NotFound, "%s没有附照片。", m.Code)
	}
	var out Outcome
	asked := Notice{Cause: fmt.Sprintf("shown:%d:%d", m.ID, by.At), To: Recipient{Person: by.Person}, Rank: RankOrder, Due: by.At}
	out.picture([]Notice{asked}, photos)
	return out, nil
}

// AddPhotos (佐证) adds photos to what was reported done and is not decided on yet. Who decides is told once for
// all photos that are added, and sees each.
func AddPhotos(m Commitment, photos []string, ro Roster, by Actor) (Outcome, error) {
	all, before := strings.Fields(m.Photos), len(strings.Fields(m.Photos))
	var added []string
	for _, p := range photos {
		if !slices.Contains(all, p) { // the same photo proves nothing twice
			all, added = append(all, p), append(added, p)
		}
	}
	switch {
	case m.State != Reported:
		return Outcome{}, fault.Newf(fault.Conflict, "%s不在等待审核，照片没有附上。", m.Code)
	case len(all) > MaxPhotos:
		return Outcome{}, fault.Newf(fault.Invalid, "%s最多附%d张照片，已有%d张。", m.Code, MaxPhotos, before)
	case len(added) == 0:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已附有这张照片，无需重复。", m.Code)
	}
	m.Photos = strings.Join(all, " ")
	out := change(m, by, "photos", "")
	out.Entries[0].After = photosKept(added)
	for _, to := range judges(m, ro, Actor{Person: m.DoneBy}) {
		out.Notices = append(out.Notices, Notice{Cause: fmt.Sprintf("photos:%d:%d", m.ID, m.DoneAt), To: to, Rank: RankWarning, Due: by.At})
	}
	out.picture(out.Notices, added)
	return out, nil
}

// MaxPhotos is how many photos prove one thing at most.
const MaxPhotos = 9

// photosKept names the photos of an act for its line of history, "" for none.
func photosKept(photos []string) string {
	if len(photos) == 0 {
		return ""
	}
	return `{"photos":["` + strings.Join(photos, `","`) + `"]}`
}

// Accept (销号) closes what was reported done.
func Accept(m Commitment, by Actor) (Outcome, error) {
	if err := judged(m, by); err != nil {
		return Outcome{}, err
	}
	m.State, m.ClosedAt, m.NextLook = Accepted, by.At, 0
	out := change(m, by, "accept", "")
	out.tell(m, "accept", by, owner(m.OwnerID)...)
	return out, nil
}

// SendBack (退回) opens it again: the due day counts as before, with the rules' grace.
func SendBack(m Commitment, reason string, r Rules, cal *workday.Calendar, by Actor) (Outcome, error) {
	if err := judged(m, by); err != nil {
		return Outcome{}, err
	}
	if err := reasonable(reason, fmt.Sprintf("请写明退回理由，例如：退回 %s 缺验收单", m.Code)); err != nil {
		return Outcome{}, err
	}
	m.State, m.NextLook = Open, by.Today
	m.GraceOn = cal.After(by.Today, max(1, r.GraceDays))
	out := change(m, by, "sendback", reason)
	out.tell(m, "sendback", by, owner(m.OwnerID)...)
	return out, nil
}

func judged(m Commitment, by Actor) error {
	switch {
	case m.State != Reported:
		return fault.Newf(fault.Conflict, "%s没有待审核的办结申请。", m.Code)
	case m.OwnerID == by.Person, m.DoneBy == by.Person:
		return fault.New(fault.Forbidden, "办结须由他人审核，不能自己销号。")
	}
	return nil
}

// Waive (容错) closes a commitment without fault and takes its offences back; it says who and why. With them
// fall the orders that stood on them, and what is owed for these is waived as well. Whatever else ends the
// commitment leaves its replies owed: they are owed to the inspection office, and nobody else lets go of them.
func Waive(m Commitment, g Grounds, reason string, r Rules, cal *workday.Calendar, by Actor) (Outcome, error) {
	if m.State.Closed() && m.State != Accepted {
		return Outcome{}, fault.Newf(fault.Conflict, "%s已经结束，不能再免责。", m.Code)
	}
	if err := reasonable(reason, fmt.Sprintf("请写明容错理由，例如：容错 %s 连续暴雨停工", m.Code)); err != nil {
		return Outcome{}, err
	}
	if !m.State.Closed() {
		m.ClosedAt = by.At
	}
	m.State, m.NextLook = Waived, 0 // a filing too: to withdraw the late report does not make it owed again
	f := newFall(g, r, cal, by)
	*f.row(m) = m
	f.said[m.ID] = true
	f.why = m.Code + "已容错："
	for _, s := range g.Strikes {
		if s.CommitmentID == m.ID {
			f.lift(s, reason)
		}
	}
	for i := range f.g.Orders {
		if o := &f.g.Orders[i]; o.Order.CommitmentID == m.ID && o.Order.VoidedAt == 0 {
			f.void(o, reason)
		}
	}
	out := f.outcome()
	out.Entries = append([]Entry{by.entry(m.DistrictID, m.Subject(), "waive", reason)}, out.Entries...)
	out.tell(m, "waive", by, owner(m.OwnerID)...)
	return out, nil
}

// Reopen (重新打开) takes an acceptance back: it is owed as before, by the same day, with its rungs and offences,
// and with the grace of a sending back. It is counted on the commitment.
func Reopen(m Commitment, reason string, r Rules, cal *workday.Calendar, ro Roster, by Actor) (Outcome, error) {
	switch {
	case m.State != Accepted:
		return Outcome{}, fault.Newf(fault.Conflict, "%s没有销号，不用重新打开。", m.Code)
	case Kinds[m.Kind].Closes:
		return Outcome{}, fault.Newf(fault.Conflict, "%s报送后自动办结，内容有误请更正报送，不用重新打开。", m.Code)
	}
	if err := reasonable(reason, fmt.Sprintf("请写明重新打开的理由，例如：重新打开 %s 回访发现问题反弹", m.Code)); err != nil {
		return Outcome{}, err
	}
	m.State, m.ClosedAt, m.NextLook = Open, 0, by.Today
	m.Reopened++
	m.GraceOn = cal.After(by.Today, max(1, r.GraceDays))
	out := change(m, by, "reopen", reason)
	out.tell(m, "reopen", by, unique(owner(m.OwnerID), owner(m.RaisedBy), ro.taskForce())...)
	return out, nil
}

// Cancel (撤销) closes a commitment that is owed no longer. Its strikes stand.
func Cancel(m Commitment, reason string, by Actor) (Outcome, error) {
	if m.State.Closed() {
		return Outcome{}, fault.Newf(fault.Conflict, "%s已经结束。", m.Code)
	}
	if err := reasonable(reason, fmt.Sprintf("请写明撤销理由，例如：撤销 %s 与J0012重复", m.Code)); err != nil {
		return Outcome{}, err
	}
	m.State, m.ClosedAt, m.NextLook = Cancelled, by.At, 0
	return change(m, by, "cancel", reason), nil
}

// Raise (问题) puts a problem on the ledger, owed by the project's owner until due; element is what it is
// about, "" when nobody can tell.
func Raise(p Project, text, element string, due workday.Day, ro Roster, by Actor) (Outcome, error) {
	if err := reasonable(text, fmt.Sprintf("请写明问题，例如：问题 %s 施工许可证未办下来", p.Name)); err != nil {
		return Outcome{}, err
	}
	m := Commitment{
		DistrictID: p.DistrictID, Kind: Problem, Title: text, ProjectID: p.ID, UnitID: p.LeadUnitID, OwnerID: p.OwnerID,
		RaisedBy: by.principal(), FirstDueOn: due, DueOn: due, State: Open, Level: LevelUnit, Element: element, CreatedAt: by.At, NextLook: by.Today,
	}
	out := Outcome{New: []Commitment{m}, Entries: []Entry{by.entry(p.DistrictID, p.Subject(), "problem", text)}}
	for _, to := range ro.taskForce() {
		out.Notices = append(out.Notices, Notice{
			Cause: fmt.Sprintf("problem:%d:%d:%d", p.ID, by.Person, by.At), To: to, Rank: RankWarning, Due: by.At,
		})
	}
	return out, nil
}
