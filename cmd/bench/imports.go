package main

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver that is measured
)

// ours imports files as a user does.
func (b *bench) ours(name string, files ...string) (contender, error) {
	config, database, err := b.config(name)
	return contender{
		name:  "**Goodstanding, `import`**",
		again: func() error { return remove(database) },
		run: func() (cost, error) {
			return b.spend("", b.us, append([]string{"--config", config, "import", "--account", "shop"}, files...)...)
		},
	}, err
}

// firstImports compares the first import of a file with what others need to load it.
func (b *bench) firstImports(rows int) error {
	file := filepath.Join(b.dir, "first.txt")
	if err := (export{to: rows, open: rows * 95 / 100}).write(file); err != nil {
		return err
	}
	us, err := b.ours("first", file)
	if err != nil {
		return err
	}
	database := filepath.Join(b.dir, "peer.db")
	again := func() error { return remove(database) }
	all := []contender{us,
		{"`sqlite3 .import`, 34 text columns, no key", again, func() (cost, error) {
			return b.spend(importScript(file), "sqlite3", database)
		}},
		{"mattn/go-sqlite3, prepared inserts of parsed rows, 13 typed columns, key", again, func() (cost, error) {
			return b.spend("", b.self, "-inserts", file, database)
		}},
	}
	if b.duck != "" {
		for _, form := range []struct{ name, arg string }{
			{"DuckDB `read_csv`, 13 typed columns, no key, any order", "typed"},
			{"DuckDB `read_csv`, 13 typed columns, primary key", "key"},
			{"DuckDB `read_csv`, all columns, types found by itself", "auto"},
		} {
			all = append(all, contender{form.name, again, func() (cost, error) { return b.spend("", b.duck, form.arg, file, database) }})
		}
	}
	costs, err := b.race(all)
	if err != nil {
		return err
	}
	fmt.Printf("### First import of %d rows\n\n", rows)
	b.table(rows, all, costs)
	return nil
}

// importScript is what sqlite3 is told to load a file.
func importScript(file string) string {
	names := strings.Split(strings.TrimSpace(columns), "\t")
	for i, name := range names {
		names[i] = strconv.Quote(name) + " TEXT"
	}
	return "CREATE TABLE t (" + strings.Join(names, ", ") + ");\n.mode tabs\n.import --skip 1 " + strconv.Quote(file) + " t\n"
}

// shapes compares imports of our own: of the same rows again, of as many rows in many accounts, of ten times as many.
func (b *bench) shapes(rows int, large bool) error {
	first, again := filepath.Join(b.dir, "first.txt"), filepath.Join(b.dir, "again.txt")
	// A later download: 5 % of the rows are gone, the newest 5 % have changed, 5 % are new.
	if err := (export{from: rows / 20, to: rows + rows/20, open: rows + rows}).write(again); err != nil {
		return err
	}
	const accounts = 100
	dir := filepath.Join(b.dir, "many")
	for a := range accounts {
		if err := (export{account: a + 1, to: rows / accounts, open: rows}).write(filepath.Join(dir, strconv.Itoa(a), "orders.txt")); err != nil {
			return err
		}
	}
	us, err := b.ours("one", first)
	if err != nil {
		return err
	}
	us.name = "**first import, one account**"
	saved := filepath.Join(b.dir, "saved.db")
	config, database, err := b.config("later")
	if err != nil {
		return err
	}
	later := func(file string) contender {
		return contender{
			again: func() error { return copyFile(database, saved) },
			run: func() (cost, error) {
				return b.spend("", b.us, "--config", config, "import", "--account", "shop", file)
			},
		}
	}
	_, oneDatabase, err := b.config("one")
	if err != nil {
		return err
	}
	once := us.run
	us.run = func() (cost, error) {
		took, err := once()
		if err == nil {
			err = copyFile(saved, oneDatabase)
		}
		return took, err
	}
	same, identical := later(again), later(first)
	same.name, identical.name = "a later file: 90 % the same rows, 5 % changed, 5 % new", "the identical file"
	many := contender{
		name:  "first import, 100 accounts, a file each, one process",
		again: func() error { return remove(database) },
		run:   func() (cost, error) { return b.spend("", b.us, "--config", config, "report", dir) },
	}
	all := []contender{us, same, identical, many}
	costs, err := b.race(all)
	if err != nil {
		return err
	}
	fmt.Printf("### Imports of %d rows\n\n(The report over 100 accounts also runs every check and prints its findings.)\n\n", rows)
	b.table(rows, all, costs)
	if !large {
		return nil
	}
	ten := filepath.Join(b.dir, "ten.txt")
	if err := (export{to: 10 * rows, open: 10 * rows}).write(ten); err != nil {
		return err
	}
	defer removeAll(ten)
	us, err = b.ours("ten", ten)
	if err != nil {
		return err
	}
	us.name = fmt.Sprintf("**first import of %d rows**", 10*rows)
	b.rounds = 1
	if costs, err = b.race([]contender{us}); err != nil {
		return err
	}
	b.table(10*rows, []contender{us}, costs)
	return nil
}

// bareInserts parses a file, and then times nothing but the inserts of its rows, one statement a row, in one transaction.
func bareInserts(ctx context.Context, file, database string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	var rows [][13]any
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	lines.Scan() // the header
	for lines.Scan() {
		c := strings.Split(lines.Text(), "\t")
		order, _ := strconv.ParseInt(strings.ReplaceAll(c[0], "-", ""), 10, 64) // made by this program: it is a number
		item, _ := strconv.ParseInt(c[5], 10, 64)
		bought, _ := time.Parse(time.RFC3339, c[2])
		updated, _ := time.Parse(time.RFC3339, c[3])
		quantity, _ := strconv.ParseInt(c[14], 10, 64)
		price, _ := strconv.ParseFloat(c[16], 64)
		rows = append(rows, [13]any{1, order, item, bought.Unix(), updated.Unix(), c[4], c[6], c[13], quantity, int64(price * 100), c[12], c[11], c[9]})
	}
	if err := lines.Err(); err != nil {
		return err
	}
	db, err := sql.Open("sqlite3", "file:"+database+"?_journal_mode=WAL")
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, `CREATE TABLE t (account INTEGER, ord INTEGER, item INTEGER, bought INTEGER, updated INTEGER, status TEXT, channel TEXT,
		item_status TEXT, quantity INTEGER, cents INTEGER, asin TEXT, sku TEXT, service TEXT, PRIMARY KEY (account, bought, ord, item)) WITHOUT ROWID`)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	insert, err := tx.PrepareContext(ctx, "INSERT INTO t VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)")
	if err != nil {
		return err
	}
	defer insert.Close()
	for i := range rows {
		if _, err := insert.ExecContext(ctx, rows[i][:]...); err != nil {
			return err
		}
	}
	return tx.Commit()
}
