package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goodstanding/alerts/slack"
	"goodstanding/alerts/slack/slackfake"
	"goodstanding/monitor"
	"goodstanding/monitor/policy"
	"goodstanding/monitor/simulator"
	"goodstanding/monitor/store"
)

// bench is a daemon on a test's own clock, with a fake Slack that it reaches over HTTP.
type bench struct {
	*daemon
	slack *slackfake.Fake
	at    time.Time
	dir   string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{dir: t.TempDir(), slack: slackfake.New(t), at: time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)}
	b.slack.AllowBurst(1000)
	cfg, err := LoadConfig("", func(string) string { return "" }, targets())
	if err != nil {
		t.Fatal(err)
	}
	cfg.below(b.dir)
	cfg.Web.Listen = ""
	cfg.Inbox.Settle = 0
	cfg.Slack.Token, cfg.Slack.Channel, cfg.Slack.APIURL = slackfake.Token, slackfake.Channel, b.slack.URL()
	for _, d := range []string{cfg.InboxDir, cfg.ArchiveDir, cfg.RejectedDir} {
		if err := os.MkdirAll(d, 0o750); err != nil {
			t.Fatal(err)
		}
	}
	s, err := store.Open(t.Context(), cfg.Database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	b.daemon, err = newDaemon(cfg, s, slog.New(slog.DiscardHandler), func() time.Time { return b.at })
	if err != nil {
		t.Fatal(err)
	}
	b.deliver.Pace = 0
	fast := cfg.slackConfig(cfg.Slack.Channel)
	fast.Pace = time.Nanosecond // the fake takes any burst
	if b.deliver.Senders["slack"], err = slack.New(fast); err != nil {
		t.Fatal(err)
	}
	return b
}

