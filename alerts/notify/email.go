package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wneessen/go-mail"

	"goodstanding/alerts"
	"goodstanding/alerts/wording"
	"goodstanding/monitor"
)

// EmailConfig says which mail server takes the messages, and whom they are for.
type EmailConfig struct {
	Server   string   // host:port
	Security string   // "starttls", "tls" from the first byte on, or "none", which is for a server on this machine
	User     string   // empty: the server asks for no login
	Password string   // never sent without TLS
	From     string   // an address, with or without a name
	To       []string // addresses
	Page     string   // the address of the page, for a link; empty: none

	Roots   *x509.CertPool // that the server's certificate is checked by; nil: this machine's
	Timeout time.Duration  // of one message; 0: 20 s
	Warn    func(error)    // told of a recipient that the server refuses while others have the message; nil: nobody is
}

// Email sends notices by SMTP: each a message of its own, in the thread of its alert. It is safe for concurrent use.
type Email struct {
	config EmailConfig
	host   string
	port   int
	from   *netmail.Address
	to     []*netmail.Address

	mu   sync.Mutex
	took map[int64]map[string]bool // who has a notice that others have not yet
}

// NewEmail returns an Email, or an error that says what to change.
func NewEmail(c EmailConfig) (*Email, error) {
	host, port, err := net.SplitHostPort(c.Server)
	n, bad := strconv.Atoi(port)
	if err != nil || bad != nil || host == "" || n <= 0 || n > 65535 {
		return nil, fmt.Errorf("e-mail: %q is no server; write host and port, such as \"smtp.example.com:587\"", c.Server)
	}
	e := &Email{config: c, host: host, port: n, took: map[int64]map[string]bool{}}
	switch {
	case c.Security != "starttls" && c.Security != "tls" && c.Security != "none":
		return nil, fmt.Errorf("e-mail: %q is no security; write starttls, tls or none", c.Security)
	case c.Security == "none" && !loopback(host):
		return nil, errors.New("e-mail: without TLS anybody on the way can read the messages; write starttls or tls, or use a server on this machine")
	case c.Security == "none" && c.Password != "":
		return nil, errors.New("e-mail: a password is not sent without TLS; write starttls or tls")
	case (c.User == "") != (c.Password == ""):
		return nil, errors.New("e-mail: a login needs a user and a password")
	}
	if e.from, err = address(c.From); err != nil {
		return nil, fmt.Errorf("e-mail: from: %w", err)
	}
	for _, to := range c.To {
		a, err := address(to)
		if err != nil {
			return nil, fmt.Errorf("e-mail: to: %w", err)
		}
		e.to = append(e.to, a)
	}
	if len(e.to) == 0 {
		return nil, errors.New("e-mail: nobody is named; write whom the messages are for")
	}
	if e.config.Timeout <= 0 {
		e.config.Timeout = 20 * time.Second
	}
	return e, nil
}

// String names the channel without its password.
func (e *Email) String() string {
	return fmt.Sprintf("e-mail: %s, %s, %d recipients", e.config.Server, e.config.Security, len(e.to))
}

// GoString is String.
func (e *Email) GoString() string { return e.String() }

// LogValue is String, for a log that would write the fields.
func (e *Email) LogValue() slog.Value { return slog.StringValue(e.String()) }

// String names the settings without the password, so that a printed configuration does not give it away.
func (c EmailConfig) String() string {
	return fmt.Sprintf("e-mail: %s, %s, user %q, from %q, to %q", c.Server, c.Security, c.User, c.From, c.To)
}

// GoString is String.
func (c EmailConfig) GoString() string { return c.String() }

// LogValue is String, for a log that would write the fields.
func (c EmailConfig) LogValue() slog.Value { return slog.StringValue(c.String()) }

