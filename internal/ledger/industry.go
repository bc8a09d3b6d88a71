package ledger

// Industry (产业链) is a set of industries with one leader, the 链长, who sees every project of it.
type Industry struct {
	ID         int64 `gorm:"primaryKey"`
	DistrictID DistrictID
	Code       string
	Name       string
	LeaderID   PersonID // 链长
	UnitID     UnitID   // 牵头部门, 0 for none
	Industries []string `gorm:"serializer:json"`
}

// TableName gives the table's own name: a chain of industries.
func (Industry) TableName() string { return "chains" }

// ChainsOf gives the industries of the chains that one of the people leads.
func ChainsOf(all []Industry, leads func(PersonID) bool) map[string]bool {
	var out map[string]bool
	for _, c := range all {
		if c.LeaderID == 0 || !leads(c.LeaderID) {
			continue
		}
		for _, i := range c.Industries {
			if i != "" {
				if out == nil {
					out = map[string]bool{}
				}
				out[i] = true
			}
		}
	}
	return out
}
