package exports

import (
	"strings"

	"goodstanding/monitor"
)

// months are the beginnings of the names that a month has, without accents: in English, as Amazon writes it, and in the
// languages of the spreadsheets that write a date anew: German, French, Italian, Spanish, Portuguese, Dutch, Swedish,
// Polish, Turkish. None of them begins two months.
var months = [12]string{
	"jan|gen|ene|sty|oca", "feb|fev|lut|sub", "mar|mrz|mrt|maa", "apr|avr|abr|kwi|nis", "may|mai|mei|maj|mag", "jun|juin|giu|cze|haz",
	"jul|juil|lug|lip|tem", "aug|aou|ago|sie|agu", "sep|set|wrz|eyl", "oct|okt|ott|out|paz|eki", "nov|lis|kas", "dec|dez|dic|des|gru|ara",
}

// monthOf returns the month, 1 to 12, that a word names in full or in short, and 0 for another word.
func monthOf(word string) int {
	name := normalise(word)
	for i, beginnings := range months {
		for begin := range strings.SplitSeq(beginnings, "|") {
			if strings.HasPrefix(name, begin) {
				return i + 1
			}
		}
	}
	return 0
}

// parseMonthDay reads a day whose month is a word: 20-Sep-2026, which spreadsheets write as 20-Sep-26, "20. Sep 26" or
// 20-sept-26, and "September 20, 2026", "20 de setembro de 2026". A year of two digits is the last part.
func parseMonthDay(b []byte) (monitor.Day, bool) {
	if len(b) > 40 {
		return 0, false
	}
	var parts []string
	for _, word := range strings.FieldsFunc(string(b), func(r rune) bool { return strings.ContainsRune("-./, \u00a0\u2011", r) }) {
		if word != "de" {
			parts = append(parts, word)
		}
	}
	if len(parts) != 3 {
		return 0, false
	}
	name, day, year := parts[1], parts[0], parts[2]
	if parts[0][0] > '9' {
		name, day = day, name
		if len(year) != 4 {
			return 0, false
		}
	}
	if len(day) > 2 || len(year) != 4 && len(year) != 2 {
		return 0, false
	}
	d, dayOK := parseUnits([]byte(day))
	y, yearOK := parseUnits([]byte(year))
	if len(year) == 2 {
		y += 2000
	}
	m := monthOf(name)
	if !dayOK || !yearOK || m == 0 {
		return 0, false
	}
	return civil(y, m, d)
}
