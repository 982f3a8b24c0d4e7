package policy

import (
	"strings"
	"unicode"

	"goodstanding/monitor"
)

// ViolationDays is for how many days a violation stays on the account health page, unless an appeal or a fix takes it off
// before. (H)
const ViolationDays = 180

// Leaves returns the day on which a violation opened on a day no longer counts. The windows of the performance report end on its
// own day, those of customers' complaints two days before. (M: one example of Amazon's)
func Leaves(class monitor.MetricName, opened monitor.Day) monitor.Day {
	switch class {
	case monitor.AuthenticityComplaints, monitor.ConditionComplaints, monitor.SafetyComplaints:
		return opened + ViolationDays + 2
	}
	return opened + ViolationDays
}

// Repeats is how many violations within ViolationDays Amazon is known to suspend for, whatever the account health rating is.
type Repeats struct {
	Limit  int
	Source string
	Sure   string // H, M or L
}

// RepeatLimit returns the repeat limit of a class of violations, and false where there is none: a request for documents has
// a date instead.
func RepeatLimit(class monitor.MetricName) (Repeats, bool) {
	switch {
	case class == monitor.DocumentRequests, class == monitor.PolicyViolationWarnings:
		return Repeats{}, false
	case class == monitor.RestrictedProducts:
		return Repeats{2, "repeat limit of most restricted-product policies, as Amazon's notices give it", "M"}, true
	case Infringement(class):
		return Repeats{5, "repeat limit of most infringement policies, as Amazon's notices give it", "M"}, true
	}
	return Repeats{5, "no limit is published for this class; the one of infringements is taken", "L"}, true
}

// Infringement says whether a class is about the rights of others.
func Infringement(class monitor.MetricName) bool {
	return class == monitor.ReceivedIPComplaints || class == monitor.SuspectedIPViolations
}

// classNames is what the performance report, the account health page and sellers call the classes, in lower case without
// anything but letters, in the order in which they are looked for: a part of the text is enough.
var classNames = []struct {
	part  string
	class monitor.MetricName
}{
	{"warning", monitor.PolicyViolationWarnings},
	{"restricted", monitor.RestrictedProducts}, {"prohibited", monitor.RestrictedProducts},
	{"suspected", monitor.SuspectedIPViolations},
	{"receivedip", monitor.ReceivedIPComplaints}, {"receivedintellectual", monitor.ReceivedIPComplaints}, {"intellectual", monitor.ReceivedIPComplaints},
	{"ipcomplaint", monitor.ReceivedIPComplaints}, {"ipviolation", monitor.ReceivedIPComplaints}, {"infring", monitor.ReceivedIPComplaints},
	{"trademark", monitor.ReceivedIPComplaints}, {"copyright", monitor.ReceivedIPComplaints}, {"patent", monitor.ReceivedIPComplaints},
	{"counterfeit", monitor.ReceivedIPComplaints},
	{"authentic", monitor.AuthenticityComplaints},
	{"condition", monitor.ConditionComplaints}, {"usedsoldasnew", monitor.ConditionComplaints},
	{"food", monitor.FoodAndSafetyIssues},
	{"safety", monitor.SafetyComplaints},
	{"review", monitor.ReviewPolicyViolations},
	{"document", monitor.DocumentRequests},
	{"listing", monitor.ListingPolicyViolations}, {"detailpage", monitor.ListingPolicyViolations},
}

// ClassOf finds the class of violations that a text of the seller's own list names: the report's name of it, the account
// health page's, or his own words. A text that names none is of the other policies.
func ClassOf(text string) monitor.MetricName {
	letters := onlyLetters(text)
	if letters == "ip" {
		return monitor.ReceivedIPComplaints
	}
	for _, c := range classNames {
		if strings.Contains(letters, c.part) {
			return c.class
		}
	}
	return monitor.OtherPolicyViolations
}

// ClassLabel names a class for people.
func ClassLabel(class monitor.MetricName) string {
	if label, ok := classLabels[class]; ok {
		return label
	}
	return Words(class)
}

var classLabels = map[monitor.MetricName]string{
	monitor.ListingPolicyViolations: "listing policy", monitor.AuthenticityComplaints: "authenticity complaints", monitor.ConditionComplaints: "condition complaints",
	monitor.SafetyComplaints: "safety complaints", monitor.FoodAndSafetyIssues: "food and product safety", monitor.ReceivedIPComplaints: "received intellectual property complaints",
	monitor.SuspectedIPViolations: "suspected intellectual property violations", monitor.RestrictedProducts: "restricted products",
	monitor.ReviewPolicyViolations: "customer reviews policy", monitor.OtherPolicyViolations: "other policies", monitor.DocumentRequests: "document requests",
	monitor.PolicyViolationWarnings: "policy warnings",
}

// Words writes a name of the report as words: lateShipmentRate is late shipment rate.
func Words(name monitor.MetricName) string {
	var b strings.Builder
	for _, r := range string(name) {
		if unicode.IsUpper(r) && b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// solved is what sellers write of a violation that an appeal or a fix took off the page. Deleting the listing does not, and
// an appeal that is still open does not either, so those words are not here.
var solved = map[string]bool{
	"resolved": true, "solved": true, "cleared": true, "fixed": true, "appealaccepted": true, "appealapproved": true, "appealgranted": true,
	"accepted": true, "approved": true, "granted": true, "reinstated": true, "retracted": true, "withdrawn": true, "dismissed": true, "expired": true,
	"erledigt": true, "gelöst": true, "zurückgezogen": true, "résolu": true, "résolue": true, "retiré": true, "resuelto": true, "resuelta": true,
	"risolto": true, "risolta": true, "opgelost": true, "rozwiązane": true, "löst": true, "åtgärdad": true, "解決済み": true, "解決": true, "已解决": true,
}

// Solved says whether a status of the seller's own list means that the violation no longer counts. Any word that is not
// known to mean it counts.
func Solved(status string) bool { return solved[onlyLetters(status)] }

func onlyLetters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}
