package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"goodstanding/monitor"
)

func TestSecretIsNeverShown(t *testing.T) {
	type holder struct {
		Token Secret
		Maybe *Secret
		List  []Secret
		Map   map[string]Secret
	}
	s := Secret("xoxb-hidden")
	h := holder{s, &s, []Secret{s}, map[string]Secret{"a": s}}
	shown := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%z", "%10.3s", "%T %v"} {
		if strings.Count(verb, "%") > 1 {
			shown[verb] = fmt.Sprintf(verb, s, s) + fmt.Sprintf(verb, h, h)
			continue
		}
		shown[verb] = fmt.Sprintf(verb, s) + fmt.Sprintf(verb, h.List) + fmt.Sprintf(verb, h.Map) + fmt.Sprintf(verb, h)
	}
	shown["print"] = fmt.Sprint(s, h) + fmt.Sprintln(s, h)
	shown["error"] = fmt.Errorf("sending with %v: %w", h, os.ErrClosed).Error()
	asJSON, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	shown["json"] = string(asJSON)
	var log strings.Builder
	for _, handler := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(handler).With("token", s).Info("x", "token", s, "holder", h, "list", h.List)
	}
	shown["log"] = log.String()
	for how, text := range shown {
		for _, secret := range []string{"hidden", "xoxb", "68696464656e", "68696464656E"} { // the last two: in hexadecimal
			if strings.Contains(text, secret) {
				t.Errorf("%s shows it: %s", how, text)
			}
		}
		if !strings.Contains(text, "***") {
			t.Errorf("%s does not show that there is one: %s", how, text)
		}
	}
	if got := fmt.Sprintf("%v", Secret("")); got != "" {
		t.Errorf("no secret is shown as %q", got)
	}
}

// env returns the environment with one variable.
func env(name, value string) func(string) string {
	return func(n string) string {
		if n == name {
			return value
		}
		return ""
	}
}

// write puts files into a new folder and returns it.
func write(t *testing.T, mode os.FileMode, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil { // whatever the umask
			t.Fatal(err)
		}
	}
	return dir
}

