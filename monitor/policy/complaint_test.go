package policy

import (
	"testing"

	"goodstanding/monitor"
)

func TestPreowned(t *testing.T) {
	for _, c := range []struct {
		condition, source, want string
	}{
		{"New", "Acme, Inc.", ""},
		{"", "", ""},
		{"Used - Very Good", "", "used"},
		{"New", "customer return", "return"},
		{"new (open-box)", "", "open box"},
		{"Opened", "", "opened"},
		{"unopened", "", ""},
		{"New, never opened", "", ""},
		{"not used", "no returns", ""},
		{"Very Good", "", "very good"},
		{"", "Very Good Foods", ""}, // a grade says nothing in the name of a supplier
		{"New", "Usedom Handels GmbH", ""},
		{"gebraucht", "", "gebraucht"},
		{"nicht geöffnet", "", ""},
		{"neu", "Kundenrücksendung 4711", "kundenrücksendung"},
		{"occasion", "", "occasion"},
		{"", "Occasion Gifts", ""},
		{"produit reconditionné", "", "reconditionné"},
		{"reacondicionado", "", "reacondicionado"},
		{"come nuovo", "", "come nuovo"},
		{"新品", "", ""},
		{"中古品", "", "中古"},
		{"未開封", "", ""},
		{"", "退货", "退货"},
	} {
		words, ok := Preowned(c.condition, c.source)
		if words != c.want || ok != (c.want != "") {
			t.Errorf("%q from %q: %q, %v; want %q", c.condition, c.source, words, ok, c.want)
		}
	}
}

func TestCauseOfViolation(t *testing.T) {
	for class, want := range map[string]monitor.Cause{
		"Received Intellectual Property Complaints: counterfeit": monitor.CauseCounterfeit,
		"productAuthenticityCustomerComplaints":                  monitor.CauseInauthentic,
		"Product Authenticity Customer Complaints":               monitor.CauseInauthentic,
		"Inauthentic item":                          monitor.CauseInauthentic,
		"Product condition customer complaints":     monitor.CauseUsed,
		"used sold as new":                          monitor.CauseUsed,
		"productConditionCustomerComplaints":        monitor.CauseUsed,
		"Food and Product Safety Issues":            monitor.CauseUnsafe,
		"foodAndProductSafetyIssues":                monitor.CauseUnsafe,
		"Produktsicherheit":                         monitor.CauseUnsafe,
		"listingPolicyViolations":                   "",
		"Received Intellectual Property Complaints": "",
		"restrictedProductPolicyViolations":         "",
		"":                                          "",
	} {
		if got, ok := CauseOfViolation(class); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v; want %q", class, got, ok, want)
		}
	}
}

func TestCauseOfVoice(t *testing.T) {
	for reason, want := range map[string]monitor.Cause{
		"Wrong item sent": monitor.CauseWrongItem, "Missing parts or accessories": monitor.CauseIncomplete, "Not as described": monitor.CauseNotAsDescribed,
		"Inaccurate website description": monitor.CauseNotAsDescribed, "Defective item": "", "商品有瑕疵": "", "": "", "Teile fehlen": monitor.CauseIncomplete,
	} {
		if got, ok := CauseOfVoice(reason); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v; want %q", reason, got, ok, want)
		}
	}
}

func TestReturnedWorn(t *testing.T) {
	for code, want := range map[string]bool{"DEFECTIVE": true, "CR-DEFECTIVE": true, "AMZ-PG-BAD-ITEM": true, "missing_parts": true, "UNWANTED_ITEM": false, "NOT_AS_DESCRIBED": false, "": false} {
		if got := ReturnedWorn(code); got != want {
			t.Errorf("%q: %v, want %v", code, got, want)
		}
	}
}

// Amazon is known to act on single complaints of these causes, and worse comes later.
func TestActing(t *testing.T) {
	for _, cause := range []monitor.Cause{monitor.CauseUsed, monitor.CauseCounterfeit, monitor.CauseInauthentic, monitor.CauseUnsafe} {
		a, ok := Book{}.Acting(cause)
		if !ok || a.Watch != 1 || a.Warning < a.Watch || a.Critical <= a.Warning || a.Products < 2 || a.Source == "" || a.Sure == "" {
			t.Errorf("%s: %+v", cause, a)
		}
	}
	if a, ok := (Book{}).Acting(monitor.CauseLate); ok {
		t.Errorf("late: %+v", a)
	}
}
