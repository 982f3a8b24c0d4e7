package exports

import "testing"

func TestRowInACell(t *testing.T) {
	for in, want := range map[string]string{
		`"a,""b, c"",d"`: `a,"b, c",d`,
		`"a,""b""";;`:    `a,"b"`,
		`"""a"",""b"""`:  `"a","b"`,
		`"a","b"`:        "", // two cells
		`"a, b"`:         "", // one cell that holds a comma
		`"say ""no"""`:   "", // one cell without a comma
		`"","",""`:       "",
		`"a,""b"`:        `a,"b`,
		`a,"b"`:          "",
		`""`:             "",
		``:               "",
		`"a,""b"","""""`: `a,"b",""`,
	} {
		got, ok := rowInACell([]byte(in), ',')
		if string(got) != want && ok || ok != (want != "") {
			t.Errorf("rowInACell(%s) = %s, %v, want %s", in, got, ok, want)
		}
	}
}
