package command

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
)

// The ledger keeps what was invested in the year so far. Money of a month or so (本月投了1200万) is never
// taken for that: beside other news it stays in the words, and the answer offers the sum; alone it is
// asked about.

// monthly gives the money of a month or so that was said, 0 for none.
func (in *intent) monthly() ledger.Money {
	if in.month == nil || in.month.vague {
		return 0
	}
	return ledger.Money(in.month.value)
}

var ofMonth = regexp.MustCompile(`^(?:本月|当月|这个?月|上月|本周|上周|本期|当期|上?半月|本?季度?|新增|增加|又|再|完成|投资|投了?|固投|的|[0-9.,]+|[零一二三四五六七八九十百千两点]+|[万亿]?元?|了|[ ,，。])*$`)

// onlyMonth reports whether the money of a month is all that was said.
func onlyMonth(in intent) bool { return in.monthly() > 0 && ofMonth.MatchString(in.said.Text) }

// addsUp asks whether the money of a month is to be added to the year's total.
func (t *turn) addsUp(ctx context.Context, in intent, p ledger.Project) (step, error) {
	now, err := t.View.Current(ctx, t.person, p.ID)
	if err != nil {
		return nil, err
	}
	was := investedThisYear(now, t.today.Year())
	sum := was + in.monthly()
	said := in.said
	said.Invested = &sum
	what := fmt.Sprintf("“%s”不是本年累计数。上次累计%s，加上后本年累计完成投资%s", clip(in.said.Text, 20), was, sum)
	q := question{Kind: askConfirm, Project: p.ID, Said: t.ahead + in.script.raw, Report: &said, For: t.other.ID, ForName: t.other.Name}
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, p)
		if err != nil {
			return chat.Message{}, err
		}
		return t.ask(a, private, q, "reply/confirm", struct{ Name, What string }{p.Name, what})
	}, nil
}

// investedThisYear gives what was reported for the year; with the new year its count starts anew.
func investedThisYear(p ledger.Project, year int) ledger.Money {
	if p.ReportedOn != 0 && p.ReportedOn.Year() < year {
		return 0
	}
	return p.InvestedYear
}

// lacking finds what a report says is missing.
var lacking = regexp.MustCompile(`(?:^|[,，。;；、 \n])((?:目前|现在|但|不过|仍|还)*(?:缺|缺少|卡在|受阻|尚未取得|未取得|没拿到|没办下来|资金不足|被阻工)[^,，。;；、 \n]{2,40})`)

// offer fills in what the answer offers beside the report.
func (e *echo) offer(q question) {
	if q.Month > 0 && e.U.Invested == nil {
		e.Month, e.Sum = q.Month, investedThisYear(e.P, e.U.On.Year())+q.Month
	}
	if m := lacking.FindStringSubmatch(e.U.Text); m != nil {
		e.Lack = strings.TrimSpace(m[1])
	}
}
