package sandbox

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	data "duban/config"
	"duban/internal/config"
)

// Sample reads the sample district that ships inside the program.
func Sample() (config.Register, error) {
	dir, err := fs.Sub(data.Files, "sample")
	if err != nil {
		return config.Register{}, fmt.Errorf("read the sample district: %w", err)
	}
	r, findings := config.ReadRegister(dir)
	if len(findings) > 0 {
		return r, fmt.Errorf("read the sample district: %s", findings[0])
	}
	return r, nil
}

// Rehearse plays a story in a world of its own on an embedded database that is gone afterwards, and
// gives what everybody received after each step.
func Rehearse(ctx context.Context, s *Story) ([][]string, error) {
	dir, err := os.MkdirTemp("", "duban-rehearse-")
	if err != nil {
		return nil, fmt.Errorf("make a temporary folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	return s.Play(ctx, Options{SQLite: filepath.Join(dir, "duban.db")})
}

// World starts the world of the story's set-up on the database of o; nothing has happened in it yet.
func (s *Story) World(ctx context.Context, o Options) (*World, error) {
	sample, err := Sample()
	if err != nil {
		return nil, err
	}
	world, err := s.options(sample)
	if err != nil {
		return nil, err
	}
	world.SQLite, world.DSN, world.Log = o.SQLite, o.DSN, o.Log
	if world.Log == nil {
		world.Log = slog.New(slog.DiscardHandler)
	}
	return New(ctx, world)
}

// Play plays the story in a world on the database of o; everything else of o comes from the story.
func (s *Story) Play(ctx context.Context, o Options) ([][]string, error) {
	w, err := s.World(ctx, o)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	got := make([][]string, 0, len(s.Steps))
	for _, step := range s.Steps {
		if err := w.Play(ctx, step.Act); err != nil {
			return nil, fmt.Errorf("%s:%d: > %s: %w", s.Name, step.No, step.Act, err)
		}
		got = append(got, w.Lines(w.News()))
	}
	return got, nil
}
