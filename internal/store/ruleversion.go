package store

import (
	"context"
	"fmt"

	"duban/internal/fault"
	"duban/internal/ledger"
)

// RuleVersion finds the rules as they were under a version.
func (s *Store) RuleVersion(ctx context.Context, d ledger.DistrictID, version string) (ledger.RuleVersion, error) {
	return one[ledger.RuleVersion](s.in(ctx, d).Where("version = ?", version), "没有保存这一版规则。")
}

// KeepRules keeps the rules of a version; of one that is kept already nothing is changed.
func (t *Tx) KeepRules(version, text string) error {
	_, err := t.Reads().RuleVersion(t.db.Statement.Context, t.District, version)
	if fault.CodeOf(err) != fault.NotFound {
		return err
	}
	row := ledger.RuleVersion{DistrictID: t.District, Version: version, Text: text, Since: t.Now}
	if err := t.db.Create(&row).Error; err != nil && !isDuplicate(err) {
		return fmt.Errorf("keep the rules: %w", err)
	}
	return nil
}
