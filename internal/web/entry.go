package web

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"duban/internal/ledger"
	"duban/internal/zh"
)

// amounts beyond these are slips of the finger; the law judges all below.
const (
	mostHundredths = 1_000_000_000
	mostYuan       = 1_000_000_000_000_000
)

// readPercent reads the progress field: 65, 65.5, ６５％, 六成五; nothing for "not said".
func readPercent(s string) (*ledger.Percent, error) {
	if s == "" {
		return nil, nil
	}
	var hundredths int64
	if n, rest, ok := zh.Number(s); ok && !n.Vague && n.Unit == "" && strings.Trim(rest, " %％") == "" {
		hundredths = n.Value / 100
	} else if p, ok := zh.Percent(s); ok && !p.Vague && whole(s, p.Span) {
		hundredths = p.Hundredths
	} else {
		return nil, errPercent
	}
	if hundredths > mostHundredths || hundredths < -mostHundredths {
		return nil, errPercent
	}
	v := ledger.Percent(hundredths)
	return &v, nil
}

// readMoney reads the money field: a number alone is in 万元, as the field says; with a unit it is
// what it says: 1.2亿.
func readMoney(s string) (*ledger.Money, error) {
	if s == "" {
		return nil, nil
	}
	var yuan int64
	if n, rest, ok := zh.Number(s); ok && !n.Vague && n.Unit == "" && strings.TrimSpace(rest) == "" {
		yuan = n.Value // ten-thousandths of 万元 are yuan
	} else if a, ok := zh.Money(s); ok && !a.Vague && whole(s, a.Span) {
		yuan = a.Yuan
	} else {
		return nil, errMoney
	}
	if yuan > mostYuan || yuan < -mostYuan {
		return nil, errMoney
	}
	v := ledger.Money(yuan)
	return &v, nil
}

// whole reports whether nothing but blanks stands around the span.
func whole(s string, at zh.Span) bool {
	return strings.TrimSpace(s[:at.Start]) == "" && strings.TrimSpace(s[at.End:]) == ""
}

// writePercent and writeMoney fill the fields so that reading them back gives the same value.

func writePercent(p ledger.Percent) string { return strings.TrimSuffix(p.String(), "%") }

func writeMoney(m ledger.Money) string {
	const wan = 10_000
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	s := fmt.Sprintf("%s%d.%04d", sign, m/wan, m%wan)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// confirmation names what a question was asked about: the values, and the report they were held against.
// Confirming holds for these alone; once somebody else has reported, it is asked anew.
func confirmation(said ledger.Said, last string) string {
	p, m := "-", "-"
	if said.Progress != nil {
		p = strconv.Itoa(int(*said.Progress))
	}
	if said.Invested != nil {
		m = strconv.FormatInt(int64(*said.Invested), 10)
	}
	return p + "/" + m + "/" + last
}

// fieldError is an error with the field it is about.
type fieldError struct {
	field string
	error
}

func (e fieldError) Unwrap() error { return e.error }

// fieldOf tells by which field the sentence of an error belongs; "" for the top of the form. It only
// places it: what is refused the law says.
func fieldOf(err error, said ledger.Said, done bool) string {
	var f fieldError
	switch {
	case errors.As(err, &f):
		return f.field
	case said.Progress != nil && (*said.Progress < 0 || *said.Progress > ledger.Full):
		return "progress"
	case said.Invested != nil && *said.Invested < 0:
		return "invested"
	case utf8.RuneCountInString(said.Text) > ledger.MaxText, done && said.Text == "":
		return "text"
	}
	return ""
}
