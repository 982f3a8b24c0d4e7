package exports

import (
	"strings"
	"testing"

	"goodstanding/monitor"
)

// TestQuotedRowsUnderABareHeader holds that quotes are read as such where every cell of the first row has them, and are
// data where one has not.
func TestQuotedRowsUnderABareHeader(t *testing.T) {
	const head = "Date\tFNSKU\tMSKU\tTitle\tEvent Type\tQuantity\n"
	for rows, want := range map[string]string{
		"\"11/14/2026\"\t\"X1\"\t\"S1\"\t\"6\" pan\"\t\"Lost\"\t\"-1\"\n": `6" pan`,
		"11/14/2026\tX1\tS1\t\"6\" pan\"\tLost\t-1\n":                     `"6" pan"`,
	} {
		f, err := Identify(save(t, "l.txt", []byte(head+rows)))
		if err != nil {
			t.Fatal(err)
		}
		e := collect(t, f, Setting{Received: received})[0].(monitor.LedgerEvent)
		if e.Title != want || e.Quantity == nil || *e.Quantity != -1 || e.Event != "Lost" {
			t.Errorf("%s: %+v", strings.TrimSpace(rows), e)
		}
	}
}
