package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"goodstanding/checks"
	"goodstanding/monitor/exports"
	"goodstanding/monitor/metrics"
	"goodstanding/monitor/policy"
)

var update = flag.Bool("update", false, "rewrite what is made from the code")

// The tables of the README are made from the code.
func TestReadmeTables(t *testing.T) {
	const path = "../../README.md"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	readme := string(text)
	for name, table := range map[string]string{"checks": checksTable(), "formats": formatsTable(), "commands": commandsTable(), "metrics": metricsTable()} {
		mark := "<!-- " + name + " -->\n"
		parts := strings.SplitN(readme, mark, 3)
		if len(parts) != 3 {
			t.Fatalf("README.md: want two marks %q", mark)
		}
		if parts[1] != table && !*update {
			t.Errorf("README.md: the table of %s is stale: run `go test ./cmd/goodstanding -run Readme -update`", name)
		}
		readme = parts[0] + mark + table + mark + parts[2]
	}
	if *update {
		if err := os.WriteFile(path, []byte(readme), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func checksTable() string {
	var b strings.Builder
	b.WriteString("| Signal | Warns of | Limit |\n|---|---|---|\n")
	for _, e := range checks.All() {
		var limits []string
		for _, l := range describe(e, policy.Book{}).Limits {
			limits = append(limits, fmt.Sprintf("%s: under %g %% over %d days to D-%d", l.Channel, l.Limit*100, l.WindowDays, l.EndLagDays))
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", e.Signal, e.Finds, strings.Join(limits, "; "))
	}
	return strings.ReplaceAll(b.String(), "D-0", "D")
}

func commandsTable() string {
	var b strings.Builder
	b.WriteString("| Command | Does |\n|---|---|\n")
	a := &app{env: noEnv}
	for _, c := range a.root().Commands() {
		if subs := c.Commands(); len(subs) > 0 {
			for _, s := range subs {
				fmt.Fprintf(&b, "| `goodstanding %s %s` | %s |\n", c.Name(), strings.ReplaceAll(s.Use, "|", "\\|"), s.Short)
			}
			continue
		}
		fmt.Fprintf(&b, "| `goodstanding %s` | %s |\n", c.Use, c.Short)
	}
	return b.String()
}

func formatsTable() string {
	var b strings.Builder
	b.WriteString("| Kind | Export | Where from | For |\n|---|---|---|---|\n")
	for _, f := range exports.Formats() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Kind, f.Title, f.Where, f.Settles)
	}
	return b.String()
}

func metricsTable() string {
	var b strings.Builder
	b.WriteString("| Metric | Type | Labels | Meaning |\n|---|---|---|---|\n")
	for _, m := range metrics.Describe() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", m.Name, m.Type, strings.Join(m.Labels, ", "), m.Help)
	}
	return b.String()
}
