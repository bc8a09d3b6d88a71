package sandbox

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"duban/internal/app"
	"duban/internal/clock"
	"duban/internal/config"
	"duban/internal/ledger"
	"duban/internal/sandbox/dingtalk"
	"duban/internal/sandbox/wecom"
)

// The invented credentials of the imitation platforms; nothing outside this process knows them.
const (
	corpID     = "wwsandbox"
	appSecret  = "sandbox-app-secret"
	appToken   = "sandboxtoken"
	appAESKey  = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
	agentID    = 1000002
	botID      = "aibsandbox"
	botSecret  = "sandbox-bot-secret"
	botName    = "督办助手"
	dingKey    = "dingsandbox"
	dingSecret = "sandbox-ding-secret"
)

// Options say what world to make.
type Options struct {
	Register  config.Register
	Rules     string   // file of rules, "" for the built-in ones
	Recurring []string // names of what recurs that are in force
	Mode      string   // half_month (default) or fortnight
	Anchor    string
	Meetings  []ledger.MeetingKind // in place of the rules' of the same name
	Start     time.Time
	SQLite    string   // file of the embedded database, or
	DSN       string   // address of a MySQL one
	Cards     bool     // DingTalk has a template of interactive cards; without it notices have plain buttons
	Strangers []Person // people on the platforms whom the register lacks
	Addr      string   // of the product's pages; default a free port on loopback
	Links     bool     // messages carry links to the form; a story leaves them out, for the port differs every time
	Log       *slog.Logger
}

// Person is somebody of the register, or a stranger to it, with the accounts on the platforms.
type Person struct {
	Code, Name, Post string
	WeCom, DingTalk  string
	In               []string // codes of groups a stranger sits in
}

// Group is a chat group of the register as the platforms know it.
type Group struct {
	Code, Name, Class string
	Platform          string
	ChatID            string   // where people can type to the robot; "" when the group only hears
	Members           []string // codes of people
}

// World is the product between two imitation platforms on a clock that can be turned.
type World struct {
	Clock    *clock.Turnable
	WeCom    *wecom.Server
	DingTalk *dingtalk.Server
	App      *app.App

	register config.Register
	people   []Person
	groups   []Group
	toldWe   told // what News has told of
	toldDing told
}

// New starts the world: platforms, product, register imported. Close ends it.
func New(ctx context.Context, o Options) (*World, error) {
	w := &World{Clock: clock.NewTurnable(o.Start), register: o.Register}
	var err error
	if w.WeCom, err = wecom.Start(wecom.Options{Now: w.Clock.Now}); err != nil {
		return nil, fmt.Errorf("start the imitation of WeCom: %w", err)
	}
	if w.DingTalk, err = dingtalk.Start(dingtalk.Options{Now: w.Clock.Now}); err != nil {
		w.WeCom.Close()
		return nil, fmt.Errorf("start the imitation of DingTalk: %w", err)
	}
	cfg := w.settle(o)
	w.App, err = app.New(ctx, app.Options{Config: cfg, Clock: w.Clock, Log: o.Log, Manual: true, Migrate: true, Register: &o.Register, Meetings: o.Meetings})
	if err == nil {
		err = w.App.Start(ctx)
	}
	if err != nil {
		w.Close()
		return nil, fmt.Errorf("start the product: %w", err)
	}
	w.WeCom.AddApp(wecom.App{
		AgentID: agentID, Secret: appSecret, Token: appToken, AESKey: appAESKey, RootScope: true,
		CallbackURL: w.App.URL() + "/callback/wecom",
	})
	return w, nil
}

// Close ends the product and the platforms.
func (w *World) Close() {
	if w.App != nil {
		stop, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = w.App.Stop(stop)
	}
	w.WeCom.Close()
	w.DingTalk.Close()
}

