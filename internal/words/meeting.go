package words

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"duban/internal/clock"
	"duban/internal/ledger"
)

// MeetingTime says when a meeting is, as an invitation does: "4月2日（周四）15:00"; of a review its last day.
func MeetingTime(m ledger.Meeting) string {
	day := fmt.Sprintf("%s（%s）", m.On.Chinese(), weekday(m.On))
	if m.Online {
		return day
	}
	return day + m.StartAt.Time().In(clock.Shanghai).Format("15:04")
}

// AgendaPart is a section of an agenda.
type AgendaPart struct {
	Name  string
	Items []AgendaLine
}

// AgendaLine is a line of an agenda with the names in it.
type AgendaLine struct {
	ledger.AgendaItem
	Project string
	Owner   string
}

// agendaParts are the sections in the order in which they are taken.
var agendaParts = []struct {
	section ledger.AgendaSection
	name    string
}{{ledger.AgendaLast, "上次交办"}, {ledger.AgendaLevel, "需协调的问题"}, {ledger.AgendaRed, "红灯事项"}}

// AgendaParts puts the lines of an agenda into its sections. Of a meeting on a project no line repeats its name.
func AgendaParts(items []ledger.AgendaItem, of ledger.ProjectID, projects map[ledger.ProjectID]ledger.Project, people map[ledger.PersonID]ledger.Person) []AgendaPart {
	var out []AgendaPart
	for _, s := range agendaParts {
		part := AgendaPart{Name: s.name}
		for _, i := range items {
			if i.Section == s.section {
				line := AgendaLine{AgendaItem: i, Owner: people[i.OwnerID].Name}
				if i.ProjectID != of {
					line.Project = projects[i.ProjectID].Name
				}
				part.Items = append(part.Items, line)
			}
		}
		if len(part.Items) > 0 {
			out = append(out, part)
		}
	}
	return out
}

// Opinion is what a member of a review said, "" for nothing yet.
type Opinion struct{ Who, Verdict, Text string }

// Opinions are those of a review.
type Opinions []Opinion

// Tally counts them: "共3人，同意2人，未表态1人".
func (os Opinions) Tally() string {
	n := map[string]int{}
	for _, o := range os {
		n[o.Verdict]++
	}
	out := fmt.Sprintf("共%d人", len(os))
	for _, v := range append(slices.Clone(ledger.Verdicts), "") {
		if n[v] > 0 {
			out += fmt.Sprintf("，%s%d人", cmp.Or(v, "未表态"), n[v])
		}
	}
	return out
}

// standing says what beside its day is to be said of a matter in a list: nothing while it is in time.
func standing(why string) string {
	if why == "正常" || strings.HasSuffix(why, "到期") {
		return ""
	}
	return "，" + why
}

// Stop is a project on a tour.
type Stop struct{ Clock, Name string }
