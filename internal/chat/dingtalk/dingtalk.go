// Package dingtalk speaks with DingTalk (floor 2): it receives what people do (Stream connection or HTTP
// callback), sends on five routes, changes its cards, takes messages back, says who has read them, signs people in
// and fetches their files, with a small client of its own.
//
//	person ── Stream / HTTP ──► decode ──► Options.Inbox          (ack only when the Inbox kept it)
//	chat.Message ──► fit, markdown ──► wire ──► classify ──► chat.Result
//
// It translates and nothing else: it must not know the ledger, the database or the product's words, never asks
// the host for the time, and lets no credential into an error, a log line or a Result.
package dingtalk

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/fault"
)

// The hosts of the public platform. A government deployment has its own.
const (
	publicAPI   = "https://api.dingtalk.com"
	publicOld   = "https://oapi.dingtalk.com"
	publicLogin = "https://login.dingtalk.com"
)

// Options is what an office has configured. AppKey and AppSecret belong together; RobotCode is needed to send to
// groups and people and to fetch files; what is not configured is absent from Senders and its kin.
type Options struct {
	AppKey, AppSecret string
	RobotCode         string // read from the console; usually the AppKey, but not by promise
	AgentID           string // for dd.config of pages inside DingTalk; no route here needs it
	CorpID            string // when set, people and logins of other organisations are nobody here
	APIBase           string // new API; "" is the public host
	OldAPIBase        string // old API, custom robots
	LoginBase         string // browser login
	// SessionHosts are the hosts a session webhook may have, with port where it has one; default: OldAPIBase's.
	// The webhook comes out of a message, so anything else is not believed.
	SessionHosts []string
	Custom       map[string]CustomRobot // by the name Address.To carries
	// CardTemplate is the id of an interactive card's template with the fields of setup-dingtalk.md; "" sends none.
	CardTemplate string
	// CardURL is where card callbacks are posted in HTTP mode; "" has them come over Stream.
	CardURL string
	// EventToken and EventAESKey open the events that are pushed in HTTP mode; "" has none.
	EventToken, EventAESKey string
	// Plain sends markdown only: no cards, no links that speak. It is what a deployment of one's own is sure to carry.
	Plain bool
	// TenantID is the organisation's id on a government deployment; with it people are notified and sign in there. By
	// AccountID the register names them by account id, else by employee code.
	TenantID  string
	AccountID bool
	Vault     chat.Vault // shares the access token with other replicas; nil keeps it in this process
	Clock     clock.Clock
	HTTP      *http.Client // its transport and time limit are used, its redirect policy is not
	Log       *slog.Logger
	Inbox     chat.Inbox // required to receive
}

// CustomRobot is a group's webhook. Secret is set where the robot's security setting is 加签.
type CustomRobot struct{ AccessToken, Secret string }

// DingTalk is one configured application and its custom robots. Safe for concurrent use.
type DingTalk struct {
	opt      Options
	clock    clock.Clock
	log      *slog.Logger
	wire     *wire
	tokens   *tokens
	files    *http.Client
	hooks    hookRule
	counters counters
	usage    usage
	up       gauge
	pace     pace
	pressed  presses
	uploads  uploads
	events   *chat.Envelope // of pushed events; nil without
	gov      *gov           // nil on the public platform
	keeping  keeping
}

// New checks the options and makes the adapter; nothing is sent yet.
func New(opt Options) (*DingTalk, error) {
	if opt.Clock == nil {
		return nil, errors.New("dingtalk: Options.Clock is required")
	}
	if (opt.AppKey == "") != (opt.AppSecret == "") {
		return nil, errors.New("dingtalk: AppKey and AppSecret belong together")
	}
	if (opt.EventToken == "") != (opt.EventAESKey == "") || opt.EventToken != "" && opt.AppKey == "" {
		return nil, errors.New("dingtalk: EventToken and EventAESKey belong together, and to an application")
	}
	events, err := newEvents(opt)
	if err != nil {
		return nil, fault.New(fault.Invalid, "钉钉事件订阅的 aes_key 应为 43 位字母数字，请到开放平台“事件订阅”页核对。").Because(err)
	}
	for name, robot := range opt.Custom {
		if name == "" || robot.AccessToken == "" {
			return nil, fmt.Errorf("dingtalk: custom robot %q needs a name and an access token", name)
		}
	}
	for _, b := range []struct {
		base     *string
		fallback string
	}{{&opt.APIBase, publicAPI}, {&opt.OldAPIBase, publicOld}, {&opt.LoginBase, publicLogin}} {
		if err := checkBase(b.base, b.fallback); err != nil {
			return nil, err
		}
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.HTTP == nil {
		opt.HTTP = &http.Client{}
	}
	d := &DingTalk{opt: opt, clock: opt.Clock, log: opt.Log.With("platform", string(chat.DingTalk)), pace: usual, events: events}
	d.wire = newWire(opt)
	d.tokens = &tokens{clock: opt.Clock, fetch: d.newToken, vault: opt.Vault, name: "dingtalk:" + opt.AppKey, secret: opt.AppSecret, log: d.log}
	if opt.TenantID != "" {
		if !d.hasApp() || !opt.Plain || opt.RobotCode != "" {
			return nil, errors.New("dingtalk: TenantID goes with AppKey, AppSecret and Plain, without RobotCode")
		}
		d.gov = &gov{d: d, tenant: opt.TenantID, byCode: !opt.AccountID}
		d.tokens.fetch = d.gov.token
	}
	d.keeping.room = make(chan struct{}, keepers)
	d.files = fileClient(opt.HTTP, isLoopback(opt.APIBase))
	d.hooks = newHookRule(opt)
	d.up.clock = opt.Clock
	return d, nil
}

// checkBase fills in the default and drops a trailing slash.
func checkBase(base *string, fallback string) error {
	if *base == "" {
		*base = fallback
	}
	*base = strings.TrimRight(*base, "/")
	u, err := url.Parse(*base)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || (u.Scheme != "https" && u.Scheme != "http") {
		return errors.New("dingtalk: a base address must be https://host or http://host")
	}
	return nil
}

func (d *DingTalk) hasApp() bool   { return d.opt.AppKey != "" }
func (d *DingTalk) hasRobot() bool { return d.hasApp() && d.opt.RobotCode != "" }

// hasCards reports whether interactive cards are sent.
func (d *DingTalk) hasCards() bool { return d.hasRobot() && d.opt.CardTemplate != "" && !d.opt.Plain }

// Senders gives a sender for every route that is configured. Session webhooks come with incoming messages, so
// that route is there when the application is.
func (d *DingTalk) Senders() []chat.Sender {
	var out []chat.Sender
	if d.hasApp() {
		out = append(out, session{d})
	}
	if d.hasRobot() {
		out = append(out, group{d}, person{d})
	}
	if d.hasCards() {
		out = append(out, changed{d})
	}
	if d.gov != nil {
		out = append(out, notified{d.gov})
	}
	if len(d.opt.Custom) > 0 {
		out = append(out, custom{d})
	}
	return out
}
