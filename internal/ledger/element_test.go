package ledger_test

import (
	"strings"
	"testing"

	"duban/internal/fault"
	. "duban/internal/ledger"
)

var someElements = map[string][]string{"土地": {"用地手续", "指标"}, "资金": {"贷款", "工程款"}, "手续": {"许可证", "规划许可证"}, "规划": nil}

func elementsOf(t *testing.T) Elements {
	t.Helper()
	e, err := NewElements([]string{"土地", "规划", "资金", "手续"}, someElements, strings.ToLower)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestElementsAreRecognisedByTheLongestWordThenTheFirst(t *testing.T) {
	e := elementsOf(t)
	for text, want := range map[string]string{
		"规划许可证没有下来":   "手续 规划许可证", // longer than 规划
		"规划没有调整到位":    "规划 规划",
		"用地手续未批":      "土地 用地手续", // longer than 手续
		"贷款和指标都没有落实":  "资金 贷款",   // as long as 指标, and first
		"指标和贷款都没有落实":  "土地 指标",
		"施工单位撤场，原因不明": " ",
		"":            " ",
	} {
		element, word := e.Recognise(text)
		if got := element + " " + word; got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if element, _ := (Elements{}).Recognise("贷款"); element != "" {
		t.Errorf("no table recognises %q", element)
	}
}

func TestElementsThatCannotBe(t *testing.T) {
	for want, words := range map[string]map[string][]string{
		"does not list":   {"拆迁": {"清表"}},
		"of the elements": {"资金": {"许可证"}, "手续": {"许可证"}},
		"an empty word":   {"资金": {""}},
	} {
		if _, err := NewElements([]string{"资金", "手续"}, words, strings.ToLower); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: got %v, want %q", words, err, want)
		}
	}
}

func TestClassify(t *testing.T) {
	e, by := elementsOf(t), Actor{Person: 3, Today: 2026_03_05}
	m := Commitment{ID: 7, Code: "W0007", Kind: Problem, State: Accepted, Element: "手续"}
	out, err := Classify(m, "资金", e, by)
	if err != nil || out.Saved[0].Element != "资金" || out.Entries[0].Before != `{"element":"手续"}` || out.Entries[0].PersonID != 3 {
		t.Errorf("got %+v, %v", out, err)
	}
	other := m
	other.Kind = Milestone
	for _, tc := range []struct {
		m       Commitment
		element string
		code    fault.Code
		says    string
	}{
		{m, "", fault.Invalid, "请写明W0007归为哪一类（土地、规划、资金、手续）"},
		{m, "天气", fault.Invalid, "没有“天气”这一类。请从土地、规划、资金、手续中选一类"},
		{m, "手续", fault.Conflict, "已归为手续类"},
		{other, "资金", fault.Invalid, "只有问题"},
	} {
		if _, err := Classify(tc.m, tc.element, e, by); fault.CodeOf(err) != tc.code || !strings.Contains(fault.Sentence(err), tc.says) {
			t.Errorf("%s: got %v", tc.element, err)
		}
	}
}
