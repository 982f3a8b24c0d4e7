package exports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"goodstanding/monitor"
)

// xmlOrder returns an order of All Orders as XML, with something inside.
func xmlOrder(n int, inside string) string {
	return fmt.Sprintf("<Message><Order><AmazonOrderID>114-%07d-0000001</AmazonOrderID><PurchaseDate>2026-04-01T00:00:00+00:00</PurchaseDate><LastUpdatedDate>2026-04-02T00:00:00+00:00</LastUpdatedDate><OrderStatus>Shipped</OrderStatus><SalesChannel>Amazon.com</SalesChannel><FulfillmentData><FulfillmentChannel>Merchant</FulfillmentChannel></FulfillmentData>%s</Order></Message>\n", n, inside)
}

// xmlItem returns an item of such an order.
func xmlItem(title string) string {
	return "<OrderItem><AmazonOrderItemCode>7</AmazonOrderItemCode><SKU>KET-1</SKU><ProductName>" + title + "</ProductName><Quantity>1</Quantity></OrderItem>"
}

// envelope puts orders into a document.
func envelope(orders string) string {
	return "<AmazonEnvelope><MessageType>AllOrdersReport</MessageType>\n" + orders + "</AmazonEnvelope>"
}

// jsonOrder returns an order of the Orders API, with more members.
func jsonOrder(n int, members string) string {
	return fmt.Sprintf(`{"AmazonOrderId":"902-%07d-0000001","PurchaseDate":"2026-04-01T00:00:00Z","LastUpdateDate":"2026-04-02T00:00:00Z","OrderStatus":"Shipped","FulfillmentChannel":"MFN","SalesChannel":"Amazon.com"%s}`, n, members)
}

func TestDocumentOf(t *testing.T) {
	for head, want := range map[string]string{
		`<?xml version="1.0"?><a/>`: "xml", "\uFEFF \r\n<a>": "xml", `<ns:a xmlns:ns="x">`: "xml", `<!DOCTYPE a>`: "xml", "<!-- x --><a/>": "xml", "<": "xml",
		"<!doctype HTML><html>": "html", "<html>": "html", "  <HTML lang='en'>": "html", "<table><tr>": "html", "<head/>": "html", "<meta charset=x>": "html",
		"<!-- x --> <!-- y -->\n<!DOCTYPE html>": "html", `<?xml version="1.0"?><html>`: "html", "<div\tid=1>": "html",
		`{"a":1}`: "json", "\uFEFF[ {": "json", "[]": "json", "{}": "json", "[[": "json", "{": "json",
		"[Template] x\ty": "", "{x}": "", "[1]": "", "a\tb": "", "": "", "\"a\",\"b\"": "", "# <a>": "",
	} {
		if got := documentOf([]byte(head)); got != want {
			t.Errorf("%q is taken for %q, want %q", head, got, want)
		}
	}
}

func TestDeclaredEncoding(t *testing.T) {
	for head, want := range map[string]struct {
		encoding Encoding
		known    bool
	}{
		`<?xml version="1.0"?>`:                                     {"", true},
		`<?xml version="1.0" encoding="UTF-8"?>`:                    {"", true},
		`<?xml version='1.0' encoding='iso-8859-1' standalone=''?>`: {Windows1252, true},
		`<?xml version="1.0" encoding = "Windows-1252" ?>`:          {Windows1252, true},
		`<?xml version="1.0" encoding="Shift_JIS"?>`:                {CP932, true},
		`<?xml version="1.0" encoding="windows-31j"?>`:              {CP932, true},
		`<?xml version="1.0" encoding="UTF-16"?>`:                   {"", true},
		`<?xml version="1.0" encoding="GB18030"?>`:                  {"", false},
		`<?xml version="1.0" encoding="`:                            {"", true},
		`<a encoding="GB18030"/>`:                                   {"", true},
		`encoding="GB18030"`:                                        {"", true},
	} {
		if e, _, known := declared([]byte(head)); e != want.encoding || known != want.known {
			t.Errorf("%s declares %q, %v; want %q, %v", head, e, known, want.encoding, want.known)
		}
	}
}

