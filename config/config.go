// Package config carries the data files that ship inside the binary: the statutory calendar, one
// file a year, each naming the State Council notice it follows. Data only: it imports nothing of
// the house, reads nothing and decides nothing; an office's own folder overrides it elsewhere.
package config

import "embed"

// Files holds calendar/YYYY.json.
//
//go:embed calendar/*.json
var Files embed.FS
