package checks

import (
	"fmt"

	"goodstanding/monitor"
)

// scale is what the complaints about a product are weighed on.
type scale struct {
	yardstick
	lives bool // the account's buyers complain of the cause all the time: single ones are no finding
	whole bool // those of all its products together are news
}

// livesWith is how many such complaints in 90 days make an account that lives with them.
const livesWith = 3

func (j complaintJudge) scale(c *chapter) scale {
	all := c.crowd
	for _, t := range c.products {
		all.addBuyers(&t.tally)
	}
	s := scale{yardstick: newYardstick(j.typical, j.perYear, all)}
	if j.typical == 0 { // no number is usual
		return s
	}
	complained := make(map[int]*tally, len(c.products)) // by the product's place in the market
	for p, had := range c.products {
		if at, ok := c.index[p]; ok {
			complained[at] = &had.tally
		}
	}
	usual := 0.0
	for at := range c.market.tallies {
		t := &c.market.tallies[at]
		if had := complained[at]; had != nil {
			t = had
		}
		usual += s.expected(t, len(windows)-1)
	}
	s.lives = usual >= livesWith
	// Complaints without orders to set them against are as good as news.
	var one crowd
	one.add(&all.tally)
	_, s.whole = newYardstick(j.typical, j.perYear, one).news(&all.tally)
	s.whole = s.whole || all.orders[len(windows)-1] == 0
	return s
}

// weighed is what is found of one product.
type weighed struct {
	*complained
	scale
	violations []monitor.Sourced[monitor.Violation]
	severity   monitor.Severity
	window     int  // which says so
	news       bool // it is the number of buyers that does
}

// weigh says how bad the complaints about a product are.
func (j complaintJudge) weigh(c *complained, sc scale, violations []monitor.Sourced[monitor.Violation]) weighed {
	w := weighed{complained: c, scale: sc, violations: violations, severity: monitor.OK}
	if j.typical > 0 {
		w.window, w.news = sc.news(&c.tally)
	}
	if w.news {
		w.severity = monitor.Watch
		// Buyers choose the reason that makes the return free, so their words weigh more.
		if c.worded(w.window) >= 2 || sc.plainly(&c.tally) {
			w.severity = monitor.Warning
		}
	}
	if acting := j.acts(w); acting.Worse(w.severity) {
		w.severity, w.window = acting, len(windows)-1
	}
	return w
}

// acts says how bad it is by the counts at which Amazon is known to act. Of causes that some accounts live with, such a count
// must be news as well: Amazon weighs complaints against orders.
func (j complaintJudge) acts(w weighed) monitor.Severity {
	last := len(windows) - 1
	n, open := w.buyers[last]+len(w.violations), len(w.violations) > 0
	usual := j.acting.Usual && !w.news && !open && w.orders[last] > 0
	switch a := j.acting; {
	case usual && w.lives:
		return monitor.OK
	case !usual && a.Critical > 0 && n >= a.Critical:
		return monitor.Critical
	case !usual && a.Warning > 0 && n >= a.Warning, open:
		return monitor.Warning
	case a.Watch > 0 && n >= a.Watch:
		return monitor.Watch
	}
	return monitor.OK
}

// product judges one product.
func (j complaintJudge) product(b *chapter, p product, sc scale, violations []monitor.Sourced[monitor.Violation]) (monitor.Finding, bool) {
	w := j.weigh(b.products[p], sc, violations)
	if w.severity == monitor.OK {
		return j.immeasurable(b, p)
	}
	n := w.buyers[w.window]
	span := b.window(p, w.window)
	value := float64(n + len(violations))
	f := monitor.Finding{
		Marketplace: p.marketplace, Subject: p.name, Severity: w.severity, Value: &value, Defects: n + len(violations), Orders: int(w.orders[w.window] + 0.5),
		Window: &span, Summary: j.summary(p, w, span), Details: j.details(w), Advice: j.advice,
	}
	if limit := j.limit(w); limit > 0 {
		at, left := float64(limit), max(limit-f.Defects, 0)
		f.Limit, f.Headroom = &at, &left
	}
	about := b.within(p, w.about, w.window)
	f.Evidence, f.Quotes = j.evidence(about)
	for _, v := range violations {
		f.Evidence = append(f.Evidence, violationEvidence(v))
	}
	f.Drivers = skusOf(about, n)
	return f, true
}