// TestDocumentLimits holds each bound from both sides.
func TestDocumentLimits(t *testing.T) {
	deepXML := func(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }
	deepJSON := func(n int) string {
		return `,"a":` + strings.Repeat("[", n) + strings.Repeat("]", n)
	}
	words := func(n int) string { return strings.Repeat("x", n) }
	for name, c := range map[string]struct {
		data string
		line int
		want string // empty: taken
	}{
		"XML 64 deep":           {envelope(xmlOrder(1, deepXML(61))), 0, ""},
		"XML 65 deep":           {envelope(xmlOrder(1, deepXML(62))), 2, "elements inside each other more than 64 deep"},
		"XML deep elsewhere":    {envelope(xmlOrder(1, "")) + deepXML(1), 3, "more after the end of the document"},
		"JSON 64 deep":          {"[\n" + jsonOrder(1, deepJSON(62)) + "]", 0, ""},
		"JSON 65 deep":          {"[\n" + jsonOrder(1, deepJSON(63)) + "]", 2, "objects or arrays inside each other more than 64 deep"},
		"a text of 1 MiB":       {envelope(xmlOrder(1, xmlItem(words(1<<20)))), 0, ""},
		"a longer text":         {envelope(xmlOrder(1, xmlItem(words(1<<20+1)))), 2, "a text of more than 1 MiB"},
		"a text in parts":       {envelope(xmlOrder(1, xmlItem(strings.Repeat("xxxxxxxxx<!---->", 1<<17)))), 2, "a text of more than 1 MiB"},
		"a string of 1 MiB":     {jsonOrder(1, `,"x":"`+words(1<<20)+`"`), 0, ""},
		"a longer string":       {jsonOrder(1, `,"x":"`+words(1<<20+1)+`"`), 1, "a text of more than 1 MiB"},
		"a very long string":    {"[\n" + jsonOrder(1, `,"x":"`+words(9<<20)+`"`) + "]", 2, "a text of more than 1 MiB"},
		"a very long attribute": {envelope(xmlOrder(1, `<a b="`+words(3<<20)+`"/>`)), 2, "a text of more than 1 MiB"},
		"a very long comment":   {envelope(xmlOrder(1, `<!--`+strings.Repeat("<a> ", 1<<20)+`-->`)), 2, "a text of more than 1 MiB"},
		"a very long number":    {jsonOrder(1, `,"x":`+strings.Repeat("1", 2<<20)), 1, "a text of more than 1 MiB"},
		"endless blanks":        {"[" + strings.Repeat(" ", 2<<20) + jsonOrder(1, "") + "]", 1, "a text of more than 1 MiB"},
		"a long element name":   {envelope(xmlOrder(1, "<"+words(1001)+"/>")), 2, "an element with a name of more than 1,000 bytes"},
		"a long member name":    {jsonOrder(1, `,"`+words(1001)+`":1`), 1, "a member with a name of more than 1,000 bytes"},
		"9,990 elements":        {envelope(xmlOrder(1, strings.Repeat("<a/>", 9_990))), 0, ""},
		"10,001 elements":       {envelope(xmlOrder(1, strings.Repeat("<a/>", 10_001))), 2, "a record of more than 10,000 elements"},
		"10,001 attributes":     {envelope(xmlOrder(1, strings.Repeat(`<a b=""/>`, 5_001))), 2, "a record of more than 10,000 elements"},
		"10,001 values":         {`{"Orders":[` + jsonOrder(1, `,"x":[`+strings.Repeat("1,", 10_000)+`1]`) + "]}", 1, "a record of more than 10,000 elements"},
		"a record of 9 MiB":     {envelope(xmlOrder(1, strings.Repeat("<a>"+words(1<<20)+"</a>", 9))), 2, "a record of more than 8 MiB"},
		"many small records":    {envelope(xmlOrder(1, strings.Repeat("<a/>", 9_000)) + xmlOrder(2, strings.Repeat("<a/>", 9_000))), 0, ""},
		"an endless other XML":  {"<Other>" + strings.Repeat("<a/>", 10_001) + "</Other>", 1, "an XML document <Other>"},
		"an endless other JSON": {`{"geo":[` + strings.Repeat("1,", 10_001) + `1]}`, 1, "a JSON document with geo"},
	} {
		f, err := Identify(save(t, "x.txt", []byte(c.data)))
		if c.want == "" {
			if err != nil || f.BadRows > 0 {
				t.Errorf("%s: %v, %v", name, err, f.problems)
			}
			continue
		}
		r, ok := errors.AsType[*Refusal](err)
		if !ok || r.Found != c.want || r.Line != c.line {
			t.Errorf("%s: %v, want %q at line %d", name, err, c.want, c.line)
		}
	}
}

