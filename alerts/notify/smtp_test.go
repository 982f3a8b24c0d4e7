package notify_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// smtpServer is a mail server on a local port. It speaks as much of RFC 5321 as a client needs, and fails as asked for.
type smtpServer struct {
	addr  string
	roots *x509.CertPool // that trust it

	mu      sync.Mutex
	mails   []mailed
	answers map[string][]string // to a command, in order, in place of its own; "" is its own, "cut" ends the connection
	open    int                 // connections that have not ended
	wait    sync.WaitGroup
}

// mailed is a message that the server took.
type mailed struct {
	from, text string
	to         []string
	encrypted  bool
	login      string
}

// newSMTP starts a server: with security "tls" it is encrypted from the first byte on, with "starttls" it offers that.
func newSMTP(t *testing.T, security string) *smtpServer {
	t.Helper()
	cert, roots := certificate(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &smtpServer{addr: listener.Addr().String(), roots: roots, answers: map[string][]string{}}
	settings := &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	s.wait.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.count(1)
			s.wait.Go(func() {
				defer s.count(-1)
				defer conn.Close()
				if security == "tls" {
					conn = tls.Server(conn, settings)
				}
				s.talk(conn, settings, security)
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		s.wait.Wait() // a connection that the client left open would keep it waiting
	})
	return s
}

func (s *smtpServer) count(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open += n
}

// fail sets the answers to a command.
func (s *smtpServer) fail(command string, answers ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[command] = answers
}

func (s *smtpServer) taken() []mailed {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]mailed(nil), s.mails...)
}

// answer returns what to say to a command.
func (s *smtpServer) answer(command, own string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if queue := s.answers[command]; len(queue) > 0 {
		s.answers[command] = queue[1:]
		if queue[0] != "" {
			return queue[0]
		}
	}
	return own
}

func (s *smtpServer) talk(conn net.Conn, settings *tls.Config, security string) {
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	in := bufio.NewReader(conn)
	say := func(text string) bool {
		if text == "cut" {
			return false
		}
		_, err := fmt.Fprint(conn, text+"\r\n")
		return err == nil
	}
	var m mailed
	if !say(s.answer("greeting", "220 fake ESMTP")) {
		return
	}
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		verb := strings.ToUpper(strings.Fields(line + " x")[0])
		own := "250 ok"
		switch verb {
		case "EHLO":
			_, m.encrypted = conn.(*tls.Conn)
			own = "250-fake\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN"
			if security == "starttls" && !m.encrypted {
				own = "250-fake\r\n250 STARTTLS"
			}
		case "STARTTLS":
			if !say(s.answer(verb, "220 go")) {
				return
			}
			conn = tls.Server(conn, settings)
			in = bufio.NewReader(conn)
			continue
		case "AUTH":
			words := strings.Fields(line)
			if login, err := base64.StdEncoding.DecodeString(words[len(words)-1]); err == nil {
				m.login = string(login)
			}
			own = "235 ok"
		case "MAIL":
			m.from, m.to = line, nil
		case "RCPT":
			answer := s.answer(verb, own)
			if strings.HasPrefix(answer, "250") {
				m.to = append(m.to, strings.TrimSuffix(line[strings.Index(line, "<")+1:], ">"))
			}
			if !say(answer) {
				return
			}
			continue
		case "DATA":
			answer := s.answer(verb, "354 go on")
			if !say(answer) {
				return
			}
			if !strings.HasPrefix(answer, "354") {
				continue
			}
			var text strings.Builder
			for {
				line, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				text.WriteString(strings.TrimPrefix(line, "."))
			}
			answer = s.answer("end", "250 queued")
			if strings.HasPrefix(answer, "250") || answer == "cut" { // cut: it is taken, and nobody is told
				m.text = text.String()
				s.mu.Lock()
				s.mails = append(s.mails, m)
				s.mu.Unlock()
			}
			if !say(answer) {
				return
			}
			continue
		case "QUIT":
			say(s.answer(verb, "221 bye"))
			return
		}
		if !say(s.answer(verb, own)) {
			return
		}
	}
}

// certificate makes a certificate for this machine, and a pool that trusts it.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "fake"}, NotAfter: time.Now().Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
