package checks

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"goodstanding/monitor"
)

// said is an account of which complaints and sales are known, with the causes that a reader has found.
type said struct {
	nothing
	at         time.Time
	received   time.Time           // of the exports; zero: at
	complaints []monitor.Complaint // newest first
	sales      []monitor.Sale      // of every 30 days
}

func (s said) At() time.Time { return s.at }
func (s said) Arrivals(context.Context) ([]monitor.Arrival, error) {
	received := s.received
	if received.IsZero() {
		received = s.at
	}
	var all []monitor.Arrival
	for _, kind := range [...]monitor.ExportKind{monitor.KindFeedback, monitor.KindFBAReturns, monitor.KindSellerReturns} {
		all = append(all, monitor.Arrival{Kind: kind, Received: received, From: received.AddDate(0, 0, -300)})
	}
	return all, nil
}
func (s said) Complaints(context.Context, monitor.Day, monitor.Day) ([]monitor.Complaint, error) {
	return s.complaints, nil
}
func (s said) Sales(_ context.Context, from, to, step monitor.Day, take func(*monitor.Sale)) error {
	for _, of30 := range s.sales {
		sum := monitor.Sale{Marketplace: of30.Marketplace, Channel: of30.Channel, SKU: of30.SKU, ASIN: of30.ASIN}
		for day := to; day >= from; day -= 30 {
			sum.Orders, sum.Units = sum.Orders+of30.Orders, sum.Units+of30.Units
		}
		if step > 0 {
			sum.Steps = make([]int32, (to-from)/step+1)
		}
		for i := range sum.Steps {
			sum.Steps[i] = int32(of30.Orders) // a step has 30 days
		}
		take(&sum)
	}
	return nil
}

var noon = time.Date(2026, 11, 20, 20, 0, 0, 0, time.UTC) // at Amazon.com's clock

const sayDay = monitor.Day(20777) // 20 November 2026

// in words is a feedback, by code a return.
func inWords(cause monitor.Cause, order int, ago monitor.Day, asins ...string) monitor.Complaint {
	return monitor.Complaint{Marketplace: "Amazon.com", Channel: monitor.FBA, OrderID: fmt.Sprint("order ", order), ASINs: asins, Day: sayDay - ago, Rating: 1, Text: "some words",
		Causes: []monitor.Because{{Cause: cause, Words: "some words"}}, Source: monitor.Source{Kind: monitor.KindFeedback, File: "feedback.txt", Line: order}}
}

func byCode(cause monitor.Cause, order int, ago monitor.Day, asins ...string) monitor.Complaint {
	return monitor.Complaint{Marketplace: "Amazon.com", Channel: monitor.FBA, OrderID: fmt.Sprint("order ", order), ASINs: asins, Day: sayDay - ago, Reason: "CODE",
		Causes: []monitor.Because{{Cause: cause, Words: "CODE"}}, Source: monitor.Source{Kind: monitor.KindFBAReturns, File: "returns.txt", Line: order}}
}

// told writes findings as severity, subject and number of buyers.
func told(t interface{ Fatal(...any) }, c monitor.Check, k monitor.Known) string {
	findings, err := c.Judge(context.Background(), k)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range findings {
		if f.Severity != monitor.OK && f.Subject != "invoices" {
			all = append(all, fmt.Sprintf("%s %s %d", f.Severity, f.Subject, f.Defects))
		}
	}
	return strings.Join(all, ", ")
}

