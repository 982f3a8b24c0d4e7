package store

import (
	"fmt"
	"testing"
	"time"

	"goodstanding/monitor"
)

// What one file says of an order in rows far apart counts once, also where the account had none of it before.
func TestAttachmentsOfOneFileFarApart(t *testing.T) {
	s := newStore(t)
	day := monitor.DayOf(monday, time.UTC)
	var orders, news []monitor.Fact
	for i := range 1000 {
		orders = append(orders, bought(i+1, monday, "A", 1, monitor.Shipped, monitor.SellerFulfilled))
	}
	load(t, s, "shop", export{"orders", monday.AddDate(0, 0, 2), orders})
	for pass := range 2 {
		for i := range 1000 {
			id := fmt.Sprintf("111-%07d-%07d", 0, i+1)
			news = append(news, monitor.Feedback{OrderID: id, Day: day + 1, Rating: 1 + pass, AsOf: monday.AddDate(0, 0, 3)},
				monitor.Claim{OrderID: id, Kind: monitor.AToZ, Opened: day + 1, Status: monitor.ClaimOpen, AsOf: monday.AddDate(0, 0, 3+pass)},
				monitor.Confirmation{OrderID: id, ShipDate: day + monitor.Day(pass), AsOf: monday.AddDate(0, 0, 3)})
		}
	}
	load(t, s, "shop", export{"news", monday.AddDate(0, 0, 3), news})
	if diffs, err := s.Verify(t.Context(), "shop"); err != nil || len(diffs) > 0 {
		t.Errorf("verify: %+v, %v", diffs, err)
	}
	got, _ := facts(t, s, "shop", monday.AddDate(0, 0, 9))
	for _, o := range got {
		if o.Feedback == nil || o.Feedback.Rating != 1 || len(o.Claims) != 1 || len(o.Confirmations) != 1 || o.Confirmations[0].ShipDate != day {
			t.Fatalf("order %s: %+v, %+v, %+v; want the worse rating and the earlier confirmation", o.ID, o.Feedback, o.Claims, o.Confirmations)
		}
	}
}
