package sandbox

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"duban/internal/clock"
	"duban/internal/workday"
)

// board is what the page shows of the world. It is read while the world moves.
type board struct {
	mu   sync.Mutex
	log  []line // number n at n-1
	face face
	next []plan
	busy *turning
	down map[string]bool
}

// line is one thing in one chat.
type line struct {
	No      int      `json:"no"`
	Day     string   `json:"day"`
	Time    string   `json:"time"`
	Chat    string   `json:"chat"`         // "g:CODE" of a group, "p:PLATFORM:CODE" of a person
	Kind    string   `json:"kind"`         // push: from the robot; said, pressed: by a person; changed, recalled: what became of a push
	Of      int      `json:"of,omitempty"` // of changed and recalled: the number of the push
	By      string   `json:"by,omitempty"` // code of the person
	Title   string   `json:"title,omitempty"`
	Text    string   `json:"text"`
	Ring    []string `json:"ring,omitempty"` // codes
	Buttons []button `json:"buttons,omitempty"`
	Card    *Card    `json:"card,omitempty"`
	Picture string   `json:"picture,omitempty"` // address of the picture it is
	Changed bool     `json:"changed,omitempty"` // a card that is no longer as it came
	Gone    bool     `json:"gone,omitempty"`    // taken back

	seen Seen
}

// button is an offer under a message: Open leads to a page, any other is pressed.
type button struct {
	Label string `json:"label"`
	Open  string `json:"open,omitempty"`
	Style int    `json:"style,omitempty"`
	Dead  bool   `json:"dead,omitempty"` // a word where buttons were
}

// face is the clock as the page shows it.
type face struct {
	ISO    string `json:"iso"` // 2026-03-10T08:40, Beijing time
	Day    string `json:"day"`
	Week   string `json:"week"`
	Time   string `json:"time"`
	Worked bool   `json:"worked"`
	Note   string `json:"note"` // why it is worked or not
	Period string `json:"period"`
}

// plan is a moment at which the product will act by itself.
type plan struct {
	ISO   string `json:"iso"`
	Day   string `json:"day"`
	Week  string `json:"week"`
	Time  string `json:"time"`
	Name  string `json:"name"`
	Title string `json:"title"`
}

// turning is a turn of the clock under way.
type turning struct {
	From string `json:"from"`
	To   string `json:"to"`
	Done int    `json:"done"` // of a hundred
}

const isoMinute = "2006-01-02T15:04"

var weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

func (b *board) start(w *World) {
	b.log, b.down = []line{}, map[string]bool{}
	b.turn(w)
}

