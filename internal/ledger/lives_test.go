package ledger_test

import . "duban/internal/ledger"

// scriptedLives cover product.md, "The ladder", and design.md, "Decisions on the ladder", 1 to 4,
// sentence by sentence. The days were counted by hand on the calendars of 2025 and 2026: 1 to 3 January
// and 15 to 23 February are off; Sunday 4 January, Saturdays 14 and 28 February are worked.
var scriptedLives = []scripted{
	{
		name: "the whole ladder: 7, 3, 1 days before; warning; order after its rectify day; the reply; the list",
		owed: "a milestone 03-05", from: "02-24", to: "04-10",
		want: `02-25 a remind 7
			03-02 a remind 3
			03-04 a remind 1
			03-06 a warn by 2026-03-13 strike
			03-16 a order by 2026-03-23
			03-18 a! remind 3
			03-20 a! remind 1
			03-24 a! list strike`,
	},
	{
		name: "all three triggers climb, and a missed filing, which nobody is reminded of",
		owed: "a milestone p1 03-05, b problem p1 03-05, c filing p1 03-05", from: "03-04", to: "03-16",
		want: `03-04 a remind 1
			03-04 b remind 1
			03-06 a warn by 2026-03-13 strike
			03-06 b warn by 2026-03-13 strike
			03-06 c warn by 2026-03-13 strike
			03-09 b handup 2 by 2026-03-16
			03-16 a order by 2026-03-23
			03-16 b order by 2026-03-23
			03-16 c order by 2026-03-23`,
	},
	{
		name:  "the numbers are rules",
		rules: func(r *Rules) { r.Remind, r.RectifyDays, r.ReplyDays, r.List = []int{2}, 3, 2, false },
		owed:  "a milestone 03-05", from: "02-24", to: "04-10",
		want: `03-03 a remind 2
			03-06 a warn by 2026-03-11 strike
			03-12 a order by 2026-03-16`,
	},
	{
		name: "due in the Spring Festival: kept until the end of the first day worked; make-up Saturdays count",
		owed: "a milestone 02-18", from: "02-01", to: "03-04",
		want: `02-06 a remind 7
			02-12 a remind 3
			02-14 a remind 1
			02-25 a warn by 2026-03-03 strike
			03-04 a order by 2026-03-11`,
	},
	{
		name: "overdue over the new year: the make-up Sunday is worked",
		owed: "a milestone 2025-12-31", from: "2025-12-29", to: "01-12",
		want: `2025-12-29 a remind 3
			2025-12-30 a remind 1
			01-04 a warn by 2026-01-09 strike
			01-12 a order by 2026-01-19`,
	},
	{
		name: "due on a Saturday: Monday still keeps it",
		owed: "a milestone 03-07", from: "03-05", to: "03-12",
		want: `03-05 a remind 3
			03-06 a remind 1
			03-10 a warn by 2026-03-17 strike`,
	},
	{
		name: "due on a make-up Saturday: that very day ends it",
		owed: "a milestone 02-28", from: "02-27", to: "03-03",
		want: `02-27 a remind 1
			03-02 a warn by 2026-03-09 strike`,
	},
	{
		name: "a problem is warned, then goes up level by level, and the ladder goes on; the ladder has the day first",
		owed: "a problem 03-05", from: "03-04", to: "04-10",
		acts: `03-20 done a!
			03-20 accept a!`,
		want: `03-04 a remind 1
			03-06 a warn by 2026-03-13 strike
			03-09 a handup 2 by 2026-03-16
			03-16 a order by 2026-03-23
			03-17 a handup 3 by 2026-03-31
			03-18 a! remind 3`,
	},
	{
		name: "handed up in time by somebody: the leader's days run, the due day stays, and nothing is warned early",
		owed: "a problem 03-19", from: "03-05", to: "03-24",
		acts: `03-05+ handup a
			03-13+ handup a
			03-13+ handup a`,
		want: `03-05 a handup 2 by 2026-03-12
			03-10 a remind 7
			03-13 a handup 3 by 2026-03-27
			03-13 a handup refused
			03-13 a handup refused
			03-16 a remind 3
			03-18 a remind 1
			03-20 a warn by 2026-03-27 strike`,
	},
	{
		name: "reported done, a problem's level stops; sent back it has its grace; an extension gives the level as long",
		owed: "a problem p1 03-05, b problem p2 03-05, c milestone p3 03-05", from: "03-06", to: "03-20",
		acts: `03-06+ done a
			03-13+ sendback a
			03-09+ ask b 03-18
			03-10 grant b
			03-10+ handup c`,
		want: `03-06 a warn by 2026-03-13 strike
			03-06 b warn by 2026-03-13 strike
			03-06 c warn by 2026-03-13 strike
			03-09 b handup 2 by 2026-03-16
			03-10 b remind 7
			03-10 c handup refused
			03-13 b remind 3
			03-16 c order by 2026-03-23
			03-17 a order by 2026-03-24
			03-17 b remind 1
			03-18 a handup 2 by 2026-03-25
			03-18 c! remind 3
			03-19 a! remind 3
			03-19 b order by 2026-03-26 strike
			03-20 b handup 3 by 2026-04-03
			03-20 c! remind 1`,
	},
	{
		name: "an assigned matter nobody confirms is chased once, a reminder going first; who confirms is not",
		owed: "a assignment p1 03-12, b assignment p2 03-12, c assignment p3 03-12", from: "03-02", to: "03-10",
		acts: `03-02+ receive b
			03-03+ done c
			03-04+ sendback c`,
		want: `03-03 a remind 7
			03-03 b remind 7
			03-03 c remind 7
			03-05 a chase
			03-09 a remind 3
			03-09 b remind 3
			03-09 c remind 3`,
	},
	{
		name: "second time by another: ordered at once, no warning first or later; same kind, same project only",
		owed: "a milestone p1 03-03, b milestone p1 03-05, c problem p1 03-05, d milestone p2 03-05", from: "03-04", to: "03-11",
		want: `03-04 a warn by 2026-03-11 strike
			03-04 b remind 1
			03-04 c remind 1
			03-04 d remind 1
			03-06 b order by 2026-03-13 strike
			03-06 c warn by 2026-03-13 strike
			03-06 d warn by 2026-03-13 strike
			03-09 c handup 2 by 2026-03-16
			03-10 b! remind 3`,
	},
	{
		name:  "scope: any kind on the project",
		rules: func(r *Rules) { r.Scope = AnyOnProject },
		owed:  "a milestone p1 03-03, b milestone p1 03-05, c problem p1 03-05, d milestone p2 03-05", from: "03-05", to: "03-06",
		want: `03-05 a warn by 2026-03-12 strike
			03-05 b remind 1
			03-05 c remind 1
			03-05 d remind 1
			03-06 b order by 2026-03-13 strike
			03-06 c order by 2026-03-13 strike
			03-06 d warn by 2026-03-13 strike`,
	},
	{
		name:  "scope: anything of the unit",
		rules: func(r *Rules) { r.Scope = AnyOfUnit },
		owed:  "a milestone p1 u1 03-04, b problem p2 u1 03-05, c milestone p1 u2 03-05", from: "03-05", to: "03-06",
		want: `03-05 a warn by 2026-03-12 strike
			03-05 b remind 1
			03-05 c remind 1
			03-06 b order by 2026-03-13 strike
			03-06 c warn by 2026-03-13 strike`,
	},
	{
		name: "two of one project overdue on one day: both warned; a strike of the same day never counts",
		owed: "a milestone p1 03-05, b milestone p1 03-05", from: "03-06", to: "03-16",
		want: `03-06 a warn by 2026-03-13 strike
			03-06 b warn by 2026-03-13 strike
			03-16 a order by 2026-03-23
			03-16 b order by 2026-03-23`,
	},
	{
		name: "the look-back ends with the year",
		owed: "a milestone 2025-12-25, b milestone 01-05, c milestone 01-06", from: "2025-12-26", to: "01-07",
		want: `2025-12-26 a warn by 2026-01-05 strike
			2025-12-26 b remind 7
			2025-12-26 c remind 7
			2025-12-30 b remind 3
			2025-12-31 c remind 3
			01-04 b remind 1
			01-05 c remind 1
			01-06 a order by 2026-01-13
			01-06 b warn by 2026-01-13 strike
			01-07 c order by 2026-01-14 strike`,
	},
	{
		name: "due in the old year, overdue in the new: the strike is the new year's",
		owed: "a milestone 2025-12-31, b milestone 01-05", from: "01-04", to: "01-06",
		want: `01-04 a warn by 2026-01-09 strike
			01-04 b remind 1
			01-06 b order by 2026-01-13 strike`,
	},
	{
		name: "a second missed filing of a project",
		owed: "a filing p1 03-05, b filing p1 03-20", from: "03-06", to: "03-23",
		acts: `03-09 done a
			03-09 accept a`,
		want: `03-06 a warn by 2026-03-13 strike
			03-23 b order by 2026-03-30 strike`,
	},
	{
		name: "filings on no project are counted for the unit",
		owed: "a filing p0 u1 03-05, b filing p0 u1 03-20, c filing p0 u2 03-20, d filing p1 u1 03-20", from: "03-06", to: "03-23",
		acts: `03-09 done a
			03-09 accept a`,
		want: `03-06 a warn by 2026-03-13 strike
			03-23 b order by 2026-03-30 strike
			03-23 c warn by 2026-03-30 strike
			03-23 d warn by 2026-03-30 strike`,
	},
	{
		name:  "neither project nor unit: nobody's second offence, whatever the scope",
		rules: func(r *Rules) { r.Scope = AnyOfUnit },
		owed:  "a milestone p0 u0 03-04, b milestone p0 u0 03-05, c milestone p1 u0 03-05", from: "03-05", to: "03-06",
		want: `03-05 a warn by 2026-03-12 strike
			03-05 b remind 1
			03-05 c remind 1
			03-06 b warn by 2026-03-13 strike
			03-06 c warn by 2026-03-13 strike`,
	},
	{
		name: "reported done on the last day: nothing more, accepted or not",
		owed: "a milestone 03-05, b milestone 03-05", from: "03-04", to: "03-25",
		acts: `03-05 done a
			03-05+ done b
			03-20 accept a`,
		want: `03-04 a remind 1
			03-04 b remind 1`,
	},
	{
		name: "sent back after the due day: one working day's grace, then the first offence",
		owed: "a milestone p1 03-05, b milestone p2 03-05, c milestone p0 03-05", from: "03-05", to: "03-17",
		acts: `03-05 done a
			03-05 done b
			03-05 done c
			03-10 sendback a
			03-13+ sendback b
			03-14 sendback c`,
		want: `03-12 a warn by 2026-03-19 strike
			03-17 b warn by 2026-03-24 strike
			03-17 c warn by 2026-03-24 strike`,
	},
	{
		name: "sent back after the rectify day: grace, then the order",
		owed: "a milestone 03-05", from: "03-06", to: "03-19",
		acts: `03-12 done a
			03-17 sendback a`,
		want: `03-06 a warn by 2026-03-13 strike
			03-19 a order by 2026-03-26`,
	},
	{
		name: "sent back before the rectify day: the rectify day stays",
		owed: "a milestone 03-05", from: "03-06", to: "03-16",
		acts: `03-09 done a
			03-10 sendback a`,
		want: `03-06 a warn by 2026-03-13 strike
			03-16 a order by 2026-03-23`,
	},
	{
		name: "sent back before it is due: the due day counts as before, reminders go on after the grace",
		owed: "a milestone 03-12", from: "03-03", to: "03-13",
		acts: `03-06 done a
			03-09 sendback a`,
		want: `03-03 a remind 7
			03-11 a remind 1
			03-13 a warn by 2026-03-20 strike`,
	},
	{
		name: "extended on the due day itself: no strike, reminders for the new day",
		owed: "a milestone 03-05", from: "03-04", to: "03-13",
		acts: `03-04 ask a 03-12
			03-05+ grant a`,
		want: `03-04 a remind 1
			03-06 a remind 7
			03-09 a remind 3
			03-11 a remind 1
			03-13 a warn by 2026-03-20 strike`,
	},
	{
		name: "extended on the working day a Saturday runs to: no strike",
		owed: "a milestone 03-07", from: "03-09", to: "03-17",
		acts: `03-09 ask a 03-16
			03-09 grant a`,
		want: `03-09 a remind 7
			03-11 a remind 3
			03-13 a remind 1
			03-17 a warn by 2026-03-24 strike`,
	},
	{
		name: "asked in time, granted a day late, before any warning: a strike, and the next time is the second",
		owed: "a milestone 03-05", from: "03-05", to: "03-13",
		acts: `03-05 ask a 03-12
			03-06 down 1
			03-06 grant a`,
		want: `03-05 a remind 1
			03-06 a extended late strike
			03-09 a remind 3
			03-11 a remind 1
			03-13 a order by 2026-03-20 strike`,
	},
	{
		name: "extended after the warning: the strike stays, once, and counts against another",
		owed: "a milestone 03-05, b milestone 03-10", from: "03-06", to: "03-11",
		acts: `03-09 ask a 03-19
			03-10 grant a`,
		want: `03-06 a warn by 2026-03-13 strike
			03-06 b remind 3
			03-09 b remind 1
			03-10 a remind 7
			03-11 b order by 2026-03-18 strike`,
	},
	{
		name: "an extension denied changes nothing and cannot be granted any more",
		owed: "a milestone 03-05", from: "03-04", to: "03-06",
		acts: `03-04 ask a 03-12
			03-05 deny a
			03-06+ grant a`,
		want: `03-04 a remind 1
			03-06 a warn by 2026-03-13 strike
			03-06 a grant refused`,
	},
	{
		name: "a request is void once the day has moved, or while it is reported done",
		owed: "a milestone 03-20, b milestone 03-20", from: "03-02", to: "03-04",
		acts: `03-02 ask a 03-25
			03-02 ask b 03-25
			03-03 grant a
			03-03 grant a
			03-03 done b
			03-03 grant b
			03-04 ask a 03-24`,
		want: `03-03 a grant refused
			03-03 b grant refused
			03-04 a ask refused`,
	},
	{
		name: "granted on the very day asked for it holds; a day later it is refused and may be asked anew",
		owed: "a milestone 03-05, b milestone 03-05", from: "03-04", to: "03-12",
		acts: `03-05 ask a 03-09
			03-05 ask b 03-09
			03-09 grant a
			03-10+ grant b
			03-10+ ask b 03-18
			03-10+ grant b`,
		want: `03-04 a remind 1
			03-04 b remind 1
			03-06 a warn by 2026-03-13 strike
			03-06 b warn by 2026-03-13 strike
			03-09 a remind 1
			03-10 a order by 2026-03-17 strike
			03-10 b grant refused
			03-11 b remind 7
			03-12 a! remind 3`,
	},
	{
		name: "at most one step a day: extended right after the warning",
		owed: "a milestone 03-05", from: "03-06", to: "03-12",
		acts: `03-06+ ask a 03-11
			03-06+ grant a
			03-06+ sweep -`,
		want: `03-06 a warn by 2026-03-13 strike
			03-09 a remind 3
			03-10 a remind 1
			03-12 a order by 2026-03-19 strike`,
	},
	{
		name: "a waiver removes the strike",
		owed: "a milestone 03-03, b milestone 03-05", from: "03-04", to: "03-20",
		acts: `03-05 waive a
			03-05 waive a
			03-12 done b
			03-12 accept b`,
		want: `03-04 a warn by 2026-03-11 strike
			03-04 b remind 1
			03-05 a lifted
			03-05 a waive refused
			03-06 b warn by 2026-03-13 strike`,
	},
	{
		name: "a waiver after acceptance removes the strike too",
		owed: "a milestone 03-03, b milestone 03-05", from: "03-04", to: "03-06",
		acts: `03-05 done a
			03-05 accept a
			03-05 waive a`,
		want: `03-04 a warn by 2026-03-11 strike
			03-04 b remind 1
			03-05 a lifted
			03-06 b warn by 2026-03-13 strike`,
	},
	{
		name: "a filing waived after it was filed late is settled for good: withdrawing the report does not open it again",
		owed: "a filing 03-03, b filing 03-03", from: "03-04", to: "03-12",
		acts: `03-05 report p1
			03-05 waive a
			03-05 waive a
			03-06 withdraw p1`,
		want: `03-04 a warn by 2026-03-11 strike
			03-04 b warn by 2026-03-11 strike
			03-05 a lifted
			03-05 a waive refused
			03-12 b order by 2026-03-19`,
	},
	{
		name: "a waiver lifts every strike of a commitment, the one left by an extension too",
		owed: "a milestone 03-03, b milestone 03-11", from: "03-04", to: "03-12",
		acts: `03-05 ask a 03-09
			03-05 grant a
			03-10+ waive a`,
		want: `03-04 a warn by 2026-03-11 strike
			03-04 b remind 7
			03-05 a remind 3
			03-06 a remind 1
			03-06 b remind 3
			03-10 a order by 2026-03-17 strike
			03-10 b remind 1
			03-10 a lifted
			03-10 a lifted
			03-10 a order void
			03-12 b warn by 2026-03-19 strike`,
	},
	{
		name: "cancelled: silence, but the strike stands",
		owed: "a milestone 03-03, b milestone 03-05", from: "03-04", to: "03-06",
		acts: `03-05 cancel a
			03-05 waive a
			03-05 cancel a`,
		want: `03-04 a warn by 2026-03-11 strike
			03-04 b remind 1
			03-05 a waive refused
			03-05 a cancel refused
			03-06 b order by 2026-03-13 strike`,
	},
	{
		name: "what nobody may do",
		owed: "a filing 03-10, b milestone 03-10", from: "03-03", to: "03-04",
		acts: `03-03 ask a 03-20
			03-03 ask b 03-10
			03-03 accept b
			03-03 sendback b
			03-03 grant b
			03-03 done b
			03-03 done b
			03-03 self-accept b
			03-03 ask b 03-20
			03-03 accept b
			03-03 accept b
			03-03 cancel b`,
		want: `03-03 a ask refused
			03-03 b ask refused
			03-03 b accept refused
			03-03 b sendback refused
			03-03 b grant refused
			03-03 b done refused
			03-03 b self-accept refused
			03-03 b ask refused
			03-03 b accept refused
			03-03 b cancel refused`,
	},
	{
		name: "down for days: the closest reminder is made good, the farther ones are not",
		owed: "a milestone 03-05", from: "02-24", to: "03-06",
		acts: `02-24 down 8`,
		want: `03-04 a remind 1
			03-06 a warn by 2026-03-13 strike`,
	},
	{
		name: "down on the day of a reminder: sent the next day",
		owed: "a milestone 03-05", from: "02-25", to: "03-04",
		acts: `03-02 down 1`,
		want: `02-25 a remind 7
			03-03 a remind 3
			03-04 a remind 1`,
	},
	{
		name: "down over due day and more: one step, and the rectify days count from it",
		owed: "a milestone 03-05", from: "03-05", to: "04-03",
		acts: `03-06 down 20`,
		want: `03-05 a remind 1
			03-26 a warn by 2026-04-02 strike
			04-03 a order by 2026-04-13`,
	},
	{
		name: "down over the rectify day: the order the day it is back",
		owed: "a milestone 03-05", from: "03-06", to: "03-18",
		acts: `03-13 down 5`,
		want: `03-06 a warn by 2026-03-13 strike
			03-18 a order by 2026-03-25`,
	},
	{
		name: "suspended: skipped until resumed; other projects go on",
		owed: "a milestone p1 03-05, b milestone p2 03-05", from: "03-04", to: "03-20",
		acts: `03-05 suspend p1
			03-05 suspend p1
			03-20 resume p1
			03-20 resume p1`,
		want: `03-04 a remind 1
			03-04 b remind 1
			03-05 p1 suspend refused
			03-06 b warn by 2026-03-13 strike
			03-16 b order by 2026-03-23
			03-18 b! remind 3
			03-20 p1 resume refused
			03-20 a remind 1
			03-20 b! remind 1`,
	},
	{
		name: "reported done while suspended, sent back after: grace as always",
		owed: "a milestone 03-05", from: "03-05", to: "03-13",
		acts: `03-05 suspend p1
			03-06 done a
			03-10 resume p1
			03-11 sendback a`,
		want: `03-13 a warn by 2026-03-20 strike`,
	},
	{
		name: "a report files what is owed; taken back, it is owed again",
		owed: "a filing 03-05", from: "03-05", to: "03-09",
		acts: `03-05 report p1
			03-06+ withdraw p1
			03-09+ withdraw p1`,
		want: `03-09 a warn by 2026-03-16 strike
			03-09 p1 withdraw refused`,
	},
	{
		name: "an order's reply: no extension; reported done pauses; sent back, it is listed after the grace",
		owed: "a milestone 03-05", from: "03-06", to: "04-10",
		acts: `03-19 ask a! 03-30
			03-23 done a!
			03-26 sendback a!`,
		want: `03-06 a warn by 2026-03-13 strike
			03-16 a order by 2026-03-23
			03-18 a! remind 3
			03-19 a! ask refused
			03-20 a! remind 1
			03-30 a! list strike`,
	},
	{
		name: "an order's reply in time: no list, and the commitment itself has no further step",
		owed: "a milestone 03-05", from: "03-06", to: "04-10",
		acts: `03-17 done a!
			03-18 accept a!`,
		want: `03-06 a warn by 2026-03-13 strike
			03-16 a order by 2026-03-23`,
	},
	{
		name: "handed over: the clock runs on and the strike goes with it",
		owed: "a milestone u1 03-05, b assignment u1 03-20", from: "03-04", to: "03-16",
		acts: `03-05 hand a u2
			03-09 takeover a
			03-09 takeover a
			03-10 hand a u2
			03-12 hand b u2
			03-12 refuse b
			03-12 takeover b`,
		want: `03-04 a remind 1
			03-06 a warn by 2026-03-13 strike
			03-09 a takeover refused
			03-09 b chase
			03-10 a hand refused
			03-11 b remind 7
			03-12 b takeover refused
			03-16 a order by 2026-03-23`,
	},
	{
		name:  "counted by unit: what was struck under one unit is that unit's for others, and its own wherever it goes",
		rules: func(r *Rules) { r.Scope = AnyOfUnit },
		owed:  "a milestone u1 03-05, b milestone u2 03-12, c milestone u1 03-12", from: "03-06", to: "03-13",
		acts: `03-09 hand a u2
			03-09 takeover a
			03-09 ask a 03-12
			03-09 grant a`,
		want: `03-06 a warn by 2026-03-13 strike
			03-06 b remind 7
			03-06 c remind 7
			03-09 a remind 3
			03-09 b remind 3
			03-09 c remind 3
			03-11 a remind 1
			03-11 b remind 1
			03-11 c remind 1
			03-13 a order by 2026-03-20 strike
			03-13 b warn by 2026-03-20 strike
			03-13 c order by 2026-03-20 strike`,
	},
	{
		name: "what is done about a matter leaves its order's reply owed; a waiver does not",
		owed: "a milestone p1 03-03, b milestone p2 03-03, c milestone p0 u1 03-03, d assignment p0 u2 03-03", from: "03-04", to: "03-24",
		acts: `03-13 waive a
			03-13 done b
			03-13 accept b
			03-16+ done b!
			03-17 accept b!
			03-13 cancel c
			03-17 waive c!`,
		want: `03-04 a warn by 2026-03-11 strike
			03-04 b warn by 2026-03-11 strike
			03-04 c warn by 2026-03-11 strike
			03-04 d warn by 2026-03-11 strike
			03-12 a order by 2026-03-19
			03-12 b order by 2026-03-19
			03-12 c order by 2026-03-19
			03-12 d order by 2026-03-19
			03-13 a lifted
			03-13 a order void
			03-16 b! remind 3
			03-16 c! remind 3
			03-16 d! remind 3
			03-18 d! remind 1
			03-20 d! list strike`,
	},
	{
		name: "suspended: what could still be kept has the days left it had, the rectify day too; what was overdue stays so",
		owed: "a milestone 03-10, b milestone 03-05, c filing 03-05, d milestone 03-13", from: "03-06", to: "03-24",
		acts: `03-09 waive c
			03-09+ suspend p1
			03-11 ask d 03-31
			03-16 resume p1
			03-17 suspend p1
			03-17 resume p1`,
		want: `03-06 a remind 3
			03-06 b warn by 2026-03-13 strike
			03-06 c warn by 2026-03-13 strike
			03-06 d remind 7
			03-09 c lifted
			03-09 a remind 1
			03-11 d ask refused
			03-16 a remind 1
			03-16 d remind 7
			03-17 d remind 3
			03-18 a order by 2026-03-25 strike
			03-19 d remind 1
			03-20 a! remind 3
			03-23 b order by 2026-03-30
			03-23 d order by 2026-03-30 strike
			03-24 a! remind 1`,
	},
	{
		name: "sent back while suspended: the grace runs from the day it goes on",
		owed: "a milestone 03-05", from: "03-05", to: "03-13",
		acts: `03-05 done a
			03-06 suspend p1
			03-09 sendback a
			03-11 resume p1`,
		want: `03-13 a warn by 2026-03-20 strike`,
	},
	{
		name: "opened again after acceptance: the day, the rungs and the strike are as before, with a grace",
		owed: "a milestone 03-05, b filing 03-20", from: "03-06", to: "03-19",
		acts: `03-09 done a
			03-10 reopen a
			03-10 accept a
			03-17 reopen a
			03-17 reopen a
			03-18 report p1
			03-18 reopen b`,
		want: `03-06 a warn by 2026-03-13 strike
			03-10 a reopen refused
			03-17 a reopen refused
			03-18 b reopen refused
			03-19 a order by 2026-03-26`,
	},
	{
		name: "contested once, in time, and upheld: nothing changes",
		owed: "a milestone 03-05, b milestone 03-09", from: "03-06", to: "03-16",
		acts: `03-06 contest a
			03-09 contest a
			03-10 uphold a
			03-10 contest a
			03-10 lift a
			03-10 done b
			03-16 contest b`,
		want: `03-06 a contest refused
			03-06 a warn by 2026-03-13 strike
			03-06 b remind 1
			03-10 a contest refused
			03-10 a lift refused
			03-16 b contest refused
			03-16 a order by 2026-03-23`,
	},
	{
		name: "too late to contest",
		owed: "a milestone 03-05", from: "03-06", to: "03-16",
		acts: `03-16 contest a`,
		want: `03-06 a warn by 2026-03-13 strike
			03-16 a contest refused
			03-16 a order by 2026-03-23`,
	},
	{
		name: "lifted: the ladder is silent of that day, until the day is another",
		owed: "a milestone 03-05", from: "03-06", to: "04-01",
		acts: `03-09 contest a
			03-10 lift a
			03-19 ask a 03-24
			03-20 grant a`,
		want: `03-06 a warn by 2026-03-13 strike
			03-10 a lifted
			03-20 a remind 3
			03-23 a remind 1
			03-25 a warn by 2026-04-01 strike`,
	},
	{
		name: "lifted: the order it was ground for falls with its reply, and the second offence is a first one after all",
		owed: "a milestone 03-05, b milestone 03-09", from: "03-06", to: "03-24",
		acts: `03-06+ contest a
			03-11 lift a`,
		want: `03-06 a warn by 2026-03-13 strike
			03-06 b remind 1
			03-10 b order by 2026-03-17 strike
			03-11 a lifted
			03-11 b order void
			03-19 b order by 2026-03-26
			03-23 b!! remind 3`,
	},
	{
		name: "lifted: the order stands while another offence makes it the second",
		owed: "a milestone 03-03, b milestone 03-04, c milestone 03-09", from: "03-04", to: "03-11",
		acts: `03-05 contest a
			03-06 contest b
			03-10+ lift a
			03-11 lift b`,
		want: `03-04 a warn by 2026-03-11 strike
			03-04 b remind 1
			03-04 c remind 3
			03-05 b order by 2026-03-12 strike
			03-06 c remind 1
			03-09 b! remind 3
			03-10 c order by 2026-03-17 strike
			03-10 a lifted
			03-10 b order void
			03-11 b lifted
			03-11 c order void`,
	},
	{
		name: "lifted: an order for the very offence falls, and the offence of not having answered it",
		owed: "a milestone 03-05", from: "03-06", to: "04-10",
		rules: func(r *Rules) { r.ContestDays = 60 },
		acts: `03-20 contest a
			03-25 lift a
			03-26 sendback a!`,
		want: `03-06 a warn by 2026-03-13 strike
			03-16 a order by 2026-03-23
			03-18 a! remind 3
			03-20 a! remind 1
			03-24 a! list strike
			03-25 a lifted
			03-25 a! lifted
			03-25 a order void
			03-26 a! sendback refused`,
	},
	{
		name:  "look-back in working days",
		rules: func(r *Rules) { r.LookBack = "10d" },
		owed:  "a milestone 03-05, b milestone 03-18, c milestone 04-02", from: "03-06", to: "04-03",
		acts: `03-06+ done a
			03-19+ done b`,
		want: `03-06 a warn by 2026-03-13 strike
			03-09 b remind 7
			03-13 b remind 3
			03-17 b remind 1
			03-19 b order by 2026-03-26 strike
			03-23 b! remind 3
			03-24 c remind 7
			03-25 b! remind 1
			03-27 b! list strike
			03-30 c remind 3
			04-01 c remind 1
			04-03 c warn by 2026-04-13 strike`,
	},
}
