package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// RestrictedProducts tells of listings with words of goods that Amazon restricts, and of how close the repeat limit is.
type RestrictedProducts struct {
	Words        []string      `help:"Words to look for besides, as \"category: word\", or a word alone: a trap word of pesticides. A * at its end stands for any ending."`
	Silenced     []string      `help:"Words not to look for."`
	SilencedSKUs []string      `toml:"silenced_skus" help:"SKUs not to look at: Amazon has approved them, say."`
	StaleAfter   time.Duration `help:"Age of the newest listings, or of Amazon's count of violations, from which the check is blind."`
	ListStale    time.Duration `help:"Age of your list of violations from which it is no all-clear."`
}

var restrictedProducts = Entry{
	Signal: "restricted_products",
	Title:  "Restricted products",
	Finds:  "Listings with a trap word or of a restricted category, by category with each word shown; and violations near the limit of 2 in 180 days.",
	Counts: "Words and phrases of 11 languages in the titles and descriptions of listings, and in the titles of FBA inventory where a listing has none. A listing " +
		"that is not active is not counted. A word is a sign, not a proof: trap words and goods that need approval are worth a look, goods that are barred outright are a " +
		"warning. Words that make another harmless (silicone mold) are heeded wherever they stand in the same text. Amazon's own list of words is secret: no hit is no all-clear. " +
		"Violations count for 180 days unless your list says that they are solved.",
	Advice: "Take the word out of the title, the description and the search terms, or close the offer, before Amazon's scan finds it; deleting a listing afterwards does not remove the violation.",
	Source: "categories as named by Amazon's moderators; trap words as sellers were flagged for; repeat limit of most restricted-product policies, as Amazon's notices give it",
	Reads:  []monitor.ExportKind{monitor.KindListings, monitor.KindFBAInventory, monitor.KindViolations, monitor.KindPerformance},
	Daily:  true,
	New: func(Rules) monitor.Check {
		return &RestrictedProducts{Words: []string{}, Silenced: []string{}, SilencedSKUs: []string{}, StaleAfter: 14 * 24 * time.Hour, ListStale: 90 * 24 * time.Hour}
	},
}

// hit is a listing and the worst of the words that stand in it.
type hit struct {
	word policy.RestrictedWord
	row  monitor.Evidence
}

