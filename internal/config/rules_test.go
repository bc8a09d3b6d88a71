package config_test

import (
	"bytes"
	"io/fs"
	"maps"
	"slices"
	"testing"

	data "duban/config"
	"duban/internal/config"
)

func sub(t *testing.T, dir string) fs.FS {
	t.Helper()
	f, err := fs.Sub(data.Files, dir)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func shippedRules(t *testing.T) map[string]any {
	t.Helper()
	b, err := fs.ReadFile(data.Files, "rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rules := map[string]any{}
	if err := config.Decode(bytes.NewReader(b), &rules); err != nil {
		t.Fatal(err)
	}
	return rules
}

// TestRulesHaveTheLaddersKeys: the keys are those of ledger.Rules, which this floor may not import.
func TestRulesHaveTheLaddersKeys(t *testing.T) {
	rules := shippedRules(t)
	ladder, ok := rules["ladder"].(map[string]any)
	if !ok {
		t.Fatalf("ladder is %T", rules["ladder"])
	}
	want := []string{"assign_days", "behind_by", "contest_days", "dispatch_days", "element_days", "filing_days", "forecast_days", "grace_days", "hand_overs", "judge_days", "lead_hours", "leader_days", "list", "look_back", "mismatch", "receipt_days", "rectify_days", "remind", "reply_days", "same_in_row", "scope", "soon_days", "suspend_by", "version"}
	if got := slices.Sorted(maps.Keys(ladder)); !slices.Equal(got, want) {
		t.Errorf("ladder has %v, want %v", got, want)
	}
	if got := rules["ranking"].(map[string]any); got["progress"].(int)+got["investment"].(int)+got["nodes"].(int) != 100 {
		t.Errorf("the ranking weights %v do not sum to 100", got)
	}
	wantSections := []string{"categories", "commend", "element_words", "elements", "industries", "ladder", "meetings", "node_templates", "problem_days", "ranking", "recurring", "stage_next", "stages", "styles"}
	if got := slices.Sorted(maps.Keys(rules)); !slices.Equal(got, wantSections) {
		t.Errorf("the sections are %v, want %v", got, wantSections)
	}
	if n := len(rules["elements"].([]any)); n < 4 {
		t.Errorf("%d elements, want at least 土地, 拆迁, 资金, 手续", n)
	}
	if days, ok := rules["problem_days"].(int); !ok || days < 1 {
		t.Errorf("problem_days is %v", rules["problem_days"])
	}
}
