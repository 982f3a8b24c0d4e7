package exports

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"goodstanding/monitor"
)

// anInstant is what messages ask for where parseInstant fails.
const anInstant = "a date such as 2026-11-20T08:00:00+00:00"

// zones are the abbreviations that exports write instead of an offset, in minutes east of UTC. IST is India's.
var zones = map[string]int{
	"UTC": 0, "GMT": 0, "Z": 0, "BST": 60, "CET": 60, "MET": 60, "CEST": 120, "MEST": 120,
	"WET": 0, "WEST": 60, "PST": -480, "PDT": -420, "JST": 540, "IST": 330, "MEZ": 60, "MESZ": 120,
	"EET": 120, "EEST": 180, "TRT": 180, "SAST": 120, "GST": 240, "SGT": 480, "AEST": 600, "AEDT": 660, "BRT": -180,
}

// parseInstant reads an instant that states its offset or zone.
func parseInstant(b []byte) (time.Time, bool) { return (&days{}).instant(b) }

// days are dates that were read before, by the day of the month: of the instants of a file many are of one day, and next to
// one another.
type days [32]struct {
	date   [10]byte // as it was written, 2026-11-20
	begins int64    // in seconds of 1970 by UTC
}

// instant is parseInstant. It reads 2026-11-20T08:00:00+00:00 by hand, for files have millions of them, and everything else
// by parseOddInstant.
func (k *days) instant(b []byte) (time.Time, bool) {
	if len(b) != 25 || b[4] != '-' || b[7] != '-' || b[10] != 'T' || b[13] != ':' || b[16] != ':' || b[22] != ':' || b[19] != '+' && b[19] != '-' {
		return parseOddInstant(b)
	}
	day := &k[(10*int(b[8])+int(b[9]))%len(k)]
	if date := [10]byte(b); day.date != date {
		century, ok1 := two(b[0:])
		y, ok2 := two(b[2:])
		mo, ok3 := two(b[5:])
		d, ok4 := two(b[8:])
		n, ok := civil(century*100+y, mo, d)
		if !(ok && ok1 && ok2 && ok3 && ok4) {
			return time.Time{}, false
		}
		day.date, day.begins = date, int64(n)*86400
	}
	clock := binary.LittleEndian.Uint64(b[11:]) ^ 0x30303a30303a3030 // leaves the values of the digits of 08:00:00, and 0 of the colons
	if !areDigits(clock) {
		return time.Time{}, false
	}
	pairs := clock*10 + clock>>8 // the first byte of two digits is their number
	h, mi, s := pairs&0xff, pairs>>24&0xff, pairs>>48&0xff
	if h > 23 || mi > 59 || s > 59 {
		return time.Time{}, false
	}
	at := day.begins + int64(h*3600+mi*60+s) //nolint:gosec // less than a day
	if string(b[19:]) != "+00:00" {
		oh, ok1 := two(b[20:])
		om, ok2 := two(b[23:])
		offset := int64(oh*3600 + om*60)
		switch {
		case !(ok1 && ok2) || oh > 14 || om > 59:
			return time.Time{}, false
		case b[19] == '-':
			offset = -offset
		}
		at -= offset
	}
	return time.Unix(at, 0).UTC(), true
}

// areDigits says whether each of 8 bytes is 9 at most.
func areDigits(x uint64) bool {
	return (x+0x7676767676767676|x)&0x8080808080808080 == 0 // 10 and more reach a byte's highest bit
}

// two reads two digits.
func two(b []byte) (int, bool) {
	x, y := b[0]-'0', b[1]-'0'
	return int(x)*10 + int(y), x <= 9 && y <= 9
}

// instant puts an instant together, to the second, and answers false for one that no calendar or clock has. The offset is in minutes.
func instant(y, mo, d, h, mi, s, offset int) (time.Time, bool) {
	day, ok := civil(y, mo, d)
	if !ok || h > 23 || mi > 59 || s > 59 {
		return time.Time{}, false
	}
	return time.Unix(int64(day)*86400+int64(h*3600+mi*60+s-offset*60), 0).UTC(), true
}

