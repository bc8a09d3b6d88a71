package sandbox

import (
	"context"
	"slices"
	"strings"
	"time"

	"duban/internal/clock"
	"duban/internal/workday"
)

// say: somebody types in a chat.
func (d *Demo) say(ctx context.Context, in wish) (any, error) {
	text := strings.TrimSpace(in.Text)
	if text == "" {
		return nil, errEmpty
	}
	return d.alone(func() (any, error) {
		platform, err := d.mayAct(in.Person, in.Chat)
		if err != nil {
			return nil, err
		}
		group, _, _ := parties(in.Chat)
		if g, ok := d.world.Group(group); ok && g.ChatID == "" {
			return nil, errListen
		}
		d.board.add(in.Chat, d.world.Clock.Now(), line{Kind: "said", By: in.Person, Text: text})
		if err := d.world.Say(ctx, in.Person, group, platform, text); err != nil {
			return nil, err
		}
		return d.done(), nil
	})
}

// press: somebody presses a button under a message. Where pressing only offers words, they come back
// for the text box.
func (d *Demo) press(ctx context.Context, in wish) (any, error) {
	return d.alone(func() (any, error) {
		l, ok := d.board.line(in.No)
		if !ok || in.Button < 0 || in.Button >= len(l.seen.Buttons) || l.Gone || l.Buttons[in.Button].Dead {
			return nil, errGone
		}
		if _, err := d.mayAct(in.Person, l.Chat); err != nil {
			return nil, err
		}
		o := l.seen.Buttons[in.Button]
		at := d.world.Clock.Now()
		words, err := d.world.PickAt(ctx, in.Person, l.seen, o, in.Chosen)
		if err != nil {
			return nil, err
		}
		if words != "" {
			return map[string]any{"words": words}, nil
		}
		d.board.add(l.Chat, at, line{Kind: "pressed", By: in.Person, Text: o.Label + l.seen.Card.picked(in.Chosen)})
		return d.done(), nil
	})
}

// turn turns the clock: to "workday", "job", "period", "+1h" or a moment as 2026-03-10T08:40.
func (d *Demo) turn(ctx context.Context, in wish) (any, error) {
	if err := d.board.seize(); err != nil {
		return nil, err
	}
	defer d.board.turning(nil)
	d.act.Lock()
	defer d.act.Unlock()
	to, err := d.moment(ctx, in.To)
	if err != nil {
		return nil, err
	}
	return d.turnTo(ctx, to)
}

// seize makes the clock one's own until turning(nil); one turns it at a time.
func (b *board) seize() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.busy != nil {
		return errTurning
	}
	b.busy = &turning{}
	return nil
}

func (d *Demo) moment(ctx context.Context, to string) (time.Time, error) {
	now := d.world.Clock.Now()
	var at time.Time
	var err error
	switch to {
	case "workday", "job", "period":
		if at, err = d.world.After(ctx, to); err != nil {
			return at, err
		}
	case "+1h":
		at = now.Add(time.Hour)
	default:
		if at, err = time.ParseInLocation(isoMinute, to, clock.Shanghai); err != nil {
			return at, errMoment
		}
	}
	switch {
	case !at.After(now):
		return at, errBack
	case at.After(now.AddDate(0, 0, farthest)):
		return at, errFar
	}
	return at, nil
}

// turnTo goes from one planned moment to the next, so that whoever watches sees the days pass.
func (d *Demo) turnTo(ctx context.Context, to time.Time) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, turnLimit)
	defer cancel()
	from, before := d.world.Clock.Now(), d.board.count()
	for now := from; now.Before(to); now = d.world.Clock.Now() {
		d.board.turning(&turning{spoken(from), spoken(to), int(100 * now.Sub(from) / to.Sub(from))})
		next := d.world.App.NextJob(now)
		if !next.After(now) || next.After(to) {
			next = to
		}
		if err := d.world.Turn(ctx, next); err != nil {
			return nil, err
		}
		d.board.collect(d.world)
		d.board.turn(d.world)
	}
	return map[string]any{"to": spoken(to), "before": before, "new": d.board.count() - before}, nil
}

