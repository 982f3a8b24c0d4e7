// Package checks holds one risk signal a file. A check is a struct whose fields are its configuration and whose literal
// is the default; its one method is a pure function of what was known at one instant. An entry in the table below makes
// it appear in the configuration, the command line, the metrics, the page and the tests.
package checks

import (
	"goodstanding/monitor"
	"goodstanding/monitor/policy"
)

// Entry is a registered check.
type Entry struct {
	Signal monitor.Signal
	Title  string // "Late shipment rate"
	Finds  string // one sentence: what it warns of
	Counts string // how it counts, for people who compare with Amazon's page
	Advice string // what to do when it fires
	Source string // where the rule comes from
	Reads  []monitor.ExportKind
	Needs  [][]monitor.ExportKind    // of each of these at least one kind must come, or the check is blind; none: no single export is needed
	Daily  bool                      // it judges what changes slowly: once a day, and when something arrives, is enough
	New    func(Rules) monitor.Check // a pointer to the default
}

// Rules is what checks are made with. The zero value has Amazon's rules as published.
type Rules struct {
	policy.Book
}

var entries = []Entry{
	lateShipment,
	orderDefects,
	cancellations,
	negativeFeedback,
	shipByDeadline,
	usedSoldAsNew,
	counterfeit,
	inauthentic,
	notAsDescribed,
	wrongItem,
	incompleteItem,
	unsafeProduct,
	expiredGoods,
	restrictedProducts,
	validTracking,
	onTimeDelivery,
	intellectualProperty,
	policyViolations,
	accountHealth,
	duplicateAccount,
	newAccountAfterSuspension,
	staleExports,
	exportAnomaly,
}

// All returns every check, in the order in which people read them.
func All() []Entry { return append([]Entry(nil), entries...) }

// Find returns the entry of a signal.
func Find(signal monitor.Signal) (Entry, bool) {
	for _, e := range entries {
		if e.Signal == signal {
			return e, true
		}
	}
	return Entry{}, false
}
