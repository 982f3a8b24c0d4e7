// Package web serves one page for people, and three addresses for machines: /metrics, /healthz and /readyz.
//
// There is nothing to log in to, no page has a script, and whoever can reach the port can read it. By default only this
// machine can. Then, and only then, the page has buttons by which alerts are acknowledged and snoozed; every other request is
// a GET.
package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"goodstanding/monitor"
)

// Config says what to serve, and to whom.
type Config struct {
	Listen  string       // host:port; port 0 takes a free one
	Hosts   []string     // names by which browsers reach a server that listens on this machine only, besides localhost
	Metrics http.Handler // answers /metrics; nil: not found

	// Status returns what the page shows. It may read the disk; its context ends when the page would be too late.
	Status func(ctx context.Context) (Status, error)
	// Alive returns an error when the daemon's loop has not come round lately: /healthz. Nil: it is alive.
	Alive func() error
	// Ready returns an error while there is nothing to show yet: /readyz. Nil: it is ready.
	Ready func() error

	// Answer does what a button of the page asks for, and returns false where the alert is over. Nil: the page has none.
	Answer func(ctx context.Context, key monitor.AlertKey, a Answer) (lasts bool, err error)

	Version string
	Log     *slog.Logger
}

// How long a visitor, and a visitor's request, may keep the server.
const (
	statusTimeout = 10 * time.Second
	stopTimeout   = 5 * time.Second
)

// Server serves the page. Call Listen and then Run, each once.
type Server struct {
	cfg      Config
	listener net.Listener
	token    string // that a form of this server's own page has
}

// New returns a server that does not listen yet.
func New(cfg Config) *Server { return &Server{cfg: cfg, token: rand.Text()} }

// Listen takes the port and returns its address. Nobody is answered before Run.
func (s *Server) Listen(ctx context.Context) (net.Addr, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", s.cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w; choose another address as web.listen, or end what uses this one", s.cfg.Listen, err)
	}
	s.listener = l
	if !local(l.Addr()) {
		s.cfg.Log.Warn("the page is open to other machines and has no password: whoever reaches it can read it. Set web.listen to 127.0.0.1:9464 or put a proxy with a login in front",
			"address", l.Addr().String())
	}
	return l.Addr(), nil
}

// Run answers requests until ctx ends, and then lets those under way finish for a few seconds. It calls Listen if
// that has not been done. It returns nil when ctx ended.
func (s *Server) Run(ctx context.Context) error {
	if s.listener == nil {
		if _, err := s.Listen(ctx); err != nil {
			return err
		}
	}
	srv := &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      statusTimeout + 20*time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(s.listener) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve the page: %w", err)
	case <-ctx.Done():
	}
	// The context has ended, and this is what is done after that.
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := srv.Shutdown(stop); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop serving the page: %w", err)
	}
	// Whoever is still being answered is cut off: a page can be asked for again.
	if err := srv.Close(); err != nil {
		return fmt.Errorf("stop serving the page: %w", err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the page: %w", err)
	}
	return nil
}

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", s.page)
	mux.HandleFunc("/healthz", s.probe(s.cfg.Alive, "alive"))
	mux.HandleFunc("/readyz", s.probe(s.cfg.Ready, "ready"))
	if s.cfg.Metrics != nil {
		mux.Handle("/metrics", s.cfg.Metrics)
	}
	var h http.Handler = mux
	buttons := s.buttons()
	if buttons {
		mux.HandleFunc("POST "+answerPath, s.answer)
		h = http.NewCrossOriginProtection().Handler(h)
	}
	if local(s.listener.Addr()) {
		h = onlyHosts(s.cfg.Hosts, h)
	}
	return secure(buttons, readOnly(buttons, h))
}

// buttons says whether the page has buttons: somebody hears them, and only this machine can press them.
func (s *Server) buttons() bool { return s.cfg.Answer != nil && local(s.listener.Addr()) }

// page answers with the page. It is made before the first byte is sent, so that a fault gives an error and not half a
// page.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), statusTimeout)
	defer cancel()
	status, err := s.cfg.Status(ctx)
	if err != nil {
		s.cfg.Log.Error("the page could not be made", "error", err)
		http.Error(w, "The status could not be read. The log of Goodstanding says why. Nothing on this page is an all-clear.", http.StatusServiceUnavailable)
		return
	}
	var fault error
	if s.cfg.Alive != nil {
		fault = s.cfg.Alive()
	}
	v := newView(status, s.cfg.Version, fault)
	if s.buttons() {
		v.Token = s.token
	}
	html, err := render(v)
	if err != nil {
		s.cfg.Log.Error("the page could not be made", "error", err)
		http.Error(w, "The page could not be made. The log of Goodstanding says why.", http.StatusInternalServerError)
		return
	}
	s.send(w, "text/html; charset=utf-8", html)
}

// probe answers 200 with a word, or 503 with what the question returned.
func (s *Server) probe(ask func() error, word string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if ask != nil {
			if err := ask(); err != nil {
				http.Error(w, fmt.Sprintf("not %s: %v", word, err), http.StatusServiceUnavailable)
				return
			}
		}
		s.send(w, "text/plain; charset=utf-8", []byte(word+"\n"))
	}
}

// send writes an answer. That it did not arrive is the visitor's doing, and no fault.
func (s *Server) send(w http.ResponseWriter, kind string, body []byte) {
	w.Header().Set("Content-Type", kind)
	if _, err := w.Write(body); err != nil {
		s.cfg.Log.Debug("the visitor left before the answer was sent", "error", err)
	}
}