// TestDocumentLines has line breaks in every place, in a file of many pieces.
func TestDocumentLines(t *testing.T) {
	var xml, list strings.Builder
	xml.WriteString("<?xml version='1.0'?>\n<AmazonEnvelope\n  a=\"x\ny\">\n<!-- \n -->")
	list.WriteString("{\n\"Orders\": [\n")
	line, wantXML, wantJSON := 6, []int{}, []int{}
	for n := range 2000 {
		xml.WriteString("<Message><Order>\n<AmazonOrderID>114-0000001-0000001\n</AmazonOrderID><PurchaseDate>2026-04-01T00:00:00+00:00</PurchaseDate><LastUpdatedDate>2026-04-02T00:00:00+00:00</LastUpdatedDate><OrderStatus>Shipped</OrderStatus>\n" + xmlItem("a<![CDATA[\n]]>b") + "\n" + xmlItem("x") + "</Order></Message>\r\n")
		wantXML = append(wantXML, line+3, line+5)
		line += 6
		if n > 0 {
			list.WriteString(",\n")
		}
		list.WriteString(jsonOrder(n, ",\n \"OrderItems\": [\n {\"SellerSKU\": \"a\"}, {\n\"SellerSKU\": \"b\"}\n]"))
		wantJSON = append(wantJSON, 3+n*5+2, 3+n*5+2)
	}
	xml.WriteString("</AmazonEnvelope>")
	list.WriteString("]}")
	for name, c := range map[string]struct {
		text string
		want []int
	}{"XML": {xml.String(), wantXML}, "JSON": {list.String(), wantJSON}} {
		f, err := Identify(save(t, "x", []byte(c.text)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var got []int
		if _, err := f.Read(context.Background(), Setting{}, Sink{Fact: func(at monitor.Place, _ monitor.Fact) error { got = append(got, at.Line); return nil }}); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %d rows in lines %v…, want %d in %v…", name, len(got), got[:6], len(c.want), c.want[:6])
		}
	}
}

// facts returns what a file states, without the instant of the export, the lines and what no reader knows.
func facts(t testing.TB, data []byte) []monitor.Sighting {
	t.Helper()
	f, err := Identify(save(t, "x", data))
	if err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
	var all []monitor.Sighting
	for _, fact := range collect(t, f, Setting{Received: received, Home: "Amazon.co.uk"}) {
		s := fact.(monitor.Sighting)
		s.AsOf, s.Line.Extra = time.Time{}, ""
		all = append(all, s)
	}
	return all
}

// An order means the same in the table, in XML and in JSON.
func TestDocumentsMeanWhatTablesMean(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var table, xml, list strings.Builder
		table.WriteString("amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsales-channel\tship-service-level\torder-item-id\tproduct-name\tsku\tasin\tquantity\tcurrency\titem-price\tlatest-ship-date\n")
		list.WriteString(`{"Orders":[`)
		word := rapid.StringOfN(rapid.RuneFrom([]rune(`abc é<&>"'ß✓`)), 1, 8, -1)
		escapeXML := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&#62;", `"`, "&quot;")
		for n := range rapid.IntRange(1, 4).Draw(rt, "orders") {
			id := fmt.Sprintf("114-0000001-%07d", n)
			status := rapid.SampledFrom([]string{"Shipped", "Pending", "Unshipped", "Canceled", "Cancelled", "PartiallyShipped", "Unfulfillable"}).Draw(rt, "status")
			channel := rapid.SampledFrom([]string{"MFN", "AFN"}).Draw(rt, "channel")
			sales := rapid.SampledFrom([]string{"Amazon.de", "Non-Amazon US", "Elsewhere", ""}).Draw(rt, "sales")
			bought := time.Date(2026, 4, 1, rapid.IntRange(0, 23).Draw(rt, "hour"), 0, 0, 0, time.UTC).Format("2006-01-02T15:04:05Z")
			shipBy := rapid.SampledFrom([]string{"", "2026-04-03T06:59:59Z"}).Draw(rt, "ship-by")
			fmt.Fprintf(&xml, "<Message><Order><AmazonOrderID>%s</AmazonOrderID><PurchaseDate>%s</PurchaseDate><LastUpdatedDate>%[2]s</LastUpdatedDate><OrderStatus>%s</OrderStatus><SalesChannel>%s</SalesChannel><FulfillmentData><FulfillmentChannel>%s</FulfillmentChannel><ShipServiceLevel>Std</ShipServiceLevel><LatestShipDate>%s</LatestShipDate></FulfillmentData>", id, bought, status, sales, channel, shipBy)
			if n > 0 {
				list.WriteString(",")
			}
			fmt.Fprintf(&list, `{"AmazonOrderId":%q,"PurchaseDate":%q,"LastUpdateDate":%[2]q,"OrderStatus":%q,"SalesChannel":%q,"FulfillmentChannel":%q,"ShipServiceLevel":"Std","LatestShipDate":%q,"OrderItems":[`, id, bought, status, sales, channel, shipBy)
			for i := range rapid.IntRange(1, 3).Draw(rt, "items") {
				title, sku := "T"+word.Draw(rt, "title")+"T", "S"+word.Draw(rt, "sku")+"S"
				quantity := rapid.IntRange(0, 9).Draw(rt, "quantity")
				fmt.Fprintf(&table, "%s\t%s\t%[2]s\t%s\t%s\t%s\tStd\t7%d\t%s\t%s\tB0\t%d\tEUR\t9.99\t%s\n", id, bought, status, channel, sales, i, title, sku, quantity, shipBy)
				fmt.Fprintf(&xml, `<OrderItem><AmazonOrderItemCode>7%d</AmazonOrderItemCode><ASIN>B0</ASIN><SKU>%s</SKU><ProductName>%s</ProductName><Quantity>%d</Quantity><ItemPrice><Component><Type>Tax</Type><Amount currency="USD">1</Amount></Component><Component><Type>Principal</Type><Amount currency="EUR">9.99</Amount></Component></ItemPrice></OrderItem>`, i, escapeXML.Replace(sku), escapeXML.Replace(title), quantity)
				if i > 0 {
					list.WriteString(",")
				}
				fmt.Fprintf(&list, `{"OrderItemId":"7%d","ASIN":"B0","SellerSKU":%q,"Title":%q,"QuantityOrdered":%d,"ItemPrice":{"Amount":"9.99","CurrencyCode":"EUR"}}`, i, sku, title, quantity)
			}
			xml.WriteString("</Order></Message>")
			list.WriteString("]}")
		}
		list.WriteString("]}")
		want := facts(t, []byte(table.String()))
		if got := facts(t, []byte(envelope(xml.String()))); !reflect.DeepEqual(got, want) {
			rt.Fatalf("XML gives\n%+v\nthe table\n%+v", got, want)
		}
		if got := facts(t, []byte(list.String())); !reflect.DeepEqual(got, want) {
			rt.Fatalf("JSON gives\n%+v\nthe table\n%+v", got, want)
		}
	})
}

