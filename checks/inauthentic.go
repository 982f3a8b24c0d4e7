package checks

import (
	"context"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// Inauthentic tells of products whose origin is doubted, and of those that invoices do not cover.
type Inauthentic struct {
	StaleAfter  time.Duration `help:"Age of the newest feedback or returns report from which the check is blind."`
	InvoiceDays int           `help:"For how many days back invoices must cover what was sold."`

	acting policy.Acting
}

var inauthentic = Entry{
	Signal: "inauthentic",
	Title:  "Inauthentic",
	Finds:  "Products whose origin a buyer or Amazon doubts: one is enough. And products of which more units were sold in 365 days than your invoices cover.",
	Counts: "Buyers, by order, who doubt it in feedback or in a return comment, of the last 90 days, and open violations of the class of the last 180. 3 of one product are critical, and so are those of 3 products together. Units ordered on Amazon by ASIN, all stores together, without cancelled ones, against the units of invoices.csv with a date in the same 365 days.",
	Advice: "Gather the supplier's invoices of the last 365 days today: with supplier, your name, date, product and enough units for all that was sold, unaltered. Amazon clears this with them and with little else; receipts of a shop are refused.",
	Source: "Amazon's appeal pages: invoices of the last 365 days that cover the units sold",
	Reads:  []monitor.ExportKind{monitor.KindFeedback, monitor.KindFBAReturns, monitor.KindSellerReturns, monitor.KindViolations, monitor.KindInvoices, monitor.KindAllOrders},
	Daily:  true,
	New: func(r Rules) monitor.Check {
		acting, _ := r.Acting(monitor.CauseInauthentic)
		return &Inauthentic{StaleAfter: complaintsStaleAfter, InvoiceDays: policy.InvoiceDays, acting: acting}
	},
}

// Judge implements monitor.Check.
func (c *Inauthentic) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	j := complaintJudge{cause: monitor.CauseInauthentic, says: "that it is not authentic", acting: c.acting, staleAfter: c.StaleAfter, advice: inauthentic.Advice}
	b, findings, err := j.judge(ctx, k)
	if err != nil {
		return nil, err
	}
	doubted := map[string]bool{}
	for _, f := range findings {
		for _, e := range f.Evidence {
			doubted[e.ASIN] = e.ASIN != ""
		}
	}
	cover, err := judgeInvoices(ctx, k, c.InvoiceDays, doubted)
	if err != nil {
		return nil, err
	}
	return j.conclude(b, k, append(findings, cover...)), nil
}
