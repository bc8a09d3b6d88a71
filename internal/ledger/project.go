package ledger

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"duban/internal/clock"
	"duban/internal/workday"
)

// Money is an amount in yuan.
type Money int64

// String gives the amount as officials write it: "1.2亿元", "3500万元", "800元"; at most two decimals.
// What would round to 10000万元 is 1亿元.
func (m Money) String() string {
	const wan, yi = 10_000, 100_000_000
	switch abs := max(m, -m); {
	case abs >= yi-wan/200:
		return decimal(int64(m), yi) + "亿元"
	case abs >= wan:
		return decimal(int64(m), wan) + "万元"
	}
	return strconv.FormatInt(int64(m), 10) + "元"
}

// Percent is a share in hundredths of a percent: 6550 is 65.5 %.
type Percent int32

// Full is one hundred percent.
const Full Percent = 10_000

// String gives "65.5%".
func (p Percent) String() string { return decimal(int64(p), 100) + "%" }

// decimal divides n by unit, rounded half up to two decimals without trailing zeros.
func decimal(n, unit int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	h := (n*100 + unit/2) / unit
	s := fmt.Sprintf("%s%d.%02d", sign, h/100, h%100)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// Stage is where a project stands in the pipeline 储备→在谈→签约→开工→竣工→投产→达产.
type Stage string

// Stages lists the pipeline in order, with the words of the texts.
var Stages = []Stage{"储备", "在谈", "签约", "落地", "开工", "竣工", "投产", "达产"}

// OwesReport reports whether a project must report each period: one that is signed or further and
// neither finished nor suspended. What is still in reserve or under negotiation (储备, 在谈) has no
// progress to report; it is pushed by its nodes alone.
func OwesReport(p Project) bool {
	signed := slices.Index(Stages, p.Stage) >= slices.Index(Stages, Stage("签约"))
	return signed && !p.Suspended && p.Progress < Full
}

// Project (项目) with its latest reported state, kept on the row so that circulars need no history.
type Project struct {
	ID           ProjectID `gorm:"primaryKey"`
	DistrictID   DistrictID
	Code         string
	Name         string
	Category     string // 市考重特大, 区考重大, 科创, 人才, 楼宇经济
	Industry     string
	Stage        Stage
	Investment   Money // total
	PlannedYear  Money // planned for the year
	InvestedYear Money // reported for the year
	Progress     Percent
	Planned      Percent // planned progress at the last cut-off
	ReportedOn   workday.Day
	ReportedBy   PersonID
	LastText     string
	LeaderID     PersonID
	OwnerID      PersonID // 联络员 who answers for reports
	LeadUnitID   UnitID   // 牵头部门
	HostUnitID   UnitID   // 属地 (板块)
	ServiceID    PersonID // 首席服务员: sees the enterprise's requests through
	StartOn      workday.Day
	TargetOn     workday.Day
	Suspended    bool
	SuspendedFor string
	SuspendedOn  workday.Day // the first day that does not count
	// 五要件: 定领导、定举措、定工期、定标准、定奖惩. The leader is LeaderID, the time is TargetOn.
	Measures string
	Standard string
	Reward   string
	Version  int
}

// Missing names those of the five elements (五要件) that are not filled in.
func (p Project) Missing() []string {
	var out []string
	for _, e := range []struct {
		name string
		has  bool
	}{
		{"定领导", p.LeaderID != 0}, {"定举措", p.Measures != ""}, {"定工期", p.TargetOn != 0},
		{"定标准", p.Standard != ""}, {"定奖惩", p.Reward != ""},
	} {
		if !e.has {
			out = append(out, e.name)
		}
	}
	return out
}

// Alias is another name a project is called by.
type Alias struct {
	DistrictID DistrictID `gorm:"primaryKey"`
	ProjectID  ProjectID  `gorm:"primaryKey"`
	Name       string     `gorm:"primaryKey"`
}

// Member puts a person on a project's task force.
type Member struct {
	DistrictID DistrictID `gorm:"primaryKey"`
	ProjectID  ProjectID  `gorm:"primaryKey"`
	PersonID   PersonID   `gorm:"primaryKey"`
}

// Update (进展) is one report on a project. It is never changed; a withdrawal is written beside it.
type Update struct {
	ID          UpdateID `gorm:"primaryKey"`
	DistrictID  DistrictID
	Receipt     string // "260305-012": the day and a number, unique in the district
	ProjectID   ProjectID
	PersonID    PersonID
	ForID       PersonID // on whose behalf, 0 for oneself
	At          clock.Instant
	On          workday.Day
	Period      string   // key of the period it counts for
	Progress    *Percent // nil: said nothing of it
	Invested    *Money   // for the year so far; nil: said nothing of it
	Text        string
	Source      string   // "chat", "form"
	NoChange    bool     // 无变化: says that all is as it was
	Corrects    string   // receipt of the report this one takes the place of, "" for none
	Photos      []string `gorm:"serializer:json"` // sha256 of each
	PrevState   string   // the project's state before, to put back on withdrawal (JSON)
	WithdrawnAt clock.Instant
}
