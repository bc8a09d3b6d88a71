package app

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"duban/internal/fault"
	"duban/internal/store"
)

// catalogue are the parts of the rules that name things and set no number: they may grow under one version.
var catalogue = []string{"categories", "industries", "stages", "elements"}

// ruleText gives the rules word for word, as they are kept under their version.
func (a *App) ruleText() (string, error) {
	text, err := yaml.Marshal(a.rules)
	if err != nil {
		return "", fmt.Errorf("write the rules down: %w", err)
	}
	return string(text), nil
}

// compareRules refuses rules that are not what the ledger has kept under their version: whatever was done under
// it could not be judged any more.
func (a *App) compareRules(ctx context.Context) error {
	kept, err := a.Store.RuleVersion(ctx, a.District.ID, a.rules.Ladder.Version)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return nil
	case err != nil:
		return err
	}
	text, err := a.ruleText()
	if err != nil {
		return err
	}
	was, err := numbers(kept.Text)
	if err != nil {
		return err
	}
	is, err := numbers(text)
	if err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(was)) {
		if now, ok := is[key]; ok && now != was[key] { // what an older program did not know is new, not changed
			return fault.Newf(fault.Invalid, "规则%s在%s已经启用，其中%s是%s，现在文件里是%s。改动规则请同时改用新的 version，例如 %s-修订。",
				kept.Version, kept.Since, key, was[key], now, kept.Version)
		}
	}
	return nil
}

// numbers gives the settings of the rules by their keys, "ladder.rectify_days".
func numbers(text string) (map[string]string, error) {
	var all map[string]any
	if err := yaml.Unmarshal([]byte(text), &all); err != nil {
		return nil, fmt.Errorf("read the rules that were kept: %w", err)
	}
	for _, c := range catalogue {
		delete(all, c)
	}
	out := map[string]string{}
	flatten("", all, out)
	return out, nil
}

func flatten(path string, m map[string]any, out map[string]string) {
	for key, v := range m {
		switch v := v.(type) {
		case map[string]any:
			flatten(path+key+".", v, out)
		case []any:
			if len(v) > 0 {
				if _, table := v[0].(map[string]any); table {
					continue // a table of what there is, not a setting
				}
			}
			out[path+key] = fmt.Sprint(v)
		default:
			out[path+key] = fmt.Sprint(v)
		}
	}
}

// keepRules keeps the rules under their version when they come into force, which is when something may be done
// under them.
func (a *App) keepRules(ctx context.Context) error {
	text, err := a.ruleText()
	if err != nil {
		return err
	}
	return a.Store.Write(ctx, a.District.ID, func(tx *store.Tx) error { return tx.KeepRules(a.rules.Ladder.Version, text) })
}
