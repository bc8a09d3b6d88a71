package watch

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// Use is what a replica has used since it last said so of a budget that a platform gives for a calendar
// month.
type Use struct {
	Budget string // one of the budgets, e.g. "dingtalk.calls"
	N      int64
	Limit  int64 // 0: counted, but nobody is warned
	Out    bool  // the platform says that nothing is left, whatever we have counted
}

// budgets are what the office calls the budgets, and what is lost without them.
var budgets = map[string]struct{ What, Lost string }{
	"dingtalk.calls":    {"接口调用", "通报、预警和提醒会推迟到额度恢复后发出"},
	"dingtalk.messages": {"机器人消息", "机器人收不到群里和私聊的文字，群机器人也不能发送"},
}

// marks are the shares of a budget, in percent, at which the office is told, once each in a month; 100
// is for the platform to say.
var marks = []int{80, 95}

// Quota adds up what was used, for all replicas, and tells the office when a mark is passed. It reports
// whether there is something to send.
func (w *Watch) Quota(ctx context.Context, uses []Use) (bool, error) {
	var told bool
	district, err := w.Store.Roster(ctx, w.District, 0)
	if err != nil {
		return false, fmt.Errorf("read the groups: %w", err)
	}
	err = w.Store.Write(ctx, w.District, func(tx *store.Tx) error {
		told = false
		var out ledger.Outcome
		for _, u := range uses {
			if u.N == 0 && !u.Out {
				continue
			}
			q, err := tx.Draw(u.Budget, month(tx.Now), u.N)
			if err != nil {
				return err
			}
			mark := passed(q, u)
			if mark == 0 {
				continue
			}
			if err := tx.QuotaWarned(q, mark); err != nil {
				return err
			}
			for _, to := range ledger.OfficeAudience(district) {
				cause := fmt.Sprintf("quota:%s:%d:%d:%d", u.Budget, q.Month, mark, u.Limit)
				out.Notices = append(out.Notices, ledger.Notice{Cause: cause, To: to, Rank: ledger.RankReminder, Due: tx.Now})
			}
		}
		told = len(out.Notices) > 0
		_, err := tx.Apply(out)
		return err
	})
	return told, err
}

// passed gives the heaviest mark that was passed and not told yet, 0 for none.
func passed(q store.Quota, u Use) int {
	at := 0
	for _, mark := range marks {
		if u.Limit > 0 && q.Used*100 >= u.Limit*int64(mark) {
			at = mark
		}
	}
	if u.Out {
		at = 100
	}
	if at <= q.Warned {
		return 0
	}
	return at
}

// month is the calendar month of a moment as a number, e.g. 202603.
func month(at clock.Instant) int {
	day := at.Time().In(clock.Shanghai)
	return day.Year()*100 + int(day.Month())
}

// quotaData is what notice/quota words.
type quotaData struct {
	What, Lost  string
	Used, Limit int64
	Percent     int
}

// composeQuota words it: "quota:dingtalk.calls:202603:80:5000".
func (w *Watch) composeQuota(ctx context.Context, of string, v ledger.Viewer) (words.Letter, error) {
	parts := strings.Split(of, ":")
	if len(parts) != 4 {
		return words.Letter{}, fmt.Errorf("compose quota:%s: not of four parts", of)
	}
	var n [3]int64
	for i := range n {
		var err error
		if n[i], err = strconv.ParseInt(parts[i+1], 10, 64); err != nil {
			return words.Letter{}, fmt.Errorf("compose quota:%s: %w", of, err)
		}
	}
	switch {
	case v.Group == nil || v.Group.Class != ledger.GroupOffice:
		return words.Letter{Drop: "群已不是项目办群"}, nil
	case int(n[0]) != month(clock.At(w.Clock.Now())):
		return words.Letter{Drop: "已是下月，额度已恢复"}, nil
	}
	used, err := w.Store.Quotas(ctx, w.District, int(n[0]))
	if err != nil {
		return words.Letter{}, err
	}
	b := budgets[parts[0]]
	data := quotaData{What: b.What, Lost: b.Lost, Percent: int(n[1]), Limit: n[2]}
	for _, q := range used {
		if q.Name == parts[0] {
			data.Used = q.Used
		}
	}
	var l words.Letter
	l.Message, err = w.Words.Say("notice/quota", data)
	return l, err
}
