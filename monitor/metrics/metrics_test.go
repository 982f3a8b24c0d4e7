package metrics

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"goodstanding/monitor"
)

var noon = time.Unix(1_795_435_200, 0)

// full returns a snapshot that fills every row of the table.
func full() Snapshot {
	month := &monitor.Window{Days: 30}
	return Snapshot{
		Findings: []monitor.Finding{
			{Account: "acme", Marketplace: "Amazon.com", Signal: "late_shipment_rate", Subject: "seller-fulfilled", Severity: monitor.Warning,
				Value: new(0.032), Limit: new(0.04), Defects: 8, Orders: 250, Unknown: 3, Headroom: new(2), Recovery: new(0), Window: month, DataAsOf: noon,
				Forecast: &monitor.Forecast{Within7: 0.25, Within14: 0.7, By: new(monitor.Date(2026, 12, 2)), Worst: monitor.Headroom{More: 1}},
				Due:      &monitor.DueOrders{By: []monitor.DueBy{{Orders: 5, Ship: 3}, {Orders: 14, Ship: 9}}}},
			{Account: "acme", Marketplace: "Amazon.com", Signal: "late_shipment_rate", Subject: "seller-fulfilled", Severity: monitor.OK,
				Orders: 80, Headroom: new(4), Window: &monitor.Window{Days: 10}, DataAsOf: noon,
				Due: &monitor.DueOrders{By: []monitor.DueBy{{Orders: 5, Ship: 3}, {Orders: 14, Ship: 9}}}},
			{Account: "acme", Marketplace: "Amazon.com", Signal: "order_defect_rate", Subject: "FBA", Severity: monitor.OK,
				Value: new(0.0), Limit: new(0.01), Orders: 90, Headroom: new(0), Window: &monitor.Window{Days: 60}, DataAsOf: noon},
			{Account: "acme", Marketplace: "Amazon.com", Signal: "unshipped", Subject: "", Severity: monitor.Watch,
				Value: new(7.0), Limit: new(20.0), DataAsOf: noon},
			{Account: "acme", Marketplace: "Amazon.com", Signal: "ship_by", Subject: "111-1111111-1111111", Severity: monitor.Critical, DataAsOf: noon},
			{Account: "acme", Marketplace: "Amazon.com", Signal: "ship_by", Subject: "111-1111111-2222222", Severity: monitor.Watch, DataAsOf: noon.Add(-time.Hour)},
			{Account: "acme", Marketplace: "Amazon.com", Signal: "ship_by", Subject: "111-1111111-3333333", Severity: monitor.Watch, DataAsOf: noon.Add(time.Hour)},
			{Account: "dark", Marketplace: "Amazon.de", Signal: "late_shipment_rate", Subject: "seller-fulfilled", Severity: monitor.Blind,
				Value: new(0.5), Limit: new(0.04), Defects: 1, Orders: 2, Headroom: new(1), Window: month},
		},
		Alerts: []monitor.Alert{
			{AlertKey: monitor.AlertKey{Account: "acme", Signal: "ship_by", Subject: "111-1111111-1111111"}, Severity: monitor.Critical},
			{AlertKey: monitor.AlertKey{Account: "acme", Signal: "ship_by", Subject: "111-1111111-4444444"}, Severity: monitor.Critical, Acked: monitor.Ack{By: "anna", At: noon}},
			{AlertKey: monitor.AlertKey{Account: "acme", Signal: "ship_by", Subject: "111-1111111-5555555"}, Severity: monitor.Critical, Resolved: noon},
		},
		Held: map[monitor.Holding]int{monitor.HeldQuiet: 4, monitor.HeldHidden: 1},
		Runs: []monitor.Run{
			{Outcome: monitor.Outcome{Account: "acme", Signal: "ship_by", At: noon, Took: 1500 * time.Millisecond}, LastJudged: noon},
			{Outcome: monitor.Outcome{Account: "dark", Signal: "ship_by", At: noon, Took: time.Second, Err: errBroken}},
		},
		Imports: []monitor.ImportTotals{
			{Account: "acme", Kind: "all_orders", LastReceived: noon.Add(250 * time.Millisecond), Files: 5, Refused: 1, Rows: 1200, BadRows: 2},
			{Account: "dark", Kind: "feedback", Files: 1, Refused: 1},
		},
		Outbox: monitor.OutboxState{Pending: 2, OldestPending: noon, Sent: 40, Failed: 3, GaveUp: 1, PassedOn: 5},
	}
}

