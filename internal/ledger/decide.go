package ledger

import (
	"fmt"

	"duban/internal/workday"
)

// Case is all that Decide may know of a commitment: the row, the steps taken for its present due
// day, the strikes that may make this the second offence, and whether its project is suspended.
type Case struct {
	Commitment Commitment
	Steps      []Step   // of this commitment; others due days are ignored
	Strikes    []Strike // all that may be in scope of the rules, its own included; others are ignored
	Suspended  bool
}

// Verdict is what Decide found: the one step due today, or why there is none.
type Verdict struct {
	Step      StepName    // "" when nothing is due today
	Before    int         // remind: working days before the due day; hand up: the level it reaches; order: 1 when one for this due day fell
	RectifyBy workday.Day // warn: rectify by; order: reply by; hand up: the day the level has until
	Strike    bool        // the step is an offence that counts
	Second    string      // order: which offence made it the second, for the notice
	Ground    int64       // order: that offence
	Silent    string      // why nothing is due, for whoever asks
	NextLook  workday.Day // first day on which the answer can be another; 0 for never
}

// Decide is the only judge of the ladder. It is pure, and silent on days off. Whoever asks twice on
// one day, or again after the step was written, gets no second step.
//
// product.md, "The ladder"; 崇川 2021-12-08: 首次即预警, 两次即督办.
//
// Two things go on beside the ladder, under the same silences, each on a working day on which neither
// the ladder nor the other before it takes a step. Hand-up: a problem is at level 1 (the unit) and has
// there until its due day; past the end of its level's day, as Deadline has it, it is handed up one level,
// and the new level has LeaderDays (level 2) or DispatchDays (level 3, the last) working days from that
// day. A hand-up moves neither due day nor rectify day nor rung; an extension gives the present level at
// least until the new day. Chase: an assigned matter that is not past due, was never reported done and is
// not confirmed as received is chased once in its life, ReceiptDays working days after it was made are over.
func Decide(c Case, r Rules, cal *workday.Calendar, today workday.Day) Verdict {
	m, k := c.Commitment, Kinds[c.Commitment.Kind]
	switch {
	case m.State.Closed():
		return Verdict{Silent: "已办结"}
	case m.State == Reported:
		return Verdict{Silent: "已申请办结，等待审核"}
	case c.Suspended:
		return Verdict{Silent: "项目已暂停"} // resuming sets the next look
	case !cal.IsWorkday(today):
		return Verdict{Silent: "今天不是工作日", NextLook: cal.Next(today.AddDays(1))}
	}
	done := stepsFor(m, c.Steps)
	if done.on == today {
		return Verdict{Silent: "今天已发过通知", NextLook: cal.Next(today.AddDays(1))}
	}
	if today <= m.GraceOn {
		return Verdict{Silent: "退回后的宽限期内", NextLook: cal.Next(m.GraceOn.AddDays(1))}
	}
	tomorrow := cal.Next(today.AddDays(1))
	v := besides(decideRung(c, k, done, r, cal, today), decideHandUp(m, k, r, cal, today), tomorrow)
	return besides(v, decideReceipt(m, k, done, r, cal, today), tomorrow)
}

// decideRung gives the step of the ladder that is due.
func decideRung(c Case, k KindTraits, done taken, r Rules, cal *workday.Calendar, today workday.Day) Verdict {
	m, deadline := c.Commitment, Deadline(c.Commitment.DueOn, cal)
	if today <= deadline {
		return decideReminder(m, k, done, r, cal, today, deadline)
	}
	// An order that fell because the offence was a first one leaves a warning.
	fell := done.order && m.Rung == StepWarn
	switch {
	case m.Excused == m.DueOn:
		return Verdict{Silent: "本次逾期经申诉不计"}
	case done.list || done.order && !fell || done.again:
		return Verdict{Silent: "已督办，等待回复和整改"}
	case !k.Climbs:
		if !r.List {
			return Verdict{Silent: "规则未启用提请约谈"}
		}
		return Verdict{Step: StepList, Strike: true}
	case done.warn || fell:
		// GraceOn was passed above, so a sending back has already had its working day.
		if today <= m.RectifyBy {
			return Verdict{Silent: "整改期内", NextLook: cal.Next(m.RectifyBy.AddDays(1))}
		}
		v := Verdict{Step: StepOrder, RectifyBy: cal.After(today, r.ReplyDays), Second: rectifyPassed}
		if fell {
			v.Before = 1
		}
		return v
	}
	if s, ok := earlierOffence(c.Strikes, m, r, cal, today); ok {
		return Verdict{Step: StepOrder, Strike: true, RectifyBy: cal.After(today, r.ReplyDays), Second: secondOffence(s, m), Ground: s.ID}
	}
	by := cal.After(today, r.RectifyDays)
	return Verdict{Step: StepWarn, Strike: true, RectifyBy: by, NextLook: cal.Next(by.AddDays(1))}
}

