package dingtalk

import (
	"testing"

	"duban/internal/chat"
)

func TestText(t *testing.T) {
	for name, c := range map[string]struct {
		m     chat.Message
		extra []string
		want  string
	}{
		"plain":       {chat.Message{Title: "预警", Rows: []string{"甲", "乙"}}, nil, "### 预警\n\n甲  \n  乙"},
		"foot":        {chat.Message{Title: "预警", Rows: []string{"甲"}, Foot: []string{"3号", "回复：办结"}}, nil, "### 预警\n\n甲\n\n3号  \n  回复：办结"},
		"list":        {chat.Message{Title: "预警", Rows: []string{"共两项", "- 甲", "- 乙", "以上"}}, nil, "### 预警\n\n共两项  \n  - 甲  \n  - 乙\n\n以上"},
		"empty row":   {chat.Message{Title: "预警", Rows: []string{"甲", "", "乙", ""}}, nil, "### 预警\n\n甲\n\n乙"},
		"broken row":  {chat.Message{Title: "预警\n第二行", Rows: []string{"甲\r\n乙 "}}, nil, "### 预警 第二行\n\n甲  \n  乙"},
		"extra block": {chat.Message{Title: "预警"}, []string{"@u1"}, "### 预警\n\n@u1"},
	} {
		if got := text(c.m, c.extra); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestAnchor(t *testing.T) {
	if got := anchor("台账", "https://x.example/a (b)?c=1&d=2"); got != "[台账](https://x.example/a%20%28b%29?c=1&d=2)" {
		t.Error(got)
	}
	if got := sayLink("延期 3(补)+1&"); got != "dtmd://dingtalkclient/sendMessage?content=%E5%BB%B6%E6%9C%9F%203%28%E8%A1%A5%29%2B1%26" {
		t.Error(got)
	}
}