func TestWhatBuyersSay(t *testing.T) {
	if got := monitor.DayOf(noon, monitor.Marketplace("Amazon.com").Clock()); got != sayDay {
		t.Fatalf("the day is %s", got)
	}
	// 90 orders of each product in every 30 days.
	sales := func(asins ...string) (all []monitor.Sale) {
		for _, a := range asins {
			all = append(all, monitor.Sale{Marketplace: "Amazon.com", Channel: monitor.FBA, ASIN: a, SKU: "SKU-" + a, Orders: 90, Units: 90})
		}
		return all
	}
	fake, wrong, used := monitor.CauseCounterfeit, monitor.CauseWrongItem, monitor.CauseUsed
	fakes, wrongs, useds := counterfeit.New(Rules{}), wrongItem.New(Rules{}), usedSoldAsNew.New(Rules{})
	often := func(asin string, every, from, to monitor.Day) (all []monitor.Complaint) { // of used goods
		for ago := from; ago <= to; ago += every {
			all = append(all, inWords(used, 1000+int(ago), ago, asin))
		}
		return all
	}
	for _, c := range []struct {
		name       string
		check      monitor.Check
		complaints []monitor.Complaint
		want       string
	}{
		{"one buyer calls it a fake", fakes, []monitor.Complaint{inWords(fake, 1, 3, "A")}, "warning A 1"},
		{"in feedback and with the return he is one", fakes, []monitor.Complaint{inWords(fake, 1, 3, "A"), byCode(fake, 1, 5, "A")}, "warning A 1"},
		{"two buyers", fakes, []monitor.Complaint{inWords(fake, 1, 3, "A"), inWords(fake, 2, 89, "A")}, "critical A 2"},
		{"one of them 90 days ago", fakes, []monitor.Complaint{inWords(fake, 1, 3, "A"), inWords(fake, 2, 90, "A")}, "warning A 1"},
		{"another cause", fakes, []monitor.Complaint{inWords(used, 1, 3, "A")}, ""},
		{"three products are a pattern", fakes, []monitor.Complaint{inWords(fake, 1, 3, "A"), inWords(fake, 2, 4, "B"), inWords(fake, 3, 5, "C"), inWords(fake, 4, 90, "C")},
			"critical several products 3, warning A 1, warning B 1, warning C 1"},
		{"which product of two is not known", fakes, []monitor.Complaint{inWords(fake, 1, 3, "A", "B")}, "warning order 1 1"},
		{"the return says which", fakes, []monitor.Complaint{inWords(fake, 1, 3, "A", "B"), byCode(fake, 1, 5, "B")}, "warning B 1"},
		{"nor of an order that no export shows", fakes, []monitor.Complaint{inWords(fake, 1, 3)}, "warning order 1 1"},
		{"multi-channel orders are not Amazon's", fakes, []monitor.Complaint{func() monitor.Complaint {
			c := inWords(fake, 1, 3, "A")
			c.Marketplace = monitor.NonAmazon
			return c
		}()}, ""},
		{"a SKU is told by its ASIN", fakes, []monitor.Complaint{func() monitor.Complaint {
			c := inWords(fake, 1, 3)
			c.SKUs = []string{"SKU-A"}
			return c
		}(), inWords(fake, 2, 4, "A")}, "critical A 2"},
		{"a return without its order is of the only store", fakes, []monitor.Complaint{func() monitor.Complaint {
			c := inWords(fake, 1, 3, "A")
			c.Marketplace = ""
			return c
		}(), inWords(fake, 2, 4, "A")}, "critical A 2"},
		// Nothing ever before, of the others neither: 0.3 complaints in 100 orders and their 2 * (540 + 270) are 0.052 in the 300 that weigh, and so in 300 + 540 with
		// the product's own past. 2 in 90 orders come 0.0005 times a window of 30 days; a product of three may have 0.7/6 * 30/365 = 0.0096 of them. That is less
		// than a tenth, too, but two who say nothing are worth a look only.
		{"two by code", wrongs, []monitor.Complaint{byCode(wrong, 1, 3, "A"), byCode(wrong, 2, 4, "A")}, "watch A 2"},
		{"three by code", wrongs, []monitor.Complaint{byCode(wrong, 1, 3, "A"), byCode(wrong, 2, 4, "A"), byCode(wrong, 3, 4, "A")}, "warning A 3"},
		{"two in words weigh more", wrongs, []monitor.Complaint{inWords(wrong, 1, 3, "A"), inWords(wrong, 2, 4, "A")}, "warning A 2"},
		{"one in words, one by code", wrongs, []monitor.Complaint{inWords(wrong, 1, 3, "A"), byCode(wrong, 2, 4, "A")}, "watch A 2"},
		{"on orders with other products nobody knows", wrongs, []monitor.Complaint{inWords(wrong, 1, 3, "A", "B"), inWords(wrong, 2, 4, "A", "B"), inWords(wrong, 3, 4, "A", "B")}, ""},
		{"one used", useds, []monitor.Complaint{inWords(used, 1, 3, "A")}, "watch A 1"},
		{"two used", useds, []monitor.Complaint{inWords(used, 1, 3, "A"), inWords(used, 2, 80, "A")}, "warning A 2"},
		{"four used", useds, []monitor.Complaint{inWords(used, 1, 3, "A"), inWords(used, 2, 20, "A"), inWords(used, 3, 40, "A"), inWords(used, 4, 80, "A")}, "critical A 4"},
		// One every 15 days, ever: 6 of 90 days and 12 of the 180 before are usual, and so are those of three products.
		{"an account that lives with it", useds, often("A", 15, 0, 269), ""},
		{"of three products", useds, append(append(often("A", 15, 0, 269), often("B", 15, 1, 269)...), often("C", 15, 2, 269)...), ""},
		// Three buyers where none was heard before: of each product it is one, but 3 of all 810 orders of 90 days where 1,620 brought none are a pattern.
		{"one of each of three products", useds, []monitor.Complaint{inWords(used, 1, 3, "A"), inWords(used, 2, 4, "B"), inWords(used, 3, 5, "C")},
			"critical several products 3, watch A 1, watch B 1, watch C 1"},
		// One of A every 80 days, ever: one is nothing new, but told where there are few.
		{"now and then", useds, often("A", 80, 30, 269), "watch A 1"},
		// None before: the same 6 are as bad as it gets.
		{"an account that does not", useds, often("A", 15, 0, 89), "critical A 6"},
	} {
		if got := told(t, c.check, said{at: noon, complaints: c.complaints, sales: sales("A", "B", "C")}); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// At 20:00 UTC it is the 21st in Tokyo: what was said there on the 21st is known, and the 90 days begin a day later.
func TestComplaintsOnTheClockOfTheStore(t *testing.T) {
	at := func(ago monitor.Day, order int) monitor.Complaint {
		c := inWords(monitor.CauseCounterfeit, order, ago, "A")
		c.Marketplace = "Amazon.co.jp"
		return c
	}
	for _, c := range []struct {
		complaints []monitor.Complaint
		want       string
	}{
		{[]monitor.Complaint{at(-1, 1)}, "warning A 1"},
		{[]monitor.Complaint{at(-2, 1)}, ""}, // tomorrow
		{[]monitor.Complaint{at(88, 1)}, "warning A 1"},
		{[]monitor.Complaint{at(89, 1)}, ""},
	} {
		if got := told(t, counterfeit.New(Rules{}), said{at: noon, complaints: c.complaints}); got != c.want {
			t.Errorf("%d days ago: %q, want %q", sayDay-c.complaints[0].Day, got, c.want)
		}
	}
}

// What was news when the exports stopped coming stays so: that no complaint is seen is no reason to forget one.
func TestOldComplaintsAreNotForgotten(t *testing.T) {
	for _, c := range []struct {
		received, ago int // days before now, and before that
		want          string
	}{
		{44, 3, "warning A 1"},
		{44, 50, ""}, // the exports are new enough: it was 94 days ago
		{46, 50, "warning A 1"},
		{200, 50, "warning A 1"},
		{200, 90, "blind  0"},
	} {
		at := noon.AddDate(0, 0, c.received)
		got := told(t, counterfeit.New(Rules{}), said{at: at, received: noon, complaints: []monitor.Complaint{inWords(monitor.CauseCounterfeit, 1, monitor.Day(c.ago), "A")}})
		if got != c.want {
			t.Errorf("exports of %d days ago, a complaint %d days before: %q, want %q", c.received, c.ago, got, c.want)
		}
	}
}

// A buyer who says the same again, in feedback, with the return or of a second unit, changes nothing but the evidence.
func TestBuyersCountOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var complaints, again []monitor.Complaint
		for ago := range monitor.Day(60) {
			for range rapid.IntRange(0, 1).Draw(t, "complaints") {
				asin, order := rapid.SampledFrom([]string{"A", "B"}).Draw(t, "asin"), rapid.IntRange(1, 40).Draw(t, "order")
				c := byCode(monitor.CauseWrongItem, order, ago, fmt.Sprint(asin, order%2)) // an order has one product
				complaints = append(complaints, c)
				again = append(again, c)
				for range rapid.IntRange(0, 2).Draw(t, "again") {
					again = append(again, c)
				}
			}
		}
		sales := []monitor.Sale{{Marketplace: "Amazon.com", Channel: monitor.FBA, ASIN: "A0", Orders: rapid.IntRange(1, 5000).Draw(t, "orders")}, {Marketplace: "Amazon.com", Channel: monitor.FBA, ASIN: "B1", Orders: 50}}
		once := told(t, wrongItem.New(Rules{}), said{at: noon, complaints: complaints, sales: sales})
		twice := told(t, wrongItem.New(Rules{}), said{at: noon, complaints: again, sales: sales})
		if once != twice {
			t.Fatalf("said again: %q, else %q", twice, once)
		}
	})
}
