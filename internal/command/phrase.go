package command

import (
	"regexp"
	"strings"

	"duban/internal/zh"
)

// What officials say in other words than the verbs is put into the words of a verb first, so that
// there is one reader and everything that is understood is something a person could have typed.

// fillers carry nothing: people say them, and the platforms' speech recognition writes them down. One
// inside a sentence (这个月) is none.
var fillers = regexp.MustCompile(`(^|[,，。.;；、 \n])(?:(?:嗯+|呃+|额+|唔|啊+|哦|喂|诶|欸|那个|这个|就是说|怎么说呢|然后呢|我说一下啊?|我报一下|报一下|说一下)[,，。、. ]+|(?:嗯+|呃+|喂+|诶|欸|就是说?|那个|我报一下|报一下)([^ ,，。、]))`)

// unspoken takes the fillers out of what was said.
func unspoken(said string) string {
	for range 4 { // 呃，那个，
		next := fillers.ReplaceAllString(said, "$1$2")
		if next == said {
			break
		}
		said = next
	}
	return said
}

// phrased puts a whole message into the words of a verb, where it is one of the things officials say in
// their own; any other stays as it is.
func (r reader) phrased(f *zh.Folder, said string) string {
	said = unspoken(said)
	s := f.Fold(said)
	if command, ok := mended(s); ok && lookUp(r.verbs, "更正") != nil {
		return command
	}
	if asBefore(s) && lookUp(r.verbs, "无变化") != nil {
		return "无变化"
	}
	return said
}

const (
	lastTime = `上(?:个|一)?(?:期|次|回|周期|周|月|半月|旬)`
	idle     = `(?:(?:今天|今日|这几天|目前|现在|暂时|暂|本期|本周|本月|这期|这次|这周|还是|基本|基本上|项目|工程|进度|进展|形象进度|情况|各项)的?)*` +
		`(?:(?:没有?|无|没得|冇)(?:什么|啥|啥子|任何|太大|大的?|明显的?|新的?|甚)*(?:变化|变动|进展|更新|动静|新进展|改变)|(?:[跟和与同]` + lastTime + `(?:报的|的)?(?:一样|相同|一致|持平|没变化?|无变化)?|同上|老样子|照旧|维持(?:原状|不变)|保持不变|原样|不变|没变)的?)` +
		`(?:[了哈啊呢吧]|,|，|。)*`
)

// nothingNew is a whole report that all is as it was.
var nothingNew = regexp.MustCompile(`^(?:` + idle + `[ ]*)+[。.!！~]*$`)

// asBefore reports whether a message, or what is left of it beside the project, says no more than that
// all is as it was.
func asBefore(s string) bool { return nothingNew.MatchString(strings.Trim(s, trimmed)) }

// mending begins a correction of what was said before; a weak one is one only where the sentence ends or
// goes on with what is right: 不对外开放 is none.
var (
	pointing = `(?:不好意思|抱歉|对不起|sorry|[ ,，!！])*((?:刚才|刚刚|刚|上一?条|上条|前面|之前|前一?条|我)(?:的)?)*(?:那个|那条|那|这条|报送?|说|发|写|的|数|数据|数字|进度|投资|项目|里面|里)*`
	mending  = regexp.MustCompile(`^` + pointing + `(?:(?:说|写|报|打|发|填|搞|弄|输)错|更正|纠正|订正|改成|改为)(?:一下|了|啦|哈|项目|数字|数据|个数字|个数|个字|字|数|的)*[,，:：。. ]*` + rightly)
	denying  = regexp.MustCompile(`^` + pointing + `(?:错了|不对|有误|不准确?)(?:[,，:：。. ]+` + rightly + `|` + rightly1 + `|$)`)

	insteadOf = regexp.MustCompile(`^(?:不是|应该不是)([^,，。;；是]+?)[ ,，。;；]*(?:而是|应该?是|是)`)
	rightTail = regexp.MustCompile(`(?:才对|才是对的|才是|对的)[。.!！]*$`)
)

const (
	rightly1 = `(?:应该?是|应该?为|实际是|实际为|改为|改成|改到|正确的?是|换成)[:： ]*`
	rightly  = `(?:(?:进度|数据)?(?:应该?是|应该?为|实际是|实际为|改为|改成|改到|正确的?是|换成|是|为|应)[:： ]*)?`
)

// mended puts a correction into words: 刚才那条说错了 是66% is 更正 66%. What was wrong may be said too.
func mended(s string) (command string, ok bool) {
	s = strings.Trim(s, trimmed)
	at := insteadOf.FindStringSubmatchIndex(s)
	if at == nil || !hasFigure(s[at[2]:at[3]]) {
		if at = mending.FindStringSubmatchIndex(s); at == nil {
			at = denying.FindStringSubmatchIndex(s)
		}
	}
	if at == nil {
		return "", false
	}
	head, rest := s[:at[1]], strings.Trim(s[at[1]:], trimmed)
	if at := insteadOf.FindStringIndex(rest); at != nil {
		rest = rest[at[1]:]
	}
	rest = strings.Trim(rightTail.ReplaceAllString(rest, ""), trimmed)
	if rest != "" && at[2] < 0 && !strings.ContainsAny(rest, "0123456789一二三四五六七八九十") {
		return "", false // 更正违建3处 and the like are news
	}
	if _, isMoney := zh.Money(rest); isMoney && strings.Contains(head, "投资") && !investing.MatchString(rest) {
		rest = "完成投资" + rest
	}
	return strings.TrimSpace("更正 " + rest), true
}

// hasFigure reports whether a text holds a percentage or money.
func hasFigure(s string) bool { return len(figuresIn(s)) > 0 }
