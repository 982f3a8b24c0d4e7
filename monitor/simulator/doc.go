// Package simulator makes up seller accounts whose truth is known, and the export files that Seller Central would give
// for them, evening by evening. The demo is made of them, and so are tests: a check is right when it finds in the files
// what the simulator knows.
//
//	shop := simulator.Demo(end)[0]          // or a Shop literal: the regime of one account
//	history := simulator.Run(shop)          // the truth, order by order
//	history.ExportDay(dir, at)              // the files that a seller downloads in the evening
//	history.Rate(simulator.LateShipment, monitor.SellerFulfilled, 30, day) // what Amazon would show
//
// Everything follows from the Shop: the same Shop gives the same bytes on any machine. A longer Shop begins with the
// same orders, and a Shop with another risk has the same orders with another fate, so two regimes can be compared.
//
// Two things are simpler than in life. An order is confirmed as a whole, never in part. And a cancellation always leaves
// a trace that an evening export shows: an unpaid order stays Pending for more than a day, and a buyer's request to
// cancel is answered in the evening of the ship-by day. In life both can begin and end between two exports.
package simulator
