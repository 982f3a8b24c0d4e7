package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"goodstanding/monitor"
	"goodstanding/monitor/exports"
	"goodstanding/monitor/store"
)

// checkImports runs properties beside each other, each a number of times that fits a test run, or as often as -rapid.checks says.
func checkImports(t *testing.T, times int, properties map[string]func(t *rapid.T, dir string)) {
	t.Helper()
	if raced {
		times = (times + 3) / 4
	}
	t.Run(fmt.Sprintf("%d times", times), func(t *testing.T) {
		f := flag.Lookup("rapid.checks") // of all that runs at the same time
		if f.Value.String() == f.DefValue {
			if err := f.Value.Set(fmt.Sprint(times)); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = f.Value.Set(f.DefValue) })
		}
		for name, property := range properties {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				rapid.Check(t, func(t *rapid.T) { property(t, dir) })
			})
		}
	})
}

// madeFile is a file that arrives.
type madeFile struct {
	path     string
	kinds    []monitor.ExportKind // of the exports in it
	received time.Time
	after    []int             // files that have the same content, before which it does not come
	texts    map[string]string // of the exports in it, by the names under which they are imported
}

// madeStart is before every file was received, and madeEnd after.
var (
	madeStart = time.Date(2026, 11, 5, 8, 0, 0, 0, time.UTC)
	madeEnd   = time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC)
)

