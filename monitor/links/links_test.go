package links

import (
	"fmt"
	"os"
	"testing"
	"time"

	"goodstanding/monitor"
)

var usual = recipe{entities: 1900, twice: 0.35, most: 3, errors: 1, replaced: 0.02, missing: 0.06, moved: 0.05, households: 0.05, chains: 0.1, depots: 60, firms: 0.4, kinds: "name address phone email"}

func with(change func(*recipe)) recipe {
	r := usual
	change(&r)
	return r
}

var recipes = map[string]recipe{
	"usual":             usual,
	"name and address":  with(func(r *recipe) { r.kinds = "name address"; r.moved = 0 }),
	"with phone":        with(func(r *recipe) { r.kinds = "name address phone" }),
	"with tax":          with(func(r *recipe) { r.kinds = "name address tax" }),
	"people only":       with(func(r *recipe) { r.kinds = "name address"; r.firms = 0; r.households = 0; r.moved = 0 }),
	"many households":   with(func(r *recipe) { r.kinds = "name address"; r.firms = 0; r.households = 0.3; r.moved = 0 }),
	"households phones": with(func(r *recipe) { r.kinds = "name address phone"; r.firms = 0; r.households = 0.3 }),
	"febrl": with(func(r *recipe) {
		r.kinds = "name address"
		r.firms = 0
		r.households = 0
		r.depots = 0
		r.errors = 3
		r.replaced = 0.06
		r.most = 5
		r.moved = 0
	}),
	"chains":         with(func(r *recipe) { r.kinds = "name address phone"; r.firms = 1; r.chains = 0.4; r.moved = 0 }),
	"name and phone": with(func(r *recipe) { r.kinds = "name phone"; r.firms = 0.7 }),
	"name and email": with(func(r *recipe) { r.kinds = "name email" }),
	"half missing":   with(func(r *recipe) { r.missing = 0.25 }),
}

func TestMade(t *testing.T) {
	for name, r := range recipes {
		t.Run(name, func(t *testing.T) {
			m := r.make(1)
			began := time.Now()
			f := Find(monitor.Attributes{Identities: m.rows})
			p, rec, wrong, lost := m.judge(f)
			t.Logf("%-20s P %.4f R %.4f accounts %d compared %d %.2fs", name, p, rec, f.Accounts, f.Compared, time.Since(began).Seconds())
			if os.Getenv("LK") != "" {
				show := func(what string, pairs [][2]string) {
					for i, w := range pairs {
						if i > 14 {
							break
						}
						for _, a := range w {
							s := ""
							for _, r := range m.rows {
								if r.Record.Account == a {
									s += " | " + r.Record.Value + r.Record.Last4
								}
							}
							fmt.Println(what, a, s)
						}
						fmt.Println()
					}
				}
				show("WRONG", wrong)
				show("LOST", lost)
			}
		})
	}
}

// The pairs compared, and so the time, grow with what is shared and not with the square of the accounts.
func BenchmarkFind(b *testing.B) {
	for _, accounts := range []int{3000, 30000} {
		r := usual
		r.entities, r.depots = accounts*6/10, accounts/50
		m := r.make(3)
		b.Run(fmt.Sprint(accounts), func(b *testing.B) {
			for b.Loop() {
				f := Find(monitor.Attributes{Identities: m.rows})
				b.ReportMetric(float64(f.Compared)/float64(f.Accounts), "pairs/account")
			}
		})
	}
}
