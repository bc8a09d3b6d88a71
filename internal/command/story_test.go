package command_test

import (
	"strings"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/workday"
)

// expect says something and checks who is answered what: pairs of recipient and words that must be
// in the message sent there, in order; nobody else may hear anything.
func (h *house) expect(who, said string, pairs ...string) {
	h.Helper()
	h.compare(who+" says "+said, h.tells(who, said), pairs)
}

func (h *house) compare(what string, got []heard, pairs []string) {
	h.Helper()
	if len(got)*2 != len(pairs) {
		h.Fatalf("%s: %d answers, want %d: %+v", what, len(got), len(pairs)/2, got)
	}
	for i, a := range got {
		all := text(a.Message)
		for _, words := range strings.Split(pairs[2*i+1], "|") {
			if a.to != pairs[2*i] || !strings.Contains(all, words) {
				h.Fatalf("%s:\nto %s: %s\nwant to %s: %s", what, a.to, all, pairs[2*i], words)
			}
		}
		if h.said > 0 && testing.Verbose() {
			h.Logf("%s\n→ %s\n%s", what, a.to, all)
		}
	}
}

func (h *house) progress(code string) ledger.Percent {
	h.Helper()
	p, err := h.store.Project(h.Context(), h.d, h.projects[code].ID)
	h.ok(err)
	return p.Progress
}

func (h *house) matter(code string) ledger.Commitment {
	h.Helper()
	m, err := h.store.CommitmentByCode(h.Context(), h.d, code)
	h.ok(err)
	return m
}

func TestReportEchoAndWithdraw(t *testing.T) {
	each(t, func(h *house) {
		h.expect("wang", "报 华兴 65% 完成投资7000万 主体封顶", "wang",
			"已记录 华兴智能制造产业园 65%|进度：60% → **65%**|本年累计完成投资：5000万元 → **7000万元**|说明：主体封顶|计入：3月上半月|回执 260305-001。如有误，请回复：撤回")
		h.expect("wang", "撤回", "wang", "已撤回 华兴智能制造产业园|进度60%，本年累计完成投资5000万元")
		h.expect("wang", "撤回", "wang", "没有可撤回的报送")
		h.expect("wang", "撤回 260305-001", "wang", "已经撤回过了")
		h.expect("zhou", "撤回 260305-001", "zhou", "没有这个回执号")
	})
}

func TestAQuestionWaitsForItsAnswer(t *testing.T) {
	each(t, func(h *house) {
		h.expect("wang", "城南 65%", "wang", "请问是哪个项目？|1. 城南污水处理厂（P001）|2. 城南自来水厂扩建（P004）|请回复序号或名称")
		h.expect("wang", "3", "wang", "请回复1到2之间的序号")
		h.expect("wang", "2", "wang", "已记录 城南自来水厂扩建 65%")
		h.expect("wang", "城南 70%", "wang", "请问是哪个项目？")
		h.expect("wang", "污水厂", "wang", "已记录 城南污水处理厂 70%")
		h.expect("wang", "城南 75%", "wang", "请问是哪个项目？")
		h.expect("wang", "云谷 62%", "wang", "已记录 云谷数据中心 62%") // another message takes the question's place
		h.expect("wang", "1", "wang", "没有待确认的内容")
		h.expect("wang", "城南 75%", "wang", "请问是哪个项目？")
		h.clock.Advance(11 * time.Minute)
		h.expect("wang", "1", "wang", "可能已超过10分钟")
		if h.progress("P001") != 7000 || h.progress("P004") != 6500 {
			t.Error("a question was answered by itself")
		}
	})
}

func TestASlipIsAskedAbout(t *testing.T) {
	each(t, func(h *house) {
		h.expect("wang", "华兴 40% 完成投资6亿", "wang", "请核对 华兴智能制造产业园|上次报的是60%，这次是40%|超过项目总投资5亿元|还没有记录")
		h.expect("wang", "取消", "wang", "好的，没有记录。")
		h.expect("wang", "确认", "wang", "没有待确认的内容")
		h.expect("wang", "华兴 40%", "wang", "进度倒退了")
		h.expect("wang", "确认", "wang", "已记录 华兴智能制造产业园 40%|60% → **40%**")
		h.expect("wang", "华兴 30%", "wang", "进度倒退了")
		h.expect("office", "报 华兴 50%", "office", "已记录") // what was asked about is no longer so
		h.expect("wang", "确认", "wang", "上次报的是50%，这次是30%")
		h.expect("wang", "华兴 65", "wang", "请核对：华兴智能制造产业园|总进度65%，对吗？")
		h.expect("wang", "确认", "wang", "已记录 华兴智能制造产业园 65%")
		if h.progress("P012") != 6500 {
			t.Errorf("progress is %s", h.progress("P012"))
		}
	})
}

