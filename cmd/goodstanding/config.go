package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// Config is the whole configuration. Its fields are the keys of the file, in snake_case; what each means is in
// configHelp, beside which the example file is made.
type Config struct {
	DataDir     string
	InboxDir    string // as the three below: by LoadConfig below DataDir where the file does not say
	ArchiveDir  string
	RejectedDir string
	Database    string
	TimeZone    string
	LogLevel    slog.Level
	LogFormat   string // text or json

	Web      WebConfig
	Slack    SlackConfig
	Alerts   AlertsConfig
	Routes   []RouteConfig
	Hours    map[string]HoursConfig // by the channel's name
	Inbox    InboxConfig
	Schedule ScheduleConfig
	Channels map[string]ChannelConfig // by their names
	Accounts map[string]AccountConfig // by the name of the account's folder
	Limits   []LimitConfig

	Complaints []ComplaintsConfig

	Checks   map[monitor.Signal]CheckConfig `toml:"-"` // every check, in the file or not
	Location *time.Location                 `toml:"-"` // of TimeZone
	Path     string                         `toml:"-"` // of the file, as it was given; empty: there was none
	Warnings []string                       `toml:"-"` // what is not wrong but unwise, for the log
}

// WebConfig is the section [web].
type WebConfig struct {
	Listen string // host:port; empty: off
	URL    string `toml:"url"` // by which people reach the page; empty: messages have no link to it
	Hosts  []string
}

// SlackConfig is the section [slack].
type SlackConfig struct {
	Token          Secret
	TokenFile      string
	Channel        string
	WebhookURL     Secret `toml:"webhook_url"`
	WebhookURLFile string `toml:"webhook_url_file"`
	APIURL         string `toml:"api_url"` // with a slash at its end; empty: Slack's own
	AppToken       Secret // for the buttons; empty: messages have none
	AppTokenFile   string
	AllowUsers     []string // member ids that may press them; empty: everybody in the channel
	AllowChannels  []string // ids of the channels that presses are taken from; empty: any that messages went to
	Fallback       string   // the channel that is told of what could not be delivered here
	NotifyFrom     monitor.Severity
}

// On says whether there is a channel of Slack to send to. Channel with the Token, or WebhookURL, is set then, never both.
func (s SlackConfig) On() bool { return s.Token != "" && s.Channel != "" || s.WebhookURL != "" }

// InboxConfig is the section [inbox].
type InboxConfig struct {
	Poll   time.Duration
	Settle time.Duration
}

// ScheduleConfig is the section [schedule]: specs as schedule.Validate describes them.
type ScheduleConfig struct {
	Daily   string // of checks of what changes slowly
	Checks  string
	Deliver string
}

// AccountConfig is a section [accounts.NAME].
type AccountConfig struct {
	Marketplace monitor.Marketplace
	Name        string
}

// LimitConfig is a section [[limits]]: nil leaves Amazon's own, empty matches any.
type LimitConfig struct {
	Account     string
	Marketplace monitor.Marketplace
	Signal      monitor.Signal
	MatchDays   int
	Limit       *float64
	Days        *int
	EndLagDays  *int
}

// ComplaintsConfig is a section [[complaints]]: phrases by which causes are read, besides those built in.
type ComplaintsConfig struct {
	Cause    monitor.Cause
	Language string // empty: any
	Phrases  []string
	Except   []string
}

// CheckConfig is what every section [checks.SIGNAL] has, besides the check's own fields.
type CheckConfig struct {
	Enabled  bool
	Schedule string // by LoadConfig that of ScheduleConfig where the file does not say
	Fields   any    `toml:"-"` // the check itself, with the file's values
}

// CheckTarget is a check to be configured: a pointer to a struct that holds its defaults. Each exported field is a
// setting: a float64 (a share, 0 to 1), an int or a time.Duration (0 or more), a bool, a string or a list of strings. Its
// tag `help:"..."` is its comment in the example file.
type CheckTarget struct {
	Signal string
	About  string // a sentence for the example file; may be empty
	Daily  bool   // its schedule is that of ScheduleConfig.Daily unless the file says otherwise
	Fields any
}

