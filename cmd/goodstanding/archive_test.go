package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"goodstanding/monitor"
	"goodstanding/monitor/exports"
)

// Feedback whose dates tell day from month only together with where the account sells.
const feedbackFile = "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\n11/10/26\t1\tBad\t\t111-0000000-0000001\tx@y.example\n"

// passes notes what an intake does with which file.
type passes struct{ all []string }

func (p *passes) watch(doing, name string) exports.Watch {
	p.all = append(p.all, doing+" "+name)
	return nil
}

// drop puts a file into the inbox and lets the daemon read it.
func (b *bench) drop(t *testing.T, from, as string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	writeExport(t, filepath.Join(b.cfg.InboxDir, "shop", as), string(data), b.at)
	if err := b.readInbox(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// names lists a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	all := []string{}
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

// The exports of an archive are imported in the order that their sense needs; the archive itself is what moves.
func TestArchiveInTheInbox(t *testing.T) {
	b := newBench(t)
	b.at = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	path := filepath.Join(t.TempDir(), "week.zip")
	zipFile(t, path, map[string]func(io.Writer){
		"a feedback.txt": of(feedbackFile, 1), "b orders.txt": of(ordersHead+ordersRow(1)+ordersRow(2), 1), "c claims.csv": of("order-id,kind,opened,status,amount\n111-0000000-0000001,lawsuit,2026-11-18,open,9.99\n", 1),
		"d notes.txt": of("Call the carrier.\n", 1),
	})
	b.drop(t, path, "week.zip")
	archive, rejected := filepath.Join(b.cfg.ArchiveDir, "shop"), filepath.Join(b.cfg.RejectedDir, "shop")
	if got, want := names(t, archive), []string{"20261120T120000Z-week.zip"}; !slices.Equal(got, want) {
		t.Errorf("archive %q, want %q", got, want)
	}
	if got, want := names(t, rejected), []string{"20261120T120000Z-week.zip.why"}; !slices.Equal(got, want) {
		t.Errorf("rejected %q, want %q", got, want)
	}
	if got := names(t, filepath.Join(b.cfg.InboxDir, "shop")); len(got) != 0 {
		t.Errorf("the inbox still holds %q", got)
	}
	why, err := os.ReadFile(filepath.Join(rejected, "20261120T120000Z-week.zip.why"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"week.zip/c claims.csv was not imported", "lawsuit", "week.zip/d notes.txt was not imported", "Call the carrier", "in the archive as 20261120T120000Z-week.zip"} {
		if !strings.Contains(string(why), want) {
			t.Errorf("no %q in\n%s", want, why)
		}
	}
	totals, err := b.store.ImportTotals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[monitor.ExportKind][3]int{}
	for _, k := range totals {
		got[k.Kind] = [3]int{k.Files, k.Refused, k.Rows}
	}
	want := map[monitor.ExportKind][3]int{monitor.KindAllOrders: {1, 0, 2}, monitor.KindFeedback: {1, 0, 1}, monitor.KindClaims: {1, 1, 0}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("files, refused and rows %v, want %v: notes are no export, and none that failed", got, want)
	}
	if left := names(t, unpackedDir(b.cfg)); len(left) > 0 {
		t.Errorf("%q is left of what was unpacked", left)
	}
}

// Content that is known costs its digest: it is not read again, and an archive is not unpacked again.
func TestKnownContentIsNotReadAgain(t *testing.T) {
	b := newBench(t)
	b.at = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	whole, mixed, plain, claims := filepath.Join(dir, "whole.zip"), filepath.Join(dir, "mixed.zip"), filepath.Join(dir, "plain.txt"), filepath.Join(dir, "claims.csv")
	zipFile(t, whole, map[string]func(io.Writer){"orders.txt": of(ordersHead+ordersRow(1), 1), "feedback.txt": of(feedbackFile, 1)})
	zipFile(t, mixed, map[string]func(io.Writer){"orders.txt": of(ordersHead+ordersRow(2), 1), "notes.txt": of("Call.\n", 1)})
	writeFile(t, plain, ordersHead+ordersRow(3))
	writeFile(t, claims, "order-id,kind,opened,status,amount\n111-0000000-0000001,a-to-z,2026-11-18,open,9.99\n")
	for _, c := range []struct {
		path  string
		again []string
	}{
		{whole, []string{"Looking at"}},
		{plain, []string{"Looking at"}},
		{mixed, []string{"Unpacking"}}, // a later version may know what the other file is
		{claims, []string{"Looking at", "Checking", importing}},
	} {
		name := filepath.Base(c.path)
		b.drop(t, c.path, name)
		b.at = b.at.Add(24 * time.Hour)
		var p passes
		b.intake.watch = p.watch
		b.drop(t, c.path, name)
		var want []string
		for _, doing := range c.again {
			want = append(want, doing+" "+name)
		}
		if !slices.Equal(p.all, want) {
			t.Errorf("%s: the second time %q, want %q", name, p.all, want)
		}
		if got := len(names(t, filepath.Join(b.cfg.ArchiveDir, "shop"))); got%2 != 0 {
			t.Errorf("%s: %d files in the archive", name, got)
		}
	}
	totals, err := b.store.ImportTotals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range totals {
		if k.Kind == monitor.KindAllOrders && (k.Files != 3 || k.Rows != 3 || !k.LastReceived.Equal(b.at.Add(-24*time.Hour))) {
			t.Errorf("orders %+v, want 3 files of 3 rows, the last received %s", k, b.at.Add(-24*time.Hour))
		}
		if k.Kind == "" {
			t.Errorf("%+v: a file of no kind", k)
		}
	}
}

// workbook writes a workbook with sheets of texts.
func workbook(t *testing.T, path string, sheets map[string]string) {
	t.Helper()
	f := excelize.NewFile()
	for sheet, text := range sheets {
		if _, err := f.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
			row := strings.Split(line, "\t")
			cell, err := excelize.CoordinatesToCellName(1, i+1)
			if err == nil {
				err = f.SetSheetRow(sheet, cell, &row)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
}

// command runs a command line on data of its own and returns what it printed.
func command(t *testing.T, home string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	env := map[string]string{"HOME": home, "XDG_DATA_HOME": home}
	code = run(t.Context(), args, &o, &e, func(key string) string { return env[key] })
	return code, o.String(), e.String()
}

// objects reads what --json printed.
func objects(t *testing.T, text string) []map[string]any {
	t.Helper()
	return decodeObjects(t, []byte(text))
}

func TestImportOfArchives(t *testing.T) {
	t.Chdir(t.TempDir())
	home := t.TempDir()
	workbook(t, "book.xlsx", map[string]string{"Orders": ordersHead + ordersRow(1) + ordersRow(2), "Feedback": feedbackFile})
	zipFile(t, "week.zip", map[string]func(io.Writer){"orders.txt": of(ordersHead+ordersRow(2)+ordersRow(3), 1), "notes.txt": of("Call.\n", 1)})
	zipFile(t, "notes.zip", map[string]func(io.Writer){"notes.txt": of("Call.\n", 1)})

	code, out, errOut := command(t, home, "import", "--account", "shop", "book.xlsx", "week.zip")
	if code != exitOK || errOut != "" {
		t.Errorf("exit status %d: %s", code, errOut)
	}
	for _, want := range []string{
		"✓ book.xlsx/Orders: All Orders, 2 rows read: 2 new, 0 changed, 0 the same, 0 rejected; ",
		"✓ book.xlsx/Feedback: Feedback, 1 row read: 1 new, ",
		"✓ week.zip/orders.txt: All Orders, 2 rows read: 1 new, 0 changed, 1 the same, 0 rejected; ",
		"not an export: week.zip/notes.txt line 1: found",
		"3 files: 5 rows read: 4 new, 0 changed, 1 the same, 0 rejected; ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	code, out, _ = command(t, home, "import", "--account", "shop", "--json", "book.xlsx", "week.zip", "notes.zip")
	if code != exitFailure {
		t.Errorf("exit status %d, want 1: an archive without any export is refused", code)
	}
	type line struct{ file, format, refused string }
	var got []line
	for _, o := range objects(t, out) {
		got = append(got, line{o["file"].(string), o["format"].(string), strings.SplitAfterN(o["refused"].(string)+" ", " ", 2)[0]})
		if o["format"] == "all_orders" && o["again"] != true {
			t.Errorf("%v: want it known", o)
		}
	}
	want := []line{
		{"week.zip/orders.txt", "all_orders", " "}, {"week.zip/notes.txt", "", "week.zip/notes.txt "}, {"book.xlsx", "archive", " "}, {"notes.zip", "", "notes.zip: "},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReportOfArchives(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "shop")
	writeFile(t, filepath.Join(dir, "keep"), "")
	zipFile(t, filepath.Join(dir, "week.zip"), map[string]func(io.Writer){"orders.txt": of(ordersHead+ordersRow(1), 1), "feedback.txt": of(feedbackFile, 1)})
	workbook(t, filepath.Join(dir, "book.xlsx"), map[string]string{"Orders": ordersHead + ordersRow(2)})
	_, files, err := report(t.Context(), dir, time.Now(), nil)
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, f := range files {
		rows += f.Summary.Read
	}
	if rows != 3 {
		t.Errorf("%d rows of %+v, want 3", rows, files)
	}
}

// identify says what a file would change, and changes nothing.
func TestIdentifySaysWhatWouldChange(t *testing.T) {
	t.Chdir(t.TempDir())
	home := t.TempDir()
	inbox := filepath.Join(home, "goodstanding", "inbox", "shop")
	writeFile(t, "orders.txt", ordersHead+ordersRow(1)+ordersRow(2))
	writeFile(t, "more.txt", ordersHead+ordersRow(2)+strings.Replace(ordersRow(1), "Shipped\tMerchant", "Cancelled\tMerchant", 1)+ordersRow(3))
	zipFile(t, "week.zip", map[string]func(io.Writer){"orders.txt": of(ordersHead+ordersRow(9), 1), "notes.txt": of("Call.\n", 1)})
	writeFile(t, filepath.Join(inbox, "more.txt"), ordersHead+ordersRow(4))
	writeFile(t, "notes.txt", "Call.\n")

	_, out, _ := command(t, home, "identify", "orders.txt", "more.txt")
	if n := strings.Count(out, "what it would change is not known: there is no database yet"); n != 1 {
		t.Errorf("said %d times that there is no database, want once:\n%s", n, out)
	}
	if code, _, errOut := command(t, home, "import", "--account", "shop", "orders.txt"); code != exitOK {
		t.Fatal(errOut)
	}
	for _, c := range []struct {
		args []string
		want map[string]any // of the first object
	}{
		{[]string{"--account", "shop", "orders.txt"}, map[string]any{"account": "shop", "again": true, "new": 0.0, "changed": 0.0, "same": 0.0, "bad": 0.0}},
		{[]string{"--account", "shop", "more.txt"}, map[string]any{"account": "shop", "again": false, "new": 1.0, "changed": 1.0, "same": 1.0, "bad": 0.0}},
		{[]string{"--account", "other", "more.txt"}, map[string]any{"account": "other", "again": false, "new": 3.0, "changed": 0.0, "same": 0.0, "bad": 0.0}},
		{[]string{filepath.Join(inbox, "more.txt")}, map[string]any{"account": "shop", "again": false, "new": 1.0, "changed": 0.0, "same": 0.0, "bad": 0.0}},
		{[]string{"--account", "shop", "week.zip"}, map[string]any{"account": "shop", "again": false, "new": 1.0, "changed": 0.0, "same": 0.0, "bad": 0.0}},
	} {
		for range 2 { // twice: the first time has changed nothing
			code, out, errOut := command(t, home, append([]string{"identify", "--json"}, c.args...)...)
			all := objects(t, out)
			if code != exitOK || len(all) == 0 || !reflect.DeepEqual(all[0]["changes"], c.want) {
				t.Errorf("%q: exit status %d, %v %s; want changes %v", c.args, code, all, errOut, c.want)
			}
		}
	}
	code, out, _ := command(t, home, "identify", "--json", "more.txt", "notes.txt")
	all := objects(t, out)
	if code != exitFailure || len(all) != 2 || all[0]["changes"] != nil || all[0]["changes_unknown"] != "say with --account which account it belongs to" || all[1]["reason"] == "" {
		t.Errorf("exit status %d, %v", code, all)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(strings.SplitN(out, "\n", 2)[0]), &fields); err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"file", "format", "encoding", "delimiter", "rows", "from", "to", "reason"} {
		if _, ok := fields[field]; !ok {
			t.Errorf("the field %s is gone", field)
		}
	}
	_, out, _ = command(t, home, "identify", "--account", "shop", "week.zip")
	for _, want := range []string{"✓ week.zip/orders.txt: All Orders", "would change shop: 1 new, 0 changed, 0 the same", "- week.zip/notes.txt"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if code, _, errOut := command(t, home, "identify", "--account", "../etc", "more.txt"); code != exitUsage {
		t.Errorf("exit status %d: %s", code, errOut)
	}
}

// While a daemon has the database, identify asks it still, and the daemon can write again.
func TestIdentifyBesideARunningDaemon(t *testing.T) {
	t.Chdir(t.TempDir())
	home := t.TempDir()
	writeFile(t, "orders.txt", ordersHead+ordersRow(1))
	writeFile(t, "more.txt", ordersHead+ordersRow(1)+ordersRow(2))
	if code, _, errOut := command(t, home, "import", "--account", "shop", "orders.txt"); code != exitOK {
		t.Fatal(errOut)
	}
	release, err := lock(filepath.Join(home, "goodstanding", "goodstanding.db"))
	if err != nil {
		t.Fatal(err)
	}
	code, out, errOut := command(t, home, "identify", "--account", "shop", "more.txt")
	if code != exitOK || !strings.Contains(out, "would change shop: 1 new, 0 changed, 1 the same") {
		t.Errorf("exit status %d: %s%s", code, out, errOut)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	if code, out, errOut := command(t, home, "import", "--account", "shop", "more.txt"); code != exitOK || !strings.Contains(out, "1 new, 0 changed, 1 the same") {
		t.Errorf("exit status %d: %s%s", code, out, errOut)
	}
}

// A bar is shown on a terminal alone, and only for what takes more than a second.
func TestProgress(t *testing.T) {
	var out bytes.Buffer
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	p := &progress{out: &out, now: func() time.Time { return now }}
	watch := p.watch("Importing", "orders.txt")
	told := func(read int64) {
		t.Helper()
		if err := watch(read, 100<<20); err != nil {
			t.Fatal(err)
		}
	}
	told(1 << 20)
	now = now.Add(999 * time.Millisecond)
	told(2 << 20)
	p.end()
	if out.Len() != 0 {
		t.Errorf("a bar for less than a second: %q", out.String())
	}
	watch = p.watch("Importing", "orders.txt")
	now = now.Add(time.Second)
	told(50 << 20)
	told(75 << 20)
	p.end()
	if got := out.String(); !strings.Contains(got, "Importing orders.txt") || !strings.Contains(got, "100.00 MiB") {
		t.Errorf("the bar shows %q", got)
	}
	if newProgress(&out).watch("Importing", "orders.txt") != nil {
		t.Error("a bar for what is no terminal")
	}
	p.end()
}