func address(text string) (*netmail.Address, error) {
	a, err := netmail.ParseAddress(text)
	if err != nil {
		return nil, fmt.Errorf("%q is no address; write one such as \"alerts@example.com\"", text)
	}
	return a, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send sends a notice to everybody, and returns the Message-ID of the first notice of its thread, by which mail programs put
// its notices together. It is the same whenever a notice is sent again. A change that only an edit is worth is not sent.
//
// Each recipient has a transaction of its own: an address that the server refuses keeps the message from nobody else. Who
// has it does not get it again when another is tried later, as long as this process lives; an address that is refused for good
// while others have the message is not tried again. A connection that is cut after the last byte leaves open whether the
// message arrived; it is sent again then, under the same Message-ID.
func (e *Email) Send(ctx context.Context, n monitor.Notice) (ref string, err error) {
	if n.Quiet {
		return n.Root, nil
	}
	ctx, cancel := context.WithTimeout(ctx, e.config.Timeout)
	defer cancel()
	_, domain, _ := strings.Cut(e.from.Address, "@")
	id := fmt.Sprintf("goodstanding-%d-%d@%s", n.At.Unix(), n.ID, domain)
	ref = n.Root
	if ref == "" {
		ref = "<" + id + ">"
	}
	client, hangUp, err := e.dial(ctx)
	if err != nil {
		return "", e.explain("reach the mail server", err)
	}
	defer hangUp()
	var again, refused error
	for _, to := range e.to {
		if e.has(n.ID, to.Address) {
			continue
		}
		m, err := e.message(n, id, to)
		if err != nil {
			return "", alerts.Permanent{Err: fmt.Errorf("write the e-mail: %w", err)}
		}
		if err := client(m); err != nil && !m.IsDelivered() { // what fails behind it, such as saying goodbye, is no failure
			failure := e.explain("send e-mail to "+to.Address, err)
			var retry alerts.Retry
			if errors.As(failure, &retry) && retry.After == 0 {
				again = failure
			} else {
				refused = failure
			}
			continue
		}
		e.note(n.ID, to.Address)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case again != nil:
		return "", again
	case refused != nil && len(e.took[n.ID]) == 0:
		return "", refused
	case refused != nil && e.config.Warn != nil:
		e.config.Warn(refused)
	}
	delete(e.took, n.ID)
	return ref, nil
}

func (e *Email) has(id int64, to string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.took[id][to]
}

func (e *Email) note(id int64, to string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.took[id] == nil {
		e.took[id] = map[string]bool{}
	}
	e.took[id][to] = true
}

// dial opens a connection, logs in, and returns how to send by it and how to end it.
func (e *Email) dial(ctx context.Context) (send func(*mail.Msg) error, hangUp func(), err error) {
	trust := &tls.Config{ServerName: e.host, RootCAs: e.config.Roots, MinVersion: tls.VersionTLS12}
	var conn net.Conn // the library leaves it open when a login fails
	dialer := &net.Dialer{}
	options := []mail.Option{
		mail.WithPort(e.port), mail.WithTimeout(e.config.Timeout), mail.WithHELO("localhost"), mail.WithTLSConfig(trust),
		mail.WithDialContextFunc(func(ctx context.Context, network, address string) (c net.Conn, err error) {
			if e.config.Security == "tls" {
				c, err = (&tls.Dialer{NetDialer: dialer, Config: trust}).DialContext(ctx, network, address)
			} else {
				c, err = dialer.DialContext(ctx, network, address)
			}
			conn = c
			return c, err
		}),
	}
	switch e.config.Security {
	case "starttls":
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	case "tls":
		options = append(options, mail.WithSSL())
	default:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	}
	if e.config.User != "" {
		options = append(options, mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlain, mail.SMTPAuthLogin), mail.WithUsername(e.config.User), mail.WithPassword(e.config.Password))
	}
	c, err := mail.NewClient(e.host, options...)
	if err != nil {
		return nil, nil, err
	}
	session, err := c.DialToSMTPClientWithContext(ctx)
	if err != nil {
		if conn != nil {
			err = errors.Join(err, conn.Close())
		}
		return nil, nil, err
	}
	send = func(m *mail.Msg) error { return c.SendWithSMTPClient(session, m) }
	hangUp = func() {
		_ = c.CloseWithSMTPClient(session) // what was taken was taken, goodbye or not
		_ = conn.Close()
	}
	return send, hangUp, nil
}

// explain says what a failure means for the notice, without the password.
func (e *Email) explain(what string, err error) error {
	secrets := []string{e.config.Password}
	for _, pair := range []string{e.config.Password, e.config.User, "\x00" + e.config.User + "\x00" + e.config.Password} {
		secrets = append(secrets, base64.StdEncoding.EncodeToString([]byte(pair)))
	}
	if e.config.Password == "" {
		secrets = nil
	}
	said := errors.New(what + ": " + wording.Clean(redact(err.Error(), secrets), 300))
	var sent *mail.SendError
	var unknown x509.UnknownAuthorityError
	var wrong x509.HostnameError
	switch {
	case errors.As(err, &sent) && sent.ErrorCode() >= 500 && (sent.Reason == mail.ErrSMTPDataClose || sent.Reason == mail.ErrSMTPData):
		return alerts.Permanent{Err: said} // the message itself is refused
	case errors.As(err, &sent) && sent.ErrorCode() >= 500:
		return alerts.Retry{After: mending, Err: fmt.Errorf("%w: check the address", said)}
	case strings.Contains(err.Error(), "SMTP AUTH"), strings.Contains(strings.ToLower(err.Error()), "auth"):
		return alerts.Retry{After: mending, Err: fmt.Errorf("%w: check user and password", said)}
	case errors.As(err, &unknown), errors.As(err, &wrong), strings.Contains(err.Error(), "STARTTLS"):
		return alerts.Retry{After: mending, Err: fmt.Errorf("%w: check the server, its certificate and its security", said)}
	}
	return alerts.Retry{Err: said}
}

