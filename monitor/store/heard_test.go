package store

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"goodstanding/monitor"
)

// complaintsOf returns what a new snapshot tells.
func complaintsOf(t interface{ Fatal(...any) }, s *Store, atDay, from, to monitor.Day) []monitor.Complaint {
	k, err := s.Known(ctx(), "shop", monday.AddDate(0, 0, int(atDay)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = k.Close() }()
	day := monitor.DayOf(monday, monday.Location())
	all, err := k.Complaints(ctx(), day+from, day+to)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// What is kept of complaints answers as the feedback, the returns and the orders themselves would, whatever was imported in
// between, and from whenever and however far back it is asked.
func TestKeptComplaintsAreTheSame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newStore(t)
		s.Causes = func(c monitor.Complaint) []monitor.Because {
			return []monitor.Because{{Cause: monitor.CauseUsed, Words: c.Text}, {Cause: monitor.CauseOther, Words: string(c.Marketplace)}}
		}
		day := monitor.DayOf(monday, monday.Location())
		texts := rapid.SampledFrom([]string{"", "used", "gebraucht, „alt“\x00\n", "中古品"})
		for n := range rapid.IntRange(1, 4).Draw(rt, "imports") {
			received := monday.AddDate(0, 0, n+10)
			var facts []monitor.Fact
			for range rapid.IntRange(1, 8).Draw(rt, "facts") {
				id := rapid.IntRange(1, 6).Draw(rt, "order")
				on := day + monitor.Day(rapid.IntRange(-500, 30).Draw(rt, "day"))
				order := bought(id, monday.AddDate(0, 0, n), rapid.SampledFrom([]string{"", "A", "B"}).Draw(rt, "SKU"), 1, monitor.Shipped, monitor.FBA)
				switch rapid.IntRange(0, 2).Draw(rt, "kind") {
				case 0:
					facts = append(facts, order)
				case 1:
					facts = append(facts, monitor.Feedback{OrderID: order.OrderID, Day: on, Rating: rapid.IntRange(1, 5).Draw(rt, "stars"), Comment: texts.Draw(rt, "comment"), AsOf: received})
				case 2:
					facts = append(facts, monitor.Return{Channel: rapid.SampledFrom([]monitor.Channel{monitor.FBA, monitor.SellerFulfilled}).Draw(rt, "channel"), OrderID: order.OrderID,
						ReturnID: fmt.Sprint("R", id), SKU: "A", Day: on, Reason: "SWITCHEROO", Comment: texts.Draw(rt, "comment"), AsOf: received})
				}
			}
			load(t, s, "shop", export{fmt.Sprint(n), received, facts})
			atDay := monitor.Day(rapid.IntRange(-20, 40).Draw(rt, "at"))
			from, to := monitor.Day(rapid.IntRange(-600, 30).Draw(rt, "from")), monitor.Day(rapid.IntRange(-100, 60).Draw(rt, "to"))
			s.CausesID = ""
			want := complaintsOf(rt, s, atDay, from, to)
			s.CausesID = "these"
			if err := s.Settle(ctx(), "shop", monday.AddDate(0, 0, rapid.IntRange(-20, 40).Draw(rt, "settled at"))); err != nil {
				rt.Fatal(err)
			}
			if diff := cmp.Diff(want, complaintsOf(rt, s, atDay, from, to), cmpopts.EquateEmpty()); diff != "" {
				rt.Fatal(diff)
			}
		}
	})
}

// Comments are read once, by each reader, and what others an import brings when it has.
func TestCommentsAreReadOnce(t *testing.T) {
	s := newStore(t)
	reads := 0
	s.Causes = func(monitor.Complaint) []monitor.Because {
		reads++
		return []monitor.Because{{Cause: monitor.CauseUsed, Words: "used"}}
	}
	said := func(id int) monitor.Fact {
		order := bought(id, monday, "A", 1, monitor.Shipped, monitor.FBA)
		return monitor.Feedback{OrderID: order.OrderID, Day: monitor.DayOf(monday, monday.Location()), Rating: 1, Comment: fmt.Sprint("used ", id), AsOf: monday}
	}
	load(t, s, "shop", export{"1", monday, []monitor.Fact{said(1)}})
	for i, step := range []struct {
		do   func()
		want int
	}{
		{func() {}, 1}, // nothing is kept without a name
		{func() {}, 2},
		{func() { s.CausesID = "one" }, 3},
		{func() {}, 3},
		{func() { s.CausesID = "another" }, 4},
		{func() {}, 4},
		{func() { load(t, s, "shop", export{"2", monday.AddDate(0, 0, 1), []monitor.Fact{said(2)}}) }, 5},
		{func() {
			load(t, s, "shop", export{"3", monday.AddDate(0, 0, 1), []monitor.Fact{bought(3, monday, "A", 1, monitor.Shipped, monitor.FBA)}})
		}, 5},
		// Where it was sold is known now, and with it the language that is spoken there.
		{func() {
			load(t, s, "shop", export{"4", monday.AddDate(0, 0, 1), []monitor.Fact{bought(2, monday, "A", 1, monitor.Shipped, monitor.FBA)}})
		}, 6},
		{func() {}, 6},
	} {
		step.do()
		if err := s.Settle(ctx(), "shop", monday); err != nil {
			t.Fatal(err)
		}
		if got := complaintsOf(t, s, 2, -10, 10); len(got) == 0 || len(got[0].Causes) != 1 {
			t.Errorf("step %d: %+v", i, got)
		}
		if reads != step.want {
			t.Errorf("step %d: comments were read %d times by then, want %d", i, reads, step.want)
		}
	}
}

func TestDamagedComplaintsAreAnError(t *testing.T) {
	good := string(appendComplaints(nil, []monitor.Complaint{{Marketplace: "Amazon.de", OrderID: "1", SKUs: []string{"S", "T"}, Day: 20000, Text: "alt", Source: monitor.Source{File: "f", Line: 7, Received: monday},
		Causes: []monitor.Because{{Cause: monitor.CauseUsed, Words: "alt"}}}}))
	if back, err := readComplaints(good); err != nil || len(back) != 1 || back[0].Causes[0].Words != "alt" || back[0].Source.Line != 7 {
		t.Fatalf("%+v, %v", back, err)
	}
	for n := range len(good) {
		if back, err := readComplaints(good[:n]); err == nil {
			t.Errorf("cut to %d bytes: %+v", n, back)
		}
	}
}
