// Package metrics shows Prometheus the result of the last round. It is the only user of client_golang.
//
// Nothing here is counted where it happens. The daemon hands over a Snapshot after each round, the series are made,
// checked and sorted from it once, and a scrape hands them out: it never touches the disk, and the series of an account
// that is gone are gone with the next round. Labels are bounded: order ids, SKUs and buyers' text never become one.
package metrics

import (
	"errors"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"

	"goodstanding/monitor"
)

// Snapshot is all that a round knows. Its strings may be hostile.
type Snapshot struct {
	Findings []monitor.Finding // of the last run of every check for every account
	Alerts   []monitor.Alert   // resolved ones are not counted
	Held     map[monitor.Holding]int
	Runs     []monitor.Run
	Imports  []monitor.ImportTotals
	Outbox   monitor.OutboxState
}

// Metrics turns snapshots into series. Its methods may be called at the same time.
type Metrics struct {
	process  *prometheus.Registry // asked at each scrape
	rounds   *prometheus.Registry // asked at each Update
	gathered atomic.Pointer[gathered]
	handler  http.Handler
	series   *series

	mu   sync.Mutex
	runs map[runKey]tally
}

// runKey names a check of an account, tally counts its runs. Snapshots show the last run only, and may show it twice.
type runKey struct {
	account string
	signal  monitor.Signal
}

type tally struct {
	at             time.Time
	runs, failures int
}

// gathered is what the registry of rounds answered. It is not changed.
type gathered struct {
	families []*dto.MetricFamily
	err      error
}

// New returns the metrics of a process of that version. Before the first Update they are those of the process alone.
func New(version string) *Metrics {
	m := &Metrics{process: prometheus.NewRegistry(), rounds: prometheus.NewRegistry(), series: newSeries(), runs: map[runKey]tally{}}
	b := m.series.build()
	b.add(buildInfo, 1, version, runtime.Version())
	m.series.fixed = b.out
	m.rounds.MustRegister(m.series)
	m.process.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.gather()
	m.handler = promhttp.HandlerFor(prometheus.GathererFunc(m.all), promhttp.HandlerOpts{
		// One broken series must not hide the others: what can be shown is shown, and the handler's own counter of
		// errors, which Registry adds, tells of the rest.
		ErrorHandling:       promhttp.ContinueOnError,
		Registry:            m.process,
		MaxRequestsInFlight: 8,
	})
	return m
}

// Handler answers scrapes.
func (m *Metrics) Handler() http.Handler { return m.handler }

// Update replaces what scrapes show.
func (m *Metrics) Update(s Snapshot) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.count(s.Runs)
	b := m.series.build()
	b.addFindings(s.Findings)
	b.addAlerts(s.Alerts)
	b.addHeld(s.Held)
	for _, r := range s.Runs {
		t := m.runs[runKey{r.Account, r.Signal}]
		b.addRun(r, t)
	}
	for _, i := range s.Imports {
		b.addImport(i)
	}
	b.addOutbox(s.Outbox)
	m.series.current.Store(&b.out)
	m.gather()
}

// gather asks the registry of rounds: to check and to sort 20,000 series costs more than to send them.
func (m *Metrics) gather() {
	families, err := m.rounds.Gather()
	m.gathered.Store(&gathered{families, err})
}

// all returns all families by name. Those of the process and those of rounds have no name in common.
func (m *Metrics) all() ([]*dto.MetricFamily, error) {
	process, err := m.process.Gather()
	rounds := m.gathered.Load()
	families := slices.Concat(process, rounds.families)
	slices.SortFunc(families, func(a, b *dto.MetricFamily) int { return strings.Compare(a.GetName(), b.GetName()) })
	return families, errors.Join(err, rounds.err)
}

// count notes the runs that are new, and forgets checks that no longer run.
func (m *Metrics) count(runs []monitor.Run) {
	next := make(map[runKey]tally, len(runs))
	for _, r := range runs {
		k := runKey{r.Account, r.Signal}
		t := m.runs[k]
		if !r.At.Equal(t.at) {
			t.at = r.At
			t.runs++
			if r.Err != nil {
				t.failures++
			}
		}
		next[k] = t
	}
	m.runs = next
}

// series is the collector: the last set of series, made beforehand.
type series struct {
	descs   [rows]*prometheus.Desc
	fixed   []prometheus.Metric
	current atomic.Pointer[[]prometheus.Metric]
}

func newSeries() *series {
	s := &series{}
	for i, m := range table {
		s.descs[i] = prometheus.NewDesc(m.Name, m.Help, m.Labels, nil)
	}
	return s
}

// Describe implements prometheus.Collector.
func (s *series) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range s.descs {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (s *series) Collect(ch chan<- prometheus.Metric) {
	for _, m := range s.fixed {
		ch <- m
	}
	if current := s.current.Load(); current != nil {
		for _, m := range *current {
			ch <- m
		}
	}
}
