package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"goodstanding/alerts"
	"goodstanding/alerts/wording"
	"goodstanding/monitor"
)

// Webhook posts each notice as JSON to an address, signed as https://www.standardwebhooks.com describes it. docs/webhook.md
// has the fields. It is safe for concurrent use.
type Webhook struct {
	url  string
	key  []byte // nil: not signed
	page string
	http *http.Client
}

// NewWebhook returns a Webhook. A secret that begins with whsec_ is the key in base64; any other is the key itself; none: the
// posts are not signed. page is the address of the page, for links; it may be empty.
func NewWebhook(url, secret, page string) (*Webhook, error) {
	if err := alerts.CheckAddress(url); err != nil {
		return nil, fmt.Errorf("webhook: the address %w", err)
	}
	w := &Webhook{url: url, page: page, http: newHTTP()}
	if encoded, ok := strings.CutPrefix(secret, "whsec_"); ok {
		key, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || len(key) < 16 {
			return nil, fmt.Errorf("webhook: the secret is no base64 of 16 bytes or more after whsec_: make one with `openssl rand -base64 32`")
		}
		w.key = key
	} else if secret != "" {
		w.key = []byte(secret)
	}
	return w, nil
}

// String names the webhook without its address, which may be a secret.
func (w *Webhook) String() string {
	return fmt.Sprintf("webhook: address ***, signed %v", w.key != nil)
}

// GoString is String.
func (w *Webhook) GoString() string { return w.String() }

// LogValue is String, for a log that would write the fields.
func (w *Webhook) LogValue() slog.Value { return slog.StringValue(w.String()) }

// Send posts a notice. The header webhook-id is the same whenever a notice is posted again, so that a receiver can leave out
// what it has. It returns that id.
func (w *Webhook) Send(ctx context.Context, n monitor.Notice) (ref string, err error) {
	body, err := json.Marshal(bodyOf(n, w.page))
	if err != nil {
		return "", alerts.Permanent{Err: fmt.Errorf("write the notice as JSON: %w", err)}
	}
	id := fmt.Sprintf("goodstanding-%d-%d", n.At.Unix(), n.ID)
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	header := http.Header{}
	header.Set("Webhook-Id", id)
	header.Set("Webhook-Timestamp", stamp)
	if w.key != nil {
		header.Set("Webhook-Signature", sign(w.key, id, stamp, body))
	}
	if err := post(ctx, w.http, "post to the webhook", w.url, header, body, append(secretsOf(w.url), string(w.key))); err != nil {
		return "", err
	}
	return id, nil
}

