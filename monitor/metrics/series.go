package metrics

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"goodstanding/monitor"
)

// builder makes series. It takes each series once: a second one with the same labels would fail the whole scrape.
type builder struct {
	descs *[rows]*prometheus.Desc
	seen  map[seriesKey]bool
	sets  map[string][]*dto.LabelPair // by names and values of labels
	pairs map[pairKey]*dto.LabelPair
	out   []prometheus.Metric
}

type pairKey struct{ name, value string }

// seriesKey is what a series is told apart by.
type seriesKey struct {
	row    int
	labels string // their names and values
}

func (s *series) build() *builder {
	return &builder{descs: &s.descs, seen: map[seriesKey]bool{}, sets: map[string][]*dto.LabelPair{}, pairs: map[pairKey]*dto.LabelPair{}}
}

// add adds one series, unless it is there already or has no value.
func (b *builder) add(row int, value float64, labels ...string) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return
	}
	names := table[row].Labels
	if len(names) != len(labels) {
		// The labels do not fit the table: a fault of this package, shown by the scrape's own counter of errors.
		err := fmt.Errorf("metric %s: %d labels for %d names", table[row].Name, len(labels), len(names))
		b.out = append(b.out, prometheus.NewInvalidMetric(b.descs[row], err))
		return
	}
	// No label holds the separator, which is not valid UTF-8.
	var text strings.Builder
	for i, l := range labels {
		labels[i] = valid(l)
		text.WriteString(names[i])
		text.WriteString("\xff")
		text.WriteString(labels[i])
		text.WriteString("\xff")
	}
	key := seriesKey{row, text.String()}
	if b.seen[key] {
		return
	}
	b.seen[key] = true
	set, ok := b.sets[key.labels]
	if !ok {
		set = b.labels(row, labels)
		b.sets[key.labels] = set
	}
	b.out = append(b.out, &sample{desc: b.descs[row], labels: set, counter: table[row].Type == "counter", value: value})
}

// labels makes the labels of a series, of pairs that all series have in common: a scrape goes over every label twice, and spent
// most of its time fetching them from memory when each series had its own.
func (b *builder) labels(row int, values []string) []*dto.LabelPair {
	set := prometheus.MakeLabelPairs(b.descs[row], values)
	for i, p := range set {
		k := pairKey{p.GetName(), p.GetValue()}
		if had, ok := b.pairs[k]; ok {
			set[i] = had
			continue
		}
		b.pairs[k] = p
	}
	return set
}

// sample is one series.
type sample struct {
	desc    *prometheus.Desc
	labels  []*dto.LabelPair // sorted; others have them, too
	counter bool
	value   float64
}

// Desc implements prometheus.Metric.
func (s *sample) Desc() *prometheus.Desc { return s.desc }

// Write implements prometheus.Metric.
func (s *sample) Write(out *dto.Metric) error {
	out.Label = s.labels
	if s.counter {
		out.Counter = &dto.Counter{Value: &s.value}
	} else {
		out.Gauge = &dto.Gauge{Value: &s.value}
	}
	return nil
}

// valid makes any text a label value: the library refuses what is not UTF-8.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// addTime adds a series of an instant, absent when it is not known.
func (b *builder) addTime(row int, t time.Time, labels ...string) {
	if !t.IsZero() {
		b.add(row, float64(t.UnixMilli())/1000, labels...)
	}
}

// addCount adds a series of a number that a finding may not have.
func (b *builder) addCount(row int, n *int, labels ...string) {
	if n != nil {
		b.add(row, float64(*n), labels...)
	}
}

func (b *builder) addValue(row int, v *float64, labels ...string) {
	if v != nil {
		b.add(row, *v, labels...)
	}
}

// Keys of the series that sum up findings and alerts. Their texts are valid labels, so what is one series is one key.
type (
	signalKey struct {
		account, marketplace, signal, subject string
	}
	severityKey struct {
		account, marketplace, signal, severity string
	}
)

// state is what is known of one signal.
type state struct {
	worst int // rank; -1: nothing was judged
	blind bool
}

func (b *builder) addFindings(all []monitor.Finding) {
	states := map[signalKey]state{}
	counts := map[severityKey]int{}
	oldest := map[signalKey]time.Time{} // without subject
	for _, f := range all {
		account, marketplace, signal := valid(f.Account), valid(string(f.Marketplace)), valid(string(f.Signal))
		subject := subjectLabel(f.Subject)
		counts[severityKey{account, marketplace, signal, valid(string(f.Severity))}]++
		whole := signalKey{account, marketplace, signal, ""}
		if t := f.DataAsOf; !t.IsZero() && (oldest[whole].IsZero() || t.Before(oldest[whole])) {
			oldest[whole] = t
		}
		k := signalKey{account, marketplace, signal, subject}
		st, ok := states[k]
		if !ok {
			st.worst = monitor.Blind.Rank()
		}
		st.worst = max(st.worst, f.Severity.Rank())
		st.blind = st.blind || f.Severity.Rank() < 0
		states[k] = st
		if f.Severity.Rank() >= 0 && subject == f.Subject {
			b.addJudged(f, k)
		}
	}
	for k, st := range states {
		if st.worst >= 0 {
			b.add(signalSeverity, float64(st.worst), k.account, k.marketplace, k.signal, k.subject)
		}
		b.add(signalBlind, flag(st.blind), k.account, k.marketplace, k.signal, k.subject)
	}
	for k, t := range oldest {
		b.addTime(dataAsOf, t, k.account, k.marketplace, k.signal)
	}
	for k, n := range counts {
		b.add(findings, float64(n), k.account, k.marketplace, k.signal, k.severity)
	}
}

