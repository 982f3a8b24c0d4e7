package monitor

import "time"

// Run is the newest run of one check for one account.
type Run struct {
	Outcome
	LastJudged time.Time // the newest run without an error; zero: none
}

// ImportTotals is what an account ever received of one kind of export.
type ImportTotals struct {
	Account      string
	Kind         ExportKind
	LastReceived time.Time // of those that were imported; zero: none
	Files        int       // refused ones included
	Refused      int
	Rows         int
	BadRows      int
}

// OutboxState counts notices.
type OutboxState struct {
	Pending       int
	OldestPending time.Time // zero: none waits
	Sent          int
	Failed        int // attempts
	GaveUp        int
	PassedOn      int    // that a fallback channel was told of, too
	LastReason    string // why the oldest pending one failed last; empty: not tried, or none waits
	LastGaveUp    string // the channel of the newest one that was given up, and why; empty: none was
}
