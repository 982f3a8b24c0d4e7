package exports

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Bounds of a workbook, beside those of any container.
const (
	maxPart   = 16 << 20 // bytes of a part that is held in memory: styles, the list of sheets, a picture
	maxParts  = 64 << 20 // bytes of all of these
	heldXML   = 1 << 20  // bytes of a sheet, or of the shared texts, that are held in memory; larger ones go to a file
	maxSheets = 200
	maxCells  = 200_000_000 // of all sheets, with empty ones before the last of a row, and empty rows
)

// unpackWorkbook makes a text file of every visible sheet of the workbook at path, and identifies it: cells parted by
// commas and quoted as CSV, a line for each row. A formula gives the value that Excel stored with it; of merged cells the
// first has the value; a line break in a cell becomes a blank.
func (c *Container) unpackWorkbook(ctx context.Context, z *zip.Reader, path, name string) (err error) {
	rows, err := c.guardParts(ctx, z, name)
	if err != nil {
		return err
	}
	defer func() {
		// The library is given what no program has written, too. What it cannot stand is the file's fault.
		if p := recover(); p != nil {
			err = unreadable(name, fmt.Sprint(p))
		}
	}()
	book, err := excelize.OpenFile(path, excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: heldXML, TmpDir: c.folder})
	if err != nil {
		return unreadable(name, err.Error())
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	plainStyles(book)
	sheets := book.GetSheetList()
	if len(sheets) > maxSheets {
		return &Refusal{File: name, Found: fmt.Sprintf("a workbook of %d sheets", len(sheets)), Expected: fmt.Sprintf("at most %d", maxSheets)}
	}
	c.total += claimedBy(z) // once more, by the library
	w := &sheetWork{guarded: rows, from: c.done, size: claimedBy(z)}
	for _, n := range rows {
		w.rows += n
	}
	for _, sheet := range sheets {
		title := within(name, strings.ReplaceAll(sheet, "/", "·"))
		visible, err := book.GetSheetVisible(sheet)
		if err != nil {
			c.stray(title, "a sheet that cannot be read ("+printable(err.Error(), maxFound)+")", "a sheet as Excel names it: rename it")
			continue
		}
		if !visible {
			c.Notes = append(c.Notes, fmt.Sprintf("The sheet %s is hidden and was not read.", title))
			continue
		}
		if err := c.unpackSheet(ctx, book, sheet, title, w); err != nil {
			return err
		}
	}
	c.done = w.from + w.size
	return c.tell()
}

// sheetWork is how far the sheets of a workbook have been read.
type sheetWork struct {
	guarded []int // how many rows each sheet has
	rows    int   // all of them
	read    int
	cells   int
	from    int64 // where the work on them began
	size    int64 // of it
}

// unreadable is the refusal of a workbook that the library cannot read, for a reason of its own words.
func unreadable(name, why string) error {
	return &Refusal{File: name, Found: "a workbook that cannot be read (" + printable(why, maxFound) + ")", Expected: "a workbook as Excel writes it: save it again, or put the export itself into the folder"}
}

// guardParts unpacks every part of a workbook once, into nothing, to know that it is whole and within bounds. It returns
// how many rows each sheet has.
func (c *Container) guardParts(ctx context.Context, z *zip.Reader, name string) (rows []int, err error) {
	held := uint64(0)
	for _, f := range z.File {
		part := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		sheet := strings.HasPrefix(part, "xl/worksheets/") && strings.HasSuffix(part, ".xml") && strings.Count(part, "/") == 2
		if !sheet && part != "xl/sharedstrings.xml" {
			if held += f.UncompressedSize64; f.UncompressedSize64 > maxPart || held > maxParts {
				return nil, &Refusal{File: name, Found: "a workbook of which more than the sheets is very large", Expected: "a workbook with the export alone: copy the sheet into a new one"}
			}
		}
		g := &xmlGuard{}
		if err := c.pour(ctx, g, f, name); errors.Is(err, zip.ErrAlgorithm) {
			return nil, unreadable(name, "a compression that spreadsheet programs do not use")
		} else if err != nil {
			return nil, err
		}
		if sheet {
			rows = append(rows, g.rows)
		}
	}
	return rows, nil
}

