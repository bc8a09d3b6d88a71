package web

import (
	"context"
	"time"

	"duban/internal/chat"
	"duban/internal/ledger"
)

// Reader is what the pages read. A thing the viewer may not know of is a fault of code NotFound, with
// the same sentence as for a thing that is not there.
type Reader interface {
	// Who finds the person behind a platform's user id; NotFound when the register has none.
	Who(ctx context.Context, platform chat.Platform, userID string) (ledger.Viewer, error)
	// Reportable gives the projects the viewer may report on, in order of code.
	Reportable(ctx context.Context, v ledger.Viewer) ([]ledger.Project, error)
	// Project finds a project by its code, with what is open on it or waits for acceptance by due day.
	Project(ctx context.Context, v ledger.Viewer, code string) (ledger.Project, []ledger.Commitment, error)
	// Receipt finds a report by its receipt, and its project as it is now.
	Receipt(ctx context.Context, v ledger.Viewer, receipt string) (ledger.Update, ledger.Project, error)
	// Photo gives a photo of the report.
	Photo(ctx context.Context, v ledger.Viewer, receipt, sha256 string) (data []byte, contentType string, err error)
}

// Sessions keeps what a browser's session holds, under tokens no browser ever sees.
type Sessions interface {
	FindSession(ctx context.Context, token string) (data []byte, found bool, err error)
	KeepSession(ctx context.Context, token string, data []byte, until time.Time) error
	DropSession(ctx context.Context, token string) error
	SweepSessions(ctx context.Context) error
}
