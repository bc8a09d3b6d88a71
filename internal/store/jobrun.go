package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"duban/internal/clock"
	"duban/internal/ledger"
)

// JobRun is one run of a job: once for each name and moment at which it should run. The row of moment
// 0 says, in StartedAt, since when the name is kept.
type JobRun struct {
	DistrictID ledger.DistrictID `gorm:"primaryKey;autoIncrement:false"`
	Name       string            `gorm:"primaryKey"`
	Moment     clock.Instant     `gorm:"primaryKey;autoIncrement:false"`
	State      string            // "running", "done", "failed", "skipped"
	Token      string            // of the process that runs it
	LeaseUntil clock.Instant     // after this the process is taken for dead
	StartedAt  clock.Instant
	FinishedAt clock.Instant
	Attempts   int
	Note       string // why it failed or was skipped
}

// Tries is how often a run may be begun before it is left to the office.
const Tries = 3

// JobBook is the book of one district's job runs.
type JobBook struct {
	s *Store
	d ledger.DistrictID
}

// JobBook gives the book of the district.
func (s *Store) JobBook(d ledger.DistrictID) *JobBook { return &JobBook{s, d} }

// Read gives since when runs of the name are kept, from now on if it never was asked before, and what
// became of the moments later than after: true when nothing more is to be done, false while some
// process is at it. A moment that is missing is still to be run.
func (b *JobBook) Read(ctx context.Context, name string, after clock.Instant) (clock.Instant, map[clock.Instant]bool, error) {
	rows, err := all[JobRun](b.s.in(ctx, b.d).Where("name = ? AND (moment = 0 OR moment > ?)", name, after).Order("moment"))
	if err != nil {
		return 0, nil, err
	}
	if len(rows) == 0 || rows[0].Moment != 0 {
		if err := b.begin(ctx, name); err != nil {
			return 0, nil, err
		}
		return b.Read(ctx, name, after)
	}
	now := clock.At(b.s.clock.Now())
	known := map[clock.Instant]bool{}
	for _, r := range rows[1:] {
		switch {
		case r.State == "done" || r.State == "skipped":
			known[r.Moment] = true
		case r.State == "running" && r.LeaseUntil > now:
			known[r.Moment] = false
		case r.Attempts >= Tries:
			known[r.Moment] = true
		}
	}
	return rows[0].StartedAt, known, nil
}

// begin writes the row that says since when the name is kept; two processes write it once.
func (b *JobBook) begin(ctx context.Context, name string) error {
	return b.s.Write(ctx, b.d, func(t *Tx) error {
		err := t.db.Create(&JobRun{
			DistrictID: b.d, Name: name, State: "skipped", StartedAt: t.Now, FinishedAt: t.Now, Note: "自此时起按期执行，此前的不补",
		}).Error
		if err != nil && !isDuplicate(err) {
			return fmt.Errorf("begin the book of %s: %w", name, err)
		}
		return nil
	})
}

// Claim takes a run for the caller until the lease ends. The token is "" when it was done or skipped,
// or another process is at it. again takes a run that was given up too.
func (b *JobBook) Claim(ctx context.Context, name string, moment clock.Instant, lease time.Duration, again bool) (string, error) {
	token := ""
	err := b.s.Write(ctx, b.d, func(t *Tx) error {
		token = ""
		var row JobRun
		err := t.in().Where("name = ? AND moment = ?", name, moment).Take(&row).Error
		fresh := JobRun{
			DistrictID: b.d, Name: name, Moment: moment, State: "running", Token: rand.Text(), LeaseUntil: t.Now.Add(lease),
			StartedAt: t.Now, Attempts: row.Attempts + 1,
		}
		switch {
		case errors.Is(err, gorm.ErrRecordNotFound):
			if err := t.db.Create(&fresh).Error; isDuplicate(err) {
				return nil
			} else if err != nil {
				return fmt.Errorf("claim %s: %w", name, err)
			}
		case err != nil:
			return fmt.Errorf("read the run of %s: %w", name, err)
		case row.State == "done" || row.State == "skipped", row.State == "running" && row.LeaseUntil > t.Now,
			row.Attempts >= Tries && !again:
			return nil
		default:
			up := t.in().Model(&JobRun{}).Where("name = ? AND moment = ? AND token = ?", name, moment, row.Token).Select("*").Updates(&fresh)
			if up.Error != nil {
				return fmt.Errorf("take over %s: %w", name, up.Error)
			}
			if up.RowsAffected != 1 {
				return nil
			}
		}
		token = fresh.Token
		return nil
	})
	return token, err
}

// Renew keeps a claimed run for another lease; false says that it was taken over.
func (b *JobBook) Renew(ctx context.Context, name string, moment clock.Instant, token string, lease time.Duration) (bool, error) {
	kept := false
	err := b.s.Write(ctx, b.d, func(t *Tx) error {
		up := t.in().Model(&JobRun{}).Where("name = ? AND moment = ? AND token = ?", name, moment, token).Update("lease_until", t.Now.Add(lease))
		kept = up.RowsAffected == 1
		return up.Error
	})
	if err != nil {
		return false, fmt.Errorf("renew %s: %w", name, err)
	}
	return kept, nil
}

// Finish says what became of a claimed run: "done", "failed" or "skipped". What was taken over
// meanwhile stays with whoever took it.
func (b *JobBook) Finish(ctx context.Context, name string, moment clock.Instant, token, state, note string) error {
	if r := []rune(note); len(r) > 250 {
		note = string(r[:250])
	}
	err := b.s.Write(ctx, b.d, func(t *Tx) error {
		return t.in().Model(&JobRun{}).Where("name = ? AND moment = ? AND token = ?", name, moment, token).
			Updates(map[string]any{"state": state, "note": note, "finished_at": t.Now, "lease_until": 0}).Error
	})
	if err != nil {
		return fmt.Errorf("finish %s: %w", name, err)
	}
	return nil
}

// JobRuns gives the runs of the moments from first to last, in order.
func (s *Store) JobRuns(ctx context.Context, d ledger.DistrictID, first, last clock.Instant) ([]JobRun, error) {
	return all[JobRun](s.in(ctx, d).Where("moment BETWEEN ? AND ? AND moment > 0", first, last).Order("moment, name"))
}
