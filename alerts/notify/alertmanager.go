package notify

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
	"unicode"

	"goodstanding/alerts"
	"goodstanding/alerts/wording"
	"goodstanding/monitor"
)

// Alertmanager posts alerts to an Alertmanager, by its API v2, so that its routes, silences and receivers apply. It is safe
// for concurrent use.
//
// Alertmanager holds an alert to be over once its endsAt has passed, and forgets all alerts when it restarts. So what lasts
// is posted with an end far ahead, and Keep posts it again.
type Alertmanager struct {
	url     string // with /api/v2/alerts
	auth    string // of the header; empty: none
	secrets []string
	page    string
	http    *http.Client
}

// hold is how long an alert lasts in Alertmanager without another word. Were it short, an alert would be resolved there
// because Goodstanding is down: no data is never an all-clear.
const hold = 7 * 24 * time.Hour

// mostAlerts is how many alerts are posted at once.
const mostAlerts = 64

// NewAlertmanager returns an Alertmanager. url is its address without /api/v2; with a user the password is for basic
// authentication, without one it is a bearer token; page is the address of the page, for links. All but url may be empty.
func NewAlertmanager(url, user, password, page string) (*Alertmanager, error) {
	if err := alerts.CheckAddress(url); err != nil {
		return nil, fmt.Errorf("alertmanager: the address %w", err)
	}
	a := &Alertmanager{url: strings.TrimSuffix(url, "/") + "/api/v2/alerts", page: page, http: newHTTP(), secrets: append(secretsOf(url), password)}
	switch {
	case user != "":
		pair := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
		a.auth, a.secrets = "Basic "+pair, append(a.secrets, pair)
	case password != "":
		a.auth = "Bearer " + password
	}
	return a, nil
}

// String names the Alertmanager without its address, which may hold a password.
func (a *Alertmanager) String() string { return "alertmanager: address ***" }

// GoString is String.
func (a *Alertmanager) GoString() string { return a.String() }

// LogValue is String, for a log that would write the fields.
func (a *Alertmanager) LogValue() slog.Value { return slog.StringValue(a.String()) }

// Send posts the alerts of a notice: those that last as firing, those that are over as resolved. A digest and a silence that
// ends are no alerts, and nothing is posted.
func (a *Alertmanager) Send(ctx context.Context, n monitor.Notice) (ref string, err error) {
	return "", a.post(ctx, a.alerts(n))
}

// Keep posts again what lasts: the last word about each alert that was told in the channel.
func (a *Alertmanager) Keep(ctx context.Context, at time.Time, told []monitor.Notice) error {
	var all []alert
	for _, n := range told {
		if n.Event == monitor.Resolved {
			continue
		}
		severity := n.Severity
		if severity == monitor.Blind {
			severity = n.Was // frozen: it stays what it was
		}
		if !severity.Worse(monitor.OK) {
			continue
		}
		one := a.alert(n, severity)
		one.EndsAt = at.Add(hold).UTC()
		all = append(all, one)
	}
	return a.post(ctx, all)
}

func (a *Alertmanager) post(ctx context.Context, all []alert) error {
	header := http.Header{}
	if a.auth != "" {
		header.Set("Authorization", a.auth)
	}
	for len(all) > 0 {
		some := all[:min(len(all), mostAlerts)]
		all = all[len(some):]
		body, err := json.Marshal(some)
		if err != nil {
			return alerts.Permanent{Err: fmt.Errorf("write the alerts as JSON: %w", err)}
		}
		if err := post(ctx, a.http, "post to Alertmanager", a.url, header, body, a.secrets); err != nil {
			return err
		}
	}
	return nil
}

// alert is a postableAlert of the API.
type alert struct {
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"`
	GeneratorURL string            `json:"generatorURL,omitempty"`
}

// alerts are those that a notice is about.
func (a *Alertmanager) alerts(n monitor.Notice) []alert {
	switch n.Kind {
	case monitor.KindDigest, monitor.KindSilence:
		return nil
	case monitor.KindTest:
		test := a.alert(n, monitor.Watch)
		test.Labels["alertname"], test.EndsAt = "GoodstandingTest", n.At.Add(5*time.Minute)
		return []alert{test}
	}
	if len(n.Members) == 0 || n.Kind == monitor.KindAlert || n.Kind == "" {
		return a.states(n)
	}
	var all []alert
	for _, m := range n.Members {
		if m.At.IsZero() {
			m.At = n.At
		}
		all = append(all, a.states(m)...)
	}
	return all
}

// states says what an alert is, and that it is not what it was: the severity is a label, so that routes can use it, and to
// Alertmanager an alert with another label is another one.
func (a *Alertmanager) states(n monitor.Notice) []alert {
	if n.Event == monitor.WentBlind || n.Severity == monitor.Blind {
		return nil // frozen: it stays what it was
	}
	var all []alert
	for _, severity := range []monitor.Severity{monitor.Critical, monitor.Warning, monitor.Watch} {
		is := severity == n.Severity && n.Event != monitor.Resolved
		one := a.alert(n, severity)
		if !is {
			one.EndsAt = n.At // Alertmanager tells nobody of an end of what it never had
		}
		all = append(all, one)
	}
	return all
}

// alert writes out an alert of a severity that lasts.
func (a *Alertmanager) alert(n monitor.Notice, severity monitor.Severity) alert {
	n.Members = nil
	w := wording.Compose(n)
	started := n.Opened
	if started.IsZero() || started.After(n.At) {
		started = n.At
	}
	one := alert{
		Labels: map[string]string{"alertname": alertName(n.Key.Signal), "severity": string(severity), "source": "goodstanding"},
		Annotations: map[string]string{
			"summary": w.Headline, "description": impersonal(w), "advice": w.Advice,
		},
		StartsAt: started.UTC(), EndsAt: n.At.Add(hold).UTC(), GeneratorURL: a.page,
	}
	for name, value := range map[string]string{
		"account": n.Key.Account, "marketplace": string(n.Key.Marketplace), "signal": string(n.Key.Signal), "subject": n.Key.Subject,
	} {
		if v := wording.Clean(value, 200); v != "" {
			one.Labels[name] = v
		}
	}
	return one
}

// alertName writes a signal as alerts of Prometheus are named: late_shipment_rate becomes LateShipmentRate.
func alertName(s monitor.Signal) string {
	var b strings.Builder
	up := true
	for _, r := range string(s) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			up = true
			continue
		}
		if up {
			r = unicode.ToUpper(r)
		}
		up = false
		b.WriteRune(r)
	}
	if b.Len() == 0 {
		return "Goodstanding"
	}
	return b.String()
}