// scrape asks the handler as Prometheus does, in the text format.
func scrape(t *testing.T, m *Metrics) string {
	t.Helper()
	srv := httptest.NewServer(m.Handler())
	defer srv.Close()
	res, err := http.Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Fatalf("status %s: %s", res.Status, body)
	}
	return string(body)
}

// ours returns the series of a scrape that are Goodstanding's own, without the build's.
func ours(page string) []string {
	var lines []string
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "goodstanding_") && !strings.HasPrefix(line, "goodstanding_build_info") {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	return lines
}

func TestScrape(t *testing.T) {
	m := New("1.2.3")
	m.Update(full())
	want := strings.TrimSpace(`
goodstanding_alerts_acknowledged{account="acme",severity="critical",signal="ship_by"} 1
goodstanding_alerts_held{reason="hidden"} 1
goodstanding_alerts_held{reason="quiet_hours"} 4
goodstanding_alerts_held{reason="silenced"} 0
goodstanding_alerts_held{reason="snoozed"} 0
goodstanding_alerts_open{account="acme",severity="critical",signal="ship_by"} 2
goodstanding_check_duration_seconds{account="acme",signal="ship_by"} 1.5
goodstanding_check_duration_seconds{account="dark",signal="ship_by"} 1
goodstanding_check_failures_total{account="acme",signal="ship_by"} 0
goodstanding_check_failures_total{account="dark",signal="ship_by"} 1
goodstanding_check_last_run_timestamp_seconds{account="acme",signal="ship_by"} 1.7954352e+09
goodstanding_check_last_run_timestamp_seconds{account="dark",signal="ship_by"} 1.7954352e+09
goodstanding_check_last_success_timestamp_seconds{account="acme",signal="ship_by"} 1.7954352e+09
goodstanding_check_runs_total{account="acme",signal="ship_by"} 1
goodstanding_check_runs_total{account="dark",signal="ship_by"} 1
goodstanding_data_as_of_timestamp_seconds{account="acme",marketplace="Amazon.com",signal="late_shipment_rate"} 1.7954352e+09
goodstanding_data_as_of_timestamp_seconds{account="acme",marketplace="Amazon.com",signal="order_defect_rate"} 1.7954352e+09
goodstanding_data_as_of_timestamp_seconds{account="acme",marketplace="Amazon.com",signal="ship_by"} 1.7954316e+09
goodstanding_data_as_of_timestamp_seconds{account="acme",marketplace="Amazon.com",signal="unshipped"} 1.7954352e+09
goodstanding_findings{account="acme",marketplace="Amazon.com",severity="critical",signal="ship_by"} 1
goodstanding_findings{account="acme",marketplace="Amazon.com",severity="ok",signal="late_shipment_rate"} 1
goodstanding_findings{account="acme",marketplace="Amazon.com",severity="ok",signal="order_defect_rate"} 1
goodstanding_findings{account="acme",marketplace="Amazon.com",severity="warning",signal="late_shipment_rate"} 1
goodstanding_findings{account="acme",marketplace="Amazon.com",severity="watch",signal="ship_by"} 2
goodstanding_findings{account="acme",marketplace="Amazon.com",severity="watch",signal="unshipped"} 1
goodstanding_findings{account="dark",marketplace="Amazon.de",severity="blind",signal="late_shipment_rate"} 1
goodstanding_import_bad_rows_total{account="acme",kind="all_orders"} 2
goodstanding_import_bad_rows_total{account="dark",kind="feedback"} 0
goodstanding_import_last_received_timestamp_seconds{account="acme",kind="all_orders"} 1.79543520025e+09
goodstanding_import_refused_total{account="acme",kind="all_orders"} 1
goodstanding_import_refused_total{account="dark",kind="feedback"} 1
goodstanding_import_rows_total{account="acme",kind="all_orders"} 1200
goodstanding_import_rows_total{account="dark",kind="feedback"} 0
goodstanding_imports_total{account="acme",kind="all_orders"} 5
goodstanding_imports_total{account="dark",kind="feedback"} 1
goodstanding_notices_failed_total 3
goodstanding_notices_gave_up_total 1
goodstanding_notices_oldest_pending_timestamp_seconds 1.7954352e+09
goodstanding_notices_passed_on_total 5
goodstanding_notices_pending 2
goodstanding_notices_sent_total 40
goodstanding_signal_blind{account="acme",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled"} 0
goodstanding_signal_blind{account="acme",marketplace="Amazon.com",signal="order_defect_rate",subject="FBA"} 0
goodstanding_signal_blind{account="acme",marketplace="Amazon.com",signal="ship_by",subject=""} 0
goodstanding_signal_blind{account="acme",marketplace="Amazon.com",signal="unshipped",subject=""} 0
goodstanding_signal_blind{account="dark",marketplace="Amazon.de",signal="late_shipment_rate",subject="seller-fulfilled"} 1
goodstanding_signal_breach_probability_ratio{account="acme",horizon="14d",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled",window="30d"} 0.7
goodstanding_signal_breach_probability_ratio{account="acme",horizon="7d",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled",window="30d"} 0.25
goodstanding_signal_breach_timestamp_seconds{account="acme",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled",window="30d"} 1.7961984e+09
goodstanding_signal_defects{account="acme",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled",window="10d"} 0
goodstanding_signal_defects{account="acme",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled",window="30d"} 8
goodstanding_signal_defects{account="acme",marketplace="Amazon.com",signal="order_defect_rate",subject="FBA",window="60d"} 0
goodstanding_signal_due_orders{account="acme",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled"} 14
goodstanding_signal_headroom_orders{account="acme",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled",window="10d"} 4
goodstanding_signal_headroom_orders{account="acme",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled",window="30d"} 2
goodstanding_signal_headroom_orders{account="acme",marketplace="Amazon.com",signal="order_defect_rate",subject="FBA",window="60d"} 0
goodstanding_signal_limit_ratio{account="acme",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled",window="30d"} 0.04
goodstanding_signal_limit_ratio{account="acme",marketplace="Amazon.com",signal="order_defect_rate",subject="FBA",window="60d"} 0.01
goodstanding_signal_must_ship_orders{account="acme",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled"} 9
goodstanding_signal_orders{account="acme",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled",window="10d"} 80
goodstanding_signal_orders{account="acme",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled",window="30d"} 250
goodstanding_signal_orders{account="acme",marketplace="Amazon.com",signal="order_defect_rate",subject="FBA",window="60d"} 90
goodstanding_signal_recovery_orders{account="acme",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled",window="30d"} 0
goodstanding_signal_severity{account="acme",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled"} 2
goodstanding_signal_severity{account="acme",marketplace="Amazon.com",signal="order_defect_rate",subject="FBA"} 0
goodstanding_signal_severity{account="acme",marketplace="Amazon.com",signal="ship_by",subject=""} 3
goodstanding_signal_severity{account="acme",marketplace="Amazon.com",signal="unshipped",subject=""} 1
goodstanding_signal_unknown_orders{account="acme",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled",window="10d"} 0
goodstanding_signal_unknown_orders{account="acme",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled",window="30d"} 3
goodstanding_signal_unknown_orders{account="acme",marketplace="Amazon.com",signal="order_defect_rate",subject="FBA",window="60d"} 0
goodstanding_signal_value_ratio{account="acme",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled",window="30d"} 0.032
goodstanding_signal_value_ratio{account="acme",marketplace="Amazon.com",signal="order_defect_rate",subject="FBA",window="60d"} 0
goodstanding_signal_worst_headroom_orders{account="acme",marketplace="Amazon.com",signal="late_shipment_rate",subject="seller-fulfilled",window="30d"} 1`)
	got := strings.Join(ours(scrape(t, m)), "\n")
	if got != want {
		t.Errorf("scrape:\n%s\n\nwant:\n%s", got, want)
	}
}

