package metrics

import "slices"

// Metric describes one metric, for documentation.
type Metric struct {
	Name   string // with prefix and unit
	Type   string // "gauge" or "counter"
	Labels []string
	Help   string
}

// Describe returns every metric of Goodstanding in the order of the table. The Go runtime's (go_), the process's
// (process_) and the scrape handler's own (promhttp_) are exported besides.
func Describe() []Metric {
	all := make([]Metric, len(table))
	for i, m := range table {
		m.Labels = slices.Clone(m.Labels)
		all[i] = m
	}
	return all
}

// The rows of the table.
const (
	signalValueRatio = iota
	signalLimitRatio
	signalDefects
	signalOrders
	signalUnknownOrders
	signalHeadroomOrders
	signalWorstHeadroomOrders
	signalRecoveryOrders
	signalBreachProbability
	signalBreachTimestamp
	signalDueOrders
	signalMustShipOrders
	signalSeverity
	signalBlind
	findings
	dataAsOf
	checkLastRun
	checkLastSuccess
	checkDuration
	checkRuns
	checkFailures
	imports
	importsRefused
	importRows
	importBadRows
	importLastReceived
	alertsOpen
	alertsAcknowledged
	alertsHeld
	noticesPending
	noticesOldestPending
	noticesSent
	noticesFailed
	noticesGaveUp
	noticesPassedOn
	buildInfo
	rows
)

// The labels of a rate: what it is about, and the length of its window, such as "30d".
var (
	ofRate   = []string{"account", "marketplace", "signal", "subject", "window"}
	ofAhead  = []string{"account", "marketplace", "signal", "subject", "window", "horizon"} // how far it looks: 7d or 14d
	ofSignal = []string{"account", "marketplace", "signal", "subject"}
	ofCheck  = []string{"account", "signal"}
	ofImport = []string{"account", "kind"}
)