// Judge implements monitor.Check.
func (c *RestrictedProducts) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	words, err := policy.NewRestrictedWords(c.Words, c.Silenced)
	if err != nil {
		return nil, fmt.Errorf("setting words: %w", err)
	}
	listings, err := monitor.ListedOf[monitor.Listing](ctx, k, monitor.KindListings)
	if err != nil {
		return nil, err
	}
	stock, err := monitor.ListedOf[monitor.Stock](ctx, k, monitor.KindFBAInventory)
	if err != nil {
		return nil, err
	}
	findings, err := c.violations(ctx, k)
	if err != nil {
		return nil, err
	}
	hits := map[string][]hit{}
	titled, inactive, looked := map[string]bool{}, 0, 0
	for _, r := range listings.Rows {
		l := r.Record
		titled[l.SKU] = titled[l.SKU] || strings.TrimSpace(l.Title) != ""
		if l.Off() {
			inactive++
			titled[l.SKU] = true // nothing to be found by another export
			continue
		}
		looked++
		c.look(words, hits, monitor.Evidence{SKU: l.SKU, ASIN: l.ASIN, Date: monitor.DayOf(listings.AsOf, time.UTC), Source: r.Source}, l.Title, l.Description)
	}
	for _, r := range stock.Rows {
		if s := r.Record; !titled[s.SKU] {
			titled[s.SKU] = true // it has a row for each store
			looked++
			c.look(words, hits, monitor.Evidence{SKU: s.SKU, ASIN: s.ASIN, Date: monitor.DayOf(stock.AsOf, time.UTC), Source: r.Source}, s.Title, "")
		}
	}
	asOf := latest(listings.AsOf, stock.AsOf)
	for _, category := range policy.RestrictedCategories() {
		if found := hits[category.Name]; len(found) > 0 {
			findings = append(findings, c.finding(category, found, asOf))
		}
	}
	slices.SortStableFunc(findings, func(a, b monitor.Finding) int { return b.Severity.Rank() - a.Severity.Rank() })
	f := monitor.Finding{Subject: "listings", Severity: monitor.Blind, DataAsOf: asOf,
		Advice: "Download the All Listings Report (Inventory > Inventory Reports) once a week and put it into this account's folder."}
	if missing := tooOld("listings report", listings.AsOf, k.At(), c.StaleAfter); missing != "" {
		f.Summary = "Whether listings have restricted words cannot be seen: " + missing + "."
		if !stock.AsOf.IsZero() {
			f.Details = []string{"Only the titles of FBA inventory were looked at."}
		}
		findings = append(findings, f)
	} else if len(hits) == 0 {
		f.Severity, f.Advice = monitor.OK, "Nothing to do."
		f.Summary = fmt.Sprintf("None of the words that are looked for stands in %s.", count(looked, "active listing", "active listings"))
		f.Details = []string{"Images, bullet points and search terms are in no export and were not looked at."}
		if inactive > 0 {
			f.Details = append(f.Details, fmt.Sprintf("%s not active.", count(inactive, "listing is", "listings are")))
		}
		if listings.BadRows > 0 {
			f.Details = append(f.Details, fmt.Sprintf("%s of the report could not be read.", count(listings.BadRows, "row", "rows")))
		}
		findings = append(findings, f)
	}
	return findings, nil
}

// look notes the worst word of each category in a listing.
func (c *RestrictedProducts) look(words *policy.RestrictedWords, hits map[string][]hit, row monitor.Evidence, title, description string) {
	if slices.Contains(c.SilencedSKUs, row.SKU) {
		return
	}
	seen := map[string]bool{}
	for i, text := range []string{title, description} {
		for _, w := range words.Find(text) {
			if seen[w.Category] {
				continue
			}
			seen[w.Category] = true
			row.Why = fmt.Sprintf("%s %q in the %s", w.Evidence, w.Word, [...]string{"title", "description"}[i])
			hits[w.Category] = append(hits[w.Category], hit{w, row})
		}
	}
}

// finding is about the listings of a category.
func (c *RestrictedProducts) finding(category policy.RestrictedCategory, hits []hit, asOf time.Time) monitor.Finding {
	slices.SortStableFunc(hits, func(a, b hit) int { return int(b.word.Evidence - a.word.Evidence) })
	n := float64(len(hits))
	f := monitor.Finding{
		Subject: category.Name, Severity: monitor.Watch, Value: &n, Defects: len(hits), DataAsOf: asOf,
		Details: []string{category.Rule, "A word is a sign and no proof: silence the word, or the SKU, where it is none."},
		Advice:  restrictedProducts.Advice,
	}
	barred := 0
	for _, h := range hits {
		f.Evidence = append(f.Evidence, h.row)
		if h.word.Evidence == policy.Barred {
			barred++
		}
	}
	worst := hits[0]
	f.Summary = fmt.Sprintf("%s with words of %s, such as %s: %s.", count(len(hits), "active listing", "active listings"), category.Name, worst.row.About(), worst.row.Why)
	if barred > 0 {
		f.Severity = monitor.Warning
		f.Details = append(f.Details, fmt.Sprintf("%s a word of goods that are barred outright.", count(barred, "of them has", "of them have")))
	}
	return f
}

