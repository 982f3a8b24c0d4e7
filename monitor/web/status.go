package web

import (
	"time"

	"goodstanding/monitor"
)

// Status is what the page shows. Its texts may be hostile.
type Status struct {
	Round    time.Time         // the last round of checks; zero: none yet
	Accounts []string          // every account, so that one without findings is seen; may be empty
	Findings []monitor.Finding // of the last run of every check for every account
	Alerts   []monitor.Alert   // those that last
	Imports  []monitor.ImportTotals
	Outbox   monitor.OutboxState
}
