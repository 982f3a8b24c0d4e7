package alerts

import (
	"cmp"
	"slices"
	"strings"

	"goodstanding/monitor"
)

// Causes says which alerts are the cause of which others. A consequence is not told for itself; its cause names it. What is
// critical is no mere consequence, and neither is what is worse than its cause.
type Causes struct {
	// Stale is the signal whose subjects are kinds of exports that have stopped coming, and Reads what each signal reads.
	Stale monitor.Signal
	Reads map[monitor.Signal][]monitor.ExportKind
	// Products are the signals whose subjects are products, and Rates those that a product may carry more than half of.
	Products []monitor.Signal
	Rates    []monitor.Signal
	// Health is the signal whose subjects begin with the name of a metric that Amazon itself calls bad.
	Health monitor.Signal
}

// DefaultCauses returns what is known of causes, but for Reads.
func DefaultCauses() Causes {
	return Causes{
		Stale: "stale_exports",
		Products: []monitor.Signal{"used_sold_as_new", "counterfeit", "inauthentic", "not_as_described", "wrong_item", "incomplete_item",
			"unsafe_product", "expired_goods"},
		Rates:  []monitor.Signal{"order_defect_rate", "late_shipment_rate", "cancellation_rate", "valid_tracking_rate", "on_time_delivery_rate"},
		Health: "account_health",
	}
}

// may says whether an alert of a signal can be the cause of another.
func (c Causes) may(s monitor.Signal) bool {
	return s != "" && (s == c.Stale || s == c.Health || slices.Contains(c.Products, s))
}

// hides says whether a cause explains an alert. Both are of one account, and not the same.
func (c Causes) hides(cause, of *monitor.Alert) bool {
	if cause.Account != of.Account || cause.AlertKey == of.AlertKey {
		return false
	}
	if cause.Signal == c.Stale && !of.BlindSince.IsZero() {
		kinds, told := c.Reads[of.Signal]
		return of.Signal != c.Stale && (!told || slices.Contains(kinds, monitor.ExportKind(cause.Subject)))
	}
	if of.Severity == monitor.Critical || of.Severity.Worse(cause.Severity) {
		return false
	}
	switch {
	case cause.Signal == c.Health && slices.Contains(c.Rates, of.Signal):
		return sameMarketplace(cause, of) && strings.HasPrefix(strings.ToLower(cause.Subject), strings.ReplaceAll(string(of.Signal), "_", " "))
	case !slices.Contains(c.Products, cause.Signal) || cause.Subject == "":
		return false
	case slices.Contains(c.Products, of.Signal):
		return sameMarketplace(cause, of) && cause.Subject == of.Subject && c.leads(cause, of)
	case slices.Contains(c.Rates, of.Signal):
		return sameMarketplace(cause, of) && carries(cause.Finding, of.Finding)
	}
	return false
}

func sameMarketplace(a, b *monitor.Alert) bool {
	return a.Marketplace == b.Marketplace || a.Marketplace == "" || b.Marketplace == ""
}

// leads says which of two complaints about a product is told: the worse, the older, then the one that is listed first.
func (c Causes) leads(a, b *monitor.Alert) bool {
	return cmp.Or(b.Severity.Rank()-a.Severity.Rank(), a.Opened.Compare(b.Opened),
		slices.Index(c.Products, a.Signal)-slices.Index(c.Products, b.Signal), strings.Compare(string(a.Marketplace), string(b.Marketplace))) < 0
}

// carries says whether a product has more than half of a rate's defects.
func carries(product, rate monitor.Finding) bool {
	for _, d := range rate.Drivers {
		if d.Kind != "SKU" || 2*d.Defects <= rate.Defects {
			continue
		}
		if d.Name == product.Subject {
			return true
		}
		for _, own := range product.Drivers {
			if own.Kind == "SKU" && own.Name == d.Name {
				return true
			}
		}
		for _, e := range product.Evidence {
			if e.SKU == d.Name {
				return true
			}
		}
	}
	return false
}

// causes are the alerts of an account that may be the cause of others. Those about products are found by their subject:
// of them there may be thousands.
type causes struct {
	products map[string][]*monitor.Alert
	others   []*monitor.Alert
	all      []*monitor.Alert
}

// sortCauses takes alerts that may be causes, the likeliest first.
func (c Causes) sortCauses(all []*monitor.Alert) causes {
	s := causes{products: map[string][]*monitor.Alert{}, all: all}
	for _, a := range all {
		if slices.Contains(c.Products, a.Signal) {
			s.products[a.Subject] = append(s.products[a.Subject], a)
		} else {
			s.others = append(s.others, a)
		}
	}
	return s
}

// first returns the alert that stands at the beginning of what explains an alert: a cause that is itself a consequence
// names nothing. Nil: nothing explains it.
func (c Causes) first(of *monitor.Alert, among causes) *monitor.Alert {
	var found *monitor.Alert
	seen := map[monitor.AlertKey]bool{of.AlertKey: true}
	explains := func(a *monitor.Alert) bool { return !seen[a.AlertKey] && c.hides(a, of) }
	for {
		likely := [][]*monitor.Alert{among.all}
		if slices.Contains(c.Products, of.Signal) {
			likely = [][]*monitor.Alert{among.others, among.products[of.Subject]}
		}
		var next *monitor.Alert
		for _, list := range likely {
			if i := slices.IndexFunc(list, explains); i >= 0 && next == nil {
				next = list[i]
			}
		}
		if next == nil {
			return found
		}
		of, found = next, next
		seen[of.AlertKey] = true
	}
}
