package links

import (
	"net/netip"
	"strings"
	"sync"
	"unicode"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"
)

// email is an address in parts that can be compared.
type email struct {
	key    string // the same for every way of writing the mailbox
	local  string // its left side without tags and dots; empty where it is everybody's, as info@
	domain string // empty where it is a provider's: many strangers have it
}

// Whoever reads mail of these domains has it from a provider.
var providers = words(`gmail.com yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.co.jp yahoo.co.in yahoo.com.au hotmail.com hotmail.co.uk hotmail.fr hotmail.de hotmail.it
	outlook.com outlook.de outlook.fr outlook.es live.com live.co.uk live.fr msn.com aol.com icloud.com me.com mac.com gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de freenet.de
	mail.com mail.ru yandex.ru qq.com 163.com 126.com sina.com foxmail.com aliyun.com orange.fr free.fr wanadoo.fr laposte.net sfr.fr libero.it virgilio.it
	tiscali.it alice.it tin.it wp.pl o2.pl onet.pl interia.pl ziggo.nl kpnmail.nl telia.com comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net
	btinternet.com sky.com virginmedia.com ntlworld.com bigpond.com optusnet.com.au proton.me protonmail.com zoho.com naver.com daum.net rediffmail.com`)

// Mailboxes that a firm has whoever it is.
var roles = words(`info sales contact kontakt contacto contatti support service admin office mail hello amazon seller shop store account accounts accounting
	billing team enquiries orders webmaster postmaster noreply help customerservice marketing vertrieb buchhaltung ventas commercial`)

// parseEmail reads an address: Gmail ignores dots and has two names, what follows a plus is a tag, and case does not matter.
func parseEmail(s string) (email, bool) {
	s = strings.Trim(fold(strings.TrimPrefix(strings.TrimSpace(s), "mailto:")), "<>. ")
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || domain == "" || strings.ContainsAny(s, " ,;") {
		return email{}, false
	}
	if ascii, err := idna.Lookup.ToASCII(domain); err == nil {
		domain = ascii
	}
	if domain == "googlemail.com" {
		domain = "gmail.com"
	}
	if bare, _, _ := strings.Cut(local, "+"); bare != "" {
		local = bare
	}
	squeezed := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, local)
	e := email{local: squeezed, domain: domain}
	if domain == "gmail.com" {
		local = strings.ReplaceAll(local, ".", "")
	}
	e.key = local + "@" + domain
	if roles()[squeezed] || len(squeezed) < 5 {
		e.local = ""
	}
	if providers()[domain] {
		e.domain = ""
	}
	return e, true
}

// phone is a number without its country, and the country where that is known.
type phone struct {
	national string
	country  int // calling code; 0: not known
}

// parsePhone reads a number as somebody in the region would dial it; without a region, and without a country code, what is
// left of it when trunk zeros are taken off is compared. Numbers that nobody has are none.
func parsePhone(s, region string) (phone, bool) {
	s = strings.ReplaceAll(s, "(0)", "") // the trunk zero, not dialled from abroad: +49 (0)89
	if parsed, err := phonenumbers.Parse(s, region); err == nil && phonenumbers.IsPossibleNumber(parsed) {
		return realPhone(phone{phonenumbers.GetNationalSignificantNumber(parsed), int(parsed.GetCountryCode())})
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	if rest, ok := strings.CutPrefix(digits, "00"); ok {
		if parsed, err := phonenumbers.Parse("+"+rest, ""); err == nil && phonenumbers.IsPossibleNumber(parsed) {
			return realPhone(phone{phonenumbers.GetNationalSignificantNumber(parsed), int(parsed.GetCountryCode())})
		}
	}
	digits = strings.TrimLeft(digits, "0")
	if len(digits) == 11 && digits[0] == '1' {
		digits = digits[1:] // North America
	}
	return realPhone(phone{national: digits})
}

// realPhone refuses what is written in place of a number: 000000, 12345678.
func realPhone(p phone) (phone, bool) {
	distinct := map[rune]bool{}
	for _, r := range p.national {
		distinct[r] = true
	}
	return p, len(p.national) >= 6 && len(p.national) <= 15 && len(distinct) > 2 && !strings.HasPrefix("1234567890", p.national)
}

// parseIP reads an address and the network that it is in: a household or an office mostly has a /24, or a /64, and a
// neighbour may have it next.
func parseIP(s string) (key, network string, ok bool) {
	s = strings.TrimSpace(s)
	if p, err := netip.ParsePrefix(s); err == nil {
		s = p.Addr().String()
	} else if p, err := netip.ParseAddrPort(s); err == nil {
		s = p.Addr().String()
	}
	ip, err := netip.ParseAddr(s)
	if err != nil {
		return "", "", false
	}
	ip = ip.Unmap().WithZone("")
	if ip.IsPrivate() || ip.IsLoopback() || ip.IsUnspecified() || ip.IsLinkLocalUnicast() {
		return "", "", false // everybody has it at home
	}
	bits := 24
	if ip.Is6() {
		bits = 64
	}
	p, err := ip.Prefix(bits)
	if err != nil {
		return "", "", false
	}
	return ip.String(), p.String(), true
}

// words makes a set of the words of a text when it is first asked for: most commands compare nobody.
func words(text string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		set := map[string]bool{}
		for w := range strings.FieldsSeq(text) {
			set[w] = true
		}
		return set
	})
}
