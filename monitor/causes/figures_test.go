package causes

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"goodstanding/monitor"
)

var (
	labelled = flag.String("labelled", "", "measure over this labelled file")
	mistakes = flag.String("mistakes", "", "print the mistakes of this language, or all")
)

func fold(c string) string {
	switch c {
	case "inauthentic":
		return "counterfeit"
	case "wrong_item", "not_as_described":
		return "wrong/not as described"
	case "restricted_or_unsafe":
		return "unsafe"
	}
	return c
}

type tally struct{ hit, missed, wrong int }

func TestLabelled(t *testing.T) {
	if *labelled == "" {
		t.Skip("no -labelled file")
	}
	f, err := os.Open(*labelled)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]map[string]*tally{}
	in := bufio.NewScanner(f)
	for in.Scan() {
		row := strings.Split(in.Text(), "\t")
		if row[0] == "id" || len(row) > 5 && row[5] == "aside" {
			continue
		}
		want := map[string]bool{}
		for _, l := range strings.Split(row[3], ",") {
			want[fold(l)] = true
		}
		got := map[string]bool{}
		reading := r.Read(row[2], "")
		for _, b := range reading.Because {
			got[fold(string(b.Cause))] = true
		}
		bad := false
		for _, lang := range []string{row[1], "all"} {
			if sums[lang] == nil {
				sums[lang] = map[string]*tally{}
			}
			for _, c := range monitor.Causes() {
				k := fold(string(c))
				if string(c) == "inauthentic" || string(c) == "not_as_described" {
					continue
				}
				s := sums[lang][k]
				if s == nil {
					s = &tally{}
					sums[lang][k] = s
				}
				switch {
				case want[k] && got[k]:
					s.hit++
				case want[k]:
					s.missed++
					bad = true
				case got[k]:
					s.wrong++
					bad = true
				}
			}
		}
		if bad && (*mistakes == row[1] || *mistakes == "all") {
			fmt.Printf("%s [%s] want %s got %v\n   %s\n", row[0], reading.Language, row[3], reading.Because, row[2])
		}
	}
	var langs []string
	for l := range sums {
		langs = append(langs, l)
	}
	slices.Sort(langs)
	for _, l := range langs {
		for _, c := range monitor.Causes() {
			s := sums[l][fold(string(c))]
			if s == nil || string(c) == "inauthentic" || string(c) == "not_as_described" || s.hit+s.missed+s.wrong == 0 {
				continue
			}
			fmt.Printf("%-4s %-22s P %.2f R %.2f  (%d right, %d missed, %d wrong)\n", l, fold(string(c)), float64(s.hit)/float64(max(1, s.hit+s.wrong)), float64(s.hit)/float64(max(1, s.hit+s.missed)), s.hit, s.missed, s.wrong)
		}
	}
}
