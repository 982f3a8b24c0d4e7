package checks

import (
	"context"
	"time"

	"goodstanding/monitor"
)

// IncompleteItem tells of products of which more buyers than usual say that parts are missing.
type IncompleteItem struct {
	FalseAlarms float64       `help:"How often a year an account whose products get no worse may be told of one, by chance."`
	StaleAfter  time.Duration `help:"Age of the newest returns report from which the check is blind."`
}

var incompleteItem = Entry{
	Signal: "incomplete_item",
	Title:  "Incomplete item",
	Finds:  "Products of which unusually many buyers say that parts or pieces are missing.",
	Counts: "Buyers, by order, who say so in feedback, in a return comment or by the reason of a return, in 30 and in 90 days, " + howNewsIsCounted,
	Advice: "Open a unit of the present lot today and count what is in it against the page. Missing parts are also the mark of returned units that were sold again: have the stock checked, or removed. Send buyers what they miss.",
	Source: "Amazon's product condition complaints, and its Voice of the Customer page",
	Reads:  []monitor.ExportKind{monitor.KindFBAReturns, monitor.KindSellerReturns, monitor.KindFeedback, monitor.KindAllOrders, monitor.KindVoice},
	Daily:  true,
	New: func(Rules) monitor.Check {
		return &IncompleteItem{FalseAlarms: 1, StaleAfter: complaintsStaleAfter}
	},
}

// Judge implements monitor.Check.
func (c *IncompleteItem) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	return complaintJudge{
		cause: monitor.CauseIncomplete, says: "that parts are missing", typical: 0.004, perYear: c.FalseAlarms, staleAfter: c.StaleAfter, returned: true,
		advice: incompleteItem.Advice,
	}.judgeWithVoice(ctx, k)
}
