package checks

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// ExpiredGoods tells of goods that are past their date or will be before they sell, and of buyers who got such goods.
type ExpiredGoods struct {
	LineDays    int      `help:"Days before its expiry from which Amazon no longer sells a unit at FBA."`
	CheckInDays int      `help:"Days of shelf life that a unit needs on arrival at FBA. The time to use it up comes on top."`
	CheckIn     []string `help:"The same for single SKUs, with the time to use a unit up in it, as \"SKU 330\"."`
	SellerDays  int      `help:"Days before their expiry from which goods that you ship yourself should no longer be sent. Amazon publishes no number."`
	Soon        int      `help:"Days up to the last day of sale within which units that will not sell are a warning."`
	Ahead       int      `help:"Days up to the last day of sale within which units that will not sell are worth a look."`

	PaceDays      int `help:"Over how many days the pace of sales is taken."`
	SlowPaceDays  int `help:"Over how many days it is taken where fewer than 20 orders make it."`
	ComplaintDays int `help:"How long a complaint about expired goods counts."`
	RecentDays    int `help:"How long a complaint, an arrival or a unit found expired is recent."`
	MostWatched   int `help:"How many SKUs that are worth a look are told one by one; more are told together."`

	InventoryStaleAfter time.Duration `help:"Age of the newest Expiration-Dated Inventory from which it says nothing."`
	LotsStaleAfter      time.Duration `help:"Age of the newest list of lots from which it says nothing."`
	OrdersStaleAfter    time.Duration `help:"Age of the newest export of orders from which the pace of sales is not known."`
}

var expiredGoods = Entry{
	Signal: "expired_goods",
	Title:  "Expired goods",
	Finds: "Units that expire, or pass FBA's 50-day line, before they sell at the present pace; lots that are past already; lots that " +
		"FBA would refuse on arrival; units that Amazon has found expired; and buyers who say that they got expired goods.",
	Counts: "Units by SKU and date, from Expiration-Dated Inventory and your lots.csv. The lot that expires first is taken to sell first. The pace is that of the " +
		"last 28 days, or of 84 where fewer than 20 orders make it, and never taken as known better than 50 orders tell it; the range in brackets holds in 8 of 10 cases. " +
		"A lot stays until your list gives it a quantity of 0. Where neither export is there, goods may expire or not: that is said, not taken for none. " +
		"A list of lots with a row for each SKU and no date in it says that they do not expire.",
	Advice: "Sell what expires first, lower its price, or have it removed while that is possible; stop the listing of what is past.",
	Source: policy.FBAShelfLife.Source + "; two complaints about expired goods are known to have closed an account",
	Reads: []monitor.ExportKind{monitor.KindExpiringInventory, monitor.KindLots, monitor.KindFBAInventory, monitor.KindListings, monitor.KindInventoryReport, monitor.KindAllOrders, monitor.KindOrderReport,
		monitor.KindFulfilledShipments, monitor.KindFeedback, monitor.KindFBAReturns, monitor.KindSellerReturns, monitor.KindLedgerDetail},
	Daily: true,
	New: func(Rules) monitor.Check {
		const day = 24 * time.Hour
		return &ExpiredGoods{
			LineDays: policy.FBAShelfLife.Line, CheckInDays: policy.FBAShelfLife.CheckIn, CheckIn: []string{}, SellerDays: 14, Soon: 30, Ahead: 120,
			PaceDays: 28, SlowPaceDays: 84, ComplaintDays: 180, RecentDays: 30, MostWatched: 50,
			InventoryStaleAfter: 14 * day, LotsStaleAfter: 60 * day, OrdersStaleAfter: 14 * day,
		}
	},
}

