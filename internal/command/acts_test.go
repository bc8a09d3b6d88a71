package command_test

import (
	"strings"
	"testing"
	"time"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/workday"
)

// nextPeriod turns the clock to the same hour of a working day n half-months later.
func (h *house) nextPeriod(n int) {
	day := time.Date(2026, 3, 5, 8, 30, 0, 0, clock.Shanghai)
	for range n {
		day = day.AddDate(0, 0, 15)
	}
	h.clock.Set(day)
}

func TestNoChangeIsLimitedInARow(t *testing.T) {
	each(t, func(h *house) {
		h.expect("wang", "无变化 华兴", "wang", "还没有报过进展，第一次请报实际进度")
		h.expect("wang", "华兴 62%", "wang", "已记录 华兴智能制造产业园 62%")
		h.expect("wang", "无变化 华兴", "wang", "本期已经报过（回执260305-001）")
		h.nextPeriod(1)
		h.expect("wang@hx", "无变化", "@hx", "已记录 华兴智能制造产业园 无变化|进度仍为**62%**|回执 ")
		h.expect("wang@hx", "同上期", "@hx", "本期已经报过")
		h.nextPeriod(2)
		h.expect("wang", "没啥变化 华兴", "wang", "无变化")
		h.nextPeriod(3)
		h.expect("wang", "无变化 华兴", "wang", "已连续2期报无变化，这次请写明原因和下一步措施")
		h.expect("wang", "图审未完成，已约审图单位本周会商", "wang", "已记录 华兴智能制造产业园 无变化|说明：与上期相比无变化：图审未完成")
		h.expect("wang", "撤回", "wang", "已撤回 华兴智能制造产业园")
		if us := h.updates(); len(us) != 3 || !us[2].NoChange || us[0].NoChange {
			t.Errorf("reports that stand: %+v", us)
		}
	})
}

func TestCorrectionKeepsBothValues(t *testing.T) {
	each(t, func(h *house) {
		h.expect("wang", "更正 56%", "wang", "您还没有可更正的报送")
		h.expect("wang", "华兴 65% 主体封顶", "wang", "已记录 华兴智能制造产业园 65%")
		h.expect("wang", "更正", "wang", "请写明更正后的内容")
		h.expect("wang", "61%", "wang", "已更正 华兴智能制造产业园 61%|60% → **61%**|主体封顶|更正：代替回执 260305-001（原报65%）|回执 260305-002")
		h.expect("wang", "更正 260305-001 63%", "wang", "已经撤回过了")
		h.expect("wang", "更正 260305-002 63", "wang", "请核对：华兴智能制造产业园|总进度63%")
		h.expect("wang", "确认", "wang", "已更正 华兴智能制造产业园 63%")
		h.expect("zhou", "更正 260305-002 10%", "zhou", "没有这个回执号")
		h.expect("wang", "撤回", "wang", "现为：进度60%")
		if us := h.updates(); len(us) != 0 {
			t.Errorf("%d reports stand", len(us))
		}
		entries, err := h.store.History(h.Context(), h.d, h.projects["P012"].Subject())
		h.ok(err)
		if e := entries[1]; e.Act != "correct" || !strings.Contains(e.Before, "6500") || !strings.Contains(e.After, "6100") {
			t.Errorf("history %+v", e)
		}
	})
}

func TestOnBehalfKeepsBothNames(t *testing.T) {
	each(t, func(h *house) {
		h.expect("office", "代报 王敏 华兴 65% 主体封顶", "office", "已记录 华兴智能制造产业园 65%|填报人：王敏（钱芳代报）")
		h.expect("office", "代王敏报 云谷 66%", "office", "已记录 云谷数据中心 66%|填报人：王敏（钱芳代报）")
		h.expect("office", "代报 无此人 华兴 66%", "office", "没有找到您要代办的同志")
		h.expect("wang", "代周涛报 华兴 66%", "wang", "只有项目办和本单位负责人可以代他人办理")
		h.expect("office", "代报 王敏 华兴 50%", "office", "进度倒退了")
		h.expect("office", "确认", "office", "填报人：王敏（钱芳代报）")
		us := h.updates()
		if len(us) != 3 || us[2].ForID != h.people["wang"].ID || us[2].PersonID != h.people["office"].ID {
			t.Errorf("%+v", us)
		}
		h.expect("wang", "撤回 "+us[2].Receipt, "wang", "已撤回 华兴智能制造产业园")
	})
}