// turn reads the clock and what lies ahead, one moment for each kind of work; the caller owns the world.
func (b *board) turn(w *World) {
	now := w.Clock.Now()
	worked, holiday, p := w.App.Today(now)
	f := face{
		ISO: now.Format(isoMinute), Day: workday.DayOf(now).ChineseFull(), Week: weekdays[now.Weekday()], Time: now.Format("15:04"),
		Worked: worked, Period: p.FullName(), Note: "工作日",
	}
	weekend := now.Weekday() == time.Saturday || now.Weekday() == time.Sunday
	switch {
	case worked && weekend:
		f.Note = "调休上班"
	case !worked && holiday != "":
		f.Note = holiday + "放假"
	case !worked:
		f.Note = "休息日"
	}
	next := []plan{}
	for _, j := range w.App.Planned(now, now.AddDate(0, 0, 45)) {
		if !j.Silent && !slices.ContainsFunc(next, func(p plan) bool { return p.Name == j.Name }) {
			at := j.Moment.In(clock.Shanghai)
			next = append(next, plan{at.Format(isoMinute), workday.DayOf(at).Chinese(), weekdays[at.Weekday()], at.Format("15:04"), j.Name, j.Title})
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.face, b.next = f, next
}

// collect puts what everybody received since into their chats; the caller owns the world.
func (b *board) collect(w *World) {
	for _, m := range w.News() {
		l := pushed(m)
		if m.Change != Fresh {
			b.amend(l)
			continue
		}
		if m.Group != "" {
			b.add("g:"+m.Group, m.At, l)
			continue
		}
		for _, code := range m.People {
			b.add("p:"+m.Platform+":"+code, m.At, l)
		}
	}
}

// pushed is a message as a line of a chat.
func pushed(m Seen) line {
	l := line{Kind: "push", Title: m.Title, Text: m.Text, Ring: m.Ring, Card: m.Card, Changed: m.Change == Changed, Gone: m.Change == Recalled, seen: m}
	if m.Picture != "" {
		l.Picture = "/picture/" + m.Platform + "/" + url.PathEscape(m.Picture)
	}
	for _, o := range m.Buttons {
		show := button{Label: o.Label, Style: o.Style}
		switch {
		case o.Key == "" && o.URL == "":
			show.Dead = true
		case o.Key == "" && said(o.URL) == "":
			show.Open = o.URL
		}
		l.Buttons = append(l.Buttons, show)
	}
	return l
}

// amend puts a changed message in the place of what came, in every chat where it is, and tells of it.
func (b *board) amend(l line) {
	b.mu.Lock()
	var old []line
	for i, was := range b.log {
		_, owner, _ := parties(was.Chat)
		mine := len(l.seen.For) == 0 || slices.Contains(l.seen.For, owner)
		if was.Kind == "push" && was.seen.Platform == l.seen.Platform && was.seen.Seq == l.seen.Seq && mine {
			next := l
			next.No, next.Day, next.Time, next.Chat = was.No, was.Day, was.Time, was.Chat
			b.log[i] = next
			old = append(old, next)
		}
	}
	b.mu.Unlock()
	for _, was := range old {
		note := l
		note.Kind, note.Of = string(l.seen.Change), was.No
		b.add(was.Chat, l.seen.At, note)
	}
}

func (b *board) add(chat string, at time.Time, l line) {
	b.mu.Lock()
	defer b.mu.Unlock()
	at = at.In(clock.Shanghai)
	l.No, l.Chat, l.Day, l.Time = len(b.log)+1, chat, workday.DayOf(at).Chinese()+" "+weekdays[at.Weekday()], at.Format("15:04")
	b.log = append(b.log, l)
}

// line finds a message by number.
func (b *board) line(no int) (line, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if no < 1 || no > len(b.log) {
		return line{}, false
	}
	return b.log[no-1], true
}

func (b *board) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.log)
}

// showNews: GET /api/news?after=N. While nothing else moves the world it lets the product do what a
// page outside the demo, such as the form, has given it to do.
func (d *Demo) showNews(r *http.Request) (any, error) {
	after, err := strconv.Atoi(r.URL.Query().Get("after"))
	if err != nil || after < 0 {
		return nil, errWish
	}
	if d.act.TryLock() {
		err = d.settle(context.WithoutCancel(r.Context()))
		d.act.Unlock()
		if err != nil {
			return nil, err
		}
	}
	b := &d.board
	b.mu.Lock()
	defer b.mu.Unlock()
	return map[string]any{
		"clock": b.face, "next": b.next, "busy": b.busy, "down": b.downs(), "lines": slices.Clone(b.log[min(after, len(b.log)):]), "last": len(b.log),
	}, nil
}

func (b *board) downs() []string {
	out := []string{}
	for _, p := range []string{"wecom", "dingtalk"} {
		if b.down[p] {
			out = append(out, p)
		}
	}
	return out
}

// settle lets the product work and shows what came of it; the caller owns the world.
func (d *Demo) settle(ctx context.Context) error {
	err := d.world.Settle(ctx)
	d.board.collect(d.world)
	d.board.turn(d.world)
	return err
}

// parties reads the key of a chat: a group's code, or a person's code and platform.
func parties(chat string) (group, person, platform string) {
	kind, rest, _ := strings.Cut(chat, ":")
	if kind == "g" {
		return rest, "", ""
	}
	platform, person, _ = strings.Cut(rest, ":")
	return "", person, platform
}
