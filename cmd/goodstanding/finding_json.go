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

type driverJSON struct {
	Kind    string `json:"kind"`
	Name    string `json:"name"`
	Defects int    `json:"defects"`
	Orders  int    `json:"orders"`
}

type evidenceJSON struct {
	OrderID   string      `json:"order_id"`
	SKU       string      `json:"sku,omitempty"`
	ASIN      string      `json:"asin,omitempty"`
	Date      string      `json:"date"` // empty: it is about no day
	ShipBy    *time.Time  `json:"ship_by,omitempty"`
	Confirmed *time.Time  `json:"confirmed,omitempty"`
	Why       string      `json:"why"`
	Source    *sourceJSON `json:"source,omitempty"`
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

func toJSON(f monitor.Finding) findingJSON {
	j := findingJSON{
		Account: f.Account, Marketplace: string(f.Marketplace), Signal: f.Signal, Subject: f.Subject, Severity: f.Severity,
		Value: f.Value, Limit: f.Limit, Defects: f.Defects, Orders: f.Orders, Unknown: f.Unknown, Headroom: f.Headroom,
		Recovery: f.Recovery, Summary: f.Summary, Details: f.Details, Advice: f.Advice, DataAsOf: known(f.DataAsOf),
		Drivers: []driverJSON{}, Evidence: []evidenceJSON{}, Quotes: []quoteJSON{},
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
	for _, d := range f.Drivers {
		j.Drivers = append(j.Drivers, driverJSON(d))
	}
	for _, e := range f.Evidence {
		j.Evidence = append(j.Evidence, evidenceJSON{e.OrderID, e.SKU, e.ASIN, evidenceDay(e), known(e.ShipBy), known(e.Confirmed), e.Why, sourceOf(e.Source)})
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
