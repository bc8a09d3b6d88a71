package command

import (
	"context"
	"strings"

	"duban/internal/ledger"
)

// verb is one thing a person may say. Dispatch, 帮助 and the menus all come from the table.
type verb struct {
	name    string   // as 帮助 shows it
	topic   string   // under which 帮助 gathers it; "" for what somebody says every day, which is always shown
	says    []string // all ways to say it, folded
	alone   bool     // takes no words behind it: 我的项目不错 is something else
	reports bool     // its words are read as a report
	project bool     // its words name a project
	matter  bool     // its words name a commitment
	meeting bool     // its words name a meeting
	example string   // %s is a project of the person's own
	line    string   // what it is for; "" keeps it out of 帮助
	may     func(t *turn) bool
	do      func(ctx context.Context, t *turn, in intent) (step, error)
	// ours says whether the verb's word is its own with such a number right behind it; else it is another's.
	ours func(letter, digits string) bool
}

// table lists the verbs in the order in which 帮助 shows them.
func table() []verb {
	return []verb{
		{name: "报", says: ways("报 报送 上报 填报 汇报 报告 报进度 报进展 报一下 我报 我要报 进度 进展 更新 更新进度 更新进展 进度汇报 汇报进度 进度更新"), reports: true,
			example: "报 %s 65% 主体结构封顶", line: "报进展", may: reports, do: report},
		{name: "无变化", says: ways("无变化 没变化 没啥变化 没有变化 没什么变化 暂无变化 本期无变化 同上期 与上期相同 同上 照旧 报无变化"), project: true, example: "无变化 %s", line: "与上期相比没有变化", may: reports, do: noChange},
		{name: "更正", topic: "办理", says: ways("更正 更正报送 改为 更改 报错了"), example: "更正 56%", line: "更正刚报的进展", may: reports, do: correct},
		{name: "撤回", topic: "办理", says: ways("撤回 撤回报送 撤销报送 收回 撤回回执 撤回交办 撤回批示"), example: "撤回", line: "撤回刚报的进展", may: reports, do: withdraw},
		{name: "代报", topic: "办理", says: ways("代报"), example: "代报 王敏 %s 65% 主体结构封顶", line: "代本单位同志报进展", may: speaksFor, do: behalfOf},
		{name: "我的", says: ways("我的 我的项目 我的事项 我的任务 我的台账 查我的 我负责的项目 我有哪些项目 我的节点"), alone: true, example: "我的", line: "我的项目和下一节点", may: anyone, do: mine},
		{name: "项目", says: ways("项目 查 查询 查看 查项目 查询项目 看 看看 项目情况 情况 查一下 查下 看一下 看下"), project: true, example: "项目 %s", line: "看一个项目", may: anyone, do: project},
		{name: "预测", topic: "查询", says: ways("预测 预测完成时间 看预测 查预测 完成预测 预计完成"), project: true, example: "预测 %s", line: "看节点预计何时完成", may: anyone, do: foretell},
		{name: "逾期", says: ways("逾期 逾期事项 逾期项目 逾期情况 逾期节点 查逾期 有哪些逾期 哪些逾期 哪些逾期了 逾期清单"), alone: true, example: "逾期", line: "看逾期事项", may: anyone, do: overdue},
		{name: "未报", topic: "查询", says: ways("未报 谁没报 谁未报 未报送 未报名单 未报情况 哪些没报 哪些未报 还有谁没报"), alone: true, example: "未报", line: "看本期未报送的项目", may: oversees, do: unreported},
		{name: "排名", topic: "查询", says: ways("排名 查排名 看排名 本期排名 最新排名 单位排名 板块排名"), alone: true, example: "排名", line: "看最近一期排名", may: ranked, do: ranking},
		{name: "经过", topic: "查询", says: ways("经过 历史 办理经过 办理过程 记录 来龙去脉 查经过 查历史"), matter: true, project: true, example: "经过 J0012", line: "看事项或项目的办理经过", may: anyone, do: history},
		{name: "照片", topic: "查询", says: ways("照片 看照片 查照片 查看照片 看佐证 查佐证"), matter: true, example: "照片 J0012", line: "看一个事项的照片", may: judges, do: photosOf},
		{name: "证据", topic: "查询", says: ways("证据 调取证据 证据包 取证 查证据"), matter: true, example: "证据 J0012", line: "看事项有哪些证据", may: inspects, do: evidence},
		{name: "集中签约", topic: "招商", says: ways("集中签约 签约清单 拟签约 季度签约 本季度签约 签约项目"), alone: true, example: "集中签约", line: "本季度拟签约项目和所缺条件", may: oversees, do: signing},
		{name: "督查台账", topic: "督查", says: ways("督查台账 督办台账 督办单 督办清单 督办情况 查督办"), alone: true, example: "督查台账", line: "未了督办单、回复、异议", may: inspects, do: oversight},
		{name: "名单建议", topic: "督查", says: ways("名单建议 奖惩建议 表扬建议 问责建议 通报表扬 待定名单 名单"), alone: true, example: "名单建议", line: "待决定的表扬和问责建议", may: decidesRolls, do: suggestions},
		{name: "采纳", topic: "督查", says: ways("采纳 采纳建议 同意建议"), example: "采纳 建议3号 情况属实", line: "采纳名单建议", may: decidesRolls, do: adopt},
		{name: "不采纳", topic: "督查", says: ways("不采纳 不采纳建议 不同意建议"), example: "不采纳 建议3号 已另行处理", line: "不采纳名单建议", may: decidesRolls, do: decline},
		{name: "收到", topic: "办理", says: ways("收到 已收到 确认收到 签收"), matter: true, may: anyone, do: received},
		{name: "批示", topic: "交办", says: ways("批示 交办 领导批示 批示交办"), project: true, example: "批示 %s 请王敏4月底前完成清表", line: "批示交办", may: assigns, do: remark},
		{name: "未答复", topic: "查询", says: ways("未答复 无回音 没有回音 未回复 哪些没答复 哪些没有回音 交办情况 未答复事项 未回复事项"), alone: true, example: "未答复", line: "看没有答复的交办事项", may: oversees, do: unanswered},
		{name: "办结", says: ways("办结 申请办结 办结申请 节点办结 完成节点 报办结"), matter: true, example: "办结 J0012 已取得施工许可证", line: "申请办结节点或问题", may: moves, do: done},
		{name: "问题", says: ways("问题 报问题 提问题 反映问题 上报问题 存在问题"), project: true, example: "问题 %s 施工许可证未办下来", line: "报问题", may: anyone, do: problem},
		{name: "上报", topic: "办理", says: ways("上报 提级 上报协调 提请协调"), matter: true, ours: levelled, example: "上报 W0003 已两次协调未果", line: "问题上报包联领导、区调度会协调", may: solves, do: handUp},
		{name: "归类", topic: "办理", says: ways("归类 问题归类 重新归类"), matter: true, example: "归类 W0003 资金", line: "更正问题的要素归类", may: solves, do: classify},
		{name: "问题清单", topic: "查询", says: ways("问题清单 在办问题 问题台账 未解决问题 查问题"), example: "问题清单 土地", line: "看在办问题在哪一层面", may: anyone, do: problemList},
		{name: "问题统计", topic: "查询", says: ways("问题统计 问题汇总 问题情况 问题分析 要素统计"), alone: true, example: "问题统计", line: "看问题收集、解决、销号情况", may: oversees, do: problems},
		{name: "答复", topic: "办理", says: ways("答复 问题答复 答复问题 回复问题"), matter: true, example: "答复 W0003 已协调到位", line: "答复问题", may: solves, do: answers},
		{name: "转交", topic: "办理", says: ways("转交 移交 转办 转给 不是我的 不归我管 不归我"), matter: true, example: "转交 J0012 给王敏 该手续由其科室办理", line: "事项转交他人", may: owes, do: handOver},
		{name: "接收", topic: "办理", says: ways("接收 接收转交 同意转交 接收事项 同意接收"), matter: true, example: "接收 J0012", may: anyone, do: takeOver},
		{name: "不接收", topic: "办理", says: ways("不接收 不同意转交 拒收 不同意接收"), matter: true, example: "不接收 J0012 不属于本单位职责", may: anyone, do: refuseOver},
		{name: "延期", says: ways("延期 申请延期 延期申请"), matter: true, example: "延期 J0012 4月30日 图审未完成", line: "申请延期", may: moves, do: extend},
		{name: "回复", topic: "办理", says: ways("回复 回复督办 回复督办单 督办回复"), matter: true, example: "回复 督办3号 已整改到位", line: "回复督办单", may: moves, do: reply},
		{name: "同意", topic: "审核", says: ways("同意 同意延期 批准 批准延期 准予延期"), matter: true, example: "同意 J0012", line: "同意延期", may: judges, do: grant},
		{name: "不同意", topic: "审核", says: ways("不同意 不同意延期 不批准 不批准延期 驳回延期"), matter: true, example: "不同意 J0012 工期可以追回", line: "不同意延期", may: judges, do: deny},
		{name: "销号", topic: "审核", says: ways("销号 同意销号 同意办结 审核通过"), matter: true, example: "销号 J0012", line: "办结审核通过", may: judges, do: accept},
		{name: "退回", topic: "审核", says: ways("退回 打回 驳回 退回办结"), matter: true, example: "退回 J0012 缺验收单", line: "办结审核退回", may: judges, do: sendBack},
		{name: "容错", topic: "审核", says: ways("容错 免责 豁免"), matter: true, example: "容错 J0012 连续暴雨停工", line: "认定容错免责", may: inspects, do: waive},
		{name: "申诉", topic: "办理", says: ways("申诉 提出申诉 提起申诉 我要申诉 不服"), matter: true, example: "申诉 J0012 3月9日已在群里报过完成", line: "对预警督办提出申诉", may: objects, do: contest},
		{name: "维持", topic: "审核", says: ways("维持 维持预警 维持督办 申诉不成立 不支持申诉"), matter: true, example: "维持 J0012 材料未能说明按期完成", line: "申诉不成立，维持预警", may: inspects, do: upholdOffence},
		{name: "撤销预警", topic: "审核", says: ways("撤销预警 撤销督办 申诉成立 支持申诉"), matter: true, example: "撤销预警 J0012 经核实已按期完成", line: "申诉成立，撤销预警", may: inspects, do: liftOffence},
		{name: "申诉名单", topic: "查询", says: ways("申诉名单 申诉清单 待办申诉 有哪些申诉 哪些申诉"), alone: true, example: "申诉名单", line: "看待答复的申诉", may: inspects, do: contests},
		{name: "约谈名单", topic: "查询", says: ways("约谈名单 提请约谈 提请约谈名单 约谈清单 约谈"), alone: true, example: "约谈名单", line: "看提请约谈名单", may: inspects, do: talks},
		{name: "重新打开", topic: "审核", says: ways("重新打开 重新办理 撤销销号 取消销号 恢复办理"), matter: true, example: "重新打开 J0012 回访发现问题反弹", line: "已销号事项重新打开", may: reopens, do: reopen},
		{name: "撤销", topic: "项目办", says: ways("撤销 撤销事项"), matter: true, example: "撤销 J0012 与J0011重复", line: "撤销事项", may: keeps, do: cancel},
		{name: "作风", topic: "督查", says: ways("作风 作风表现 作风画像 四风 四风画像 查作风"), example: "作风", line: "看本单位作风表现记录", may: accounts, do: styles},
		{name: "异议", topic: "督查", says: ways("异议 提出异议 有异议"), example: "异议 F0003 两期工作内容确实相同", line: "对作风记录提出异议", may: accounts, do: dispute},
		{name: "保留", topic: "督查", says: ways("保留 异议不成立 保留记录"), example: "保留 F0003 经核实情况属实", line: "异议不成立，保留记录", may: inspects, do: uphold},
		{name: "剔除", topic: "督查", says: ways("剔除 异议成立 剔除记录"), example: "剔除 F0003 情况属实", line: "异议成立，剔除记录", may: inspects, do: strike},
		{name: "线索", topic: "招商", says: ways("线索 招商线索 报线索 登记线索 提供线索 线索清单 我的线索 查线索"), example: "线索 某某电子公司 拟投2亿元建PCB厂 联系人李工 给临港园", line: "登记招商线索；单发“线索”看清单", may: anyone, do: lead},
		{name: "反馈", topic: "招商", says: ways("反馈 线索反馈 反馈线索"), example: "反馈 X0001 已与企业对接，拟下周来考察", line: "反馈线索对接情况", may: solves, do: answerLead},
		{name: "转平台", topic: "招商", says: ways("转平台 线索转交 转交线索 线索转平台"), matter: true, example: "转平台 X0001 给高新区 本园区没有用地", line: "线索转给其他平台", may: solves, do: moveLead},
		{name: "转项目", topic: "招商", says: ways("转项目 线索转项目 转为项目"), matter: true, example: "转项目 X0001 新建 某某电子PCB项目", line: "线索转为项目", may: keeps, do: convertLead},
		{name: "线索统计", topic: "招商", says: ways("线索统计 线索情况 线索排名"), alone: true, example: "线索统计", line: "看各单位线索办理情况", may: oversees, do: leadCounts},
		{name: "走访", topic: "服务企业", says: ways("走访 走访企业 登记走访 大走访 企业走访"), example: "走访 某某公司 反映用工紧缺 由人社局解决", line: "登记走访企业和发现的问题", may: anyone, do: visit},
		{name: "走访统计", topic: "服务企业", says: ways("走访统计 走访情况 走访台账"), alone: true, example: "走访统计", line: "看走访企业、发现和解决问题", may: oversees, do: visitCounts},
		{name: "诉求", topic: "服务企业", says: ways("诉求 企业诉求 登记诉求 代办 项目代办"), project: true, example: "诉求 %s 用电容量不足，申请增容", line: "登记企业诉求，由首席服务员代办", may: anyone, do: request},
		{name: "要件", topic: "包联", says: ways("要件 五要件 五个一 补要件 要件核查 缺要件"), project: true, example: "要件 %s 定标准 按图施工、一次验收合格", line: "看项目五要件、五个一，补齐缺项", may: anyone, do: elements},
		{name: "包联", topic: "包联", says: ways("包联 包联表 查包联 包联情况 调整包联"), project: true, example: "包联 %s", line: "看项目的领导、部门、属地", may: anyone, do: standing},
		{name: "产业链", topic: "包联", says: ways("产业链 链长 查产业链 产业链项目"), example: "产业链", line: "看产业链和链上项目", may: oversees, do: chains},
		{name: "资源", topic: "招商", says: ways("资源 资源清单 查资源 找资源 找地 找厂房"), example: "工业用地 50亩以上 开发区", line: "找土地、厂房、楼宇", may: anyone, do: resources},
		{name: "政策", topic: "招商", says: ways("政策 政策清单 查政策 找政策"), example: "政策 厂房 租金", line: "查招商政策", may: anyone, do: policies},
		{name: "招商网格", topic: "招商", says: ways("招商网格 网格 查网格"), alone: true, example: "招商网格", line: "看招商网格和各单位线索", may: oversees, do: grid},
		{name: "请假", topic: "岗位", says: ways("请假 我请假 请假登记 登记请假"), example: "请假 3月1日至3月5日 由李四代", line: "登记请假和代班人", may: anyone, do: takeLeave},
		{name: "销假", topic: "岗位", says: ways("销假 提前返岗 取消请假"), may: anyone, do: endLeave},
		{name: "职责", topic: "岗位", says: ways("职责 岗位 查岗位 查职责 岗位职责 在办清单"), example: "职责 张三", line: "看一名同志的岗位和在办事项", may: keeps, do: dutiesOf},
		{name: "交接", topic: "岗位", says: ways("交接 岗位交接 工作交接 交接岗位"), example: "交接 住建局局长 从张三到李四", line: "岗位交接", may: keeps, do: handPost},
		{name: "时间表", topic: "工期", says: ways("时间表 路线图 挂图作战 作战图 看时间表 查时间表 查排期 看排期 节点计划"), project: true, example: "时间表 %s", line: "看项目全部节点和阶段", may: anyone, do: timetable},
		{name: "倒排", topic: "工期", says: ways("倒排 倒排工期 排工期 倒排节点 工期倒排"), project: true, example: "倒排 %s 12月31日", line: "按模板从目标日期倒排节点", may: schedules, do: backwards},
		{name: "改排期", topic: "工期", says: ways("改排期 调整排期 修改排期 调排期"), project: true, example: "改排期 %s 2 5月6日", line: "改排期中某一项的日期", may: schedules, do: redate},
		{name: "同意排期", topic: "工期", says: ways("同意排期 确认排期 审核排期 批准排期"), project: true, example: "同意排期 %s", line: "排期审核通过", may: judges, do: grantSchedule},
		{name: "退回排期", topic: "工期", says: ways("退回排期 不同意排期 驳回排期"), project: true, example: "退回排期 %s 桩基工期偏短", line: "排期审核退回", may: judges, do: denySchedule},
		{name: "阶段", topic: "工期", says: ways("阶段 报阶段 阶段变更 项目阶段 进入阶段 看阶段"), project: true, example: "阶段 %s 开工", line: "报项目进入新阶段", may: reports, do: stage},
		{name: "转化率", topic: "查询", says: ways("转化率 转化 查转化率 阶段转化 阶段转化率 看转化率"), alone: true, example: "转化率", line: "看签约、开工等阶段转化", may: oversees, do: conversion},
		{name: "暂停", topic: "办理", says: ways("暂停 暂停项目 项目暂停 申请暂停"), project: true, example: "暂停 %s 规划调整", line: "申请暂停项目", may: pauses, do: suspend},
		{name: "恢复", topic: "办理", says: ways("恢复 恢复项目 项目恢复 申请恢复"), project: true, example: "恢复 %s 规划调整已批复", line: "申请恢复项目", may: pauses, do: resume},
		{name: "同意暂停", topic: "审核", says: ways("同意暂停 批准暂停 同意恢复 批准恢复"), project: true, example: "同意暂停 %s", line: "同意项目暂停或恢复", may: decidesPause, do: grantPause},
		{name: "不同意暂停", topic: "审核", says: ways("不同意暂停 不批准暂停 不同意恢复 不批准恢复"), project: true, example: "不同意暂停 %s 可以边调整边施工", may: decidesPause, do: denyPause},
		{name: "收回通知", topic: "项目办", says: ways("收回通知 撤回通知 通知收回"), example: "收回通知 预警〔2026〕12号 对象有误", line: "收回发错的通知", may: keeps, do: takeBack},
		{name: "观摩", topic: "观摩", says: ways("观摩 观摩安排 观摩路线 观摩结果 观摩得分 查观摩"), example: "观摩", line: "看观摩安排和得分", may: oversees, do: tour},
		{name: "观摩打分", topic: "观摩", says: ways("观摩打分 打分 观摩评分"), example: "观摩打分 %s 92 现场管理规范", may: anyone, do: giveMark},
		{name: "观摩改分", topic: "观摩", says: ways("观摩改分 改分"), example: "观摩改分 %s 90", may: anyone, do: changeMark},
		{name: "安排观摩", topic: "观摩", says: ways("安排观摩 组织观摩"), example: "安排观摩 4月15日 评委：王敏、李强 9:00 %s", line: "安排观摩路线", may: keeps, do: planTour},
		{name: "取消观摩", topic: "观摩", says: ways("取消观摩"), example: "取消观摩 G0001 另行安排", line: "取消观摩", may: keeps, do: cancelTour},
		{name: "核查", topic: "督查", says: ways("核查 现场核查 现场察看 核定"), project: true, example: "核查 %s 52% 现场仅完成三层", line: "登记现场核查", may: visits, do: inspect},
		{name: "会议", topic: "会议", says: ways("会议 会议安排 会议清单 会议列表 近期会议 查会议 有哪些会议"), meeting: true, example: "会议", line: "看会议安排和纪要", may: meets, do: meetings},
		{name: "议程", topic: "会议", says: ways("议程 会议议程 查议程 看议程"), meeting: true, example: "议程 M0003", line: "看会议议程", may: meets, do: agenda},
		{name: "召开", topic: "会议", says: ways("召开 召开会议 召集 安排会议"), example: "召开 及时协调会 %s 4月2日 下午3点", line: "召开会议", may: keeps, do: convene},
		{name: "纪要", topic: "会议", says: ways("纪要 会议纪要 记纪要"), meeting: true, example: "纪要 M0003 1. 请住建局王敏4月10日前完成清表", line: "记会议纪要并交办", may: keeps, do: minutes},
		{name: "取消会议", topic: "会议", says: ways("取消会议 会议取消"), meeting: true, example: "取消会议 M0003 另行安排", line: "取消会议", may: keeps, do: cancelMeeting},
		{name: "评审", topic: "会议", says: ways("评审 网上评审 评审意见"), meeting: true, example: "评审 M0003 同意 建议压缩工期", may: anyone, do: opine},
		{name: "绑定", topic: "项目办", says: ways("绑定 绑定项目 本群绑定 群绑定"), project: true, example: "绑定 %s", line: "本群绑定项目", may: bindsHere, do: bind},
		{name: "解绑", topic: "项目办", says: ways("解绑 解除绑定 取消绑定 解绑项目"), project: true, example: "解绑 %s", line: "本群解绑项目", may: bindsHere, do: unbind},
		{name: "群清单", topic: "项目办", says: ways("群清单 绑定情况 群列表 群绑定情况 绑定清单 查绑定"), alone: true, example: "群清单", line: "看各群情况", may: keeps, do: groups},
		{name: "帮助", says: ways("帮助 help ? 菜单 怎么用 使用说明 使用帮助 指令 命令 功能"), may: anyone, do: help},
		{name: "您好", says: ways("你好 您好 在吗"), alone: true, may: anyone, do: help},
	}
}

