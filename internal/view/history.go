package view

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/workday"
)

// History is what happened to a matter.
type History struct {
	M     Matter
	Owner string
	Lines []Event
}

// Event is one line of a history, as it was written then.
type Event struct {
	On     workday.Day
	At     string // "09:30"
	Act    string // the line's act: "done", "step:warn", …
	Who    string // "" when time did it
	For    string // on whose behalf
	Note   string
	Photos int
	Notice string // the number of the warning or the order that was sent or read

	// In the history of a whole project:
	Code    string // of the matter, "" of the project itself
	Title   string
	Figures string // the values of a report
}

// History gives what happened to a matter the viewer was shown, oldest first: five queries. That a talk was
// proposed (提请约谈) only the inspection office and the project office read.
func (v *View) History(ctx context.Context, who ledger.Viewer, m Matter) (History, error) {
	h := History{M: m}
	reg, err := v.People(ctx)
	if err != nil {
		return h, err
	}
	h.Owner = reg.Called(m.OwnerID)
	entries, err := v.Store.History(ctx, v.District, m.Subject())
	if err != nil {
		return h, err
	}
	steps, err := v.Store.StepsOf(ctx, v.District, m.ID)
	if err != nil {
		return h, err
	}
	if m.RaisedBy != 0 {
		at := m.CreatedAt.Time()
		raised := Event{On: workday.DayOf(at), At: at.Format("15:04"), Act: "raised:" + string(m.Kind), Who: reg.Called(m.RaisedBy)}
		if from := m.Origin(); m.Kind == ledger.Assignment && from.Source != ledger.Remarked {
			raised.Act, raised.Note = "registered", from.String()
		}
		h.Lines = append(h.Lines, raised)
	}
	numbers := map[string]string{}
	for _, s := range steps {
		numbers[fmt.Sprint(s.On, s.Name)] = s.Notice
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Act, "import:") {
			continue // the register's own bookkeeping
		}
		if e.Act == actListed && !oversees(who) {
			continue
		}
		line := event(e, reg)
		if name, ok := strings.CutPrefix(e.Act, "step:"); ok {
			line.Notice = numbers[fmt.Sprint(line.On, ledger.StepName(name))]
		}
		h.Lines = append(h.Lines, line)
	}
	return h, nil
}

// event makes a line of an entry.
func event(e ledger.Entry, reg People) Event {
	at := e.At.Time()
	line := Event{
		On: workday.DayOf(at), At: at.Format("15:04"), Act: e.Act, Who: reg.Called(e.PersonID), For: reg.Called(e.ForID), Note: e.Note,
	}
	var kept struct{ Photos []string }
	if strings.HasPrefix(e.After, `{"photos"`) && json.Unmarshal([]byte(e.After), &kept) == nil {
		line.Photos = len(kept.Photos)
	}
	if e.Act == store.ActRead {
		line.Notice, line.Note = e.Note, ""
	}
	return line
}
