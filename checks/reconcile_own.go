package checks

import (
	"context"
	"time"

	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// computed are the metrics of the report that we compute, too. The rates of version 1 are not parted by channel.
var computed = map[monitor.MetricName]monitor.Signal{
	monitor.LateShipmentRate: policy.LateShipmentRate,
	monitor.CancellationRate: policy.CancellationRate,
	monitor.OrderDefectRate:  policy.OrderDefectRate,
}

// ruleOf returns our rule that is nearest to a metric of Amazon's, and false where we have none.
func ruleOf(book policy.Book, account string, m monitor.Marketplace, metric monitor.Metric) (policy.Rate, bool) {
	signal, ok := computed[metric.Name]
	channel := metric.Channel
	if signal != policy.OrderDefectRate {
		channel = monitor.SellerFulfilled
	}
	if !ok || m == "" {
		return policy.Rate{}, false
	}
	length := 0
	if w, told := metric.Window(); told {
		length = w.Days
	}
	var best policy.Rate
	for _, r := range book.Rates(signal, account, m) {
		if r.Channel == channel && (best.Days == 0 || length > 0 && distance(r.Days, length) < distance(best.Days, length)) {
			best = r
		}
	}
	return best, best.Days > 0
}

func distance(a, b int) int { return max(a-b, b-a) }

// reconcile puts our figure beside Amazon's: over Amazon's window, as known on the day of the report.
func reconcile(ctx context.Context, k monitor.Known, report monitor.Sourced[monitor.Performance], m monitor.Metric, r policy.Rate, slices []monitor.Slice, arrivals []monitor.Arrival) (reconciliation, error) {
	p := report.Record
	w, told := m.Window()
	if !told {
		w = r.Window(p.Day)
	}
	rec := reconciliation{metric: m, rule: r, orders: len(slices) > 0}
	if !rec.orders {
		return rec, nil
	}
	t, err := k.Triangle(ctx, monitor.Slice{Marketplace: p.Marketplace, Channel: r.Channel})
	if err != nil {
		return rec, err
	}
	rec.ours = ownFigure(t, r, w, p.Day)
	// The report is made a day or so after its last window ended, and its days end at another hour than the marketplace's.
	later := max(p.Day, min(p.Day+2, monitor.DayOf(report.Source.Received, p.Marketplace.Clock())))
	for _, by := range []monitor.Day{p.Day - 1, p.Day, later} {
		for move := monitor.Day(-1); move <= 1; move++ {
			rec.near = append(rec.near, ownFigure(t, r, monitor.Window{Days: w.Days, From: w.From + move, To: w.To + move}, by))
		}
	}
	rec.missing = missingThen(r, w, arrivals, p.Marketplace.Clock())
	if r.Signal == policy.OrderDefectRate {
		unlisted := newest(arrivals, monitor.KindClaims).IsZero()
		rec.parts = partGaps(m, t, w, p.Day, unlisted)
		if unlisted && len(rec.parts) == 0 {
			rec.missing = append(rec.missing, "A-to-z claims and chargebacks, which Amazon exports to nobody (keep claims.csv)")
		}
	}
	return rec, nil
}

// ownFigure counts a rule over a window as known by the end of a day.
func ownFigure(t *monitor.Triangle, r policy.Rate, w monitor.Window, by monitor.Day) figure {
	f := figure{defects: t.CountKnown(r.Defects, w.From, w.To, by), orders: t.CountKnown(r.Of, w.From, w.To, by)}
	if r.Of == monitor.Due {
		to := min(w.To, by-1) // what was due on the day itself was not late yet
		open := t.CountKnown(monitor.Due, w.From, to, by) - t.CountKnown(monitor.ConfirmedOnTime, w.From, to, by) - t.CountKnown(monitor.ConfirmedLate, w.From, to, by)
		f.orders -= max(0, open)
		f.unknown = max(0, open) + t.CountKnown(monitor.Undated, w.From, w.To, by)
	}
	return f
}

// missingThen names what did not reach to the end of a window.
func missingThen(r policy.Rate, w monitor.Window, arrivals []monitor.Arrival, clock *time.Location) []string {
	end := w.To.Start(clock) // a part of the last day is enough
	var missing []string
	need := func(name string, asOf time.Time) {
		if asOf.Before(end) {
			missing = append(missing, name)
		}
	}
	switch r.Signal {
	case policy.LateShipmentRate:
		need("the exports that tell which orders are confirmed", confirmedUpTo(arrivals))
	case policy.CancellationRate:
		need("All Orders", newest(arrivals, monitor.KindAllOrders))
	case policy.OrderDefectRate:
		orders := monitor.KindOrderReport
		if r.Channel == monitor.FBA {
			orders = monitor.KindFulfilledShipments
		}
		need("the order exports", newest(arrivals, monitor.KindAllOrders, orders))
		need("the feedback export", newest(arrivals, monitor.KindFeedback))
	}
	return missing
}

// partGaps compares what an order defect rate is made of.
func partGaps(m monitor.Metric, t *monitor.Triangle, w monitor.Window, by monitor.Day, unlisted bool) []partGap {
	measures := map[string]struct {
		label   string
		measure monitor.Measure
	}{
		"claims": {"A-to-z claims", monitor.Claimed}, "chargebacks": {"chargebacks", monitor.ChargedBack}, "negativeFeedback": {"negative feedbacks", monitor.NegativeFeedback},
	}
	var gaps []partGap
	for _, part := range m.Parts {
		if known, ok := measures[part.Name]; ok && part.Count != nil {
			gaps = append(gaps, partGap{known.label, *part.Count, t.CountKnown(known.measure, w.From, w.To, by), unlisted && part.Name != "negativeFeedback"})
		}
	}
	return gaps
}
