package exports

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// seedDocuments adds the documents among the fixtures of some kinds, and those that are refused.
func seedDocuments(f *testing.F, syntax string, dirs ...string) {
	for _, dir := range append(dirs, "bad") {
		for _, path := range fixtures(f, dir) {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			if strings.HasPrefix(filepath.Base(path), "document") || documentOf(data) == syntax {
				f.Add(data)
			}
		}
	}
}

// The targets are parted by the reader of the records; all hold what is true of every file.

func FuzzOrdersXML(f *testing.F) {
	seedDocuments(f, "xml", "all_orders", "order_report", "orders_api")
	f.Fuzz(hold)
}

func FuzzReturnsXML(f *testing.F) {
	seedDocuments(f, "xml", "seller_returns")
	f.Fuzz(hold)
}

func FuzzOrdersJSON(f *testing.F) {
	seedDocuments(f, "json", "orders_api")
	f.Fuzz(hold)
}

func FuzzPerformance(f *testing.F) {
	seedDocuments(f, "json", "performance")
	seedDocuments(f, "xml", "performance")
	f.Fuzz(hold)
}
