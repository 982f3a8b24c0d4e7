package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"goodstanding/monitor"
)

// Records returns an account's records of a kind that are about a day within from..to, as T, by day and key.
func Records[T monitor.Record](ctx context.Context, s *Store, name string, kind monitor.ExportKind, from, to monitor.Day) ([]T, error) {
	id, _, err := account(ctx, s.read, name)
	if err != nil {
		return nil, err
	}
	records, err := collect(ctx, s.read, func(rows *sql.Rows) (r T, err error) {
		var body []byte
		var asOf int64
		if err := rows.Scan(&body, &asOf); err != nil {
			return r, err
		}
		return r, json.Unmarshal(body, &r)
	}, "SELECT body, as_of FROM record WHERE account = ? AND kind = ? AND day BETWEEN ? AND ? ORDER BY day, key", id, string(kind), int64(from), int64(to))
	if err != nil {
		return nil, fmt.Errorf("read records of %s: %w", kind, err)
	}
	return records, nil
}