// Every way to save orders of the API gives the same.
func TestOrdersAreFoundInEveryWrapping(t *testing.T) {
	one, two := jsonOrder(1, `,"OrderItems":[{"SellerSKU":"a","QuantityOrdered":1}]`), jsonOrder(2, "")
	want := facts(t, []byte(`{"payload":{"Orders":[`+one+`,`+two+`]}}`))
	if len(want) != 2 || want[0].OrderID != "902-0000001-0000001" || want[0].Line.SKU != "a" || want[1].Line != (monitor.Line{}) {
		t.Fatalf("got %+v", want)
	}
	for name, text := range map[string]string{
		"an object":         `{"NextToken":"x","Orders":[` + one + "," + two + `],"CreatedBefore":"2026-04-02T00:00:00Z"}`,
		"an array":          "[" + one + ",\n" + two + "]",
		"lines":             one + "\n" + two + "\n",
		"a byte order mark": "\uFEFF" + one + "\n" + two,
		"pages":             `{"payload":{"Orders":[` + one + `]}}{"payload":{"Orders":[` + two + `]}}`,
		"pages in an array": `[{"payload":{"Orders":[` + one + `]}},{"Orders":[` + two + `]}]`,
		"single answers":    `{"payload":` + one + `}` + "\n" + `{"payload":` + two + `}`,
	} {
		if got := facts(t, []byte(text)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s gives %+v, want %+v", name, got, want)
		}
	}
}

