package checks

import (
	"context"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// Counterfeit tells of every product that somebody calls a fake.
type Counterfeit struct {
	StaleAfter time.Duration `help:"Age of the newest feedback or returns report from which the check is blind."`

	acting policy.Acting
}

var counterfeit = Entry{
	Signal: "counterfeit",
	Title:  "Counterfeit",
	Finds:  "Products that a buyer calls a fake, or that Amazon lists for counterfeit: one is enough.",
	Counts: "Buyers, by order, who say in feedback or in a return comment that it is a fake, of the last 90 days, and open violations of the class of the last 180. 2 of one product are critical, and so are those of 3 products together. No return reason says so. Amazon tells counterfeit (claimed to be a fake, mostly by the brand's owner) from inauthentic (its origin is not proven): see that check.",
	Advice: "Stop selling it today until its origin is proven: close the offer, and at Amazon's have the stock removed, not disposed of. Gather the supplier's invoices of the last 365 days and the brand's letter of authorisation. Answer the brand's owner, who alone can take a complaint back.",
	Source: "Amazon's anti-counterfeiting policy: counterfeits count as received intellectual property complaints",
	Reads:  []monitor.ExportKind{monitor.KindFeedback, monitor.KindFBAReturns, monitor.KindSellerReturns, monitor.KindViolations, monitor.KindAllOrders},
	Daily:  true,
	New: func(r Rules) monitor.Check {
		acting, _ := r.Acting(monitor.CauseCounterfeit)
		return &Counterfeit{StaleAfter: complaintsStaleAfter, acting: acting}
	},
}

// Judge implements monitor.Check.
func (c *Counterfeit) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	return complaintJudge{cause: monitor.CauseCounterfeit, says: "that it is counterfeit", acting: c.acting, staleAfter: c.StaleAfter, advice: counterfeit.Advice}.alone(ctx, k)
}
