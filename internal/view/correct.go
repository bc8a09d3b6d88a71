package view

import (
	"context"

	"duban/internal/fault"
	"duban/internal/ledger"
)

// ReportToCorrect finds the report of a receipt that the person may see, or with "" the person's latest one
// that stands.
func (v *View) ReportToCorrect(ctx context.Context, who ledger.Viewer, receipt string) (Receipt, error) {
	if receipt != "" {
		return v.Receipt(ctx, who, receipt)
	}
	u, err := v.Store.LastUpdateBy(ctx, v.District, who.Person.ID)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return Receipt{}, fault.New(fault.NotFound, "您还没有可更正的报送。")
	case err != nil:
		return Receipt{}, err
	}
	return v.Receipt(ctx, who, u.Receipt)
}
