package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"goodstanding/monitor"
)

// The lines of an order are the same in whatever order its rows come, and however often.
func TestLinesDoNotDependOnTheOrderOfRows(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var rows []line
		for i := range rapid.IntRange(1, 6).Draw(rt, "rows") {
			text := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(rt, name) }
			r := line{
				Line: monitor.Line{
					ItemID: text("item", "", "", "7", "8", "10"), SKU: text("sku", "A", "A", "B", ""), ASIN: text("asin", "B01", "B02"), Title: text("title", "", "x", "y"),
					Price: text("price", "", "1", "2"), Quantity: rapid.IntRange(0, 2).Draw(rt, "quantity"),
				},
				newest: rapid.Int64Range(0, 3).Draw(rt, "updated"), origin: origin{int64(i), 2},
			}
			for k := range r.said {
				r.said[k] = r.newest
			}
			if r.ItemID == "" {
				r.n = rapid.IntRange(0, 1).Draw(rt, "n")
			}
			if id := text("parcel", "", "", "a", "b"); id != "" {
				r.parcels, r.Quantity = []parcel{{keyOf(monitor.Parcel{ID: id, Whole: rapid.Bool().Draw(rt, "whole")}), r.Quantity}}, 0
			}
			rows = append(rows, r)
		}
		earlier := func(a, b origin) bool { return a.file < b.file }
		merged := func(rows []line) []line {
			var d stored
			for i := range rows {
				row := rows[i]
				d.seeLine(&row, earlier)
			}
			all := joined(d.lines)
			for i := range all {
				for k, is := range all[i].stated() {
					if !is {
						all[i].said[k] = 0 // of no meaning
					}
				}
			}
			return all
		}
		want := merged(rows)
		again := append(rapid.Permutation(rows).Draw(rt, "order"), rows[0])
		if d := cmp.Diff(want, merged(again), cmp.AllowUnexported(line{}, origin{}, parcel{})); d != "" {
			rt.Fatal(d)
		}
	})
}

// Of each text the newest word stands, also where a row that came between the two is blank there.
func TestNewestWordOfALineStands(t *testing.T) {
	s := newStore(t)
	row := func(updated int, price string, quantity int) export {
		f := shipped(1, monday.AddDate(0, 0, updated))
		f.Line.Price, f.Line.Quantity, f.Line.ItemID = price, quantity, "7"
		return export{price + " " + string(rune('0'+updated)), monday.AddDate(0, 0, updated), []monitor.Fact{f}}
	}
	load(t, s, "shop", row(1, "5.00", 2), row(3, "", 0), row(2, "7.00", 1))
	orders, _ := facts(t, s, "shop", monday.AddDate(0, 0, 9))
	if l := orders[0].Lines; len(l) != 1 || l[0].Price != "7.00" || l[0].Quantity != 1 {
		t.Errorf("%+v: want one line, of 1 unit for 7.00", l)
	}
}

// Rows without an id are the lines of rows with one, and none of their own: they are no news.
func TestRowsWithoutIDsJoinThoseWithIDs(t *testing.T) {
	s := newStore(t)
	row := func(item, title string) monitor.Fact {
		f := shipped(1, monday)
		f.Line.ItemID, f.Line.SKU, f.Line.Title, f.Line.Quantity = item, "A", title, 1
		return f
	}
	load(t, s, "shop", export{"ids", monday, []monitor.Fact{row("7", "Pot"), row("8", "Pot")}})
	if got, want := load(t, s, "shop", export{"no ids", monday.AddDate(0, 0, 1), []monitor.Fact{row("", "Pot"), row("", "Pot")}}), (Summary{Read: 2, Same: 2}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got, want := load(t, s, "shop", export{"a third", monday.AddDate(0, 0, 2), []monitor.Fact{row("", "Pot"), row("", "Pot"), row("", "Pot")}}), (Summary{Read: 3, New: 1, Same: 2}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	shown, err := s.Show(t.Context(), row("", "").(monitor.Sighting).OrderID)
	if err != nil || len(shown) != 1 {
		t.Fatal(shown, err)
	}
	var ids, files []string
	for _, l := range shown[0].Order.Lines {
		ids = append(ids, l.ItemID)
	}
	for _, o := range shown[0].Origins {
		files = append(files, o.File)
	}
	if !cmp.Equal(ids, []string{"7", "8", ""}) || !cmp.Equal(files, []string{"ids", "ids", "ids", "a third"}) {
		t.Errorf("lines %q from %q", ids, files)
	}
}

// Amazon sends the units of a line in several parcels, and its shipments report has a row for each: they add up, however
// often a parcel is told of, and to no more than the orders report knows.
func TestParcelsOfALineAddUp(t *testing.T) {
	part := func(id string, units int) monitor.Fact {
		f := shipped(1, monday)
		f.Updated, f.Line.ItemID, f.Line.Quantity, f.Parcel = time.Time{}, "7", units, monitor.Parcel{ID: id}
		return f
	}
	whole := func(id string, units int) monitor.Fact {
		f := part(id, units).(monitor.Sighting)
		f.Parcel.Whole = true
		return f
	}
	ordered := shipped(1, monday)
	ordered.Line.ItemID, ordered.Line.Quantity = "7", 3
	for name, c := range map[string]struct {
		want  int
		facts [][]monitor.Fact // of each file
	}{
		"one":                                {1, [][]monitor.Fact{{part("D1", 1)}}},
		"two":                                {2, [][]monitor.Fact{{part("D1", 1), part("D2", 1)}}},
		"two in two files that overlap":      {2, [][]monitor.Fact{{part("D1", 1), part("D2", 1)}, {part("D2", 1)}}},
		"two whole ones":                     {5, [][]monitor.Fact{{whole("S1", 2)}, {whole("S2", 3)}}},
		"named by part, and later by parcel": {2, [][]monitor.Fact{{part("D1", 1), part("D2", 1)}, {whole("S1", 1)}}},
		"an order that knows more":           {3, [][]monitor.Fact{{part("D1", 1), part("D2", 1)}, {ordered}}},
		"an order that came first":           {3, [][]monitor.Fact{{ordered}, {part("D1", 1), part("D2", 2)}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			for i, facts := range c.facts {
				load(t, s, "shop", export{string(rune('a' + i)), monday.AddDate(0, 0, i), facts})
			}
			orders, _ := facts(t, s, "shop", monday.AddDate(0, 0, 9))
			if l := orders[0].Lines; len(l) != 1 || l[0].Quantity != c.want {
				t.Errorf("%+v: want one line of %d units", l, c.want)
			}
		})
	}
}
