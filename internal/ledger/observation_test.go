package ledger

import (
	"fmt"
	"strings"
	"testing"

	"duban/internal/fault"
	"duban/internal/workday"
)

func TestPlanObservation(t *testing.T) {
	stop := func(p ProjectID, minute int) ObservationStop { return ObservationStop{ProjectID: p, Minute: minute} }
	names := map[ProjectID]string{1: "华兴", 2: "贸易港"}
	many := make([]ObservationStop, MaxStops+1)
	for name, c := range map[string]struct {
		on     workday.Day
		stops  []ObservationStop
		judges []PersonID
		says   string // "": it is planned
	}{
		"a tour":           {2026_04_15, []ObservationStop{stop(1, 540), stop(2, 580)}, []PersonID{3}, ""},
		"today":            {2026_04_02, []ObservationStop{stop(1, 540)}, []PersonID{3}, ""},
		"yesterday":        {2026_04_01, []ObservationStop{stop(1, 540)}, []PersonID{3}, "已经过了"},
		"nowhere":          {2026_04_15, nil, []PersonID{3}, "1到30个项目"},
		"everywhere":       {2026_04_15, many, []PersonID{3}, "1到30个项目"},
		"nobody scores":    {2026_04_15, []ObservationStop{stop(1, 540)}, nil, "请写明评委"},
		"one project each": {2026_04_15, []ObservationStop{stop(1, 540), stop(1, 580)}, []PersonID{3}, "华兴写了两次"},
		"backwards":        {2026_04_15, []ObservationStop{stop(1, 580), stop(2, 540)}, []PersonID{3}, "贸易港的时间09:00不晚于上一站"},
		"at one time":      {2026_04_15, []ObservationStop{stop(1, 540), stop(2, 540)}, []PersonID{3}, "不晚于上一站"},
	} {
		out, err := PlanObservation(Observation{DistrictID: 1, On: c.on}, c.stops, c.judges, names, thursdayAt)
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(fault.Sentence(err), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && (len(out.Toured) != 1 || out.Toured[0].Stops[0].Ord != 1 || out.Toured[0].Stops[0].DistrictID != 1) {
			t.Errorf("%s: %+v", name, out)
		}
	}
}

func TestGiveMark(t *testing.T) {
	o := Observation{ID: 4, DistrictID: 1, Code: "G0004", On: 2026_04_02}
	p := Project{ID: 7, DistrictID: 1, Name: "华兴", OwnerID: 5}
	given := ObservationMark{ID: 11, Score: 9000}
	type try struct {
		o             Observation
		p             Project
		onTour, judge bool
		was           ObservationMark
		score         Score
		again         bool
		closes        workday.Day
	}
	good := try{o: o, p: p, onTour: true, judge: true, score: 9200, closes: 2026_04_07}
	with := func(change func(*try)) try {
		x := good
		change(&x)
		return x
	}
	for name, c := range map[string]struct {
		try
		says string
	}{
		"a score":            {good, ""},
		"none at all":        {with(func(x *try) { x.score = 0 }), ""},
		"all of it":          {with(func(x *try) { x.score = 10_000 }), ""},
		"more than all":      {with(func(x *try) { x.score = 10_001 }), "0到100之间，您打的是100.01分"},
		"less than none":     {with(func(x *try) { x.score = -1 }), "0到100之间"},
		"twice":              {with(func(x *try) { x.was = given }), "您已给华兴打过90分"},
		"changed":            {with(func(x *try) { x.was, x.again = given, true }), ""},
		"changed for none":   {with(func(x *try) { x.again = true }), "还没有给华兴打过分"},
		"no judge":           {with(func(x *try) { x.judge = false }), "不是4月2日观摩（G0004）的评委"},
		"not on the tour":    {with(func(x *try) { x.onTour = false }), "华兴不在"},
		"before the day":     {with(func(x *try) { x.o.On = 2026_04_03 }), "还没有开始"},
		"after the last day": {with(func(x *try) { x.closes = 2026_04_01 }), "已于4月1日截止"},
		"of one's own":       {with(func(x *try) { x.p.OwnerID = thursdayAt.Person }), "由您负责"},
		"of a tour off":      {with(func(x *try) { x.o.Cancelled = true }), "已经取消"},
	} {
		out, err := GiveMark(c.o, c.p, c.onTour, c.judge, c.was, c.score, "", c.again, c.closes, thursdayAt)
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(fault.Sentence(err), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil && (len(out.Marks) != 1 || out.Marks[0].ID != c.was.ID || out.Marks[0].Score != c.score || len(out.Entries) != 1 || (out.Entries[0].Before != "") != c.again) {
			t.Errorf("%s: %+v", name, out)
		}
	}
}

func TestObservationResults(t *testing.T) {
	stops := []ObservationStop{{ProjectID: 1}, {ProjectID: 2}, {ProjectID: 3}, {ProjectID: 4}}
	mark := func(p ProjectID, s Score) ObservationMark { return ObservationMark{ProjectID: p, Score: s} }
	var got []string
	for _, r := range ObservationResults(stops, []ObservationMark{mark(1, 9000), mark(1, 9001), mark(3, 9100), mark(4, 9001), mark(9, 100)}) {
		got = append(got, fmt.Sprint(r.Place, " ", r.Marks, " ", r.Average))
	}
	if s := strings.Join(got, ", "); s != "2 2 90.01分, 0 0 0分, 1 1 91分, 2 1 90.01分" {
		t.Errorf("came to %s", s)
	}
}

func TestCancelObservation(t *testing.T) {
	o := Observation{ID: 4, DistrictID: 1, Code: "G0004", On: 2026_04_15}
	off := o
	off.Cancelled = true
	for says, try := range map[string]func() error{
		"已经取消":   func() error { _, err := CancelObservation(off, 0, "下雨", nil, thursdayAt); return err },
		"已有评委打分": func() error { _, err := CancelObservation(o, 1, "下雨", nil, thursdayAt); return err },
		"取消原因":   func() error { _, err := CancelObservation(o, 0, "", nil, thursdayAt); return err },
	} {
		if err := try(); err == nil || !strings.Contains(fault.Sentence(err), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
	if out, err := CancelObservation(o, 0, "下雨", []Recipient{{Group: 3}}, thursdayAt); err != nil || !out.TouredOff[0].Cancelled || len(out.Notices) != 1 {
		t.Errorf("%+v, %v", out, err)
	}
}