// settle tells the platforms of the register's people and groups, and the product of the platforms.
func (w *World) settle(o Options) config.Config {
	cfg := config.Default()
	cfg.District.Code, cfg.District.Name = o.Register.District.Code, o.Register.District.Name
	cfg.Database.SQLite, cfg.Database.DSN = o.SQLite, config.Secret(o.DSN)
	cfg.HTTP.Addr = o.Addr
	if cfg.HTTP.Addr == "" {
		cfg.HTTP.Addr = "127.0.0.1:0"
	}
	if o.Links {
		cfg.HTTP.Addr = settled(cfg.HTTP.Addr)
		cfg.HTTP.PublicURL = "http://" + cfg.HTTP.Addr
	}
	cfg.Rules, cfg.Recurring = o.Rules, o.Recurring
	if o.Mode != "" {
		cfg.Period.Mode, cfg.Period.Anchor = o.Mode, o.Anchor
	}
	cfg.WeCom = config.WeCom{
		CorpID: corpID, AgentID: fmt.Sprint(agentID), Secret: appSecret, Token: appToken, AESKey: appAESKey,
		BotID: botID, BotSecret: botSecret, BotName: botName, Webhooks: map[string]config.Secret{},
		APIBase: w.WeCom.URL(), WSBase: w.WeCom.WSURL(), OAuthBase: w.WeCom.URL(),
	}
	cfg.DingTalk = config.DingTalk{
		AppKey: dingKey, AppSecret: dingSecret, RobotCode: dingKey, Mode: "stream", Custom: map[string]config.Robot{},
		APIBase: w.DingTalk.URL(), OldAPIBase: w.DingTalk.URL(), LoginBase: w.DingTalk.URL(),
	}
	if o.Cards {
		cfg.DingTalk.CardTemplate = cardTemplate
		w.DingTalk.AddCardTemplate(template())
	}
	w.WeCom.SetCorp(corpID)
	w.DingTalk.SetCorp("dingcorp")
	w.WeCom.AddBot(wecom.Bot{ID: botID, Secret: botSecret, Name: botName})
	w.DingTalk.AddRobot(dingtalk.Robot{AppKey: dingKey, AppSecret: dingSecret, RobotCode: dingKey, Mode: "stream"})
	for _, p := range o.Register.People {
		w.addPerson(Person{Code: p.Code, Name: p.Name, Post: p.Post, WeCom: p.WeCom, DingTalk: p.DingTalk})
	}
	for _, p := range o.Strangers {
		w.addPerson(p)
	}
	for _, g := range o.Register.Groups {
		in := members(o.Register, g)
		for _, p := range o.Strangers {
			if slices.Contains(p.In, g.Code) {
				in = append(in, p.Code)
			}
		}
		w.addGroup(g, in, &cfg)
	}
	return cfg
}

// addPerson gives somebody accounts on the platforms; a stranger is somebody the register lacks.
func (w *World) addPerson(p Person) {
	w.people = append(w.people, p)
	if p.WeCom != "" {
		w.WeCom.AddUser(wecom.User{ID: p.WeCom, Name: p.Name})
	}
	if p.DingTalk != "" {
		w.DingTalk.AddUser(dingtalk.User{StaffID: p.DingTalk, Name: p.Name})
	}
}

// addGroup makes the group on its platform and the robots' credentials known to the product.
func (w *World) addGroup(row config.GroupRow, codes []string, cfg *config.Config) {
	g := Group{Code: row.Code, Name: row.Name, Class: row.Class, Members: codes}
	we := wecom.Group{Name: row.Name}
	ding := dingtalk.Group{Title: row.Name, Made: true}
	for _, r := range row.Routes {
		g.Platform = r.Platform
		switch r.Platform + ":" + r.Route {
		case "wecom:aibot":
			g.ChatID, we.ChatID, we.BotID = r.Target, r.Target, botID
		case "wecom:webhook":
			key := "key-" + r.Target
			cfg.WeCom.Webhooks[r.Target] = config.Secret(key)
			we.WebhookKeys = append(we.WebhookKeys, key)
		case "dingtalk:group":
			g.ChatID, ding.ConversationID, ding.RobotCode = r.Target, r.Target, dingKey
		case "dingtalk:custom":
			robot := config.Robot{AccessToken: config.Secret("token-" + r.Target), Secret: config.Secret("SEC" + r.Target)}
			cfg.DingTalk.Custom[r.Target] = robot
			ding.Custom = append(ding.Custom, dingtalk.CustomRobot{AccessToken: robot.AccessToken.Reveal(), Secret: robot.Secret.Reveal()})
		}
	}
	for _, code := range codes {
		p, _ := w.Person(code)
		if p.WeCom != "" {
			we.Members = append(we.Members, p.WeCom)
		}
		if p.DingTalk != "" {
			ding.Members = append(ding.Members, p.DingTalk)
		}
	}
	switch g.Platform {
	case "wecom":
		if we.ChatID == "" { // a group the product can only send to still has an id on the platform
			we.ChatID = "wr" + row.Code
		}
		w.WeCom.AddGroup(we)
	case "dingtalk":
		if ding.ConversationID == "" {
			ding.ConversationID = "cid" + row.Code
		}
		w.DingTalk.AddGroup(ding)
	}
	w.groups = append(w.groups, g)
}