// sign returns the signature of a post: HMAC-SHA256 over id, time and body, each parted by a dot.
func sign(key []byte, id, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + stamp + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// body is what a webhook is posted. Its fields are documented in docs/webhook.md, and do not change their meaning within a
// version.
type body struct {
	Version     int       `json:"version"`
	ID          int64     `json:"id,omitempty"`
	Kind        string    `json:"kind"`
	Event       string    `json:"event,omitempty"`
	At          time.Time `json:"at"`
	Account     string    `json:"account"`
	Marketplace string    `json:"marketplace"`
	Signal      string    `json:"signal"`
	Subject     string    `json:"subject"`
	Severity    string    `json:"severity,omitempty"`
	Was         string    `json:"was,omitempty"`
	Headline    string    `json:"headline"`
	Text        string    `json:"text,omitempty"`
	Changed     string    `json:"changed,omitempty"`
	Reason      string    `json:"reason,omitempty"`
	Quiet       bool      `json:"quiet"`
	Thread      string    `json:"thread,omitempty"`
	Page        string    `json:"page,omitempty"`
	Instead     string    `json:"instead_of,omitempty"`
	AckedBy     string    `json:"acknowledged_by,omitempty"`
	SnoozedTill string    `json:"snoozed_until,omitempty"`
	Finding     *finding  `json:"finding,omitempty"`
	Members     []body    `json:"members,omitempty"`
	More        int       `json:"more_members,omitempty"`
}

// finding is the numbers behind a notice. What buyers wrote is not in it.
type finding struct {
	Severity string     `json:"severity"`
	Value    *float64   `json:"value"`
	Limit    *float64   `json:"limit"`
	Defects  int        `json:"defects"`
	Orders   int        `json:"orders"`
	Unknown  int        `json:"unknown"`
	Headroom *int       `json:"headroom"`
	Recovery *int       `json:"recovery"`
	Window   *window    `json:"window"`
	Summary  string     `json:"summary"`
	Advice   string     `json:"advice,omitempty"`
	DataAsOf *time.Time `json:"data_as_of"`
	Evidence []evidence `json:"evidence,omitempty"`
}

type window struct {
	Days int    `json:"days"`
	From string `json:"from"`
	To   string `json:"to"`
}

type evidence struct {
	Order string `json:"order,omitempty"`
	SKU   string `json:"sku,omitempty"`
	ASIN  string `json:"asin,omitempty"`
	Day   string `json:"day,omitempty"`
	Why   string `json:"why,omitempty"`
}

// bodyOf writes out a notice.
func bodyOf(n monitor.Notice, page string) body {
	b := short(n)
	b.Version, b.ID, b.Page = 1, n.ID, page
	b.Text = impersonal(wording.Compose(n))
	b.Changed, b.Reason = wording.Clean(n.Changed, 600), wording.Clean(n.Reason, 600)
	b.Thread, b.Instead = strings.ToValidUTF8(n.Thread, "�"), n.Instead
	for _, e := range n.Finding.Evidence {
		if b.Finding == nil {
			break
		}
		row := evidence{Order: wording.Clean(e.OrderID, 100), SKU: wording.Clean(e.SKU, 200), ASIN: wording.Clean(e.ASIN, 40), Why: wording.Clean(e.Why, 300)}
		if e.Date != 0 {
			row.Day = e.Date.String()
		}
		b.Finding.Evidence = append(b.Finding.Evidence, row)
	}
	for _, m := range n.Members {
		if m.At.IsZero() {
			m.At = n.At
		}
		b.Members = append(b.Members, short(m))
	}
	b.More = n.More
	return b
}

// impersonal writes a message as plain lines, without what buyers wrote: what machines are sent may go anywhere.
func impersonal(m wording.Message) string {
	m.Quotes = wording.Lines{}
	return strings.Join(m.Text(), "\n")
}

// short writes out a notice without its text, its orders and its members.
func short(n monitor.Notice) body {
	kind := n.Kind
	if kind == "" {
		kind = monitor.KindAlert
	}
	b := body{
		Version: 1, Kind: string(kind), Event: string(n.Event), At: n.At.UTC(), Account: wording.Clean(n.Key.Account, 300),
		Marketplace: wording.Clean(string(n.Key.Marketplace), 100), Signal: wording.Clean(string(n.Key.Signal), 100),
		Subject: wording.Clean(n.Key.Subject, 300), Severity: string(n.Severity), Was: string(n.Was), Quiet: n.Quiet,
		Headline: wording.Compose(n).Headline,
	}
	if n.Acked.Holds(n.At) {
		b.AckedBy = wording.Clean(n.Acked.By, 100)
	}
	if n.Snoozed.Holds(n.At) && !n.Snoozed.Until.IsZero() {
		b.SnoozedTill = n.Snoozed.Until.UTC().Format(time.RFC3339)
	}
	f := n.Finding
	if f.Severity == "" {
		return b
	}
	b.Finding = &finding{
		Severity: string(f.Severity), Value: finite(f.Value), Limit: finite(f.Limit), Defects: f.Defects, Orders: f.Orders, Unknown: f.Unknown,
		Headroom: f.Headroom, Recovery: f.Recovery, Summary: wording.Clean(f.Summary, 600), Advice: wording.Clean(f.Advice, 1000),
	}
	if f.Window != nil {
		b.Finding.Window = &window{f.Window.Days, f.Window.From.String(), f.Window.To.String()}
	}
	if !f.DataAsOf.IsZero() {
		as := f.DataAsOf.UTC()
		b.Finding.DataAsOf = &as
	}
	return b
}

// finite drops a number that JSON cannot say.
func finite(v *float64) *float64 {
	if v == nil || *v-*v != 0 {
		return nil
	}
	return v
}