func (b *board) turning(t *turning) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.busy = t
}

// spoken is a moment as people say it: 3月10日 08:40.
func spoken(t time.Time) string {
	return workday.DayOf(t).Chinese() + " " + t.Format("15:04")
}

// open: somebody opens a page of the product out of a message, signed in by their app.
func (d *Demo) open(_ context.Context, in wish) (any, error) {
	return d.alone(func() (any, error) {
		platform, err := d.mayAct(in.Person, in.Chat)
		if err != nil {
			return nil, err
		}
		at, err := d.world.Sit(in.Person, platform, in.URL)
		if err != nil {
			return nil, errPage.Because(err)
		}
		return map[string]any{"url": at}, nil
	})
}

// platform lets a platform fail: down, up, hour (away for an hour), repeat, lose, revoke.
func (d *Demo) platform(ctx context.Context, in wish) (any, error) {
	if err := d.board.seize(); err != nil {
		return nil, err
	}
	defer d.board.turning(nil)
	d.act.Lock()
	defer d.act.Unlock()
	other := map[string]string{"wecom": "dingtalk", "dingtalk": "wecom"}[in.Platform]
	if other == "" || !slices.Contains([]string{"down", "up", "hour", "repeat", "lose", "revoke"}, in.What) {
		return nil, errPlatform
	}
	d.board.mu.Lock()
	away := d.board.down[other]
	d.board.mu.Unlock()
	if away {
		return nil, errOneDown
	}
	if in.What != "hour" {
		err := d.world.Fail(ctx, in.Platform, in.What)
		d.board.fail(in.Platform, in.What)
		if err != nil {
			return nil, err
		}
		return d.done(), nil
	}
	if err := d.world.Fail(ctx, in.Platform, "down"); err != nil {
		return nil, err
	}
	d.board.fail(in.Platform, "down")
	before := d.board.count()
	out, err := d.turnTo(ctx, d.world.Clock.Now().Add(time.Hour))
	if err != nil {
		return nil, err
	}
	if err := d.world.Fail(ctx, in.Platform, "up"); err != nil {
		return nil, err
	}
	d.board.fail(in.Platform, "up")
	d.done()
	out.(map[string]any)["new"] = d.board.count() - before
	return out, nil
}

func (b *board) fail(platform, what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch what {
	case "down":
		b.down[platform] = true
	case "up":
		delete(b.down, platform)
	}
}

// alone does an act when it is its turn; while the clock is being turned it is refused at once.
func (d *Demo) alone(act func() (any, error)) (any, error) {
	d.board.mu.Lock()
	busy := d.board.busy != nil
	d.board.mu.Unlock()
	if busy {
		return nil, errTurning
	}
	d.act.Lock()
	defer d.act.Unlock()
	return act()
}

// done shows what an act brought; the caller owns the world.
func (d *Demo) done() map[string]any {
	d.board.collect(d.world)
	d.board.turn(d.world)
	return map[string]any{"last": d.board.count()}
}

// mayAct checks that somebody sits in a chat and can reach the platform, and names the platform.
func (d *Demo) mayAct(person, chat string) (platform string, err error) {
	p, known := d.world.Person(person)
	group, owner, platform := parties(chat)
	if g, ok := d.world.Group(group); ok {
		platform = g.Platform
		if known && !slices.Contains(d.world.Seats(g), person) {
			return "", errOutside
		}
	} else if group != "" || owner == "" {
		return "", errChat
	} else if owner != person || platform == "wecom" && p.WeCom == "" || platform == "dingtalk" && p.DingTalk == "" {
		return "", errOutside
	}
	d.board.mu.Lock()
	away := d.board.down[platform]
	d.board.mu.Unlock()
	switch {
	case !known:
		return "", errPerson
	case away:
		return "", errDown(platform)
	}
	return platform, nil
}
