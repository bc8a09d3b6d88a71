package zh

import "testing"

func TestTimeOfDay(t *testing.T) {
	for said, want := range map[string]struct {
		hour, minute int
		text         string
		bad          bool
	}{
		"4月2日下午3点":    {15, 0, "下午3点", false},
		"4月2日15:00开会": {15, 0, "15:00", false},
		"上午九点半 会议室":   {9, 30, "上午九点半", false},
		"14点30分":      {14, 30, "14点30分", false},
		"晚上8点钟":       {20, 0, "晚上8点钟", false},
		"中午12点":       {12, 0, "中午12点", false},
		"中午1点一刻":      {13, 15, "中午1点一刻", false},
		"下午两点":        {14, 0, "下午两点", false},
		"10时":         {10, 0, "10时", false},
		"25点":         {25, 0, "25点", true},
		"9:70":        {9, 70, "9:70", true},
		"4小时内":        {},
		"4月2日":        {},
		"投资1.2亿元 65%": {},
	} {
		got, ok := TimeOfDay(said)
		if ok != (want.text != "") {
			t.Errorf("%s: found %v", said, ok)
			continue
		}
		if ok && (got.Hour != want.hour || got.Minute != want.minute || said[got.Start:got.End] != want.text || got.Impossible != want.bad) {
			t.Errorf("%s: %+v %q", said, got, said[got.Start:got.End])
		}
	}
}