// Judge implements monitor.Check.
func (c *ExpiredGoods) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	need, err := c.checkInDays()
	if err != nil {
		return nil, err
	}
	g, err := c.goods(ctx, k)
	if err != nil {
		return nil, err
	}
	findings, err := c.complaints(ctx, k, g)
	if err != nil {
		return nil, err
	}
	found, err := c.foundExpired(ctx, k, g)
	if err != nil {
		return nil, err
	}
	findings = append(findings, found...)
	var watched []monitor.Finding
	for _, s := range g.shelves {
		for _, f := range []*monitor.Finding{c.onShelf(s, g), c.arrivingLate(s, g, need)} {
			switch {
			case f == nil:
			case f.Severity == monitor.Watch:
				watched = append(watched, *f)
			default:
				findings = append(findings, *f)
			}
		}
	}
	findings = append(findings, c.together(watched, "other SKUs")...)
	bad, told := map[monitor.Channel]bool{}, map[string]bool{}
	for _, f := range findings {
		told[strings.TrimSuffix(f.Subject, arrival)] = true
	}
	for _, s := range g.shelves {
		bad[s.channel] = bad[s.channel] || told[s.sku]
	}
	slices.SortStableFunc(findings, func(a, b monitor.Finding) int { return b.Severity.Rank() - a.Severity.Rank() })
	return append(findings, c.covered(g, bad)...), nil
}

// checkInDays reads the setting for single SKUs.
func (c *ExpiredGoods) checkInDays() (map[string]int, error) {
	need := map[string]int{}
	for _, entry := range c.CheckIn {
		entry = strings.TrimSpace(entry)
		i := strings.LastIndexByte(entry, ' ')
		days, err := strconv.Atoi(entry[i+1:])
		if err != nil || i < 0 || days < 0 {
			return nil, fmt.Errorf("setting check_in: %q is not a SKU and a number of days, such as \"TEA-1 330\"", entry)
		}
		need[strings.TrimSpace(entry[:i])] = days
	}
	return need, nil
}

// covered says for each way of shipping what was looked at, or that nothing could be.
func (c *ExpiredGoods) covered(g *goods, bad map[monitor.Channel]bool) []monitor.Finding {
	var findings []monitor.Finding
	for _, ch := range []monitor.Channel{monitor.FBA, monitor.SellerFulfilled} {
		if !g.uses[ch] {
			continue
		}
		f := monitor.Finding{Subject: ch.Label(), Severity: monitor.Blind, DataAsOf: g.lotsAsOf,
			Advice: "Keep a lots.csv with sku, lot, quantity and expires of what you have, and put it into this account's folder whenever it changes; `goodstanding template lots` begins one. " +
				"A row without a date says that a SKU does not expire. If nothing that you sell has a shelf life, switch this check off."}
		missing := tooOld("list of lots", g.lotsAsOf, g.at, c.LotsStaleAfter)
		if missing == "" && !g.listed[ch] {
			missing = "the list of lots has none of what sells this way"
		}
		if ch == monitor.FBA {
			if m := tooOld("Expiration-Dated Inventory", g.stockAsOf, g.at, c.InventoryStaleAfter); m == "" {
				missing, f.DataAsOf = "", g.stockAsOf
			} else if missing != "" {
				missing += ", and " + m
				f.DataAsOf = latest(g.stockAsOf, g.lotsAsOf)
				f.Advice = "Download Expiration-Dated Inventory (Reports > Fulfilment > Inventory) once a week and put it into this account's folder; where it lists nothing, nothing of yours at Amazon has a date. " + f.Advice
			}
		}
		switch {
		case missing != "":
			f.Summary = fmt.Sprintf("Whether %s goods expire cannot be seen: %s.", ch.Label(), missing)
		case bad[ch]:
			continue
		default:
			f.Severity, f.Advice = monitor.OK, "Nothing to do."
			f.Summary = fmt.Sprintf("No unit with a known date, %s, expires within %s before it sells.", ch.Label(), count(c.Ahead, "day", "days"))
			if g.undated[ch] > 0 {
				f.Details = append(f.Details, fmt.Sprintf("No date is known of %s sold in the last %s.", count(g.undated[ch], "SKU", "SKUs"), count(c.SlowPaceDays, "day", "days")))
			}
			if !g.heard {
				f.Details = append(f.Details, "What buyers say was not looked at: there is no export of feedback or returns.")
			}
			if g.unread > 0 {
				f.Details = append(f.Details, fmt.Sprintf("%s of the inventory could not be read.", count(g.unread, "row", "rows")))
			}
		}
		findings = append(findings, f)
	}
	if len(findings) == 0 && len(bad) == 0 {
		findings = append(findings, monitor.Finding{Severity: monitor.Blind,
			Summary: "Whether goods expire cannot be seen: no inventory, list of lots or order has been imported.",
			Advice:  "Download Expiration-Dated Inventory (Reports > Fulfilment > Inventory), or keep a lots.csv (`goodstanding template lots`), and put it into this account's folder."})
	}
	return findings
}

