package exports

import (
	"testing"
	"time"

	"goodstanding/monitor"
)

func TestIsOrderID(t *testing.T) {
	for in, want := range map[string]bool{
		"123-1234567-1234567": true, "S01-1234567-1234567": true, "S02-0000000-0000000": true,
		"": false, "123-1234567-123456": false, "123-1234567-12345678": false, "D01-1234567-1234567": false, "1S3-1234567-1234567": false,
		"123-1234567-12345a7": false, "123 1234567 1234567": false, "12-31234567-1234567": false,
	} {
		if got := isOrderID([]byte(in)); got != want {
			t.Errorf("isOrderID(%q) = %v", in, got)
		}
	}
}

func TestParseStatus(t *testing.T) {
	for in, want := range map[string]monitor.Status{
		"Shipped": monitor.Shipped, "shipped": monitor.Shipped, "Shipped - Delivered to Buyer": monitor.Shipped, "Shipped - Returned to Seller": monitor.Shipped,
		"Cancelled": monitor.Cancelled, "Canceled": monitor.Cancelled, "Pending": monitor.Pending, "PendingAvailability": monitor.Pending,
		"Unshipped": monitor.Unshipped, "Partially Shipped": monitor.PartiallyShipped, "PartiallyShipped": monitor.PartiallyShipped,
		"Pending - Waiting for Pick Up": monitor.Unshipped, "InvoiceUnconfirmed": monitor.Unshipped,
		"": "", "Shippedish": "", "Lost": "",
	} {
		got, ok := parseStatus([]byte(in))
		if got != want || ok != (want != "") {
			t.Errorf("parseStatus(%q) = %q, %v", in, got, ok)
		}
	}
}

func TestParseChannel(t *testing.T) {
	for in, want := range map[string]monitor.Channel{
		"Amazon": monitor.FBA, "AFN": monitor.FBA, "AMAZON_NA": monitor.FBA, "afn": monitor.FBA,
		"Merchant": monitor.SellerFulfilled, "MFN": monitor.SellerFulfilled, "merchant": monitor.SellerFulfilled, "DEFAULT": monitor.SellerFulfilled,
	} {
		if got, ok := parseChannel([]byte(in)); got != want || !ok {
			t.Errorf("parseChannel(%q) = %q, %v", in, got, ok)
		}
	}
	if _, ok := parseChannel([]byte("pigeon")); ok {
		t.Error("an unknown channel is taken")
	}
	if c, ok := parseChannel(nil); c != "" || !ok {
		t.Error("a blank channel must say nothing")
	}
}

func TestOfAddress(t *testing.T) {
	for in, want := range map[string]monitor.Marketplace{
		"a@marketplace.amazon.de": "Amazon.de", "A@Marketplace.Amazon.CO.UK": "Amazon.co.uk", "a@m.marketplace.amazon.com": "Amazon.com",
		"a@marketplace.amazon.jp": "Amazon.co.jp",
		"a@amazon.de":             "", "a@marketplace.amazon.de.example.invalid": "", "a@notmarketplace.amazon.de": "", "a@marketplace.amazon.": "",
		"a@de": "", "": "", "marketplace.amazon.de": "",
	} {
		if got := ofAddress([]byte(in)); got != want {
			t.Errorf("ofAddress(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMarketplaceOf(t *testing.T) {
	for in, want := range map[string]monitor.Marketplace{
		"Amazon.de": "Amazon.de", "amazon.com": "Amazon.com", "Non-Amazon": monitor.NonAmazon, "Non-Amazon US": monitor.NonAmazon, "SI UK Prod Marketplace": "",
	} {
		if got := marketplaceOf([]byte(in)); got != want {
			t.Errorf("marketplaceOf(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestParseUnits(t *testing.T) {
	for in, want := range map[string]int{"": 0, "0": 0, "12": 12, "1.0": 1, "1.00": 1, "1000000": 1000000, "1000001": -1, "-1": -1, "1.5": -1, ".0": -1, "x": -1, "99999999999999999999": -1} {
		got, ok := parseUnits([]byte(in))
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("parseUnits(%q) = %d, want %d", in, got, want)
		}
	}
}

// TestSnapshot holds the rule for when an export was made.
func TestSnapshot(t *testing.T) {
	latest := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		received, want time.Duration // after latest
	}{{0, 0}, {time.Hour, time.Hour}, {24 * time.Hour, 24 * time.Hour}, {24*time.Hour + 1, 0}, {-1, 0}, {-time.Hour, 0}} {
		got := Setting{Received: latest.Add(c.received)}.snapshot(latest)
		if !got.Equal(latest.Add(c.want)) {
			t.Errorf("received %v after: made %v after, want %v", c.received, got.Sub(latest), c.want)
		}
	}
	if got := (Setting{Received: latest}).snapshot(time.Time{}); !got.Equal(latest) {
		t.Error("a file without instants was made when it arrived")
	}
}

func TestClaimWords(t *testing.T) {
	for in, want := range map[string]monitor.ClaimKind{
		"a-to-z": monitor.AToZ, "A-to-z": monitor.AToZ, "atoz": monitor.AToZ, "A-Z claim": monitor.AToZ, "A-to-Z Guarantee claim": monitor.AToZ, "A–to–Z": monitor.AToZ,
		"chargeback": monitor.Chargeback, "Charge-back": monitor.Chargeback, "CHARGEBACKS": monitor.Chargeback, "refund": "", "": "",
	} {
		if got, _ := parseClaimKind(in); got != want {
			t.Errorf("parseClaimKind(%q) = %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]monitor.ClaimStatus{
		"pending": monitor.ClaimOpen, "Under Review": monitor.ClaimOpen, "open": monitor.ClaimOpen, "": monitor.ClaimOpen,
		"won": monitor.ClaimDenied, "closed in seller's favour": monitor.ClaimDenied, "Closed in Seller’s Favor": monitor.ClaimDenied, "rejected": monitor.ClaimDenied,
		"granted": monitor.ClaimGranted, "withdrawn": monitor.ClaimWithdrawn, "amazon-funded": monitor.ClaimAmazonFunded, "Amazon funded": monitor.ClaimAmazonFunded,
		"With The Bank": "with the bank", "審査": "審査", "--": "--",
	} {
		got, _ := parseClaimStatus(in)
		if got != want {
			t.Errorf("parseClaimStatus(%q) = %q, want %q", in, got, want)
		}
	}
	if status, known := parseClaimStatus("With The Bank"); known || !(monitor.Claim{Status: status}).Counts() {
		t.Error("a claim in an unknown state must count")
	}
}