func TestBeforeTheFirstRound(t *testing.T) {
	page := scrape(t, New("1.2.3"))
	if lines := ours(page); len(lines) != 0 {
		t.Errorf("numbers before anything is known: %q", lines)
	}
	for _, want := range []string{`goodstanding_build_info{goversion="go`, `version="1.2.3"} 1`, "go_goroutines ", "process_", "promhttp_metric_handler_errors_total"} {
		if !strings.Contains(page, want) {
			t.Errorf("scrape lacks %s", want)
		}
	}
}

func gather(t *testing.T, m *Metrics) []*dto.MetricFamily {
	t.Helper()
	families, err := m.all()
	if err != nil {
		t.Fatal(err)
	}
	return families
}

func TestExportedIsDescribed(t *testing.T) {
	m := New("1.2.3")
	m.Update(full())
	exported := map[string]Metric{}
	for _, f := range gather(t, m) {
		if !strings.HasPrefix(f.GetName(), "goodstanding_") {
			continue
		}
		e := Metric{Name: f.GetName(), Type: strings.ToLower(f.GetType().String()), Help: f.GetHelp()}
		for _, l := range f.GetMetric()[0].GetLabel() {
			e.Labels = append(e.Labels, l.GetName())
		}
		exported[e.Name] = e
	}
	described := Describe()
	for _, d := range described {
		e, ok := exported[d.Name]
		if !ok {
			t.Errorf("%s is described, and a full snapshot does not export it", d.Name)
			continue
		}
		delete(exported, d.Name)
		slices.Sort(d.Labels) // the format sorts them
		if e.Type != d.Type || e.Help != d.Help || !slices.Equal(e.Labels, d.Labels) {
			t.Errorf("exported %+v, described %+v", e, d)
		}
		if !strings.HasSuffix(d.Help, ".") || (d.Type == "counter") != strings.HasSuffix(d.Name, "_total") {
			t.Errorf("%s: a counter ends in _total, and help is a sentence", d.Name)
		}
	}
	for name := range exported {
		t.Errorf("%s is exported and not described", name)
	}
	if len(described) < 33 {
		t.Errorf("%d metrics are described, fewer than there were", len(described))
	}
}