// A mark or two bytes a character change nothing of JSON and XML.
func TestDocumentsWithMarks(t *testing.T) {
	wide := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()
	for _, text := range []string{jsonOrder(1, `,"OrderItems":[{"Title":"für ✓"}]`), envelope(xmlOrder(1, xmlItem("für ✓")))} {
		want := facts(t, []byte(text))
		utf16, err := wide.Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, data := range [][]byte{[]byte("\uFEFF" + text), []byte("\uFEFF\r\n  " + text + "\n\n"), utf16} {
			if got := facts(t, data); len(want) != 1 || !reflect.DeepEqual(got, want) {
				t.Errorf("%q gives %+v, want %+v", data, got, want)
			}
		}
		if r := refused(t, save(t, "x", utf16[:len(utf16)-1])); r.Line == 0 {
			t.Errorf("half a character is refused as %v", r)
		}
	}
}

// The encoding of a document does not matter.
func TestEncodedDocumentsGiveTheSameFacts(t *testing.T) {
	utf16le, utf16be := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	for name, c := range map[string]struct {
		declaration, title string
		encoding           encoding.Encoding
		want               Encoding
	}{
		"UTF-16LE":                   {`<?xml version="1.0" encoding="UTF-16"?>`, "für ✓ やかん 😀", utf16le, UTF16LE},
		"UTF-16BE without a mark":    {``, "für ✓ やかん 😀", utf16be, UTF16BE},
		"windows-1252":               {`<?xml version="1.0" encoding="windows-1252"?>`, "für € „x“", charmap.Windows1252, Windows1252},
		"Latin-1 that is not":        {`<?xml version="1.0" encoding="ISO-8859-1"?>`, "für € „x“", charmap.Windows1252, Windows1252},
		"Shift JIS":                  {`<?xml version="1.0" encoding="Shift_JIS"?>`, "やかん 表示 ソ能 ｱ", japanese.ShiftJIS, CP932},
		"undeclared windows-1252":    {`<?xml version="1.0"?>`, "für € „x“", charmap.Windows1252, Windows1252},
		"undeclared CP932":           {``, "やかんです、", japanese.ShiftJIS, CP932},
		"UTF-8 that is windows-1252": {`<?xml version="1.0" encoding="UTF-8"?>`, "für €", charmap.Windows1252, Windows1252},
	} {
		var text strings.Builder
		text.WriteString(c.declaration)
		orders := ""
		for n := range 400 { // more than a piece, with the title at the very end
			orders += xmlOrder(n, xmlItem("plain"))
		}
		text.WriteString(envelope(orders + xmlOrder(400, xmlItem(c.title))))
		data, err := c.encoding.NewEncoder().Bytes([]byte(text.String()))
		if err != nil {
			t.Fatal(err)
		}
		for _, packed := range []bool{false, true} {
			if packed {
				data = packBytes(data)
			}
			f, err := Identify(save(t, "x.xml", data))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			all := collect(t, f, Setting{})
			if f.Encoding != c.want || len(all) != 401 || all[400].(monitor.Sighting).Line.Title != c.title {
				t.Errorf("%s: %s, %d facts, the last is %+v", name, f.Encoding, len(all), all[len(all)-1])
			}
		}
	}
}

