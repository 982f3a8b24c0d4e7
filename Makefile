# Short names for the commands that are run by hand. What must hold before a change goes in is in .ci/run, and only there.
# To install the program into $GOBIN instead: go install ./cmd/goodstanding. It needs Go and a C compiler (SQLite).

.DEFAULT_GOAL := help
.PHONY: help check test race fuzz lint bench microbench complaints torture demo build clean

FUZZ_TIME ?= 30s
BENCH ?= .
PACKAGES ?= ./...

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

check: ## everything that must pass before a change goes in (some minutes; the first time it builds the linter, too)
	.ci/run

test: ## all tests
	go test $(PACKAGES)

race: ## all tests, shuffled, under the race detector
	go test -race -shuffle=on $(PACKAGES)

fuzz: ## every fuzz target for FUZZ_TIME (30s)
	FUZZ_TIME=$(FUZZ_TIME) .ci/run fuzz

lint: ## the linters of .golangci.yml
	.ci/run lint

bench: ## imports, checks, scrapes beside other programs: the tables of PERFORMANCE.md (minutes; ARGS=-large: longer)
	go run ./cmd/bench $(ARGS)

microbench: ## Go benchmarks: BENCH=regexp, PACKAGES=./monitor/exports
	go test -run='^$$' -bench='$(BENCH)' -benchmem $(PACKAGES)

complaints: ## how well complaints are read: the figures of docs/complaints.md
	go test ./monitor/causes -run='^TestFigures$$' -count=1 -update

torture: ## all tests twenty times over, in another order each time, under the race detector (an hour)
	go test -race -shuffle=on -count=20 -timeout=60m $(PACKAGES)

demo: ## three made-up sellers, and what would have been told about them
	go run ./cmd/goodstanding demo

# -buildvcs=auto puts the tag or commit into the program even where GOFLAGS says otherwise; `goodstanding version` reads it
# back with debug.ReadBuildInfo, so that there is no version to keep by hand.
build: ## ./goodstanding, with the version that Git knows
	go build -trimpath -buildvcs=auto -o goodstanding ./cmd/goodstanding

clean: ## remove what build made
	rm -f goodstanding
