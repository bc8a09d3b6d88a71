package wecom

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/fault"
)

// The real hosts. A private edition (政务微信) has its own.
const (
	realAPI   = "https://qyapi.weixin.qq.com"
	realWS    = "wss://openws.work.weixin.qq.com"
	realOAuth = "https://open.weixin.qq.com"
)

// callLimit bounds one call to the platform, the token included.
const callLimit = 10 * time.Second

// Options says which parts of the platform are used. A part whose settings are empty is absent.
type Options struct {
	CorpID, AgentID, Secret string            // the self-built app: messages, files, sign-in
	Token, AESKey           string            // its callback; needs CorpID and Inbox
	BotID, BotSecret        string            // the aibot by its connection; needs Inbox
	BotToken, BotAESKey     string            // the aibot by its callback instead; needs Inbox
	BotName                 string            // as people write it after the @; "" takes the first @word for it
	Webhooks                map[string]string // configured name to robot key

	APIBase, WSBase, OAuthBase string // "" means the real hosts
	Home                       string // the page a card opens that names none
	Plain                      bool   // markdown only, for editions without cards

	Clock clock.Clock
	HTTP  *http.Client // optional; its Transport and Timeout are used
	Log   *slog.Logger
	Inbox chat.Inbox
	Vault chat.Vault // shares the app's access token with other replicas; nil keeps it in this process
}

// WeCom is one corporation with one app, one aibot and any number of webhook robots.
// All methods may be called from any goroutine.
type WeCom struct {
	corpID, agentID string
	agent           int
	hooks           map[string]string
	api             *url.URL
	oauth, home     string
	plain           bool
	clock           clock.Clock
	log             *slog.Logger
	inbox           chat.Inbox
	vault           chat.Vault
	wire            http.RoundTripper
	timeout         time.Duration
	tokens          *tokens // nil without an app
	door            *door   // nil without a callback
	bot             *bot    // nil without an aibot
	tally           tally
	secrets         *strings.Replacer
	alarms          sync.Mutex
	alarmed         map[int64]clock.Instant // when the office was last told of a code
	uploading       sync.Mutex
	uploads         map[string]upload // by delivery
	answerBy        time.Duration     // see answerBy; shorter in tests
	late            sync.WaitGroup    // messages whose callback was answered before the Inbox was done
}

// New checks the options; its faults name the setting to mend. Nothing is sent yet.
func New(o Options) (*WeCom, error) {
	switch {
	case o.Clock == nil || o.Log == nil:
		return nil, fault.New(fault.Internal, "企业微信适配器缺少时钟或日志。")
	case (o.AgentID == "") != (o.Secret == "") || o.Secret != "" && o.CorpID == "":
		return nil, fault.New(fault.Invalid, "企业微信自建应用需同时填写企业 ID、AgentId 和 Secret。")
	case (o.Token == "") != (o.AESKey == "") || o.Token != "" && o.CorpID == "":
		return nil, fault.New(fault.Invalid, "企业微信回调需同时填写企业 ID、Token 和 EncodingAESKey。")
	case (o.BotID == "") != (o.BotSecret == ""):
		return nil, fault.New(fault.Invalid, "企业微信智能机器人需同时填写 Bot ID 和 Secret。")
	case (o.BotToken == "") != (o.BotAESKey == ""):
		return nil, fault.New(fault.Invalid, "企业微信智能机器人回调需同时填写 Token 和 EncodingAESKey。")
	case o.BotSecret != "" && o.BotToken != "":
		return nil, fault.New(fault.Invalid, "企业微信智能机器人的长连接和回调只能选一种。")
	case (o.Token != "" || o.BotID != "" || o.BotToken != "") && o.Inbox == nil:
		return nil, fault.New(fault.Internal, "企业微信适配器缺少收件处理。")
	}
	w := &WeCom{corpID: o.CorpID, agentID: o.AgentID, hooks: maps.Clone(o.Webhooks), home: o.Home, plain: o.Plain, clock: o.Clock, log: o.Log, inbox: o.Inbox, vault: o.Vault}
	w.secrets, w.alarmed, w.answerBy = secretsOf(o), map[int64]clock.Instant{}, answerBy
	w.wire, w.timeout = wire(o.HTTP)
	var err error
	if w.api, err = base(o.APIBase, realAPI, "http", "https"); err != nil {
		return nil, err
	}
	oauth, err := base(o.OAuthBase, realOAuth, "http", "https")
	if err != nil {
		return nil, err
	}
	w.oauth = oauth.String()
	if o.AgentID != "" {
		if w.agent, err = strconv.Atoi(o.AgentID); err != nil || w.agent <= 0 {
			return nil, fault.New(fault.Invalid, "企业微信 AgentId 应为正整数，请到应用详情页核对。")
		}
		w.tokens = &tokens{w: w, corpID: o.CorpID, secret: o.Secret, turn: make(chan struct{}, 1)}
	}
	if o.Token != "" {
		seal, err := chat.NewEnvelope(o.Token, o.AESKey, o.CorpID)
		if err != nil {
			return nil, fault.New(fault.Invalid, "企业微信 EncodingAESKey 应为 43 位字母数字，请到接收消息设置页核对。").Because(err)
		}
		w.door = &door{w: w, seal: seal}
	}
	if o.BotID != "" {
		ws, err := base(o.WSBase, realWS, "ws", "wss")
		if err != nil {
			return nil, err
		}
		w.bot = newBot(w, o.BotID, o.BotSecret, o.BotName, ws.String())
	}
	if o.BotToken != "" {
		seal, err := chat.NewEnvelope(o.BotToken, o.BotAESKey, "")
		if err != nil {
			return nil, fault.New(fault.Invalid, "智能机器人的 EncodingAESKey 应为 43 位字母数字，请到机器人的 API 设置核对。").Because(err)
		}
		w.bot = newBot(w, "", o.BotAESKey, o.BotName, "")
		w.bot.seal, w.bot.process, w.bot.held = seal, random(), map[string]chan []byte{}
		if w.door == nil {
			w.door = &door{w: w}
		}
	}
	install()
	return w, nil
}