// TestNobodyLeavesDocuments puts a buyer into every member that may hold one, and looks for him in all that comes out.
func TestNobodyLeavesDocuments(t *testing.T) {
	const secret = "Hidden"
	person := `{"Name":"Hidden","name":"Hidden","AddressLine1":"Hidden","City":"Hidden","Phone":"Hidden","companyName":"Hidden","CountryCode":"US","extendedFields":{"complement":"Hidden","deep":["Hidden"]}}`
	v0 := jsonOrder(1, `,"ShippingAddress":`+person+`,"BuyerInfo":{"BuyerEmail":"Hidden@example.invalid","BuyerName":"Hidden","BuyerTaxInfo":{"CompanyLegalName":"Hidden","TaxClassifications":[{"Name":"VATNumber","Value":"Hidden"}]},"PurchaseOrderNumber":"Hidden"},"BuyerName":"Hidden","BuyerCounty":"Hidden","PurchaseOrderNumber":"Hidden","DefaultShipFromLocationAddress":`+person+`,"NewContactPhone":"Hidden","Reply":"to Hidden@example.invalid","PaymentExecutionDetail":[{"AcquirerId":"Hidden"}],"RegulatedInformation":{"Fields":[{"FieldLabel":"Pet","FieldValue":"Hidden"}]},"Kept":"kept",
		"OrderItems":[{"SellerSKU":"a","QuantityOrdered":1,"Kept":"kept","BuyerInfo":{"GiftMessageText":"Hidden","BuyerCustomizedInfo":{"CustomizedURL":"Hidden"}},"GiftMessageText":"Hidden"}]`)
	v2026 := `{"orders":[{"orderId":"123-0000404-0000001","createdTime":"2026-11-17T10:30:00Z","lastUpdatedTime":"2026-11-17T10:30:00Z","buyer":{"buyerName":"Hidden","buyerCompanyName":"Hidden","new":{"x":"Hidden"}},"recipient":{"deliveryAddress":` + person + `,"deliveryPreference":{"addressInstruction":"Hidden","dropOffLocation":"Hidden"}},"tax":{"taxRegistrations":[{"legalName":"Hidden","taxRegistrationNumber":"Hidden"}]},"payment":{"paymentExecutions":[{"acquirerId":"Hidden","cardBrand":"Hidden"}]},"packages":[{"carrier":"kept","shipFromAddress":` + person + `}],
		"orderItems":[{"orderItemId":"1","quantityOrdered":1,"product":{"customization":{"customizedUrl":"Hidden"}},"fulfillment":{"packing":{"giftOption":{"giftMessage":"Hidden"}}}}]}]}`
	xmlPerson := "<Address><Name>Hidden</Name><AddressFieldOne>Hidden</AddressFieldOne><City>Hidden</City><PhoneNumber>Hidden</PhoneNumber><CountryCode>DE</CountryCode></Address>"
	report := "<AmazonEnvelope><Message><OrderReport><AmazonOrderID>028-0000201-0000001</AmazonOrderID><AmazonSessionID>Hidden</AmazonSessionID><OrderDate>2026-11-18T20:01:02+00:00</OrderDate><BillingData><BuyerEmailAddress>Hidden@example.invalid</BuyerEmailAddress><BuyerName>Hidden</BuyerName>" + xmlPerson + "</BillingData><FulfillmentData>" + xmlPerson + "<DeliveryInstructions>Hidden</DeliveryInstructions></FulfillmentData><BuyerTaxRegistrationId>Hidden</BuyerTaxRegistrationId><Item><SKU>a</SKU><Quantity>1</Quantity><CustomizationInfo><Data>Hidden</Data></CustomizationInfo><Kept to=\"Hidden@example.invalid\">kept</Kept></Item></OrderReport></Message>" +
		"<Message><OrderReport><AmazonOrderID>Hidden@example.invalid</AmazonOrderID></OrderReport></Message></AmazonEnvelope>"
	for name, text := range map[string]string{"v0": v0, "2026": v2026, "order report": report} {
		f, err := Identify(save(t, "x", []byte(text)))
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		r, err := f.Read(context.Background(), Setting{Received: received}, Sink{
			Fact: func(_ monitor.Place, fact monitor.Fact) error { fmt.Fprintf(&out, "%+v\n", fact); return nil },
			Bad:  func(b BadRow) error { fmt.Fprintf(&out, "%+v\n", b); return nil },
		})
		if err != nil || r.Facts != 1 {
			t.Fatalf("%s: %d facts, %v", name, r.Facts, err)
		}
		fmt.Fprintf(&out, "%+v %+v %+v", r, f.Notes, f.problems)
		if strings.Contains(out.String(), secret) {
			t.Errorf("%s: the buyer leaves in %s", name, out.String())
		}
		if !strings.Contains(out.String(), "kept") {
			t.Errorf("%s: what nobody reads is not kept: %s", name, out.String())
		}
	}
}

