package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/internal/chat"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// Check looks at everything an office can get wrong and says the mend. It changes nothing and sends no
// message.
func Check(ctx context.Context, o Options) []Finding {
	c := &checker{}
	o.Manual = true
	law := &App{Options: o}
	if err := law.readLaw(ctx); err != nil {
		c.fail("规则与节假日", fault.Sentence(err))
		return c.out
	}
	c.calendar(law.calendar, o.Clock.Now())
	a, err := New(ctx, o)
	if err != nil {
		c.fail("数据库与配置", sentenceOf(err))
		return c.out
	}
	defer a.close()
	c.ok("数据库", "可以连接，结构版本一致")
	if a.Store.Embedded() {
		c.warn("数据库", "正在使用内置数据库，仅供试用；正式使用请配置 database.dsn")
	}
	c.platforms(ctx, a)
	c.wecom(ctx, a)
	c.clock(ctx, a)
	c.groups(ctx, a)
	c.homeless(ctx, a)
	c.trouble(ctx, a)
	return c.out
}

// sentenceOf gives what somebody at the console may read: the fault's sentence, or the error itself,
// which names no secret by the rule of the house.
func sentenceOf(err error) string {
	if fault.CodeOf(err) == fault.Internal {
		return err.Error()
	}
	return fault.Sentence(err)
}

type checker struct{ out []Finding }

func (c *checker) ok(what, say string)   { c.out = append(c.out, Finding{CheckOK, what, say}) }
func (c *checker) warn(what, say string) { c.out = append(c.out, Finding{CheckWarning, what, say}) }
func (c *checker) fail(what, say string) { c.out = append(c.out, Finding{CheckFailed, what, say}) }

// calendar wants this year's data, and from December on the next year's.
func (c *checker) calendar(cal *workday.Calendar, now time.Time) {
	year := now.Year()
	if !cal.Known(year) {
		c.fail("节假日", fmt.Sprintf("没有%d年的节假日安排，请把该年文件放入 calendar 配置的文件夹", year))
	} else {
		c.ok("节假日", fmt.Sprintf("%d年：%s", year, cal.Source(year)))
	}
	switch next := year + 1; {
	case cal.Known(next):
		c.ok("节假日", fmt.Sprintf("%d年：%s", next, cal.Source(next)))
	case now.Month() == time.December:
		c.warn("节假日", fmt.Sprintf("没有%d年的节假日安排，涉及该年的日期将按周末推算并注明；国务院通知发布后请放入", next))
	}
}

func (c *checker) platforms(ctx context.Context, a *App) {
	names := map[chat.Platform]string{chat.WeCom: "企业微信", chat.DingTalk: "钉钉"}
	if a.platforms.wecom == nil && a.platforms.ding == nil {
		c.warn("平台", "企业微信和钉钉都没有配置，不会收发任何消息")
	}
	proved := map[chat.Platform]bool{}
	for _, p := range []chat.Platform{chat.WeCom, chat.DingTalk} {
		ping := a.platforms.pings[p]
		if ping == nil {
			continue
		}
		try, cancel := context.WithTimeout(ctx, 15*time.Second)
		err := ping(try)
		cancel()
		if err != nil {
			c.fail(names[p], strings.TrimPrefix(fault.Sentence(err), names[p]+"："))
			continue
		}
		proved[p] = true
		if p != chat.DingTalk || a.Config.DingTalk.AppKey != "" { // group robots alone have nothing to prove
			c.ok(names[p], "凭证有效，平台可以访问")
		}
	}
	c.dingtalk(ctx, a, proved[chat.DingTalk])
}

// groups finds groups that nothing configured can reach.
func (c *checker) groups(ctx context.Context, a *App) {
	groups, err := a.Store.Groups(ctx, a.District.ID)
	if err != nil {
		c.fail("群", sentenceOf(err))
		return
	}
	routes, err := a.Store.AllRoutes(ctx, a.District.ID)
	if err != nil {
		c.fail("群", sentenceOf(err))
		return
	}
	reached := map[ledger.GroupID]bool{}
	for _, r := range routes {
		reached[r.GroupID] = reached[r.GroupID] || r.GoneAt == 0 && slices.ContainsFunc(a.platforms.senders, func(s chat.Sender) bool {
			p, route := s.Route()
			return string(p) == r.Platform && string(route) == r.Route
		})
	}
	var unreachable []string
	for _, g := range groups {
		if !reached[g.ID] {
			unreachable = append(unreachable, g.Name)
		}
	}
	switch {
	case len(groups) == 0:
		c.warn("群", "还没有绑定任何群，请导入名册或在群里发“绑定”")
	case len(unreachable) > 0:
		c.fail("群", fmt.Sprintf("%d个群没有可用的发送通道：%s。请检查名册“通道”和平台配置", len(unreachable), some(unreachable)))
	default:
		c.ok("群", fmt.Sprintf("%d个群都有发送通道", len(groups)))
	}
}

// maxSkew is how far two clocks may differ before leases and days near midnight become doubtful.
const maxSkew = 5 * time.Second

// clock compares this machine's clock with the database's, which all replicas share.
func (c *checker) clock(ctx context.Context, a *App) {
	skew, err := a.Store.Skew(ctx)
	switch {
	case err != nil:
		c.fail("时钟", sentenceOf(err))
	case skew.Abs() > maxSkew:
		c.fail("时钟", fmt.Sprintf("本机与数据库的时钟相差%d秒，请打开时间同步（NTP）", int(skew.Abs().Seconds())))
	default:
		c.ok("时钟", "与数据库一致，时区按北京时间")
	}
}

// homeless finds projects whose notices nobody but the office would hear.
func (c *checker) homeless(ctx context.Context, a *App) {
	projects, err := a.Store.Projects(ctx, a.District.ID)
	if err != nil {
		c.fail("项目", sentenceOf(err))
		return
	}
	ids := make([]ledger.ProjectID, len(projects))
	for i, p := range projects {
		ids[i] = p.ID
	}
	rosters, err := a.Store.Rosters(ctx, a.District.ID, ids)
	if err != nil {
		c.fail("项目", sentenceOf(err))
		return
	}
	var names []string
	for _, p := range projects {
		if ledger.Homeless(rosters[p.ID]) {
			names = append(names, p.Code)
		}
	}
	switch {
	case len(projects) == 0:
		c.warn("项目", "台账里还没有项目，请先导入名册")
	case len(names) > 0:
		c.warn("项目", fmt.Sprintf("%d个项目没有专班群，也没有属地单位群，提醒和预警只发项目办群：%s", len(names), some(names)))
	default:
		c.ok("项目", fmt.Sprintf("%d个项目都有专班群或属地单位群", len(projects)))
	}
}

// some lists the first of many names.
func some(names []string) string {
	const most = 10
	if len(names) <= most {
		return strings.Join(names, "、")
	}
	return strings.Join(names[:most], "、") + "等"
}

// trouble shows deliveries somebody has to look at.
func (c *checker) trouble(ctx context.Context, a *App) {
	rows, err := a.Store.Trouble(ctx, a.District.ID, 20)
	if err != nil {
		c.fail("投递", sentenceOf(err))
		return
	}
	if len(rows) == 0 {
		c.ok("投递", "没有发送失败的通知")
	}
	for _, d := range rows {
		c.warn("投递", fmt.Sprintf("“%s”（%s）没有确认送达：%s %s", d.Title, d.CreatedAt, d.Code, d.Detail))
	}
}