// together tells the SKUs that are worth a look one by one, the next date first, and those beyond MostWatched as one.
func (c *ExpiredGoods) together(watched []monitor.Finding, subject string) []monitor.Finding {
	if len(watched) <= c.MostWatched {
		return watched
	}
	slices.SortStableFunc(watched, func(a, b monitor.Finding) int {
		return cmp.Or(cmp.Compare(a.Evidence[0].Date, b.Evidence[0].Date), strings.Compare(a.Subject, b.Subject))
	})
	rest := watched[c.MostWatched:]
	n := float64(len(rest))
	f := monitor.Finding{Subject: subject, Severity: monitor.Watch, Value: &n, DataAsOf: rest[0].DataAsOf, Advice: rest[0].Advice,
		Summary: fmt.Sprintf("%s besides, the next of them: %s", count(len(rest), "SKU", "SKUs"), rest[0].Summary)}
	for _, r := range rest {
		f.Evidence = append(f.Evidence, r.Evidence[0])
	}
	return append(watched[:c.MostWatched:c.MostWatched], f)
}

// complaints are those of buyers about expired goods, by ASIN.
func (c *ExpiredGoods) complaints(ctx context.Context, k monitor.Known, g *goods) ([]monitor.Finding, error) {
	all, err := k.Complaints(ctx, g.today-monitor.Day(c.ComplaintDays)+1, g.today+1)
	if err != nil {
		return nil, err
	}
	by := map[string][]monitor.Complaint{} // newest first
	for _, said := range all {
		if !said.Names(monitor.CauseExpired) || said.Day > monitor.DayOf(k.At(), said.Marketplace.Clock()) {
			continue
		}
		about := said.ASINs
		if len(about) == 0 {
			about = said.SKUs
		}
		if len(about) == 0 {
			about = []string{"order " + said.OrderID}
		}
		for _, subject := range about {
			by[subject] = append(by[subject], said)
		}
	}
	// A complaint does not get old while nothing is heard of new ones.
	now := min(g.today, g.heardUpTo)
	var findings []monitor.Finding
	for _, subject := range sortedKeys(by) {
		said := by[subject]
		n := float64(len(said))
		f := monitor.Finding{
			Subject: subject + " complaints", Severity: monitor.Watch, Value: &n, Defects: len(said), DataAsOf: g.heardAsOf,
			Summary: fmt.Sprintf("%s of expired goods about %s in %s, the last on %s.", count(len(said), "complaint", "complaints"), subject, count(c.ComplaintDays, "day", "days"), said[0].Day.Short()),
			Details: []string{fmt.Sprintf("They stop counting one by one, the last on %s.", (said[0].Day + monitor.Day(c.ComplaintDays)).Short()),
				"Amazon has closed an account over two automatic complaints of this kind."},
			Advice: "Look at the goods today and stop the offer until you have seen their dates; have stock at FBA checked or removed, answer the buyers and refund them. Where a date is printed day first and sold in the US, say so on the label and in the listing.",
		}
		if now-said[0].Day < monitor.Day(c.RecentDays) {
			f.Severity = monitor.Warning
			if len(said) > 1 {
				f.Severity = monitor.Critical
			}
		}
		for _, s := range said {
			e := monitor.Evidence{OrderID: s.OrderID, Date: s.Day, Why: "complaint", Source: s.Source}
			if s.Reason != "" {
				e.Why = "return, " + s.Reason
			}
			if len(s.ASINs) > 1 {
				e.Why += ", one of several products of the order"
			}
			f.Evidence = append(f.Evidence, e)
			if strings.TrimSpace(s.Text) != "" {
				f.Quotes = append(f.Quotes, monitor.Quote{OrderID: s.OrderID, Day: s.Day, Rating: s.Rating, Comment: s.Text})
			}
		}
		findings = append(findings, f)
	}
	return findings, nil
}