var table = [rows]Metric{
	signalValueRatio: {"goodstanding_signal_value_ratio", "gauge", ofRate,
		"Rate of a signal over its window, 0 to 1. Absent while it cannot be judged."},
	signalLimitRatio: {"goodstanding_signal_limit_ratio", "gauge", ofRate,
		"Rate at which the limit of a signal is crossed, 0 to 1."},
	signalDefects: {"goodstanding_signal_defects", "gauge", ofRate,
		"Orders of the window that count against the account."},
	signalOrders: {"goodstanding_signal_orders", "gauge", ofRate,
		"Orders of the window that the rate is taken over."},
	signalUnknownOrders: {"goodstanding_signal_unknown_orders", "gauge", ofRate,
		"Orders of the window of which no export tells the outcome."},
	signalHeadroomOrders: {"goodstanding_signal_headroom_orders", "gauge", ofRate,
		"How many more defects reach the limit; 0 once it is crossed."},
	signalWorstHeadroomOrders: {"goodstanding_signal_worst_headroom_orders", "gauge", ofRate,
		"How many more defects reach the limit on the worst of the next 14 days, by what is known already; 0 if they do then without any. Absent where nothing is foreseen."},
	signalRecoveryOrders: {"goodstanding_signal_recovery_orders", "gauge", ofRate,
		"How many clean orders bring a crossed limit back; 0 while it is not crossed."},
	signalBreachProbability: {"goodstanding_signal_breach_probability_ratio", "gauge", ofAhead,
		"Probability, 0 to 1, that the limit is reached on some day of the horizon, 7d or 14d. Absent where nothing is foreseen."},
	signalBreachTimestamp: {"goodstanding_signal_breach_timestamp_seconds", "gauge", ofRate,
		"Start of the day, on the marketplace's clock, by which the limit is reached more likely than not. Absent where that is none of the next 14 days, or the limit is crossed now."},
	signalDueOrders: {"goodstanding_signal_due_orders", "gauge", ofSignal,
		"Orders not known to be confirmed that are due within four days and count as defects if they are late. Absent where exports older than a day tell of them."},
	signalMustShipOrders: {"goodstanding_signal_must_ship_orders", "gauge", ofSignal,
		"How many of the due orders must be confirmed in time so that every window stays under its limit. More than the due orders: not even all of them suffice."},
	signalSeverity: {"goodstanding_signal_severity", "gauge", ofSignal,
		"Severity of a signal: 0 ok, 1 watch, 2 warning, 3 critical. The worst, where it judges orders or days one by one. Absent while it cannot be judged."},
	signalBlind: {"goodstanding_signal_blind", "gauge", ofSignal,
		"Whether a signal, or a part of it, cannot be judged for lack of data: 1 blind, 0 not."},
	findings: {"goodstanding_findings", "gauge", []string{"account", "marketplace", "signal", "severity"},
		"Findings of the last round by severity, blind ones included. Absent where there are none."},
	dataAsOf: {"goodstanding_data_as_of_timestamp_seconds", "gauge", []string{"account", "marketplace", "signal"},
		"How recent the data behind a signal is: of its findings, the one with the oldest."},
	checkLastRun: {"goodstanding_check_last_run_timestamp_seconds", "gauge", ofCheck,
		"When the check last ran."},
	checkLastSuccess: {"goodstanding_check_last_success_timestamp_seconds", "gauge", ofCheck,
		"When the check last ran without a failure. Absent if it never did."},
	checkDuration: {"goodstanding_check_duration_seconds", "gauge", ofCheck,
		"How long the last run of the check took."},
	checkRuns: {"goodstanding_check_runs_total", "counter", ofCheck,
		"Runs of the check since the start of the process."},
	checkFailures: {"goodstanding_check_failures_total", "counter", ofCheck,
		"Runs of the check that failed since the start of the process."},
	imports: {"goodstanding_imports_total", "counter", ofImport,
		"Export files received, refused ones included."},
	importsRefused: {"goodstanding_import_refused_total", "counter", ofImport,
		"Export files that were refused as a whole."},
	importRows: {"goodstanding_import_rows_total", "counter", ofImport,
		"Rows read from export files."},
	importBadRows: {"goodstanding_import_bad_rows_total", "counter", ofImport,
		"Rows of export files that could not be understood and were left out."},
	importLastReceived: {"goodstanding_import_last_received_timestamp_seconds", "gauge", ofImport,
		"When the last export file of the kind was received. Absent if none was."},
	alertsOpen: {"goodstanding_alerts_open", "gauge", []string{"account", "signal", "severity"},
		"Alerts that last, by severity. Absent where there are none."},
	alertsAcknowledged: {"goodstanding_alerts_acknowledged", "gauge", []string{"account", "signal", "severity"},
		"Of the alerts that last, those that somebody has acknowledged. Absent where there are none."},
	alertsHeld: {"goodstanding_alerts_held", "gauge", []string{"reason"},
		"Alerts of which a word is held back, by the reason: quiet_hours, silenced, snoozed or hidden (behind the alert that is its cause)."},
	noticesPending: {"goodstanding_notices_pending", "gauge", nil,
		"Notices that wait to be sent."},
	noticesOldestPending: {"goodstanding_notices_oldest_pending_timestamp_seconds", "gauge", nil,
		"When the oldest notice that waits was written. Absent if none waits."},
	noticesSent: {"goodstanding_notices_sent_total", "counter", nil,
		"Notices that were sent."},
	noticesFailed: {"goodstanding_notices_failed_total", "counter", nil,
		"Attempts to send a notice that failed."},
	noticesGaveUp: {"goodstanding_notices_gave_up_total", "counter", nil,
		"Notices that will not be tried again."},
	noticesPassedOn: {"goodstanding_notices_passed_on_total", "counter", nil,
		"Notices that a fallback channel was told of, because their own could not be reached."},
	buildInfo: {"goodstanding_build_info", "gauge", []string{"version", "goversion"},
		"Always 1; the labels say what is running."},
}
