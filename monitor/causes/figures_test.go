package causes

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"goodstanding/monitor"
)

var (
	update   = flag.Bool("update", false, "rewrite the figures in docs/complaints.md")
	tune     = flag.String("tune", "", "measure over the part tune of this language, or all, and print its mistakes")
	labelled = flag.String("labelled", "", "measure over this file of labelled comments, and print its mistakes")
)

// classes are what the figures are of, in the order of the tables. Whether goods are fake or of doubtful origin, and whether
// they are another article or one unlike its listing, is told apart by few buyers: each two are one class here.
var classes = []struct {
	name   string
	causes []monitor.Cause
}{
	{"used", []monitor.Cause{monitor.CauseUsed}},
	{"expired", []monitor.Cause{monitor.CauseExpired}},
	{"counterfeit or inauthentic", []monitor.Cause{monitor.CauseCounterfeit, monitor.CauseInauthentic}},
	{"wrong or not as described", []monitor.Cause{monitor.CauseWrongItem, monitor.CauseNotAsDescribed}},
	{"incomplete", []monitor.Cause{monitor.CauseIncomplete}},
}

// allCauses is the column behind the classes: every cause as it is labelled, except other.
const allCauses = "all twelve causes"

// floors is what precision and recall must not fall below over the part set aside: by language the classes in their order,
// then all causes. They lie a little under what is reached, and are no aims.
var floors = map[string][]float64{
	"de": {0.80, 0.60, 0.75, 0.80, 0.45, 0.70},
	"en": {0.65, 0.80, 0.70, 0.75, 0.50, 0.70},
	"es": {0.45, 0.75, 0.70, 0.80, 0.35, 0.60},
	"fr": {0.80, 0.95, 0.85, 0.85, 0.50, 0.75},
	"it": {0.70, 0.80, 0.70, 0.70, 0.50, 0.60},
	"ja": {0.80, 0.75, 0.70, 0.55, 0.70, 0.70},
	"nl": {0.55, 0.95, 0.65, 0.70, 0.60, 0.70},
	"pl": {0.80, 0.95, 0.80, 0.80, 0.75, 0.70},
	"pt": {0.70, 0.80, 0.70, 0.70, 0.50, 0.70},
	"sv": {0.70, 0.80, 0.80, 0.60, 0.45, 0.60},
	"zh": {0.60, 0.60, 0.75, 0.70, 0.70, 0.70},
}

// aim is what precision and recall ought to reach in each class.
func aim(language string) float64 {
	if language == "en" {
		return 0.85
	}
	return 0.75
}

// comment is a line of testdata/labelled.
type comment struct {
	id, language, text string
	causes             []monitor.Cause
	part               string
}

func readLabelled(t testing.TB, path string) []comment {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []comment
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n")[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) < 4 {
			t.Fatalf("%s, line %d: want id, lang, text, labels, rating, part", path, i+2)
		}
		c := comment{id: cells[0], language: cells[1], text: cells[2]}
		for cause := range strings.SplitSeq(cells[3], ",") {
			c.causes = append(c.causes, monitor.Cause(cause))
		}
		if len(cells) > 5 {
			c.part = cells[5]
		}
		all = append(all, c)
	}
	return all
}

// ofPart returns the comments of a language, or of all, in one part.
func ofPart(t testing.TB, language, part string) []comment {
	t.Helper()
	var all []comment
	for _, code := range Languages() {
		if language == code || language == "all" {
			all = append(all, readLabelled(t, "testdata/labelled/"+code+".tsv")...)
		}
	}
	all = slices.DeleteFunc(all, func(c comment) bool { return c.part != part })
	if len(all) == 0 {
		t.Fatalf("no comment of language %q is in the part %s", language, part)
	}
	return all
}

// tally counts what was read: rightly, not at all, wrongly.
type tally struct{ right, missed, wrong int }

func (s *tally) add(want, got bool) (mistake bool) {
	switch {
	case want && got:
		s.right++
	case want:
		s.missed++
	case got:
		s.wrong++
	}
	return want != got
}

func (s tally) precision() float64 { return float64(s.right) / float64(max(1, s.right+s.wrong)) }
func (s tally) recall() float64    { return float64(s.right) / float64(max(1, s.right+s.missed)) }

// figures are the tallies by language: the classes, then all causes.
type figures map[string][]tally

