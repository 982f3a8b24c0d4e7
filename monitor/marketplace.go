package monitor

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// Marketplace is an Amazon store by the name that its own exports use in sales-channel: "Amazon.com", "Amazon.de".
// The empty Marketplace means that no export has said yet where an order was sold.
type Marketplace string

// DateOrder is the order in which a store writes day, month and year in its seller feedback export.
type DateOrder string

// The orders seen in feedback exports.
const (
	MonthFirst DateOrder = "m/d/y" // Amazon.com
	DayFirst   DateOrder = "d/m/y" // most stores
	YearFirst  DateOrder = "y/m/d" // Amazon.co.jp, Amazon.se
)

// store is what is known of one marketplace.
type store struct {
	country string // ISO 3166-1 alpha-2, as in ship-country
	zone    string // whose midnight ends a day of the store's metrics
	dates   DateOrder
}

// stores lists Amazon's marketplaces. A day of Amazon.com is a Pacific day (its delivery deadlines are 23:59:59
// Pacific); the unified North American account counts CA and MX the same way; elsewhere it is the local day.
var stores = map[Marketplace]store{
	"Amazon.com":    {"US", "America/Los_Angeles", MonthFirst},
	"Amazon.ca":     {"CA", "America/Los_Angeles", DayFirst},
	"Amazon.com.mx": {"MX", "America/Los_Angeles", DayFirst},
	"Amazon.com.br": {"BR", "America/Sao_Paulo", DayFirst},
	"Amazon.co.uk":  {"GB", "Europe/London", DayFirst},
	"Amazon.ie":     {"IE", "Europe/Dublin", DayFirst},
	"Amazon.de":     {"DE", "Europe/Berlin", DayFirst},
	"Amazon.fr":     {"FR", "Europe/Paris", DayFirst},
	"Amazon.it":     {"IT", "Europe/Rome", DayFirst},
	"Amazon.es":     {"ES", "Europe/Madrid", DayFirst},
	"Amazon.nl":     {"NL", "Europe/Amsterdam", DayFirst},
	"Amazon.com.be": {"BE", "Europe/Brussels", DayFirst},
	"Amazon.pl":     {"PL", "Europe/Warsaw", DayFirst},
	"Amazon.se":     {"SE", "Europe/Stockholm", YearFirst},
	"Amazon.com.tr": {"TR", "Europe/Istanbul", DayFirst},
	"Amazon.ae":     {"AE", "Asia/Dubai", DayFirst},
	"Amazon.sa":     {"SA", "Asia/Riyadh", DayFirst},
	"Amazon.eg":     {"EG", "Africa/Cairo", DayFirst},
	"Amazon.co.za":  {"ZA", "Africa/Johannesburg", DayFirst},
	"Amazon.in":     {"IN", "Asia/Kolkata", DayFirst},
	"Amazon.co.jp":  {"JP", "Asia/Tokyo", YearFirst},
	"Amazon.sg":     {"SG", "Asia/Singapore", DayFirst},
	"Amazon.com.au": {"AU", "Australia/Sydney", DayFirst},
}

// Marketplaces returns every known marketplace, sorted by name.
func Marketplaces() []Marketplace {
	all := make([]Marketplace, 0, len(stores))
	for m := range stores {
		all = append(all, m)
	}
	slices.Sort(all)
	return all
}

// ParseMarketplace finds the marketplace that a sales-channel, a domain or a country code names, whatever its case:
// "Amazon.de", "amazon.de", "www.amazon.de", "DE". It answers false for anything else, "Non-Amazon" among it.
func ParseMarketplace(s string) (Marketplace, bool) {
	name := strings.ToLower(strings.TrimSpace(s))
	name = strings.TrimPrefix(name, "www.")
	if name == "amazon.jp" {
		name = "amazon.co.jp"
	}
	if name == "uk" {
		name = "gb"
	}
	m, ok := byName[name]
	return m, ok
}

// byName finds a marketplace by its name or country in lower case.
var byName = func() map[string]Marketplace {
	names := map[string]Marketplace{}
	for m, st := range stores {
		names[strings.ToLower(string(m))] = m
		names[strings.ToLower(st.country)] = m
	}
	return names
}()

// Known says whether m is in the table of marketplaces.
func (m Marketplace) Known() bool { _, ok := stores[m]; return ok }

// Country returns the marketplace's ISO country code, or "".
func (m Marketplace) Country() string { return stores[m].country }

// DateOrder returns the order in which the marketplace writes dates, or "" for an unknown marketplace.
func (m Marketplace) DateOrder() DateOrder { return stores[m].dates }

// Clock returns the location whose midnight ends a day of the marketplace's metrics; UTC for an unknown one.
// The zones come from time/tzdata where the machine has none.
func (m Marketplace) Clock() *time.Location {
	st, ok := stores[m]
	if !ok {
		return time.UTC
	}
	if have, ok := clocks.Load(st.zone); ok {
		if loc, ok := have.(*time.Location); ok {
			return loc
		}
	}
	loc, err := time.LoadLocation(st.zone)
	if err != nil { // only a program built without zone data on a machine without it
		return time.UTC
	}
	clocks.Store(st.zone, loc)
	return loc
}

// clocks keeps zones once read: loading one parses its whole history.
var clocks sync.Map

// Label names the marketplace for people.
func (m Marketplace) Label() string {
	if m == "" {
		return "unknown marketplace"
	}
	return string(m)
}
