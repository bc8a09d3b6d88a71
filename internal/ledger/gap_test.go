package ledger_test

import (
	"slices"
	"testing"

	"duban/internal/fault"
	. "duban/internal/ledger"
)

func lacking() Roster {
	return Roster{Project: Project{ID: 1, DistrictID: 1, Name: "华兴", Stage: "开工", LeaderID: 5, OwnerID: 20, LeadUnitID: 6, Measures: "专班周调度", TargetOn: 2026_12_31}}
}

func TestEveryGapIsAskedForOnceAndEndsWhenFilled(t *testing.T) {
	r := lacking()
	out := ChaseGaps(r, nil, 30, 2026_03_30, 1000)
	var asked []string
	for _, m := range out.New {
		asked = append(asked, m.Source)
		if m.Kind != Element || m.OwnerID != 20 || m.UnitID != 6 || m.DueOn != 2026_03_30 || m.State != Open {
			t.Errorf("owed: %+v", m)
		}
	}
	if want := []string{"定标准", "定奖惩", OneTeam}; !slices.Equal(asked, want) {
		t.Fatalf("asked for %v, want %v", asked, want)
	}
	known := out.New
	for i := range known {
		known[i].ID = CommitmentID(i + 1)
	}
	if again := ChaseGaps(r, known, 30, 2026_04_30, 2000); again.Changed() {
		t.Errorf("asked again: %+v", again)
	}
	known[1].State = Waived // 定奖惩 was let go of
	r.Project.Standard, r.Members = "按图施工", []PersonID{20}
	out = ChaseGaps(r, known, 30, 2026_04_30, 3000)
	if len(out.New) != 0 || len(out.Saved) != 2 || out.Saved[0].Source != "定标准" || out.Saved[0].State != Accepted || out.Saved[1].Source != OneTeam {
		t.Errorf("filled: %+v", out)
	}
	known[0].State = Accepted // filled, and emptied by a later register
	r.Project.Standard = ""
	if out = ChaseGaps(r, known[:1], 30, 2026_05_30, 4000); len(out.New) != 2 { // 定标准 again, 定奖惩 of which nothing is known
		t.Errorf("emptied again: %+v", out.New)
	}
}

func TestOnlyWhatIsUnderWayIsChased(t *testing.T) {
	for name, change := range map[string]func(*Project){
		"in reserve": func(p *Project) { p.Stage = "储备" },
		"suspended":  func(p *Project) { p.Suspended = true },
		"finished":   func(p *Project) { p.Progress = Full },
	} {
		r := lacking()
		change(&r.Project)
		if out := ChaseGaps(r, nil, 30, 2026_03_30, 1000); out.Changed() {
			t.Errorf("%s: %+v", name, out)
		}
	}
}

func TestFill(t *testing.T) {
	by := Actor{Person: 30, At: 1000, Today: 2026_03_02}
	p := lacking().Project
	p.StartOn = 2026_01_01
	out, err := Fill(p, Filling{Standard: "按图施工", HostUnit: 7}, by)
	if err != nil || out.Projects[0].Standard != "按图施工" || out.Projects[0].HostUnitID != 7 || out.Entries[0].Note != "定标准、属地" || out.Entries[0].Before == "" {
		t.Errorf("filled: %+v, %v", out, err)
	}
	for name, f := range map[string]Filling{
		"nothing new": {Measures: "专班周调度"}, "a day that is over": {Target: 2026_02_01}, "too long": {Reward: string(make([]byte, 4000))},
	} {
		if _, err := Fill(p, f, by); fault.CodeOf(err) != fault.Invalid && fault.CodeOf(err) != fault.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
}
