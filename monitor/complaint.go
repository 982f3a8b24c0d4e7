package monitor

// Cause is what a buyer complains of.
type Cause string

// The causes. Several may hold of one complaint; CauseOther holds where no other one does.
const (
	CauseUsed           Cause = "used"             // used, returned, refurbished, opened or resealed, though sold as new
	CauseExpired        Cause = "expired"          // past its date, or with too little time left
	CauseCounterfeit    Cause = "counterfeit"      // said or suspected not to be genuine
	CauseInauthentic    Cause = "inauthentic"      // its origin is doubted: not original, no brand, a number that the maker does not know
	CauseNotAsDescribed Cause = "not_as_described" // differs from its listing
	CauseWrongItem      Cause = "wrong_item"       // another article, colour, size or brand than ordered
	CauseIncomplete     Cause = "incomplete"       // parts or pieces are missing
	CauseDamaged        Cause = "damaged"          // arrived broken, dented, dirty, leaking
	CauseLate           Cause = "late"
	CauseNeverArrived   Cause = "never_arrived"
	CauseUnsafe         Cause = "unsafe" // injury, fire, shock, illness, or a product that is forbidden
	CauseService        Cause = "service"
	CauseOther          Cause = "other"
)

// Causes returns every cause, in the order in which they are told.
func Causes() []Cause {
	return []Cause{CauseUsed, CauseExpired, CauseCounterfeit, CauseInauthentic, CauseNotAsDescribed, CauseWrongItem, CauseIncomplete,
		CauseDamaged, CauseLate, CauseNeverArrived, CauseUnsafe, CauseService, CauseOther}
}

// Because is why a cause is thought to hold.
type Because struct {
	Cause Cause
	Words string // of the buyer, as written, or the return reason code: hostile text
}

// Complaint is what one buyer said, or gave as the reason of a return, about an order.
type Complaint struct {
	Marketplace Marketplace // empty: no export has shown the order
	Channel     Channel
	OrderID     string
	SKUs, ASINs []string // of the order or the returned unit; of an order with several products nobody knows which one is meant
	Day         Day      // the feedback was left, or the return asked for
	Rating      int      // 1 to 3; 0: no feedback
	Reason      string   // the return reason code as written
	Disposition string   // of a returned FBA unit
	Text        string   // hostile text
	Source      Source
	Causes      []Because // a cause may be there several times, once for its words and once for the reason code
}

// Names says whether the complaint is about a cause.
func (c Complaint) Names(cause Cause) bool {
	for _, b := range c.Causes {
		if b.Cause == cause {
			return true
		}
	}
	return false
}

// CauseReader reads the causes out of what a buyer wrote: the text of a complaint, in whatever language; where it was sold is
// a hint. It may return a cause several times, once for each passage that says so, and returns none for an empty text.
type CauseReader func(c Complaint) []Because
