package zh

// Amount is a sum of money as somebody wrote it.
type Amount struct {
	// Yuan is the sum in yuan, rounded.
	Yuan int64
	// Unit is the unit it was written in: "元", "万元" or "亿元" (3千万 counts as 万元).
	Unit string
	// Vague marks a range or a rough figure (3000到5000万): the value is not to be relied on, ask.
	Vague bool
	Span
}

// Money finds the first amount in s that has a unit: 1200万元, 1.2亿, 3千万, 一亿二, 1.2个亿, ¥500, 500元.
// A number alone is no amount, nor are 3万平方米, 5万人 or 2亿美元.
func Money(s string) (a Amount, ok bool) {
	eachNumber(s, func(n Num) bool {
		a, ok = amount(s, n)
		return ok
	})
	return a, ok
}

func amount(s string, n Num) (Amount, bool) {
	unit := "元"
	if n.Unit != "" {
		unit = n.Unit + "元"
	}
	after, _ := hasAny(s, n.End, "多", "余", "餘", "来", "來")
	after = skipSpaces(s, after)
	end, written := hasAny(s, after, "元人民币", "元人民幣", "人民币", "人民幣", "块钱", "塊錢")
	if _, other := hasAny(s, after, notMoney...); other && !written {
		return Amount{}, false
	}
	if !written {
		if end, written = hasAny(s, after, "元", "圆", "圓"); !written {
			end = n.End
		}
	}
	if sign := runeBefore(s, n.Start); n.Unit == "" && !written && sign != '¥' {
		return Amount{}, false
	}
	v := n.Value / one
	if rest := n.Value % one; rest >= one/2 {
		v++
	} else if rest <= -one/2 {
		v--
	}
	return Amount{Yuan: v, Unit: unit, Vague: n.Vague || continued(s, end), Span: Span{n.Start, end}}, true
}

// notMoney are the words behind a number that make it count something else than yuan.
var notMoney = []string{
	"平", "㎡", "m", "M", "立方", "方", "米", "公", "亩", "畝", "顷", "頃", "吨", "噸", "千瓦", "瓦", "度", "k", "K", "t", "T", "斤", "升",
	"人", "名", "户", "戶", "家", "个", "個", "台", "臺", "辆", "輛", "套", "间", "間", "棵", "株", "件", "次", "只", "隻", "头", "頭", "张", "張", "条", "條", "份", "箱", "片", "块地", "字", "册",
	"美", "港", "欧", "歐", "日元", "日圆", "英镑", "英鎊", "韩元", "韓元", "澳", "加元", "卢布", "盧布",
	"元旦", "元宵", "元件", "元器件", "元素",
}