// addJudged adds the numbers of a finding whose subject is a label. Only those of a rate: others count in a unit of their own,
// which no metric's name could tell.
func (b *builder) addJudged(f monitor.Finding, k signalKey) {
	if f.Window == nil || f.Value != nil && !f.IsRate() {
		return
	}
	window := fmt.Sprintf("%dd", f.Window.Days)
	of := func() []string { return []string{k.account, k.marketplace, k.signal, k.subject, window} }
	b.addValue(signalValueRatio, f.Value, of()...)
	b.addValue(signalLimitRatio, f.Limit, of()...)
	b.add(signalDefects, float64(f.Defects), of()...)
	b.add(signalOrders, float64(f.Orders), of()...)
	b.add(signalUnknownOrders, float64(f.Unknown), of()...)
	b.addCount(signalHeadroomOrders, f.Headroom, of()...)
	b.addCount(signalRecoveryOrders, f.Recovery, of()...)
	if fc := f.Forecast; fc != nil {
		b.add(signalWorstHeadroomOrders, float64(fc.Worst.More), of()...)
		b.add(signalBreachProbability, fc.Within7, append(of(), "7d")...)
		b.add(signalBreachProbability, fc.Within14, append(of(), "14d")...)
		if fc.By != nil {
			b.addTime(signalBreachTimestamp, fc.By.Start(f.Marketplace.Clock()), of()...)
		}
	}
	if f.Due != nil {
		due, must := 0, 0
		for _, by := range f.Due.By {
			due, must = max(due, by.Orders), max(must, by.Ship)
		}
		b.add(signalDueOrders, float64(due), k.account, k.marketplace, k.signal, k.subject)
		b.add(signalMustShipOrders, float64(must), k.account, k.marketplace, k.signal, k.subject)
	}
}

// subjectLabel returns a subject that is a channel as it is, and "" for any other: there are as many order ids and
// ship-by days as there are orders and days.
func subjectLabel(subject string) string {
	switch subject {
	case monitor.SellerFulfilled.Label(), monitor.FBA.Label():
		return subject
	default:
		return ""
	}
}

func (b *builder) addAlerts(all []monitor.Alert) {
	counts, acked := map[severityKey]int{}, map[severityKey]int{}
	for _, a := range all {
		if !a.Resolved.IsZero() {
			continue
		}
		k := severityKey{account: valid(a.Account), signal: valid(string(a.Signal)), severity: valid(string(a.Severity))}
		counts[k]++
		if !a.Acked.At.IsZero() {
			acked[k]++
		}
	}
	for k, n := range counts {
		b.add(alertsOpen, float64(n), k.account, k.signal, k.severity)
	}
	for k, n := range acked {
		b.add(alertsAcknowledged, float64(n), k.account, k.signal, k.severity)
	}
}

func (b *builder) addHeld(held map[monitor.Holding]int) {
	for _, why := range []monitor.Holding{monitor.HeldQuiet, monitor.HeldSilenced, monitor.HeldSnoozed, monitor.HeldHidden} {
		b.add(alertsHeld, float64(held[why]), strings.ReplaceAll(string(why), " ", "_"))
	}
}

func (b *builder) addRun(r monitor.Run, t tally) {
	account, signal := r.Account, string(r.Signal)
	b.addTime(checkLastRun, r.At, account, signal)
	b.addTime(checkLastSuccess, r.LastJudged, account, signal)
	b.add(checkDuration, r.Took.Seconds(), account, signal)
	b.add(checkRuns, float64(t.runs), account, signal)
	b.add(checkFailures, float64(t.failures), account, signal)
}

func (b *builder) addImport(i monitor.ImportTotals) {
	account, kind := i.Account, string(i.Kind)
	b.add(imports, float64(i.Files), account, kind)
	b.add(importsRefused, float64(i.Refused), account, kind)
	b.add(importRows, float64(i.Rows), account, kind)
	b.add(importBadRows, float64(i.BadRows), account, kind)
	b.addTime(importLastReceived, i.LastReceived, account, kind)
}

func (b *builder) addOutbox(o monitor.OutboxState) {
	b.add(noticesPending, float64(o.Pending))
	b.addTime(noticesOldestPending, o.OldestPending)
	b.add(noticesSent, float64(o.Sent))
	b.add(noticesFailed, float64(o.Failed))
	b.add(noticesGaveUp, float64(o.GaveUp))
	b.add(noticesPassedOn, float64(o.PassedOn))
}

func flag(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