// drawFiles makes overlapping exports of some kinds, as they are downloaded on different days: the rows of each are some of
// a few that the account has, in any order, some of them twice. Some files are an archive of two exports, some come again.
func drawFiles(t *rapid.T, dir string, kinds []monitor.ExportKind, formats map[monitor.ExportKind]madeFormat) []madeFile {
	type made struct {
		kind    monitor.ExportKind
		text    string
		content []byte
	}
	var all []made
	for _, kind := range kinds {
		f := formats[kind]
		columns := f.parsed()
		layouts := make([]madeLayout, 2)
		for i := range layouts {
			layouts[i] = drawLayout(t, f, columns)
		}
		pool := make([]madeRow, rapid.IntRange(1, 5).Draw(t, "rows"))
		for i := range pool {
			pool[i] = drawRow(t, columns)
		}
		for range rapid.IntRange(2, 4).Draw(t, "exports") {
			var rows []madeRow
			for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(pool)-1), 0, 4).Draw(t, "export") {
				rows = append(rows, pool[i])
			}
			if f.store {
				rows = pool[:1]
			}
			m := made{kind: kind}
			m.text, m.content = layouts[rapid.IntRange(0, 1).Draw(t, "layout")](rows)
			all = append(all, m)
		}
	}
	var files []madeFile
	write := func(content []byte, name string, f madeFile, texts ...string) {
		name = fmt.Sprintf("%d %s", len(files), name)
		f.path, f.texts = filepath.Join(dir, name), map[string]string{}
		for i, text := range texts {
			if len(texts) > 1 {
				f.texts[fmt.Sprintf("%s/%d.txt", name, i)] = text
			} else {
				f.texts[name] = text
			}
		}
		if err := os.WriteFile(f.path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	first := map[string]int{} // file that content came in first
	received := madeStart
	for i := 0; i < len(all); i++ {
		parts := all[i : i+1]
		if i+1 < len(all) && rapid.IntRange(0, 5).Draw(t, "archive") == 0 && canBePacked(all[i].content, all[i+1].content) {
			i++
			parts = all[i-1 : i+1]
		}
		f := madeFile{received: received}
		received = received.Add(time.Duration(rapid.SampledFrom([]int{0, 3, 20}).Draw(t, "hours until the next")) * time.Hour)
		for _, m := range parts {
			f.kinds = append(f.kinds, m.kind)
			if at, there := first[string(m.content)]; !there {
				first[string(m.content)] = len(files)
			} else if !m.kind.Own() && !store.ListsAll(m.kind) {
				f.after = append(f.after, at)
			}
		}
		if len(parts) == 2 {
			write(archiveMade(t, parts[0].content, parts[1].content), "archive.zip", f, parts[0].text, parts[1].text)
			continue
		}
		m := parts[0]
		write(m.content, string(m.kind)+".txt", f, m.text)
		if rapid.IntRange(0, 3).Draw(t, "copy") > 0 {
			continue
		}
		f.received = madeStart.Add(time.Duration(rapid.IntRange(1, 99).Draw(t, "hours")) * time.Hour)
		if !m.kind.Own() && !store.ListsAll(m.kind) {
			f.after = append(f.after, first[string(m.content)])
		}
		write(m.content, string(m.kind)+" copy.txt", f, m.text)
	}
	return files
}

// canBePacked says whether an archive of two exports is taken as what it is: none of them is packed already.
func canBePacked(a, b []byte) bool {
	const packed = "\x1f\x8b"
	return !bytes.HasPrefix(a, []byte(packed)) && !bytes.HasPrefix(b, []byte(packed)) && !bytes.Equal(a, b)
}

// archiveMade packs two exports.
func archiveMade(t *rapid.T, contents ...[]byte) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, content := range contents {
		w, err := z.Create(fmt.Sprintf("%d.txt", i))
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// drawOrder draws an order in which all files arrive, and some of them twice.
func drawOrder(t *rapid.T, files []madeFile) []madeFile {
	indices := make([]int, len(files))
	for i := range files {
		indices[i] = i
	}
	left := rapid.Permutation(indices).Draw(t, "order")
	var ordered []madeFile
	come := make([]bool, len(files))
	for len(left) > 0 {
		at := slices.IndexFunc(left, func(i int) bool {
			return !slices.ContainsFunc(files[i].after, func(original int) bool { return !come[original] })
		})
		i := left[at]
		left = slices.Delete(left, at, at+1)
		come[i] = true
		ordered = append(ordered, files[i])
		if rapid.IntRange(0, 3).Draw(t, "twice") == 0 {
			ordered = append(ordered, ordered[rapid.IntRange(0, len(ordered)-1).Draw(t, "again")])
		}
	}
	return ordered
}

// importMade imports files one after the other into a fresh database, and returns all that is then known.
func importMade(t *rapid.T, path string, files []madeFile) map[string]any {
	ctx := context.Background()
	s, err := store.OpenScratch(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	in := intake{store: s, home: func(string) monitor.Marketplace { return "Amazon.com" }, key: func() ([]byte, error) { return []byte("a key of the tests"), nil }}
	kinds, texts := map[monitor.ExportKind]bool{}, map[string]string{}
	for _, f := range files {
		maps.Copy(texts, f.texts)
		arrival := arrived(f.path, "shop", f.received, madeEnd)
		err := in.takeAll(ctx, []*delivery{arrival}, madeEnd, func(_ *delivery, files []taken, err error) error {
			for _, one := range files {
				if one.Refusal != nil || one.Summary.Bad > 0 {
					return fmt.Errorf("not imported whole: %+v", one)
				}
				if one.File.Format.Kind != monitor.KindArchive && !slices.Contains(f.kinds, one.File.Format.Kind) {
					return fmt.Errorf("taken for %s instead of %s", one.File.Format.Kind, f.kinds)
				}
			}
			return err
		})
		if err != nil {
			content, _ := os.ReadFile(f.path)
			t.Fatalf("%s: %v\n%s", f.path, err, content)
		}
		for _, kind := range f.kinds {
			kinds[kind] = true
		}
	}
	return knownOf(t, s, kinds, texts)
}

// knownOf returns all that a database knows, in a form that does not tell in which order it came. Where something comes
// from is told by the row itself: of rows that say exactly the same, in several exports, any may be named.
func knownOf(t *rapid.T, s *store.Store, kinds map[monitor.ExportKind]bool, texts map[string]string) map[string]any {
	ctx := context.Background()
	all := map[string]any{}
	note := func(name string, v any, err error) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[name] = v
	}
	for i := range 2 {
		id := fmt.Sprintf("111-0000000-000000%d", i)
		shown, err := s.Show(ctx, id)
		for _, one := range shown {
			for i, o := range one.Origins {
				text, there := texts[o.File]
				if lines := strings.Split(text, "\n"); there && o.Line <= len(lines) {
					said := strings.FieldsFunc(lines[o.Line-1], func(c rune) bool { return c == '\t' || c == ',' || c == '\r' }) // blanks say nothing
					if o.What == "return" || o.What == "replacement" {
						said = nil // one may be a row of a table and the other an element of a document that say the same
					}
					one.Origins[i] = store.Origin{What: o.What, Detail: o.Detail, Kind: o.Kind, File: strings.Join(said, "|")}
				} else {
					t.Fatalf("%s comes from line %d of %s, which is none", o.What, o.Line, o.File)
				}
			}
		}
		note("order "+id, shown, err)
	}
	accounts, err := s.AccountRecords(ctx)
	note("accounts", accounts, err)
	for kind := range kinds {
		if read := madeExports[kind].records; read != nil {
			records, err := read(ctx, s, kind)
			note("records of "+string(kind), records, err)
		}
	}
	for at := madeStart.Add(-time.Hour); at.Before(madeEnd); at = at.Add(30 * time.Hour) {
		k, err := s.Known(ctx, "shop", at)
		if err != nil {
			t.Fatal(err)
		}
		sold, err := k.Slices(ctx)
		note(fmt.Sprintf("slices at %s", at), sold, err)
		for _, slice := range sold {
			triangle, err := k.Triangle(ctx, slice)
			note(fmt.Sprintf("triangle of %s at %s", slice, at), cellsOf(triangle), err)
		}
		for kind := range kinds {
			if read := madeExports[kind].newest; read != nil {
				listed, err := read(ctx, k, kind)
				note(fmt.Sprintf("newest %s at %s", kind, at), listed, err)
			}
		}
		if err := k.Close(); err != nil {
			t.Fatal(err)
		}
	}
	differences, err := s.Verify(ctx, "shop")
	note("differences", differences, err)
	if len(differences) > 0 {
		t.Fatalf("tallies differ from the facts: %+v", differences)
	}
	return all
}

// cellsOf sums the cells of a triangle.
func cellsOf(t *monitor.Triangle) map[monitor.Cell]int {
	sums := map[monitor.Cell]int{}
	for _, c := range t.Cells {
		n := c.N
		c.N = 0
		if sums[c] += n; sums[c] == 0 {
			delete(sums, c)
		}
	}
	return sums
}

// independent imports files in several orders and compares what is known then.
func independent(t *rapid.T, dir string, kinds []monitor.ExportKind, formats map[monitor.ExportKind]madeFormat) {
	dir, err := os.MkdirTemp(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	files := drawFiles(t, dir, kinds, formats)
	byTime := slices.Clone(files)
	slices.SortStableFunc(byTime, func(a, b madeFile) int { return cmp.Compare(len(a.after), len(b.after)) })
	want := importMade(t, filepath.Join(dir, "first.db"), byTime)
	for i := range 2 {
		order := drawOrder(t, files)
		got := importMade(t, filepath.Join(dir, fmt.Sprintf("%d.db", i)), order)
		if d := diff.Diff(want, got); d != "" {
			for _, f := range order {
				t.Logf("%s, received %s", f.path, f.received)
			}
			t.Fatalf("after another order of files:\n%s", d)
		}
	}
}

// orderKinds are the exports that tell of orders, which are merged with each other.
var orderKinds = []monitor.ExportKind{
	monitor.KindAllOrders, monitor.KindOrderReport, monitor.KindUnshippedOrders, monitor.KindFulfilledShipments, monitor.KindOrdersAPI,
	monitor.KindShippingConfirmation, monitor.KindFeedback, monitor.KindClaims,
}

// Promise 4, for every format: overlapping exports that are imported in any order, some twice, end in the same facts.
//
// A copy of an export that came before tells nothing, whatever time it bears, so a copy with another time counts only if
// it comes first: here it comes later. The seller's own lists, and exports that list all there is, may say again what
// they said: of them the same content at another time is another export, which may come at any time.
func TestImportsAreOrderIndependent(t *testing.T) {
	for _, f := range exports.Formats() {
		if _, there := madeExports[f.Kind]; !there {
			t.Errorf("%s has no generator in madeExports: whether its imports are independent of their order is not tested", f.Kind)
		}
	}
	orders := func(t *rapid.T, dir string) {
		independent(t, dir, rapid.SliceOfN(rapid.SampledFrom(orderKinds), 1, 3).Draw(t, "kinds"), madeExports)
	}
	checkImports(t, 20, map[string]func(*rapid.T, string){"orders": orders, "other orders": orders})
	// Rows that an earlier export had are not read again where they can say nothing new (see store.Rows.Known).
	known := func(t *rapid.T, dir string) {
		independent(t, dir, []monitor.ExportKind{monitor.KindAllOrders}, map[monitor.ExportKind]madeFormat{monitor.KindAllOrders: {columns: madeKnownColumns}})
	}
	checkImports(t, 50, map[string]func(*rapid.T, string){"known rows": known, "other known rows": known})
	often, seldom := map[string]func(*rapid.T, string){}, map[string]func(*rapid.T, string){}
	for _, f := range exports.Formats() {
		to := seldom
		if slices.Contains(orderKinds, f.Kind) || f.Kind == monitor.KindAccounts {
			to = often
		}
		to[string(f.Kind)] = func(t *rapid.T, dir string) { independent(t, dir, []monitor.ExportKind{f.Kind}, madeExports) }
	}
	checkImports(t, 12, often)
	checkImports(t, 4, seldom)
}