// TestUnknownMembersAreBounded has an order with more of them than a row keeps.
func TestUnknownMembersAreBounded(t *testing.T) {
	members := ""
	for n := range 900 {
		members += fmt.Sprintf(`,"New%03d":%q`, n, strings.Repeat("x", n))
	}
	f, err := Identify(save(t, "x.txt", []byte(jsonOrder(1, members))))
	if err != nil {
		t.Fatal(err)
	}
	extra := collect(t, f, Setting{})[0].(monitor.Sighting).Line.Extra
	if !strings.HasPrefix(string(extra), `{"New001":"x","New002":"xx"`) || len(extra) > 17<<10 {
		t.Errorf("%d bytes are kept: %.60s", len(extra), extra)
	}
}

// An export in which nothing happened is an export; an envelope of something else is none.
func TestEmptyDocuments(t *testing.T) {
	const order = "<Order><AmazonOrderId>902-0000001-0000001</AmazonOrderId><PurchaseDate>2026-04-01T00:00:00Z</PurchaseDate><LastUpdateDate>2026-04-01T00:00:00Z</LastUpdateDate><OrderStatus>Shipped</OrderStatus></Order>"
	for text, want := range map[string]string{
		`{"Orders":[]}`: "orders_api 0 0", `{"payload":{"orders":[],"x":1}}`: "orders_api 0 0", `{"accountStatuses":[{"marketplaceId":"A1PA6795UKMFR9"}]}`: "performance 1 0",
		"<AmazonEnvelope><Header><a>1</a></Header><MessageType>OrderReport</MessageType><Message/></AmazonEnvelope>":                                           "order_report 0 0",
		"<AmazonEnvelope><MessageType>Returns-Report</MessageType><Message></Message></AmazonEnvelope>":                                                        "seller_returns 0 0",
		"<ListOrdersResponse><ListOrdersResult><Orders/></ListOrdersResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></ListOrdersResponse>": "orders_api 0 0",
		"<sellerPerformanceReports/>":                                           "performance 0 0",
		"<AmazonEnvelope><MessageType>Inventory</MessageType></AmazonEnvelope>": "an XML document <AmazonEnvelope>",
		"<AmazonEnvelope><MessageType>OrderReport</MessageType><Message><Other><a><b/></a></Other></Message></AmazonEnvelope>": "an XML document <AmazonEnvelope>",
		"<GetOrderResponse><GetOrderResult><Orders>" + order + "</Orders></GetOrderResult></GetOrderResponse>":                 "orders_api 1 0",
		envelope(xmlOrder(1, "") + "<Message><Other><a><b/></a></Other></Message>" + xmlOrder(2, "")):                          "all_orders 3 1",
		`{"payload":{"errors":[{"code":"x"}]}}`:                                       "a JSON document with errors",
		jsonOrder(1, "") + `{"payload":{"errors":[{"code":"x"}]}}` + jsonOrder(2, ""): "orders_api 3 1",
		`{}`: "a JSON document that is no export", `[]`: "a JSON document that is no export", `{"payload":{}}`: "a JSON document that is no export",
	} {
		f, err := Identify(save(t, "x", []byte(text)))
		got := fmt.Sprintf("%s %d %d", f.Format.Kind, f.Rows, f.BadRows)
		if refusal, ok := errors.AsType[*Refusal](err); ok {
			got = refusal.Found
		}
		if got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

// An envelope tells when it was asked for: an answer of today with an order of long ago was made today.
func TestEnvelopeTellsWhenItWasMade(t *testing.T) {
	asked := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		`{"payload":{"Orders":[` + jsonOrder(1, "") + `],"LastUpdatedBefore":"2026-11-20T08:00:00Z"}}`:                                                                        asked.Add(time.Hour),
		`{"orders":[{"orderId":"123-0000404-0000001","createdTime":"2026-04-02T00:00:00Z","lastUpdatedTime":"2026-04-02T00:00:00Z"}],"createdBefore":"2026-11-20T08:00:00Z"}`: asked.Add(time.Hour),
		`{"payload":{"Orders":[` + jsonOrder(1, "") + `]}}`:                                                                                                                   time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC),
		`{"payload":{"Orders":[` + jsonOrder(1, "") + `],"CreatedBefore":"1.5E9"}}`:                                                                                           time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC),
	} {
		f, err := Identify(save(t, "x.txt", []byte(text)))
		if err != nil {
			t.Fatal(err)
		}
		if got := collect(t, f, Setting{Received: asked.Add(time.Hour)})[0].(monitor.Sighting).AsOf; !got.Equal(want) {
			t.Errorf("%s: as of %v, want %v", text, got, want)
		}
	}
}

