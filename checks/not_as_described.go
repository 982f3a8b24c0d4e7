package checks

import (
	"context"
	"time"

	"goodstanding/monitor"
)

// NotAsDescribed tells of products of which more buyers than usual say that they differ from their page, and of those that
// Amazon itself thinks badly of.
type NotAsDescribed struct {
	FalseAlarms float64       `help:"How often a year an account whose products get no worse may be told of one, by chance."`
	StaleAfter  time.Duration `help:"Age of the newest returns report from which the check is blind."`
}

var notAsDescribed = Entry{
	Signal: "not_as_described",
	Title:  "Not as described",
	Finds:  "Products of which unusually many buyers say that they are not as described, and those with a bad rating in Voice of the Customer.",
	Counts: "Buyers, by order, who say so in feedback, in a return comment or by the reason of a return, in 30 and in 90 days, " + howNewsIsCounted,
	Advice: "Compare the page with the goods in hand today: title, pictures, size, colour, material, quantity, brand. Change the page where it is wrong; close the offer where the goods are another product. Answer the buyers.",
	Source: "Amazon's Voice of the Customer page: an offer with a rate of bad experiences far above that of similar products may be closed; its authenticity policy also reads \"not as described\"",
	Reads:  []monitor.ExportKind{monitor.KindFBAReturns, monitor.KindSellerReturns, monitor.KindFeedback, monitor.KindAllOrders, monitor.KindVoice},
	Daily:  true,
	New: func(Rules) monitor.Check {
		return &NotAsDescribed{FalseAlarms: 1, StaleAfter: complaintsStaleAfter}
	},
}

// howNewsIsCounted is said of every check that sets complaints against what is usual.
const howNewsIsCounted = "set against the orders that can have brought them: those of the weeks before, because complaints come late. " +
	"What is usual is taken from the account's own past (the 180 days before the 90), of the product as far as there is enough of it and of all products else; " +
	"in an account without a past, what is typical of any stands in. No export tells the rate of a category: for that Amazon's own comparison, Voice of the Customer, is read. " +
	"A count is news when products that get no worse would show such counts, on all products and days together, no more often a year than false_alarms says."

// complaintsStaleAfter is the age from which exports of complaints are too old: a month is judged, and half a month of grace.
const complaintsStaleAfter = 45 * 24 * time.Hour

// Judge implements monitor.Check.
func (c *NotAsDescribed) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	return complaintJudge{
		cause: monitor.CauseNotAsDescribed, says: "that it is not as described", typical: 0.008, perYear: c.FalseAlarms, staleAfter: c.StaleAfter, returned: true,
		also:   "Amazon also reads such complaints as doubts of authenticity: have the invoices of this product at hand.",
		advice: notAsDescribed.Advice,
	}.judgeWithVoice(ctx, k)
}