// Senders gives one sender for each way of sending that is configured.
func (w *WeCom) Senders() []chat.Sender {
	var s []chat.Sender
	if w.tokens != nil {
		s = append(s, &appSender{w}, &appChatSender{w})
	}
	if w.tokens != nil && !w.plain {
		s = append(s, &cardSender{w})
	}
	if len(w.hooks) > 0 {
		s = append(s, &webhookSender{w})
	}
	if w.bot != nil && w.bot.seal == nil {
		s = append(s, &botSender{w})
	}
	if w.bot != nil {
		s = append(s, &replySender{w})
	}
	if w.bot != nil && !w.plain {
		s = append(s, &botCardSender{w})
	}
	return s
}

// Callback gives the handler for the messages and events of the app and of an aibot that calls back, both
// at one address; nil without one configured.
func (w *WeCom) Callback() http.Handler {
	if w.door == nil {
		return nil
	}
	return w.door
}

// SignIn gives the sign-in with the app; nil without one configured.
func (w *WeCom) SignIn() chat.SignIn {
	if w.tokens == nil {
		return nil
	}
	return signIn{w}
}

// Run holds the aibot's connection until ctx ends and then gives nil; without an aibot, or
// with one that calls back, it gives nil at once. Only one process may run it: a second connection throws the first one out (101463).
func (w *WeCom) Run(ctx context.Context) error {
	if w.bot == nil || w.bot.seal != nil {
		return nil
	}
	return w.bot.run(ctx)
}

// Wait returns when no message is left in the Inbox whose callback has been answered already.
func (w *WeCom) Wait() { w.late.Wait() }

// Ready reports whether the aibot's connection is up in this process.
func (w *WeCom) Ready() bool { return w.bot != nil && w.bot.current() != nil }

// base reads the address of a host, with fallback where it is empty.
func base(s, fallback string, schemes ...string) (*url.URL, error) {
	if s == "" {
		s = fallback
	}
	u, err := url.Parse(s)
	if err == nil && u.Host != "" {
		for _, scheme := range schemes {
			if u.Scheme == scheme {
				return u, nil
			}
		}
	}
	return nil, fault.Newf(fault.Invalid, "企业微信地址“%s”不正确，应以 %s:// 开头并写明主机。", s, schemes[len(schemes)-1])
}

// wire gives the transport and the time limit of every call.
func wire(c *http.Client) (http.RoundTripper, time.Duration) {
	if c != nil && c.Transport != nil {
		if c.Timeout > 0 {
			return c.Transport, c.Timeout
		}
		return c.Transport, callLimit
	}
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 64 // the default of 2 would close most connections of a busy outbox
	if c != nil && c.Timeout > 0 {
		return t, c.Timeout
	}
	return t, callLimit
}
