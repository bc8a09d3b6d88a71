package ledger

import (
	"fmt"
	"strconv"

	"duban/internal/fault"
	"duban/internal/workday"
)

// Area is a size in hundredths of a square metre.
type Area int64

// The units areas are written in. 亩 is 2000/3 square metres.
const (
	SquareMetre Area = 100
	Hectare     Area = 10_000 * SquareMetre
	fifteenMu   Area = 10_000 * SquareMetre // 15亩 are a hectare, exactly
)

// Mu gives the area of so many hundredths of a 亩.
func Mu(hundredths int64) Area { return (Area(hundredths)*fifteenMu + 750) / 1500 }

// InMu gives "50亩", at most two decimals.
func (a Area) InMu() string { return decimal(int64(a)*15, int64(fifteenMu)) + "亩" }

// InMetres gives "3000平方米", whole.
func (a Area) InMetres() string {
	return strconv.FormatInt(int64((a+SquareMetre/2)/SquareMetre), 10) + "平方米"
}

// The kinds of resources.
const (
	Land     = "土地"
	Plant    = "厂房"
	Building = "楼宇"
)

// ResourceKinds lists them.
var ResourceKinds = []string{Land, Plant, Building}

// Resource (资源清单) is land, a plant or a building an enterprise may have.
type Resource struct {
	ID         int64 `gorm:"primaryKey"`
	DistrictID DistrictID
	Code       string
	Kind       string
	Name       string
	Place      string
	UnitID     UnitID // 属地
	Area       Area
	Price      int64  // in 分, 0 when it is to be talked about
	PricePer   string // 亩, 平方米, 平方米·月
	Terms      string // 出让, 租, 售
	Conditions string
	Taken      bool // 已用
	Version    int
}

// Size gives the area as officials write it for the kind.
func (r Resource) Size() string {
	if r.Kind == Land {
		return r.Area.InMu()
	}
	return r.Area.InMetres()
}

// PriceWords gives "18万元/亩", "15元/平方米·月", "面议".
func (r Resource) PriceWords() string {
	switch {
	case r.Price == 0:
		return "面议"
	case r.Price%100 != 0:
		return decimal(r.Price, 100) + "元/" + r.PricePer
	}
	return Money(r.Price/100).String() + "/" + r.PricePer
}

// Policy (政策清单) is what an enterprise may be granted.
type Policy struct {
	ID         int64 `gorm:"primaryKey"`
	DistrictID DistrictID
	Code       string
	Title      string
	Text       string
	Whom       string      // 适用对象
	UntilOn    workday.Day // its last day, 0 for none
	Ended      bool        // 废止
	Version    int
}

// InForce reports whether the policy holds on the day.
func (p Policy) InForce(d workday.Day) bool { return !p.Ended && (p.UntilOn == 0 || d <= p.UntilOn) }

// Subject names the resource in the history.
func (r Resource) Subject() string { return "resource:" + r.Code }

// Subject names the policy in the history.
func (p Policy) Subject() string { return "policy:" + p.Code }

// KeepResource (资源) puts a resource on its list, or changes one that is there (was has an id).
func KeepResource(was, now Resource, by Actor) (Outcome, error) {
	switch {
	case now.Name == "":
		return Outcome{}, fault.New(fault.Invalid, "请写明名称，例如：资源 新增 厂房 高新区3号标准厂房 5000平 15元/平方米·月 租")
	case now.Area <= 0:
		return Outcome{}, fault.New(fault.Invalid, "请写明面积，例如：48亩、5000平方米")
	case was == now:
		return Outcome{}, fault.Newf(fault.Conflict, "%s本来就是这样，没有改动。", now.Code)
	}
	act := "resource:new"
	if was.ID != 0 {
		act = "resource:changed"
	}
	e := by.entry(now.DistrictID, now.Subject(), act, clip(now.Name+" "+now.Size()+" "+now.PriceWords()))
	e.Before, e.After = was.kept(), now.kept()
	return Outcome{Resources: []Resource{now}, Entries: []Entry{e}}, nil
}

func (r Resource) kept() string {
	if r.Code == "" {
		return ""
	}
	return fmt.Sprintf(`{"code":%q,"area":%d,"price":%d,"taken":%t}`, r.Code, r.Area, r.Price, r.Taken)
}

// KeepPolicy (政策) puts a policy on its list, or changes one that is there.
func KeepPolicy(was, now Policy, by Actor) (Outcome, error) {
	switch {
	case now.Title == "" || now.Text == "":
		return Outcome{}, fault.New(fault.Invalid, "请写明政策名称和内容，例如：政策 新增 标准厂房租金补贴：前两年租金减半")
	case was == now:
		return Outcome{}, fault.Newf(fault.Conflict, "%s本来就是这样，没有改动。", now.Code)
	}
	act := "policy:new"
	if was.ID != 0 {
		act = "policy:changed"
	}
	e := by.entry(now.DistrictID, now.Subject(), act, clip(now.Title))
	e.After = fmt.Sprintf(`{"code":%q,"ended":%t}`, now.Code, now.Ended)
	return Outcome{Policies: []Policy{now}, Entries: []Entry{e}}, nil
}
