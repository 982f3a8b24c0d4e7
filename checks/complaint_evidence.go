package checks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"goodstanding/monitor"
)

// maxQuotes is how many buyers a finding lets speak.
const maxQuotes = 3

// evidence lists complaints with the words, or the code, that decided.
func (j complaintJudge) evidence(about []monitor.Complaint) (evidence []monitor.Evidence, quotes []monitor.Quote) {
	for _, c := range about {
		e := monitor.Evidence{OrderID: c.OrderID, Date: c.Day, Why: because(c, j.cause), Source: c.Source}
		if len(c.SKUs) == 1 {
			e.SKU = c.SKUs[0]
		}
		if len(c.ASINs) == 1 {
			e.ASIN = c.ASINs[0]
		}
		evidence = append(evidence, e)
		if text := strings.TrimSpace(c.Text); text != "" && len(quotes) < maxQuotes {
			quotes = append(quotes, monitor.Quote{OrderID: c.OrderID, Day: c.Day, Rating: c.Rating, Comment: text})
		}
	}
	return evidence, quotes
}

// violationEvidence is a row of the list of violations.
func violationEvidence(v monitor.Sourced[monitor.Violation]) monitor.Evidence {
	return monitor.Evidence{ASIN: v.Record.ASIN, SKU: v.Record.SKU, Date: v.Record.Opened, Why: "violation: " + v.Record.Class, Source: v.Source}
}

// because says what decided that a complaint names a cause.
func because(c monitor.Complaint, cause monitor.Cause) string {
	var why []string
	for _, b := range c.Causes {
		switch {
		case b.Cause != cause:
		case b.Words == c.Reason:
			why = append(why, "return reason "+b.Words)
		default:
			why = append(why, "“"+b.Words+"”")
		}
	}
	return strings.Join(why, ", ")
}

// skusOf names the SKU that carries the complaints where a product has several.
func skusOf(about []monitor.Complaint, buyers int) (drivers []monitor.Driver) {
	orders := map[string]map[string]bool{}
	for _, c := range about {
		if len(c.SKUs) == 1 {
			if orders[c.SKUs[0]] == nil {
				orders[c.SKUs[0]] = map[string]bool{}
			}
			orders[c.SKUs[0]][orderOf(c)] = true
		}
	}
	if len(orders) < 2 {
		return nil
	}
	for _, sku := range slices.Sorted(maps.Keys(orders)) {
		if n := len(orders[sku]); n >= 2 && 2*n > buyers {
			drivers = append(drivers, monitor.Driver{Kind: "SKU", Name: sku, Defects: n, Orders: buyers})
		}
	}
	return drivers
}

// say agrees with a number of buyers.
func say(n int) string {
	if n == 1 {
		return "says"
	}
	return "say"
}

// about writes an expected count: about 0.7, about 12.
func about(expected float64) string {
	switch {
	case expected < 0.1:
		return "fewer than 0.1"
	case expected < 10:
		return "about " + trimZeros(fmt.Sprintf("%.1f", expected))
	default:
		return fmt.Sprintf("about %.0f", expected)
	}
}

// times writes how often: once, 2 times, 0.5 times.
func times(n float64) string {
	if n == 1 {
		return "once"
	}
	return trimZeros(fmt.Sprintf("%.2f", n)) + " times"
}
