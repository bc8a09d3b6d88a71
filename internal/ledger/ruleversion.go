package ledger

import "duban/internal/clock"

// RuleVersion keeps the rules as they were under one version, word for word, so that whatever was done under it
// can be judged by it later. Unique on (district, version); never changed.
type RuleVersion struct {
	ID         int64 `gorm:"primaryKey"`
	DistrictID DistrictID
	Version    string
	Text       string // the ladder of rules.yaml, YAML
	Since      clock.Instant
}
