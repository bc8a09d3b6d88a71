package sandbox

import (
	"bytes"
	"context"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/sandbox/dingtalk"
	"duban/internal/sandbox/wecom"
)

// Play does one act of a story; the syntax is in docs/scenarios.md.
func (w *World) Play(ctx context.Context, act string) error {
	verb, rest, _ := strings.Cut(act, " ")
	switch rest = strings.TrimSpace(rest); verb {
	case "turn":
		return w.playTurn(ctx, rest)
	case "wecom", "dingtalk":
		return w.playPlatform(ctx, verb, rest)
	case "join", "rename", "read", "enter":
		return w.playMove(ctx, verb, rest)
	}
	head, text, ok := strings.Cut(rest, ":")
	if !ok {
		head, text, ok = strings.Cut(rest, ":")
	}
	if !ok {
		return fmt.Errorf("%q wants who and what, e.g. %s chen in force: …", verb, verb)
	}
	who, group, platform := parseWho(head)
	text = strings.TrimSpace(text)
	var err error
	switch verb {
	case "say":
		err = w.Say(ctx, who, group, platform, text)
	case "press":
		err = w.Press(ctx, who, group, text)
	case "pick":
		err = w.playPick(ctx, who, group, text)
	case "reply":
		err = w.Reply(ctx, who, group, platform, text)
	case "voice":
		err = w.Speak(ctx, who, platform, text)
	case "picture":
		err = w.playPicture(ctx, who, group, text)
	case "form":
		err = w.playForm(ctx, who, platform, text)
	default:
		err = fmt.Errorf("there is no act %q", verb)
	}
	if err != nil {
		return err
	}
	return w.Turn(ctx, w.Clock.Now().Add(actTakes))
}

// actTakes is how long a person needs to type or press: no robot's budget is spent in one instant.
const actTakes = 20 * time.Second

// parseWho reads "chen in force", "chen@dingtalk", "chen".
func parseWho(s string) (who, group, platform string) {
	who, group, _ = strings.Cut(s, " in ")
	who, platform, _ = strings.Cut(strings.TrimSpace(who), "@")
	return who, strings.TrimSpace(group), platform
}

// playTurn: "turn 2026-03-10 08:40", "turn 08:40" (today or, if past, tomorrow), "turn +3h", "turn next workday|job|period".
func (w *World) playTurn(ctx context.Context, to string) error {
	now := w.Clock.Now()
	if what, ok := strings.CutPrefix(to, "next "); ok {
		at, err := w.After(ctx, what)
		if err != nil {
			return err
		}
		return w.Turn(ctx, at)
	}
	if d, ok := strings.CutPrefix(to, "+"); ok {
		span, err := time.ParseDuration(d)
		if err != nil {
			return fmt.Errorf("turn +%s: write +90m or +3h", d)
		}
		return w.Turn(ctx, now.Add(span))
	}
	if at, err := time.ParseInLocation("2006-01-02 15:04", to, clock.Shanghai); err == nil {
		return w.Turn(ctx, at)
	}
	at, err := time.ParseInLocation("15:04", to, clock.Shanghai)
	if err != nil {
		return fmt.Errorf("turn %s: write 2026-03-10 08:40, 08:40, +3h, or next workday, job, period", to)
	}
	at = time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), 0, 0, clock.Shanghai)
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return w.Turn(ctx, at)
}

// After gives the moment a turn to the next workday, job or period ends at.
func (w *World) After(ctx context.Context, what string) (time.Time, error) {
	now := w.Clock.Now()
	switch what {
	case "workday":
		return w.App.NextWorkday(now), nil
	case "job":
		return w.App.NextJob(now), nil
	case "period":
		return w.App.PeriodPublished(now), nil
	}
	return now, fmt.Errorf("turn next %s: write workday, job or period", what)
}