// measure reads the comments without any hint of their language. Each comment that was read wrongly goes to mistake.
func measure(t testing.TB, comments []comment, mistake func(comment, Reading)) figures {
	t.Helper()
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	sums := figures{"all": make([]tally, len(classes)+1)}
	for _, c := range comments {
		if sums[c.language] == nil {
			sums[c.language] = make([]tally, len(classes)+1)
		}
		reading := r.Read(c.text, "")
		got, bad := reading.Causes(), false
		for _, language := range []string{c.language, "all"} {
			for i, class := range classes {
				isOf := func(cause monitor.Cause) bool { return slices.Contains(class.causes, cause) }
				sums[language][i].add(slices.ContainsFunc(c.causes, isOf), slices.ContainsFunc(got, isOf))
			}
			for _, cause := range monitor.Causes() {
				if cause != monitor.CauseOther && sums[language][len(classes)].add(slices.Contains(c.causes, cause), slices.Contains(got, cause)) {
					bad = true
				}
			}
		}
		if bad {
			mistake(c, reading)
		}
	}
	return sums
}

// The figures over the part set aside are in the documentation, and do not fall. This never prints a comment: who could
// read them would tune on them.
func TestFigures(t *testing.T) {
	sums := measure(t, ofPart(t, "all", "aside"), func(comment, Reading) {})
	for _, language := range Languages() {
		if len(floors[language]) != len(classes)+1 {
			t.Errorf("%s has %d floors, want %d", language, len(floors[language]), len(classes)+1)
			continue
		}
		for i, s := range sums[language] {
			if floor := floors[language][i]; s.precision() < floor || s.recall() < floor {
				t.Errorf("%s, %s: precision %.2f, recall %.2f (%d right, %d missed, %d wrong); want no less than %.2f", language, column(i), s.precision(), s.recall(), s.right, s.missed, s.wrong, floor)
			}
		}
	}
	const path, mark = "../../docs/complaints.md", "<!-- figures -->\n"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(text), mark)
	if len(parts) != 3 {
		t.Fatalf("docs/complaints.md: want two marks %q", mark)
	}
	tables := sums.tables()
	if parts[1] == tables {
		return
	}
	if !*update {
		t.Fatal("docs/complaints.md: the figures are stale: run `make complaints`")
	}
	if err := os.WriteFile(path, []byte(parts[0]+mark+tables+mark+parts[2]), 0o644); err != nil {
		t.Fatal(err)
	}
}

// What phrases are tuned by: `go test ./monitor/causes -run Tuning -v -tune=de`.
func TestTuning(t *testing.T) {
	var comments []comment
	switch {
	case *tune != "":
		comments = ofPart(t, *tune, "tune")
	case *labelled != "":
		comments = slices.DeleteFunc(readLabelled(t, *labelled), func(c comment) bool { return c.part == "aside" })
	default:
		t.Skip("neither -tune nor -labelled")
	}
	sums := measure(t, comments, func(c comment, r Reading) {
		fmt.Printf("%s [%s] want %v got %v\n   %s\n", c.id, r.Language, c.causes, r.Because, c.text)
	})
	fmt.Print(sums.tables())
}

func column(i int) string {
	if i < len(classes) {
		return classes[i].name
	}
	return allCauses
}

// tables prints precision and recall with their counts, and what is below its aim.
func (f figures) tables() string {
	languages := slices.SortedFunc(maps.Keys(f), func(a, b string) int {
		return cmp.Or(cmp.Compare(last(a), last(b)), cmp.Compare(a, b))
	})
	var b strings.Builder
	var below []string
	for _, measured := range []struct {
		name  string
		value func(tally) float64
		of    func(tally) int
	}{
		{"Precision", tally.precision, func(s tally) int { return s.right + s.wrong }},
		{"Recall", tally.recall, func(s tally) int { return s.right + s.missed }},
	} {
		b.WriteString("| " + measured.name)
		for i := range len(classes) + 1 {
			b.WriteString(" | " + column(i))
		}
		b.WriteString(" |\n|---" + strings.Repeat("|---", len(classes)+1) + "|\n")
		for _, l := range languages {
			b.WriteString("| " + l)
			for i, s := range f[l] {
				cell := fmt.Sprintf("%.2f (%d of %d)", measured.value(s), s.right, measured.of(s))
				if i < len(classes) && l != "all" && measured.value(s) < aim(l) {
					below = append(below, fmt.Sprintf("%s, %s: %s %s", l, column(i), strings.ToLower(measured.name), cell))
					cell = "**" + cell + "**"
				}
				b.WriteString(" | " + cell)
			}
			b.WriteString(" |\n")
		}
		b.WriteString("\n")
	}
	if len(below) == 0 {
		b.WriteString("No class is below its aim.\n")
		return b.String()
	}
	fmt.Fprintf(&b, "**Below the aim** are %d of the %d figures of a class in a language:\n\n", len(below), 2*len(classes)*(len(languages)-1))
	slices.Sort(below)
	for _, line := range below {
		b.WriteString("- " + line + "\n")
	}
	return b.String()
}

// last puts the row of all languages below the others.
func last(language string) int {
	if language == "all" {
		return 1
	}
	return 0
}
