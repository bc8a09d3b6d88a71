// Package config carries the data files that ship inside the binary: the statutory calendar, one
// file a year, each naming the State Council notice it follows; the rules of the ladder; and the
// register of an invented district for whoever tries the product. Data only: it imports nothing of
// the house, reads nothing and decides nothing; an office's own files override it elsewhere.
package config

import "embed"

// Files holds calendar/YYYY.json, rules.yaml, the commented duban.example.yaml and the sample
// district's register in sample/. Every person, firm and place in sample/ is invented.
//
//go:embed calendar/*.json rules.yaml duban.example.yaml sample/*
var Files embed.FS
