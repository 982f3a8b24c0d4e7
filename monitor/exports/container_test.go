package exports

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"goodstanding/monitor"
)

// entry is a file of an archive.
type entry struct{ name, text string }

// zipped makes an archive.
func zipped(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		w, err := z.Create(e.name)
		if err == nil {
			_, err = w.Write([]byte(e.text))
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

// openContainer unpacks a container that must be taken, into a folder that must be gone in the end.
func openContainer(t testing.TB, path string) *Container {
	t.Helper()
	temp := t.TempDir()
	c, err := Unpack(context.Background(), path, temp, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		empty(t, temp)
	})
	return c
}

// empty fails where a folder holds anything.
func empty(t testing.TB, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("%s holds %v (%v), want nothing", dir, left, err)
	}
}

// shut returns the refusal of a container that must not be taken. Nothing of it may be left.
func shut(t testing.TB, data []byte) *Refusal {
	t.Helper()
	temp := t.TempDir()
	c, err := Unpack(context.Background(), save(t, "orders.zip", data), temp, nil)
	var r *Refusal
	if !errors.As(err, &r) || c == nil || len(c.Files) > 0 {
		t.Fatalf("Unpack gives %+v and %v, want a Refusal", c, err)
	}
	empty(t, temp)
	return r
}

const feedbackRows = "Date\tRating\tComments\tYour Response\tOrder ID\tRater Email\n2026-11-20\t1\tBad\t\t114-0000001-0000001\tx@marketplace.amazon.com\n"

