package main

import (
	"bytes"
	"strings"
	"testing"

	"goodstanding/monitor"
)

// Checks that are blind for want of the same thing are one matter: the advice is printed once, and each says what it cannot judge.
func TestBlindFindingsAreFolded(t *testing.T) {
	var out bytes.Buffer
	blind := func(signal monitor.Signal, m monitor.Marketplace, summary, advice string) monitor.Finding {
		return monitor.Finding{Account: "shop", Signal: signal, Marketplace: m, Severity: monitor.Blind, Summary: summary, Advice: advice}
	}
	newPrinter(&out, func(string) string { return "" }).account("shop", []monitor.Finding{
		blind("account_health", "", "One.", "Do this."),
		blind("order_defect_rate", "", "Two.", "Do that."),
		blind("on_time_delivery_rate", "", "Three.", "Do this."),
		blind("on_time_delivery_rate", "Amazon.de", "Four.", "Do this."),
		{Account: "shop", Signal: "cancellation_rate", Severity: monitor.Watch, Summary: "Five.", Advice: "Do this."},
	})
	text := out.String()
	for want, times := range map[string]int{"Account health, On-time delivery rate\n": 1, "One.": 1, "Two.": 1, "Three.": 1, "Four.": 1, "Five.": 1, "Do this.": 3, "Do that.": 1, "BLIND": 3} {
		if n := strings.Count(text, want); n != times {
			t.Errorf("%q is there %d times, want %d:\n%s", want, n, times, text)
		}
	}
}