// foundExpired tells of units that Amazon itself calls EXPIRED: in its inventory, its ledger and among returns.
func (c *ExpiredGoods) foundExpired(ctx context.Context, k monitor.Known, g *goods) ([]monitor.Finding, error) {
	from := g.today - monitor.Day(c.RecentDays) + 1
	returns, err := monitor.RecordsOf[monitor.Return](ctx, k, monitor.KindFBAReturns, from, g.today)
	if err != nil {
		return nil, err
	}
	events, err := monitor.RecordsOf[monitor.LedgerEvent](ctx, k, monitor.KindLedgerDetail, from, g.today)
	if err != nil {
		return nil, err
	}
	rows := g.expired // units that are there now
	for _, r := range returns {
		if isExpired(r.Record.Disposition) {
			e := monitor.Evidence{OrderID: r.Record.OrderID, SKU: r.Record.SKU, ASIN: r.Record.ASIN, Date: r.Record.Day, Why: "came back and was found expired", Source: r.Source}
			rows = append(rows, foundRow{r.Record.SKU, max(1, r.Record.Quantity), e})
		}
	}
	for _, r := range events {
		// Returns are counted above; a negative quantity is a unit that left.
		if l := r.Record; isExpired(l.Disposition) && l.Event != "CustomerReturns" && l.Quantity != nil && *l.Quantity > 0 {
			e := monitor.Evidence{SKU: l.SKU, ASIN: l.ASIN, Date: l.Day, Why: fmt.Sprintf("%s found expired, %s", count(*l.Quantity, "unit", "units"), l.Event), Source: r.Source}
			rows = append(rows, foundRow{l.SKU, *l.Quantity, e})
		}
	}
	by := map[string][]foundRow{}
	for _, r := range rows {
		by[r.sku] = append(by[r.sku], r)
	}
	var findings []monitor.Finding
	for _, sku := range sortedKeys(by) {
		f := monitor.Finding{Subject: sku + " at Amazon", Severity: monitor.Watch, DataAsOf: latest(g.stockAsOf, g.heardAsOf),
			Advice: "Create a removal order for the expired units today, and look at the dates of what else you have of this SKU before Amazon or a buyer does."}
		// What was found expired is in the inventory afterwards, until it is removed.
		held, moved := 0, 0
		for _, r := range by[sku] {
			if r.row.Source.Kind == monitor.KindExpiringInventory {
				held += r.units
			} else {
				moved += r.units
			}
			f.Evidence = append(f.Evidence, r.row)
		}
		total := max(held, moved)
		n := float64(total)
		f.Value, f.Defects = &n, total
		f.Summary = fmt.Sprintf("%s: Amazon holds or has found %s expired in %s.", sku, count(total, "unit", "units"), count(c.RecentDays, "day", "days"))
		findings = append(findings, f)
	}
	return c.together(findings, "other SKUs at Amazon"), nil
}

// foundRow is a row in which Amazon calls units expired.
type foundRow struct {
	sku   string
	units int
	row   monitor.Evidence
}

func isExpired(disposition string) bool {
	return strings.EqualFold(strings.TrimSpace(disposition), "EXPIRED")
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// latest returns the later of instants.
func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// whole rounds a number of units to the nearest whole one.
func whole(n float64) int { return int(math.Round(n)) }