// civil returns the day with a calendar date, and false for one that does not exist or lies outside 1995-2199, before
// and long after Amazon's.
func civil(y, m, d int) (monitor.Day, bool) {
	if y < 1995 || y > 2199 || m < 1 || m > 12 || d < 1 || d > monthDays(y, m) {
		return 0, false
	}
	// Days from 1970-01-01 by the Gregorian rule, counting the year from March.
	if m <= 2 {
		y--
		m += 12
	}
	return monitor.Day(365*y + y/4 - y/100 + y/400 + (153*m-457)/5 + d - 719469), true
}

// monthDays returns the number of days of a month.
func monthDays(y, m int) int {
	switch m {
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// parseOddInstant reads the other forms that exports have had: a blank instead of the T or inside the offset, fractions
// of a second, no seconds, slashes with the year first, dots with the day first, months by name, and zones by their
// abbreviation.
func parseOddInstant(b []byte) (time.Time, bool) {
	fail := func() (time.Time, bool) { return time.Time{}, false }
	if len(b) > 60 {
		return fail()
	}
	s := string(b)
	if t, ok := parseNamedInstant(s); ok {
		return t, true
	}
	cut := strings.IndexAny(s, "T ")
	if cut < 0 {
		return fail()
	}
	n, digits, sep, ok := splitDate([]byte(s[:cut]))
	if !ok || digits[0] != 4 && (sep != '.' || digits[2] != 4) {
		return fail()
	}
	if digits[0] != 4 {
		n[0], n[2] = n[2], n[0]
	}
	clock, ns := strings.TrimSpace(s[cut+1:]), 0
	end := strings.IndexFunc(clock, func(r rune) bool { return r != ':' && (r < '0' || r > '9') })
	if end < 0 {
		return fail()
	}
	hms, zone := strings.Split(clock[:end], ":"), clock[end:]
	if len(hms) < 2 || len(hms) > 3 {
		return fail()
	}
	var t [3]int
	for i, part := range hms {
		if len(part) != 2 {
			return fail()
		}
		t[i], _ = two([]byte(part)) // only digits are left
	}
	if fraction, found := strings.CutPrefix(zone, "."); found {
		length := 0
		for length < len(fraction) && fraction[length] >= '0' && fraction[length] <= '9' {
			length++
		}
		if length == 0 || len(hms) < 3 {
			return fail()
		}
		for i := range 9 {
			ns *= 10
			if i < length {
				ns += int(fraction[i] - '0')
			}
		}
		zone = fraction[length:]
	}
	offset, ok := parseZone(zone)
	if !ok {
		return fail()
	}
	return instant(n[0], n[1], n[2], t[0], t[1], t[2], offset)
}

// parseNamedInstant reads an instant whose month is a word: "Nov 20, 2026 9:05:00 AM PST", "20 November 2026 09:05 GMT".
func parseNamedInstant(s string) (time.Time, bool) {
	words := strings.Fields(strings.ReplaceAll(s, ",", " "))
	if len(words) < 5 || words[0][0] <= '9' && words[1][0] <= '9' {
		return time.Time{}, false
	}
	day, ok := parseStated([]byte(strings.Join(words[:3], " ")), time.UTC)
	if !ok {
		return time.Time{}, false
	}
	clock, zone, layout := words[3], words[4:], "15:04"
	if half := strings.ToUpper(zone[0]); half == "AM" || half == "PM" {
		clock, zone, layout = clock+half, zone[1:], "3:04PM"
	}
	if strings.Count(clock, ":") == 2 {
		layout = strings.Replace(layout, "04", "04:05", 1)
	}
	t, err := time.Parse(layout, clock)
	offset, ok := parseZone(strings.Join(zone, ""))
	if err != nil || !ok {
		return time.Time{}, false
	}
	return time.Unix(int64(day)*86400+int64(t.Hour()*3600+t.Minute()*60+t.Second()-offset*60), 0).UTC(), true
}

// parseZone reads +hh:mm, +hhmm, +hh, UTC+h or an abbreviation, with blanks anywhere, as minutes east of UTC.
func parseZone(s string) (int, bool) {
	s = strings.ToUpper(strings.ReplaceAll(s, " ", ""))
	if m, ok := zones[s]; ok {
		return m, true
	}
	if from, found := strings.CutPrefix(strings.Replace(s, "GMT", "UTC", 1), "UTC"); found {
		if s = from; len(s) == 2 {
			s = s[:1] + "0" + s[1:]
		}
	}
	if len(s) < 3 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	hm := []byte(strings.Replace(s[1:], ":", "", 1))
	if len(hm) == 2 {
		hm = append(hm, "00"...)
	}
	if len(hm) != 4 {
		return 0, false
	}
	h, ok1 := two(hm)
	m, ok2 := two(hm[2:])
	if !ok1 || !ok2 || h > 14 || m > 59 {
		return 0, false
	}
	if s[0] == '-' {
		return -h*60 - m, true
	}
	return h*60 + m, true
}

// aDay is what messages ask for where a date is not written with the year first.
const aDay = "a date such as 2026-11-20"

// parseDay reads a day that can be read in one way only: year first, or with dots day first. An instant becomes the day
// that it falls on on the clock.
func parseDay(b []byte, clock *time.Location) (monitor.Day, bool) {
	n, digits, sep, ok := splitDate(b)
	if !ok {
		if !bytes.ContainsAny(b, "T ") {
			return 0, false
		}
		t, ok := parseInstant(b)
		return monitor.DayOf(t, clock), ok
	}
	switch {
	case digits[0] == 4:
		return civil(n[0], n[1], n[2])
	case sep == '.' && digits[2] == 4:
		return civil(n[2], n[1], n[0])
	}
	return 0, false
}

// splitDate reads three numbers of one to four digits parted by the same dash, slash or dot.
func splitDate(b []byte) (n, digits [3]int, sep byte, ok bool) {
	part := 0
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			if digits[part]++; digits[part] > 4 {
				return n, digits, sep, false
			}
			n[part] = n[part]*10 + int(c-'0')
		case (c == '-' || c == '/' || c == '.') && (sep == 0 || sep == c) && part < 2 && digits[part] > 0:
			sep = c
			part++
		default:
			return n, digits, sep, false
		}
	}
	return n, digits, sep, part == 2 && digits[2] > 0
}

