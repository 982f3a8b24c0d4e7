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
