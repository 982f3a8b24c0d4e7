package main

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"goodstanding/alerts"
	"goodstanding/alerts/notify"
	"goodstanding/alerts/slack"
)

// ChannelConfig is a section [channels.NAME]: a place where people are told, besides that of [slack]. Which keys it has
// depends on its type; a Secret holds the address where that is one.
type ChannelConfig struct {
	Type string // slack, webhook, alertmanager or email

	Channel      string // of Slack, by the token of [slack]
	URL          Secret `toml:"url"` // of an incoming webhook of Slack, a webhook, or an Alertmanager
	URLFile      string `toml:"url_file"`
	Secret       Secret // that a webhook is signed with
	SecretFile   string
	Server       string // of e-mail
	Security     string
	User         string // of e-mail and of Alertmanager
	Password     Secret
	PasswordFile string
	CAFile       string `toml:"ca_file"` // of e-mail
	From         string
	To           []string

	Fallback string // the channel that is told of what could not be delivered here
}

// The channels that need no section.
const (
	slackChannel = "slack" // of [slack]
	logChannel   = "log"   // where there is none at all
)

// channelKeys are the keys of each type, besides type and fallback.
var channelKeys = map[string][]string{
	"slack":        {"channel", "url", "url_file"},
	"webhook":      {"url", "url_file", "secret", "secret_file"},
	"alertmanager": {"url", "url_file", "user", "password", "password_file"},
	"email":        {"server", "security", "user", "password", "password_file", "ca_file", "from", "to"},
}