// tick is one round of the loop: what arrived, the scheduled checks, delivery.
func (b *bench) tick(t *testing.T) {
	t.Helper()
	if err := b.readInbox(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, together := range bySpec(b.watchers) {
		if err := b.roundOfAll(t.Context(), together); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// said returns the messages that Slack took, as their first lines.
func (b *bench) said() []string {
	var lines []string
	for _, m := range b.slack.Messages() {
		line, _, _ := strings.Cut(m.Text, "\n")
		lines = append(lines, line)
	}
	return lines
}

// The promise of the whole: told once, while there is still something to be done, and not again for the same files.
func TestDriftingAccountIsToldOfOnceBeforeItsLimit(t *testing.T) {
	t.Parallel()
	shop := simulator.Demo(demoEnd)[1]
	h := simulator.Run(shop)
	b := newBench(t)
	var told, crossed monitor.Day
	inbox := filepath.Join(b.cfg.InboxDir, shop.Name)
	for day := demoEnd - 64; day <= demoEnd+5 && crossed == 0; day++ { // two windows of 30 days
		b.at = day.Start(shop.Marketplace.Clock()).Add(18 * time.Hour).UTC()
		if _, err := h.ExportDay(inbox, b.at); err != nil {
			t.Fatal(err)
		}
		b.tick(t)
		b.at = b.at.Add(time.Hour)
		b.tick(t) // an hour later nothing is new
		for _, line := range b.said() {
			if told == 0 && strings.Contains(line, "Late shipment rate") {
				told = day
			}
		}
		for _, days := range []int{30, 10} {
			r, err := h.RateAt(policy.LateShipmentRate, monitor.SellerFulfilled, days, b.at)
			if err != nil {
				t.Fatal(err)
			}
			if r.Value() >= 0.04 {
				crossed = day
			}
		}
	}
	if crossed == 0 || told == 0 || told >= crossed {
		t.Errorf("told on %s, crossed on %s: want a word before", told, crossed)
	}
	late := 0
	for _, line := range b.said() {
		t.Log(line)
		if strings.Contains(line, "Late shipment rate") && !strings.Contains(line, "crossed") {
			late++
		}
	}
	if late != 1 {
		t.Errorf("%d messages about the late shipment rate before it crossed, want 1", late)
	}
	if left, err := os.ReadDir(inbox); err != nil || len(left) != 0 {
		t.Errorf("the inbox still holds %d files (%v)", len(left), err)
	}

	// The same files once more: nothing new, in the database or in Slack.
	archived, err := os.ReadDir(filepath.Join(b.cfg.ArchiveDir, shop.Name))
	if err != nil {
		t.Fatal(err)
	}
	before := len(b.slack.Messages())
	for _, f := range archived {
		text, err := os.ReadFile(filepath.Join(b.cfg.ArchiveDir, shop.Name, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(inbox, f.Name()), text, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	totals := func() (rows int) {
		all, err := b.store.ImportTotals(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range all {
			rows += k.Rows
		}
		return rows
	}
	rows := totals()
	b.tick(t)
	if n := len(b.slack.Messages()); n != before {
		t.Errorf("a second import of the same files said %v", b.said()[before:])
	}
	if again := totals(); again != rows {
		t.Errorf("%d rows after the second import, %d before", again, rows)
	}
	if diffs, err := b.store.Verify(t.Context(), shop.Name); err != nil || len(diffs) > 0 {
		t.Errorf("tallies differ: %v %v", diffs, err)
	}
}

// Everything that cannot be imported is filed away with its reason; the rest goes on.
func TestRefusedFilesAreKeptWithTheirReason(t *testing.T) {
	b := newBench(t)
	inbox := filepath.Join(b.cfg.InboxDir, "shop")
	if err := os.MkdirAll(inbox, 0o750); err != nil {
		t.Fatal(err)
	}
	b.at = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	const head = "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsales-channel\torder-channel\tship-service-level\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\titem-price\n"
	row := func(id, date string) string {
		return id + "\t\t" + date + "\t2026-11-18T08:00:00+00:00\tShipped\tMerchant\tAmazon.com\t\tStandard\tThing\tA-1\tB000000001\tShipped\t1\tUSD\t9.99\n"
	}
	good := row("111-0000000-0000001", "2026-11-17T08:00:00+00:00")
	for name, text := range map[string]string{
		"notes.txt":     "Call the carrier on Monday.\n",
		"truncated.gz":  "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\x4c",
		"bad-row.txt":   head + good + row("111-0000000-0000002", "2026-13-45T08:00:00+00:00") + row("111-0000000-0000003", "2026-11-16T08:00:00+00:00"),
		"claims.csv":    "order-id,kind,opened,status,amount\n111-0000000-0000001,lawsuit,2026-11-18,open,9.99\n",
		"orders.txt":    head + good,
		"download.part": "half a fi",
	} {
		if err := os.WriteFile(filepath.Join(inbox, name), []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(inbox, name), b.at, b.at); err != nil {
			t.Fatal(err)
		}
	}
	b.tick(t)
	for file, want := range map[string][]string{
		"20261120T120000Z-notes.txt.why":    {"notes.txt was not imported", "goodstanding"},
		"20261120T120000Z-truncated.gz.why": {"truncated.gz was not imported"},
		"20261120T120000Z-claims.csv.why":   {"line 2", "kind", "lawsuit", "a-to-z", "chargeback"},
		"20261120T120000Z-bad-row.txt.why":  {"1 of its 3 rows", "line 3", "purchase-date", "2026-13-45T08:00:00+00:00", "20261120T120000Z-bad-row.txt"},
	} {
		text, err := os.ReadFile(filepath.Join(b.cfg.RejectedDir, "shop", file))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, w := range want {
			if w == "goodstanding" {
				continue
			}
			if !strings.Contains(string(text), w) {
				t.Errorf("%s does not say %q:\n%s", file, w, text)
			}
		}
	}
	entries := func(dir string) string {
		list, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range list {
			names = append(names, e.Name())
		}
		return strings.Join(names, " ")
	}
	if got, want := entries(inbox), "download.part"; got != want {
		t.Errorf("inbox holds %q, want %q: a file still downloading is left alone", got, want)
	}
	if got, want := entries(filepath.Join(b.cfg.ArchiveDir, "shop")), "20261120T120000Z-bad-row.txt 20261120T120000Z-orders.txt"; got != want {
		t.Errorf("archive holds %q, want %q", got, want)
	}
	totals, err := b.store.ImportTotals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(totals)
	for _, k := range totals {
		if k.Kind == monitor.KindAllOrders && (k.Files != 2 || k.Rows != 4 || k.BadRows != 1) || k.Kind == monitor.KindClaims && k.Refused != 1 || k.Kind == "" && k.Refused != 2 {
			t.Errorf("totals %s", got)
		}
	}
}

// A file that is still open for writing is left alone, however long ago it changed.
func TestFileBeingWrittenIsLeftAlone(t *testing.T) {
	b := newBench(t)
	inbox := filepath.Join(b.cfg.InboxDir, "shop")
	if err := os.MkdirAll(inbox, 0o750); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(inbox, "orders.txt")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("amazon-order-id\t"); err != nil {
		t.Fatal(err)
	}
	if !beingWritten(path) {
		t.Skip("this system cannot tell whether a file is open for writing")
	}
	b.cfg.Inbox.Settle = 0
	b.tick(t)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the file was taken while it was open for writing: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	b.inbox.settle = time.Minute
	b.tick(t)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the file was taken before it had settled: %v", err)
	}
	b.at = b.at.Add(time.Minute)
	b.tick(t)
	if _, err := os.Stat(path); err == nil {
		t.Error("the file was not taken after it had settled")
	}
}
