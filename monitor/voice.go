package monitor

import "time"

// KindVoice is Amazon's "Voice of the Customer": what buyers say and do after they bought.
const KindVoice ExportKind = "voice_of_the_customer"

// The states of a product in Voice of the Customer. An export in another language is told in these words too, as far as
// they are known.
const (
	HealthExcellent = "Excellent"
	HealthGood      = "Good"
	HealthFair      = "Fair"
	HealthPoor      = "Poor"
	HealthVeryPoor  = "Very poor"
)

// CustomerVoice is a product in Voice of the Customer. NCX stands for negative customer experience. A missing figure is
// nil, which is not 0.
type CustomerVoice struct {
	Snapshot    *Day // of the export; nil: it does not say
	Updated     *Day // when Amazon last reckoned the figures; nil: not told, or in a form that cannot be read
	ASIN        string
	SKU         string
	Title       string // hostile text
	Condition   string
	FulfilledBy string   // as written
	NCXRate     *float64 // 0..1
	NCXOrders   *int
	Orders      *int
	Stars       *float64  // 0..5
	ReturnRate  *float64  // 0..1
	Reason      string    // the most common one, of a bad experience or of a return
	Health      string    // HealthExcellent to HealthVeryPoor; other words as written; empty: not told
	ReturnBadge string    // whether buyers see that the product is often returned, as written
	AsOf        time.Time `json:"-"`
	Extra       Extra     `json:",omitempty"`
}

// Key implements Record. An export of another marketplace may have the same products.
func (v CustomerVoice) Key() (string, bool) { return join(v.ASIN, v.SKU, v.Condition), false }

// Of implements Record.
func (CustomerVoice) Of() ExportKind { return KindVoice }

// When implements Record.
func (v CustomerVoice) When() Day {
	switch {
	case v.Snapshot != nil:
		return *v.Snapshot
	case v.Updated != nil:
		return *v.Updated
	}
	return 0
}

// Stated implements Record.
func (v CustomerVoice) Stated() time.Time { return v.AsOf }

func (CustomerVoice) fact() {}
