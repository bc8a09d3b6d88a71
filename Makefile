.DEFAULT_GOAL := help
.PHONY: help build check test lives demo bench

help: ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

build: ## one static program in bin/duban
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o bin/duban ./cmd/duban

check: ## formatting and vet; golangci-lint too where it is installed
	@test -z "$$(gofmt -l cmd internal config)" || { gofmt -l cmd internal config; exit 1; }
	go vet ./...
	@if command -v golangci-lint >/dev/null; then golangci-lint run; fi

test: ## everything, on both databases (installs what it needs)
	scripts/test

lives: ## 100,000 random lives through the law and through the naive law (minutes); DUBAN_LIVES=n for others
	DUBAN_LIVES=$${DUBAN_LIVES:-100000} go test -run TestRandomLivesAgreeWithTheNaiveLaw -timeout 60m -v ./internal/ledger

demo: ## the whole product with nothing installed, at http://127.0.0.1:8080
	go run ./cmd/duban demo

bench: ## every part as a ratio to a floor measured in the same run
	scripts/bench