func TestDoneAndItsJudge(t *testing.T) {
	each(t, func(h *house) {
		h.expect("wang", "办结 J0001 证号320602", "wang", "已申请办结 J0001 华兴智能制造产业园|情况：证号320602|项目办审核后会告诉您")
		h.expect("wang", "销号 J0001", "wang", "不能自己审自己的事项")
		h.expect("office", "退回 J0001", "office", "请写明退回理由")
		h.expect("office", "缺原件", "office", "已退回 J0001|理由：缺原件")
		h.expect("wang@hx", "办结 取得施工许可证 已补原件", "@hx", "已申请办结 J0001|情况：已补原件")
		h.expect("leader", "销号J0001", "leader", "已销号 J0001")
		h.expect("wang", "办结 施工许可证 已取得", "wang", "已申请办结 J0003 城南污水处理厂|情况：已取得")
		h.expect("wang", "办结 J0005 完成", "wang", "没有编号为J0005的事项")
		h.expect("wang", "办结 J9999 完成", "wang", "没有编号为J9999的事项")
		h.expect("zhou@hx", "办结 J0002 完成", "@hx", "您不在华兴智能制造产业园的报送名单中")
		if m := h.matter("J0001"); m.State != ledger.Accepted || m.Evidence != "已补原件" {
			t.Errorf("J0001 is %+v", m)
		}
	})
}

func TestExtension(t *testing.T) {
	each(t, func(h *house) {
		h.expect("wang", "延期 J0001 2月30日 图审未完成", "wang", "没有2月30日这一天")
		h.expect("wang", "延期 J0001", "wang", "请写明J0001延期到哪一天和理由")
		h.expect("wang", "4月30日 图审未完成", "wang", "已申请延期 J0001|2026年3月20日 → **2026年4月30日**|理由：图审未完成|同意前仍按原日期计算")
		h.expect("wang", "同意 J0001", "wang", "不能自己审自己的事项")
		h.expect("office", "不同意 J0001", "office", "请写明理由")
		h.expect("office", "工期可以追回", "office", "未同意延期 J0001|理由：工期可以追回")
		h.expect("wang", "延期 J0001 到4月20日，图审未完成", "wang", "理由：图审未完成")
		h.expect("office", "同意J0001", "office", "已同意延期 J0001|2026年4月20日")
		if m := h.matter("J0001"); m.DueOn != workday.Day(20260420) {
			t.Errorf("due on %s", m.DueOn)
		}
	})
}

func TestProblemsWaiversAndPauses(t *testing.T) {
	each(t, func(h *house) {
		h.expect("wang", "问题 华兴 施工许可证未办下来", "wang", "已登记问题 W0001 华兴智能制造产业园|施工许可证未办下来")
		h.expect("wang@hx", "问题", "@hx", "请写明问题")
		h.expect("wang@hx", "临时用电没有接通", "@hx", "已登记问题 W0002")
		h.expect("wang", "容错 J0002 连续暴雨停工", "wang", "由督查室认定")
		h.expect("inspector", "容错 J0002 连续暴雨停工", "inspector", "已容错 J0002|理由：连续暴雨停工")
		h.expect("wang", "撤销 W0001 重复", "wang", "由项目办办理")
		h.expect("office", "撤销 W0001 重复", "office", "已撤销 W0001|理由：重复")
		h.expect("wang", "暂停 云谷", "wang", "请写明暂停理由")
		h.expect("wang", "规划调整", "wang", "已申请暂停 云谷数据中心|理由：规划调整")
		h.expect("office", "暂停 云谷 规划调整", "office", "已申请暂停，正在等待审批")
		h.expect("wang", "同意暂停 云谷", "wang", "您没有此权限")
		h.expect("office", "同意暂停 云谷", "office", "已暂停 云谷数据中心|理由：规划调整")
		h.expect("office", "同意暂停 云谷", "office", "暂停申请已由")
		h.expect("office", "恢复 云谷 已批复", "office", "已申请恢复 云谷数据中心")
		h.expect("office", "同意恢复 云谷", "office", "不能自己同意")
	})
}

