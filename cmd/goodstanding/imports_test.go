package main

import (
	"cmp"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// importRoom is one row of the import table: a folder of the project, and which of its other folders it may import.
type importRoom struct {
	folder string
	uses   []string
	pure   bool // decides only: no files, no network, no log
	fake   bool // stands in for something outside; imported by tests, and by nothing that ships
}

// importWords is what every room speaks in. It is the ground floor and may be imported from everywhere above it.
var importWords = []string{"monitor", "monitor/policy", "monitor/forecast"}

// importRooms is the import table of the project, bottom up. A folder that is not in it fails the test: say first on
// which floor it stands.
var importRooms = []importRoom{
	// L0: the words. They import nothing of the project, so that everything can speak in them.
	{folder: "monitor", pure: true},
	{folder: "monitor/forecast", pure: true},
	{folder: "monitor/policy", uses: []string{"monitor"}, pure: true},

	// L1: the rooms. They never import each other, so that each can be read, tested and replaced alone.
	{folder: "checks", uses: importWords, pure: true},
	{folder: "alerts", uses: importWords},
	{folder: "alerts/wording", uses: []string{"monitor"}, pure: true},                            // what a notice says, for every channel
	{folder: "alerts/slack", uses: append([]string{"alerts", "alerts/wording"}, importWords...)}, // it answers in the deliverer's errors
	{folder: "alerts/slack/slackfake", fake: true},
	{folder: "alerts/notify", uses: append([]string{"alerts", "alerts/wording"}, importWords...)},
	{folder: "monitor/causes", uses: []string{"monitor"}, pure: true}, // its phrases are built in
	{folder: "monitor/exports", uses: importWords},
	{folder: "monitor/links", uses: importWords, pure: true},
	{folder: "monitor/metrics", uses: importWords},
	{folder: "monitor/schedule", uses: importWords},
	{folder: "monitor/simulator", uses: []string{"monitor"}}, // its truth must not come from the code that it tests
	{folder: "monitor/store", uses: importWords},
	{folder: "monitor/web", uses: importWords},

	// L2: the only place that wires. Any room but the fakes.
	{folder: "cmd/goodstanding", uses: append([]string{
		"checks", "alerts", "alerts/notify", "alerts/slack", "alerts/wording", "monitor/causes", "monitor/exports", "monitor/links", "monitor/metrics",
		"monitor/schedule", "monitor/simulator", "monitor/store", "monitor/web", "cmd/goodstanding/start",
	}, importWords...)},
	{folder: "cmd/goodstanding/start"}, // its place in the order of initialisation needs it to import nothing
	{folder: "cmd/foresight", uses: append([]string{"checks", "monitor/simulator"}, importWords...)},                                               // it measures, and ships nowhere
	{folder: "cmd/bench", uses: append([]string{"checks", "monitor/causes", "monitor/links", "monitor/metrics", "monitor/store"}, importWords...)}, // it measures, and ships nowhere
}

// importLimit says who may import a package outside the project, and why nobody else.
type importLimit struct {
	path  string   // of the package, with everything below it; a module's path for third parties
	rooms []string // the folders that may
	tests bool     // any test may, too
	why   string
}

// importLimits lists every third-party module, and the packages of the standard library that are limited to a room.
var importLimits = []importLimit{
	{path: "database/sql", rooms: []string{"monitor/store", "cmd/bench"}, why: "all SQL is in one room, so that a second database is one more room"},
	{path: "github.com/mattn/go-sqlite3", rooms: []string{"monitor/store", "cmd/bench"}, why: "only the store knows which database it is"},
	{path: "github.com/prometheus", rooms: []string{"monitor/metrics"}, why: "metrics are emitted from the last result in one place; a room with counters of its own is a second registry"},
	{path: "github.com/slack-go/slack", rooms: []string{"alerts/slack"}, why: "messages are decided without knowing Slack, so that another channel is one more room"},
	{path: "github.com/wneessen/go-mail", rooms: []string{"alerts/notify"}, why: "mail is one channel of several"},
	{path: "github.com/gorilla/websocket", rooms: []string{"alerts/slack/slackfake"}, why: "slack-go speaks over the socket; only the fake answers it"},
	{path: "github.com/robfig/cron/v3", rooms: []string{"monitor/schedule"}, why: "its recovery from panics is easy to get wrong; it is got right once"},
	{path: "golang.org/x/text", rooms: []string{"monitor/exports"}, why: "encodings are decoded once, first; everything behind that is UTF-8"},
	{path: "golang.org/x/text/unicode/norm", rooms: []string{"monitor/causes", "monitor/exports", "monitor/links", "monitor/policy"}, why: "headers, names and comments are compared without accents and widths; all else stays as written"},
	{path: "golang.org/x/net/idna", rooms: []string{"monitor/links"}, why: "domains are compared as they are looked up, and only there"},
	{path: "github.com/nyaruka/phonenumbers", rooms: []string{"monitor/links"}, why: "which digits of a number are the country's is known to one room"},
	{path: "github.com/hbollon/go-edlib", rooms: []string{"monitor/links"}, why: "how alike two names are is judged in one room"},
	{path: "golang.org/x/sys", rooms: []string{"cmd/goodstanding", "monitor/exports"}, why: "asking the kernel whether a file is still being written is the business of who takes files in"},
	{path: "gonum.org/v1/gonum", rooms: []string{"monitor/forecast"}, why: "numbers looking ahead are in one room"},
	{path: "github.com/spf13", rooms: []string{"cmd/goodstanding"}, why: "the command line is no business of a room"},
	{path: "github.com/pelletier/go-toml/v2", rooms: []string{"cmd/goodstanding"}, why: "rooms are configured by their fields, not by a file"},
	{path: "github.com/xuri/excelize/v2", rooms: []string{"monitor/exports"}, tests: true, why: "a workbook is turned into text once, first; everything behind that reads text"},
	{path: "github.com/cespare/xxhash/v2", rooms: []string{"monitor/store", "monitor/exports"}, why: "digests of rows are made where rows are read, and kept where they are stored"},
	{path: "github.com/cheggaaa/pb/v3", rooms: []string{"cmd/goodstanding"}, why: "whether anybody watches is known at the edge"},
	{path: "github.com/agext/levenshtein", rooms: []string{"cmd/goodstanding"}, why: "only the configuration answers \"did you mean\""},
	{path: "github.com/fatih/color", rooms: []string{"cmd/goodstanding"}, why: "whether the output is a terminal is known at the edge"},
	{path: "golang.org/x/term", rooms: []string{"cmd/goodstanding"}, why: "whether the output is a terminal is known at the edge"},
	{path: "github.com/coreos/go-systemd/v22", rooms: []string{"cmd/goodstanding"}, why: "only the daemon talks to systemd"},

	{path: "testing", rooms: []string{"alerts/slack/slackfake"}, tests: true, why: "what tests need is not linked into the program"},
	{path: "net/http/httptest", rooms: []string{"alerts/slack/slackfake", "cmd/bench"}, tests: true, why: "what tests need is not linked into the program"},
	{path: "pgregory.net/rapid", tests: true, why: "what tests need is not linked into the program"},
	{path: "github.com/google/go-cmp", tests: true, why: "what tests need is not linked into the program"},
	{path: "github.com/rogpeppe/go-internal", tests: true, why: "what tests need is not linked into the program"},

	{path: "os/exec", rooms: []string{"cmd/bench"}, tests: true, why: "a daemon that reads hostile files starts no other program"},
	{path: "text/template", tests: true, why: "buyers' text is hostile: html/template escapes it"},
	{path: "unsafe", why: "speed is not worth a crash here"},
	{path: "C", why: "the only C is inside the SQLite driver"},
}

// importEffects are the packages that a pure room does without, tests aside.
var importEffects = []string{"database/sql", "log", "net/http", "os"}

// importBadNames name nothing: what lies in such a package or file could lie anywhere.
var importBadNames = []string{"util", "helper", "manager", "common", "internal", "pkg"}

// goFile is what the table judges of one file.
type goFile struct {
	path    string // from the top of the module, with slashes
	pkg     string // the name in its package clause
	imports []string
}

const importModule = "goodstanding/"

// importBreaches returns every way in which the files break the table, one sentence each.
func importBreaches(files []goFile) []string {
	var out []string
	unlisted := map[string]bool{}
	for _, f := range files {
		say := func(format string, a ...any) { out = append(out, f.path+": "+fmt.Sprintf(format, a...)) }
		folder, test := path.Dir(f.path), strings.HasSuffix(f.path, "_test.go")
		for _, name := range badNames(f) {
			say("%q names nothing: call it after the thing that it holds", name)
		}
		i := slices.IndexFunc(importRooms, func(r importRoom) bool { return r.folder == folder })
		if i < 0 {
			if !unlisted[folder] {
				unlisted[folder] = true
				say("folder %s is not in the import table: add it to importRooms on the floor where it stands", folder)
			}
			continue
		}
		for _, imported := range f.imports {
			if why := forbidden(importRooms[i], test, imported); why != "" {
				say("imports %s: %s", imported, why)
			}
		}
	}
	slices.Sort(out)
	return out
}

// forbidden says why a file of the room, a test or not, may not import the package; "" when it may.
func forbidden(room importRoom, test bool, imported string) string {
	if folder, ours := strings.CutPrefix(imported, importModule); ours {
		return forbiddenRoom(room, test, folder)
	}
	if room.pure && !test && slices.ContainsFunc(importEffects, func(p string) bool { return within(imported, p) }) {
		return room.folder + " only decides: reading, sending and logging are done at the edges"
	}
	limit := importLimit{why: "no room has it: add it to importLimits with the room that needs it and why"}
	listed := false
	for _, l := range importLimits {
		// The longest path decides: testing/synctest is below testing.
		if within(imported, l.path) && len(l.path) > len(limit.path) {
			limit, listed = l, true
		}
	}
	if !listed && !strings.Contains(strings.Split(imported, "/")[0], ".") {
		return "" // the standard library
	}
	if slices.Contains(limit.rooms, room.folder) || test && limit.tests {
		return ""
	}
	may := limit.rooms
	if limit.tests {
		may = append([]string{"tests"}, may...)
	}
	if len(may) == 0 {
		return limit.why
	}
	return fmt.Sprintf("only %s may: %s", strings.Join(may, " and "), limit.why)
}

// forbiddenRoom says why a file of the room may not import another folder of the project; "" when it may.
func forbiddenRoom(room importRoom, test bool, folder string) string {
	i := slices.IndexFunc(importRooms, func(r importRoom) bool { return r.folder == folder })
	switch {
	case slices.Contains(room.uses, folder):
		return ""
	case test && folder == room.folder: // an external test, package x_test
		return ""
	case i >= 0 && importRooms[i].fake && test:
		return ""
	case i >= 0 && importRooms[i].fake:
		return "a fake is for tests: what ships talks to the real thing"
	case slices.Contains(importWords, room.folder):
		return "the words at the bottom import nothing above them, so that every room can speak in them"
	default:
		return "rooms never import each other: say it in the words of monitor, and let cmd/goodstanding wire the two"
	}
}

// badNames returns the parts of the file's path and package that name nothing, singular or plural.
func badNames(f goFile) []string {
	parts := append(strings.Split(path.Dir(f.path), "/"), f.pkg)
	parts = append(parts, strings.Split(strings.TrimSuffix(path.Base(f.path), ".go"), "_")...)
	var bad []string
	for _, p := range parts {
		p = strings.ToLower(p)
		if slices.Contains(importBadNames, p) || slices.Contains(importBadNames, strings.TrimSuffix(p, "s")) {
			bad = append(bad, p)
		}
	}
	slices.Sort(bad)
	return slices.Compact(bad)
}

// within says whether the import path is the given one or below it.
func within(imported, prefix string) bool {
	return imported == prefix || strings.HasPrefix(imported, prefix+"/")
}

// readGoFiles reads what every Go file below root imports, whatever its build tags. Folders that the go command does
// not look into are left out, and so is any other module.
func readGoFiles(root string) ([]goFile, error) {
	var files []goFile
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name == root {
				return nil
			}
			_, err := os.Stat(filepath.Join(name, "go.mod"))
			if err == nil || strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") || d.Name() == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		tree, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return fmt.Errorf("reading the imports of %s: %w", name, err)
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		f := goFile{path: filepath.ToSlash(rel), pkg: strings.TrimSuffix(tree.Name.Name, "_test")}
		for _, spec := range tree.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return fmt.Errorf("reading the imports of %s: %w", name, err)
			}
			f.imports = append(f.imports, p)
		}
		files = append(files, f)
		return nil
	})
	return files, err
}

