package app

import (
	"context"
	"fmt"
	"net/http"

	"duban/internal/chat"
	"duban/internal/chat/dingtalk"
	"duban/internal/chat/wecom"
	"duban/internal/web"
)

// platforms are the configured chat platforms, seen the way the rest of the product needs them.
type platforms struct {
	wecom     *wecom.WeCom
	ding      *dingtalk.DingTalk
	senders   []chat.Sender
	signIns   map[chat.Platform]chat.SignIn
	callbacks map[chat.Platform]http.Handler
	fetchers  map[chat.Platform]chat.Fetcher
	runs      map[chat.Platform]func(context.Context) error
	single    func(context.Context) error // what only one replica may run: the aibot's connection; nil for none
	ready     map[chat.Platform]func() bool
	pings     map[chat.Platform]func(context.Context) error
	inside    web.DingTalk
}

// connect makes the adapters; a platform without settings is not there. Nothing is sent yet.
func (a *App) connect(inbox chat.Inbox) (*platforms, error) {
	p := &platforms{
		signIns: map[chat.Platform]chat.SignIn{}, callbacks: map[chat.Platform]http.Handler{}, fetchers: map[chat.Platform]chat.Fetcher{},
		runs: map[chat.Platform]func(context.Context) error{}, ready: map[chat.Platform]func() bool{},
		pings: map[chat.Platform]func(context.Context) error{},
	}
	if err := a.connectWeCom(p, inbox); err != nil {
		return nil, fmt.Errorf("set up WeCom: %w", err)
	}
	if err := a.connectDingTalk(p, inbox); err != nil {
		return nil, fmt.Errorf("set up DingTalk: %w", err)
	}
	return p, nil
}

func (a *App) connectWeCom(p *platforms, inbox chat.Inbox) error {
	c := a.Config.WeCom
	if c.AgentID == "" && c.BotID == "" && c.BotToken == "" && len(c.Webhooks) == 0 {
		return nil
	}
	hooks := map[string]string{}
	for name, key := range c.Webhooks {
		hooks[name] = key.Reveal()
	}
	w, err := wecom.New(wecom.Options{
		CorpID: c.CorpID, AgentID: c.AgentID, Secret: c.Secret.Reveal(), Token: c.Token.Reveal(), AESKey: c.AESKey.Reveal(),
		BotID: c.BotID, BotSecret: c.BotSecret.Reveal(), BotToken: c.BotToken.Reveal(), BotAESKey: c.BotAESKey.Reveal(),
		BotName: c.BotName, Webhooks: hooks, APIBase: c.APIBase, WSBase: c.WSBase, OAuthBase: c.OAuthBase,
		Home: a.Config.HTTP.PublicURL, Plain: c.Plain, Clock: a.Clock, Log: a.Log, Inbox: inbox, Vault: a.Store.Vault(a.District.ID),
	})
	if err != nil {
		return err
	}
	p.wecom = w
	p.senders = append(p.senders, w.Senders()...)
	p.fetchers[chat.WeCom] = w
	p.pings[chat.WeCom] = w.Ping
	if s := w.SignIn(); s != nil {
		p.signIns[chat.WeCom] = s
	}
	if h := w.Callback(); h != nil {
		p.callbacks[chat.WeCom] = h
	}
	if c.BotID != "" && c.BotSecret != "" {
		p.single, p.ready[chat.WeCom] = w.Run, w.Ready
	}
	return nil
}

func (a *App) connectDingTalk(p *platforms, inbox chat.Inbox) error {
	c := a.Config.DingTalk
	if c.AppKey == "" && len(c.Custom) == 0 {
		return nil
	}
	custom := map[string]dingtalk.CustomRobot{}
	for name, r := range c.Custom {
		custom[name] = dingtalk.CustomRobot{AccessToken: r.AccessToken.Reveal(), Secret: r.Secret.Reveal()}
	}
	d, err := dingtalk.New(dingtalk.Options{
		AppKey: c.AppKey, AppSecret: c.AppSecret.Reveal(), RobotCode: c.RobotCode, AgentID: c.AgentID, CorpID: c.CorpID,
		APIBase: c.APIBase, OldAPIBase: c.OldAPIBase, LoginBase: c.LoginBase, SessionHosts: c.SessionHosts, Custom: custom,
		TenantID: c.TenantID, AccountID: c.PersonID == "account",
		EventToken: c.EventToken.Reveal(), EventAESKey: c.EventAESKey.Reveal(), CardTemplate: c.CardTemplate, CardURL: a.cardURL(), Plain: c.Plain, Vault: a.Store.Vault(a.District.ID),
		Clock: a.Clock, Log: a.Log, Inbox: inbox,
	})
	if err != nil {
		return err
	}
	p.ding = d
	p.senders = append(p.senders, d.Senders()...)
	p.fetchers[chat.DingTalk] = d
	answers := c.Plain && c.RobotCode == "" && c.TenantID == "" // a deployment whose robot only answers has no interface to ask
	if !answers {
		p.pings[chat.DingTalk] = d.Ping
	}
	if s := d.SignIn(); s != nil && !answers {
		p.signIns[chat.DingTalk] = s
	}
	if s := d.SignIn(); s != nil && !answers && c.TenantID == "" {
		p.inside = web.DingTalk{Script: c.Script, CorpID: c.CorpID, ClientID: c.AppKey, ByAuthCode: s.UserIDByAuthCode}
	}
	if c.AppKey != "" && c.Mode == "http" {
		p.callbacks[chat.DingTalk], p.runs[chat.DingTalk] = d.Callback(), d.Listen
	}
	if c.AppKey != "" && c.Mode == "stream" {
		p.runs[chat.DingTalk], p.ready[chat.DingTalk] = d.Run, d.Ready
	}
	return nil
}

// cardURL is where DingTalk posts pressed cards in HTTP mode; "" over Stream.
func (a *App) cardURL() string {
	if a.Config.DingTalk.Mode != "http" {
		return ""
	}
	return a.Config.HTTP.PublicURL + "/callback/" + string(chat.DingTalk)
}
