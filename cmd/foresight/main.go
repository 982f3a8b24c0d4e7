// Command foresight measures how well breaches are foreseen, on made-up accounts whose truth is known and whose rates are
// constant, near the limit, drift, jump, spell or are spoilt by a product; half of them are new. By default orders and defects
// are made up as counts, so that a hundred accounts over months are judged in a minute.
//
//	go run ./cmd/foresight -seed 29 -oracle     # this seed is kept aside: nothing was tuned on it
//	go run ./cmd/foresight -seed 29 -calm       # fewer accounts that come near a limit, and milder ones; none is new
//	go run ./cmd/foresight -seed 29 -elsewhere  # accounts of a world that is made another way
//	go run ./cmd/foresight -seed 29 -thresholds # what each threshold would mean
//	go run ./cmd/foresight -olist FOLDER        # late shipments of a real marketplace, made public by Olist
//
// Or it writes the files that such accounts would download, evening by evening, and holds what a replay of them alerted against
// the truth, which the simulator counts by itself. That takes the whole way from a file to an alert:
//
//	go run ./cmd/foresight -seed 29 -accounts 16 -out files
//	goodstanding replay --json files > events
//	go run ./cmd/foresight -seed 29 -accounts 16 -events events
//
// How fast a replay is, is measured on fewer kinds of files, and on the evenings that are judged only: of each evening All Orders
// by last update, the order report, Unshipped Orders and feedback, which are four files, and claims where one is new or decided.
//
//	go run ./cmd/foresight -seed 9 -accounts 60 -four -out files
package main

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"sync"

	"goodstanding/monitor/forecast"
)

func main() {
	accounts := flag.Int("accounts", 120, "how many accounts each rate is measured on")
	seed := flag.Uint64("seed", 1, "which accounts")
	calm := flag.Bool("calm", false, "fewer accounts near a limit, and steadier ones")
	elsewhere := flag.Bool("elsewhere", false, "accounts of a world that is made another way: rates wander, steps and slopes, single bad days, a season")
	oracles := flag.Bool("oracle", false, "also judge somebody who knows the true rates")
	thresholds := flag.Bool("thresholds", false, "also print what other thresholds would mean")
	out := flag.String("out", "", "write the export files of made-up accounts into this folder, and measure nothing")
	four := flag.Bool("four", false, "with -out, four files an evening and claims, of the "+strconv.Itoa(during)+" evenings that are judged")
	events := flag.String("events", "", "judge the events that `goodstanding replay --json` printed for these files")
	market := flag.String("olist", "", "measure late shipments of real sellers instead: the folder of Olist's orders.csv.gz and order_items.csv.gz")
	verbose := flag.Bool("verbose", false, "with -events, print every evening")
	flag.Parse()
	if *out != "" || *events != "" {
		if err := files(*out, *events, sellers(*accounts, *seed), *four, *verbose); err != nil {
			fmt.Fprintln(os.Stderr, "foresight:", err)
			os.Exit(1)
		}
		return
	}
	if *market != "" {
		sellers, err := olist(*market)
		if err != nil {
			fmt.Fprintln(os.Stderr, "foresight:", err)
			os.Exit(1)
		}
		m := metrics()[0]
		fmt.Printf("%d sellers\n", len(sellers))
		report(m, false, watchAll(m, sellers, false), *thresholds)
		return
	}
	for _, m := range metrics() {
		report(m, *oracles, watchAll(m, makeAll(m, *accounts, *seed, *calm, *elsewhere), *oracles), *thresholds)
	}
}

// files writes the exports of accounts, or judges what a replay of them printed.
func files(out, events string, all []seller, four, verbose bool) error {
	if out != "" {
		return writeFiles(out, all, four)
	}
	f, err := os.Open(events)
	if err != nil {
		return fmt.Errorf("open the events of a replay: %w", err)
	}
	defer func() { _ = f.Close() }()
	lines, err := readEvents(f)
	if err != nil {
		return err
	}
	return judgeAll(all, lines, verbose)
}

// makeAll makes up accounts, of this world or the other.
func makeAll(m metric, accounts int, seed uint64, calm, elsewhere bool) []*account {
	all := make([]*account, accounts)
	for i := range all {
		if elsewhere {
			all[i] = newElsewhere(m, seed*1_000_000+uint64(i))
			continue
		}
		all[i] = newAccount(m, seed*1_000_000+uint64(i), calm)
	}
	return all
}