func TestPromtoolAcceptsScrape(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("promtool: %v; install it, CI needs it", err)
		}
		t.Skipf("promtool: %v", err)
	}
	m := New("1.2.3")
	m.Update(full())
	cmd := exec.CommandContext(t.Context(), promtool, "check", "metrics")
	cmd.Stdin = strings.NewReader(scrape(t, m))
	out, err := cmd.CombinedOutput()
	if err != nil || len(bytes.TrimSpace(out)) > 0 {
		t.Errorf("promtool check metrics: %v\n%s", err, out)
	}
}

func TestVanishedAccountsDisappear(t *testing.T) {
	m := New("1.2.3")
	m.Update(full())
	if !strings.Contains(scrape(t, m), `account="dark"`) {
		t.Fatal("the account is not shown at first")
	}
	s := full()
	s.Findings, s.Runs, s.Imports = s.Findings[:6], s.Runs[:1], s.Imports[:1]
	s.Outbox.OldestPending = time.Time{}
	m.Update(s)
	page := scrape(t, m)
	if strings.Contains(page, `account="dark"`) {
		t.Error("series of an account that is gone stay")
	}
	if !strings.Contains(page, `account="acme"`) {
		t.Error("series of the other account are gone")
	}
	if strings.Contains(page, "\ngoodstanding_notices_oldest_pending") {
		t.Error("an oldest notice is shown when none waits")
	}
}