// levelled reports whether a number is one of a problem, or plainly one of some other matter, of which
// the act then says that it is none: 上报 D2地块已清表 is a report.
func levelled(letter, digits string) bool {
	for _, k := range ledger.Kinds {
		if k.Levels && k.Prefix == letter {
			return true
		}
	}
	return len(digits) >= 4
}

func ways(s string) []string { return strings.Fields(s) }

func lookUp(verbs []verb, name string) *verb {
	for i := range verbs {
		if verbs[i].name == name {
			return &verbs[i]
		}
	}
	return nil
}

// Whom a verb is offered to. What somebody really may do, desk decides.

func anyone(*turn) bool { return true }

func reports(t *turn) bool { return len(t.reportable(1)) > 0 }

// moves are those with something to do away with: who reports, and who owes a single matter.
func moves(t *turn) bool { return reports(t) || len(t.person.Owes) > 0 }

func judges(t *turn) bool {
	return t.Person.Has(ledger.RoleOffice, ledger.RoleInspection, ledger.RoleLeader)
}

func inspects(t *turn) bool { return t.Person.Has(ledger.RoleInspection) }

// accounts are those who may see what was found of bad styles.
func accounts(t *turn) bool {
	return t.Person.Has(ledger.RoleInspection, ledger.RoleUnitHead) || reports(t)
}

