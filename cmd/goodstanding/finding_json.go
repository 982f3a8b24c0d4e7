package main

import (
	"encoding/json"
	"io"
	"time"

	"goodstanding/monitor"
)

// findingJSON is a finding as --json prints it: one object a line. Fields may be added; none is changed or removed.
type findingJSON struct {
	Account     string           `json:"account"`
	Marketplace string           `json:"marketplace"`
	Signal      monitor.Signal   `json:"signal"`
	Subject     string           `json:"subject"`
	Severity    monitor.Severity `json:"severity"`
	Value       *float64         `json:"value"` // null: not known
	Limit       *float64         `json:"limit"`
	Defects     int              `json:"defects"`
	Orders      int              `json:"orders"`
	Unknown     int              `json:"unknown"`
	WindowDays  *int             `json:"window_days"`
	WindowFrom  *monitor.Day     `json:"window_from"`
	WindowTo    *monitor.Day     `json:"window_to"`
	Headroom    *int             `json:"headroom"`
	Recovery    *int             `json:"recovery"`
	Summary     string           `json:"summary"`
	Details     []string         `json:"details"`
	Advice      string           `json:"advice"`
	DataAsOf    *time.Time       `json:"data_as_of"`
	Outlook     *outlookJSON     `json:"outlook"`
	Forecast    *forecastJSON    `json:"forecast"`
	Calendar    []calendarJSON   `json:"calendar"`
	Due         *dueJSON         `json:"due"` // null: of no matter to the signal, or not known
	Drivers     []driverJSON     `json:"drivers"`
	Evidence    []evidenceJSON   `json:"evidence"`
	Quotes      []quoteJSON      `json:"quotes"`
}

type outlookJSON struct {
	Day     monitor.Day `json:"day"`
	Value   float64     `json:"value"`
	Defects int         `json:"defects"`
	Orders  int         `json:"orders"`
}

type forecastJSON struct {
	Within7  float64       `json:"within_7_days"` // probability that the limit is reached
	Within14 float64       `json:"within_14_days"`
	By       *monitor.Day  `json:"by"` // the day by which that is more likely than not; null: none of these days
	Earliest *monitor.Day  `json:"earliest"`
	Latest   *monitor.Day  `json:"latest"`
	Low      float64       `json:"low"`
	High     float64       `json:"high"`
	Known    int           `json:"known"`
	Worst    headroomJSON  `json:"worst"`
	Leaving  []leavingJSON `json:"leaving"`
}

type headroomJSON struct {
	Day     monitor.Day `json:"day"`
	More    int         `json:"headroom"`
	Defects int         `json:"defects"`
	Orders  int         `json:"orders"`
}

type leavingJSON struct {
	Day     monitor.Day `json:"day"`
	Defects int         `json:"defects"`
	Value   float64     `json:"value"`
}

// calendarJSON is one of the coming days.
type calendarJSON struct {
	Day         monitor.Day `json:"day"`
	Value       float64     `json:"value"` // if no further order turns bad
	Defects     int         `json:"defects"`
	Orders      int         `json:"orders"`
	Headroom    int         `json:"headroom"`
	Probability float64     `json:"probability"` // that the limit is reached on this day
	Low         float64     `json:"low"`
	High        float64     `json:"high"`
	Leaves      []string    `json:"leaves"` // order ids
	Enters      []string    `json:"enters"`
}

// dueJSON is what is in the seller's hands.
type dueJSON struct {
	AsOf time.Time   `json:"as_of"`
	By   []dueByJSON `json:"by"`
}

type dueByJSON struct {
	By     time.Time   `json:"by"`
	Orders int         `json:"orders"`
	Day    monitor.Day `json:"day"`
	None   float64     `json:"value_if_none_ships"`
	All    float64     `json:"value_if_all_ship"`
	Ship   int         `json:"must_ship"` // more than orders: it does not suffice
}

type driverJSON struct {
	Kind     string  `json:"kind"`
	Name     string  `json:"name"`
	Defects  int     `json:"defects"`
	Orders   int     `json:"orders"`
	Expected float64 `json:"expected"`
	Share    float64 `json:"share"`
}

