package notify_test

import (
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/alerts/notify"
	"goodstanding/monitor"
)

func mailer(t *testing.T, s *smtpServer, change func(*notify.EmailConfig)) *notify.Email {
	t.Helper()
	c := notify.EmailConfig{
		Server: s.addr, Security: "starttls", User: "robot", Password: secret, From: "Goodstanding <alerts@example.com>",
		To: []string{"Anna <anna@example.com>", "ben@example.com"}, Page: "https://gs.example.com/?a=1&b=2", Roots: s.roots, Timeout: 10 * time.Second,
	}
	if change != nil {
		change(&c)
	}
	e, err := notify.NewEmail(c)
	if err != nil {
		t.Fatal(err)
	}
	silent(t, e, c)
	return e
}

// parts reads a message as a mail program does: its headers, and its parts by type.
func parts(t *testing.T, text string) (header netmail.Header, bodies map[string]string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	bodies = map[string]string{}
	var read func(kind, encoding string, body io.Reader)
	read = func(kind, encoding string, body io.Reader) {
		kind, params, err := mime.ParseMediaType(kind)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(kind, "multipart/") {
			r := multipart.NewReader(body, params["boundary"])
			for {
				p, err := r.NextRawPart()
				if err == io.EOF {
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				read(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p)
			}
		}
		switch encoding {
		case "quoted-printable":
			body = quotedprintable.NewReader(body)
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, body)
		}
		b, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		bodies[kind] = strings.ReplaceAll(string(b), "\r\n", "\n")
	}
	read(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
	return m.Header, bodies
}

func TestEmail(t *testing.T) {
	for _, security := range []string{"starttls", "tls"} {
		s := newSMTP(t, security)
		e := mailer(t, s, func(c *notify.EmailConfig) { c.Security = security })
		ref, err := e.Send(t.Context(), late())
		if err != nil || ref != "<goodstanding-1795194000-41@example.com>" {
			t.Fatalf("%s: ref %q, %v", security, ref, err)
		}
		got := s.taken()
		if len(got) != 2 || !got[0].encrypted || got[0].login != "\x00robot\x00"+secret || got[0].to[0] != "anna@example.com" || got[1].to[0] != "ben@example.com" {
			t.Fatalf("%s: taken %+v", security, got)
		}
		header, bodies := parts(t, got[0].text)
		subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
		if want := "🔶 Warning, was watch: Late shipment rate of northwind on Amazon.com at 3.6 % (limit 4 %): 2 more late orders cross it"; err != nil || subject != want {
			t.Errorf("%s: subject %q, %v", security, subject, err)
		}
		for name, want := range map[string]string{
			"Message-Id": ref, "Auto-Submitted": "auto-generated", "Bcc": "", "In-Reply-To": "", "From": `"Goodstanding" <alerts@example.com>`,
			"To": `"Anna" <anna@example.com>`, "X-Goodstanding-Severity": "warning",
		} {
			if header.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", security, name, header.Get(name), want)
			}
		}
		golden(t, "email.txt", bodies["text/plain"])
		golden(t, "email.html", bodies["text/html"])
		if table := bodies["text/csv"]; strings.Count(table, "\n") != 13 || !strings.Contains(table, "111-0000000-0000011,'=1+1,") {
			t.Errorf("%s: table %q", security, table)
		}
	}
}

// Without a login, to a server on this machine.
func TestEmailWithoutTLS(t *testing.T) {
	s := newSMTP(t, "none")
	e := mailer(t, s, func(c *notify.EmailConfig) { c.Security, c.User, c.Password = "none", "", "" })
	if _, err := e.Send(t.Context(), late()); err != nil || len(s.taken()) != 2 || s.taken()[0].encrypted {
		t.Errorf("%v, taken %+v", err, s.taken())
	}
}

// Notices of one thread are put together, and an edit is no mail.
func TestEmailThread(t *testing.T) {
	s := newSMTP(t, "starttls")
	e := mailer(t, s, func(c *notify.EmailConfig) { c.To = c.To[:1] })
	root, err := e.Send(t.Context(), late())
	if err != nil {
		t.Fatal(err)
	}
	n := late()
	n.ID, n.Root, n.Quiet = 42, root, true
	if ref, err := e.Send(t.Context(), n); err != nil || ref != root {
		t.Errorf("an edit: %q, %v", ref, err)
	}
	n.Quiet, n.Event, n.Severity = false, monitor.Resolved, monitor.OK
	n.Members = []monitor.Notice{late(), n}
	if ref, err := e.Send(t.Context(), n); err != nil || ref != root {
		t.Errorf("ref %q, %v", ref, err)
	}
	n.Root = "<a>\r\nBcc: eve@example.com <b>"
	if _, err := e.Send(t.Context(), n); err != nil {
		t.Error(err)
	}
	got := s.taken()
	if len(got) != 3 {
		t.Fatalf("%d mails, want 3", len(got))
	}
	header, _ := parts(t, got[1].text)
	if header.Get("In-Reply-To") != root || header.Get("References") != root || header.Get("Message-Id") == root {
		t.Errorf("header %v", header)
	}
	if subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject")); err != nil || !strings.HasPrefix(subject, "✅ Resolved: Late shipment rate of northwind") {
		t.Errorf("subject %q, %v", subject, err)
	}
	if header, _ := parts(t, got[2].text); header.Get("In-Reply-To") != "" || header.Get("Bcc") != "" {
		t.Errorf("a forged reference: %v", header)
	}
}

