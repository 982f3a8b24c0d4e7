package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// Mistake is one thing that is wrong with a configuration.
type Mistake struct {
	Line       int    // in the file, from 1; 0: it is not in the file
	Column     int    // of a syntax error, from 1; else 0
	Key        string // "checks.late_shipment_rate.warning_at", or the name of an environment variable; may be empty
	Problem    string // what is wrong and what would be right; never a secret
	Suggestion string // what was probably meant; may be empty
}

// ConfigError is all that is wrong with a configuration, by line.
type ConfigError struct {
	Path     string // as it was given
	Mistakes []Mistake
}

// Error returns one line for each mistake: config.toml line 12: web.listn: unknown key; did you mean listen?
func (e *ConfigError) Error() string {
	lines := make([]string, len(e.Mistakes))
	for i, m := range e.Mistakes {
		var b strings.Builder
		b.WriteString(e.Path)
		if m.Line > 0 {
			fmt.Fprintf(&b, " line %d", m.Line)
		}
		if m.Column > 0 {
			fmt.Fprintf(&b, ", column %d", m.Column)
		}
		b.WriteString(": ")
		if m.Key != "" {
			b.WriteString(m.Key + ": ")
		}
		b.WriteString(m.Problem)
		if m.Suggestion != "" {
			b.WriteString("; did you mean " + m.Suggestion + "?")
		}
		lines[i] = b.String()
	}
	return strings.Join(lines, "\n")
}

// sortMistakes puts mistakes in the order of the file.
func sortMistakes(all []Mistake) {
	slices.SortStableFunc(all, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Problem, b.Problem))
	})
}

// nearest returns the candidate that differs from what was written by a slip or two, or "".
func nearest(written string, candidates []string) string {
	best, least := "", max(2, len(written)/3)+1
	for _, c := range candidates {
		if d := levenshtein.Distance(strings.ToLower(written), strings.ToLower(c), nil); d < least && d < len(c) {
			best, least = c, d
		}
	}
	return best
}
