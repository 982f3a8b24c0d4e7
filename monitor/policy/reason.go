package policy

import (
	"strings"

	"goodstanding/monitor"
)

// reasons says what return reason codes accuse the seller of, without the prefixes of the seller-fulfilled report. The codes
// are those of Amazon's returns reports; buyers often choose the one that makes the return free, so a code alone weighs less
// than a buyer's words. SWITCHEROO is read as "the wrong item was sent".
var reasons = map[string]monitor.Cause{
	"DEFECTIVE": monitor.CauseOther, "BAD-ITEM": monitor.CauseOther, "QUALITY_UNACCEPTABLE": monitor.CauseOther, "JEWELRY_LOOSE_STONE": monitor.CauseOther,
	"EXCESSIVE_INSTALLATION": monitor.CauseOther, "WARRANTY": monitor.CauseOther, "NOT_COMPATIBLE": monitor.CauseOther, "PART_NOT_COMPATIBLE": monitor.CauseOther,
	"MISSING_PARTS":    monitor.CauseIncomplete,
	"NOT_AS_DESCRIBED": monitor.CauseNotAsDescribed, "BAD-DESC": monitor.CauseNotAsDescribed,
	"DIFFERENT_PRODUCT": monitor.CauseWrongItem, "SWITCHEROO": monitor.CauseWrongItem, "EXTRA_ITEM": monitor.CauseWrongItem,
	"PRODUCT_NOT_ITALIAN": monitor.CauseNotAsDescribed, "PRODUCT_NOT_SPANISH": monitor.CauseNotAsDescribed,
	"DAMAGED_BY_FC": monitor.CauseDamaged, "DAMAGED_BY_CARRIER": monitor.CauseDamaged, "DAMAGED": monitor.CauseDamaged,
	"MISSED_ESTIMATED_DELIVERY": monitor.CauseLate,
	"NEVER_ARRIVED":             monitor.CauseNeverArrived,
}

// CauseOfReason says what a return reason code accuses the seller of, and false where it accuses him of nothing (the buyer
// changed his mind, the size does not fit) or is not known.
func CauseOfReason(code string) (monitor.Cause, bool) {
	cause, ok := reasons[bareReason(code)]
	return cause, ok
}

// bareReason returns a code without the prefixes of the seller-fulfilled report.
func bareReason(code string) string {
	code = strings.ToUpper(strings.TrimSpace(code))
	for _, prefix := range [...]string{"CR-", "AMZ-PG-"} {
		code = strings.TrimPrefix(code, prefix)
	}
	return code
}

// ReturnedWorn says whether a return reason code means that the unit does not work, lacks parts or was damaged, so that it cannot
// be sold as new again.
func ReturnedWorn(code string) bool {
	switch bareReason(code) {
	case "DEFECTIVE", "BAD-ITEM", "MISSING_PARTS", "JEWELRY_LOOSE_STONE", "DAMAGED_BY_FC", "DAMAGED_BY_CARRIER", "DAMAGED":
		return true
	}
	return false
}
