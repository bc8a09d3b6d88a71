package config

import (
	"strings"

	"duban/internal/workday"
	"duban/internal/zh"
)

// ResourceRow is a row of resources.csv (编码,类别,名称,地点,属地编码,面积,价格,方式,条件,状态), which a register may leave out.
// The area is in hundredths of a square metre, the price in 分.
type ResourceRow struct {
	Code, Kind, Name, Place, Unit string
	Area, Price                   int64
	PricePer, Terms, Conditions   string
	Taken                         bool
}

// PolicyRow is a row of policies.csv (编码,名称,内容,适用对象,有效期), which a register may leave out.
type PolicyRow struct {
	Code, Title, Text, Whom string
	Until                   workday.Day
}

var (
	resourceKinds  = map[string]string{"土地": "土地", "厂房": "厂房", "楼宇": "楼宇"}
	resourceTerms  = map[string]string{"": " ", "出让": "出让", "租": "租", "售": "售"}
	resourceStates = map[string]string{"": " ", "可用": "可用", "已用": "已用"}
)

func (r *reader) resource(rw *row) (string, func()) {
	x := ResourceRow{
		Code: r.code(rw, "resources.csv"), Kind: rw.word("类别", resourceKinds), Name: rw.must("名称", 191), Place: rw.upTo("地点", 191),
		Unit: rw.ref("属地编码", "units.csv", r.codes["units.csv"]), Terms: strings.TrimSpace(rw.word("方式", resourceTerms)),
		Conditions: rw.upTo("条件", 1000), Taken: rw.word("状态", resourceStates) == "已用",
	}
	if sizes := zh.Sizes(rw.get("面积")); len(sizes) == 1 {
		x.Area = sizes[0].Area
	} else {
		rw.fail("“面积”写的是“%s”，应带单位，例如 48亩、5000平方米", rw.get("面积"))
	}
	if v := rw.get("价格"); v != "" && v != "面议" {
		p, ok := zh.Price(v)
		if !ok {
			rw.fail("“价格”写的是“%s”，应为 18万元/亩、15元/平方米·月 或 面议", v)
		}
		x.Price, x.PricePer = p.Fen, p.Per
	}
	return x.Code, func() {
		r.codes["resources.csv"][x.Code] = true
		r.out.Resources = append(r.out.Resources, x)
	}
}

func (r *reader) policy(rw *row) (string, func()) {
	x := PolicyRow{Code: r.code(rw, "policies.csv"), Title: rw.must("名称", 191), Text: rw.must("内容", 1000), Whom: rw.upTo("适用对象", 191), Until: rw.day("有效期")}
	return x.Code, func() {
		r.codes["policies.csv"][x.Code] = true
		r.out.Policies = append(r.out.Policies, x)
	}
}
