package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goodstanding/monitor"
)

// digest sums up a folder: names, times and bytes.
func digest(t *testing.T, dir string) string {
	t.Helper()
	sum := sha256.New()
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d %d\n%s", filepath.ToSlash(rel), info.ModTime().UnixNano(), len(text), text)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// The same shop gives the same bytes: twice here, and, by the digest pinned below, on any other machine. A change of
// the simulator changes the digest; then look again at what Demo promises, and pin the new one.
func TestSameBytesEverywhere(t *testing.T) {
	const pinned = "69b246263413920561e5c5a3f0529e58058b9be0ee04c486d84566726c45f1c6"
	var got [2]string
	for i := range got {
		dir := t.TempDir()
		for _, m := range []monitor.Marketplace{"Amazon.com", "Amazon.de"} {
			shop := busy(m)
			shop.Name, shop.Windows1252 = "busy-"+strings.ToLower(string(m)), m == "Amazon.de"
			shop.Growth, shop.Week = 0.013, [7]float64{12, 11, 10, 9, 9.5, 8, 7}
			shop.Late = append(shop.Late, Risk{P: 0.3, From: shop.First + 3, Full: shop.First + 31, Weekend: true})
			h := Run(shop)
			if err := h.WriteArchive(dir, shop.First+16, shop.First+38, 19); err != nil {
				t.Fatal(err)
			}
			if _, err := h.ExportAll(filepath.Join(dir, "bulk", shop.Name), pacific("2026-10-30 18:00:00")); err != nil {
				t.Fatal(err)
			}
		}
		got[i] = digest(t, dir)
	}
	if got[0] != got[1] {
		t.Errorf("two runs gave %s and %s", got[0], got[1])
	}
	if got[0] != pinned {
		t.Errorf("the bytes have digest %s, pinned is %s", got[0], pinned)
	}
}