// members says who sits in a group: the office in every one, and those the group is about.
func members(r config.Register, g config.GroupRow) []string {
	var out []string
	add := func(codes ...string) {
		for _, c := range codes {
			if c != "" && !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	for _, p := range r.Projects {
		if slices.Contains(g.Projects, p.Code) {
			add(p.Owner)
			add(p.Members...)
		}
	}
	add(g.Leader)
	for _, p := range r.People {
		has := func(role string) bool { return slices.Contains(p.Roles, role) }
		switch {
		case has("office"), g.Class == "district" && has("district_leader"), g.Class == "inspection" && has("inspection"),
			g.Class == "unit" && p.Unit == g.Unit:
			add(p.Code)
		}
	}
	return out
}

// Person finds somebody by code.
func (w *World) Person(code string) (Person, bool) {
	i := slices.IndexFunc(w.people, func(p Person) bool { return p.Code == code })
	if i < 0 {
		return Person{}, false
	}
	return w.people[i], true
}

// Group finds a group by code.
func (w *World) Group(code string) (Group, bool) {
	i := slices.IndexFunc(w.groups, func(g Group) bool { return g.Code == code })
	if i < 0 {
		return Group{}, false
	}
	return w.groups[i], true
}

// People gives everybody, Groups every group, in the register's order.
func (w *World) People() []Person { return w.people }

// Groups gives every group in the register's order.
func (w *World) Groups() []Group { return w.groups }

// Say lets somebody type: in a group, or privately on a platform ("" for the one they have).
func (w *World) Say(ctx context.Context, person, group, platform, text string) error {
	p, ok := w.Person(person)
	if !ok {
		return fmt.Errorf("nobody is called %q", person)
	}
	return w.act(ctx, func() (err error) {
		switch g, inGroup := w.Group(group); {
		case group != "" && (!inGroup || g.ChatID == ""):
			return fmt.Errorf("nobody can type to the robot in %q", group)
		case inGroup && g.Platform == "wecom":
			_, err = w.WeCom.SayInGroup(g.ChatID, p.WeCom, text)
		case inGroup:
			_, err = w.DingTalk.SayInGroup(g.ChatID, p.DingTalk, text)
		case platform == "dingtalk" || (platform == "" && p.WeCom == ""):
			_, err = w.DingTalk.SayToRobot(p.DingTalk, text)
		default:
			_, err = w.WeCom.SayToApp(p.WeCom, text)
		}
		return err
	})
}

// act lets somebody do something on a platform, waits until the product has it, and lets the product
// do all it can about it. A bot's socket answers nothing, so the product itself is asked.
func (w *World) act(ctx context.Context, do func() error) error {
	before := w.App.Received()
	if err := do(); err != nil {
		return fmt.Errorf("do it on the platform: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for w.App.Received() == before {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the product to take it: %w", ctx.Err())
		case <-time.After(time.Millisecond):
		}
	}
	return w.Settle(ctx)
}

// Settle lets the product do all that can be done at this moment.
func (w *World) Settle(ctx context.Context) error {
	w.WeCom.Wait()
	w.DingTalk.Settle()
	return w.App.Tick(ctx)
}

// Turn turns the clock to a moment, stopping wherever the product has something to do on the way.
func (w *World) Turn(ctx context.Context, to time.Time) error {
	if err := w.Settle(ctx); err != nil {
		return err
	}
	for w.Clock.Now().Before(to) {
		next, err := w.App.Next(ctx, to)
		if err != nil {
			return err
		}
		if next.IsZero() || next.After(to) {
			next = to
		}
		w.Clock.Set(next)
		if err := w.Settle(ctx); err != nil {
			return err
		}
	}
	return nil
}