// message writes the e-mail to one of the recipients.
func (e *Email) message(n monitor.Notice, id string, to *netmail.Address) (*mail.Msg, error) {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	m.FromMailAddress(e.from)
	m.ToMailAddress(to)
	w := wording.Compose(n)
	first := w.Headline
	if n.Root != "" && len(n.Members) > 0 {
		first = wording.News(n).Headline // the table is below
	}
	m.Subject(wording.Cut(first, 250))
	m.SetMessageIDWithValue(id)
	m.SetDateWithValue(n.At)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("X-Auto-Response-Suppress", "All")
	m.SetGenHeader("X-Goodstanding-Severity", string(known(n.Severity)))
	if root := strings.TrimSpace(n.Root); strings.HasPrefix(root, "<") && strings.HasSuffix(root, ">") && !strings.ContainsAny(root, " \r\n") {
		m.SetGenHeader(mail.HeaderInReplyTo, root)
		m.SetGenHeader(mail.HeaderReferences, root)
	}
	text := strings.Join(w.Text(), "\n\n")
	if e.config.Page != "" {
		text += "\n\n" + e.config.Page
	}
	m.SetBodyString(mail.TypeTextPlain, text+"\n")
	var page bytes.Buffer
	if err := emailPage().Execute(&page, emailView{Message: w, Called: names(n.Mention), Page: e.config.Page}); err != nil {
		return nil, err
	}
	m.AddAlternativeString(mail.TypeTextHTML, page.String())
	if table := wording.CSV(wording.Behind(n)); table != nil && w.Orders.Total > len(w.Orders.Shown) {
		err := m.AttachReader(fmt.Sprintf("orders-%d.csv", n.ID), bytes.NewReader(table), mail.WithFileContentType("text/csv; charset=utf-8"))
		if err != nil {
			return nil, err
		}
	}
	return m, nil
}

// known is a severity that may stand in a header.
func known(s monitor.Severity) monitor.Severity {
	if s.Rank() >= 0 || s == monitor.Blind {
		return s
	}
	return "unknown"
}

// names are those of who is called: in a mailbox they are only named.
func names(mention []string) string {
	var all []string
	for _, m := range mention {
		all = append(all, wording.Clean(m, 60))
	}
	return strings.Join(all, ", ")
}

type emailView struct {
	wording.Message
	Called, Page string
}

// Lists are the lists of a message in the order that they are read.
func (v emailView) Lists() []wording.Lines {
	var all []wording.Lines
	for _, l := range append(append([]wording.Lines{v.Details, v.Quotes}, v.Sections...), v.Orders) {
		if len(l.Shown) > 0 {
			all = append(all, l)
		}
	}
	return all
}

// More is how many lines of a list are not written out.
func (v emailView) More(l wording.Lines) int { return l.Total - len(l.Shown) }

// emailPage is the message as HTML: nothing is loaded from anywhere, nothing runs, and everything that came from outside is
// escaped by the template.
var emailPage = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("email").Parse(`<!doctype html>
<html lang="en"><body style="font-family:sans-serif;max-width:44em">
<h2>{{.Headline}}</h2>
{{with .Called}}<p>For {{.}}</p>
{{end}}{{with .Changed}}<p>{{.}}</p>
{{end}}{{if .Numbers}}<table cellpadding="4">{{range .Numbers}}<tr><th align="left">{{.Word}}</th><td>{{.Text}}</td></tr>{{end}}{{with .Outlook.Word}}<tr><th align="left">{{.}}</th><td>{{$.Outlook.Text}}</td></tr>{{end}}</table>
{{end}}{{with .Advice}}<p><b>Do today:</b> {{.}}</p>
{{end}}{{if .Drivers}}<p><b>Where it comes from</b></p><ul>{{range .Drivers}}<li>{{.Kind}} <code>{{.Name}}</code>: {{.Count}}</li>{{end}}</ul>
{{end}}{{range $l := .Lists}}{{with .Title}}<p><b>{{.}}</b></p>{{end}}<ul style="list-style:none">{{range .Shown}}<li>{{.}}</li>{{end}}{{with $.More $l}}<li>+{{.}} more</li>{{end}}</ul>
{{end}}<hr><p style="color:#555">{{range .Footer}}{{.}}<br>{{end}}{{with .Page}}<a href="{{.}}">Open the page</a>{{end}}</p>
</body></html>
`))
})