// What each failure means, that it holds no secret, and that no connection is left open.
func TestEmailFailures(t *testing.T) {
	const later, mending, permanent = time.Duration(0), 10 * time.Minute, time.Duration(-1)
	for _, c := range []struct {
		name, command, answer string
		after                 time.Duration
		says                  string
	}{
		{"busy", "greeting", "421 try later", later, "reach the mail server"},
		{"cut at once", "greeting", "cut", later, "reach the mail server"},
		{"a wrong password", "AUTH", "535 5.7.8 " + secret + " is wrong", mending, "check user and password"},
		{"the sender is refused", "MAIL", "550 5.7.1 not you", mending, "check the address"},
		{"greylisted", "RCPT", "451 4.7.1 later", later, "send e-mail to anna@example.com"},
		{"no such mailbox", "RCPT", "550 5.1.1 unknown", mending, "check the address"},
		{"no room", "DATA", "452 4.3.1 no room", later, "send e-mail"},
		{"too large", "end", "552 5.3.4 too large", permanent, "send e-mail"},
		{"spam", "end", "554 5.7.1 spam", permanent, "554"},
		{"broken at the end", "end", "451 4.3.0 broken", later, "451"},
		{"cut at the end", "end", "cut", later, "send e-mail"},
		{"no encryption after all", "STARTTLS", "454 not now", later, "reach the mail server"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSMTP(t, "starttls")
			e := mailer(t, s, func(c *notify.EmailConfig) { c.To = c.To[:1] })
			s.fail(c.command, c.answer)
			_, err := e.Send(t.Context(), late())
			if got := class(t, err); got != c.after || !strings.Contains(err.Error(), c.says) {
				t.Errorf("after %v: %v", got, err)
			}
			silent(t, err)
			if _, err := e.Send(t.Context(), late()); err != nil {
				t.Errorf("later: %v", err)
			}
		})
	}
	t.Run("goodbye fails", func(t *testing.T) {
		s := newSMTP(t, "starttls")
		e := mailer(t, s, nil)
		s.fail("QUIT", "cut")
		s.fail("RSET", "421 bye", "421 bye")
		if _, err := e.Send(t.Context(), late()); err != nil || len(s.taken()) != 2 {
			t.Errorf("%d taken, %v", len(s.taken()), err)
		}
	})
	t.Run("a certificate that nobody trusts", func(t *testing.T) {
		s := newSMTP(t, "starttls")
		e := mailer(t, s, func(c *notify.EmailConfig) { c.Roots = nil })
		_, err := e.Send(t.Context(), late())
		if got := class(t, err); got != mending || !strings.Contains(err.Error(), "certificate") || len(s.taken()) != 0 {
			t.Errorf("after %v: %v", got, err)
		}
		silent(t, err)
	})
	t.Run("a server without encryption", func(t *testing.T) {
		s := newSMTP(t, "none")
		_, err := mailer(t, s, nil).Send(t.Context(), late())
		if got := class(t, err); got != mending || !strings.Contains(err.Error(), "STARTTLS") {
			t.Errorf("after %v: %v", got, err)
		}
		silent(t, err)
	})
}

// One address that is refused keeps the message from nobody, and nobody gets it twice.
func TestEmailOneAddressIsRefused(t *testing.T) {
	var warned []string
	s := newSMTP(t, "starttls")
	e := mailer(t, s, func(c *notify.EmailConfig) {
		c.To = []string{"gone@example.com", "anna@example.com", "slow@example.com", "ben@example.com"}
		c.Warn = func(err error) { warned = append(warned, err.Error()) }
	})
	s.fail("RCPT", "550 unknown", "", "451 later", "")
	_, err := e.Send(t.Context(), late())
	if got := class(t, err); got != 0 || !strings.Contains(err.Error(), "slow@example.com") {
		t.Errorf("after %v: %v", got, err)
	}
	s.fail("RCPT", "550 unknown", "")
	if _, err = e.Send(t.Context(), late()); err != nil {
		t.Error(err)
	}
	if len(warned) != 1 || !strings.Contains(warned[0], "gone@example.com") {
		t.Errorf("warned of %q", warned)
	}
	var to []string
	for _, m := range s.taken() {
		to = append(to, m.to...)
	}
	if diff := cmp.Diff([]string{"anna@example.com", "ben@example.com", "slow@example.com"}, to); diff != "" {
		t.Errorf("recipients (-want +got):\n%s", diff)
	}
}

// Every kind of notice can be written, whatever is in it.
func TestEmailOfEveryKind(t *testing.T) {
	s := newSMTP(t, "starttls")
	e := mailer(t, s, func(c *notify.EmailConfig) { c.To = c.To[:1] })
	for i, kind := range []monitor.NoticeKind{"", monitor.KindGroup, monitor.KindReminder, monitor.KindCatchUp, monitor.KindDigest, monitor.KindSilence, monitor.KindTest} {
		n := late()
		n.ID, n.Kind = int64(i), kind
		n.Members = []monitor.Notice{late(), late()}
		n.Key.Account = "<b>\r\nBcc: eve@example.com\r\n\r\n.\r\n"
		n.Finding.Summary = strings.Repeat("漢\r\n.\r\n", 5000)
		if _, err := e.Send(t.Context(), n); err != nil {
			t.Fatalf("%q: %v", kind, err)
		}
		got := s.taken()
		header, bodies := parts(t, got[len(got)-1].text)
		if header.Get("Bcc") != "" || len(got) != i+1 || strings.Contains(bodies["text/html"], "<b>\r") || bodies["text/plain"] == "" {
			t.Errorf("%q: %v %s", kind, header, bodies["text/html"])
		}
		for line := range strings.SplitSeq(got[len(got)-1].text, "\r\n") {
			if len(line) > 998 {
				t.Errorf("%q: a line of %d bytes", kind, len(line))
			}
		}
	}
}
