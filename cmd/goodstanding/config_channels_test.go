package main

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each secret of a channel can come from the file, a file of its own or the environment, and from one of them only.
func TestConfigOfChannels(t *testing.T) {
	const text = `
[web]
url = "https://gs.example.com/"
[slack]
token_file = "token"
[channels.room]
type = "slack"
channel = "C0123456789"
fallback = "ops-mail"
[channels.ops-mail]
type = "email"
server = "smtp.example.com:587"
user = "u"
password_file = "secret"
from = "a@example.com"
to = ["b@example.com"]
[channels.hook]
type = "webhook"
url = "https://example.com/hidden"
[channels.hook2]
type = "webhook"
url_file = "address"
secret_file = "secret"
[channels.am]
type = "alertmanager"
`
	dir := write(t, 0o600, map[string]string{"config.toml": text, "secret": "hidden\n", "token": "xoxb-hidden", "address": "https://example.com/hidden"})
	environment := map[string]string{"GOODSTANDING_CHANNEL_HOOK_SECRET": " hidden ", "GOODSTANDING_CHANNEL_AM_URL": "http://am.example.com:9093/hidden"}
	path := filepath.Join(dir, "config.toml")
	cfg, err := LoadConfig(path, func(name string) string { return environment[name] }, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := cfg.channelNames(); !slices.Equal(got, []string{"am", "hook", "hook2", "ops-mail", "room"}) {
		t.Errorf("channels %q: a token without a channel is for those below only", got)
	}
	senders, err := cfg.senders(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"am": "alertmanager: address ***", "hook": "webhook: address ***, signed true", "hook2": "webhook: address ***, signed true",
		"ops-mail": "e-mail: smtp.example.com:587, starttls, 1 recipients",
		"room":     `slack: token set, channel "C0123456789", webhook none, app token none`,
	}
	got := map[string]string{}
	for name, s := range senders {
		if name != logChannel {
			got[name] = fmt.Sprint(s)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("senders (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"room": "ops-mail"}, cfg.fallbacks()); diff != "" {
		t.Errorf("fallbacks (-want +got):\n%s", diff)
	}
	for _, text := range []string{fmt.Sprintf("%v %+v %#v", cfg, cfg, cfg), fmt.Sprint(cfg.Warnings)} {
		if strings.Contains(text, "hidden") {
			t.Errorf("a secret is shown: %s", text)
		}
	}
	environment["GOODSTANDING_CHANNEL_HOOK2_SECRET"] = "hidden"
	if _, err = LoadConfig(path, func(name string) string { return environment[name] }, nil); err == nil ||
		!strings.Contains(err.Error(), "channels.hook2.secret_file: it is set in more than one place (channels.hook2.secret_file, GOODSTANDING_CHANNEL_HOOK2_SECRET); keep one") {
		t.Errorf("error %v", err)
	}
}

// Without any channel alerts are in the log; that of [slack] comes first.
func TestConfigOfChannelsByDefault(t *testing.T) {
	for text, want := range map[string][]string{
		"": {"log"},
		"[slack]\nwebhook_url = \"https://hooks.slack.com/services/x\"\n[channels.a]\ntype = \"webhook\"\nurl = \"https://example.com/\"\n": {"slack", "a"},
	} {
		path := filepath.Join(write(t, 0o600, map[string]string{"config.toml": text}), "config.toml")
		cfg, err := LoadConfig(path, noEnv, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := cfg.channelNames(); !slices.Equal(got, want) {
			t.Errorf("channels %q, want %q", got, want)
		}
	}
}