// watchAll looks at every account on every evening.
func watchAll(m metric, accounts []*account, oracles bool) [][]look {
	all := make([][]look, len(accounts))
	var wait sync.WaitGroup
	next := make(chan int)
	for range 2 {
		wait.Go(func() {
			for i := range next {
				all[i] = accounts[i].watch(m, forecast.Usual(), oracles)
			}
		})
	}
	for i := range all {
		next <- i
	}
	close(next)
	wait.Wait()
	return all
}

// report prints the tables of one rate.
func report(m metric, oracles bool, all [][]look, thresholds bool) {
	fmt.Printf("\n## %s\n\n| rule | breaches | warned ≥ 0 h | ≥ 24 h | ≥ 72 h | ≥ 168 h | median lead, days | alerts | false a month |\n|---|---|---|---|---|---|---|---|---|\n", m.name)
	try := func(name string, alarm func(l []look, day int) bool) {
		var s score
		for _, looks := range all {
			s.add(looks, func(day int) bool { return alarm(looks, day) })
		}
		fmt.Printf("| %s | %d | %.2f | %.2f | %.2f | %.2f | %d | %d | %.3f |\n", name, s.breaches, s.share(0), s.share(1), s.share(2), s.share(3),
			s.median(), s.alerts, s.perMonth())
	}
	for _, share := range []float64{0.9, 0.75, 0.5} {
		try(fmt.Sprintf("%.0f %% of the limit", 100*share), func(l []look, day int) bool { return l[day].value >= share })
	}
	try("straight line over 7 days", func(l []look, day int) bool {
		return l[day].missed || l[day].value > l[day].before && 2*l[day].value-l[day].before >= 1
	})
	try("0.2 points week on week", func(l []look, day int) bool {
		return l[day].missed || (l[day].value-l[day].before)*m.limit >= 0.002
	})
	try("Goodstanding", m.alarm.over)
	for i, name := range []string{"knowing today's true rate", "knowing the true rates to come"} {
		if oracles {
			for _, from := range oracleFrom {
				try(fmt.Sprintf("%s, from %.2f", name, from), oracle{m.alarm.Alarm, from, i}.over)
			}
		}
	}
	if thresholds {
		for _, from := range []float64{0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5} {
			a := alarm{forecast.Alarm{From: from, Until: m.alarm.Until, Evidence: m.alarm.Evidence}}
			try(fmt.Sprintf("from %.2f until %.3f", a.From, a.Until), a.over)
		}
	}
	reliability(m, all, 7)
	reliability(m, all, 14)
}

// alarm is an alarm over what was foreseen on earlier evenings.
type alarm struct{ forecast.Alarm }

func (a alarm) over(l []look, day int) bool {
	return a.On(func(ago int) forecast.Glance {
		if ago > day {
			return forecast.Glance{}
		}
		then := l[day-ago]
		return forecast.Glance{Probability: then.crossing[forecast.Horizon-1], Known: then.known, Crossed: then.missed}
	})
}

// oracleFrom are the probabilities from which somebody who knows the true rates warns.
var oracleFrom = []float64{0.5}

// oracle is an alarm over what somebody foresaw who knows the true rates: those of today, or those to come as well.
type oracle struct {
	forecast.Alarm
	from float64
	of   int
}

func (o oracle) over(l []look, day int) bool {
	a := forecast.Alarm{From: o.from, Until: o.Until}
	return a.On(func(ago int) forecast.Glance {
		if ago > day {
			return forecast.Glance{}
		}
		return forecast.Glance{Probability: l[day-ago].told[o.of], Crossed: l[day-ago].missed}
	})
}

// reliability prints how often came true what was said with each probability, on the evenings when the target was met.
func reliability(m metric, all [][]look, days int) {
	var n, came [10]int
	var said [10]float64
	brier, count := 0.0, 0
	for _, looks := range all {
		for day := before; day < before+during; day++ {
			if looks[day].missed {
				continue
			}
			p, truth := looks[day].crossing[days-1], 0
			last := day + days
			if m.atOnce { // what is so at the end of a day shows on the next evening
				last = min(last+1, len(looks)-1)
			}
			for _, l := range looks[day+1 : last+1] {
				if l.missed {
					truth = 1
				}
			}
			b := min(9, int(p*10))
			n[b]++
			said[b] += p
			came[b] += truth
			brier += (p - float64(truth)) * (p - float64(truth))
			count++
		}
	}
	fmt.Printf("\nWithin %d days (Brier score %.4f):\n\n| said | evenings | said on average | came true |\n|---|---|---|---|\n", days, brier/float64(max(1, count)))
	for b := range n {
		if n[b] > 0 {
			fmt.Printf("| %d-%d %% | %d | %.2f | %.2f |\n", 10*b, 10*b+10, n[b], said[b]/float64(n[b]), float64(came[b])/float64(n[b]))
		}
	}
}
