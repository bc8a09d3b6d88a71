package app

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	data "duban/config"
	"duban/internal/config"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/score"
	"duban/internal/workday"
	"duban/internal/zh"
)

// Rules is the file of rules, config/rules.yaml.
type Rules struct {
	Ladder      ledger.Rules            `yaml:"ladder"`
	ProblemDays int                     `yaml:"problem_days"`
	Meetings    []ledger.MeetingKind    `yaml:"meetings"`
	Ranking     score.Weights           `yaml:"ranking"`
	Styles      ledger.StyleRules       `yaml:"styles"`
	Commend     ledger.CommendRules     `yaml:"commend"`
	Categories  []string                `yaml:"categories"`
	Industries  map[string][]string     `yaml:"industries"`
	Stages      map[ledger.Stage]string `yaml:"stages"`
	Elements    []string                `yaml:"elements"`
	Recurring   []ledger.Recurring      `yaml:"recurring"`

	Templates []ledger.Template                 `yaml:"node_templates"`
	StageNext map[ledger.Stage]ledger.StageNext `yaml:"stage_next"`
	Words     map[string][]string               `yaml:"element_words"`
	elements  ledger.Elements
}

// inForce gives those of what recurs that the office has named.
func (r Rules) inForce(names []string) ([]ledger.Recurring, error) {
	var out []ledger.Recurring
	for _, name := range names {
		i := slices.IndexFunc(r.Recurring, func(x ledger.Recurring) bool { return x.Name == name })
		if i < 0 {
			var known []string
			for _, x := range r.Recurring {
				known = append(known, x.Name)
			}
			return nil, fault.Newf(fault.Invalid, "配置项 recurring 中的“%s”规则里没有。请改为：%s。", name, strings.Join(known, "、"))
		}
		out = append(out, r.Recurring[i])
	}
	return out, nil
}

// ReadRules reads the office's file, or the built-in one when path is "".
func ReadRules(path string) (Rules, error) {
	// What the file of an office does not say is as it is built in, but for the version, which is the file's own.
	since := ledger.DefaultRules()
	since.Version = ""
	r := Rules{Ladder: since, Meetings: ledger.DefaultMeetings(), Styles: ledger.DefaultStyleRules(), Commend: ledger.DefaultCommend()}
	b, err := data.Files.ReadFile("rules.yaml")
	if path != "" {
		b, err = os.ReadFile(path)
	}
	if err != nil {
		return r, fmt.Errorf("read the rules: %w", err)
	}
	if err := config.Decode(bytes.NewReader(b), &r); err != nil {
		return r, err
	}
	if err := r.Ladder.Validate(); err != nil {
		return r, err
	}
	if err := r.Ranking.Validate(); err != nil {
		return r, err
	}
	if err := r.Commend.Validate(); err != nil {
		return r, err
	}
	for _, t := range r.Templates {
		if err := t.Validate(); err != nil {
			return r, err
		}
	}
	if err := ledger.CheckStages(r.StageNext); err != nil {
		return r, err
	}
	for _, x := range r.Recurring {
		if err := x.Validate(); err != nil {
			return r, err
		}
	}
	if err := r.Styles.Validate(); err != nil {
		return r, err
	}
	if err := ledger.ValidateMeetings(r.Meetings); err != nil {
		return r, err
	}
	if r.ProblemDays < 1 || r.ProblemDays > 60 {
		return r, fmt.Errorf("rules: problem_days is %d; write working days from 1 to 60", r.ProblemDays)
	}
	fold, err := zh.NewFolder()
	if err != nil {
		return r, err
	}
	r.elements, err = ledger.NewElements(r.Elements, r.Words, fold.Fold)
	return r, err
}

// ReadCalendar reads the built-in years and those of the office's folder, which win.
func ReadCalendar(folder string) (*workday.Calendar, error) {
	built, err := fs.Sub(data.Files, "calendar")
	if err != nil {
		return nil, fmt.Errorf("read the calendar: %w", err)
	}
	if folder == "" {
		return workday.Load(built)
	}
	return workday.Load(built, os.DirFS(folder))
}

// mode gives the periods a configuration asks for.
func mode(c config.Config) period.Mode {
	if c.Period.Mode == "fortnight" {
		return period.Fortnight{Anchor: c.AnchorDay()}
	}
	return period.HalfMonth{}
}
