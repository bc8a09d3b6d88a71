package ledger

import "duban/internal/clock"

// The ids of the ledger's rows; all are made by the database and mean nothing outside.
type (
	DistrictID   int64
	UnitID       int64
	PersonID     int64
	ProjectID    int64
	GroupID      int64
	CommitmentID int64
	OrderID      int64
	UpdateID     int64
)

// District (区) is one ledger with its own people, numbers and groups.
type District struct {
	ID   DistrictID `gorm:"primaryKey"`
	Code string
	Name string
}

// UnitKind is one of the four kinds of host and responsible units in the texts.
type UnitKind string

// The kinds of units.
const (
	Park       UnitKind = "park"       // 开发园区
	Street     UnitKind = "street"     // 街道、乡镇
	Department UnitKind = "department" // 机关部门
	Bureau     UnitKind = "bureau"     // 驻外直属招商分局
)

// UnitKinds lists the kinds in the order in which circulars show them.
var UnitKinds = []UnitKind{Park, Bureau, Street, Department}

// Unit (责任单位) hosts projects or answers for commitments.
type Unit struct {
	ID         UnitID `gorm:"primaryKey"`
	DistrictID DistrictID
	Code       string
	Name       string
	Short      string
	Kind       UnitKind
	ParentID   UnitID // 0 at the top
	Sort       int
	Grid       string // its place in the recruitment grid (1+3+9+N): "1", "3", "9", "N"; "" by its kind
}

// Role is what a person may be besides a member of a unit.
type Role string

// The roles.
const (
	RoleOffice         Role = "office"          // 项目办: keeps the ledger
	RoleInspection     Role = "inspection"      // 督查室: waives, judges, proves
	RoleDistrictLeader Role = "district_leader" // sees the whole
	RoleLeader         Role = "leader"          // 包联领导: sees the own projects
	RoleUnitHead       Role = "unit_head"       // sees the unit's projects
	RoleLiaison        Role = "liaison"         // 联络员: reports for the unit's projects
)

// Person (干部) is known by the accounts of the platforms, never by a name in a message.
type Person struct {
	ID         PersonID `gorm:"primaryKey"`
	DistrictID DistrictID
	Code       string
	Name       string
	UnitID     UnitID
	Post       string
	Mobile     string
	Active     bool
	Roles      []Role `gorm:"serializer:json"`
}

// Has reports whether the person holds one of the roles.
func (p Person) Has(roles ...Role) bool {
	for _, have := range p.Roles {
		for _, want := range roles {
			if have == want {
				return true
			}
		}
	}
	return false
}

// Account ties a platform's user id to a person.
type Account struct {
	DistrictID DistrictID `gorm:"primaryKey"`
	Platform   string     `gorm:"primaryKey"`
	UserID     string     `gorm:"primaryKey"`
	PersonID   PersonID
}

// GroupClass says what a group may hear; see Entitled.
type GroupClass string

// The classes of groups.
const (
	GroupDistrict   GroupClass = "district"   // the district's leaders
	GroupLeader     GroupClass = "leader"     // one leader's group
	GroupTaskForce  GroupClass = "task_force" // 专班
	GroupUnit       GroupClass = "unit"       // one unit
	GroupOffice     GroupClass = "office"     // 项目办
	GroupInspection GroupClass = "inspection" // 督查室
)

// Group (群) is a chat group the product may speak in.
type Group struct {
	ID         GroupID `gorm:"primaryKey"`
	DistrictID DistrictID
	Code       string
	Name       string
	Class      GroupClass
	LeaderID   PersonID // class leader
	UnitID     UnitID   // class unit
	Active     bool
}

// TableName gives the table's own name, for "groups" is a keyword of MySQL.
func (Group) TableName() string { return "chat_groups" }

// GroupProject binds a project to a group, as a task force's own or as one a group carries.
type GroupProject struct {
	DistrictID DistrictID `gorm:"primaryKey"`
	GroupID    GroupID    `gorm:"primaryKey"`
	ProjectID  ProjectID  `gorm:"primaryKey"`
}

// GroupRoute is one way to reach a group, tried in order of Ord. Target is what the route needs
// (see chat.Address); for webhooks the configured name, never the key.
type GroupRoute struct {
	DistrictID DistrictID `gorm:"primaryKey"`
	GroupID    GroupID    `gorm:"primaryKey"`
	Ord        int        `gorm:"primaryKey"`
	Platform   string
	Route      string
	Target     string
	GoneAt     clock.Instant // the platform said that the target is no more
}
