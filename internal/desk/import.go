package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"duban/internal/clock"
	"duban/internal/config"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/workday"
)

// RowState is what becomes of a row of the register.
type RowState string

// The states. A missing row is in the ledger and not in the register; nothing is ever deleted.
const (
	RowNew       RowState = "new"
	RowChanged   RowState = "changed"
	RowUnchanged RowState = "unchanged"
	RowRefused   RowState = "refused"
	RowMissing   RowState = "missing"
)

// ImportRow is one row of the register, and what becomes of it.
type ImportRow struct {
	File  string // "units.csv"
	Key   string // its code; of a node its project's code and its title
	State RowState
	Why   string // changed: the columns; refused: the reason
}

// ImportReport is what an import does, or would do.
type ImportReport struct {
	Rows    []ImportRow
	Applied bool
}

// Count gives the number of rows in the state.
func (r ImportReport) Count(s RowState) int {
	n := 0
	for _, row := range r.Rows {
		if row.State == s {
			n++
		}
	}
	return n
}

// errDry ends a dry run: everything was done, nothing is kept.
var errDry = errors.New("dry run")

// Import brings a register into the ledger in one transaction: whoever is new is written, what changed
// is changed, a row that cannot be taken is refused and the others go on. Without apply all the same is
// done and taken back. Dates and states of nodes that are there change by acts alone, and what people
// reported is never overwritten.
func (d *Desk) Import(ctx context.Context, reg config.Register, apply bool) (ImportReport, error) {
	var i *importer
	err := d.Store.Write(ctx, d.District, func(tx *store.Tx) error {
		i = &importer{
			ctx: ctx, tx: tx, read: tx.Reads(), today: workday.DayOf(tx.Now.Time()), now: tx.Now,
			units: map[string]ledger.Unit{}, people: map[string]ledger.Person{}, projects: map[string]ledger.Project{},
		}
		for _, step := range []func(config.Register) error{i.district, i.allUnits, i.successions, i.allPeople, i.allChains, i.allProjects, i.succeed, i.allNodes, i.allGroups, i.settleGaps, i.allResources, i.allPolicies, i.allMatters} {
			if err := step(reg); err != nil {
				return err
			}
		}
		if _, err := tx.Apply(ledger.Outcome{Entries: i.entries}); err != nil {
			return err
		}
		if !apply {
			return errDry
		}
		return nil
	})
	if err != nil && !errors.Is(err, errDry) {
		return ImportReport{}, err
	}
	return ImportReport{Rows: i.rows, Applied: apply}, nil
}

// importer is one run of an import, with what is in the ledger by code.
type importer struct {
	ctx       context.Context
	tx        *store.Tx
	read      *store.Store
	today     workday.Day
	now       clock.Instant
	units     map[string]ledger.Unit
	people    map[string]ledger.Person
	projects  map[string]ledger.Project
	byID      map[ledger.PersonID]ledger.Person
	left      []ledger.PersonID                     // who has left with this register
	successor map[ledger.PersonID]ledger.PersonID   // who took a person's post over
	vacated   map[ledger.PersonID]ledger.Succession // by which a person gave the post up
	taken     map[ledger.PersonID]ledger.Succession // by which a person took a post over
	handed    map[ledger.CommitmentID]ledger.Handover
	staged    map[ledger.ProjectID]bool // at a stage somebody has said
	rows      []ImportRow
	entries   []ledger.Entry
}

func (i *importer) row(file, key string, s RowState, why string) {
	i.rows = append(i.rows, ImportRow{file, key, s, why})
}