// parseStated reads a day that states which of its parts is what: as parseDay and parseMonthDay do, or as the pages of
// Seller Central write it, "Nov 20, 2026", "20 November 2026", "2026年11月20日".
func parseStated(b []byte, clock *time.Location) (monitor.Day, bool) {
	if day, ok := parseDay(b, clock); ok {
		return day, true
	}
	if day, ok := parseMonthDay(b); ok {
		return day, true
	}
	s := strings.NewReplacer("年", "-", "月", "-", "日", "").Replace(string(clip(b, maxName)))
	if n, digits, sep, ok := splitDate([]byte(s)); ok && sep == '-' && digits[0] == 4 && len(s) < len(b) {
		return civil(n[0], n[1], n[2])
	}
	return 0, false
}

// parseOpened reads when an offer was made, of which some stores write the date with the day first, and Amazon.com some
// with the month first. In doubt it answers false.
func parseOpened(b []byte) (time.Time, bool) {
	if t, ok := parseInstant(b); ok {
		return t, true
	}
	date, clock, found := strings.Cut(string(clip(b, 60)), " ")
	w, ok := parseWritten([]byte(date))
	zone := clock[strings.LastIndexByte(clock, ' ')+1:]
	if !found || !ok || w.digits[2] != 4 {
		return time.Time{}, false
	}
	dayFirst, monthFirst := w.may(monitor.DayFirst), w.may(monitor.MonthFirst)
	switch zone {
	case "BST", "GMT", "WET", "WEST", "MET", "MEST", "CET", "CEST", "MEZ", "MESZ", "EET", "EEST", "TRT", "SAST", "GST", "SGT", "AEST", "AEDT", "BRT", "IST":
		monthFirst = monthFirst && !dayFirst // no store there writes the month first
	}
	a, m := w.n[0], w.n[1]
	switch {
	case dayFirst == monthFirst && a != m:
		return time.Time{}, false
	case monthFirst:
		a, m = m, a
	}
	return parseInstant(fmt.Appendf(nil, "%04d-%02d-%02d %s", w.n[2], m, a, clock))
}
