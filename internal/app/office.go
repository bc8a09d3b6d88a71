package app

import (
	"context"
	"fmt"
	"time"

	"duban/internal/clock"
	"duban/internal/config"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
)

// Import brings a register into the ledger of the configuration's district, or says what it would do.
func Import(ctx context.Context, o Options, reg config.Register, apply bool) (desk.ImportReport, error) {
	a := &App{Options: o}
	defer a.close()
	if err := a.readLaw(ctx); err != nil {
		return desk.ImportReport{}, err
	}
	if err := a.open(ctx); err != nil {
		return desk.ImportReport{}, err
	}
	if reg.District.Code != o.Config.District.Code {
		return desk.ImportReport{}, fault.Newf(fault.Invalid, "名册是“%s”的，配置里是“%s”。请核对 district.yaml 与配置项 district.code。",
			reg.District.Code, o.Config.District.Code)
	}
	find := a.Store.DistrictByCode
	if apply {
		find = func(ctx context.Context, code string) (ledger.District, error) {
			return a.Store.Found(ctx, code, reg.District.Name)
		}
	}
	// A dry run founds nothing: against the district 0, which is empty, every row is new.
	d, err := find(ctx, reg.District.Code)
	if err != nil && fault.CodeOf(err) != fault.NotFound {
		return desk.ImportReport{}, err
	}
	return a.importer(d).Import(ctx, reg, apply)
}

// Migrate brings the schema up to date when up is set, and gives the version there is and the one this
// program needs.
func Migrate(ctx context.Context, cfg config.Config, up bool) (have, want int64, err error) {
	s, err := store.Open(ctx, store.Options{DSN: cfg.Database.DSN.Reveal(), Path: cfg.Database.SQLite, Clock: clock.System{}})
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = s.Close() }()
	if up {
		if err := s.Migrate(ctx); err != nil {
			return 0, 0, err
		}
	}
	return s.Schema(ctx)
}

// RunJob runs one job for a moment, once as the schedule does.
func (a *App) RunJob(ctx context.Context, name string, moment time.Time) error {
	if err := a.keepRules(ctx); err != nil {
		return err
	}
	return a.jobs.RunAt(ctx, name, moment)
}

// CheckLevel says how a check ended.
type CheckLevel string

// The levels.
const (
	CheckOK      CheckLevel = "正常"
	CheckWarning CheckLevel = "注意"
	CheckFailed  CheckLevel = "失败"
)

// Finding is one line of a check: what, how it is, and the mend where there is one.
type Finding struct {
	Level CheckLevel
	What  string
	Say   string
}

// String gives the finding on one line.
func (f Finding) String() string { return fmt.Sprintf("%s  %s：%s", f.Level, f.What, f.Say) }
