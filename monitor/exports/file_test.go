package exports

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"goodstanding/monitor"
)

const header33 = "amazon-order-id\tmerchant-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsales-channel\torder-channel\tship-service-level\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\titem-price\n"

// orderRow returns the n-th row of an All Orders export.
func orderRow(n int, title string) string {
	return fmt.Sprintf("114-%07d-0000001\t\t2026-04-01T00:00:00+00:00\t2026-04-02T00:00:00+00:00\tShipped\tMerchant\tAmazon.com\t\tStandard\t%s\tKET-%d\tB0TESTKET1\tShipped\t1\tUSD\t39.90\n", n, title, n%97)
}

// save writes a file into a fresh folder.
func save(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// pack compresses data.
func pack(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// collect returns the facts of a file.
func collect(t testing.TB, f *File, s Setting) []monitor.Fact {
	t.Helper()
	var facts []monitor.Fact
	_, err := f.Read(context.Background(), s, Sink{Fact: func(_ monitor.Place, fact monitor.Fact) error { facts = append(facts, fact); return nil }})
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// refused returns the Refusal of Identify.
func refused(t *testing.T, path string) *Refusal {
	t.Helper()
	_, err := Identify(path)
	var r *Refusal
	if !errors.As(err, &r) {
		t.Fatalf("Identify(%s) says %v, want a Refusal", filepath.Base(path), err)
	}
	return r
}

func TestIdentifyTakesRegularFilesOnly(t *testing.T) {
	dir := t.TempDir()
	target := save(t, "orders.txt", []byte(header33))
	link, pipe := filepath.Join(dir, "link.txt"), filepath.Join(dir, "pipe.txt")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{dir: "a folder", link: "a symbolic link", pipe: "a named pipe"} {
		r := refused(t, path)
		if r.Found != want || r.File != filepath.Base(path) {
			t.Errorf("found %q in %q, want %q", r.Found, r.File, want)
		}
	}
	if _, err := Identify(filepath.Join(dir, "none.txt")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file gives %v", err)
	}
}

func TestIdentifySaysWhatTheFileIs(t *testing.T) {
	data := pack(t, []byte(header33+orderRow(1, "x")))
	f, err := Identify(save(t, "a\x1b[31m.tsv", data))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	if f.Digest != hex.EncodeToString(sum[:]) || f.Size != int64(len(data)) || !f.Gzip || f.Name != "a·[31m.tsv" || f.Modified.IsZero() {
		t.Errorf("got %+v", f)
	}
}

func TestReadNoticesAnotherFile(t *testing.T) {
	path := save(t, "orders.txt", []byte(header33+orderRow(1, "x")))
	f, err := Identify(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(header33+orderRow(2, "x")+orderRow(3, "x")), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = f.Read(context.Background(), Setting{}, Sink{Fact: func(monitor.Place, monitor.Fact) error { t.Error("a fact of another file"); return nil }})
	if !errors.Is(err, ErrChanged) {
		t.Errorf("Read of a file that was written again gives %v", err)
	}
}

func TestReadNoticesChangesMeanwhile(t *testing.T) {
	path := save(t, "orders.txt", []byte(header33+orderRow(1, "x")))
	f, err := Identify(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Read(context.Background(), Setting{}, Sink{Fact: func(monitor.Place, monitor.Fact) error {
		return os.WriteFile(path, []byte(header33+orderRow(1, "x")+orderRow(2, "x")), 0o600)
	}})
	if !errors.Is(err, ErrChanged) {
		t.Errorf("Read of a file that grew meanwhile gives %v", err)
	}
}

// TestSourceNoticesGrowth stands for a file that is still being written when it is identified.
func TestSourceNoticesGrowth(t *testing.T) {
	path := save(t, "orders.txt", []byte(header33))
	s, err := openSource(path, true)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(file, orderRow(1, "x")); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.finish(); !errors.Is(err, ErrChanged) {
		t.Errorf("finish of a file that grew gives %v", err)
	}
}

func TestLimits(t *testing.T) {
	good := header33 + orderRow(1, "x")
	for name, c := range map[string]struct {
		data []byte
		line int
		want string
	}{
		"a long line":          {[]byte(good + strings.Repeat("x", 1<<20) + "\n"), 3, "a line of more than 1 MiB"},
		"a long first line":    {[]byte(strings.Repeat("x", 1<<20+1)), 1, "a line of more than 1 MiB"},
		"many columns":         {[]byte(good + strings.Repeat("\t", 1000) + "x\n"), 3, "more than 1,000 columns"},
		"many header columns":  {[]byte("x" + strings.Repeat("\ta", 1000) + "\n"), 1, "more than 1,000 columns"},
		"many quoted columns":  {[]byte(`"a","b"` + strings.Repeat(`,"x"`, 1000) + "\n"), 1, "more than 1,000 columns"},
		"a bomb":               {pack(t, append([]byte(good), bytes.Repeat([]byte(strings.Repeat("x", 4095)+"\n"), 80<<8)...)), 0, "gzip data that unpacks to more than 250 times its size"},
		"NUL on an even place": {[]byte(good + "ab\x00\n"), 3, "a NUL byte"},
	} {
		r := refused(t, save(t, "x.tsv", c.data))
		if r.Found != c.want || r.Line != c.line {
			t.Errorf("%s: line %d, found %q, want line %d, %q", name, r.Line, r.Found, c.line, c.want)
		}
	}
	almost := good + orderRow(2, strings.Repeat("x", 1<<20-400))
	if _, err := Identify(save(t, "x.tsv", []byte(almost))); err != nil {
		t.Errorf("a line of almost 1 MiB is refused: %v", err)
	}
}

// TestEncodingIsDecidedOnTheWholeFile has the only byte that is not ASCII at the very end.
func TestEncodingIsDecidedOnTheWholeFile(t *testing.T) {
	var b strings.Builder
	b.WriteString(header33)
	for i := range 20_000 {
		b.WriteString(orderRow(i, "Plain kettle"))
	}
	for want, tail := range map[Encoding]string{
		UTF8: orderRow(99999, "Plain kettle"), Windows1252: orderRow(99999, "5 \x80"),
		CP932: strings.Replace(orderRow(99999, "\x82\xe2\x82\xa9\x82\xf1"), "Amazon.com", "Amazon.co.jp", 1),
	} {
		f, err := Identify(save(t, "x.tsv", []byte(b.String()+tail)))
		if err != nil {
			t.Fatal(err)
		}
		if f.Encoding != want || f.Rows != 20_001 || f.BadRows != 0 {
			t.Errorf("%s with %d rows, %d bad, want %s with 20001", f.Encoding, f.Rows, f.BadRows, want)
		}
		facts := collect(t, f, Setting{})
		title := map[Encoding]string{UTF8: "Plain kettle", Windows1252: "5 €", CP932: "やかん"}[want]
		if got := facts[20_000].(monitor.Sighting).Line.Title; got != title {
			t.Errorf("%s: the last title is %q, want %q", want, got, title)
		}
	}
}

// TestMemoryIsConstant reads a file of 40 MB and looks at what stays allocated meanwhile.
func TestMemoryIsConstant(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.tsv")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(file, header33)
	for i := range 200_000 {
		io.WriteString(file, orderRow(i, "Plain kettle with a long name, so that a row has some length to speak of"))
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := Identify(path)
	if err != nil {
		t.Fatal(err)
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n, most := 0, uint64(0)
	_, err = f.Read(context.Background(), Setting{}, Sink{Fact: func(monitor.Place, monitor.Fact) error {
		if n++; n%50_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
		}
		return nil
	}})
	if err != nil || n != 200_000 {
		t.Fatalf("%d facts, %v", n, err)
	}
	if most > before.HeapAlloc+8<<20 {
		t.Errorf("%d MiB stay allocated while reading, want less than 8", (most-before.HeapAlloc)>>20)
	}
}

func TestReadStops(t *testing.T) {
	f, err := Identify(save(t, "x.tsv", []byte(header33+orderRow(1, "x")+orderRow(2, "x"))))
	if err != nil {
		t.Fatal(err)
	}
	full := errors.New("disk full")
	if _, err := f.Read(context.Background(), Setting{}, Sink{Fact: func(monitor.Place, monitor.Fact) error { return full }}); !errors.Is(err, full) || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("an error of the sink comes back as %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := f.Read(ctx, Setting{}, Sink{Fact: func(monitor.Place, monitor.Fact) error { t.Error("a fact after the end"); return nil }}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled Read gives %v", err)
	}
}

func TestHalfBadRowsRefuseAmazonFiles(t *testing.T) {
	good, bad := orderRow(1, "x"), "not an order\n"
	for n, want := range map[int]bool{0: false, 1: false, 2: false, 3: true} { // of two good ones
		f, err := Identify(save(t, "x.tsv", []byte(header33+good+good+strings.Repeat(bad, n))))
		if (err != nil) != want || f.BadRows != n || f.Rows != n+2 {
			t.Errorf("%d bad of %d rows: %v", f.BadRows, f.Rows, err)
		}
	}
}

// A file put together from exports with more and more columns is read under the header above each row.
func TestHeadersMayGrow(t *testing.T) {
	wider := strings.TrimSuffix(header33, "\n") + "\tlatest-ship-date\n"
	row := strings.TrimSuffix(orderRow(2, "x"), "\n") + "\t2026-04-03T00:00:00+00:00\n"
	f, err := Identify(save(t, "x.tsv", []byte(header33+orderRow(1, "x")+wider+row)))
	if err != nil {
		t.Fatal(err)
	}
	facts := collect(t, f, Setting{})
	if f.Segments != 2 || len(facts) != 2 || facts[1].(monitor.Sighting).ShipBy.IsZero() {
		t.Errorf("%d segments, facts %+v", f.Segments, facts)
	}
}

// TestReadRefusesForTheSetting has a date that exists with the day first and not with the year first, which only the
// setting knows of.
func TestReadRefusesForTheSetting(t *testing.T) {
	f, err := Identify(save(t, "f.tsv", []byte("Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\n26/02/31\t1\tx\t\t250-0000001-0000001\t\n")))
	if err != nil || f.DateOrder != monitor.DayFirst {
		t.Fatalf("%+v, %v", f, err)
	}
	_, err = f.Read(context.Background(), Setting{Home: "Amazon.co.jp"}, Sink{Fact: func(monitor.Place, monitor.Fact) error { t.Error("a fact"); return nil }})
	if err == nil || err.Error() != "f.tsv: 1 of 1 rows cannot be read: found days that do not exist, expected the days of the calendar" {
		t.Errorf("Read says %v", err)
	}
}

func TestOwnListsReportTwentyRows(t *testing.T) {
	rows := "order-id,kind,opened,status\n" + strings.Repeat("x,a-to-z,2026-11-02,open\n", 30)
	f, err := Identify(save(t, "claims.csv", []byte(rows)))
	var r *Refusal
	if !errors.As(err, &r) || len(r.Rows) != 20 || r.BadRows != 30 || r.Rows[19].Line != 21 {
		t.Fatalf("got %+v", r)
	}
	if _, err := f.Read(context.Background(), Setting{}, Sink{}); !errors.As(err, &r) {
		t.Errorf("Read of a refused file gives %v", err)
	}
}

// TestNobodyLeaves puts a buyer into every cell that may hold one, well and badly placed, and looks for him in all that
// comes out.
func TestNobodyLeaves(t *testing.T) {
	const secret = "Hidden"
	columns := strings.Fields("order-id order-item-id purchase-date payments-date reporting-date promise-date buyer-email buyer-name buyer-phone-number sku product-name quantity-purchased ship-service-level recipient-name ship-address-1 ship-address-2 ship-city ship-postal-code ship-country ship-phone-number")
	row := func(id string) []string {
		cells := make([]string, len(columns))
		for i, c := range columns {
			switch {
			case c == "buyer-email":
				cells[i] = secret + "@example.invalid"
			case strings.HasPrefix(c, "buyer-") || strings.HasPrefix(c, "ship-a") || c == "ship-city" || c == "ship-phone-number" || c == "ship-postal-code" || c == "recipient-name":
				cells[i] = secret
			case strings.HasSuffix(c, "-date"):
				cells[i] = "2026-11-19T08:00:00+00:00"
			case c == "quantity-purchased":
				cells[i] = "1"
			default:
				cells[i] = "x"
			}
		}
		cells[0] = id
		return cells
	}
	var b strings.Builder
	b.WriteString(strings.Join(columns, "\t") + "\n")
	for n := range 40 {
		b.WriteString(strings.Join(row(fmt.Sprintf("114-0000001-%07d", n)), "\t") + "\n")
	}
	b.WriteString(secret + "\n")                                                // the rest of an address with a line break
	b.WriteString(strings.Join(row(secret+" street 1"), "\t") + "\n")           // no order id
	b.WriteString("\t" + strings.Join(row("114-0000001-0000001"), "\t") + "\n") // shifted to the right
	b.WriteString(strings.Join(row("114-0000001-0000001")[3:], "\t") + "\n")    // shifted to the left
	for i, c := range columns {
		if strings.HasSuffix(c, "-date") || c == "quantity-purchased" {
			cells := row("114-0000001-0000099")
			cells[i] = secret + "@example.invalid"
			b.WriteString(strings.Join(cells, "\t") + "\n")
		}
	}
	f, err := Identify(save(t, "unshipped.txt", []byte(b.String())))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	bad := 0
	r, err := f.Read(context.Background(), Setting{Received: received}, Sink{
		Fact: func(_ monitor.Place, fact monitor.Fact) error { fmt.Fprintf(&out, "%+v\n", fact); return nil },
		Bad:  func(b BadRow) error { bad++; fmt.Fprintf(&out, "%+v\n", b); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&out, "%+v %+v %+v", r, f.Notes, f.problems)
	if bad < 7 || r.Facts < 40 {
		t.Errorf("%d facts and %d bad rows: the rows are not what the test means", r.Facts, bad)
	}
	for l := range strings.SplitSeq(out.String(), "\n") {
		if strings.Contains(l, secret) {
			t.Errorf("the buyer leaves in %s", l)
		}
	}
}

// TestPlace holds the order of the words on where an order was sold.
func TestPlace(t *testing.T) {
	const columns = "order-id\torder-item-id\tpurchase-date\tpayments-date\tbuyer-email\tsales-channel\tship-country\n"
	row := func(sales, email, country string) string {
		return "114-0000001-0000001\t1\t2026-11-19T08:00:00+00:00\t\t" + email + "\t" + sales + "\t" + country + "\n"
	}
	one, two := []monitor.Marketplace{"Amazon.fr"}, []monitor.Marketplace{"Amazon.fr", "Amazon.it"}
	for _, c := range []struct {
		row      string
		setting  Setting
		want     monitor.Marketplace
		strength monitor.Strength
	}{
		{row("Amazon.de", "a@marketplace.amazon.es", "US"), Setting{Home: "Amazon.com"}, "Amazon.de", monitor.BySalesChannel},
		{row("", "a@marketplace.amazon.es", "US"), Setting{Home: "Amazon.com"}, "Amazon.es", monitor.ByBuyerAddress},
		{row("", "a@example.invalid", "US"), Setting{Home: "Amazon.de", Marketplaces: one}, "Amazon.de", monitor.ByAccount},
		{row("", "", "US"), Setting{Marketplaces: one}, "Amazon.com", monitor.ByShipCountry}, // what came before does not matter
		{row("", "", "US"), Setting{Marketplaces: two}, "Amazon.com", monitor.ByShipCountry},
		{row("", "", "GB"), Setting{}, "Amazon.co.uk", monitor.ByShipCountry},
		{row("", "", "AT"), Setting{}, "", monitor.NoMarketplace},
		{row("Elsewhere", "", "AT"), Setting{}, "", monitor.NoMarketplace},
		{row("Non-Amazon", "a@marketplace.amazon.es", "US"), Setting{Home: "Amazon.com"}, monitor.NonAmazon, monitor.BySalesChannel},
	} {
		f, err := Identify(save(t, "x.txt", []byte(columns+c.row)))
		if err != nil {
			t.Fatal(err)
		}
		s := collect(t, f, c.setting)[0].(monitor.Sighting)
		if s.Marketplace != c.want || s.Strength != c.strength {
			t.Errorf("%q with %+v: %q by %d, want %q by %d", c.row, c.setting, s.Marketplace, s.Strength, c.want, c.strength)
		}
		if fba := s.Channel == monitor.FBA; fba != (c.want == monitor.NonAmazon) {
			t.Errorf("%q: channel %q", c.row, s.Channel)
		}
	}
}

// TestAsOf says when an export was made, for the kinds that have no such date in them.
func TestAsOf(t *testing.T) {
	f, err := Identify(save(t, "x.tsv", []byte(header33+orderRow(1, "x"))))
	if err != nil {
		t.Fatal(err)
	}
	latest := time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration]time.Duration{time.Hour: time.Hour, 49 * time.Hour: 0, -time.Hour: 0} {
		got := collect(t, f, Setting{Received: latest.Add(after)})[0].(monitor.Sighting).AsOf
		if !got.Equal(latest.Add(want)) {
			t.Errorf("received %v after the newest date: as of %v after it, want %v", after, got.Sub(latest), want)
		}
	}
}
