// Command duckdb loads an All Orders file into a DuckDB database, for the comparison of cmd/bench. It is a module of its
// own, because its library is far larger than Goodstanding.
package main

import (
	"database/sql"
	"fmt"
	"os"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2"
)

// typed are the columns that Goodstanding's peers keep, with their types.
const typed = `
	SELECT CAST(replace("amazon-order-id", '-', '') AS BIGINT) AS ord, CAST("order-item-id" AS BIGINT) AS item,
		CAST("purchase-date" AS TIMESTAMPTZ) AS bought, CAST("last-updated-date" AS TIMESTAMPTZ) AS updated,
		"order-status" AS status, "fulfillment-channel" AS channel, "item-status" AS item_status, CAST(quantity AS INTEGER) AS quantity,
		CAST(round(CAST("item-price" AS DOUBLE) * 100) AS INTEGER) AS cents, asin, sku, "ship-service-level" AS service, 1 AS account
	FROM read_csv(?, delim = '\t', header = true, quote = '', escape = '', all_varchar = true)`

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: duckdb typed|key|auto FILE DATABASE")
		os.Exit(2)
	}
	if err := load(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "duckdb:", err)
		os.Exit(1)
	}
}

func load(form, file, path string) error {
	db, err := sql.Open("duckdb", path)
	if err != nil {
		return err
	}
	defer db.Close()
	var steps []string
	switch form {
	case "typed":
		steps = []string{"SET preserve_insertion_order = false", "CREATE TABLE t AS" + typed}
	case "key":
		steps = []string{
			"SET preserve_insertion_order = false",
			`CREATE TABLE t (ord BIGINT, item BIGINT, bought TIMESTAMPTZ, updated TIMESTAMPTZ, status VARCHAR, channel VARCHAR, item_status VARCHAR,
				quantity INTEGER, cents INTEGER, asin VARCHAR, sku VARCHAR, service VARCHAR, account INTEGER, PRIMARY KEY (account, ord, item))`,
			"INSERT INTO t" + typed,
		}
	case "auto":
		steps = []string{"CREATE TABLE t AS SELECT * FROM read_csv(?, delim = '\t', header = true, quote = '', escape = '')"}
	default:
		return fmt.Errorf("no form %q", form)
	}
	for _, step := range steps {
		var args []any
		if strings.Contains(step, "?") {
			args = append(args, file)
		}
		if _, err := db.Exec(step, args...); err != nil {
			return err
		}
	}
	return nil
}
