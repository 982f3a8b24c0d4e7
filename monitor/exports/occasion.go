package exports

import (
	"slices"
	"time"

	"goodstanding/monitor"
)

// freshFor is how long after the newest instant in an order export the file may have arrived to count as made when it
// arrived. Later it may be an old file that was copied, and states nothing newer than what is in it.
const freshFor = 24 * time.Hour

// Setting is what is known of a file from outside.
type Setting struct {
	Received     time.Time             // when the file was downloaded or arrived
	Home         monitor.Marketplace   // of the account; empty: not configured
	Marketplaces []monitor.Marketplace // where the account is known to sell; may be empty

	// Secret is the key under which the account numbers of identities.csv are hashed: the same number under the same key
	// gives the same hash, and without the key nobody can try numbers out. Empty: such a row is a bad row, for the number
	// itself is never kept.
	Secret []byte `json:"-"`
}

// sole returns the marketplace of an account that has one, or "".
func (s Setting) sole() monitor.Marketplace {
	if s.Home == "" && len(s.Marketplaces) == 1 {
		return s.Marketplaces[0]
	}
	return s.Home
}

// dated returns a marketplace of the account that tells the order of day and month: its only one, or any of several
// that write dates alike.
func (s Setting) dated() monitor.Marketplace {
	if m := s.sole(); m != "" || len(s.Marketplaces) == 0 {
		return m
	}
	for _, m := range s.Marketplaces {
		if m.DateOrder() != s.Marketplaces[0].DateOrder() {
			return ""
		}
	}
	return s.Marketplaces[0]
}

// snapshot returns when an export was made that states nothing newer than latest; zero: it states no instant.
func (s Setting) snapshot(latest time.Time) time.Time {
	if latest.IsZero() {
		return s.Received
	}
	if s.Received.Before(latest) || s.Received.Sub(latest) > freshFor {
		return latest
	}
	return s.Received
}

// occasion is what the readers of one pass over a file share.
type occasion struct {
	setting Setting
	home    monitor.Marketplace // of the account, if it has one
	clock   *time.Location      // of home
	asOf    time.Time           // when the export was made
	order   monitor.DateOrder   // of dates that can be read in two ways; empty: still to be found out
	dates   *dateEvidence       // nil: the order is settled
	known   func(uint64) bool   // see Sink.Known; nil: nobody knows
	numbers *numerals           // how the file writes its numbers

	brokenOff  int             // the line of the last row, if the file ends in the middle of it; 0: it does not
	continued  int             // rows that continue the one above
	cutIDs     int             // order-item-ids that have lost digits
	shortASINs int             // ASINs of books that had lost their leading zeros
	soldCut    int             // products of orders whose SKU has lost digits; no survey looks at them
	soldShort  int             // products of orders whose ASIN had lost its zeros
	examples   int             // rows of a template that were left in a list of the seller's own
	comments   int             // lines of such a list that begin with # and are no rows
	channels   map[string]bool // sales channels that are no known marketplace
	states     map[string]bool // of claims, in words that are not known
	lacking    []string        // columns that every export of the kind has, and this file has not
}

// newOccasion makes ready to read a file under a setting.
func newOccasion(s Setting) *occasion {
	home := s.sole()
	return &occasion{setting: s, home: home, clock: home.Clock(), numbers: &numerals{}, channels: map[string]bool{}, states: map[string]bool{}}
}

// oddChannel notes a sales channel that is no known marketplace.
func (o *occasion) oddChannel(name []byte) { noteOdd(o.channels, name) }

// oddState notes the state of a claim in words that are not known.
func (o *occasion) oddState(words []byte) { noteOdd(o.states, words) }

// noteOdd adds a text to those that are not known, of which a few are enough.
func noteOdd(odd map[string]bool, text []byte) {
	if len(odd) < 5 {
		odd[printable(string(clip(text, 4*maxFound)), 40)] = true
	}
}

// second is an instant in seconds since 1970 by UTC; 0: none. A row is told of by several, and a time.Time is three times as
// large.
type second int64

// secondOf returns a time, which may be zero, to the second.
func secondOf(t time.Time) second {
	if t.IsZero() {
		return 0
	}
	return second(t.Unix())
}

// time returns the instant in UTC; zero: none.
func (s second) time() time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(int64(s), 0).UTC()
}

// span is the time between the first and the last of instants; zero: none.
type span struct{ from, to second }

// add takes in another span that may be empty.
func (s *span) add(o span) {
	if o.from == 0 {
		return
	}
	if s.from == 0 || o.from < s.from {
		s.from = o.from
	}
	s.to = max(s.to, o.to)
}

// at returns the span of one instant.
func at(s second) span { return span{s, s} }

// on returns the span of one day, which has no clock of its own: its beginning in UTC.
func on(d monitor.Day) span { return at(second(d) * 86400) }

// lack notes that a file has no column which somebody must have taken out.
func (o *occasion) lack(column string) {
	if !slices.Contains(o.lacking, column) {
		o.lacking = append(o.lacking, column)
	}
}
