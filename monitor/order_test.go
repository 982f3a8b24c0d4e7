package monitor

import (
	"testing"
	"time"
)

// at reads a test instant; "" is unknown.
func at(t *testing.T, s string) time.Time {
	t.Helper()
	if s == "" {
		return time.Time{}
	}
	v, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestTimeliness(t *testing.T) {
	const due = "2026-11-11 07:59"
	type row struct{ status, updated, asOf string } // a row of All Orders
	type upload struct{ item, day, asOf string }    // a row of a shipping confirmation
	for _, c := range []struct {
		name    string
		rows    []row
		uploads []upload
		lines   []string // order-item-ids
		want    Timeliness
		since   string
	}{
		{name: "nothing but the promise", want: NotKnown},
		{name: "changed for the last time before the deadline, seen years later",
			rows: []row{{"Shipped", "2026-11-10 20:00", "2027-11-10 20:00"}}, want: OnTime, since: "2026-11-10 20:00"},
		{name: "at the very deadline", rows: []row{{"Shipped", due, "2026-11-11 20:00"}}, want: OnTime, since: due},
		{name: "known unshipped after the deadline", rows: []row{{"Unshipped", "2026-11-08 20:00", "2026-11-11 08:00"}}, want: Late, since: due},
		{name: "known unshipped at the very deadline", rows: []row{{"Unshipped", "2026-11-08 20:00", due}}, want: Late, since: due},
		{name: "known unshipped before the deadline only", rows: []row{{"Unshipped", "2026-11-08 20:00", "2026-11-11 07:00"}}, want: NotKnown},
		{name: "shipped after the deadline, seen the same day",
			rows: []row{{"Shipped", "2026-11-11 10:00", "2026-11-11 20:00"}}, want: Late, since: "2026-11-11 10:00"},
		{name: "shipped after the deadline, first unshipped, seen the same evening",
			rows: []row{{"Unshipped", "2026-11-08 20:00", "2026-11-10 20:00"}, {"Shipped", "2026-11-11 10:00", "2026-11-11 20:00"}}, want: Late, since: "2026-11-11 10:00"},
		{name: "a bulk export weeks later", rows: []row{{"Shipped", "2026-12-05 10:00", "2026-12-06 10:00"}}, want: NotKnown},
		{name: "changed soon after the deadline, but the export came weeks later",
			rows: []row{{"Shipped", "2026-11-11 10:00", "2026-12-06 10:00"}}, want: NotKnown},
		{name: "moved by a refund after it was seen in time",
			rows: []row{{"Shipped", "2026-11-10 09:00", "2026-11-10 20:00"}, {"Shipped", "2026-11-20 09:00", "2026-11-20 20:00"}}, want: OnTime, since: "2026-11-10 09:00"},
		{name: "unshipped in a file whose date is wrong, but changed in time",
			rows: []row{{"Unshipped", "2026-11-08 20:00", "2026-11-12 20:00"}, {"Shipped", "2026-11-10 09:00", "2026-11-13 20:00"}}, want: OnTime, since: "2026-11-10 09:00"},
		{name: "partly shipped is not confirmed", rows: []row{{"PartiallyShipped", "2026-11-10 09:00", "2026-11-11 20:00"}}, want: Late, since: due},

		{name: "uploaded in time", uploads: []upload{{"", "2026-11-10", "2026-11-10 17:00"}}, want: OnTime, since: "2026-11-10 17:00"},
		{name: "a ship-date in time, uploaded after the deadline", uploads: []upload{{"", "2026-11-10", "2026-11-11 17:00"}}, want: Late, since: "2026-11-11 17:00"},
		{name: "an old file proves nothing", uploads: []upload{{"", "2026-11-10", "2026-11-30 17:00"}}, want: NotKnown},
		{name: "a ship-date after the deadline is late in any file", uploads: []upload{{"", "2026-11-12", "2026-11-30 17:00"}}, want: Late, since: due},
		{name: "uploaded again with another tracking number",
			uploads: []upload{{"", "2026-11-10", "2026-11-10 17:00"}, {"", "2026-11-12", "2026-11-12 17:00"}}, want: OnTime, since: "2026-11-10 17:00"},
		{name: "one of two lines", lines: []string{"1", "2"}, uploads: []upload{{"1", "2026-11-10", "2026-11-10 17:00"}}, want: NotKnown},
		{name: "both lines", lines: []string{"1", "2"},
			uploads: []upload{{"1", "2026-11-09", "2026-11-09 17:00"}, {"2", "2026-11-10", "2026-11-10 17:00"}}, want: OnTime, since: "2026-11-10 17:00"},
		{name: "the second line late", lines: []string{"1", "2"},
			uploads: []upload{{"1", "2026-11-09", "2026-11-09 17:00"}, {"2", "2026-11-11", "2026-11-11 17:00"}}, want: Late, since: due},
		{name: "two lines without ids, one upload", lines: []string{"", ""}, uploads: []upload{{"1", "2026-11-09", "2026-11-09 17:00"}}, want: NotKnown},
	} {
		t.Run(c.name, func(t *testing.T) {
			// Whatever the order of arrival, the answer is the same.
			for _, backwards := range []bool{false, true} {
				o := &Order{}
				o.See(&Sighting{OrderID: "1", Marketplace: "Amazon.com", Strength: BySalesChannel, Channel: SellerFulfilled,
					Purchased: at(t, "2026-11-08 10:00"), ShipBy: at(t, due), AsOf: at(t, "2026-11-08 12:00"), Released: true})
				for i := range c.rows {
					r := c.rows[i]
					if backwards {
						r = c.rows[len(c.rows)-1-i]
					}
					o.See(&Sighting{OrderID: "1", Status: Status(r.status), Updated: at(t, r.updated), AsOf: at(t, r.asOf)})
				}
				for _, id := range c.lines {
					o.Lines = append(o.Lines, Line{ItemID: id, SKU: "A"})
				}
				for i := range c.uploads {
					u := c.uploads[i]
					if backwards {
						u = c.uploads[len(c.uploads)-1-i]
					}
					day, err := ParseDay(u.day)
					if err != nil {
						t.Fatal(err)
					}
					o.Confirmations = append(o.Confirmations, Confirmation{OrderID: "1", ItemID: u.item, ShipDate: day, AsOf: at(t, u.asOf)})
				}
				got, since := o.Timeliness()
				if got != c.want || !since.Equal(at(t, c.since)) {
					t.Errorf("backwards %v: got %d since %v, want %d since %q", backwards, got, since, c.want, c.since)
				}
			}
		})
	}
}

func TestEntries(t *testing.T) {
	base := Sighting{OrderID: "1", Marketplace: "Amazon.com", Strength: BySalesChannel, Channel: SellerFulfilled,
		Purchased: at(t, "2026-11-09 05:00"), // 8 November on the Pacific coast
		Updated:   at(t, "2026-11-09 05:00"), AsOf: at(t, "2026-11-09 20:00"), Status: Unshipped}
	count := func(o *Order, m Measure, when string) (int, Day) {
		n, anchor, _ := o.Counted(m, at(t, when))
		return n, anchor
	}
	t.Run("a day is a day of the marketplace", func(t *testing.T) {
		o := &Order{}
		o.See(&base)
		if n, day := count(o, Ordered, "2026-11-10 00:00"); n != 1 || day.String() != "2026-11-08" {
			t.Errorf("ordered %d on %s, want 1 on 2026-11-08", n, day)
		}
	})
	t.Run("two defects count once", func(t *testing.T) {
		o := &Order{}
		o.See(&base)
		o.Feedback = &Feedback{Rating: 2, Day: Date(2026, 11, 20)}
		o.Claims = []Claim{{Kind: AToZ, Opened: Date(2026, 11, 25), Status: "under some new name"}, {Kind: Chargeback, Opened: Date(2026, 11, 12), Status: ClaimDenied}}
		for when, want := range map[string]int{"2026-11-19 12:00": 0, "2026-11-20 12:00": 1, "2026-11-26 12:00": 1} {
			if n, _ := count(o, Defective, when); n != want {
				t.Errorf("at %s: %d defects, want %d", when, n, want)
			}
		}
		if n, _ := count(o, Claimed, "2026-11-26 12:00"); n != 1 {
			t.Errorf("a claim of unknown status counts %d, want 1", n)
		}
	})
	t.Run("a claim counts until a list says that it does not", func(t *testing.T) {
		o := &Order{}
		o.See(&base)
		o.Feedback = &Feedback{Rating: 2, Day: Date(2026, 11, 28)}
		o.Claims = []Claim{{Kind: AToZ, Opened: Date(2026, 11, 20), Status: ClaimDenied, Settled: at(t, "2026-11-24 15:00")}}
		for when, want := range map[string]int{"2026-11-19 12:00": 0, "2026-11-20 12:00": 1, "2026-11-24 14:00": 1, "2026-11-24 16:00": 0, "2026-11-28 12:00": 1} {
			if n, _ := count(o, Defective, when); n != want {
				t.Errorf("at %s: %d defects, want %d", when, n, want)
			}
		}
	})
	t.Run("three stars is no defect", func(t *testing.T) {
		o := &Order{}
		o.See(&base)
		o.Feedback = &Feedback{Rating: 3, Day: Date(2026, 11, 20)}
		if n, _ := count(o, Defective, "2026-12-26 12:00"); n != 0 {
			t.Errorf("%d defects, want 0", n)
		}
	})
	cancelled := func(change func(*Sighting)) *Order {
		o := &Order{}
		first := base
		change(&first)
		o.See(&first)
		last := first
		last.Status, last.Updated, last.AsOf = Cancelled, at(t, "2026-11-12 10:00"), at(t, "2026-11-12 20:00")
		last.ShipBy = at(t, "2026-11-11 07:59")
		o.See(&last)
		return o
	}
	t.Run("a cancelled order is a cancellation defect and leaves the late shipment rate", func(t *testing.T) {
		o := cancelled(func(*Sighting) {})
		for when, want := range map[string][2]int{"2026-11-12 09:00": {1, 0}, "2026-11-12 11:00": {0, 1}} {
			due, _ := count(o, Due, when)
			gone, _ := count(o, CancelledBySeller, when)
			if due != want[0] || gone != want[1] {
				t.Errorf("at %s: due %d, cancelled %d; want %v", when, due, gone, want)
			}
		}
		if n, _ := count(o, Ordered, "2026-11-13 00:00"); n != 1 {
			t.Errorf("ordered %d, want 1: a cancelled order stays an order", n)
		}
	})
	t.Run("the buyer's wish is no defect", func(t *testing.T) {
		o := cancelled(func(s *Sighting) { s.BuyerCancel = true })
		if n, _ := count(o, CancelledBySeller, "2026-12-01 00:00"); n != 0 {
			t.Errorf("cancelled by seller %d, want 0", n)
		}
	})
	t.Run("cancelled while pending was never an order", func(t *testing.T) {
		o := cancelled(func(s *Sighting) { s.Status = Pending })
		if e := o.Entries(); len(e) != 0 {
			t.Errorf("entries %v, want none", e)
		}
	})
	t.Run("multi-channel orders count nowhere", func(t *testing.T) {
		o := &Order{}
		s := base
		s.Marketplace, s.Channel = NonAmazon, FBA
		o.See(&s)
		if e := o.Entries(); len(e) != 0 {
			t.Errorf("entries %v, want none", e)
		}
	})
}

func TestArrivalAsOf(t *testing.T) {
	for _, c := range []struct {
		name, from, to, received string
		rows                     int
		want                     string
	}{
		{"of the same evening", "2026-11-18 08:00", "2026-11-20 19:00", "2026-11-20 20:00", 300, "2026-11-20 20:00"},
		{"copied two weeks later", "2026-11-01 08:00", "2026-11-06 19:00", "2026-11-20 20:00", 300, "2026-11-06 19:00"},
		{"a quiet seller's", "2026-09-01 08:00", "2026-11-10 19:00", "2026-11-20 20:00", 9, "2026-11-20 20:00"},
		{"made before its contents: a wrong clock", "2026-11-01 08:00", "2026-11-20 19:00", "2026-11-19 20:00", 9, "2026-11-20 19:00"},
	} {
		a := Arrival{From: at(t, c.from), To: at(t, c.to), Latest: at(t, c.to), Received: at(t, c.received), Rows: c.rows}
		if got := a.AsOf(); !got.Equal(at(t, c.want)) {
			t.Errorf("%s: as of %v, want %s", c.name, got, c.want)
		}
	}
}