func TestHandOver(t *testing.T) {
	each(t, func(h *house) {
		h.expect("wang", "转交 J0001", "wang", "请写明J0001转交给谁和理由")
		h.expect("wang", "给周涛", "wang", "请写明转交理由")
		h.expect("wang", "许可手续由其科室办理", "wang", "已提出转交 J0001|拟转交给**周涛**|许可手续由其科室办理|2026年3月20日不变")
		h.expect("wang", "转交 J0001 给李静 她办", "wang", "已提出转交给周涛，正在等待确认")
		h.expect("wang", "接收 J0001", "wang", "由周涛、其单位负责人或项目办确认")
		h.expect("li", "接收 J0001", "li", "没有编号为J0001的事项")
		h.expect("zhou", "不接收 J0001", "zhou", "请写明理由")
		h.expect("zhou", "不属于本科室", "zhou", "未接收 J0001|仍由**王敏**负责|不属于本科室")
		h.expect("wang", "不是我的 J0001 应该是周涛负责的，许可由他办", "wang", "拟转交给**周涛**|许可由他办")
		h.expect("zhou", "接收 J0001", "zhou", "已转交 J0001|现由**周涛**负责（原由王敏负责）")
		if m := h.matter("J0001"); m.OwnerID != h.people["zhou"].ID || m.DueOn != workday.Day(20260320) {
			t.Errorf("J0001 is %+v", m)
		}
		h.expect("zhou", "经过 J0001", "zhou", "办理经过 J0001|责任人：周涛|王敏：提出转交给（周涛：许可由他办）|周涛：确认转交，现由周涛负责")
		h.expect("zhou", "转交 J0001 给李静 由她跟进", "zhou", "拟转交给**李静**")
		h.expect("li", "接收 J0001", "li", "现由**李静**负责")
		h.expect("li", "转交 J0001 给王敏 还是他办", "li", "拟转交给**王敏**")
		h.expect("wang", "接收 J0001", "wang", "已转交过2次，这次由项目办确定责任人")
		h.expect("office", "接收 J0001", "office", "现由**王敏**负责")
		h.expect("office", "转交 J0001 给周涛 项目办调整分工", "office", "已转交 J0001|现由**周涛**负责")
	})
}

func TestALeadersRemark(t *testing.T) {
	each(t, func(h *house) {
		h.expect("leader", "批示 华兴 请周涛4月10日前把清表做完", "leader", "已交办 L0001 华兴智能制造产业园|请周涛4月10日前把清表做完|责任人：**周涛**，**2026年4月10日（周五）**前办结|撤回 L0001")
		h.expect("leader", "请王敏尽快办理云谷的用电手续，下周五前完成", "leader", "已交办 L0002 云谷数据中心|责任人：**王敏**，**2026年3月13日（周五）**前")
		h.expect("leader@hx", "务必抓紧清表", "@hx", "已交办 L0003 华兴智能制造产业园|责任人：**王敏**，**2026年3月12日（周四）**前办结（未写期限，按规则）")
		h.expect("leader", "批示 华兴 3月1日前办结", "leader", "“3月1日前”今年已经过了")
		h.expect("wang", "批示 华兴 请周涛办理", "wang", "由其包联领导或区领导批示交办")
		h.expect("office", "批示 华兴 月底前完成审计", "office", "已交办 L0004|陈刚批示：月底前完成审计|2026年3月31日")
		h.expect("zhou", "收到", "zhou", "已确认收到 L0001 华兴智能制造产业园")
		h.expect("zhou", "收到", "zhou", "好的。")
		h.expect("zhou", "收到 L0002", "zhou", "没有编号为L0002的事项")
		h.expect("leader", "撤回 L0002", "leader", "已撤回 L0002")
		h.expect("wang", "撤回 L0003", "wang", "只有提出人可以撤回")
		h.expect("zhou", "办结 L0001 清表已完成", "zhou", "已申请办结 L0001|提出人或项目办审核后会告诉您")
		h.expect("leader", "销号 L0001", "leader", "已销号 L0001")
		h.expect("zhou", "项目 华兴", "zhou", "没有找到“华兴”") // what is done gives no right to the project any more
		if m := h.matter("L0001"); m.RaisedBy != h.people["leader"].ID || m.State != ledger.Accepted || m.ReceivedAt == 0 {
			t.Errorf("L0001 is %+v", m)
		}
		if m := h.matter("L0002"); m.State != ledger.Cancelled {
			t.Errorf("L0002 is %+v", m)
		}
	})
}