func TestWarnings(t *testing.T) {
	for _, tc := range []struct {
		name string
		mode os.FileMode
		text string
		want []string // part of each warning
	}{
		{"a secret file that everybody can read", 0o644, "[slack]\ntoken_file = \"secret\"\nchannel = \"#a\"\n", []string{"{dir}/secret (slack.token_file) holds a secret"}},
		{"the same for a webhook", 0o604, "[slack]\nwebhook_url_file = \"hook\"\n", []string{"{dir}/hook (slack.webhook_url_file) holds a secret"}},
		{"a secret in a configuration that everybody can read", 0o644, "[slack]\ntoken = \"xoxb-hidden\"\nchannel = \"#a\"\n", []string{"{dir}/config.toml holds a secret (slack.token)"}},
		{"secrets that a group can read", 0o640, "[slack]\ntoken_file = \"secret\"\nchannel = \"#a\"\n", nil},
		{"no secret", 0o644, "data_dir = \"x\"\n", nil},
		{"a channel beside a webhook", 0o600, "[slack]\nwebhook_url_file = \"hook\"\nchannel = \"#a\"\n", []string{"slack.channel has no effect"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := write(t, tc.mode, map[string]string{
				"config.toml": tc.text, "secret": "  xoxb-hidden\r\n", "hook": "https://hooks.slack.com/services/hidden\n",
			})
			cfg, err := LoadConfig(filepath.Join(dir, "config.toml"), noEnv, nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(cfg.Warnings) != len(tc.want) {
				t.Fatalf("warnings %q, want %d", cfg.Warnings, len(tc.want))
			}
			for i, w := range cfg.Warnings {
				if !strings.Contains(w, strings.ReplaceAll(tc.want[i], "{dir}", dir)) || strings.Contains(w, "hidden") {
					t.Errorf("warning %q, want %q", w, tc.want[i])
				}
			}
			if s := cfg.Slack; s.On() && s.Token != "xoxb-hidden" && s.WebhookURL != "https://hooks.slack.com/services/hidden" {
				t.Error("the secret was not trimmed")
			}
		})
	}
}

func TestEnvironmentAndFile(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		env        func(string) string
		want       string // the mistake; empty: none
	}{
		{"a webhook needs no file", "", env(webhookVariable, " https://hooks.slack.com/services/hidden\n"), ""},
		{"a token needs a channel", "", env(tokenVariable, "xoxb-hidden"),
			`{path}: GOODSTANDING_SLACK_TOKEN: a token needs to know where to write; set slack.channel, such as "#account-health"`},
		{"not the same thing twice", "[slack]\nchannel = \"#a\"\ntoken = \"xoxb-hidden\"\n", env(tokenVariable, "xoxb-hidden2"),
			"{path} line 3: slack.token: it is set in more than one place (slack.token, GOODSTANDING_SLACK_TOKEN); keep one"},
		{"not both kinds", "[slack]\nchannel = \"#a\"\ntoken = \"xoxb-hidden\"\n", env(webhookVariable, "https://hooks.slack.com/hidden"),
			"{path}: GOODSTANDING_SLACK_WEBHOOK_URL: there is a token too (slack.token); keep the token, which can answer in threads, or the webhook"},
		{"a token that is none", "[slack]\nchannel = \"#a\"\n", env(tokenVariable, "hidden"),
			"{path}: GOODSTANDING_SLACK_TOKEN: this is no bot token, which begins with xoxb-; copy the one from OAuth & Permissions of your Slack app"},
		{"an empty variable is none", "", env(tokenVariable, " "), ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join(write(t, 0o600, map[string]string{"config.toml": tc.text}), "config.toml")
			_, err := LoadConfig(path, tc.env, nil)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if want := strings.ReplaceAll(tc.want, "{path}", path); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestNoMistakeRepeatsASecret(t *testing.T) {
	for _, bad := range []string{
		"[slack]\ntoken = \"hidden\"\n", "[slack]\nwebhook_url = \"https://hidden:%zz\"\n", "[slack]\nwebhook_url = \"ftp://hidden\"\n",
		"[slack]\ntoken = [\"hidden\"]\n", "[slack]\ntoken = { hidden = 1 }\n", "[slack]\ntoken_file = \"empty\"\n", "[slack]\ntoken = hidden\n",
		"[slack]\ntoken = \"hidden\n", "[slack]\ntoken = \"hidden\"\ntoken = \"hidden\"\n", "[slack]\ntokn = \"hidden\"\n", "slack = \"hidden\"\n",
	} {
		path := filepath.Join(write(t, 0o600, map[string]string{"config.toml": bad, "empty": " \n"}), "config.toml")
		_, err := LoadConfig(path, noEnv, nil)
		if err == nil {
			t.Errorf("%q was accepted", bad)
		} else if strings.Contains(err.Error(), "hidden") {
			t.Errorf("%q: the mistake repeats it: %v", bad, err)
		}
	}
}

// sampleCheck has a setting of every type.
type sampleCheck struct {
	Share    float64
	Days     int
	Loud     bool
	Age      time.Duration
	Word     string
	Words    []string
	MinHTTP2 int // an awkward name

	kept string
}

func sampleTarget() (CheckTarget, *sampleCheck) {
	c := &sampleCheck{Share: 0.5, Days: 7, Age: 90 * time.Minute, Word: "a \"b\" \\ <c> é", Words: []string{"x", "y"}, MinHTTP2: 2, kept: "k"}
	return CheckTarget{Signal: "sample", About: "A sample.", Fields: c}, c
}

func TestSettingsOfEveryType(t *testing.T) {
	target, c := sampleTarget()
	// As Notepad on Windows writes a file, and with dotted keys.
	text := "\uFEFF[checks]\r\nsample.share = 1\r\nsample.days = 1_0\r\nsample.loud = true\r\nsample.age = \"1h30m\"\r\nsample.word = 'w'\r\n" +
		"sample.words = [\r\n  \"p\", # one\r\n  'q',\r\n]\r\nsample.min_http2 = 0x10\r\nsample.enabled = false\r\nsample.schedule = \"@daily\"\r\n"
	path := filepath.Join(write(t, 0o600, map[string]string{"config.toml": text}), "config.toml")
	cfg, err := LoadConfig(path, noEnv, []CheckTarget{target})
	if err != nil {
		t.Fatal(err)
	}
	if c.Share != 1 || c.Days != 10 || !c.Loud || c.Age != 90*time.Minute || c.Word != "w" || !slices.Equal(c.Words, []string{"p", "q"}) || c.MinHTTP2 != 16 || c.kept != "k" {
		t.Errorf("check %+v", c)
	}
	if got := cfg.Checks["sample"]; got.Enabled || got.Schedule != "@daily" || got.Fields != any(c) {
		t.Errorf("check config %+v", got)
	}
	fresh := &sampleCheck{kept: "fresh"}
	if err := cfg.Configure("sample", fresh); err != nil {
		t.Fatal(err)
	}
	if fresh.Share != 1 || fresh.MinHTTP2 != 16 || fresh.kept != "fresh" {
		t.Errorf("a fresh check is configured as %+v", fresh)
	}
	for signal, check := range map[monitor.Signal]any{"sample": &SlackConfig{}, "other": fresh} {
		if err := cfg.Configure(signal, check); err == nil {
			t.Errorf("%T was configured as %s", check, signal)
		}
	}
}
