package causes

import (
	"cmp"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"goodstanding/monitor"
)

var (
	update   = flag.Bool("update", false, "write the figures into docs/complaints.md")
	labelled = flag.String("labelled", "", "print the figures of these labelled comments: a file, columns id, lang, text, labels and, where it has a header part, tune or aside")
	mistakes = flag.String("mistakes", "", "with -labelled: print what was read wrongly in this language, or all")
)

// class is what figures are told of: what Amazon keeps apart and buyers do not is one.
func class(cause string) string {
	switch cause {
	case string(monitor.CauseInauthentic):
		return string(monitor.CauseCounterfeit)
	case string(monitor.CauseNotAsDescribed):
		return string(monitor.CauseWrongItem)
	case "restricted_or_unsafe":
		return string(monitor.CauseUnsafe)
	}
	return cause
}

// classes are those of the figures, in the order of the table. The first five have aims.
var classes = []struct{ class, title string }{
	{"used", "used"}, {"expired", "expired"}, {"counterfeit", "counterfeit or inauthentic"}, {"wrong_item", "wrong item or not as described"},
	{"incomplete", "incomplete"}, {"damaged", "damaged"}, {"late", "late"}, {"never_arrived", "never arrived"}, {"unsafe", "unsafe"},
	{"service", "service"}, {"other", "other"},
}

const withAims = 5

// aim is the least precision and recall that is aimed for.
func aim(language string) float64 {
	if language == "en" {
		return 0.85
	}
	return 0.75
}

// comment is a labelled comment.
type comment struct {
	id, language, text string
	labels             []string
	part               string // tune, aside, or empty
}

func readLabelled(t *testing.T, path string) []comment {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []comment
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	columns := strings.Split(lines[0], "\t")
	at := func(row []string, name string) string {
		if i := slices.Index(columns, name); i >= 0 && i < len(row) {
			return strings.TrimSpace(row[i])
		}
		return ""
	}
	for _, line := range lines[1:] {
		row := strings.Split(line, "\t")
		c := comment{id: at(row, "id"), language: at(row, "lang"), text: at(row, "text"), part: at(row, "part")}
		for label := range strings.SplitSeq(at(row, "labels"), ",") {
			c.labels = append(c.labels, class(label))
		}
		all = append(all, c)
	}
	return all
}

// tally counts how often a class was read rightly, missed, and read where it does not hold.
type tally struct{ hit, missed, wrong int }

func (t tally) precision() float64 { return share(t.hit, t.hit+t.wrong) }
func (t tally) recall() float64    { return share(t.hit, t.hit+t.missed) }

func share(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

func f1(t tally) float64 {
	if t.hit == 0 {
		return 0
	}
	return 2 * t.precision() * t.recall() / (t.precision() + t.recall())
}

// figures are the tallies by language and class; the language "all" is every one.
type figures map[string]map[string]tally

func (f figures) add(r *Reader, c comment) (read []string, right bool) {
	right = true
	for _, b := range r.Read(c.text, "").Because {
		if k := class(string(b.Cause)); !slices.Contains(read, k) {
			read = append(read, k)
		}
	}
	for _, language := range []string{c.language, "all"} {
		if f[language] == nil {
			f[language] = map[string]tally{}
		}
		for _, k := range classes {
			t, want, got := f[language][k.class], slices.Contains(c.labels, k.class), slices.Contains(read, k.class)
			switch {
			case want && got:
				t.hit++
			case want:
				t.missed++
			case got:
				t.wrong++
			}
			f[language][k.class] = t
			right = right && want == got
		}
	}
	return read, right
}

func (f figures) languages() []string {
	var all []string
	for l := range f {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	return all
}

// table prints the figures as Markdown.
func (f figures) table() string {
	var b strings.Builder
	b.WriteString("| language | cause | precision | recall | F1 | right | missed | wrongly |\n|---|---|---|---|---|---|---|---|\n")
	for _, l := range f.languages() {
		for i, k := range classes {
			t := f[l][k.class]
			if t.hit+t.missed+t.wrong == 0 {
				continue
			}
			mark := ""
			if l != "all" && i < withAims && (t.precision() < aim(l) || t.recall() < aim(l)) {
				mark = " (below the aim)"
			}
			fmt.Fprintf(&b, "| %s | %s%s | %.2f | %.2f | %.2f | %d | %d | %d |\n", l, k.title, mark, t.precision(), t.recall(), f1(t), t.hit, t.missed, t.wrong)
		}
	}
	return b.String()
}

// TestLabelled prints the figures of any labelled file: go test ./monitor/causes -run TestLabelled -v -labelled FILE.
func TestLabelled(t *testing.T) {
	if *labelled == "" {
		t.Skip("give -labelled FILE")
	}
	r := reader(t)
	f := figures{}
	for _, c := range readLabelled(t, *labelled) {
		if c.part == "aside" {
			continue
		}
		read, right := f.add(r, c)
		if !right && (*mistakes == c.language || *mistakes == "all") {
			reading := r.Read(c.text, "")
			fmt.Printf("%s [%s] want %v got %v %v\n   %s\n", c.id, reading.Language, c.labels, read, reading.Because, c.text)
		}
	}
	fmt.Print(f.table())
}

// TestFigures holds the table of docs/complaints.md: the figures of the comments set aside. `go test ./monitor/causes -run
// TestFigures -update` writes it.
func TestFigures(t *testing.T) {
	const page = "../../docs/complaints.md"
	files, err := filepath.Glob("testdata/labelled/*.tsv")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("there are no labelled comments yet")
	}
	r := reader(t)
	f := figures{}
	for _, path := range files {
		for _, c := range readLabelled(t, path) {
			if c.part == "aside" {
				f.add(r, c)
			}
		}
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	const mark = "<!-- figures -->\n"
	parts := strings.Split(string(text), mark)
	if len(parts) != 3 {
		t.Fatalf("%s: want two marks %q", page, mark)
	}
	if want := f.table(); parts[1] != want {
		if !*update {
			t.Fatalf("%s is stale: run `go test ./monitor/causes -run TestFigures -update`", page)
		}
		if err := os.WriteFile(page, []byte(parts[0]+mark+want+mark+parts[2]), fs.FileMode(0o644)); err != nil {
			t.Fatal(err)
		}
	}
}