// unpackSheet makes a text file of a sheet and identifies it. An empty sheet is nothing. The library ends a sheet in
// silence where it cannot go on, so the number of rows that it gives must be that of a sheet.
func (c *Container) unpackSheet(ctx context.Context, book *excelize.File, sheet, title string, work *sheetWork) (err error) {
	rows, err := book.Rows(sheet)
	if err != nil {
		c.stray(title, "a sheet that cannot be read ("+printable(err.Error(), maxFound)+")", "a sheet of cells")
		return nil
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	target := c.fresh()
	w, err := newSheetWriter(target)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	n := 0
	for rows.Next() {
		n++
		if work.read++; work.read%256 == 0 {
			c.done = work.from + int64(float64(work.size)*float64(work.read)/float64(max(work.read, work.rows)))
			if err := errors.Join(ctx.Err(), c.tell()); err != nil {
				return err
			}
		}
		row, err := rows.Columns()
		if err != nil {
			return unreadable(title, err.Error())
		}
		if work.cells += 1 + len(row); work.cells > maxCells {
			return c.errTooMuch()
		}
		if len(row) > maxColumns {
			c.stray(title, "more than 1,000 columns", "the columns of an export")
			return nil
		}
		size, err := w.put(row, n)
		if err != nil {
			return err
		}
		if c.unpacked += int64(size); c.budget() < 0 {
			return c.errTooMuch()
		}
	}
	if !slices.Contains(work.guarded, n) {
		return unreadable(title, fmt.Sprintf("it breaks off after row %d", n))
	}
	if err := w.close(); err != nil || w.empty() {
		return err
	}
	notes := w.cells.notes("the sheet")
	before := len(c.Files)
	if err := c.take(target, title); err != nil {
		return err
	}
	for _, in := range c.Files[before:] {
		in.File.Notes = append(in.File.Notes, notes...)
	}
	return nil
}

// sheetWriter writes the rows of a sheet as text, so that the n-th row is the n-th line. Every row has as many cells as
// the widest above it, which is the header in an export: the reader of quotes then never has to guess.
type sheetWriter struct {
	file  *os.File
	out   *bufio.Writer
	csv   *csv.Writer
	cells sheetCells
	rows  int // written
	width int
}

func newSheetWriter(target string) (*sheetWriter, error) {
	file, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("write a sheet: %w", err)
	}
	out := bufio.NewWriterSize(file, 256<<10)
	return &sheetWriter{file: file, out: out, csv: csv.NewWriter(out)}, nil
}

// put writes the row-th row, with the empty ones before it, and returns about how many bytes that was. An empty row waits
// for the next one that is not: sheets may end in a million of them.
func (w *sheetWriter) put(row []string, number int) (int, error) {
	for len(row) > 0 && row[len(row)-1] == "" {
		row = row[:len(row)-1]
	}
	if len(row) == 0 {
		return 0, nil
	}
	size := 0
	for ; w.rows < number-1; w.rows++ {
		if err := w.csv.Write([]string{""}); err != nil {
			return 0, fmt.Errorf("write a sheet: %w", err)
		}
		size += 3
	}
	w.rows++
	w.cells.put(row, number)
	for len(row) < w.width {
		row = append(row, "")
	}
	w.width = len(row)
	for _, cell := range row {
		size += len(cell) + 1
	}
	if err := w.csv.Write(row); err != nil {
		return 0, fmt.Errorf("write a sheet: %w", err)
	}
	return size, nil
}

// empty says whether no row was written.
func (w *sheetWriter) empty() bool { return w.rows == 0 }

// close ends the file. It may be called again.
func (w *sheetWriter) close() error {
	if w.file == nil {
		return nil
	}
	w.csv.Flush()
	err := errors.Join(w.csv.Error(), w.out.Flush(), w.file.Close())
	w.file = nil
	if err != nil {
		return fmt.Errorf("write a sheet: %w", err)
	}
	return nil
}
