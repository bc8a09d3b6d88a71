package ledger

import (
	"fmt"
	"strings"

	"duban/internal/workday"
)

// Negotiated is the stage from which a project is signed.
const Negotiated Stage = "在谈"

// Signs reports whether a node is the signing of a project: 签约, 签订投资协议.
func Signs(m Commitment) bool {
	return m.Kind == Milestone && (strings.Contains(m.Title, "签约") || strings.Contains(m.Title, "签订"))
}

// LacksToSign says what a project under negotiation still lacks for the signing (集中签约) of the five elements and
// of what an agreement names, and what stands in its way. open is what is open on it.
func LacksToSign(p Project, open []Commitment, today workday.Day) (lacks, hindered []string) {
	lacks = p.Missing()
	for _, x := range []struct {
		word string
		has  bool
	}{{"总投资", p.Investment > 0}, {"牵头部门", p.LeadUnitID != 0}, {"落户载体（属地）", p.HostUnitID != 0}, {"产业类别", p.Industry != ""}} {
		if !x.has {
			lacks = append(lacks, x.word)
		}
	}
	for _, m := range open {
		switch {
		case m.Kind == Problem:
			hindered = append(hindered, fmt.Sprintf("问题%s未解决", m.Code))
		case m.Kind == Milestone && !Signs(m) && m.DueOn < today && m.State == Open:
			hindered = append(hindered, fmt.Sprintf("节点%s已逾期", m.Code))
		}
	}
	return lacks, hindered
}

// QuarterOf gives the first and the last day of the quarter a day lies in.
func QuarterOf(day workday.Day) (first, last workday.Day) {
	month := (day.Month()-1)/3*3 + 1
	first = workday.NewDay(day.Year(), month, 1)
	if month == 10 {
		return first, workday.NewDay(day.Year(), 12, 31)
	}
	return first, workday.NewDay(day.Year(), month+3, 1).AddDays(-1)
}
