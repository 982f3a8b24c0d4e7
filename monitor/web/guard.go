package web

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net"
	"net/http"
	"slices"
	"strings"
)

//go:embed page.css
var style string

// policy lets the page have its one style sheet and nothing else: no script, no image, no frame; and a form only to itself, and
// only where it has buttons.
func policy(buttons bool) string {
	forms := "'none'"
	if buttons {
		forms = "'self'"
	}
	return "default-src 'none'; style-src '" + styleHash + "'; base-uri 'none'; form-action " + forms + "; frame-ancestors 'none'"
}

var styleHash = hash(style)

// hash returns the source expression that allows exactly this text.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// secure sets the headers that keep a browser from doing anything with an answer but showing it.
func secure(buttons bool, next http.Handler) http.Handler {
	rules := policy(buttons)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", rules)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// readOnly refuses every method but GET and HEAD; a form may be posted to the address of answers where there are buttons.
func readOnly(buttons bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		posted := buttons && r.Method == http.MethodPost && r.URL.Path == answerPath
		if r.Method != http.MethodGet && r.Method != http.MethodHead && !posted {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// onlyHosts refuses requests for a name that is not this machine's. Any web page can have its own name resolve to
// 127.0.0.1 and so read a server that listens there (DNS rebinding); but the browser still sends that name.
func onlyHosts(names []string, next http.Handler) http.Handler {
	allowed := []string{"localhost", "127.0.0.1", "::1"}
	for _, n := range names {
		allowed = append(allowed, hostName(n))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(allowed, hostName(r.Host)) {
			http.Error(w, "This server does not answer to that name. Ask for localhost, or add the name to web.hosts.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostName returns the name in a Host header, without port and brackets, in lower case.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// local says whether only this machine can reach the address.
func local(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}
