package exports

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestCuts holds that a line is cut as a search for each delimiter in turn would, wherever the delimiters and the end stand
// among the pieces that it is searched by, and in whatever order its cells are asked for.
func TestCuts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var c cuts
	for length := range 300 {
		for _, delim := range []byte("\t,;") {
			line := make([]byte, length, length+random.IntN(100))
			for i := range line {
				line[i] = "\t,;abc \x00\x80\x89\xac\xbb\xff\n"[random.IntN(14)]
			}
			want := bytes.Split(line, []byte{delim})
			c.of(line, delim)
			for _, i := range random.Perm(len(want) + 70) {
				switch has := c.has(i); {
				case has != (i < len(want)):
					t.Fatalf("%q: cell %d of %d: %t", line, i, len(want), has)
				case has && !bytes.Equal(c.cell(i), want[i]):
					t.Fatalf("%q: cell %d is %q, want %q", line, i, c.cell(i), want[i])
				}
			}
		}
	}
}
