package slackfake

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Failure is one way in which a request can fail. It replaces the answer, calls the usual handling, or both.
type Failure func(w http.ResponseWriter, r *http.Request, handle func())

// FailNext lets the next requests fail, one failure each, in order.
func (f *Fake) FailNext(failures ...Failure) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failures = append(f.failures, failures...)
}

// serve handles a request, or lets it fail as asked for.
func (f *Fake) serve(w http.ResponseWriter, r *http.Request, handle func()) {
	f.mu.Lock()
	f.requests++
	f.calls = append(f.calls, strings.TrimPrefix(r.URL.Path, "/api/"))
	var failure Failure
	if f.down {
		failure = Down()
	} else if len(f.failures) > 0 {
		failure, f.failures = f.failures[0], f.failures[1:]
	}
	f.mu.Unlock()
	if failure == nil {
		handle()
		return
	}
	failure(w, r, handle)
}

// RateLimited answers 429 with the Retry-After header.
func RateLimited(seconds int) Failure {
	return Status(http.StatusTooManyRequests, "Retry-After", fmt.Sprint(seconds))
}

// RateLimitedSilently answers 429 without Retry-After.
func RateLimitedSilently() Failure { return Status(http.StatusTooManyRequests) }

// Status answers with an HTTP status, headers given as name and value in turn, and a page of HTML.
func Status(code int, headers ...string) Failure {
	return func(w http.ResponseWriter, _ *http.Request, _ func()) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		plainAnswer(w, code, "<html>no</html>")
	}
}

// NotOK answers HTTP 200 and ok:false with an error code; on a webhook, an HTTP 400 with the code.
func NotOK(code string) Failure {
	return func(w http.ResponseWriter, r *http.Request, _ func()) {
		if r.URL.Path == webhookPath {
			plainAnswer(w, http.StatusBadRequest, code)
			return
		}
		jsonAnswer(w, answer{"error": code})
	}
}

// Body answers HTTP 200 with any body, as JSON.
func Body(body string) Failure {
	return func(w http.ResponseWriter, _ *http.Request, _ func()) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(body))
	}
}

// Slow handles the request after a while, or not at all once the client has gone.
func Slow(d time.Duration) Failure {
	return func(_ http.ResponseWriter, r *http.Request, handle func()) {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			handle()
		case <-r.Context().Done():
		}
	}
}

// Down closes the connection without an answer and without having taken the message.
func Down() Failure {
	return func(http.ResponseWriter, *http.Request, func()) { panic(http.ErrAbortHandler) }
}

// CutAfterAccepting takes the message and closes the connection before the answer.
func CutAfterAccepting() Failure {
	return func(_ http.ResponseWriter, _ *http.Request, handle func()) {
		handle()
		panic(http.ErrAbortHandler)
	}
}
