package store

import (
	"context"
	"fmt"
	"sync"

	"duban/internal/ledger"
	"duban/internal/workday"
)

const (
	receiptBlock = 50 // numbers a process takes ahead at a time
	receiptsLow  = 16 // with fewer left it takes the next block
)

// receipts are the numbers of receipts a process has taken ahead. A number taken by the transaction of
// the report would lock the sequence until that commit is on disk, and the district's reports would pass
// one by one. Receipts may leave numbers out, orders and warnings may not: those stay with Tx.Next.
type receipts struct {
	mu    sync.Mutex
	stock map[ledger.DistrictID]*receiptStock
}

type receiptStock struct {
	name    string // of the sequence: one a day
	free    []int64
	filling bool
}

// take gives a number of the day; false when there is none at hand.
func (r *receipts) take(d ledger.DistrictID, name string) (int64, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.stock[d]
	switch {
	case s == nil || s.name != name:
		r.stock[d] = &receiptStock{name: name} // the next Write fills it
		return 0, false
	case len(s.free) == 0:
		return 0, false
	}
	n := s.free[0]
	s.free = s.free[1:]
	return n, true
}

// low gives the stock of a district when it is to be filled, by the caller alone.
func (r *receipts) low(d ledger.DistrictID) *receiptStock {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.stock[d]
	if s == nil || s.filling || len(s.free) >= receiptsLow {
		return nil
	}
	s.filling = true
	return s
}

func (r *receipts) filled(s *receiptStock, first int64, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.filling = false
	for i := range n {
		s.free = append(s.free, first+int64(i))
	}
}

// stockReceipts takes a block when the stock is low. It is called before a transaction begins, never
// within one: whoever waited here for a connection while holding another could wait for ever.
func (s *Store) stockReceipts(ctx context.Context, d ledger.DistrictID) error {
	stock := s.receipts.low(d)
	if stock == nil {
		return nil
	}
	var first int64
	err := again(ctx, func() error {
		return s.transaction(ctx, d, func(tx *Tx) (err error) {
			first, err = tx.Next(stock.name, receiptBlock)
			return err
		})
	})
	if err != nil {
		s.receipts.filled(stock, 0, 0)
		return err
	}
	s.receipts.filled(stock, first, receiptBlock)
	return nil
}

// receipt gives the receipt of a report made on the day, "260305-012".
func (t *Tx) receipt(on workday.Day) (string, error) {
	name := fmt.Sprintf("receipt:%d", on)
	if n, ok := t.receipts.take(t.District, name); ok {
		return numbered(on, n), nil
	}
	n, err := t.Next(name, 1)
	return numbered(on, n), err
}

func numbered(on workday.Day, n int64) string { return fmt.Sprintf("%06d-%03d", int(on)%1_000_000, n) }
