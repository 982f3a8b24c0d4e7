package simulator

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"goodstanding/monitor"
)

var feedbackRow = regexp.MustCompile(`(?ms)^(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,2})\t(\d)\t([^\t]*)\t([^\t]*)\t(\d{3}-\d{7}-\d{7})\t(\S+@\S+)$`)

func TestFeedbackExport(t *testing.T) {
	for _, c := range []struct {
		market       monitor.Marketplace
		header, date string // date of 2 October 2026
		domain       string
	}{
		{"Amazon.com", "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email", "10/2/26", "@marketplace.amazon.com"},
		{"Amazon.co.uk", "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email", "2/10/26", "@marketplace.amazon.co.uk"},
		{"Amazon.de", "Datum\tBewertung\tKommentare\tAntwort\tBestellnummer\tE-Mail des Bewerters", "02.10.26", "@marketplace.amazon.de"},
		{"Amazon.fr", "Date\tÉvaluation\tCommentaire\tResponse\tOrder ID\tE-mail de l'évaluateur", "2/10/26", "@marketplace.amazon.fr"},
		{"Amazon.es", "Date\tRating\tComentarios\tResponse\tNúmero de pedido\tE-mail del cliente", "2/10/26", "@marketplace.amazon.es"},
		{"Amazon.pl", "Data\tOcena\tKomentarze\tOdpowiedź\tNumer zamówienia\tE-mail oceniającego", "2/10/26", "@marketplace.amazon.pl"},
		{"Amazon.se", "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email", "2026-10-02", "@marketplace.amazon.se"},
		{"Amazon.co.jp", "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email", "26/10/2", "@marketplace.amazon.co.jp"},
	} {
		if got := feedbackDay(c.market, monitor.Date(2026, time.October, 2)); got != c.date {
			t.Errorf("2 October 2026 on %s: got %s, want %s", c.market, got, c.date)
		}
		shop := busy(c.market)
		h := Run(shop)
		clock := c.market.Clock()
		at := (shop.First + 39).Start(clock).Add(20 * time.Hour) // a Friday
		paths, err := h.ExportDay(t.TempDir(), at)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(exports(t, paths)["feedback"])
		if err != nil {
			t.Fatal(err)
		}
		header, body, _ := strings.Cut(string(text), "\n")
		if header != c.header {
			t.Errorf("header of %s: got %q", c.market, header)
		}
		want := map[string]int{}
		newlines := false
		for _, o := range h.Orders {
			if f := o.Feedback; f != nil && !f.Left.After(at) && f.Rating <= 3 {
				want[o.ID] = f.Rating
				newlines = newlines || strings.Contains(f.Comment, "\n")
			}
		}
		if len(want) < 10 || !newlines {
			t.Fatalf("%s: %d ratings, line ends among them: %t: not enough to judge", c.market, len(want), newlines)
		}
		rows := feedbackRow.FindAllStringSubmatch(body, -1)
		length := 0
		for _, r := range rows {
			length += len(r[0]) + 1
			if fmt.Sprint(want[r[5]]) != r[2] || r[2] > "3" {
				t.Errorf("%s: order %s has rating %s, want %d", c.market, r[5], r[2], want[r[5]])
			}
			if !strings.HasSuffix(r[6], c.domain) {
				t.Errorf("%s: rater's address %s", c.market, r[6])
			}
		}
		if len(rows) != len(want) || length != len(body) {
			t.Errorf("%s: %d rows of %d bytes, want %d rows of %d", c.market, len(rows), length, len(want), len(body))
		}
	}
}

// Only the feedback of the last 90 days is in the weekly export.
func TestFeedbackReachesBack(t *testing.T) {
	h := &History{Shop: Shop{Name: "x", Marketplace: "Amazon.com"}}
	at := pacific("2026-11-20 18:00:00")
	for i, left := range []string{"2026-08-22 23:59:59", "2026-08-23 00:00:01", "2026-11-20 17:59:59", "2026-11-20 18:00:01"} {
		h.Orders = append(h.Orders, Order{ID: fmt.Sprintf("111-0000000-000000%d", i), Purchased: pacific("2026-08-01 12:00:00"),
			Feedback: &Feedback{Left: pacific(left).Add(-time.Hour * time.Duration((3-i)/2)), Rating: 1, Comment: "x"}})
	}
	// The first two are of summer: 23:59 PDT on 22 August, 00:00 PDT on 23 August.
	paths, err := h.ExportDay(t.TempDir(), at)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(exports(t, paths)["feedback"])
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for i, want := range []bool{false, true, true, false} {
		if got := strings.Contains(text, fmt.Sprintf("111-0000000-000000%d", i)); got != want {
			t.Errorf("feedback %d is in the export: %t, want %t\n%s", i, got, want, text)
		}
	}
}
