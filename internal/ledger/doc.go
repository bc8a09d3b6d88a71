// Package ledger is the law of the house (floor 1): what a project, a commitment and a strike are,
// and every rule about them, as pure functions. It knows no database, no platform, no clock and no
// sentence of a template; time comes in as a Day or an Instant.
//
// Everything that can go overdue is one Commitment. It lives like this:
//
//	         report done            accept
//	open ───────────────▶ reported ────────▶ accepted (销号)
//	 ▲  ◀─────────────────────┘
//	 │        send back (退回)
//	 ├── extend: the date moves, the first date stays visible
//	 ├── waive (容错) ──▶ waived
//	 └── cancel ───────▶ cancelled
//
// While it is open, Decide looks at it once a working day and says which single step of the ladder
// (首次即预警, 两次即督办) is due: remind, warn, order, list. Steps are remembered by
// (commitment, due day, step), so that a step is taken once however often anybody looks.
package ledger
