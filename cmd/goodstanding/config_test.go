package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"goodstanding/checks"
	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

func noEnv(string) string { return "" }

// Each file of testdata/config/bad has mistakes, and beside it stands every word about them.
func TestMistakesAreToldAtOnce(t *testing.T) {
	files, err := filepath.Glob("testdata/config/bad/*.toml")
	if err != nil || len(files) < 9 {
		t.Fatalf("found %d files, err %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			want, err := os.ReadFile(strings.TrimSuffix(file, ".toml") + ".want")
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(filepath.Dir(file))
			_, err = LoadConfig(filepath.Base(file), noEnv, targets())
			if err == nil {
				t.Fatal("no mistake was found")
			}
			dir, wdErr := os.Getwd()
			if wdErr != nil {
				t.Fatal(wdErr)
			}
			if got := strings.ReplaceAll(err.Error(), dir, "{dir}") + "\n"; got != string(want) {
				t.Errorf("got:\n%swant:\n%s", got, want)
			}
			if strings.Contains(err.Error(), "secret") && !strings.Contains(err.Error(), "the secret") {
				t.Error("the message shows a secret")
			}
		})
	}
}

// The example is what the program would print, has no mistakes, and says what holds without a file.
func TestExampleFile(t *testing.T) {
	const path = "../../config.example.toml"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != ExampleConfig(targets()) {
		t.Errorf("%s is stale: run `go run ./cmd/goodstanding config example > config.example.toml`", path)
	}
	got, err := LoadConfig(path, noEnv, targets())
	if err != nil {
		t.Fatal(err)
	}
	want, err := LoadConfig("", noEnv, targets())
	if err != nil {
		t.Fatal(err)
	}
	got.Path = want.Path
	for signal, c := range want.Checks {
		if !reflect.DeepEqual(got.Checks[signal].Fields, c.Fields) {
			t.Errorf("%s: the example has %+v, the default is %+v", signal, got.Checks[signal].Fields, c.Fields)
		}
	}
	got.Checks, want.Checks = nil, nil
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("the example has\n%+v\nthe default is\n%+v", got, want)
	}
}

func TestConfigIsTakenOver(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "goodstanding.toml")
	secret := filepath.Join(dir, "token")
	for file, text := range map[string]string{
		secret: "xoxb-hidden-token\n",
		path: `data_dir = "state"
archive_dir = "/srv/archive"
time_zone = "Europe/Berlin"
[slack]
token_file = "token"
channel = "#health"
notify_from = "critical"
[inbox]
poll = "1m"
[schedule]
checks = "@hourly"
[accounts.my-shop]
marketplace = "Amazon.de"
[checks.late_shipment_rate]
warning_at = 0.6
stale_after = "12h"
[checks.stale_exports]
enabled = false
[checks.order_defect_rate]
schedule = "0 7 * * *"
[[limits]]
signal = "late_shipment_rate"
marketplace = "Amazon.de"
match_days = 10
limit = 0.03
`,
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := LoadConfig(path, noEnv, targets())
	if err != nil {
		t.Fatal(err)
	}
	if cfg.InboxDir != filepath.Join(dir, "state", "inbox") || cfg.ArchiveDir != "/srv/archive" || cfg.Database != filepath.Join(dir, "state", "goodstanding.db") {
		t.Errorf("folders %s, %s, %s", cfg.InboxDir, cfg.ArchiveDir, cfg.Database)
	}
	if cfg.Slack.Token != "xoxb-hidden-token" || cfg.Slack.NotifyFrom != monitor.Critical || cfg.Inbox.Poll != time.Minute {
		t.Errorf("slack %v from %s, poll %v", cfg.Slack.Token != "", cfg.Slack.NotifyFrom, cfg.Inbox.Poll)
	}
	if cfg.home("my-shop") != "Amazon.de" || cfg.home("other") != "" {
		t.Errorf("homes %q and %q", cfg.home("my-shop"), cfg.home("other"))
	}
	watchers, err := cfg.watchers()
	if err != nil {
		t.Fatal(err)
	}
	if len(watchers) != len(checks.All())-1 {
		t.Errorf("%d checks, want all but one", len(watchers))
	}
	for _, w := range watchers {
		want := "@hourly"
		if w.entry.Daily {
			want = cfg.Schedule.Daily
		}
		switch c := w.check.(type) {
		case *checks.LateShipmentRate:
			if c.WarningAt != 0.6 || c.StaleAfter != 12*time.Hour || c.WatchAt != 0.1 {
				t.Errorf("late shipment rate %+v", c)
			}
		case *checks.OrderDefectRate:
			want = "0 7 * * *"
		case *checks.StaleExports:
			t.Error("a check that is switched off is there")
		}
		if w.spec != want {
			t.Errorf("%s runs %s, want %s", w.entry.Signal, w.spec, want)
		}
	}
	for market, want := range map[monitor.Marketplace]float64{"Amazon.de": 0.03, "Amazon.com": 0.04} {
		if got := cfg.Book().Rates(policy.LateShipmentRate, "my-shop", market)[1].Limit; got != want {
			t.Errorf("the limit over 10 days on %s is %g, want %g", market, got, want)
		}
	}
	// However the configuration is printed or logged, its secrets are not.
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "config", cfg, "slack", cfg.Slack, "token", cfg.Slack.Token)
	if all := fmt.Sprintf("%v %+v %#v %s", cfg, cfg.Slack, cfg.Slack, cfg.Slack.Token) + log.String(); strings.Contains(all, "hidden") {
		t.Errorf("a secret is shown: %s", all)
	}
}

func TestSecretsFromTheEnvironment(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "goodstanding.toml")
	if err := os.WriteFile(path, []byte("[slack]\nchannel = \"#health\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := LoadConfig(path, func(name string) string {
		if name == "GOODSTANDING_SLACK_TOKEN" {
			return "xoxb-from-env"
		}
		return ""
	}, targets())
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Slack.Token != "xoxb-from-env" || !cfg.Slack.On() {
		t.Error("the token of the environment was not taken")
	}
	if _, err := LoadConfig(filepath.Join(dir, "missing.toml"), noEnv, targets()); err == nil {
		t.Error("a missing file is no mistake")
	} else if wrong := (*ConfigError)(nil); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "config example") {
		t.Errorf("error %v does not say what to do", err)
	}
}