// What is in an archive is read as if it lay beside it.
func TestArchiveIsReadAsItsFiles(t *testing.T) {
	orders := header33 + orderRow(1, "x") + orderRow(2, "y")
	data := zipped(t, entry{"sub/", ""}, entry{"sub/orders.txt", orders}, entry{"__MACOSX/sub/._orders.txt", "x"}, entry{".DS_Store", "x"},
		entry{"feedback.txt", feedbackRows}, entry{"readme.pdf", "%PDF-1.7"}, entry{"empty.txt", ""})
	path := save(t, "week 47.zip", data)
	content, err := Digest(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	c := openContainer(t, path)
	if c.Name != "week 47.zip" || c.Digest != content.Digest || c.Size != int64(len(data)) || c.Modified.IsZero() {
		t.Errorf("got %+v, want the digest %s", c, content.Digest)
	}
	var names []string
	for _, in := range c.Files {
		names = append(names, in.File.Name)
		if in.Err != nil {
			t.Error(in.Err)
		}
	}
	if want := []string{"week 47.zip/sub/orders.txt", "week 47.zip/feedback.txt"}; !reflect.DeepEqual(names, want) {
		t.Fatalf("exports %q, want %q", names, want)
	}
	alone, err := Identify(save(t, "orders.txt", []byte(orders)))
	if err != nil {
		t.Fatal(err)
	}
	s := Setting{Received: received}
	if got, want := collect(t, c.Files[0].File, s), collect(t, alone, s); !reflect.DeepEqual(got, want) || len(want) != 2 {
		t.Errorf("facts %+v, want %+v", got, want)
	}
	if got := c.Files[0].File.Digest; got != alone.Digest {
		t.Errorf("digest %s in the archive, %s beside it", got, alone.Digest)
	}
	if len(c.Strays) != 2 || c.Strays[0].File != "week 47.zip/readme.pdf" || !strings.Contains(c.Strays[0].Found, "PDF") || c.Strays[1].File != "week 47.zip/empty.txt" {
		t.Errorf("strays %v", c.Strays)
	}
}

// Names in an archive are names only, whatever they say.
func TestNamesAreNoPaths(t *testing.T) {
	hostile := []string{"../../../tmp/goodstanding-evil.txt", "/etc/goodstanding-evil", `..\..\evil.txt`, `C:\evil.txt`, "a\x00b.txt", "\x1b[31mred.txt", "\xff\xfe.txt", strings.Repeat("long", 500), "..", "a//b"}
	var entries []entry
	for i, name := range hostile {
		entries = append(entries, entry{name, header33 + orderRow(i, "x")})
	}
	temp := t.TempDir()
	c, err := Unpack(t.Context(), save(t, "evil.zip", zipped(t, entries...)), filepath.Join(temp, "inner", "state"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Files) != len(hostile) {
		t.Fatalf("%d exports, want %d", len(c.Files), len(hostile))
	}
	for _, in := range c.Files {
		if strings.ContainsAny(in.File.Name, "\x00\x1b\\") || len([]rune(in.File.Name)) > 100 {
			t.Errorf("the name %q is no name to print", in.File.Name)
		}
		if got := collect(t, in.File, Setting{Received: received}); len(got) != 1 {
			t.Errorf("%s gives %d facts", in.File.Name, len(got))
		}
		info, err := os.Lstat(in.File.path)
		if err != nil || info.Mode().Perm() != 0o600 || filepath.Dir(in.File.path) != c.folder {
			t.Errorf("%s was written to %s, %v (%v)", in.File.Name, in.File.path, info.Mode(), err)
		}
	}
	if info, err := os.Stat(c.folder); err != nil || info.Mode().Perm() != 0o700 || filepath.Dir(c.folder) != filepath.Join(temp, "inner", "state") {
		t.Errorf("the folder %s is %v (%v)", c.folder, info.Mode(), err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	empty(t, filepath.Join(temp, "inner", "state"))
	for _, outside := range []string{"/tmp/goodstanding-evil.txt", "/etc/goodstanding-evil"} {
		if _, err := os.Lstat(outside); err == nil {
			t.Errorf("%s was written", outside)
		}
	}
}

// An export that cannot be imported is told with its kind; the others in the archive are not held up.
func TestRefusedExportInAnArchive(t *testing.T) {
	c := openContainer(t, save(t, "a.zip", zipped(t, entry{"claims.csv", "order-id,kind,opened,status,amount\n111-0000000-0000001,lawsuit,2026-11-18,open,9.99\n"}, entry{"o.txt", header33 + orderRow(1, "x")})))
	if len(c.Files) != 2 || len(c.Strays) != 0 {
		t.Fatalf("%d exports, strays %v", len(c.Files), c.Strays)
	}
	var r *Refusal
	if in := c.Files[0]; !errors.As(in.Err, &r) || r.File != "a.zip/claims.csv" || r.Line != 2 || in.File.Format.Kind != monitor.KindClaims {
		t.Errorf("got %+v, %v", in.File, in.Err)
	}
	if c.Files[1].Err != nil {
		t.Error(c.Files[1].Err)
	}
}

func TestContainersThatAreRefused(t *testing.T) {
	export := header33 + orderRow(1, "x")
	good := zipped(t, entry{"orders.txt", export})
	locked := bytes.Clone(good)
	for _, at := range []int{6, bytes.Index(locked, []byte("PK\x01\x02")) + 8} { // the flags of the entry, twice
		locked[at] |= 1
	}
	wrongSum := zipped(t, entry{"a.txt", export}, entry{"orders.txt", export})
	wrongSum[bytes.Index(wrongSum, []byte("PK\x01\x02"))+16] ^= 1
	many := make([]entry, maxEntries+1)
	strays := make([]entry, 25)
	for i := range many {
		many[i] = entry{fmt.Sprintf("%d.txt", i), ""}
	}
	for i := range strays {
		strays[i] = entry{fmt.Sprintf("note %d.txt", i), "Call the carrier."}
	}
	for _, c := range []struct {
		name string
		data []byte
		want string // part of the message
	}{
		{"with a password", locked, "password"},
		{"cut off", good[:len(good)-30], "damaged or ends early"},
		{"with a wrong checksum", wrongSum, "damaged data in orders.zip/a.txt"},
		{"empty", zipped(t), "found nothing in it"},
		{"a bomb of zeros", zipped(t, entry{"orders.txt", export + strings.Repeat("\x00", 80<<20)}), "grows without measure"},
		{"of too many files", zipped(t, many...), "very many files"},
		{"with a very long list", zipped(t, longNames()...), "very many files"},
		{"in an archive", zipped(t, entry{"inner.zip", string(good)}), "orders.zip/inner.zip: found an archive inside an archive"},
		{"gzip inside", zipped(t, entry{"orders.gz", string(pack(t, []byte(export)))}), "gzip data inside a zip archive"},
		{"nothing but notes", zipped(t, strays...), "and 15 files more"},
		{"a Word document", zipped(t, entry{"[Content_Types].xml", ""}, entry{"word/document.xml", ""}), "office program"},
		{"an OpenDocument sheet", zipped(t, entry{"mimetype", ""}, entry{"content.xml", ""}), "OpenDocument"},
		{"a document of Apple Numbers", zipped(t, entry{"Index/Document.iwa", ""}), "Apple Numbers"},
		{"an OpenDocument sheet in another order", zipped(t, entry{"content.xml", ""}, entry{"mimetype", ""}), "OpenDocument"},
		{"a binary workbook", zipped(t, entry{"xl/workbook.bin", ""}), ".xlsb"},
		{"a workbook with a password", compoundFile("EncryptedPackage"), "an Excel workbook with a password"},
		{"a workbook of nothing", zipped(t, entry{"xl/workbook.xml", ""}), "cannot be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := shut(t, c.data)
			if !strings.Contains(r.Error(), c.want) || !strings.HasPrefix(r.Error(), "orders.zip") {
				t.Errorf("refused with %q, want %q in it", r, c.want)
			}
			if len(r.Error()) > 3000 {
				t.Errorf("a message of %d bytes", len(r.Error()))
			}
		})
	}
}

// longNames fill a list of files beyond what is read of it, without being very many.
func longNames() []entry {
	all := make([]entry, 150)
	for i := range all {
		all[i] = entry{fmt.Sprintf("%060000d", i), ""}
	}
	return all
}

// compoundFile makes the beginning of an old Office file whose folder has an entry.
func compoundFile(name string) []byte {
	b := make([]byte, 3*512)
	copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	binary.LittleEndian.PutUint16(b[30:], 9)
	binary.LittleEndian.PutUint32(b[48:], 1) // the folder is in the second sector
	for i, c := range name {
		b[2*512+2*i] = byte(c)
	}
	return b
}

func TestIsContainer(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink(save(t, "x.zip", zipped(t, entry{"a", "b"})), filepath.Join(dir, "link.zip")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		want bool
	}{
		{save(t, "orders.txt", zipped(t, entry{"a", "b"})), true}, // whatever its name
		{save(t, "empty.zip", zipped(t)), true},
		{save(t, "locked.xlsx", compoundFile("EncryptedPackage")), true},
		{save(t, "old.xls", compoundFile("Workbook")), false},
		{save(t, "orders.zip", []byte(header33)), false},
		{save(t, "empty.txt", nil), false},
		{save(t, "short.txt", []byte("PK")), false},
		{dir, false},
		{filepath.Join(dir, "link.zip"), false},
	} {
		if got, err := IsContainer(c.path); got != c.want || err != nil {
			t.Errorf("%s: %v, %v; want %v", filepath.Base(c.path), got, err, c.want)
		}
	}
	if _, err := IsContainer(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file gives %v", err)
	}
}

func TestUnpackStops(t *testing.T) {
	path := save(t, "a.zip", zipped(t, entry{"o.txt", header33 + orderRow(1, "x")}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	temp := t.TempDir()
	if _, err := Unpack(ctx, path, temp, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled Unpack gives %v", err)
	}
	var last int64
	c, err := Unpack(t.Context(), path, temp, func(read, size int64) error {
		if read < last && size == last || read > size {
			t.Errorf("%d of %d after %d", read, size, last)
		}
		last = read
		return nil
	})
	if err != nil || last == 0 {
		t.Fatalf("told of %d bytes (%v)", last, err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	stop := errors.New("enough")
	large := save(t, "b.zip", append(zipped(t), make([]byte, 1<<20)...)) // small ones are read at once
	if _, err := Unpack(t.Context(), large, temp, func(int64, int64) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an Unpack that is stopped gives %v", err)
	}
	empty(t, temp)
}

// A file that is known by its digest is recognised by its top alone.
func TestRecognise(t *testing.T) {
	export := header33 + orderRow(1, "x")
	for _, c := range []struct {
		name string
		data []byte
		want monitor.ExportKind // empty: not without reading it
	}{
		{"plain", []byte(export), monitor.KindAllOrders},
		{"packed", pack(t, []byte(export)), monitor.KindAllOrders},
		{"wrong below", []byte(export + strings.Repeat(orderRow(2, "y"), 100) + "\x00\n"), monitor.KindAllOrders},
		{"not UTF-8 at the top", []byte(header33 + orderRow(1, "M\xfcller")), ""},
		{"no export", []byte("Call the carrier.\n"), ""},
		{"an archive", zipped(t, entry{"a", export}), ""},
	} {
		content, err := Digest(save(t, "a.txt", c.data), nil)
		if sum := sha256.Sum256(c.data); err != nil || content.Digest != hex.EncodeToString(sum[:]) {
			t.Fatalf("%s: digest %s (%v)", c.name, content.Digest, err)
		}
		f, ok := content.Recognise()
		if ok != (c.want != "") || ok && (f.Format.Kind != c.want || f.Digest != content.Digest || f.Name != "a.txt" || f.Size != int64(len(c.data))) {
			t.Errorf("%s: %v %+v, want %q", c.name, ok, f, c.want)
		}
		if ok {
			if _, err := f.Read(t.Context(), Setting{}, Sink{}); err == nil {
				t.Errorf("%s: it could be read", c.name)
			}
		}
	}
}

// A file whose digest is known is identified as any other, unless it has changed since.
func TestIdentifyContent(t *testing.T) {
	path := save(t, "a.txt", []byte(header33+orderRow(1, "M\xfcller")))
	content, err := Digest(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err1 := content.Identify(nil)
	want, err2 := Identify(path)
	if err1 != nil || err2 != nil || got.Digest != want.Digest || got.Rows != 1 || got.Encoding != want.Encoding || !reflect.DeepEqual(collect(t, got, Setting{}), collect(t, want, Setting{})) {
		t.Errorf("got %+v, %v; want %+v, %v", got, err1, want, err2)
	}
	if err := os.WriteFile(path, []byte(header33+orderRow(1, "x")+orderRow(2, "x")), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := content.Identify(nil); !errors.Is(err, ErrChanged) {
		t.Errorf("a file that was written again gives %v", err)
	}
	if _, ok := content.Recognise(); ok {
		t.Error("a file that was written again is recognised")
	}
}

// Whoever watches is told of each pass: to the end of the file, never beyond, never back.
func TestWatch(t *testing.T) {
	path := save(t, "a.txt", []byte(header33+strings.Repeat(orderRow(1, "x"), 5000)))
	var last, size int64
	watch := func(read, of int64) error {
		if read <= last && last != of || read > of {
			t.Errorf("%d of %d after %d", read, of, last)
		}
		last, size = read, of
		return nil
	}
	f, err := IdentifyWatched(path, watch)
	if err != nil || last != f.Size || size != f.Size {
		t.Fatalf("told of %d of %d bytes; the file has %d (%v)", last, size, f.Size, err)
	}
	collect(t, f, Setting{Received: received})
	if last != f.Size {
		t.Errorf("told of %d of %d bytes when it was read", last, f.Size)
	}
	stop := errors.New("enough")
	if _, err := IdentifyWatched(path, func(int64, int64) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an Identify that is stopped gives %v", err)
	}
}

// A file that claims more bytes than any export has is not read at all.
func TestHugeFileIsNotRead(t *testing.T) {
	path := save(t, "huge.txt", nil)
	if err := os.Truncate(path, maxFile+1); err != nil {
		t.Skip(err)
	}
	if r := refused(t, path); !strings.Contains(r.Found, "16 GiB") {
		t.Errorf("refused with %v", r)
	}
	if _, err := Digest(path, nil); err == nil {
		t.Error("it has a digest")
	}
}

// Whatever an archive holds, reading it ends, and leaves nothing behind.
func FuzzUnpack(f *testing.F) {
	f.Add(zipped(f, entry{"a.txt", header33 + orderRow(1, "x")}))
	f.Add(zipped(f, entry{"../a", "x"}, entry{"b", feedbackRows}))
	f.Add(bookOf(f, [][]any{{"order-id", "ship-date", "carrier-code"}, {"111-0000000-0000001", "2026-11-20", "UPS"}}))
	f.Add(compoundFile("EncryptedPackage"))
	f.Fuzz(func(t *testing.T, data []byte) {
		temp := t.TempDir()
		c, err := Unpack(t.Context(), save(t, "x.zip", data), temp, nil)
		if err == nil {
			for _, in := range c.Files {
				if in.Err == nil {
					_, _ = in.File.Read(t.Context(), Setting{Received: received}, Sink{Fact: func(monitor.Place, monitor.Fact) error { return nil }})
				}
			}
			err = c.Close()
		} else if r := (*Refusal)(nil); errors.As(err, &r) {
			err = nil
		}
		if err != nil {
			t.Fatal(err)
		}
		empty(t, temp)
	})
}
