package links

import (
	"strings"
	"sync"
	"unicode"
)

// Legal forms tell nothing of who somebody is.
var legalForms = words(`ltd limited llc llp lp inc incorporated corp corporation co company plc pllc pc gmbh mbh ag kg kgaa ohg gbr ug ek eg ev se sa sas sasu sarl eurl srl srls spa
	snc sl slu sll slne bv nv vof cv ab aktiebolag hb oy oyj aps as ivs kft zrt sro doo spzoo spzo zoo pty pte pvt private kk kabushiki kaisha godo gaisha lda ltda eireli me mei epp sp
	haftungsbeschrankt unipersonal`)

// Titles of people, and words that hold a name together.
var fillers = words(`mr mrs ms miss herr frau monsieur madame mme mlle senor senora sr sra dr prof the and und et y e of for dba ta`)

// Words of many firms: when two firms have different ones, or only one has one, little follows.
var trade = words(`trading trade shop store stores online group international intl global holding holdings services service solutions enterprises enterprise ventures
	retail sales supply supplies products goods imports import export exports distribution wholesale commerce ecommerce digital direct deals outlet market marketing
	handel handels vertrieb versand handelsgesellschaft commerciale commercio comercio comercial distribuzione distribution usa uk us eu europe deutschland america
	restaurant ristorante cafe bar grill bistro deli diner kitchen house`)

// Streets, as addresses shorten them.
var street = spellings(`street: st str; road: rd; avenue: ave av aven avenida avda; boulevard: blvd boul; drive: dr drv; lane: ln la; court: ct crt; place: pl plz; square: sq;
	terrace: tce terr ter; crescent: cres crs cr cresc; circuit: cct cir circ; close: cl; parade: pde; highway: hwy; parkway: pkwy pky; grove: gr grv; way: wy; gardens: gdns;
	north: n; south: s; east: e; west: w; northeast: ne; northwest: nw; southeast: se; southwest: sw; mount: mt; fort: ft; center: centre ctr; building: bldg; village: vlge vlg vill;
	retirement: retrmnt; caravan: caravn; apartment: apmnt apmt; station: stn; heights: hts;
	strasse: strase strabe; platz: pltz; calle: cl c; via: v; plaza: pza; piazza: pzza; rue: r; ulica: ul; first: 1st; second: 2nd; third: 3rd; fourth: 4th; fifth: 5th; sixth: 6th;
	seventh: 7th; eighth: 8th; ninth: 9th; tenth: 10th`)

// What streets are called, in their long form.
var ways = words(`street road avenue boulevard drive lane court place square terrace crescent circuit close parade highway parkway grove way gardens
	strasse platz calle via plaza piazza rue ulica`)

// What says where in a house, and what country: everybody writes it differently, or not at all.
var unplaced = words(`apt apartment unit flat suite ste floor fl no nr num number room rm level lot usa us unitedstates uk gb greatbritain germany deutschland france italy italia spain espana
	netherlands nederland poland polska australia canada japan china in the of and`)

// Names by which people are called. A word may stand for several.
var nicknames = spellings(`alexander: alex sasha xander; alexandra: alex sandra; andrew: andy drew; anthony: tony; benjamin: ben; catherine: kate cathy kathy katie; katherine: kate kathy katie;
	charles: charlie chuck; christopher: chris kit; christine: chris tina; daniel: dan danny; david: dave; deborah: debbie deb; donald: don; edward: ed eddie ted; elizabeth: liz beth betty lisa;
	francis: frank; frederick: fred; gerald: gerry jerry; gregory: greg; henry: harry; jacob: jake; james: jim jimmy; jennifer: jen jenny; jessica: jess; john: jack johnny; jonathan: jon;
	joseph: joe; joshua: josh; kenneth: ken; lawrence: larry; margaret: maggie meg peggy; matthew: matt; michael: mike mick; nathaniel: nate nathan; nicholas: nick; patricia: pat patty;
	patrick: pat paddy; peter: pete; philip: phil; rebecca: becky; richard: rick dick rich; robert: bob rob bobby; ronald: ron; samuel: sam; samantha: sam; stephen: steve; steven: steve;
	susan: sue; theodore: ted; thomas: tom tommy; timothy: tim; victoria: vicky; vincent: vince; walter: walt; william: bill will billy; zachary: zach; johannes: hans; friedrich: fritz;
	josef: sepp; giuseppe: beppe; francisco: paco; jose: pepe`)

// spellings reads "long: short short; …" when it is first asked for, and answers a short form with its long ones.
func spellings(text string) func() map[string][]string {
	return sync.OnceValue(func() map[string][]string {
		all := map[string][]string{}
		for entry := range strings.SplitSeq(text, ";") {
			long, short, _ := strings.Cut(strings.TrimSpace(entry), ":")
			for s := range strings.FieldsSeq(short) {
				all[s] = append(all[s], long)
			}
		}
		return all
	})
}

// nameWords parts a name: without titles, legal forms and what holds words together, unless nothing would be left.
func nameWords(s string) []string {
	all := joinInitials(split(strings.ReplaceAll(fold(s), "&", " and ")))
	for i, w := range all {
		all[i] = unscanned(w)
	}
	end := len(all) // of what stands before the legal forms
	for end > 0 && (legalForms()[all[end-1]] || fillers()[all[end-1]] || all[end-1] == "de") {
		end--
	}
	kept := make([]string, 0, len(all))
	for i, w := range all {
		// In the middle two letters are rather a piece of a name that was torn apart.
		if (!fillers()[w] || i == 0 && len(w) == 1) && (!legalForms()[w] || i < end && len(w) == 2 && w != "co") && (i < end || w != "de") {
			kept = append(kept, w)
		}
	}
	if len(kept) == 0 {
		return all
	}
	return kept
}

// joinInitials makes one word of letters that stand alone and are a legal form together: s. l., g m b h.
func joinInitials(all []string) []string {
	out := make([]string, 0, len(all))
	for i := 0; i < len(all); {
		end := i
		for end < len(all) && len(all[end]) == 1 {
			end++
		}
		if joined := strings.Join(all[i:end], ""); end-i > 1 && legalForms()[joined] {
			out, i = append(out, joined), end
			continue
		}
		out, i = append(out, all[i]), i+1
	}
	return out
}

// addressWords parts an address, each word in its long form, numbers without leading zeros. What describes the way there
// ("between 5th and 6th", "at Main St.") is left out.
func addressWords(s string) []string {
	s = fold(s)
	for _, way := range []string{" between ", " near ", " off ", " at ", " corner of "} {
		if i := strings.Index(s, way); i > 0 && strings.ContainsFunc(s[:i], unicode.IsDigit) && !strings.ContainsFunc(s[i:], isComma) {
			s = s[:i]
		}
	}
	var out []string
	for _, w := range split(s) {
		w = unscanned(w)
		if unplaced()[w] {
			continue
		}
		if long := street()[w]; long != nil {
			w = long[0]
		}
		if hasDigit(w) {
			if t := strings.TrimLeft(w, "0"); t != "" {
				w = t
			}
			out = append(out, w)
			continue
		}
		if head, ok := strings.CutSuffix(w, "str"); ok && len(head) > 2 {
			w = head + "strasse"
		}
		if head, ok := strings.CutSuffix(w, "strasse"); ok && len(head) > 2 { // Haupt Straße and Hauptstraße
			out = append(out, head)
			w = "strasse"
		}
		out = append(out, w)
	}
	return out
}

func isComma(r rune) bool { return r == ',' || r == ';' }

func hasDigit(s string) bool { return strings.ContainsFunc(s, unicode.IsDigit) }
