package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// dingtalk says how DingTalk is used, who of the register it does not know, and what the month's budgets
// have to carry. working is whether the application's credentials were proved.
func (c *checker) dingtalk(ctx context.Context, a *App, working bool) {
	d, conf := a.platforms.ding, a.Config.DingTalk
	if d == nil {
		return
	}
	switch {
	case conf.TenantID != "":
		c.ok("钉钉", "专有钉钉方式：群里只回复，个人发工作通知，网页扫码登录；没有卡片和照片")
	case conf.Plain && conf.RobotCode == "":
		c.ok("钉钉", "纯文字方式，只回复群里的消息；凭证在收到第一条消息时核对")
	case conf.Plain:
		c.ok("钉钉", "纯文字方式，不发卡片")
	case conf.AppKey == "":
		c.ok("钉钉", "只配置了自定义机器人：只发不收，密钥在第一次发送时核对")
	case conf.CardTemplate == "":
		c.ok("钉钉卡片", "没有配置卡片模板：按钮用普通卡片发送，点按后卡片不更新，群里的提醒不能@到人")
	default:
		c.ok("钉钉卡片", "使用互动卡片模板"+conf.CardTemplate+"；模板不可用时自动改发普通卡片")
	}
	if conf.AppKey != "" && conf.Mode == "http" {
		c.callbackAddress(a)
	}
	switch {
	case working && conf.TenantID != "":
		c.govAccounts(ctx, a)
	case working && conf.AppKey != "":
		c.accounts(ctx, a)
	}
	c.budget(ctx, a)
}

// callbackAddress says what goes into the console in HTTP mode.
func (c *checker) callbackAddress(a *App) {
	address := a.cardURL()
	if !strings.HasPrefix(address, "https://") {
		c.fail("钉钉回调", "消息接收地址"+address+"不是 https，钉钉不接受；请修改 http.public_url，或改用 stream 方式")
		return
	}
	c.ok("钉钉回调", "机器人的消息接收地址请填 "+address)
	if a.Config.DingTalk.EventToken == "" {
		c.warn("钉钉事件", "没有填写 event_token 和 event_aes_key：有人入群、改名时收不到通知；请到开放平台“事件订阅”页开启HTTP推送后填写")
		return
	}
	c.ok("钉钉事件", "事件订阅的请求网址请填 "+address+"；在开放平台点“保存”时会验证")
}

const (
	// lookupPace keeps the look-ups below the platform's 20 a second.
	lookupPace = 60 * time.Millisecond
	// lookups bounds them, so that a check ends.
	lookups = 500
)

// accounts matches the register's DingTalk accounts with the address book by user id.
func (c *checker) accounts(ctx context.Context, a *App) {
	accounts, err := a.Store.AllAccounts(ctx, a.District.ID)
	if err != nil {
		c.fail("钉钉人员", sentenceOf(err))
		return
	}
	people, err := a.Store.People(ctx, a.District.ID)
	if err != nil {
		c.fail("钉钉人员", sentenceOf(err))
		return
	}
	names := map[ledger.PersonID]string{}
	for _, p := range people {
		names[p.ID] = p.Name
	}
	pace := time.NewTicker(lookupPace)
	defer pace.Stop()
	var missing, other []string
	asked := 0
	for _, acc := range accounts {
		name, active := names[acc.PersonID]
		if acc.Platform != string(chat.DingTalk) || !active || asked == lookups {
			continue
		}
		asked++
		theirs, err := a.platforms.ding.Name(ctx, acc.UserID)
		switch code := fault.CodeOf(err); {
		case err == nil && theirs != name:
			other = append(other, fmt.Sprintf("%s（钉钉为%s）", name, theirs))
		case err == nil:
		case code == fault.NotFound:
			missing = append(missing, fmt.Sprintf("%s（%s）", name, acc.UserID))
		default:
			c.warn("钉钉人员", "没有核对完："+fault.Sentence(err))
			return
		}
		select {
		case <-pace.C:
		case <-ctx.Done():
			return
		}
	}
	c.matched(asked, missing, other)
}

