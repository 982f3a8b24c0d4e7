package exports

import (
	"testing"

	"goodstanding/monitor"
)

func TestDated(t *testing.T) {
	for _, c := range []struct {
		home monitor.Marketplace
		all  []monitor.Marketplace
		want monitor.Marketplace
	}{
		{"Amazon.com", []monitor.Marketplace{"Amazon.de", "Amazon.fr"}, "Amazon.com"},
		{"", []monitor.Marketplace{"Amazon.co.uk"}, "Amazon.co.uk"},
		{"", []monitor.Marketplace{"Amazon.de", "Amazon.fr", "Amazon.it"}, "Amazon.de"}, // all day first
		{"", []monitor.Marketplace{"Amazon.ca", "Amazon.com"}, ""},                      // they differ: nothing decides
		{"", nil, ""},
	} {
		if got := (Setting{Home: c.home, Marketplaces: c.all}).dated(); got != c.want {
			t.Errorf("home %q, sells on %v: dates after %q, want %q", c.home, c.all, got, c.want)
		}
	}
}
