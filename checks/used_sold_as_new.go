package checks

import (
	"context"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// UsedSoldAsNew tells of products that buyers call used, of goods that cannot be new and are offered as such, and of
// returned units that Amazon sells again as new.
type UsedSoldAsNew struct {
	FalseAlarms float64       `help:"How often a year an account whose products get no worse may be told of one, by chance."`
	StaleAfter  time.Duration `help:"Age of the newest feedback or returns report from which the check is blind."`
	ReturnDays  int           `help:"For how many days back returned units that went back on sale are told."`

	acting policy.Acting
}

var usedSoldAsNew = Entry{
	Signal: "used_sold_as_new",
	Title:  "Used sold as new",
	Finds:  "Products that buyers call used, opened or returned; lots of such goods offered as New; returned units that went back on sale as New after damage by a customer.",
	Counts: "Buyers, by order, who say so in feedback or in a return comment, of the last 90 days, and open violations of the class of the last 180. Each is told, unless three or more in 90 days are usual for the account; 2 of one product are a warning and 4 critical, as are those of 3 products together, where so many are news: buyers are " + howNewsIsCounted +
		" Lots are yours (lots.csv): those whose condition or source says used, opened or returned, against the condition of the listing (11 is New). Returned units: those that buyers sent back as defective, damaged or used and that went back to SELLABLE, and units that the inventory ledger turns from CUSTOMER_DAMAGED or DEFECTIVE to SELLABLE.",
	Advice: "Take returned and opened units out of the stock that is sold as New today. At Amazon's: switch off repackaging and refurbishment of returns (Settings > Fulfilment by Amazon), and have unsellable and doubtful units removed. Offer used goods under a used condition, with a SKU of their own.",
	Source: "Amazon's condition guidelines (new is unused, unopened, in its original packaging), and its product condition complaints",
	Reads: []monitor.ExportKind{monitor.KindFeedback, monitor.KindFBAReturns, monitor.KindSellerReturns, monitor.KindListings, monitor.KindLots, monitor.KindLedgerDetail,
		monitor.KindViolations, monitor.KindAllOrders},
	Daily: true,
	New: func(r Rules) monitor.Check {
		acting, _ := r.Acting(monitor.CauseUsed)
		return &UsedSoldAsNew{FalseAlarms: 1, StaleAfter: complaintsStaleAfter, ReturnDays: 60, acting: acting}
	},
}

// Judge implements monitor.Check.
func (c *UsedSoldAsNew) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	j := complaintJudge{
		cause: monitor.CauseUsed, says: "that it was used, though sold as new", typical: 0.001, perYear: c.FalseAlarms, acting: c.acting, staleAfter: c.StaleAfter,
		advice: usedSoldAsNew.Advice,
	}
	b, findings, err := j.judge(ctx, k)
	if err != nil {
		return nil, err
	}
	conditions, err := readConditions(ctx, k)
	if err != nil {
		return nil, err
	}
	lots, err := judgeLots(ctx, k, conditions)
	if err != nil {
		return nil, err
	}
	complained := map[string]bool{} // by ASIN and SKU
	for _, f := range findings {
		for _, e := range f.Evidence {
			complained[e.ASIN], complained[e.SKU] = true, true
		}
	}
	delete(complained, "")
	again, err := judgeSoldAgain(ctx, k, b, c.ReturnDays, conditions, complained)
	if err != nil {
		return nil, err
	}
	return j.conclude(b, k, append(append(findings, lots...), again...)), nil
}
