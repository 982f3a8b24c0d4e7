package notify_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"goodstanding/alerts/notify"
	"goodstanding/monitor"
)

// alertmanager is as much of an Alertmanager as matters: it checks what its API checks, and knows what fires.
type alertmanager struct {
	now    time.Time
	alerts map[string]time.Time // their end, by their labels
	posts  int
	auth   string
}

var labelName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

func (a *alertmanager) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var posted []struct {
		Labels, Annotations map[string]string
		StartsAt, EndsAt    time.Time
	}
	a.posts++
	a.auth = r.Header.Get("Authorization")
	if r.Method != http.MethodPost || r.URL.Path != "/prefix/api/v2/alerts" {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	if err := json.NewDecoder(r.Body).Decode(&posted); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for _, p := range posted {
		if p.Labels["alertname"] == "" || p.StartsAt.IsZero() || p.EndsAt.Before(p.StartsAt) {
			http.Error(w, fmt.Sprintf("invalid alert %+v", p), http.StatusBadRequest)
			return
		}
		key := p.Labels["alertname"]
		for _, name := range slices.Sorted(func(yield func(string) bool) {
			for k := range p.Labels {
				if !yield(k) {
					return
				}
			}
		}) {
			if !labelName.MatchString(name) || p.Labels[name] == "" {
				http.Error(w, "invalid label", http.StatusBadRequest)
				return
			}
			if name == "account" || name == "severity" || name == "subject" {
				key += " " + p.Labels[name]
			}
		}
		if a.alerts == nil {
			a.alerts = map[string]time.Time{}
		}
		a.alerts[key] = p.EndsAt
	}
}

// firing lists what has not ended.
func (a *alertmanager) firing() (names []string) {
	for name, end := range a.alerts {
		if end.After(a.now) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func TestAlertmanager(t *testing.T) {
	fake := &alertmanager{now: late().At}
	server := httptest.NewServer(fake)
	defer server.Close()
	a, err := notify.NewAlertmanager(server.URL+"/prefix/", "", "", "https://gs.example.com/")
	if err != nil {
		t.Fatal(err)
	}
	say := func(what string, change func(*monitor.Notice), want ...string) {
		t.Helper()
		n := late()
		fake.now = fake.now.Add(time.Hour)
		n.At = fake.now
		change(&n)
		if _, err := a.Send(t.Context(), n); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if diff := cmp.Diff(want, fake.firing()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	const w, c = "LateShipmentRate northwind warning seller-fulfilled", "LateShipmentRate northwind critical seller-fulfilled"
	say("warning", func(*monitor.Notice) {}, w)
	say("worse", func(n *monitor.Notice) { n.Severity = monitor.Critical }, c)
	say("acknowledged", func(n *monitor.Notice) { n.Severity, n.Quiet, n.Event = monitor.Critical, true, monitor.Acknowledged }, c)
	say("not judged", func(n *monitor.Notice) { n.Severity, n.Event = monitor.Blind, monitor.WentBlind }, c)
	say("a digest", func(n *monitor.Notice) { n.Kind = monitor.KindDigest }, c)
	say("a group", func(n *monitor.Notice) {
		other := late()
		other.Key.Signal, other.Key.Subject = "order_defect_rate", ""
		one := late()
		one.At, other.At = n.At, time.Time{}
		n.Kind, n.Members = monitor.KindGroup, []monitor.Notice{one, other}
	}, w, "OrderDefectRate northwind warning")
	say("of a group, one is over", func(n *monitor.Notice) {
		n.Members = []monitor.Notice{late(), late()}
		n.Event, n.Severity = monitor.Resolved, monitor.OK
	}, "OrderDefectRate northwind warning")
	say("a test", func(n *monitor.Notice) { n.Kind, n.Key = monitor.KindTest, monitor.AlertKey{} }, "GoodstandingTest watch", "OrderDefectRate northwind warning")
}

// An Alertmanager that restarted knows nothing; one that hears nothing holds alerts to be over in the end.
func TestAlertmanagerKeeps(t *testing.T) {
	fake := &alertmanager{now: late().At.Add(30 * 24 * time.Hour)}
	server := httptest.NewServer(fake)
	defer server.Close()
	a, err := notify.NewAlertmanager(server.URL+"/prefix", "anna", secret, "")
	if err != nil {
		t.Fatal(err)
	}
	var told []monitor.Notice
	for i := range 130 {
		n := late()
		n.Key.Subject = fmt.Sprint(i)
		told = append(told, n)
	}
	told[0].Event, told[1].Severity, told[1].Was = monitor.Resolved, monitor.Blind, monitor.Critical
	told[2].Severity, told[2].Was = monitor.Blind, ""
	if err := a.Keep(t.Context(), fake.now, told); err != nil {
		t.Fatal(err)
	}
	if got := fake.firing(); len(got) != 128 || fake.posts != 2 || !slices.Contains(got, "LateShipmentRate northwind critical 1") {
		t.Errorf("%d fire after %d posts: %v", len(got), fake.posts, got)
	}
	if !strings.HasPrefix(fake.auth, "Basic ") {
		t.Errorf("authorization %q", fake.auth)
	}
	if err := a.Keep(t.Context(), fake.now, nil); err != nil || fake.posts != 2 {
		t.Errorf("with nothing to keep: %d posts, %v", fake.posts, err)
	}
	silent(t, a)
}

func TestAlertmanagerBody(t *testing.T) {
	url, got := receiver(t)
	a, err := notify.NewAlertmanager(url, "", secret, "https://gs.example.com/")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Send(t.Context(), late()); err != nil {
		t.Fatal(err)
	}
	var posted []any
	if err := json.Unmarshal((*got)[0].body, &posted); err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(posted, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "alertmanager.json", string(text)+"\n")
	if auth := (*got)[0].header.Get("Authorization"); auth != "Bearer "+secret {
		t.Errorf("authorization %q", auth)
	}
}
