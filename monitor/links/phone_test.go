package links

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write phone_plans.txt")

// The plans are what the library knows.
func TestPhonePlans(t *testing.T) {
	all, err := phonenumbers.MetadataCollection()
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		code, rank int
		line       string
	}
	var rows []row
	for _, m := range all.GetMetadata() {
		list := func(lengths []int32) string {
			texts := make([]string, len(lengths))
			for i, n := range lengths {
				texts[i] = strconv.Itoa(int(n))
			}
			return strings.Join(texts, ",")
		}
		code, about := int(m.GetCountryCode()), m.GetGeneralDesc()
		fields := []string{m.GetId(), strconv.Itoa(code), list(about.PossibleLength), list(about.PossibleLengthLocalOnly), m.GetInternationalPrefix(),
			m.GetNationalPrefixForParsing(), m.GetNationalPrefixTransformRule(), about.GetNationalNumberPattern()}
		rank := slices.Index(phonenumbers.GetRegionCodesForCountryCode(code), m.GetId())
		rows = append(rows, row{code, rank, strings.Join(fields, "\t") + "\n"})
	}
	slices.SortFunc(rows, func(a, b row) int {
		if a.code != b.code {
			return a.code - b.code
		}
		return a.rank - b.rank
	})
	var b strings.Builder
	b.WriteString("# Made by `go test ./monitor/links -run PhonePlans -update` of libphonenumber's metadata (Apache License 2.0). See phone.go.\n")
	for _, r := range rows {
		b.WriteString(r.line)
	}
	if *update {
		if err := os.WriteFile("phone_plans.txt", []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if b.String() != phonePlans {
		t.Error("phone_plans.txt is not what the library knows: run go test ./monitor/links -run PhonePlans -update")
	}
}

// librarys is what the library makes of a number.
func librarys(s, region string) (phone, bool) {
	parsed, err := phonenumbers.Parse(s, region)
	if err != nil || !phonenumbers.IsPossibleNumber(parsed) {
		return phone{}, false
	}
	return phone{phonenumbers.GetNationalSignificantNumber(parsed), int(parsed.GetCountryCode())}, true
}

func agree(t interface{ Errorf(string, ...any) }, s, region string) {
	want, wantOK := librarys(s, region)
	got, ok := dialled(s, region)
	if ok != wantOK || ok && got != want {
		t.Errorf("%q in %q is %+v (%t), the library says %+v (%t)", s, region, got, ok, want, wantOK)
	}
}

// The examples of every region and kind, as people write them.
func TestNumbersAreReadAsTheLibraryDoes(t *testing.T) {
	n := 0
	regions := []string{""}
	for region := range phonenumbers.GetSupportedRegions() {
		regions = append(regions, region)
	}
	slices.Sort(regions)
	for _, region := range regions[1:] {
		for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
			example := phonenumbers.GetExampleNumberForType(region, kind)
			if example == nil {
				continue
			}
			national := phonenumbers.Format(example, phonenumbers.NATIONAL)
			international := phonenumbers.Format(example, phonenumbers.INTERNATIONAL)
			for _, s := range []string{national, international, phonenumbers.Format(example, phonenumbers.E164), phonenumbers.Format(example, phonenumbers.RFC3966),
				strings.ReplaceAll(national, " ", ""), strings.TrimPrefix(international, "+"), "00" + strings.TrimPrefix(international, "+"), "Tel.: " + national, national + " ext. 12",
				international + " x7", national + " / x 99", "０" + national, "(" + national + ")"} {
				for _, where := range []string{region, "", "US", "DE", "GB"} {
					agree(t, s, where)
					n++
				}
			}
		}
	}
	if n < 10000 {
		t.Errorf("only %d numbers were compared", n)
	}
}

// Anything else is read the same, too.
func TestAnyNumberIsReadAsTheLibraryDoes(t *testing.T) {
	regions := []string{"", "US", "CA", "MX", "BR", "AR", "GB", "DE", "FR", "IT", "ES", "NL", "PL", "SE", "TR", "IN", "JP", "CN", "HK", "AU", "SG", "RU", "KZ", "CI", "ZZ"}
	digits := rapid.StringMatching(`[0-9]{1,18}`)
	rapid.Check(t, func(t *rapid.T) {
		s := digits.Draw(t, "digits")
		switch rapid.IntRange(0, 5).Draw(t, "form") {
		case 1:
			s = "+" + s
		case 2:
			s = "00" + s
		case 3:
			s = "0" + s
		case 4:
			s = fmt.Sprintf("+%d%s", rapid.SampledFrom([]int{1, 7, 31, 33, 34, 39, 44, 46, 48, 49, 52, 54, 55, 81, 86, 90, 91, 225, 800, 999}).Draw(t, "code"), s)
		case 5:
			s = rapid.StringMatching(`\+?[0-9]{2,4}[-. /()][0-9]{2,4}[-. ]?[0-9]{2,6}( ?(x|ext\.?|#) ?[0-9]{1,4})?`).Draw(t, "written")
		}
		agree(t, s, rapid.SampledFrom(regions).Draw(t, "region"))
	})
}