func TestBlindHasNoValue(t *testing.T) {
	m := New("1.2.3")
	week := &monitor.Window{Days: 7}
	m.Update(Snapshot{Findings: []monitor.Finding{
		// A whole signal that failed: nothing but blind.
		{Account: "a", Signal: "s", Severity: monitor.Blind},
		// One channel is blind, the other is not.
		{Account: "b", Signal: "s", Subject: "FBA", Severity: monitor.Blind, Value: new(0.0), Window: week},
		{Account: "b", Signal: "s", Subject: "seller-fulfilled", Severity: monitor.OK, Window: week},
		// One order of several cannot be judged: the worst of the others stands, and the signal is blind in part.
		{Account: "c", Signal: "s", Subject: "order 1", Severity: monitor.Blind},
		{Account: "c", Signal: "s", Subject: "order 2", Severity: monitor.Warning},
		{Account: "c", Signal: "s", Subject: "order 3", Severity: monitor.OK},
	}})
	var got []string
	for _, line := range ours(scrape(t, m)) {
		if after, ok := strings.CutPrefix(line, "goodstanding_signal_"); ok {
			got = append(got, strings.ReplaceAll(after, `,marketplace="",signal="s"`, ""))
		}
	}
	want := []string{
		`blind{account="a",subject=""} 1`,
		`blind{account="b",subject="FBA"} 1`,
		`blind{account="b",subject="seller-fulfilled"} 0`,
		`blind{account="c",subject=""} 1`,
		`defects{account="b",subject="seller-fulfilled",window="7d"} 0`,
		`orders{account="b",subject="seller-fulfilled",window="7d"} 0`,
		`severity{account="b",subject="seller-fulfilled"} 0`,
		`severity{account="c",subject=""} 2`,
		`unknown_orders{account="b",subject="seller-fulfilled",window="7d"} 0`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// errBroken is why a check failed.
var errBroken = errors.New("broken")

func TestRunsAreCountedOnce(t *testing.T) {
	m := New("1.2.3")
	run := func(minute int, failed bool) {
		o := monitor.Outcome{Account: "a", Signal: "s", At: noon.Add(time.Duration(minute) * time.Minute)}
		if failed {
			o.Err = errBroken
		}
		m.Update(Snapshot{Runs: []monitor.Run{{Outcome: o}}})
	}
	run(0, false)
	run(15, true)
	run(15, true) // the same run, shown again
	run(30, true)
	run(45, false)
	page := scrape(t, m)
	for _, want := range []string{`goodstanding_check_runs_total{account="a",signal="s"} 4`, `goodstanding_check_failures_total{account="a",signal="s"} 2`} {
		if !strings.Contains(page, want+"\n") {
			t.Errorf("scrape lacks %s:\n%s", want, strings.Join(ours(page), "\n"))
		}
	}
	m.Update(Snapshot{})
	if len(m.runs) != 0 {
		t.Error("checks that no longer run are remembered for ever")
	}
}

func TestHostileTextDoesNotBreakScrape(t *testing.T) {
	m := New("1.0\xff\n\"")
	var s Snapshot
	for _, text := range []string{"a\xffb", "a\xfeb", "line\nbreak", `quote"back\slash`, "} 1\ngoodstanding_forged 1", "\x00", strings.Repeat("é", 5000)} {
		s.Findings = append(s.Findings,
			monitor.Finding{Account: text, Marketplace: monitor.Marketplace(text), Signal: monitor.Signal(text), Subject: text, Severity: monitor.Severity(text), Value: new(1.0)},
			monitor.Finding{Account: text, Marketplace: monitor.Marketplace(text), Signal: monitor.Signal(text), Severity: monitor.OK, Value: new(1.0), Window: &monitor.Window{Days: -1}})
		s.Alerts = append(s.Alerts, monitor.Alert{AlertKey: monitor.AlertKey{Account: text, Signal: monitor.Signal(text)}, Severity: monitor.Severity(text)})
		s.Runs = append(s.Runs, monitor.Run{Outcome: monitor.Outcome{Account: text, Signal: monitor.Signal(text), At: noon}})
		s.Imports = append(s.Imports, monitor.ImportTotals{Account: text, Kind: monitor.ExportKind(text), Files: 1})
	}
	m.Update(s)
	page := scrape(t, m)
	if !strings.Contains(page, "promhttp_metric_handler_errors_total{cause=\"gathering\"} 0") {
		t.Error("the scrape had errors")
	}
	gather(t, m) // fails on any series that the library refuses
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "goodstanding_forged") {
			t.Error("text of a label became a series")
		}
	}
	for _, want := range []string{"account=\"a\uFFFDb\"", `account="line\nbreak"`, `account="quote\"back\\slash"`} {
		if !strings.Contains(page, want) {
			t.Errorf("scrape lacks %s", want)
		}
	}
}

