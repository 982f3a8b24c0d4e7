package links

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"goodstanding/monitor"
)

// Masked writes what an account is known by so that whoever knows it knows it again, and nobody else learns it: names of
// firms as they are, of all else the beginning or the end.
func Masked(i monitor.Identity) string {
	v := strings.TrimSpace(i.Value)
	switch i.Kind {
	case monitor.LegalName, monitor.Trademark:
		return v
	case monitor.OwnerName:
		var initials []string
		for w := range strings.FieldsSeq(v) {
			initials = append(initials, beginning(w, 1))
		}
		return strings.Join(initials, " ")
	case monitor.BankAccount, monitor.Card, monitor.TaxNumber:
		if i.Last4 == "" {
			return "…"
		}
		return "…" + i.Last4
	case monitor.Email:
		local, domain, ok := strings.Cut(v, "@")
		if !ok {
			return beginning(v, 1)
		}
		return beginning(local, 1) + "@" + domain
	case monitor.Phone:
		return "…" + end(strings.Join(split(v), ""), 4)
	case monitor.Address, monitor.ReturnAddress:
		return beginning(v, min(8, utf8.RuneCountInString(v)/2))
	case monitor.IP:
		return beginning(v, min(6, len(v)/2))
	default:
		return beginning(v, min(3, utf8.RuneCountInString(v)/2))
	}
}

func beginning(s string, n int) string {
	runes := []rune(s)
	return string(runes[:min(n, len(runes))]) + "…"
}

func end(s string, n int) string {
	runes := []rune(s)
	return string(runes[max(0, len(runes)-n):])
}

func plural(n int) string {
	if n == 1 {
		return "1 more"
	}
	return strconv.Itoa(n) + " more"
}