// The environment variables that take the place of a secret in the file.
const (
	tokenVariable   = "GOODSTANDING_SLACK_TOKEN"
	webhookVariable = "GOODSTANDING_SLACK_WEBHOOK_URL"
	appVariable     = "GOODSTANDING_SLACK_APP_TOKEN"
)

// defaultConfig is what is so unless the file says otherwise.
func defaultConfig() Config {
	return Config{
		DataDir:   "/var/lib/goodstanding",
		TimeZone:  "Local",
		LogLevel:  slog.LevelInfo,
		LogFormat: "text",
		Web:       WebConfig{Listen: "127.0.0.1:9464"},
		Slack:     SlackConfig{NotifyFrom: monitor.Warning},
		Alerts:    defaultAlerts(),
		Inbox:     InboxConfig{Poll: 5 * time.Second, Settle: 3 * time.Second},
		Schedule:  ScheduleConfig{Checks: "*/15 * * * *", Daily: "20 6 * * *", Deliver: "@every 15s"},
	}
}

// LoadConfig reads a configuration file and the environment, and puts what it says of the checks into their fields. An
// empty path stands for an empty file in the working directory. Relative paths in the file are taken from its folder.
//
// It returns a *ConfigError with all mistakes at once, by line; the checks are then as they were. Any other error is a
// check that cannot be configured, or a disk that fails.
func LoadConfig(path string, env func(string) string, checks []CheckTarget) (*Config, error) {
	copies, err := copyChecks(checks)
	if err != nil {
		return nil, err
	}
	var text []byte
	if path != "" {
		text, err = os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &ConfigError{path, []Mistake{{Problem: "there is no such file; `goodstanding config example` writes one to start from"}}}
		}
		if err != nil {
			return nil, fmt.Errorf("read the configuration: %w", err)
		}
	}
	root, mistake := parseTOML(text)
	if mistake != nil {
		return nil, &ConfigError{path, []Mistake{*mistake}}
	}
	cfg := defaultConfig()
	cfg.Path = path
	d := &decoder{lines: map[string]int{}, checks: copies}
	d.config(root, &cfg, copies)

	base, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("find the folder of the configuration: %w", err)
	}
	v := &validator{cfg: &cfg, copies: copies, base: base, env: env, lines: d.lines, mistakes: d.mistakes, unread: len(d.mistakes)}
	v.all()
	if len(v.mistakes) > 0 {
		sortMistakes(v.mistakes)
		return nil, &ConfigError{path, v.mistakes}
	}
	for i, c := range checks {
		reflect.ValueOf(c.Fields).Elem().Set(copies[i].value)
	}
	for i, c := range checks {
		signal := monitor.Signal(c.Signal)
		check := cfg.Checks[signal]
		check.Fields = checks[i].Fields
		cfg.Checks[signal] = check
	}
	return &cfg, nil
}

// Configure puts what the file says of a check into another value of the same type. A check is made for the limits that
// the file gives, so it can be made only after the file is read.
func (c *Config) Configure(signal monitor.Signal, check any) error {
	from, into := reflect.ValueOf(c.Checks[signal].Fields), reflect.ValueOf(check)
	if !from.IsValid() || from.Type() != into.Type() {
		return fmt.Errorf("configure check %s: it was read as %T and is a %T", signal, c.Checks[signal].Fields, check)
	}
	fields := settingFields(from.Elem())
	for i, f := range settingFields(into.Elem()) {
		f.value.Set(fields[i].value)
	}
	return nil
}

// Book returns Amazon's rules with the limits of the file.
func (c *Config) Book() policy.Book {
	var book policy.Book
	for _, l := range c.Limits {
		book.Overrides = append(book.Overrides, l.override())
	}
	return book
}

func (l LimitConfig) override() policy.Override {
	return policy.Override{Account: l.Account, Marketplace: l.Marketplace, Signal: l.Signal, MatchDays: l.MatchDays,
		Limit: l.Limit, Days: l.Days, EndLag: l.EndLagDays}
}

