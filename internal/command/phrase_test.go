package command

import "testing"

func TestUnspoken(t *testing.T) {
	for said, want := range map[string]string{
		"嗯，华兴那个，现在是百分之六十五": "华兴那个，现在是百分之六十五",
		"呃，那个，云谷，呃，百分之六十八": "云谷，百分之六十八",
		"呃华兴现在65%":   "华兴现在65%",
		"我报一下云谷，68%": "云谷，68%",
		"这个月投了500万":  "这个月投了500万",
		"那个谁负责":      "谁负责",
		"华兴 65%":     "华兴 65%",
		"嗯":          "嗯",
		"":           "",
	} {
		if got := unspoken(said); got != want {
			t.Errorf("unspoken(%q) = %q, want %q", said, got, want)
		}
	}
}

func TestAsBefore(t *testing.T) {
	for _, s := range []string{"没啥变化", "无变化", "同上期", "和上次一样", "跟上期一样，没变化", "老样子", "无进展", "暂时没有进展", "目前没有什么变化", "本期进度无变化。", "同上", "与上期持平", "照旧"} {
		if !asBefore(s) {
			t.Errorf("%q is no change", s)
		}
	}
	for _, s := range []string{"天气没变化", "变化不大", "变化很大", "无进展原因是图审", "没变化吗", "主体封顶，其他没变化", "同上期65%", "有变化", "无", ""} {
		if asBefore(s) {
			t.Errorf("%q tells something", s)
		}
	}
}

func TestMended(t *testing.T) {
	for said, want := range map[string]string{
		"刚才那条说错了 是56%":     "更正 56%",
		"上一条不对 应该是56%":     "更正 56%",
		"更正：56%":           "更正 56%",
		"更正一下，华兴是56%":      "更正 华兴是56%",
		"不是65%，是66%":       "更正 66%",
		"写错了 66%":          "更正 66%",
		"打错了，66%才对":        "更正 66%",
		"刚才投资报错了，应该是7200万": "更正 完成投资7200万",
		"刚才那条错了":           "更正",
		"不好意思，刚才报错了，66%":   "更正 66%",
		"不对，66%":           "更正 66%",
		"报错了 是云谷 65%":      "更正 云谷 65%",

		"错峰施工":      "",
		"不对外开放":     "",
		"纠正违建行为":    "",
		"不是我的":      "",
		"华兴 65%":    "",
		"有误差":       "",
		"说明：主体封顶":   "",
		"报送的材料错了没有": "",
	} {
		if got, ok := mended(said); got != want || ok != (want != "") {
			t.Errorf("mended(%q) = %q, %v", said, got, ok)
		}
	}
}