// violations says how near the repeat limit is, by the seller's list and by Amazon's own count: the greater one holds.
func (c *RestrictedProducts) violations(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	limit, _ := policy.RepeatLimit(monitor.RestrictedProducts)
	arrivals, err := k.Arrivals(ctx)
	if err != nil {
		return nil, err
	}
	today := monitor.DayOf(k.At(), homeClock(k.Account()))
	all, err := monitor.RecordsOf[monitor.Violation](ctx, k, monitor.KindViolations, today-policy.ViolationDays+1, today)
	if err != nil {
		return nil, err
	}
	amazons, counted, err := c.amazonsCount(ctx, k, today)
	if err != nil {
		return nil, err
	}
	own := newest(arrivals, monitor.KindViolations)
	f := monitor.Finding{Subject: "violations", DataAsOf: latest(own, counted)}
	var leaves []string
	for _, r := range all {
		v := r.Record
		if policy.ClassOf(v.Class) != monitor.RestrictedProducts || policy.Solved(v.Status) {
			continue
		}
		leave := policy.Leaves(monitor.RestrictedProducts, v.Opened)
		leaves = append(leaves, leave.Short())
		f.Evidence = append(f.Evidence, monitor.Evidence{SKU: v.SKU, ASIN: v.ASIN, Date: v.Opened, Why: strings.TrimSpace("leaves on " + leave.String() + " " + v.Note), Source: r.Source})
	}
	n := max(len(leaves), amazons)
	value, most, headroom := float64(n), float64(limit.Limit), max(0, limit.Limit-n)
	switch {
	case n == 0 && tooOld("", own, k.At(), c.ListStale) != "" && counted.IsZero():
		f.Severity = monitor.Blind
		f.Summary = "How many restricted-product violations count cannot be seen: neither a recent list of violations nor a recent performance report has been imported."
		f.Advice = "Copy the rows of the account health page into a violations.csv (`goodstanding template violations`), or have the seller performance report downloaded every day."
		return []monitor.Finding{f}, nil
	case n == 0:
		f.Severity, f.Advice = monitor.OK, "Nothing to do."
		f.Summary = fmt.Sprintf("No restricted-product violation in %s.", count(policy.ViolationDays, "day", "days"))
	default:
		f.Severity = monitor.Warning
		if n >= limit.Limit {
			f.Severity = monitor.Critical
		}
		f.Summary = fmt.Sprintf("%s in %s; %d usually cost the account.", count(n, "restricted-product violation", "restricted-product violations"), count(policy.ViolationDays, "day", "days"), limit.Limit)
		f.Advice = "Appeal or correct each of them on the account health page today, and close every other listing of the kind: deleting the listing does not remove the violation."
		if len(leaves) > 0 {
			f.Details = append(f.Details, "They leave by themselves on "+strings.Join(leaves, ", ")+".")
		}
		if amazons > len(leaves) {
			f.Details = append(f.Details, fmt.Sprintf("Amazon counts %d, your list has %d: copy the account health page into it, so that the dates are known.", amazons, len(leaves)))
		}
	}
	f.Value, f.Limit, f.Headroom, f.Defects = &value, &most, &headroom, n
	return []monitor.Finding{f}, nil
}

// amazonsCount is what Amazon counts in the newest performance report of each store, the greatest one, and when that was; zero:
// no report is new enough.
func (c *RestrictedProducts) amazonsCount(ctx context.Context, k monitor.Known, today monitor.Day) (most int, asOf time.Time, err error) {
	reports, err := monitor.RecordsOf[monitor.Performance](ctx, k, monitor.KindPerformance, today-monitor.Day(c.StaleAfter/(24*time.Hour)), today)
	if err != nil {
		return 0, asOf, err
	}
	stores := map[string]int{}
	for _, r := range reports { // by day: the last one stands
		for _, m := range r.Record.Policies {
			if m.Name == monitor.RestrictedProducts && m.Count != nil {
				stores[r.Record.MarketplaceID] = *m.Count
				asOf = latest(asOf, r.Source.Received)
			}
		}
	}
	for _, n := range stores {
		most = max(most, n)
	}
	return most, asOf, nil
}
