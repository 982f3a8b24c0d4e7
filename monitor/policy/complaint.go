package policy

import (
	"strings"
	"unicode"

	"goodstanding/monitor"
)

// Acting is at how many complaints of one cause Amazon is known to act. It publishes no number: sellers, and people who worked
// there, say that one complaint usually takes the listing, and a pattern over several listings the account. Nor does it say over
// which days it counts; the account health page keeps a complaint for 180.
type Acting struct {
	Cause    monitor.Cause
	Watch    int // buyers of one product; 0: never on the count alone
	Warning  int
	Critical int
	Products int  // with such complaints: the account is threatened; 0: never
	Usual    bool // of an account that lives with such complaints, as many as ever threaten less
	Source   string
	Sure     string // H, M or L: how well the source holds
}

var acting = []Acting{
	{monitor.CauseUsed, 1, 2, 4, 3, true,
		"sellers' reports: \"used sold as new\" on three ASINs removed an account; buyers also choose it for a free return", "M"},
	{monitor.CauseCounterfeit, 1, 1, 2, 3, false,
		"sellers' reports: one complaint usually takes the ASIN; Amazon reads the word in returns, feedback, reviews and messages", "M"},
	{monitor.CauseInauthentic, 1, 1, 3, 3, false,
		"sellers' reports: one authenticity complaint usually takes the ASIN; it is cleared by invoices", "M"},
	{monitor.CauseUnsafe, 1, 1, 2, 3, false,
		"account health page, food and product safety issues; one report of harm can end in immediate deactivation", "M"},
}

// Acting returns at how many complaints of a cause Amazon is known to act, and false where it is not.
func (Book) Acting(cause monitor.Cause) (Acting, bool) {
	for _, a := range acting {
		if a.Cause == cause {
			return a, true
		}
	}
	return Acting{}, false
}

// InvoiceDays is for how many days back Amazon asks for invoices that cover what was sold. Its appeal pages say so; older mails
// ask for 180.
const InvoiceDays = 365

// accused finds what a violation accuses the seller of in its class as the page, the performance report or the seller names it.
// The first row of which the class has a phrase decides.
var accused = []struct {
	cause   monitor.Cause
	phrases []string
}{
	{monitor.CauseCounterfeit, []string{"counterfeit", "fälschung", "contrefaçon", "falsificación", "falsificado", "contraffatto", "contraffazione", "namaak", "podróbka", "förfalskning", "偽造", "假冒"}},
	{monitor.CauseInauthentic, []string{"authentic", "inauthentic", "authenticity", "productauthenticitycustomercomplaints", "echtheit", "authenticité", "autenticidad", "autenticità", "echtheid",
		"autentyczność", "äkthet", "真正性", "真贋", "真实性"}},
	{monitor.CauseUsed, []string{"used sold as new", "product condition", "condition complaint", "condition complaints", "productconditioncustomercomplaints", "gebraucht als neu", "artikelzustand",
		"produktzustand", "état du produit", "vendu comme neuf", "estado del producto", "condizioni del prodotto", "コンディション", "商品状况"}},
	{monitor.CauseUnsafe, []string{"product safety", "safety", "productsafetycustomercomplaints", "foodandproductsafetyissues", "produktsicherheit", "sécurité", "seguridad", "sicurezza", "veiligheid",
		"bezpieczeństwo", "säkerhet", "安全"}},
}

// CauseOfViolation says what a violation of a class accuses the seller of, as a buyer would, and false for another class.
func CauseOfViolation(class string) (monitor.Cause, bool) {
	for _, a := range accused {
		if _, ok := findPhrase(class, a.phrases); ok {
			return a.cause, true
		}
	}
	return "", false
}

