package forecast

// Alarm says from which probability on a forecast is worth a warning, and until when it stays one.
type Alarm struct {
	From     float64 // it begins when the probability of reaching the limit within the horizon is at least this
	Until    float64 // it ends when the probability is below this; less than From, so that it does not come and go
	Evidence int     // it begins only when so many defects are known: a prior alone is no reason to disturb anybody
}

// Remembered is how many days an alarm that is between its two probabilities looks back for its beginning. Long, because an alert
// that ends and comes again is worse than one that stays: people take it for news.
const Remembered = 35

// Glance is what was foreseen on one day.
type Glance struct {
	Probability float64 // or a number on the same side of the alarm's two
	Known       int     // defects behind it
	Crossed     bool    // the limit was crossed on that day
}

// On says whether the alarm is on. The past is asked only where today's probability alone does not tell: at(n) is what was
// foreseen n days ago from what was known then. So nothing has to be remembered between two rounds.
func (a Alarm) On(at func(ago int) Glance) bool {
	for ago := 0; ago <= Remembered; ago++ {
		switch g := at(ago); {
		// A limit that a single defect among few orders had crossed leaves nothing behind.
		case g.Crossed && (ago == 0 || g.Known >= a.Evidence), g.Probability >= a.From && g.Known >= a.Evidence:
			return true
		case g.Probability < a.Until:
			return false
		}
	}
	return false
}
