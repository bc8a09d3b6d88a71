package ledger

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/workday"
)

// thursdayAt is 2 April 2026, 17:00.
var thursdayAt = Actor{Person: 9, At: clock.At(workday.Day(2026_04_02).At(17, 0, clock.Shanghai)), Today: 2026_04_02}

// met is a meeting at 15:00 of the day.
func met(on workday.Day) Meeting {
	return Meeting{
		ID: 3, DistrictID: 1, Code: "M0003", Kind: "周例会", ProjectID: 0, On: on, StartAt: clock.At(on.At(15, 0, clock.Shanghai)),
		State: MeetingCalled, CalledBy: 9, Slot: "call:3",
	}
}

func TestMeetingRefusals(t *testing.T) {
	wang := Person{ID: 5, DistrictID: 1, Name: "王敏", Active: true, UnitID: 4}
	gone := wang
	gone.Active = false
	review, off, held := met(2026_04_03), met(2026_04_02), met(2026_04_02)
	review.Online, off.State, held.State = true, MeetingCancelled, MeetingHeld
	asked := Opinion{DistrictID: 1, MeetingID: 3, PersonID: 9}
	line := func(to Person, due workday.Day) []MinuteLine {
		return []MinuteLine{{Text: "请完成清表", To: to, Due: due}}
	}
	minutes := func(m Meeting, lines []MinuteLine, had int) error {
		_, err := WriteMinutes(m, lines, had, thursdayAt)
		return err
	}
	convene := func(m Meeting, members ...PersonID) error {
		_, err := Convene(m, members, thursdayAt)
		return err
	}
	cancel := func(m Meeting, why string) error {
		_, err := CancelMeeting(m, why, nil, thursdayAt)
		return err
	}
	opine := func(m Meeting, was Opinion, verdict, text string) error {
		_, err := Opine(m, was, verdict, text, thursdayAt)
		return err
	}
	long := strings.Repeat("长", 1001)
	for name, c := range map[string]struct {
		err  error
		code fault.Code
		says string
	}{
		"called for the past":             {convene(met(2026_04_02)), fault.Invalid, "4月2日15:00已经过了"},
		"a review of nobody":              {convene(review), fault.Invalid, "请哪些同志评审"},
		"a topic without end":             {convene(Meeting{Title: long, On: 2026_04_03, StartAt: met(2026_04_03).StartAt}), fault.Invalid, "精简"},
		"cancelled twice":                 {cancel(off, "改期"), fault.Conflict, "已经取消"},
		"cancelled after its minutes":     {cancel(held, "改期"), fault.Conflict, "已有纪要，不能取消"},
		"cancelled without a reason":      {cancel(met(2026_04_03), " "), fault.Invalid, "请写明取消原因"},
		"minutes before the meeting":      {minutes(met(2026_04_03), line(wang, 2026_04_10), 0), fault.Conflict, "会后再记纪要"},
		"minutes of a cancelled one":      {minutes(off, line(wang, 2026_04_10), 0), fault.Conflict, "已经取消"},
		"minutes of a review":             {minutes(review, line(wang, 2026_04_10), 0), fault.Invalid, "没有纪要"},
		"minutes without a line":          {minutes(held, nil, 0), fault.Invalid, "请写明纪要内容"},
		"a hundred lines":                 {minutes(held, line(wang, 2026_04_10), 99), fault.Invalid, "最多99条"},
		"an owner who left":               {minutes(held, line(gone, 2026_04_10), 0), fault.Conflict, "王敏已不在岗"},
		"a day that is over":              {minutes(held, line(wang, 2026_04_01), 0), fault.Invalid, "已经过了"},
		"an empty line":                   {minutes(held, []MinuteLine{{Text: " "}}, 0), fault.Invalid, "第1条"},
		"an opinion on a meeting":         {opine(held, asked, "同意", ""), fault.Invalid, "不是网上评审"},
		"of somebody who is not asked":    {opine(review, Opinion{}, "同意", ""), fault.Forbidden, "不是周例会 M0003的评审成员"},
		"of another word":                 {opine(review, asked, "随便", ""), fault.Invalid, "同意、不同意还是弃权"},
		"against it without a reason":     {opine(review, asked, "不同意", " "), fault.Invalid, "请写明理由"},
		"against it with too much reason": {opine(review, asked, "不同意", long), fault.Invalid, "精简"},
	} {
		if fault.CodeOf(c.err) != c.code || !strings.Contains(fault.Sentence(c.err), c.says) {
			t.Errorf("%s: %v", name, c.err)
		}
	}
	review.On = 2026_04_01
	if err := opine(review, asked, "同意", ""); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("an opinion after the day: %v", err)
	}
}

