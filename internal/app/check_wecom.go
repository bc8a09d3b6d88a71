package app

import (
	"context"
	"fmt"
	"time"

	"duban/internal/chat"
	"duban/internal/ledger"
)

// wecom says what of 企业微信 is set up, and which people of the register the platform does not know. The
// aibot's connection is not tried: a second one would throw out that of the service that is running.
func (c *checker) wecom(ctx context.Context, a *App) {
	w := a.Config.WeCom
	if a.platforms.wecom == nil {
		return
	}
	const what = "企业微信"
	switch {
	case w.BotToken != "":
		c.ok(what, "智能机器人以回调接入，地址为 "+a.Config.HTTP.PublicURL+"/callback/wecom；它不能主动发群消息，请给群另配群机器人或应用群聊")
	case w.BotID != "":
		c.ok(what, "智能机器人以长连接接入；是否连上请看运行中服务的 /readyz")
	default:
		c.warn(what, "没有配置智能机器人，群里的消息收不到，只能发送")
	}
	switch {
	case w.AgentID == "":
		c.warn(what, "没有配置自建应用，不能给个人发消息，也不能在企业微信内登录网页")
	case w.Token == "":
		c.warn(what, "没有配置“接收消息”，应用收不到个人的消息和卡片按钮，卡片也不能更新")
	}
	if w.Plain {
		c.ok(what, "按 wecom.plain 只发文字，不发卡片")
	}
	if w.AgentID != "" {
		c.known(ctx, a)
	}
}

// known compares the register's people with the platform's address book.
func (c *checker) known(ctx context.Context, a *App) {
	people, err := a.Store.People(ctx, a.District.ID)
	if err != nil {
		c.fail("人员", sentenceOf(err))
		return
	}
	ids := make([]ledger.PersonID, 0, len(people))
	for _, p := range people {
		if p.Active {
			ids = append(ids, p.ID)
		}
	}
	accounts, err := a.Store.AccountsOf(ctx, a.District.ID, ids)
	if err != nil {
		c.fail("人员", sentenceOf(err))
		return
	}
	names := map[string]string{}
	var asked []string
	for _, p := range people {
		for _, account := range accounts[p.ID] {
			if account.Platform == string(chat.WeCom) {
				names[account.UserID] = p.Name
				asked = append(asked, account.UserID)
			}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	unknown, err := a.platforms.wecom.Unknown(ctx, asked)
	if err != nil {
		c.warn("人员", "暂时不能与企业微信通讯录核对："+err.Error())
		return
	}
	for i, id := range unknown {
		unknown[i] = names[id] + "（" + id + "）"
	}
	if len(unknown) > 0 {
		c.fail("人员", fmt.Sprintf("%d人的企业微信账号不在通讯录或应用可见范围中：%s。请核对名册的账号，或在应用详情页扩大可见范围", len(unknown), some(unknown)))
		return
	}
	c.ok("人员", fmt.Sprintf("%d个企业微信账号都在应用可见范围内", len(asked)))
}