var channelName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9_-]{0,40}$`) })

// channelNames returns the configured channels: that of [slack] first, then the others by name. Without any, alerts go to
// the log.
func (c *Config) channelNames() []string {
	var names []string
	if c.Slack.On() {
		names = append(names, slackChannel)
	}
	if names = append(names, slices.Sorted(maps.Keys(c.Channels))...); len(names) == 0 {
		return []string{logChannel}
	}
	return names
}

// channelVariable is the environment variable that takes the place of a secret of a channel: GOODSTANDING_CHANNEL_OPS_MAIL_PASSWORD.
func channelVariable(name, key string) string {
	return "GOODSTANDING_CHANNEL_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_")) + "_" + strings.ToUpper(key)
}

// channels looks at the sections [channels.NAME].
func (v *validator) channels() {
	variables := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(v.cfg.Channels)) {
		c, key := v.cfg.Channels[name], dotted("channels", name)
		before := len(v.mistakes)
		switch same := channelVariable(name, "x"); {
		case name == slackChannel || name == logChannel:
			v.say(key, "the name is taken by [slack] and the log; give the channel another one")
		case !channelName().MatchString(name):
			v.say(key, `a channel is named by small letters, digits, - and _, such as "ops-mail"`)
		case variables[same] != "":
			v.say(key, "its environment variables would be those of %s; give it another name", variables[same])
		default:
			variables[same] = name
		}
		v.channelKeys(name, key, &c)
		if len(v.mistakes) == before && !v.unreadBelow(key) {
			if _, err := v.cfg.sender(name, c, nil); err != nil {
				v.say(key, "%v", err)
			}
		}
		v.cfg.Channels[name] = c
	}
	for _, name := range v.cfg.channelNames() {
		key, fallback := dotted("channels", name)+".fallback", v.cfg.fallback(name)
		if name == slackChannel {
			key = "slack.fallback"
		}
		if fallback != "" && (fallback == name || !slices.Contains(v.cfg.channelNames(), fallback)) {
			v.suggest(key, nearest(fallback, v.cfg.channelNames()), "%q is no other channel; write the name of one: %s", fallback, strings.Join(v.cfg.channelNames(), ", "))
		}
	}
}

// unreadBelow says whether a value of a section could not be read.
func (v *validator) unreadBelow(key string) bool {
	return slices.ContainsFunc(v.mistakes[:v.unread], func(m Mistake) bool { return strings.HasPrefix(m.Key, key+".") })
}

// channelKeys fills in the secrets of a channel, and notes keys that its type does not have.
func (v *validator) channelKeys(name, key string, c *ChannelConfig) {
	types := slices.Sorted(maps.Keys(channelKeys))
	if c.Type == "" {
		v.say(key, "it has no type; write one of %s", strings.Join(types, ", "))
		return
	}
	v.oneOf(key+".type", c.Type, types...)
	own, ok := channelKeys[c.Type]
	if !ok {
		return
	}
	for _, k := range []string{"channel", "url", "url_file", "secret", "secret_file", "server", "security", "user", "password", "password_file", "ca_file", "from", "to"} {
		if v.given(key+"."+k) && !slices.Contains(own, k) {
			v.say(key+"."+k, "a channel of the type %s has no such key; it has %s", c.Type, strings.Join(own, ", "))
		}
	}
	for _, s := range []struct {
		key    string
		secret *Secret
		file   *string
	}{{"url", &c.URL, &c.URLFile}, {"secret", &c.Secret, &c.SecretFile}, {"password", &c.Password, &c.PasswordFile}} {
		if slices.Contains(own, s.key) {
			v.secret(s.secret, key+"."+s.key, s.file, channelVariable(name, s.key))
		}
	}
	if c.CAFile != "" {
		c.CAFile = v.path(c.CAFile)
	}
	if c.Type == "email" {
		c.Security = cmp.Or(c.Security, "starttls")
	}
	if c.URL != "" && !webAddress(string(c.URL)) && c.Type != "alertmanager" {
		v.say(key+".url", "want an address that begins with https://")
	}
	if c.Type == "webhook" && c.Secret == "" {
		v.warn("%s has no secret: its receiver cannot tell our messages from those of others", key)
	}
	if strings.ContainsFunc(c.Channel, unicode.IsSpace) {
		v.say(key+".channel", `%q is no channel; write one such as "#account-health" or its ID`, c.Channel)
	}
}

// fallback returns the channel that is told of what could not be delivered in a channel; "": none.
func (c *Config) fallback(name string) string {
	if name == slackChannel {
		return c.Slack.Fallback
	}
	return c.Channels[name].Fallback
}

// fallbacks returns all of them.
func (c *Config) fallbacks() map[string]string {
	all := map[string]string{}
	for _, name := range c.channelNames() {
		if f := c.fallback(name); f != "" {
			all[name] = f
		}
	}
	return all
}

// slackConfig is what a client of the bot of [slack] is made of.
func (c *Config) slackConfig(channel string) slack.Config {
	return slack.Config{
		Token: string(c.Slack.Token), Channel: channel, AppToken: string(c.Slack.AppToken), APIURL: c.Slack.APIURL, Page: c.Web.URL,
	}
}

// sender makes what sends to a channel of a section.
func (c *Config) sender(name string, ch ChannelConfig, log *slog.Logger) (alerts.Sender, error) {
	switch ch.Type {
	case "slack":
		switch {
		case ch.URL != "" && ch.Channel != "":
			return nil, errors.New("it has both a channel and a url; an incoming webhook writes to the channel that it was made for: keep one")
		case ch.URL != "":
			return slack.New(slack.Config{WebhookURL: string(ch.URL), Page: c.Web.URL})
		case ch.Channel == "":
			return nil, errors.New(`nothing says where to write; set channel, such as "#account-health", or the url of an incoming webhook`)
		case c.Slack.Token == "":
			return nil, errors.New("it writes by the bot of [slack], which has no token; set slack.token_file, or the url of an incoming webhook here")
		}
		return slack.New(c.slackConfig(ch.Channel))
	case "webhook":
		if ch.URL == "" {
			return nil, errors.New("nothing says where to post; set url, url_file or " + channelVariable(name, "url"))
		}
		return notify.NewWebhook(string(ch.URL), string(ch.Secret), c.Web.URL)
	case "alertmanager":
		if ch.URL == "" {
			return nil, errors.New(`nothing says where it is; set url, such as "http://127.0.0.1:9093"`)
		}
		return notify.NewAlertmanager(string(ch.URL), ch.User, string(ch.Password), c.Web.URL)
	case "email":
		roots, err := rootsOf(ch.CAFile)
		if err != nil {
			return nil, err
		}
		warn := func(err error) {
			if log != nil {
				log.Warn("a recipient does not get the e-mails", "channel", name, "error", err)
			}
		}
		return notify.NewEmail(notify.EmailConfig{
			Server: ch.Server, Security: ch.Security, User: ch.User, Password: string(ch.Password), From: ch.From, To: ch.To,
			Page: c.Web.URL, Roots: roots, Warn: warn,
		})
	}
	return nil, fmt.Errorf("there is no channel of the type %q", ch.Type)
}

// rootsOf reads the certificates that a mail server's is checked by; nil: this machine's.
func rootsOf(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil //nolint:nilnil // no pool is the machine's
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read ca_file: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s holds no certificate; want PEM, which begins with -----BEGIN CERTIFICATE-----", file)
	}
	return pool, nil
}

// senders makes what sends to each channel.
func (c *Config) senders(log *slog.Logger) (map[string]alerts.Sender, error) {
	all := map[string]alerts.Sender{logChannel: logSender{log}}
	if c.Slack.On() {
		settings := slack.Config{WebhookURL: string(c.Slack.WebhookURL), Page: c.Web.URL}
		if c.Slack.WebhookURL == "" {
			settings = c.slackConfig(c.Slack.Channel)
		}
		client, err := slack.New(settings)
		if err != nil {
			return nil, err
		}
		all[slackChannel] = client
	}
	for name, ch := range c.Channels {
		s, err := c.sender(name, ch, log)
		if err != nil {
			return nil, fmt.Errorf("channel %s: %w", name, err)
		}
		all[name] = s
	}
	return all, nil
}
