package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"goodstanding/monitor"
	"goodstanding/monitor/store"
)

// shownJSON is what is known of an order, as `show --json` prints it.
type shownJSON struct {
	Account     string       `json:"account"`
	OrderID     string       `json:"order_id"`
	Marketplace string       `json:"marketplace"`
	Channel     string       `json:"channel"`
	Status      string       `json:"status"`
	Purchased   *time.Time   `json:"purchased"`
	ShipBy      *time.Time   `json:"ship_by"`
	Unshipped   *time.Time   `json:"known_unshipped"` // the last time
	Shipped     *time.Time   `json:"known_shipped"`   // the first time
	Timeliness  string       `json:"timeliness"`
	DeliverBy   *time.Time   `json:"deliver_by"`
	Cancelled   *time.Time   `json:"cancelled"`
	BuyerCancel bool         `json:"buyer_asked_to_cancel"`
	ShipService string       `json:"ship_service"`
	ShipFrom    string       `json:"ship_from"`
	Lines       []lineJSON   `json:"lines"`
	Feedback    *ratingJSON  `json:"feedback"`
	Claims      []claimJSON  `json:"claims"`
	Origins     []originJSON `json:"origins"`

	Confirmations []confirmationJSON `json:"confirmations"`
	Returns       []returnJSON       `json:"returns"`
	Replacements  []replacementJSON  `json:"replacements"`
}

type lineJSON struct {
	ItemID   string    `json:"item_id"`
	SKU      string    `json:"sku"`
	ASIN     string    `json:"asin"`
	Title    string    `json:"title"`
	Quantity int       `json:"quantity"`
	Status   string    `json:"status"`
	Price    string    `json:"price"` // as the export writes it
	Currency string    `json:"currency"`
	Extra    extraJSON `json:"extra"`
}

type confirmationJSON struct {
	ItemID   string      `json:"item_id"`  // empty: the whole order
	Quantity int         `json:"quantity"` // 0: the whole line
	ShipDate monitor.Day `json:"ship_date"`
	Received time.Time   `json:"received"`
	Carrier  string      `json:"carrier"`
	Tracking string      `json:"tracking"`
	Extra    extraJSON   `json:"extra"`
}

type ratingJSON struct {
	quoteJSON
	Response string    `json:"response"`
	Extra    extraJSON `json:"extra"`
}

type claimJSON struct {
	Kind   string      `json:"kind"`
	Opened monitor.Day `json:"opened"`
	Status string      `json:"status"`
	Counts bool        `json:"counts"`
	Amount string      `json:"amount"` // as the list writes it
	Extra  extraJSON   `json:"extra"`
}

type returnJSON struct {
	ReturnID    string      `json:"return_id"`
	SKU         string      `json:"sku"`
	ASIN        string      `json:"asin"`
	Day         monitor.Day `json:"day"`
	Quantity    int         `json:"quantity"`
	Reason      string      `json:"reason"`
	Disposition string      `json:"disposition"`
	Status      string      `json:"status"`
	Resolution  string      `json:"resolution"`
	Comment     string      `json:"comment"`
	AToZ        bool        `json:"a_to_z"`
	Extra       extraJSON   `json:"extra"`
}

type replacementJSON struct {
	OrderID  string      `json:"order_id"`
	Replaces string      `json:"replaces"`
	SKU      string      `json:"sku"`
	ASIN     string      `json:"asin"`
	Day      monitor.Day `json:"day"`
	Quantity int         `json:"quantity"`
	Reason   string      `json:"reason"`
	Extra    extraJSON   `json:"extra"`
}

// extraJSON is what a row says under columns that no reader knows, by their titles.
type extraJSON map[string]string

// extraOf reads what a row says besides. The store writes nothing else there, so what is no such object says nothing.
func extraOf(e monitor.Extra) extraJSON {
	said := extraJSON{}
	if e != "" {
		_ = json.Unmarshal([]byte(e), &said)
	}
	return said
}

type originJSON struct {
	What     string    `json:"what"`
	Detail   string    `json:"detail"`
	Format   string    `json:"format"`
	File     string    `json:"file"`
	Line     int       `json:"line"`
	Received time.Time `json:"received"`
}

func (a *app) showCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "show ORDER-ID",
		Short:   "Print all that is known of an order, and which row of which file said so",
		Long:    "Prints all that is known of an order in every account: its dates, whether it was confirmed in time, what counts against it, and the file and line that each piece came from.",
		Example: "  goodstanding show 111-1234567-1234567",
		Args:    cobra.ExactArgs(1),
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object an account")
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		_, s, err := a.open(cmd.Context())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		id := strings.TrimSpace(args[0])
		all, err := s.Show(cmd.Context(), id)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return fmt.Errorf("no export names the order %s", clean(id))
		}
		enc := json.NewEncoder(a.out)
		enc.SetEscapeHTML(false)
		p := newPrinter(a.out, a.env)
		for _, one := range all {
			if !*asJSON {
				p.shown(one)
			} else if err := enc.Encode(shown(one)); err != nil {
				return err
			}
		}
		return p.err
	}
	return cmd
}

// timeliness says whether an order was confirmed in time.
func timeliness(o monitor.Order) string {
	switch answer, _ := o.Timeliness(); answer {
	case monitor.OnTime:
		return "on time"
	case monitor.Late:
		return "late"
	case monitor.NotKnown:
		return "not known"
	default:
		return "no deadline"
	}
}

