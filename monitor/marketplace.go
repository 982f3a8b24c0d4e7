package monitor

import (
	"slices"
	"strings"
	"sync/atomic"
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
	clock   atomic.Pointer[time.Location] // of the zone, once asked for
}

// stores lists Amazon's marketplaces. A day of Amazon.com is a Pacific day (its delivery deadlines are 23:59:59
// Pacific); the unified North American account counts CA and MX the same way; elsewhere it is the local day.
var stores = map[Marketplace]*store{
	"Amazon.com":    {country: "US", zone: "America/Los_Angeles", dates: MonthFirst},
	"Amazon.ca":     {country: "CA", zone: "America/Los_Angeles", dates: DayFirst},
	"Amazon.com.mx": {country: "MX", zone: "America/Los_Angeles", dates: DayFirst},
	"Amazon.com.br": {country: "BR", zone: "America/Sao_Paulo", dates: DayFirst},
	"Amazon.co.uk":  {country: "GB", zone: "Europe/London", dates: DayFirst},
	"Amazon.ie":     {country: "IE", zone: "Europe/Dublin", dates: DayFirst},
	"Amazon.de":     {country: "DE", zone: "Europe/Berlin", dates: DayFirst},
	"Amazon.fr":     {country: "FR", zone: "Europe/Paris", dates: DayFirst},
	"Amazon.it":     {country: "IT", zone: "Europe/Rome", dates: DayFirst},
	"Amazon.es":     {country: "ES", zone: "Europe/Madrid", dates: DayFirst},
	"Amazon.nl":     {country: "NL", zone: "Europe/Amsterdam", dates: DayFirst},
	"Amazon.com.be": {country: "BE", zone: "Europe/Brussels", dates: DayFirst},
	"Amazon.pl":     {country: "PL", zone: "Europe/Warsaw", dates: DayFirst},
	"Amazon.se":     {country: "SE", zone: "Europe/Stockholm", dates: YearFirst},
	"Amazon.com.tr": {country: "TR", zone: "Europe/Istanbul", dates: DayFirst},
	"Amazon.ae":     {country: "AE", zone: "Asia/Dubai", dates: DayFirst},
	"Amazon.sa":     {country: "SA", zone: "Asia/Riyadh", dates: DayFirst},
	"Amazon.eg":     {country: "EG", zone: "Africa/Cairo", dates: DayFirst},
	"Amazon.co.za":  {country: "ZA", zone: "Africa/Johannesburg", dates: DayFirst},
	"Amazon.in":     {country: "IN", zone: "Asia/Kolkata", dates: DayFirst},
	"Amazon.co.jp":  {country: "JP", zone: "Asia/Tokyo", dates: YearFirst},
	"Amazon.sg":     {country: "SG", zone: "Asia/Singapore", dates: DayFirst},
	"Amazon.com.au": {country: "AU", zone: "Australia/Sydney", dates: DayFirst},
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
func (m Marketplace) Country() string {
	if st, ok := stores[m]; ok {
		return st.country
	}
	return ""
}

// DateOrder returns the order in which the marketplace writes dates, or "" for an unknown marketplace.
func (m Marketplace) DateOrder() DateOrder {
	if st, ok := stores[m]; ok {
		return st.dates
	}
	return ""
}

// Clock returns the location whose midnight ends a day of the marketplace's metrics; UTC for an unknown one.
// The zones come from time/tzdata where the machine has none.
func (m Marketplace) Clock() *time.Location {
	st, ok := stores[m]
	if !ok {
		return time.UTC
	}
	if loc := st.clock.Load(); loc != nil { // loading a zone parses its whole history
		return loc
	}
	loc, err := time.LoadLocation(st.zone)
	if err != nil { // only a program built without zone data on a machine without it
		return time.UTC
	}
	st.clock.Store(loc)
	return loc
}

// Label names the marketplace for people.
func (m Marketplace) Label() string {
	if m == "" {
		return "unknown marketplace"
	}
	return string(m)
}