func TestReplyToAnOrder(t *testing.T) {
	each(t, func(h *house) {
		m := h.matter("J0002")
		h.ok(h.store.Write(h.Context(), h.d, func(tx *store.Tx) error {
			_, err := tx.Apply(ledger.Outcome{Orders: []ledger.OrderDraft{{
				Order: ledger.Order{DistrictID: h.d, Year: 2026, CommitmentID: m.ID, ProjectID: m.ProjectID, On: 20260304, ReplyBy: 20260311},
				Step:  ledger.Step{DistrictID: h.d, CommitmentID: m.ID, DueOn: m.DueOn, Name: ledger.StepOrder, On: 20260304, ProjectID: m.ProjectID},
				Reply: ledger.Commitment{
					DistrictID: h.d, Kind: ledger.Reply, Title: "回复督办单：主体结构封顶", ProjectID: m.ProjectID, OwnerID: m.OwnerID,
					FirstDueOn: 20260311, DueOn: 20260311, State: ledger.Open,
				},
			}}})
			return err
		}))
		h.expect("zhou", "回复 督办〔2026〕1号 已整改", "zhou", "没有这个督办单号")
		h.expect("wang", "回复 督办〔2026〕2号 已整改", "wang", "没有这个督办单号")
		h.expect("wang", "回复 督办〔2026〕1号 已增派两个班组", "wang", "已申请办结 H0001|情况：已增派两个班组|督查室审核后会告诉您")
		h.expect("office", "销号 H0001", "office", "由督查室办理")
		h.expect("inspector", "销号 H0001", "inspector", "已销号 H0001")
	})
}

// What a group may not know of is answered privately; the group sees one short line.
func TestPrivateQuestionsInAGroup(t *testing.T) {
	each(t, func(h *house) {
		h.expect("wang@hx", "项目", "@hx", "华兴智能制造产业园 60%|J0002 主体结构封顶")
		h.expect("wang@hx", "项目 云谷", "wang", "云谷数据中心 60%", "@hx", "已私信回复您。")
		h.expect("wang@hx", "云谷 65%", "wang", "已记录 云谷数据中心 65%", "@hx", "已私信回复您。")
		h.expect("wang@hx", "云谷 40%", "wang", "进度倒退了", "@hx", "已私信回复您。")
		h.expect("wang@hx", "确认", "@hx", "没有待确认的内容")
		h.expect("wang", "确认", "wang", "已记录 云谷数据中心 40%") // it was asked privately
		h.expect("wang@hx", "我的", "wang", "我的项目", "@hx", "已私信回复您。")
		h.expect("office@hx", "逾期", "@hx", "逾期事项 1项|J0002")
		h.expect("office", "逾期", "office", "逾期事项 2项|J0002|J0004")
		h.expect("office@bangong", "逾期", "@bangong", "逾期事项 2项")
		h.expect("zhou@hx", "项目 云谷", "@hx", "没有找到“云谷”这个项目")
		h.expect("zhou@hx", "项目", "@hx", "华兴智能制造产业园")
	})
}

func TestStrangers(t *testing.T) {
	each(t, func(h *house) {
		h.expect("nobody", "报 华兴 65%", "stranger", "您还没有登记|企业微信账号：nobody")
		h.expect("nobody@hx", "项目", "@hx", "您还没有登记|企业微信账号：nobody")
		h.expect("@hx", "项目")
		h.expect("", "项目 华兴", "stranger", "仅供区内登记人员使用")
		h.expect("wang@new", "项目 华兴", "wang", "华兴智能制造产业园", "wang", "已私信回复您。")
		h.expect("wang@new", "帮助", "wang", "本群尚未绑定项目，请联系项目办绑定")
		h.expect("office@new", "帮助", "office", "本群尚未绑定项目。请在本群发送，例如：绑定 某某项目") // no name the group may not know
		h.expect("wang@new", "绑定 华兴", "wang", "由项目办办理")
		h.expect("office@new", "绑定 云谷 星河", "@Q0001", "本群已绑定2个项目|P020 星河商业综合体|P028 云谷数据中心")
		h.expect("wang@new", "云谷 66%", "@Q0001", "已记录 云谷数据中心 66%")
		h.expect("office@new", "解绑 星河", "@Q0001", "本群已解绑1个项目")
		h.expect("wang@new", "67%", "@Q0001", "已记录 云谷数据中心 67%")
	})
}

