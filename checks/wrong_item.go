package checks

import (
	"context"
	"time"

	"goodstanding/monitor"
)

// WrongItem tells of products of which more buyers than usual say that they got another one.
type WrongItem struct {
	FalseAlarms float64       `help:"How often a year an account whose products get no worse may be told of one, by chance."`
	StaleAfter  time.Duration `help:"Age of the newest returns report from which the check is blind."`
}

var wrongItem = Entry{
	Signal: "wrong_item",
	Title:  "Wrong item",
	Finds:  "Products of which unusually many buyers say that another article, colour or size came than they had ordered.",
	Counts: "Buyers, by order, who say so in feedback, in a return comment or by the reason of a return, in 30 and in 90 days, " + howNewsIsCounted,
	Advice: "Take a unit from the shelf today and compare its label, barcode and contents with the page. At Amazon's: ask for a bin check, and have mislabelled units removed. Look for a mix-up of variations, and for a reused ASIN or barcode.",
	Source: "Amazon's product condition complaints, and its Voice of the Customer page",
	Reads:  []monitor.ExportKind{monitor.KindFBAReturns, monitor.KindSellerReturns, monitor.KindFeedback, monitor.KindAllOrders, monitor.KindVoice},
	Daily:  true,
	New: func(Rules) monitor.Check {
		return &WrongItem{FalseAlarms: 1, StaleAfter: complaintsStaleAfter}
	},
}

// Judge implements monitor.Check.
func (c *WrongItem) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	return complaintJudge{
		cause: monitor.CauseWrongItem, says: "that the wrong item came", typical: 0.003, perYear: c.FalseAlarms, staleAfter: c.StaleAfter, returned: true,
		also:   "Amazon also reads such complaints as doubts of authenticity: have the invoices of this product at hand.",
		advice: wrongItem.Advice,
	}.judgeWithVoice(ctx, k)
}