// preowned are the words by which a lot, or where it comes from, is not new. The condition terms are those of Amazon's
// condition guidelines; what was opened or returned is new no more, even unused.
var preowned = []string{
	"used", "opened", "open box", "openbox", "return", "returns", "returned", "refurbished", "refurb", "renewed", "reconditioned", "resealed", "second hand", "secondhand", "pre owned", "preowned",
	"ex display", "display model", "warehouse deal", "warehouse deals", "salvage", "liquidation", "removal order", "customer damaged",
	"gebraucht", "geöffnet", "retoure", "retouren", "rücksendung", "rücksendungen", "kundenrücksendung", "generalüberholt", "aufbereitet", "b ware", "ausstellungsstück", "zurückgesandt",
	"d occasion", "utilisé", "ouvert", "retour", "retours", "retourné", "reconditionné", "seconde main",
	"usado", "usada", "abierto", "abierta", "devuelto", "devolución", "devoluciones", "reacondicionado", "segunda mano",
	"usato", "usata", "aperto", "aperta", "reso", "resi", "restituito", "ricondizionato", "rigenerato", "seconda mano",
	"aberto", "devolvido", "devolução", "recondicionado",
	"gebruikt", "geopend", "retourzending", "geretourneerd", "tweedehands", "opgeknapt",
	"używany", "używane", "otwarty", "otwarte", "zwrot", "zwroty", "zwrócony", "odnowiony",
	"begagnad", "begagnat", "öppnad", "retur", "returer", "renoverad",
	"中古", "開封済み", "開封済", "返品", "整備済み", "再生品", "二手", "已拆封", "拆封", "退货", "退貨", "翻新",
}

// denied are words that turn the one behind them round: not opened, nie geöffnet.
var denied = map[string]bool{
	"not": true, "never": true, "no": true, "non": true, "un": true, "nicht": true, "nie": true, "keine": true, "kein": true, "ohne": true, "pas": true, "jamais": true, "nunca": true, "sin": true,
	"mai": true, "não": true, "niet": true, "nooit": true, "geen": true, "nigdy": true, "inte": true, "aldrig": true, "without": true,
}

// grades are words that say so of a condition. In the name of a supplier they say nothing.
var grades = []string{"like new", "very good", "good", "acceptable", "occasion", "wie neu", "comme neuf", "como nuevo", "come nuovo", "zo goed als nieuw"}

// Preowned finds the words by which goods of such a condition, from such a source, are not new, and answers false where there
// are none.
func Preowned(condition, source string) (words string, ok bool) {
	if words, ok = findPhrase(condition, preowned); ok {
		return words, true
	}
	if words, ok = findPhrase(condition, grades); ok {
		return words, true
	}
	return findPhrase(source, preowned)
}

// voices says which complaint the most common reason of Voice of the Customer is. The page writes them in its own language.
var voices = []struct {
	cause   monitor.Cause
	phrases []string
}{
	{monitor.CauseWrongItem, []string{"wrong item", "wrong product", "different item", "incorrect item", "different product", "wrong size", "wrong color", "wrong colour", "falscher artikel", "mauvais article",
		"producto equivocado", "articolo sbagliato", "verkeerd artikel", "発送ミス", "商品错误", "发错", "错误商品"}},
	{monitor.CauseIncomplete, []string{"missing", "missing parts", "missing accessories", "incomplete", "unvollständig", "teile fehlen", "fehlende teile", "pièces manquantes", "incomplet", "faltan piezas", "incompleto",
		"parti mancanti", "onvolledig", "部品不足", "缺少", "缺失", "配件缺"}},
	{monitor.CauseNotAsDescribed, []string{"not as described", "description", "detail page", "inaccurate", "nicht wie beschrieben", "beschreibung", "pas conforme", "no coincide", "non conforme", "niet zoals beschreven",
		"説明と違", "与描述不符", "描述"}},
}

// CauseOfVoice says what the most common reason in Voice of the Customer complains of, and false where it is another one, such
// as a defect, or not known.
func CauseOfVoice(reason string) (monitor.Cause, bool) {
	for _, v := range voices {
		if _, ok := findPhrase(reason, v.phrases); ok {
			return v.cause, true
		}
	}
	return "", false
}

// findPhrase finds the first phrase whose words stand in the text one after another, whatever the case and what is between
// them, and without a word before them that denies them. Phrases in Chinese and Japanese may stand anywhere.
func findPhrase(text string, phrases []string) (string, bool) {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	for _, phrase := range phrases {
		if unicode.In([]rune(phrase)[0], unicode.Han, unicode.Katakana, unicode.Hiragana) {
			at := strings.Index(text, phrase)
			if at >= 0 && !strings.HasSuffix(text[:at], "未") && !strings.HasSuffix(text[:at], "非") {
				return phrase, true
			}
			continue
		}
		sought := strings.Fields(phrase)
	search:
		for i := 0; i+len(sought) <= len(words); i++ {
			for n, w := range sought {
				if words[i+n] != w {
					continue search
				}
			}
			if i == 0 || !denied[words[i-1]] {
				return phrase, true
			}
		}
	}
	return "", false
}