// checkCopy is a check with the values that it has so far.
type checkCopy struct {
	signal monitor.Signal
	daily  bool
	value  reflect.Value // the struct
}

// copyChecks copies the checks, so that a file with mistakes changes none of them.
func copyChecks(checks []CheckTarget) ([]checkCopy, error) {
	var copies []checkCopy
	own := settingFields(reflect.ValueOf(&CheckConfig{}).Elem())
	for _, c := range checks {
		p := reflect.ValueOf(c.Fields)
		if p.Kind() != reflect.Pointer || p.IsNil() || p.Elem().Kind() != reflect.Struct {
			return nil, fmt.Errorf("check %s cannot be configured: want a pointer to its struct, got %T", c.Signal, c.Fields)
		}
		v := reflect.New(p.Type().Elem()).Elem()
		v.Set(p.Elem())
		for _, f := range settingFields(v) {
			if !settable(f.value.Type()) {
				return nil, fmt.Errorf("check %s cannot be configured: %s has the type %s, which no file can hold", c.Signal, f.key, f.value.Type())
			}
			if slices.ContainsFunc(own, func(o settingField) bool { return o.key == f.key }) {
				return nil, fmt.Errorf("check %s cannot be configured: every check has a setting %s, so its own needs another name", c.Signal, f.key)
			}
		}
		copies = append(copies, checkCopy{monitor.Signal(c.Signal), c.Daily, v})
	}
	return copies, nil
}

// config puts the whole file into cfg and the checks.
func (d *decoder) config(root *tomlNode, cfg *Config, checks []checkCopy) {
	var sections map[string]CheckConfig // only to name the key: the sections differ from check to check
	fields := append(settingFields(reflect.ValueOf(cfg).Elem()), settingField{key: "checks", value: reflect.ValueOf(&sections).Elem()})
	section := root.table["checks"]
	rest := *root
	rest.keys = slices.DeleteFunc(slices.Clone(root.keys), func(k string) bool { return k == "checks" })
	d.table(&rest, "", fields)

	cfg.Checks = map[monitor.Signal]CheckConfig{}
	for _, c := range checks {
		cfg.Checks[c.signal] = CheckConfig{Enabled: true}
	}
	if section == nil {
		return
	}
	if section.kind != unstable.Table {
		d.wrongType(section, "checks", "sections [checks.SIGNAL]")
		return
	}
	for _, key := range section.keys {
		n, path := section.table[key], dotted("checks", key)
		i := slices.IndexFunc(checks, func(c checkCopy) bool { return string(c.signal) == key })
		if i < 0 {
			var names []string
			for _, c := range checks {
				names = append(names, string(c.signal))
			}
			d.mistakes = append(d.mistakes, Mistake{Line: n.line, Key: path, Problem: "there is no such check", Suggestion: nearest(key, names)})
			continue
		}
		if d.lines[path] = n.line; n.kind != unstable.Table {
			d.wrongType(n, path, "a section ["+path+"]")
			continue
		}
		own := cfg.Checks[checks[i].signal]
		d.table(n, path, append(settingFields(reflect.ValueOf(&own).Elem()), settingFields(checks[i].value)...))
		cfg.Checks[checks[i].signal] = own
	}
}

// knownKeys returns every key that a file may have, dotted.
func knownKeys(checks []checkCopy) []string {
	var keys []string
	cfg := defaultConfig()
	for _, f := range settingFields(reflect.ValueOf(&cfg).Elem()) {
		if f.value.Kind() == reflect.Struct {
			for _, g := range settingFields(f.value) {
				keys = append(keys, f.key+"."+g.key)
			}
			continue
		}
		keys = append(keys, f.key)
	}
	for _, c := range checks {
		for _, f := range settingFields(c.value) {
			keys = append(keys, "checks."+string(c.signal)+"."+f.key)
		}
	}
	return keys
}

// checkSignals returns the signals of the checks, sorted.
func (c *Config) checkSignals() []monitor.Signal { return slices.Sorted(maps.Keys(c.Checks)) }