func shown(one store.Shown) shownJSON {
	o := one.Order
	j := shownJSON{
		Account: one.Account, OrderID: o.ID, Marketplace: string(o.Marketplace), Channel: string(o.Channel), Status: string(o.Status),
		Purchased: known(o.Purchased), ShipBy: known(o.ShipBy), Unshipped: known(o.Unshipped), Shipped: known(o.Confirmed()),
		Timeliness: timeliness(o), DeliverBy: known(o.DeliverBy), Cancelled: known(o.Cancelled), BuyerCancel: o.BuyerCancel,
		ShipService: o.ShipService, ShipFrom: o.ShipFrom, Lines: []lineJSON{}, Claims: []claimJSON{}, Origins: []originJSON{},
		Confirmations: []confirmationJSON{}, Returns: []returnJSON{}, Replacements: []replacementJSON{},
	}
	for _, l := range o.Lines {
		j.Lines = append(j.Lines, lineJSON{l.ItemID, l.SKU, l.ASIN, l.Title, l.Quantity, string(l.Status), l.Price, l.Currency, extraOf(l.Extra)})
	}
	for _, c := range o.Confirmations {
		j.Confirmations = append(j.Confirmations, confirmationJSON{c.ItemID, c.Quantity, c.ShipDate, c.AsOf, c.Carrier, c.Tracking, extraOf(c.Extra)})
	}
	if f := o.Feedback; f != nil {
		j.Feedback = &ratingJSON{quoteJSON{o.ID, f.Day, f.Rating, f.Comment}, f.Response, extraOf(f.Extra)}
	}
	for _, c := range o.Claims {
		j.Claims = append(j.Claims, claimJSON{string(c.Kind), c.Opened, string(c.Status), c.Counts(), c.Amount, extraOf(c.Extra)})
	}
	for _, r := range one.Returns {
		j.Returns = append(j.Returns, returnJSON{r.ReturnID, r.SKU, r.ASIN, r.Day, r.Quantity, r.Reason, r.Disposition, r.Status, r.Resolution, r.Comment, r.AToZ, extraOf(r.Extra)})
	}
	for _, r := range one.Replacements {
		j.Replacements = append(j.Replacements, replacementJSON{r.OrderID, r.Replaces, r.SKU, r.ASIN, r.Day, r.Quantity, r.Reason, extraOf(r.Extra)})
	}
	for _, f := range one.Origins {
		j.Origins = append(j.Origins, originJSON{f.What, f.Detail, string(f.Kind), f.File, f.Line, f.Received})
	}
	return j
}

// shown prints what is known of an order.
func (p *printer) shown(one store.Shown) {
	o := one.Order
	clock := o.Marketplace.Clock()
	p.printf("%s  %s, %s, %s\n", p.paint(clean(o.ID), color.Bold), clean(one.Account), o.Marketplace.Label(), o.Channel.Label())
	line := func(name, text string) {
		if text != "" {
			p.wrapped(fmt.Sprintf("  %-16s", name), strings.Repeat(" ", 18), text)
		}
	}
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(clock).Format("Mon 2 Jan 2006 15:04 MST")
	}
	also := func(e monitor.Extra) {
		said := extraOf(e)
		for _, column := range slices.Sorted(maps.Keys(said)) {
			line("", column+": "+said[column])
		}
	}
	line("status", string(o.Status))
	line("purchased", at(o.Purchased))
	line("ship by", at(o.ShipBy))
	line("known unshipped", at(o.Unshipped))
	line("known shipped", at(o.Confirmed()))
	if o.Channel == monitor.SellerFulfilled {
		line("confirmed", timeliness(o))
	}
	line("deliver by", at(o.DeliverBy))
	line("cancelled", at(o.Cancelled))
	if o.BuyerCancel {
		line("cancellation", "the buyer asked for it")
	}
	line("ship service", o.ShipService)
	line("ship from", o.ShipFrom)
	for _, l := range o.Lines {
		line("line", phrase(fmt.Sprintf("%d ×", l.Quantity), l.SKU, l.ASIN, l.Title, l.Price, l.Currency))
		also(l.Extra)
	}
	for _, c := range o.Confirmations {
		line("confirmation", phrase("shipped", c.ShipDate.String(), c.Carrier, c.Tracking))
		also(c.Extra)
	}
	if f := o.Feedback; f != nil {
		line("feedback", fmt.Sprintf("%d of 5 on %s: “%s”", f.Rating, f.Day, f.Comment))
		if f.Response != "" {
			line("", "you answered: “"+f.Response+"”")
		}
		also(f.Extra)
	}
	for _, c := range o.Claims {
		counts := "counts"
		if !c.Counts() {
			counts = "does not count"
		}
		line(string(c.Kind), fmt.Sprintf("opened %s, %s: %s", c.Opened, phrase(string(c.Status), c.Amount), counts))
		also(c.Extra)
	}
	for _, r := range one.Returns {
		line("return", phrase(r.Day.String(), fmt.Sprintf("%d ×", r.Quantity), r.SKU, r.Reason, r.Disposition, r.Status, r.Resolution))
		if r.Comment != "" {
			line("", "“"+r.Comment+"”")
		}
		also(r.Extra)
	}
	for _, r := range one.Replacements {
		what := "by " + r.OrderID
		if r.OrderID == o.ID {
			what = "of " + r.Replaces
		}
		line("replacement", phrase(what, r.Day.String(), fmt.Sprintf("%d ×", r.Quantity), r.SKU, r.Reason))
		also(r.Extra)
	}
	for _, f := range one.Origins {
		what := f.What
		if f.Detail != "" {
			what += " " + f.Detail
		}
		p.wrapped("  "+p.paint("from", color.Faint)+"            ", strings.Repeat(" ", 18),
			fmt.Sprintf("%s: %s line %d, received %s", what, f.File, f.Line, f.Received.Format("2 Jan 2006 15:04 MST")))
	}
}

// phrase joins those that say something.
func phrase(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), " ")
}