// The report of a day is about that day, also for a store of which it says nothing but its status.
func TestPerformanceOfNothingIsNotGood(t *testing.T) {
	f, err := Identify(save(t, "x.txt", []byte(`{"accountStatuses":[{"marketplaceId":"A1PA6795UKMFR9"},{"marketplaceId":"A13V1IB3VIYZZH","status":"SHINY"}],"performanceMetrics":[]}`)))
	if err != nil {
		t.Fatal(err)
	}
	for _, fact := range collect(t, f, Setting{Received: received}) {
		p := fact.(monitor.Performance)
		if p.Account.Good() || p.Rates != nil || p.Policies != nil || p.Health != nil || p.Day != monitor.Date(2026, 11, 20) {
			t.Errorf("got %+v", p)
		}
	}
}

// writeDocument writes a document of at least size bytes.
func writeDocument(t testing.TB, name string, size int, head, tail string, record func(n int) string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(file, head)
	for n, written := 0, 0; written < size; n++ {
		k, err := io.WriteString(file, record(n))
		if err != nil {
			t.Fatal(err)
		}
		written += k
	}
	io.WriteString(file, tail)
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// bigDocuments are documents of some size, in one line each.
func bigDocuments(t testing.TB, size int) map[string]string {
	title := strings.Repeat("Stainless steel kettle ", 6)
	return map[string]string{
		"xml": writeDocument(t, "orders.xml", size, "<AmazonEnvelope>", "</AmazonEnvelope>", func(n int) string {
			return strings.TrimSuffix(xmlOrder(n, xmlItem(title)+xmlItem(title)), "\n")
		}),
		"json": writeDocument(t, "orders.txt", size, `{"Orders":[`+jsonOrder(0, ""), "]}", func(n int) string {
			return "," + jsonOrder(n, `,"OrderItems":[{"SellerSKU":"KET-1","OrderItemId":"7","Title":"`+title+`","QuantityOrdered":1}]`)
		}),
	}
}

// TestDocumentMemoryIsConstant reads documents of one line and looks at what stays allocated meanwhile.
func TestDocumentMemoryIsConstant(t *testing.T) {
	for name, path := range bigDocuments(t, 6<<20) {
		f, err := Identify(path)
		if err != nil {
			t.Fatal(err)
		}
		var before, now runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		n, most := 0, uint64(0)
		_, err = f.Read(context.Background(), Setting{}, Sink{Fact: func(monitor.Place, monitor.Fact) error {
			if n++; n%5_000 == 0 {
				runtime.GC()
				runtime.ReadMemStats(&now)
				most = max(most, now.HeapAlloc)
			}
			return nil
		}})
		if err != nil || n != f.Rows || n < 12_000 {
			t.Fatalf("%s: %d facts of %d rows, %v", name, n, f.Rows, err)
		}
		if most > before.HeapAlloc+8<<20 {
			t.Errorf("%s: %d MiB stay allocated while reading, want less than 8", name, (most-before.HeapAlloc)>>20)
		}
	}
}

// BenchmarkDocuments gives the facts of 16 MiB of orders.
func BenchmarkDocuments(b *testing.B) {
	for name, path := range bigDocuments(b, 16<<20) {
		f, err := Identify(path)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(f.Size)
			b.ReportAllocs()
			for b.Loop() {
				r, err := f.Read(context.Background(), Setting{Received: received}, Sink{Fact: func(monitor.Place, monitor.Fact) error { return nil }})
				if err != nil || r.Facts != f.Rows {
					b.Fatal(r, err)
				}
			}
			b.ReportMetric(float64(f.Rows*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
