package app

import (
	"context"
	"time"

	"duban/internal/store"
)

// sealEvery is how long what was committed waits before it is linked to the chain, at most.
const sealEvery = 3 * time.Second

// sealAlone seals in one process at a time. Two would do no harm but twice the looking.
func (a *App) sealAlone(ctx context.Context) error {
	l := &lead{leases: a.Store.Leases(a.District.ID), name: "seal", ttl: leaseTTL, every: leaseEvery, again: leaseAgain, log: a.Log, follow: func(bool) {}}
	return l.run(ctx, func(ctx context.Context) error {
		every := time.NewTicker(sealEvery)
		defer every.Stop()
		for ctx.Err() == nil {
			if _, err := a.sealer.Seal(ctx); err != nil && ctx.Err() == nil {
				a.Log.Error("what was written could not be sealed; it is tried again", "error", err)
			}
			select {
			case <-every.C:
			case <-ctx.Done():
			}
		}
		return nil
	})
}

// Verify walks the chain of the configuration's district. remembered is the hash of an earlier head, "" for none.
func Verify(ctx context.Context, o Options, remembered string) (store.Walked, error) {
	a := &App{Options: o}
	defer a.close()
	if err := a.openLedger(ctx); err != nil {
		return store.Walked{}, err
	}
	return a.Store.Walk(ctx, a.District.ID, remembered)
}

// openLedger opens the database and finds the district, and nothing else of the product: what is read for proof
// must not depend on rules or platforms being in order.
func (a *App) openLedger(ctx context.Context) error {
	a.Manual = true
	if err := a.open(ctx); err != nil {
		return err
	}
	return a.findDistrict(ctx)
}
