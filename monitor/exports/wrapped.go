package exports

import "bytes"

// rowInACell returns the row that a line holds as one quoted cell: a spreadsheet that parts cells by semicolons opens a file
// with commas as one column, and writes a row with quotation marks so when it saves it. It answers false for any other line.
func rowInACell(line []byte, delim byte) ([]byte, bool) {
	line = bytes.TrimRight(line, " \t;,") // cells of the columns beside it, all empty
	if len(line) < 4 || line[0] != '"' || line[len(line)-1] != '"' {
		return nil, false
	}
	inner := line[1 : len(line)-1]
	row := bytes.ReplaceAll(inner, []byte(`""`), []byte(`"`))
	marks := bytes.Count(inner, []byte(`"`))
	return row, marks > 0 && marks == 2*(len(inner)-len(row)) && bytes.IndexByte(row, delim) >= 0
}