// TestImportTable holds the shape of the project: which room may import what.
func TestImportTable(t *testing.T) {
	files, err := readGoFiles("../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("no Go files found: is the test run from its own folder?")
	}
	for _, breach := range importBreaches(files) {
		t.Error(breach)
	}
}

// TestImportTableRows fails for a row that no folder stands behind, and for a room or limit that is named wrongly.
func TestImportTableRows(t *testing.T) {
	named := map[string]bool{}
	for _, r := range importRooms {
		if named[r.folder] {
			t.Errorf("room %s is listed twice", r.folder)
		}
		named[r.folder] = true
		if info, err := os.Stat(filepath.Join("../..", r.folder)); err != nil || !info.IsDir() {
			t.Errorf("room %s is in the import table but there is no such folder: take its row out", r.folder)
		}
	}
	for _, r := range importRooms {
		for _, use := range r.uses {
			if !named[use] {
				t.Errorf("room %s may use %s, which is not a room", r.folder, use)
			}
		}
	}
	for i, l := range importLimits {
		for _, room := range l.rooms {
			if !named[room] {
				t.Errorf("%s is limited to %s, which is not a room", l.path, room)
			}
		}
		if l.why == "" {
			t.Errorf("%s is limited without a reason", l.path)
		}
		if slices.ContainsFunc(importLimits[i+1:], func(m importLimit) bool { return m.path == l.path }) {
			t.Errorf("%s is limited twice", l.path)
		}
	}
}