func TestTextThatIsOneLabelIsCountedTogether(t *testing.T) {
	m := New("1.2.3")
	m.Update(Snapshot{Alerts: []monitor.Alert{
		{AlertKey: monitor.AlertKey{Account: "a\xff"}, Severity: monitor.Watch},
		{AlertKey: monitor.AlertKey{Account: "a\xfe"}, Severity: monitor.Watch},
	}})
	if page, want := scrape(t, m), "goodstanding_alerts_open{account=\"a\uFFFD\",severity=\"watch\",signal=\"\"} 2\n"; !strings.Contains(page, want) {
		t.Errorf("scrape lacks %s", want)
	}
}

func TestOrderIDsAreNeverLabels(t *testing.T) {
	m := New("1.2.3")
	var s Snapshot
	for i := range 1000 {
		s.Findings = append(s.Findings, monitor.Finding{Account: "a", Signal: "ship_by", Subject: fmt.Sprintf("order %d", i),
			Severity: monitor.Warning, Value: new(1.0), Window: &monitor.Window{Days: 7}})
	}
	m.Update(s)
	lines := ours(scrape(t, m))
	for _, l := range lines {
		if strings.Contains(l, "order ") {
			t.Errorf("an order is a label: %s", l)
		}
	}
	if len(lines) != 12 { // how many findings, how bad, whether blind, 4 of what is held back, and 5 of the outbox
		t.Errorf("%d series from 1000 orders: %q", len(lines), lines[:min(len(lines), 20)])
	}
}

func TestUpdateWhileScraping(t *testing.T) {
	m := New("1.2.3")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				m.Update(full())
				if _, err := m.all(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// BenchmarkScrape measures a scrape of 20,000 series, and the Update before it.
func BenchmarkScrape(b *testing.B) {
	var s Snapshot
	for i := range 2900 {
		s.Findings = append(s.Findings, monitor.Finding{Account: fmt.Sprintf("account-%04d", i/5), Marketplace: "Amazon.com",
			Signal: monitor.Signal(fmt.Sprintf("signal_%d", i%5)), Subject: "seller-fulfilled", Severity: monitor.OK,
			Value: new(0.01), Window: &monitor.Window{Days: 30}})
	}
	m := New("1.2.3")
	b.Run("update", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m.Update(s)
		}
		b.ReportMetric(float64(len(*m.series.current.Load())), "series")
	})
	b.Run("scrape", func(b *testing.B) {
		b.ReportAllocs()
		m.Update(s)
		for b.Loop() {
			rec := httptest.NewRecorder()
			m.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/metrics", nil))
			if rec.Code != http.StatusOK {
				b.Fatal(rec.Code)
			}
		}
	})
}

var _ prometheus.Collector = (*series)(nil)
