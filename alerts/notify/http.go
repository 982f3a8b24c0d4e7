package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"goodstanding/alerts"
	"goodstanding/alerts/wording"
)

const (
	requestTime = 10 * time.Second
	answerLimit = 64 << 10
	mending     = 10 * time.Minute // a person has to do something first
	longest     = time.Hour        // whatever a receiver asks for
)

// newHTTP returns a client that follows no redirect: it would carry the message, and the secret, to a place that nobody
// configured.
func newHTTP() *http.Client {
	return &http.Client{
		Timeout:       requestTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// post sends JSON to an address. secrets are taken out of what the error says. A 2xx is success.
func post(ctx context.Context, client *http.Client, what, address string, header http.Header, body []byte, secrets []string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return alerts.Retry{After: mending, Err: fmt.Errorf("%s: the address cannot be used: copy it anew", what)}
	}
	maps.Copy(req.Header, header)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "goodstanding")
	resp, err := client.Do(req)
	if err != nil {
		return alerts.Retry{Err: fmt.Errorf("%s: %s", what, wording.Clean(redact(unreachable(err), secrets), 200))}
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
	if err != nil && resp.StatusCode/100 != 2 {
		return alerts.Retry{Err: fmt.Errorf("%s: the answer was cut", what)}
	}
	return judge(what, resp, wording.Clean(redact(string(answer), secrets), 150))
}

// judge says what a status means for the notice.
func judge(what string, resp *http.Response, answer string) error {
	code := resp.StatusCode
	err := fmt.Errorf("%s: HTTP status %d %s", what, code, http.StatusText(code))
	if answer != "" && code >= 400 {
		err = fmt.Errorf("%w: %s", err, answer)
	}
	switch {
	case code/100 == 2:
		return nil
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "":
		return alerts.Retry{After: retryAfter(resp.Header), Err: err}
	case code == http.StatusBadRequest, code == http.StatusUnprocessableEntity, code == http.StatusRequestEntityTooLarge:
		return alerts.Permanent{Err: err}
	case code >= 500, code == http.StatusRequestTimeout:
		return alerts.Retry{Err: err}
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		return alerts.Retry{After: mending, Err: fmt.Errorf("%w: check the secret", err)}
	}
	return alerts.Retry{After: mending, Err: fmt.Errorf("%w: check the address, and any proxy on the way", err)}
}

// retryAfter reads how long a receiver wants to be left alone, in seconds; a date, or nothing usable, is half a minute.
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.ParseInt(strings.TrimSpace(h.Get("Retry-After")), 10, 64)
	if err != nil || seconds < 0 {
		return 30 * time.Second
	}
	return max(time.Second, time.Duration(min(seconds, int64(longest/time.Second)))*time.Second)
}

// unreachable says why no answer came, without the address, which may be a secret.
func unreachable(err error) string {
	if at, ok := errors.AsType[*url.Error](err); ok {
		err = at.Err
	}
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &dns):
		return "the name of its host is not known here: check the address and the network"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was cut, so nobody knows whether it arrived"
	}
	return err.Error()
}

// redact takes secrets out of a text. It does so before the text is cut: half a secret is not recognised.
func redact(s string, secrets []string) string {
	for _, secret := range secrets {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, "***")
		}
	}
	return s
}

// secretsOf are the parts of an address that may be secret: what stands before the host, and the path with its query.
func secretsOf(address string) []string {
	u, err := url.Parse(address)
	if err != nil {
		return []string{address}
	}
	all := []string{address}
	if p := u.RequestURI(); len(p) > 1 {
		all = append(all, p)
	}
	if len(u.Path) > 1 {
		all = append(all, u.Path)
	}
	if u.RawQuery != "" {
		all = append(all, u.RawQuery)
	}
	if u.User != nil {
		all = append(all, u.User.String())
		if p, set := u.User.Password(); set {
			all = append(all, p)
		}
	}
	return all
}