type evidenceJSON struct {
	OrderID   string       `json:"order_id"`
	SKU       string       `json:"sku,omitempty"`
	ASIN      string       `json:"asin,omitempty"`
	Date      string       `json:"date"` // empty: it is about no day
	ShipBy    *time.Time   `json:"ship_by,omitempty"`
	Confirmed *time.Time   `json:"confirmed,omitempty"`
	Why       string       `json:"why"`
	Leaves    *monitor.Day `json:"leaves,omitempty"` // the first day on which it is in the window no more
	Source    *sourceJSON  `json:"source,omitempty"`
}

// sourceJSON is the row of an export that states something.
type sourceJSON struct {
	Format   string    `json:"format"`
	File     string    `json:"file"`
	Line     int       `json:"line"`
	Received time.Time `json:"received"`
}

func sourceOf(s monitor.Source) *sourceJSON {
	if s.File == "" {
		return nil
	}
	return &sourceJSON{string(s.Kind), s.File, s.Line, s.Received}
}

type quoteJSON struct {
	OrderID string      `json:"order_id"`
	Date    monitor.Day `json:"date"`
	Rating  int         `json:"rating"`
	Comment string      `json:"comment"`
}

// known returns nil for an unknown instant.
func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// some returns an empty list for none.
func some(ids []string) []string {
	if ids == nil {
		return []string{}
	}
	return ids
}

// dayOrNil returns nil for no day.
func dayOrNil(d monitor.Day) *monitor.Day {
	if d == 0 {
		return nil
	}
	return &d
}

func toJSON(f monitor.Finding) findingJSON {
	j := findingJSON{
		Account: f.Account, Marketplace: string(f.Marketplace), Signal: f.Signal, Subject: f.Subject, Severity: f.Severity,
		Value: f.Value, Limit: f.Limit, Defects: f.Defects, Orders: f.Orders, Unknown: f.Unknown, Headroom: f.Headroom,
		Recovery: f.Recovery, Summary: f.Summary, Details: f.Details, Advice: f.Advice, DataAsOf: known(f.DataAsOf),
		Calendar: []calendarJSON{}, Drivers: []driverJSON{}, Evidence: []evidenceJSON{}, Quotes: []quoteJSON{},
	}
	if j.Details == nil {
		j.Details = []string{}
	}
	if w := f.Window; w != nil {
		j.WindowDays, j.WindowFrom, j.WindowTo = &w.Days, &w.From, &w.To
	}
	if o := f.Outlook; o != nil {
		j.Outlook = &outlookJSON{o.Day, o.Value, o.Defects, o.Orders}
	}
	if o := f.Forecast; o != nil {
		j.Forecast = &forecastJSON{o.Within7, o.Within14, o.By, o.Earliest, o.Latest, o.Low, o.High, o.Known, headroomJSON(o.Worst), []leavingJSON{}}
		for _, l := range o.Leaving {
			j.Forecast.Leaving = append(j.Forecast.Leaving, leavingJSON(l))
		}
	}
	for _, c := range f.Calendar {
		j.Calendar = append(j.Calendar, calendarJSON{c.Day, c.Value, c.Defects, c.Orders, c.Headroom, c.Over, c.Low, c.High, some(c.Leaves), some(c.Enters)})
	}
	if d := f.Due; d != nil {
		j.Due = &dueJSON{d.AsOf.UTC(), []dueByJSON{}}
		for _, b := range d.By {
			j.Due.By = append(j.Due.By, dueByJSON(b))
		}
	}
	for _, d := range f.Drivers {
		j.Drivers = append(j.Drivers, driverJSON(d))
	}
	for _, e := range f.Evidence {
		j.Evidence = append(j.Evidence, evidenceJSON{e.OrderID, e.SKU, e.ASIN, evidenceDay(e), known(e.ShipBy), known(e.Confirmed), e.Why, dayOrNil(e.Leaves), sourceOf(e.Source)})
	}
	for _, q := range f.Quotes {
		j.Quotes = append(j.Quotes, quoteJSON{q.OrderID, q.Day, q.Rating, q.Comment})
	}
	return j
}

// writeJSON prints findings, one object a line.
func writeJSON(w io.Writer, findings []monitor.Finding) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, f := range findings {
		if err := enc.Encode(toJSON(f)); err != nil {
			return err
		}
	}
	return nil
}