// playPlatform: "wecom down", "wecom up", "wecom repeat 3", "wecom lose 1", "wecom revoke".
func (w *World) playPlatform(ctx context.Context, platform, what string) error {
	verb, arg, _ := strings.Cut(what, " ")
	n, _ := strconv.Atoi(arg)
	we := platform == "wecom"
	switch verb {
	case "down", "up":
		if we {
			w.WeCom.SetDown(verb == "down")
		} else {
			w.DingTalk.SetDown(verb == "down")
		}
	case "repeat":
		if we {
			w.WeCom.Repeat(n)
		} else {
			w.DingTalk.Repeat(n)
		}
	case "lose":
		if we {
			w.WeCom.Inject(wecom.Fault{Path: "/cgi-bin/message/send", AfterAccept: true, Times: n})
		} else {
			w.DingTalk.Inject(dingtalk.Fault{Path: "/v1.0/robot/groupMessages/send", AfterAccept: true, Times: n})
		}
	case "revoke":
		if we {
			w.WeCom.RevokeTokens()
		} else {
			w.DingTalk.RevokeTokens()
		}
	case "quota":
		var calls, messages int
		if _, err := fmt.Sscan(arg, &calls, &messages); err != nil || we {
			return fmt.Errorf("only DingTalk has a quota: dingtalk quota CALLS MESSAGES of the month, 0 without bound")
		}
		w.DingTalk.SetQuota(calls, messages)
	default:
		return fmt.Errorf("%s %s: write down, up, repeat N, lose N, revoke or quota CALLS MESSAGES", platform, what)
	}
	if verb == "up" || verb == "down" {
		if err := w.App.Await(ctx, chat.Platform(platform), verb == "up"); err != nil {
			return err
		}
	}
	return w.Settle(ctx)
}

// onePixel is a picture to send, the smallest there is; another colour for another "which".
func onePixel(which string) []byte {
	m := image.NewGray(image.Rect(0, 0, 1, 1))
	m.Pix[0] = byte(crc32.ChecksumIEEE([]byte(which)))
	var b bytes.Buffer
	_ = png.Encode(&b, m) // into memory: it cannot fail
	return b.Bytes()
}

// playPicture sends a picture: "picture chen in force: words"; "chen#2" sends another than "chen" does.
func (w *World) playPicture(ctx context.Context, person, group, text string) error {
	person, which, _ := strings.Cut(person, "#")
	picture := onePixel(which)
	p, ok := w.Person(person)
	if !ok {
		return fmt.Errorf("nobody is called %q", person)
	}
	return w.act(ctx, func() (err error) {
		switch g, inGroup := w.Group(group); {
		case inGroup && g.Platform == "dingtalk":
			_, err = w.DingTalk.SendPictureInGroup(g.ChatID, p.DingTalk, text, picture)
		case inGroup:
			_, err = w.WeCom.SayMixedInGroup(g.ChatID, p.WeCom, text, picture)
		case p.WeCom != "":
			_, err = w.WeCom.SendImageToApp(p.WeCom, picture)
		default:
			_, err = w.DingTalk.SendPictureToRobot(p.DingTalk, text, picture)
		}
		return err
	})
}

var hiddenField = regexp.MustCompile(`<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"`)

// playForm fills in the report page as a phone would: signed in by the platform, then one post.
// "form chen: P001 progress=65 invested=7000 text=主体结构封顶"
func (w *World) playForm(ctx context.Context, person, platform, text string) error {
	p, ok := w.Person(person)
	if !ok {
		return fmt.Errorf("nobody is called %q", person)
	}
	line, err := parseLine(0, text)
	if err != nil || len(line.Words) != 1 {
		return fmt.Errorf("form wants a project's code and key=value pairs")
	}
	jar, _ := cookiejar.New(nil)
	phone := &http.Client{Jar: jar, Timeout: 20 * time.Second}
	agent := "Mozilla/5.0 wxwork/4.1 MicroMessenger/7.0"
	if p.WeCom == "" || platform == "dingtalk" {
		agent = "Mozilla/5.0 DingTalk/7.5"
		w.DingTalk.SetBrowserUser(p.DingTalk)
	} else {
		w.WeCom.SetBrowserUser(p.WeCom)
	}
	page := w.App.URL() + "/report/" + line.Words[0]
	body, status, err := fetch(ctx, phone, agent, page, nil)
	if err != nil {
		return err
	}
	if status == http.StatusOK {
		form := url.Values{}
		for _, m := range hiddenField.FindAllStringSubmatch(body, -1) {
			form.Set(m[1], m[2])
		}
		for k, v := range line.Values {
			form.Set(k, v)
		}
		if _, _, err = fetch(ctx, phone, agent, page, form); err != nil {
			return err
		}
	}
	return w.Settle(ctx)
}

// fetch gets a page, or posts a form to it, following redirects as a browser does.
func fetch(ctx context.Context, c *http.Client, agent, page string, form url.Values) (string, int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
	if form != nil {
		req, err = http.NewRequestWithContext(ctx, http.MethodPost, page, strings.NewReader(form.Encode()))
	}
	if err != nil {
		return "", 0, fmt.Errorf("open %s: %w", page, err)
	}
	req.Header.Set("User-Agent", agent)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := c.Do(req)
	if err != nil {
		return "", 0, fmt.Errorf("open %s: %w", page, err)
	}
	defer func() { _ = res.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return "", 0, fmt.Errorf("read %s: %w", page, err)
	}
	return string(b), res.StatusCode, nil
}
