package simulator

import "testing"

func TestWindows1252(t *testing.T) {
	for text, want := range map[string]string{
		"plain\tASCII\n":        "plain\tASCII\n",
		"für Größe × 2":         "f\xfcr Gr\xf6\xdfe \xd7 2",
		"10 € – „Elch“ wär’s…™": "10 \x80 \x96 \x84Elch\x93 w\xe4r\x92s\x85\x99",
		"žlutý ÿ Ÿ":             "\x9elut\xfd \xff \x9f",
		"Łódź 日本 \u0081\u00a0":  "?\xf3d? ?? ?\xa0", // what the code page lacks, as Amazon writes it
		"broken \xff byte":      "broken ? byte",
	} {
		if got := string(windows1252([]byte(text))); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
