package zh_test

import (
	"testing"

	"duban/internal/zh"
)

func TestSizes(t *testing.T) {
	for _, c := range []struct {
		text  string
		area  int64
		unit  string
		bound zh.Bound
	}{
		{"工业用地 50亩以上 开发区", 3333333, "亩", zh.Least},
		{"48亩", 3200000, "亩", zh.About},
		{"15亩", 1000000, "亩", zh.About},
		{"厂房 3000平以上 租", 300000, "平方米", zh.Least},
		{"1.2万平方米以内", 1200000, "平方米", zh.Most},
		{"三公顷左右", 3000000, "公顷", zh.About},
		{"两千平米", 200000, "平方米", zh.About},
		{"５０亩", 3333333, "亩", zh.About},
	} {
		got := zh.Sizes(c.text)
		if len(got) != 1 || got[0].Area != c.area || got[0].Unit != c.unit || got[0].Bound != c.bound {
			t.Errorf("%s: %+v", c.text, got)
		}
	}
	for _, none := range []string{"18万元/亩", "每亩税收30万元", "进度65%", "", "0亩", "亩均论英雄"} {
		if got := zh.Sizes(none); len(got) != 0 {
			t.Errorf("%q: %+v", none, got)
		}
	}
}

func TestPrice(t *testing.T) {
	for _, c := range []struct {
		text  string
		fen   int64
		per   string
		bound zh.Bound
	}{
		{"18万元/亩", 18_000_000, "亩", zh.About}, {"20万/亩以下", 20_000_000, "亩", zh.Most},
		{"15元/平方米·月", 1500, "平方米·月", zh.About}, {"12.5元/平/月以内", 1250, "平方米·月", zh.Most}, {"6500元/㎡", 650000, "平方米", zh.About},
	} {
		got, ok := zh.Price(c.text)
		if !ok || got.Fen != c.fen || got.Per != c.per || got.Bound != c.bound {
			t.Errorf("%s: %+v %t", c.text, got, ok)
		}
	}
	if got, ok := zh.Price("总投资2亿元"); ok {
		t.Errorf("no price: %+v", got)
	}
}