func TestUnreadable(t *testing.T) {
	each(t, func(h *house) {
		example := "，例如：报 城南污水处理厂 65% 主体结构封顶"
		for _, c := range []struct {
			in   chat.Incoming
			want string
		}{
			{chat.Incoming{Kind: chat.Picture, Media: []chat.Media{{Kind: "image"}}}, "照片已收到，还需要一句说明，请打字发送" + example},
			{chat.Incoming{Kind: chat.Other, Media: []chat.Media{{Kind: "voice"}}}, "这段语音没有听清，请打字发送" + example},
			{chat.Incoming{Kind: chat.Other}, "暂时只能读文字，请打字发送" + example},
			{chat.Incoming{Kind: chat.Text, Text: strings.Repeat("报华兴", 1200)}, "消息有3600字，太长了"},
			{chat.Incoming{Kind: chat.Text, Text: "🎉🎉"}, "没有读到文字"},
			{chat.Incoming{Kind: chat.Text, Text: "报 华兴 65% " + strings.Repeat("好", 1001)}, "说明有1001字，超过1000字"},
			{chat.Incoming{Kind: chat.Enter}, "您好，您可以这样发"},
			{chat.Incoming{Kind: chat.Press, Text: "我的"}, "我的项目"},
		} {
			h.compare(string(c.in.Kind)+" "+c.in.Text[:min(12, len(c.in.Text))], h.receives("wang", c.in), []string{"wang", c.want})
		}
		if n := len(h.updates()); n != 0 {
			t.Errorf("%d reports were written", n)
		}
	})
}

// 帮助 offers what the person may do here, and nothing else.
func TestHelpFollowsTheRole(t *testing.T) {
	each(t, func(h *house) {
		for _, c := range []struct{ who, says, has, lacks string }{
			{"wang", "帮助", "报进展：报 城南污水处理厂 65% 主体结构封顶", "容错 绑定 销号 审核"},
			{"wang", "帮助 办理", "事项转交他人：转交 ", "报进展 容错 更多"},
			{"wang", "帮助 审核", "报进展：报 ", "销号"}, // not a topic of hers: the ordinary help
			{"office", "帮助", "更多“项目办”：", "容错 绑定"},
			{"office", "帮助 项目办", "撤销事项：撤销 ", "绑定项目"},
			{"wang", "帮助 暂停", "申请暂停项目：暂停 ", "同意"},
			{"office@hx", "帮助 绑定", "本群绑定项目：绑定 ", "容错"},
			{"inspector", "帮助 审核", "认定容错免责：容错 ", "报进展 暂停 绑定"},
			{"leader", "帮助 审核", "同意项目暂停或恢复：同意暂停 ", "容错 维持"},
			{"leader", "你好", "更多“审核”：同意、不同意、销号、退回", "报进展 容错"},
		} {
			got := text(h.tells(c.who, c.says)[0].Message)
			if !strings.Contains(got, c.has) {
				t.Errorf("%s misses %s:\n%s", c.who, c.has, got)
			}
			for _, no := range strings.Fields(c.lacks) {
				if strings.Contains(got, no) {
					t.Errorf("%s is offered %s:\n%s", c.who, no, got)
				}
			}
		}
	})
}

// A name that is new in the register is known at once.
func TestTheIndexFollowsTheRegister(t *testing.T) {
	each(t, func(h *house) {
		h.expect("wang", "项目 望海楼", "wang", "没有找到“望海楼”")
		h.ok(h.store.Write(h.Context(), h.d, func(tx *store.Tx) error {
			p, err := tx.Reads().Project(h.Context(), h.d, h.projects["P016"].ID)
			h.ok(err)
			p.Name = "望海楼修复"
			return tx.PutProject(&p, nil, nil)
		}))
		h.expect("wang", "项目 望海楼", "wang", "望海楼修复")
	})
}
