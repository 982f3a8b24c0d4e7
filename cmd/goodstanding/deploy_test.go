package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"goodstanding/monitor/metrics"
)

// dashboard is what of deploy/grafana-dashboard.json is looked at here.
type dashboard struct {
	Panels []struct {
		Title       string
		Description string
		Targets     []struct{ Expr string }
	}
	Templating struct {
		List []struct{ Name, Definition string }
	}
}

var metricName = regexp.MustCompile(`goodstanding_[a-z_]+[a-z]`)

// What deploy/ asks Prometheus for is there, with the labels that it asks by; and of what can be foreseen nothing is left out.
func TestDeployAsksForMetricsThatThereAre(t *testing.T) {
	described := map[string]metrics.Metric{}
	for _, m := range metrics.Describe() {
		described[m.Name] = m
	}
	rules, err := os.ReadFile("../../deploy/prometheus-rules.yml")
	if err != nil {
		t.Fatal(err)
	}
	var board dashboard
	text, err := os.ReadFile("../../deploy/grafana-dashboard.json")
	if err == nil {
		err = json.Unmarshal(text, &board)
	}
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	check := func(where, expr string) {
		for _, name := range metricName.FindAllString(expr, -1) {
			used[name] = true
			if _, ok := described[name]; !ok {
				t.Errorf("%s asks for %s, which is no metric", where, name)
			}
		}
		for _, found := range regexp.MustCompile(`(goodstanding_[a-z_]+)\{([^}]*)\}`).FindAllStringSubmatch(expr, -1) {
			for _, label := range regexp.MustCompile(`([a-z]+)=~?"`).FindAllStringSubmatch(found[2], -1) {
				if !slices.Contains(described[found[1]].Labels, label[1]) {
					t.Errorf("%s asks for %s by %s, which it has not", where, found[1], label[1])
				}
			}
		}
	}
	for line := range strings.Lines(string(rules)) {
		if _, expr, ok := strings.Cut(line, " expr: "); ok {
			check("prometheus-rules.yml", expr)
		}
	}
	exprs := 0
	for _, p := range board.Panels {
		if p.Title == "" || p.Description == "" || len(p.Targets) == 0 {
			t.Errorf("the panel %q lacks a title, a description or a question", p.Title)
		}
		for _, target := range p.Targets {
			exprs++
			check("the panel "+p.Title, target.Expr)
		}
	}
	for _, v := range board.Templating.List {
		check("the variable "+v.Name, v.Definition)
	}
	if exprs < 20 {
		t.Errorf("the dashboard asks %d questions", exprs)
	}
	for _, want := range []string{"value_ratio", "limit_ratio", "defects", "orders", "headroom_orders", "worst_headroom_orders", "recovery_orders",
		"breach_probability_ratio", "breach_timestamp_seconds", "due_orders", "must_ship_orders"} {
		if !used["goodstanding_signal_"+want] {
			t.Errorf("neither the rules nor the dashboard show goodstanding_signal_%s; they show %q", want, slices.Sorted(maps.Keys(used)))
		}
	}
	promtool(t, board)
}

// promtool has the rules and their tests judged by Prometheus itself, and the questions of the dashboard as if they were rules.
func promtool(t *testing.T, board dashboard) {
	tool, err := exec.LookPath("promtool")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("promtool: %v; install it, CI needs it", err)
		}
		t.Skipf("promtool: %v", err)
	}
	var asked strings.Builder
	asked.WriteString("groups: [{name: dashboard, rules: [\n")
	for i, p := range board.Panels {
		for k, target := range p.Targets {
			text, err := json.Marshal(strings.NewReplacer("$account", ".*", "$marketplace", ".*", "$signal", ".*").Replace(target.Expr))
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&asked, "{record: panel_%d_%d, expr: %s},\n", i, k, text)
		}
	}
	asked.WriteString("]}]\n")
	dashboard := filepath.Join(t.TempDir(), "dashboard.yml")
	writeFile(t, dashboard, asked.String())
	for _, args := range [][]string{
		{"check", "rules", dashboard}, {"check", "rules", "../../deploy/prometheus-rules.yml"}, {"test", "rules", "../../deploy/prometheus-rules.test.yml"},
	} {
		if out, err := exec.CommandContext(t.Context(), tool, args...).CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}
