package app

import (
	"context"

	"duban/internal/clock"
	"duban/internal/proof"
	"duban/internal/words"
)

// Evidence gathers what is proven of the matter with the number in the configuration's district.
func Evidence(ctx context.Context, o Options, code string) (proof.Pack, error) {
	a := &App{Options: o}
	defer a.close()
	if err := a.openLedger(ctx); err != nil {
		return proof.Pack{}, err
	}
	return proof.Gather(ctx, a.Store, a.District, code, clock.At(a.Clock.Now()))
}

// PackFiles gives the files of a pack and its code.
func PackFiles(p proof.Pack) (map[string][]byte, string, error) {
	w, err := words.New()
	if err != nil {
		return nil, "", err
	}
	return p.Files(w)
}

// VerifyPack checks a pack without any database: what is on disk must be what was made.
func VerifyPack(path string) (proof.Pack, string, error) {
	files, err := proof.Load(path)
	if err != nil {
		return proof.Pack{}, "", err
	}
	w, err := words.New()
	if err != nil {
		return proof.Pack{}, "", err
	}
	return proof.CheckFiles(files, w)
}
