package main

import (
	"path/filepath"
	"testing"

	"goodstanding/checks"
	"goodstanding/monitor"
	"goodstanding/monitor/simulator"
)

// The demo shows every signal at work: each fires for the account that is about to be suspended, or the one that drifts, and
// nothing but a look is due for the healthy one.
func TestDemoFiresEverySignal(t *testing.T) {
	withoutDetector(t)
	t.Parallel()
	dir := t.TempDir()
	for _, shop := range simulator.Demo(demoEnd) {
		if err := simulator.Run(shop).WriteArchive(dir, demoEnd-demoDays+1, demoEnd, 18); err != nil {
			t.Fatal(err)
		}
	}
	findings, files, err := report(t.Context(), dir, simulator.DemoTime(demoEnd), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Refusal != nil || f.Summary.Bad > 0 {
			t.Errorf("%s: %v, %d bad rows", filepath.Base(f.File.Name), f.Refusal, f.Summary.Bad)
		}
	}
	fires := map[monitor.Signal]bool{}
	for _, f := range findings {
		if f.Severity.Worse(monitor.OK) {
			fires[f.Signal] = true
		}
		if f.Account == "harbor-home" && f.Severity.Worse(monitor.Watch) {
			t.Errorf("the healthy account: %s %s: %s", f.Severity, f.Signal, f.Summary)
		}
	}
	for _, e := range checks.All() {
		if !fires[e.Signal] {
			t.Errorf("%s does not fire", e.Signal)
		}
	}
}