// objects are those who may have something to object to.
func objects(t *turn) bool { return moves(t) || t.Person.Has(ledger.RoleUnitHead, ledger.RoleLiaison) }

func reopens(t *turn) bool { return t.Person.Has(ledger.RoleOffice, ledger.RoleInspection) }

func decidesPause(t *turn) bool { return t.Person.Has(t.View.Rules.SuspendBy...) }

func pauses(t *turn) bool {
	return reports(t) || t.Person.Has(ledger.RoleOffice, ledger.RoleLeader, ledger.RoleUnitHead)
}

func keeps(t *turn) bool { return t.Person.Has(ledger.RoleOffice) }

func speaksFor(t *turn) bool { return t.Person.Has(ledger.RoleOffice, ledger.RoleUnitHead) }

// oversees are those who look after others' reports.
func oversees(t *turn) bool {
	return t.Person.Has(ledger.RoleOffice, ledger.RoleInspection, ledger.RoleDistrictLeader, ledger.RoleUnitHead, ledger.RoleLeader)
}

// ranked are those to whom a ranking, or a row of it, is shown.
func ranked(t *turn) bool {
	return t.Person.Has(ledger.RoleOffice, ledger.RoleInspection, ledger.RoleDistrictLeader, ledger.RoleUnitHead)
}

func assigns(t *turn) bool {
	return t.Person.Has(ledger.RoleOffice, ledger.RoleDistrictLeader, ledger.RoleLeader)
}

// visits are those who look at sites.
func visits(t *turn) bool { return t.Person.Has(ledger.RoleInspection, ledger.RoleOffice) }

// meets are those who may know of meetings.
func meets(t *turn) bool {
	return t.Person.Has(ledger.RoleOffice, ledger.RoleInspection, ledger.RoleDistrictLeader, ledger.RoleLeader)
}

func solves(t *turn) bool { return reports(t) || t.Person.Has(ledger.RoleUnitHead, ledger.RoleLiaison) }

func owes(t *turn) bool { return moves(t) || t.Person.Has(ledger.RoleUnitHead) }

func bindsHere(t *turn) bool { return keeps(t) && t.Incoming.ChatID != "" }

// schedules are those who may draft a project's nodes or change a draft.
func schedules(t *turn) bool { return reports(t) || t.Person.Has(ledger.RoleOffice, ledger.RoleLeader) }