// settle says what became of a row that was read well, and keeps it for the history. changed names
// the columns; a row that is new has none.
func (i *importer) settle(file, key, subject string, isNew bool, changed []string, before, after any) error {
	state, why := RowNew, ""
	switch {
	case isNew:
		before = nil
	case len(changed) == 0:
		i.row(file, key, RowUnchanged, "")
		return nil
	default:
		state, why = RowChanged, strings.Join(changed, "、")
	}
	i.row(file, key, state, why)
	e := ledger.Entry{DistrictID: i.tx.District, Subject: subject, At: i.now, Act: "import:" + string(state), Note: why}
	if !isNew {
		b, err := json.Marshal(before)
		if err != nil {
			return fmt.Errorf("keep %s as it was: %w", subject, err)
		}
		e.Before = string(b)
	}
	b, err := json.Marshal(after)
	if err != nil {
		return fmt.Errorf("keep %s: %w", subject, err)
	}
	e.After = string(b)
	i.entries = append(i.entries, e)
	return nil
}

// missing reports what the ledger has and the register has not.
func missing[T any](i *importer, file string, have []T, key func(T) string, inFile map[string]bool) {
	for _, h := range have {
		if k := key(h); !inFile[k] {
			i.row(file, k, RowMissing, "名册中没有，台账予以保留")
		}
	}
}

func (i *importer) district(reg config.Register) error {
	d, err := i.read.DistrictByCode(i.ctx, reg.District.Code)
	switch {
	case fault.CodeOf(err) == fault.NotFound && i.tx.District == 0:
		return nil // a dry run for a district that is not founded yet
	case fault.CodeOf(err) == fault.NotFound || err == nil && d.ID != i.tx.District:
		return fault.Newf(fault.Invalid, "名册是%s（%s）的，与本台账不是同一个区，请核对 district.yaml。", reg.District.Name, reg.District.Code)
	case err != nil:
		return err
	}
	was := d
	d.Name = reg.District.Name
	if was != d {
		if err := i.tx.RenameDistrict(d.Name); err != nil {
			return err
		}
	}
	return i.settle("district.yaml", d.Code, fmt.Sprintf("district:%d", d.ID), false, changes(was, d), was, d)
}

// labels are the columns of the register as its readers know them, by field, or by row and field.
var labels = map[string]string{
	"Name": "名称", "Short": "简称", "Kind": "类别", "ParentID": "上级", "Sort": "排序", "UnitID": "单位", "Post": "职务",
	"Mobile": "手机", "Person.Active": "在岗", "Group.Active": "启用", "Roles": "角色", "Category": "类别", "Industry": "产业", "Stage": "阶段", "Investment": "总投资",
	"PlannedYear": "年度计划投资", "InvestedYear": "年度完成投资", "Progress": "形象进度", "LeaderID": "领导", "OwnerID": "责任人",
	"LeadUnitID": "牵头部门", "HostUnitID": "属地", "StartOn": "开工日期", "TargetOn": "目标日期", "Measures": "举措", "Standard": "标准",
	"Reward": "奖惩", "ServiceID": "首席服务员", "Grid": "网格", "Industries": "产业", "Class": "类别", "Weight": "权重",
}

// changes names the fields in which two rows differ.
func changes[T any](was, now T) []string {
	var out []string
	a, b := reflect.ValueOf(was), reflect.ValueOf(now)
	for n := range a.NumField() {
		if name := a.Type().Field(n).Name; !reflect.DeepEqual(a.Field(n).Interface(), b.Field(n).Interface()) {
			out = append(out, cmp.Or(labels[a.Type().Name()+"."+name], labels[name], name))
		}
	}
	return out
}

// column is a cell with the number of characters the ledger keeps of it.
type column struct {
	name, value string
	longest     int
}

// tooLong says the first cell that does not fit, "" when all do.
func tooLong(cells ...column) string {
	for _, c := range cells {
		if n := len([]rune(c.value)); n > c.longest {
			return fmt.Sprintf("“%s”有%d个字，最多%d个", c.name, n, c.longest)
		}
	}
	return ""
}

// ref finds a row by its code; an empty code is none, an unknown one says why.
func ref[T any](all map[string]T, code, what string) (T, string) {
	row, ok := all[code]
	if !ok && code != "" {
		return row, fmt.Sprintf("没有编码为%s的%s", code, what)
	}
	return row, ""
}