// govAccounts says who of the register a government deployment does not know. It tells no names.
func (c *checker) govAccounts(ctx context.Context, a *App) {
	accounts, err := a.Store.AllAccounts(ctx, a.District.ID)
	if err != nil {
		c.fail("钉钉人员", sentenceOf(err))
		return
	}
	var ids []string
	for _, acc := range accounts {
		if acc.Platform == string(chat.DingTalk) {
			ids = append(ids, acc.UserID)
		}
	}
	unknown, asked, err := a.platforms.ding.Strangers(ctx, ids)
	switch {
	case err != nil:
		c.warn("钉钉人员", "没有核对完："+sentenceOf(err))
	case len(ids) == 0:
		c.warn("钉钉人员", "名册里没有填写钉钉账号，个人提醒发不到钉钉；请在名册“钉钉”一列填写员工编号（employeeCode）")
	case !asked:
		c.warn("钉钉人员", "名册填的是accountId，平台没有按它核对的接口：请在第一次发送后看投递结果")
	case len(unknown) > 0:
		c.warn("钉钉人员", fmt.Sprintf("%d个员工编号在专有钉钉查不到：%s。请核对名册“钉钉”一列", len(unknown), some(unknown)))
	default:
		c.ok("钉钉人员", fmt.Sprintf("名册中%d个员工编号在专有钉钉都查得到", len(ids)))
	}
}

func (c *checker) matched(asked int, missing, other []string) {
	switch {
	case asked == 0:
		c.warn("钉钉人员", "名册里没有填写钉钉账号，个人提醒发不到钉钉；请在名册“钉钉”一列填写员工UserID")
		return
	case len(missing) == 0 && len(other) == 0:
		c.ok("钉钉人员", fmt.Sprintf("名册中%d人的钉钉账号都与通讯录一致", asked))
	}
	if len(missing) > 0 {
		c.warn("钉钉人员", fmt.Sprintf("%d人在钉钉通讯录里查不到：%s。请核对名册“钉钉”一列的员工UserID", len(missing), some(missing)))
	}
	if len(other) > 0 {
		c.warn("钉钉人员", fmt.Sprintf("%d人的姓名与钉钉不同：%s。请核对是否填错了人", len(other), some(other)))
	}
}

// budget says what was used this month and what a month of the present register is expected to need.
func (c *checker) budget(ctx context.Context, a *App) {
	conf := a.Config.DingTalk
	if conf.MonthlyCalls == 0 && conf.MonthlyMessages == 0 {
		return
	}
	now := a.Clock.Now().In(clock.Shanghai)
	rows, err := a.Store.Quotas(ctx, a.District.ID, now.Year()*100+int(now.Month()))
	if err != nil {
		c.fail("钉钉额度", sentenceOf(err))
		return
	}
	used := map[string]int64{}
	for _, q := range rows {
		used[q.Name] = q.Used
	}
	load, err := a.dingLoad(ctx, workday.DayOf(now))
	if err != nil {
		c.fail("钉钉额度", sentenceOf(err))
		return
	}
	say := fmt.Sprintf("接口调用本月已用%d次、额度%d次；按现有名册每月约需%d次（%d个群通报%d次、要账%d次、提醒和预警约%d次）",
		used[dingCalls], conf.MonthlyCalls, load.month(), load.Groups, load.circulars(), load.callIns(), load.warnings())
	switch {
	case conf.MonthlyCalls == 0:
	case load.month() > conf.MonthlyCalls, used[dingCalls]*100 >= conf.MonthlyCalls*80:
		c.warn("钉钉额度", say+"。额度可能不够，请升级版本、购买加量包，或让更多的群改用自定义机器人")
	default:
		c.ok("钉钉额度", say)
	}
	say = fmt.Sprintf("机器人消息本月已用%d次、额度%d次", used[dingMessages], conf.MonthlyMessages)
	switch {
	case conf.MonthlyMessages == 0:
	case used[dingMessages]*100 >= conf.MonthlyMessages*80:
		c.warn("钉钉额度", say+"。用完后机器人收不到文字，请升级版本或购买加量包")
	default:
		c.ok("钉钉额度", say)
	}
}
