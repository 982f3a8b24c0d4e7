package checks

import (
	"context"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// UnsafeProduct tells of every product by which somebody says to have been harmed.
type UnsafeProduct struct {
	StaleAfter time.Duration `help:"Age of the newest feedback or returns report from which the check is blind."`

	acting policy.Acting
}

var unsafeProduct = Entry{
	Signal: "unsafe_product",
	Title:  "Unsafe product",
	Finds:  "Products of which a buyer reports injury, fire, shock or illness, or that Amazon lists for safety: one is enough.",
	Counts: "Buyers, by order, who say so in feedback or in a return comment, of the last 90 days, and open violations of the class of the last 180. 2 of one product are critical, and so are those of 3 products together. No return reason says so.",
	Advice: "Take the product off sale today, and keep the unit or its pictures. Gather test reports, safety data sheets and the certificate of conformity: Amazon asks for them. If people can be hurt, the law may oblige you to report it and to recall.",
	Source: "Amazon's account health page, food and product safety issues; its product safety policy",
	Reads:  []monitor.ExportKind{monitor.KindFeedback, monitor.KindFBAReturns, monitor.KindSellerReturns, monitor.KindViolations, monitor.KindAllOrders},
	Daily:  true,
	New: func(r Rules) monitor.Check {
		acting, _ := r.Acting(monitor.CauseUnsafe)
		return &UnsafeProduct{StaleAfter: complaintsStaleAfter, acting: acting}
	},
}

// Judge implements monitor.Check.
func (c *UnsafeProduct) Judge(ctx context.Context, k monitor.Known) ([]monitor.Finding, error) {
	return complaintJudge{cause: monitor.CauseUnsafe, says: "that it is unsafe", acting: c.acting, staleAfter: c.StaleAfter, advice: unsafeProduct.Advice}.alone(ctx, k)
}