func TestMinutesAssignWhatHasAnOwner(t *testing.T) {
	p := Project{ID: 7, DistrictID: 1, LeadUnitID: 8}
	wang := Person{ID: 5, DistrictID: 1, Name: "王敏", Active: true, UnitID: 4}
	lines := []MinuteLine{
		{Text: "会议强调安全生产"},
		{Text: "请王敏完成清表", To: wang, Due: 2026_04_10},
		{Text: "请牵头单位办证", To: Person{ID: 6, DistrictID: 1, Active: true}, Project: &p, Due: 2026_04_02},
	}
	out, err := WriteMinutes(met(2026_04_02), lines, 2, thursdayAt)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range out.Minutes {
		if got = append(got, fmt.Sprint(d.Minute.Ord, d.Minute.Text)); d.Matter != nil {
			m := d.Matter
			got = append(got, fmt.Sprint(m.Kind, m.Source, m.SourceID, " owner ", m.OwnerID, " unit ", m.UnitID, " raised ", m.RaisedBy, " ", m.DueOn, " ", m.State))
		}
	}
	want := []string{
		"3会议强调安全生产", "4请王敏完成清表", "assignment会议3 owner 5 unit 4 raised 9 2026-04-10 open",
		"5请牵头单位办证", "assignment会议3 owner 6 unit 8 raised 9 2026-04-02 open",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(out.Entries) != 3 || len(out.Notices) != 2 || out.Meetings[0].State != MeetingHeld {
		t.Errorf("history %v, told %v, meeting %v", out.Entries, out.Notices, out.Meetings)
	}
}

func TestAgenda(t *testing.T) {
	cal, err := workday.Load(os.DirFS("../../config/calendar"))
	if err != nil {
		t.Fatal(err)
	}
	problem := func(id CommitmentID, level int, p ProjectID) Commitment {
		return Commitment{ID: id, Kind: Problem, Level: level, ProjectID: p, DueOn: 2026_06_30, State: Open}
	}
	red := Commitment{ID: 4, Kind: Milestone, ProjectID: 1, DueOn: 2026_03_02, RectifyBy: 2026_03_10, Rung: StepWarn, State: Open}
	worse := problem(5, 3, 1)
	worse.Rung = StepOrder
	b := AgendaBasis{
		Last: []Commitment{{ID: 9, SourceID: 2, State: Accepted, Evidence: "已清表"}, {ID: 8, SourceID: 1, State: Open, DueOn: 2026_06_30, ProjectID: 2}, {ID: 10, SourceID: 2, State: Cancelled}},
		Open: []Commitment{problem(1, 1, 1), problem(2, 2, 2), problem(3, 3, 3), red, worse, {ID: 8, SourceID: 1, State: Open, DueOn: 2026_06_30, ProjectID: 2}},
		Projects: map[ProjectID]Project{
			1: {ID: 1, DistrictID: 1, LeaderID: 20}, 2: {ID: 2, DistrictID: 1}, 3: {ID: 3, DistrictID: 1, Suspended: true},
		},
	}
	of := func(level int, p ProjectID) string {
		m := met(2026_04_02)
		m.ProjectID = p
		var out []string
		for _, i := range Agenda(MeetingKind{Level: level}, m, b, DefaultRules(), cal, 2026_04_02) {
			out = append(out, fmt.Sprint(i.Section, i.CommitmentID))
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct {
		level int
		p     ProjectID
		want  string
	}{
		{0, 0, "last8 last9 last10 red4 red5"},
		{1, 0, "last8 last9 last10 level1 level2 level5 red4"},
		{2, 0, "last8 last9 last10 level2 level5 red4"},
		{3, 0, "last8 last9 last10 level5 red4"},
		{0, 1, "last8 last9 last10 level1 level2 level5 red4"}, // of its project the store gives no other
	} {
		if got := of(c.level, c.p); got != c.want {
			t.Errorf("level %d, project %d: %s, want %s", c.level, c.p, got, c.want)
		}
	}
	items := Agenda(MeetingKind{Level: 1}, met(2026_04_02), b, DefaultRules(), cal, 2026_04_02)
	leader := Viewer{Group: &Group{ID: 1, DistrictID: 1, Class: GroupLeader, LeaderID: 20, Active: true}}
	office := Viewer{Group: &Group{ID: 2, DistrictID: 1, Class: GroupOffice, Active: true}}
	other := Viewer{Group: &Group{ID: 3, DistrictID: 1, Class: GroupLeader, LeaderID: 21, Active: true}}
	inspection := Viewer{Group: &Group{ID: 4, DistrictID: 1, Class: GroupInspection, Active: true}}
	if a, b, c := len(AgendaFor(leader, items, b.Projects)), len(AgendaFor(office, items, b.Projects)), len(AgendaFor(other, items, b.Projects)); a != 3 || b != len(items) || c != 0 {
		t.Errorf("the leader reads %d, the office %d of %d, another leader %d", a, b, len(items), c)
	}
	b.Groups = []Viewer{leader, office, other, inspection}
	told := func(k MeetingKind) string { return fmt.Sprint(MeetingAudience(k, met(2026_04_02), b, items)) }
	if got := told(MeetingKind{}); got != "[{1 0} {2 0}]" {
		t.Errorf("told %s", got)
	}
	if got := told(MeetingKind{Groups: []GroupClass{GroupInspection, GroupLeader}}); got != "[{1 0} {3 0} {4 0}]" {
		t.Errorf("named classes: told %s", got)
	}
}

func TestWhoMaySeeAMeeting(t *testing.T) {
	p := &Project{ID: 7, DistrictID: 1, LeaderID: 20, OwnerID: 30}
	person := func(id PersonID, roles ...Role) Viewer {
		return Viewer{Person: &Person{ID: id, DistrictID: 1, Active: true, Roles: roles}}
	}
	for name, c := range map[string]struct {
		v          Viewer
		all, about bool
	}{
		"the office":         {person(1, RoleOffice), true, true},
		"inspection":         {person(1, RoleInspection), true, true},
		"a district leader":  {person(1, RoleDistrictLeader), true, true},
		"the leader":         {person(20, RoleLeader), true, true},
		"another leader":     {person(21, RoleLeader), true, false},
		"the owner":          {person(30, RoleLiaison), false, true},
		"another liaison":    {person(31, RoleLiaison), false, false},
		"a leader's group":   {Viewer{Group: &Group{DistrictID: 1, Class: GroupLeader, LeaderID: 20, Active: true}}, true, true},
		"a group given up":   {Viewer{Group: &Group{DistrictID: 1, Class: GroupLeader, LeaderID: 20}}, false, false},
		"a task force":       {Viewer{Group: &Group{DistrictID: 1, Class: GroupTaskForce, Active: true}, Bound: map[ProjectID]bool{7: true}}, false, true},
		"another task force": {Viewer{Group: &Group{DistrictID: 1, Class: GroupTaskForce, Active: true}}, false, false},
		"nobody":             {Viewer{}, false, false},
	} {
		if all, about := MaySeeMeeting(c.v, nil), MaySeeMeeting(c.v, p); all != c.all || about != c.about {
			t.Errorf("%s: of the district %v, of the project %v", name, all, about)
		}
	}
}

func TestValidateMeetings(t *testing.T) {
	if err := ValidateMeetings(DefaultMeetings()); err != nil {
		t.Error(err)
	}
	for says, k := range map[string]MeetingKind{
		"name":          {Name: ""},
		"repeats every": {Name: "例会", Every: "day"},
		"day 8 of the":  {Name: "例会", Every: Weekly, On: 8},
		"day 31 of the": {Name: "例会", Every: Monthly, On: 31},
		"25:00":         {Name: "例会", Every: EachTime, At: "25:00"},
		"level 4":       {Name: "例会", Level: 4},
		"groups":        {Name: "例会", Groups: []GroupClass{"all"}},
	} {
		if err := ValidateMeetings([]MeetingKind{k}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	if ValidateMeetings([]MeetingKind{{Name: "例会"}, {Name: "例会"}}) == nil {
		t.Error("two kinds of one name")
	}
}