// summary says how many buyers of a product say it, and what that means.
func (j complaintJudge) summary(p product, w weighed, span monitor.Window) string {
	n, listed := w.buyers[w.window], count(len(w.violations), "open violation", "open violations")
	if n == 0 {
		return fmt.Sprintf("Amazon lists %s on %s for complaints %s.", listed, p.name, j.says)
	}
	text := fmt.Sprintf("%s of %s %s %s (%s)", count(n, "buyer", "buyers"), p.name, say(n), j.says, days(span))
	switch {
	case len(w.violations) > 0:
		return text + fmt.Sprintf(", and Amazon lists %s for it.", listed)
	case w.news:
		return text + fmt.Sprintf("; %s would be usual.", about(w.expected(&w.tally, w.window)))
	case w.severity == monitor.Critical:
		return text + ": so many are known to cost the listing, and the account with it."
	default:
		return text + ": Amazon is known to act on single complaints of this kind."
	}
}

// immeasurable tells of complaints that there are no orders to set against: whether they are many cannot be judged.
func (j complaintJudge) immeasurable(b *chapter, p product) (monitor.Finding, bool) {
	c := b.products[p]
	last := len(windows) - 1
	if c.orders[last] > 0 || c.buyers[last] < fewestBuyers {
		return monitor.Finding{}, false
	}
	w := b.window(p, last)
	f := monitor.Finding{Marketplace: p.marketplace, Subject: p.name, Severity: monitor.Blind, Defects: c.buyers[last], Window: &w,
		Summary: fmt.Sprintf("%s of %s say %s (%s); whether that is many cannot be judged: no order export shows orders of it.",
			count(c.buyers[last], "buyer", "buyers"), p.name, j.says, days(w)),
		Advice: "Download All Orders (Reports > Fulfilment > All Orders) of the last months and put it into this account's folder."}
	f.Evidence, f.Quotes = j.evidence(c.about)
	return f, true
}

// limit is the number of buyers at which things get serious; 0: none is known.
func (j complaintJudge) limit(w weighed) int {
	switch {
	case j.acting.Critical > 0:
		return j.acting.Critical
	case w.news:
		return w.fewest(&w.tally, w.window)
	}
	return 0
}

// details says what a finding rests on.
func (j complaintJudge) details(w weighed) (details []string) {
	n, orders := w.buyers[w.window], int(w.orders[w.window]+0.5)
	switch {
	case n == 0:
	case orders == 0:
		details = append(details, "No order export shows orders of it that can have brought them, so nobody can say how many buyers were content.")
	case j.typical > 0 && !w.news:
		details = append(details, fmt.Sprintf("About %s can have brought them; %s would be usual.", count(orders, "order", "orders"), about(w.expected(&w.tally, w.window))))
	default:
		details = append(details, fmt.Sprintf("About %s can have brought them.", count(orders, "order", "orders")))
	}
	if w.news {
		details = append(details, fmt.Sprintf("From %s on it is told; an account whose products get no worse sees such news by chance at most %s a year.",
			count(w.fewest(&w.tally, w.window), "buyer", "buyers"), times(j.perYear)))
		if w.worded(w.window) == 0 {
			details = append(details, "All of them only chose it as the reason of a return. Buyers choose the one that makes the return free.")
		}
	}
	if m := len(w.perhaps); m > 0 {
		details = append(details, fmt.Sprintf("%s on orders with other products, too, and not counted: which one is meant is not known.",
			count(m, "more complaint is", "more complaints are")))
	}
	if j.also != "" {
		details = append(details, j.also)
	}
	return details
}
