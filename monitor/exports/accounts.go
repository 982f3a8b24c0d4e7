package exports

import (
	"strings"
	"unicode"

	"goodstanding/monitor"
)

// The list of accounts is the seller's own.
var _ = register(Format{
	Kind:     "accounts",
	Title:    "Accounts",
	Where:    "Your own list, accounts.csv: account, name, marketplace, status, opened, suspended, one row for each account and store.",
	Settles:  "Which accounts are at risk or suspended, and what may be linked to them.",
	Template: "account,name,marketplace,status,opened,suspended\nmy-shop,\"My Shop, Inc.\",Amazon.com,NORMAL,2019-04-01,\n",
	own:      true,
	key:      []string{"account", "marketplace", "status"},
	lacks:    []string{"orderid"},
	open: func(h *header, o *occasion) reader {
		return &accounts{
			o: o, account: h.column("account"), name: h.column("name"), marketplace: h.column("marketplace"), status: h.column("status"),
			opened: h.column("opened"), suspended: h.column("suspended"),
		}
	},
})

// accounts reads the rows of a list of accounts.
type accounts struct {
	o                                                     *occasion
	account, name, marketplace, status, opened, suspended int

	row *row
	now monitor.AccountRecord
}

func (r *accounts) read(row *row) (seen, *fault) {
	r.row = row
	r.now = monitor.AccountRecord{AsOf: r.o.asOf}
	if name := row.cell(r.account); len(name) == 0 || len(name) > maxName || strings.ContainsFunc(string(name), unicode.IsControl) {
		return seen{}, &fault{column: r.account, expected: "the name of the account, as its folder is called"}
	}
	if cell := row.cell(r.marketplace); !missing(cell) {
		m, ok := monitor.ParseMarketplace(string(clip(cell, maxName)))
		if !ok {
			m, ok = monitor.MarketplaceByID(string(clip(cell, maxName)))
		}
		if !ok {
			return seen{}, &fault{column: r.marketplace, expected: "a marketplace such as Amazon.de, or DE"}
		}
		r.now.Marketplace = m
	}
	var s seen
	for _, d := range [...]struct {
		column int
		to     **monitor.Day
	}{{r.opened, &r.now.Opened}, {r.suspended, &r.now.Suspended}} {
		cell := row.cell(d.column)
		if missing(cell) {
			continue
		}
		day, ok := r.o.dayIn(cell, true, row.line)
		if !ok {
			return seen{}, &fault{column: d.column, expected: aDay + ", or nothing"}
		}
		if *d.to = day; day != nil {
			s.span.add(on(*day))
		}
	}
	return s, nil
}

func (r *accounts) fact() monitor.Fact {
	a := r.now
	a.Account = string(r.row.cell(r.account))
	a.Name = string(r.row.text(r.name, maxName))
	a.Status = strings.Map(func(c rune) rune {
		if c == ' ' || c == '-' {
			return '_'
		}
		return unicode.ToUpper(c)
	}, string(clip(r.row.cell(r.status), maxName)))
	a.Extra = r.row.extra()
	return a
}
