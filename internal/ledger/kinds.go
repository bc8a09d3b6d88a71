package ledger

// Kind is what a commitment is about. What differs between kinds is data in this file.
type Kind string

// The kinds.
const (
	Milestone  Kind = "milestone"  // 节点
	Assignment Kind = "assignment" // 交办事项
	Problem    Kind = "problem"    // 问题
	Filing     Kind = "filing"     // 报送
	Return     Kind = "return"     // 定期报送: weekly 招商动态, 当月进展和下月计划, the month's statistics
	Duty       Kind = "duty"       // 履职: a bureau chief in the service hall, a leader's visits
	Lead       Kind = "lead"       // 线索: a platform owes an answer to it within so many working hours
	Element    Kind = "element"    // 要件: what a project lacks of the five elements, once for each
	Reply      Kind = "reply"      // 督办单回复
)

// KindTraits is all that differs between kinds.
type KindTraits struct {
	Word    string // what officials call it
	Prefix  string // first letter of its number
	Trigger string // the trigger as the texts word it
	Remind  bool   // is announced before it is due
	Climbs  bool   // warning, then order; otherwise overdue goes straight to the list
	Closes  bool   // closes by the answer itself, without acceptance
	Fixed   bool   // can be neither extended nor handed over
	Photo   bool   // a photo is asked for when it is reported done, unless one came with the words
	Raised  bool   // whoever raised it hears of its answer and may accept it
	Say     string // how it is answered where that is neither 办结 nor a report; {code}, {project} and {source} are filled in
	Levels  bool   // is handed up from level to level until somebody solves it
	Receipt bool   // whoever has to move it confirms to have received it
	Own     bool   // is one person's own: an offence of a colleague never makes it the second
}

// Answered reports whether what is owed is an answer that somebody waits for, and that ends it.
func (k KindTraits) Answered() bool { return k.Closes && k.Raised }

// Kinds is the table of kinds. The triggers: 崇川 text of 2021-12-08 (节点逾期、交办事项落实不力、
// 存在问题不及时解决); a missed filing is the fourth, ours.
var Kinds = map[Kind]KindTraits{
	Milestone:  {Word: "节点", Prefix: "J", Trigger: "节点逾期", Remind: true, Climbs: true, Photo: true},
	Assignment: {Word: "交办事项", Prefix: "L", Trigger: "交办事项落实不力", Remind: true, Climbs: true, Raised: true, Receipt: true},
	Problem:    {Word: "问题", Prefix: "W", Trigger: "存在问题不及时解决", Remind: true, Climbs: true, Raised: true, Levels: true},
	Filing:     {Word: "报送", Prefix: "B", Trigger: "逾期未报送", Climbs: true, Closes: true, Fixed: true},
	Return:     {Word: "定期报送", Prefix: "R", Trigger: "逾期未报送", Remind: true, Climbs: true, Closes: true, Fixed: true},
	Duty:       {Word: "履职", Prefix: "D", Trigger: "逾期未履职", Remind: true, Climbs: true, Closes: true, Fixed: true, Own: true},
	Lead: {Word: "线索", Prefix: "X", Trigger: "线索逾期未反馈", Remind: true, Climbs: true, Closes: true, Fixed: true, Raised: true,
		Say: "反馈 {code} 已与企业对接，拟下周来考察"},
	Element: {Word: "要件", Prefix: "Y", Trigger: "要件逾期未补齐", Remind: true, Climbs: true, Closes: true, Fixed: true,
		Say: "要件 {project} {source} 请写明内容"},
	Reply: {Word: "督办回复", Prefix: "H", Trigger: "逾期未回复督办单", Remind: true, Fixed: true},
}
