package desk

import "duban/internal/ledger"

// DecideSuggestion (采纳、不采纳) decides on the suggestion with the number; year 0 is this year.
func (a *Acts) DecideSuggestion(by ledger.Actor, year, number int, adopt bool, reason string) (ledger.Suggestion, ledger.Unit, error) {
	v, err := a.who(by)
	if err != nil {
		return ledger.Suggestion{}, ledger.Unit{}, err
	}
	if year == 0 {
		year = by.Today.Year()
	}
	s, err := a.read.Suggestion(a.ctx, a.tx.District, year, number)
	if err != nil {
		return s, ledger.Unit{}, err
	}
	units, err := a.read.Units(a.ctx, a.tx.District)
	if err != nil {
		return s, ledger.Unit{}, err
	}
	unit := ledger.Unit{ID: s.UnitID}
	for _, u := range units {
		if u.ID == s.UnitID {
			unit = u
		}
	}
	out, err := ledger.DecideSuggestion(s, unit, v, adopt, reason, by)
	if err != nil {
		return s, unit, err
	}
	_, err = a.tx.Apply(out)
	return out.Suggestions[0], unit, err
}
