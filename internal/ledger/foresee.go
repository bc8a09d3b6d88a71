package ledger

import (
	"fmt"

	"duban/internal/clock"
	"duban/internal/workday"
)

// Forecast (预测) is when a node was expected to land, as reckoned on a day. It is never changed. Unique
// on (commitment, due day, day of reckoning).
type Forecast struct {
	DistrictID   DistrictID   `gorm:"primaryKey"`
	CommitmentID CommitmentID `gorm:"primaryKey"`
	DueOn        workday.Day  `gorm:"primaryKey"`
	On           workday.Day  `gorm:"primaryKey"` // when it was reckoned
	ProjectID    ProjectID
	LandsOn      workday.Day // as likely before as after
	EarlyOn      workday.Day // it lands between these four times in five
	LateOn       workday.Day
	Pace         Percent // of the project, by its plan: 6000 is three days' work in five
	PeerPace     Percent // the same of its peers in what lies ahead; 0 where there are too few
	Readings     int     // reports of progress it rests on
	Told         bool    // the task force was told early
}

// Late is how many working days after the due day the node is expected, 0 if in time.
func (f Forecast) Late(cal *workday.Calendar) int {
	if due := Deadline(f.DueOn, cal); f.LandsOn > due {
		return cal.Count(due, f.LandsOn)
	}
	return 0
}

// Early reports whether the task force is to be told before anything is late: the node can still be
// kept, will hardly be (nine times in ten it lands later), and by more than the rules let pass.
func (f Forecast) Early(m Commitment, r Rules, cal *workday.Calendar) bool {
	due := Deadline(f.DueOn, cal)
	return m.State == Open && m.DueOn == f.DueOn && f.On <= due && f.EarlyOn > due && f.Late(cal) >= r.ForecastDays
}

// Foresee keeps a forecast, and tells the task force alone when it is early to be told; toldBefore: it was
// told of this due day already, and nobody is told twice. A forecast is no step: it counts nowhere.
func Foresee(m Commitment, f Forecast, toldBefore bool, r Rules, cal *workday.Calendar, ro Roster, at clock.Instant) Outcome {
	var out Outcome
	f.Told = !toldBefore && f.Early(m, r, cal)
	if f.Told {
		out.Entries = []Entry{{
			DistrictID: m.DistrictID, Subject: m.Subject(), At: at, Act: "forecast",
			Note: fmt.Sprintf("%s前完成，预计%s", f.DueOn, f.LandsOn),
		}}
		for _, to := range ForecastAudience(m, ro) {
			out.Notices = append(out.Notices, Notice{Cause: "forecast:" + f.On.String(), To: to, Rank: RankReminder, Due: at})
		}
	}
	out.Forecasts = []Forecast{f}
	return out
}

// ForecastAudience says who is told early: the project's own task force, where there is none its owner;
// nobody above them, for nothing has been missed yet.
func ForecastAudience(m Commitment, ro Roster) []Recipient {
	if to := ro.pick(func(g Group) bool { return g.Class == GroupTaskForce && ro.Bound[g.ID] }); len(to) > 0 {
		return to
	}
	return owner(m.OwnerID)
}
