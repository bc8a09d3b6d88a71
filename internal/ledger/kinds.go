package ledger

// Kind is what a commitment is about. What differs between kinds is data in this file.
type Kind string

// The kinds.
const (
	Milestone  Kind = "milestone"  // 节点
	Assignment Kind = "assignment" // 交办事项
	Problem    Kind = "problem"    // 问题
	Filing     Kind = "filing"     // 报送
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
}

// Kinds is the table of kinds. The triggers: 崇川 text of 2021-12-08 (节点逾期、交办事项落实不力、
// 存在问题不及时解决); a missed filing is the fourth, ours.
var Kinds = map[Kind]KindTraits{
	Milestone:  {Word: "节点", Prefix: "J", Trigger: "节点逾期", Remind: true, Climbs: true, Photo: true},
	Assignment: {Word: "交办事项", Prefix: "L", Trigger: "交办事项落实不力", Remind: true, Climbs: true, Raised: true},
	Problem:    {Word: "问题", Prefix: "W", Trigger: "存在问题不及时解决", Remind: true, Climbs: true, Raised: true},
	Filing:     {Word: "报送", Prefix: "B", Trigger: "逾期未报送", Climbs: true, Closes: true, Fixed: true},
	Reply:      {Word: "督办回复", Prefix: "H", Trigger: "逾期未回复督办单", Remind: true, Fixed: true},
}