// rectifyPassed is why a warning becomes an order.
const rectifyPassed = "预警后逾整改期限仍未办结"

// decideReminder gives the closest reminder whose day has come and which is not sent yet. One missed
// while the service was down is still sent up to the deadline, unless a closer one is due as well.
func decideReminder(m Commitment, k KindTraits, done taken, r Rules, cal *workday.Calendar, today, deadline workday.Day) Verdict {
	next := cal.Next(deadline.AddDays(1))
	if !k.Remind {
		return Verdict{Silent: "未到期", NextLook: next}
	}
	closest := 0
	for _, n := range r.Remind {
		switch on := cal.Before(deadline, n); {
		case m.OrderID != 0 && on <= workday.DayOf(m.CreatedAt.Time()):
			// The order itself has just asked for this reply: no reminder of a day before it.
		case today < on:
			next = min(next, on)
		case closest == 0 || n < closest:
			closest = n
		}
	}
	// A closer reminder already sent makes the farther ones pointless.
	if closest == 0 || (done.remind != 0 && done.remind <= closest) {
		return Verdict{Silent: "未到提醒日", NextLook: next}
	}
	return Verdict{Step: StepRemind, Before: closest, NextLook: next}
}

// taken sums up the steps taken for the present due day.
type taken struct {
	on     workday.Day // day of the last step
	remind int         // closest reminder sent, 0 for none
	warn   bool
	order  bool
	again  bool // a second order, after the first fell
	list   bool
	chase  bool // for whatever due day
}

func stepsFor(m Commitment, steps []Step) taken {
	var t taken
	for _, s := range steps {
		if s.CommitmentID != m.ID {
			continue
		}
		t.on = max(t.on, s.On)
		t.chase = t.chase || s.Name == StepChase
		if s.DueOn != m.DueOn {
			continue
		}
		switch s.Name {
		case StepRemind:
			if t.remind == 0 || s.Before < t.remind {
				t.remind = s.Before
			}
		case StepWarn:
			t.warn = true
		case StepOrder:
			t.order = true
			t.again = t.again || s.Before != 0
		case StepList:
			t.list = true
		}
	}
	return t
}

// earlierOffence finds the offence that makes today's the second: one in scope that stands, within the rule's
// look-back, made before today (so that the order in which one sweep looks at its rows can
// never matter), and not this very one.
func earlierOffence(strikes []Strike, m Commitment, r Rules, cal *workday.Calendar, today workday.Day) (Strike, bool) {
	var found Strike
	since := r.LookBack.since(today, cal)
	for _, s := range strikes {
		same := s.CommitmentID == m.ID && s.DueOn == m.DueOn
		if same || !r.Scope.Counts(s, m) || s.State != StrikeStands || s.On >= today || s.On < since {
			continue
		}
		if found.On == 0 || s.On < found.On || s.On == found.On && s.ID < found.ID {
			found = s
		}
	}
	return found, found.On != 0
}

func secondOffence(s Strike, m Commitment) string {
	if s.CommitmentID == m.ID {
		return fmt.Sprintf("本事项%s已逾期一次，本次为第二次", s.On.ChineseFull())
	}
	same := "项目"
	if m.ProjectID == 0 || s.ProjectID != m.ProjectID {
		same = "单位"
	}
	return fmt.Sprintf("同一%s%s已有一次%s，本次为第二次", same, s.On.ChineseFull(), s.Trigger)
}
