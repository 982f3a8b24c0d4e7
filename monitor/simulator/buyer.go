package simulator

import "goodstanding/monitor"

// person is a made-up buyer.
type person struct {
	name, street, city, state, code, phone string
}

// place is where buyers live.
type place struct{ city, state, code string }

// crowd is what the buyers of a country are made up from.
type crowd struct {
	first, last []string
	street      string
	places      []place
}

var (
	americans = crowd{
		[]string{"Alex", "Sam", "Robin", "Jamie", "Kim", "Lee", "Noa", "Jo"},
		[]string{"Doe", "Example", "Sample", "Placeholder", "Testwell", "Fielding"}, "Example Street",
		[]place{{"Springfield", "IL", "62701"}, {"Portland", "OR", "97201"}, {"Austin", "TX", "73301"}, {"Dayton", "OH", "45402"}},
	}
	britons = crowd{
		americans.first, americans.last, "Example Lane",
		[]place{{"Leeds", "", "LS1 1AA"}, {"Cardiff", "", "CF10 1AA"}, {"Perth", "", "PH1 1AA"}},
	}
	germans = crowd{
		[]string{"Anna", "Jürgen", "Björn", "Käthe", "Uwe", "Zoë", "Max"},
		[]string{"Muster", "Beispiel", "Größe", "Probst", "Müßig"}, "Musterstraße",
		[]place{{"Köln", "", "50667"}, {"München", "", "80331"}, {"Lübeck", "", "23552"}, {"Görlitz", "", "02826"}},
	}
)

// buyer makes up the buyer with a number. Elsewhere than in Britain and Germany buyers are American.
func buyer(m monitor.Marketplace, n int) person {
	c := americans
	switch m.Country() {
	case "GB", "IE":
		c = britons
	case "DE":
		c = germans
	}
	home := c.places[n/64%len(c.places)]
	return person{
		name:   c.first[n%len(c.first)] + " " + c.last[n/8%len(c.last)],
		street: itoa(1+n%97) + " " + c.street,
		city:   home.city, state: home.state, code: home.code,
		phone: "555-01" + itoa(10+n%90),
	}
}
