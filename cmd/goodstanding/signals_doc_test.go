package main

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"goodstanding/checks"
	"goodstanding/monitor"
	"goodstanding/monitor/exports"
	"goodstanding/monitor/policy"
)

// docs/signals.md is made from the registry of checks.
func TestSignalsDoc(t *testing.T) {
	const path = "../../docs/signals.md"
	want := signalsDoc()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/signals.md is stale: run `go test ./cmd/goodstanding -run SignalsDoc -update`")
	}
}

// signalsDoc says of each check what it reads, how it counts, its limit and where that comes from, and what to do.
func signalsDoc() string {
	var b strings.Builder
	b.WriteString(`# The signals

What Goodstanding watches: what each check reads, how it counts, the limit and its source, and what to do. This page is made from
the registry of checks; ` + "`goodstanding checks`" + ` prints the same with the limits of your configuration.

A check answers with findings, with *clean*, or with *could not judge*, and then says which export would settle it. Findings are
**watch** (worth a look), **warning** (somebody should act) or **critical** (the limit is crossed, or hours are left).
How buyers' comments are read for the signals that count complaints, and how often that is right, is in [complaints.md](complaints.md).

`)
	for _, e := range checks.All() {
		fmt.Fprintf(&b, "- [%s](#%s): %s\n", e.Title, e.Signal, e.Finds)
	}
	formats := map[monitor.ExportKind]exports.Format{}
	for _, f := range exports.Formats() {
		formats[f.Kind] = f
	}
	for _, e := range checks.All() {
		d := describe(e, policy.Book{})
		fmt.Fprintf(&b, "\n## %s\n\n*%s.* %s\n\n**Counts.** %s\n", e.Signal, e.Title, e.Finds, e.Counts)
		if len(d.Limits) > 0 {
			b.WriteString("\n| Orders | Limit | Window | Source |\n|---|---|---|---|\n")
			for _, l := range d.Limits {
				ends := "today"
				if l.EndLagDays > 0 {
					ends = fmt.Sprintf("%d days ago", l.EndLagDays)
				}
				fmt.Fprintf(&b, "| %s | under %g %% | %d days that end %s | %s |\n", l.Channel, l.Limit*100, l.WindowDays, strings.Replace(ends, "1 days ago", "yesterday", 1), l.Source)
			}
		}
		fmt.Fprintf(&b, "\n**Source of the rule.** %s.\n\n**What to do.** %s\n", strings.TrimSuffix(e.Source, "."), e.Advice)
		b.WriteString("\n**Reads.** ")
		if len(e.Reads) == 0 {
			b.WriteString("Every kind of export.\n")
		}
		for i, k := range e.Reads {
			if i > 0 {
				b.WriteString("; ")
			}
			fmt.Fprintf(&b, "%s (`%s`)", formats[k].Title, k)
		}
		if len(e.Reads) > 0 {
			b.WriteString(". Where each comes from: the README's table of exports.\n")
		}
		how := "with every round of checks"
		if e.Daily {
			how = "once a day, and when something arrives"
		}
		fmt.Fprintf(&b, "\n**Settings**, in `[checks.%s]`; it runs %s:\n\n| Key | Default | Meaning |\n|---|---|---|\n", e.Signal, how)
		for _, f := range settingFields(reflect.ValueOf(e.New(checks.Rules{})).Elem()) {
			fmt.Fprintf(&b, "| `%s` | `%s` | %s |\n", f.key, tomlText(f.value), f.help)
		}
	}
	return b.String()
}
