package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
	"goodstanding/monitor/simulator"
	"goodstanding/monitor/store"
)

// What imports keep up to date evening by evening, a replay's and the daemon's, makes no check find anything else than a database
// that was given the same files at once, and that nothing was prepared in.
func TestFindingsOfEveningsAreThoseOfOneImport(t *testing.T) {
	withoutDetector(t)
	dir := t.TempDir()
	shop := simulator.Demo(demoEnd)[2]
	if err := simulator.Run(shop).WriteArchive(filepath.Join(dir, "archive"), demoEnd-45, demoEnd, 18); err != nil {
		t.Fatal(err)
	}
	open := func(name string) *store.Store {
		s, err := store.OpenScratch(t.Context(), filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		equip(s, builtInPhrases)
		return s
	}
	take := func(s *store.Store, after, upTo time.Time) {
		found, err := findFiles(filepath.Join(dir, "archive"), upTo.AddDate(1, 0, 0))
		if err != nil {
			t.Fatal(err)
		}
		var due []*delivery
		for _, d := range found {
			if d.received.After(after) && !d.received.After(upTo) {
				due = append(due, d)
			}
		}
		in := intake{store: s, home: func(string) monitor.Marketplace { return "" }, temp: dir}
		if err := in.takeAll(t.Context(), due, upTo, func(_ *delivery, _ []taken, err error) error { return err }); err != nil {
			t.Fatal(err)
		}
	}
	judge := func(s *store.Store, at time.Time) (all []string) {
		k, err := s.Known(t.Context(), shop.Name, at)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = k.Close() }()
		for _, w := range defaultWatchers(policy.Book{}) {
			for _, f := range monitor.Evaluate(t.Context(), w.entry.Signal, w.check, k, time.Now).Findings {
				text, err := json.Marshal(f)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, string(text))
			}
		}
		return all
	}
	evenings := open("evenings.db")
	before := time.Time{}
	compared, quoted := 0, false
	for day := demoEnd - 45; day <= demoEnd; day++ {
		at := day.Start(shop.Marketplace.Clock()).Add(19 * time.Hour)
		take(evenings, before, at)
		before = at
		if err := evenings.Settle(t.Context(), shop.Name, at); err != nil {
			t.Fatal(err)
		}
		if (demoEnd-day)%15 != 0 {
			continue
		}
		once := open("once-" + day.String() + ".db")
		take(once, time.Time{}, at)
		want, got := judge(once, at), judge(evenings, at)
		quoted = quoted || strings.Contains(strings.Join(want, ""), `"Quotes":[{`)
		if d := diff.Diff(want, got); d != "" {
			t.Errorf("on %s: %s", day, d)
		}
		compared++
	}
	if compared != 4 || !quoted {
		t.Errorf("compared on %d evenings, want 4; buyers quoted: %v", compared, quoted)
	}
}