// TestImportTableRefuses shows that each kind of ban bites, and that what is allowed passes.
func TestImportTableRefuses(t *testing.T) {
	for _, c := range []struct {
		file, pkg, imported string
		want                string // part of the sentence; empty: allowed
	}{
		{"monitor/order.go", "", "time", ""},
		{"monitor/order.go", "", "goodstanding/monitor/policy", "import nothing above them"},
		{"monitor/order.go", "", "os", "only decides"},
		{"monitor/order.go", "", "net/http", "only decides"},
		{"monitor/order_test.go", "", "os", ""},
		{"monitor/order_test.go", "monitor", "goodstanding/monitor", ""},
		{"monitor/order_test.go", "", "goodstanding/monitor/store", "import nothing above them"},
		{"monitor/policy/rules.go", "", "goodstanding/monitor", ""},
		{"monitor/policy/rules.go", "", "goodstanding/monitor/forecast", "import nothing above them"},
		{"monitor/forecast/delay.go", "", "goodstanding/monitor", "import nothing above them"},
		{"monitor/forecast/delay.go", "", "gonum.org/v1/gonum/stat", ""},
		{"monitor/forecast/delay.go", "", "github.com/prometheus/client_golang/prometheus", "only monitor/metrics may"},

		{"checks/late_shipment.go", "", "goodstanding/monitor/policy", ""},
		{"checks/late_shipment.go", "", "goodstanding/monitor/store", "rooms never import each other"},
		{"checks/late_shipment.go", "", "goodstanding/alerts", "rooms never import each other"},
		{"checks/late_shipment.go", "", "log/slog", "only decides"},
		{"checks/late_shipment_test.go", "", "goodstanding/monitor/simulator", "rooms never import each other"},
		{"alerts/slack/client.go", "", "goodstanding/alerts", ""},
		{"alerts/deliver.go", "", "goodstanding/alerts/slack", "rooms never import each other"},
		{"alerts/slack/client.go", "", "github.com/slack-go/slack", ""},
		{"alerts/deliver.go", "", "github.com/slack-go/slack", "only alerts/slack may"},
		{"alerts/slack/client_test.go", "", "goodstanding/alerts/slack/slackfake", ""},
		{"alerts/slack/client.go", "", "goodstanding/alerts/slack/slackfake", "a fake is for tests"},
		{"cmd/goodstanding/daemon.go", "main", "goodstanding/alerts/slack/slackfake", "a fake is for tests"},
		{"cmd/goodstanding/daemon_test.go", "main", "goodstanding/alerts/slack/slackfake", ""},
		{"alerts/slack/slackfake/fake.go", "", "net/http/httptest", ""},
		{"monitor/simulator/shop.go", "", "goodstanding/monitor/policy", "rooms never import each other"},

		{"cmd/goodstanding/daemon.go", "main", "goodstanding/monitor/store", ""},
		{"cmd/goodstanding/daemon.go", "main", "database/sql", "only monitor/store and cmd/bench may"},
		{"cmd/goodstanding/daemon_test.go", "main", "database/sql", "only monitor/store and cmd/bench may"},
		{"monitor/store/open.go", "", "database/sql/driver", ""},
		{"monitor/web/page.go", "", "github.com/mattn/go-sqlite3", "only monitor/store and cmd/bench may"},
		{"monitor/web/page.go", "", "github.com/prometheus/client_golang/prometheus/promhttp", "only monitor/metrics may"},
		{"monitor/web/page.go", "", "text/template", "hostile"},
		{"monitor/web/page.go", "", "html/template", ""},
		{"monitor/web/page.go", "", "testing/synctest", "only tests and alerts/slack/slackfake may"},
		{"monitor/web/page_test.go", "", "testing/synctest", ""},
		{"monitor/web/page.go", "", "pgregory.net/rapid", "only tests may"},
		{"monitor/web/page.go", "", "goodstanding/cmd/goodstanding", "rooms never import each other"},
		{"monitor/exports/read.go", "", "golang.org/x/text/encoding", ""},
		{"monitor/exports/read.go", "", "golang.org/x/textile", "no room has it"},
		{"monitor/exports/read.go", "", "C", "SQLite driver"},
		{"monitor/simulator/shop.go", "", "math/rand/v2", ""},
		{"monitor/simulator/shop.go", "", "os/exec", "starts no other program"},
		{"cmd/goodstanding/main.go", "main", "github.com/nobody/knows", "no room has it"},

		{"monitor/ledger/book.go", "", "time", "not in the import table"},
		{"monitor/utils/strings.go", "", "time", `"utils" names nothing`},
		{"monitor/store/helper_test.go", "", "time", `"helper" names nothing`},
		{"monitor/store/open.go", "common", "time", `"common" names nothing`},
		{"internal/secret.go", "", "time", `"internal" names nothing`},
	} {
		f := goFile{path: c.file, pkg: cmp.Or(c.pkg, path.Base(path.Dir(c.file))), imports: []string{c.imported}}
		got := strings.Join(importBreaches([]goFile{f}), "\n")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s imports %s:\n got %q\nwant %q", c.file, c.imported, got, c.want)
		}
	}
}