func TestAProblemIsAnsweredAndItsRaiserAccepts(t *testing.T) {
	each(t, func(h *house) {
		h.expect("li", "问题 P003 临时用电没有接通", "li", "已登记问题 W0001")
		m := h.matter("W0001")
		if m.RaisedBy != h.people["li"].ID {
			t.Fatalf("W0001 is %+v", m)
		}
		h.expect("leader", "答复 W0001 已协调供电公司本周接通", "leader", "已申请办结 W0001|情况：已协调供电公司本周接通")
		h.expect("leader", "销号 W0001", "leader", "不能自己销号")
		h.expect("wang", "答复 J0001 好了", "wang", "不是问题或交办事项")
		h.expect("office", "销号 W0001", "office", "已销号 W0001")
	})
}

func TestRankingAndWhoIsSilent(t *testing.T) {
	each(t, func(h *house) {
		h.expect("office", "排名", "office", "还没有排名")
		h.expect("wang", "排名", "wang", "排名由区领导、项目办、督查室查看")
		h.ok(h.store.Write(h.Context(), h.d, func(tx *store.Tx) error {
			units, err := tx.Reads().Units(h.Context(), h.d)
			if err != nil {
				return err
			}
			if err := tx.Rank("2026-02a", []store.Ranking{{UnitID: units[0].ID, Kind: ledger.Department, Place: 2, Score: 7000, Parts: "[]"}}); err != nil {
				return err
			}
			return tx.Rank("2026-02b", []store.Ranking{{UnitID: units[0].ID, Kind: ledger.Department, Place: 1, Moved: 1, Score: 7801, Parts: "[]"}})
		}))
		h.expect("office@hx", "排名", "office", "排名（2月下半月）|**部门（共1个）**|第1位 住建局 78.01分（↑1）", "@hx", "已私信回复您。")
		h.expect("inspector@ducha", "排名", "@ducha", "第1位 住建局")
		h.expect("wang", "未报", "wang", "您这里没有须报送的项目")
		h.ok(h.store.Write(h.Context(), h.d, func(tx *store.Tx) error {
			for _, code := range []string{"P001", "P012"} {
				p, err := tx.Reads().Project(h.Context(), h.d, h.projects[code].ID)
				h.ok(err)
				p.Stage = "开工"
				h.ok(tx.PutProject(&p, nil, nil))
			}
			return nil
		}))
		h.expect("wang", "P012 65%", "wang", "已记录 华兴")
		h.expect("office", "谁没报", "office", "3月上半月未报送 1个（应报2个）|城南污水处理厂（P001）王敏，尚未报过|3月16日18:00")
		h.expect("wang@hx", "未报", "@hx", "3月上半月已全部报送（1个）")
	})
}

func TestTheOfficesListOfGroups(t *testing.T) {
	each(t, func(h *house) {
		h.expect("wang", "群清单", "wang", "由项目办查看")
		h.expect("office", "群清单", "office", "群清单 4个|hx（专班群）：P012 华兴智能制造产业园|two（专班群）：P001 城南污水处理厂、P005|没有专班群的项目（57个）")
	})
}
