package outbox

import (
	"context"
	"maps"
	"slices"

	"duban/internal/store"
)

// A delivery that failed waits longer each time, so when its platform comes back something that failed
// less often, and matters less, would be first. So each route remembers what it could not take, and the
// first message it takes again lets all of these go, the most urgent first. What a platform told when to
// come back is not among them: it would be refused again.

// miss remembers by which routes a delivery would have gone, had they worked.
func (b *Outbox) miss(down []routeKey, d *store.Delivery) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, k := range down {
		if b.missed[k] == nil {
			b.missed[k] = map[store.Trace]bool{}
		}
		b.missed[k][store.Trace{Platform: d.Platform, Route: d.Route, Code: d.Code}] = true
	}
}

// ease notes that a route works.
func (b *Outbox) ease(k routeKey) {
	b.mu.Lock()
	defer b.mu.Unlock()
	maps.Copy(b.eased, b.missed[k])
	delete(b.missed, k)
}

// hasten lets go what waits for routes that work again. It comes after fates were written, since those
// that failed just before are among them. When it fails they go when their pause is over.
func (b *Outbox) hasten(ctx context.Context) {
	b.mu.Lock()
	traces := slices.Collect(maps.Keys(b.eased))
	clear(b.eased)
	b.mu.Unlock()
	if len(traces) == 0 {
		return
	}
	if err := b.Store.Hasten(ctx, b.District, traces); err != nil {
		b.Log.Error("what waits for a route that works again was not let go", "error", err)
		return
	}
	b.Wake()
}
