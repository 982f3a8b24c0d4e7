package store

import (
	"context"
	"database/sql"
	"fmt"
)

// migrations are applied in order, each once, each in its own transaction. One that has been released is never edited.
var migrations = []string{
	`
CREATE TABLE account (
	id   INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	home TEXT NOT NULL DEFAULT '' -- marketplace by configuration
);

-- One row a file that arrived. A refused one has its reason; its content may arrive again.
CREATE TABLE import (
	id         INTEGER PRIMARY KEY,
	account    INTEGER NOT NULL REFERENCES account (id),
	kind       TEXT NOT NULL,
	name       TEXT NOT NULL,
	digest     TEXT NOT NULL,
	size       INTEGER NOT NULL,
	received   INTEGER NOT NULL,
	again      INTEGER NOT NULL DEFAULT 0, -- when the same content was last received again
	from_at    INTEGER NOT NULL,
	to_at      INTEGER NOT NULL,
	latest     INTEGER NOT NULL,
	rows       INTEGER NOT NULL,
	fresh      INTEGER NOT NULL,
	changed    INTEGER NOT NULL,
	same       INTEGER NOT NULL,
	bad        INTEGER NOT NULL,
	refused    TEXT NOT NULL DEFAULT '',
	imported_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX import_once ON import (account, digest) WHERE refused = '';
CREATE INDEX import_by_kind ON import (account, kind, received);

-- Sums of import, so that a scrape does not cost the years: kept in the same transactions.
CREATE TABLE import_total (
	account       INTEGER NOT NULL,
	kind          TEXT NOT NULL,
	last_received INTEGER NOT NULL, -- of those imported
	files         INTEGER NOT NULL,
	refused       INTEGER NOT NULL,
	rows          INTEGER NOT NULL,
	bad           INTEGER NOT NULL,
	PRIMARY KEY (account, kind)
) WITHOUT ROWID;

CREATE TABLE orders (
	account       INTEGER NOT NULL,
	id            TEXT NOT NULL,
	marketplace   TEXT NOT NULL,
	strength      INTEGER NOT NULL,
	channel       TEXT NOT NULL,
	purchased     INTEGER NOT NULL,
	ship_by       INTEGER NOT NULL,
	ship_by_as_of INTEGER NOT NULL,
	deliver_by    INTEGER NOT NULL,
	ship_service  TEXT NOT NULL,
	status        TEXT NOT NULL,
	status_at     INTEGER NOT NULL,
	unshipped     INTEGER NOT NULL,
	shipped       INTEGER NOT NULL,
	shipped_as_of INTEGER NOT NULL,
	cancelled     INTEGER NOT NULL,
	item_cancelled INTEGER NOT NULL,
	marks         INTEGER NOT NULL,
	bought_day    INTEGER NOT NULL, -- on the marketplace's clock; derived, as the two below
	due_day       INTEGER NOT NULL, -- 0: no ship-by date known
	trouble       INTEGER NOT NULL, -- bits: what it counts for at any time
	import        INTEGER NOT NULL, -- the file that changed it last, and its line; so in every table of facts
	file_line     INTEGER NOT NULL,
	PRIMARY KEY (account, id)
) WITHOUT ROWID;
CREATE INDEX orders_bought ON orders (account, bought_day);
CREATE INDEX orders_due ON orders (account, due_day);
CREATE INDEX orders_trouble ON orders (account, bought_day, trouble) WHERE trouble <> 0;

-- Lines of an order by SKU and how many lines with that SKU came before: All Orders has no line id before May 2026,
-- and the same SKU may stand twice in an order.
CREATE TABLE line (
	account  INTEGER NOT NULL,
	id       TEXT NOT NULL,
	sku      TEXT NOT NULL,
	n        INTEGER NOT NULL,
	item_id  TEXT NOT NULL,
	asin     TEXT NOT NULL,
	title    TEXT NOT NULL,
	quantity INTEGER NOT NULL,
	status   TEXT NOT NULL,
	price    TEXT NOT NULL,
	currency TEXT NOT NULL,
	updated  INTEGER NOT NULL,
	import   INTEGER NOT NULL,
	file_line INTEGER NOT NULL,
	PRIMARY KEY (account, id, sku, n)
) WITHOUT ROWID;

CREATE TABLE confirmation (
	account  INTEGER NOT NULL,
	id       TEXT NOT NULL,
	item_id  TEXT NOT NULL,
	ship_day INTEGER NOT NULL,
	as_of    INTEGER NOT NULL,
	quantity INTEGER NOT NULL,
	carrier  TEXT NOT NULL,
	tracking TEXT NOT NULL,
	import   INTEGER NOT NULL,
	file_line INTEGER NOT NULL,
	PRIMARY KEY (account, id, item_id)
) WITHOUT ROWID;

CREATE TABLE feedback (
	account  INTEGER NOT NULL,
	id       TEXT NOT NULL,
	day      INTEGER NOT NULL,
	rating   INTEGER NOT NULL,
	comment  TEXT NOT NULL,
	response TEXT NOT NULL,
	as_of    INTEGER NOT NULL,
	import   INTEGER NOT NULL,
	file_line INTEGER NOT NULL,
	PRIMARY KEY (account, id)
) WITHOUT ROWID;
CREATE INDEX feedback_by_day ON feedback (account, day);

CREATE TABLE claim (
	account INTEGER NOT NULL,
	id      TEXT NOT NULL,
	kind    TEXT NOT NULL,
	opened  INTEGER NOT NULL,
	status  TEXT NOT NULL,
	amount  TEXT NOT NULL,
	as_of   INTEGER NOT NULL,
	settled INTEGER NOT NULL, -- when a list first said that it does not count; 0: never
	import  INTEGER NOT NULL,
	file_line INTEGER NOT NULL,
	PRIMARY KEY (account, id, kind)
) WITHOUT ROWID;
CREATE INDEX claim_by_day ON claim (account, opened);

-- What accounts.csv says; subject is the account that a row is about, account the folder that the file came in.
CREATE TABLE account_record (
	account     INTEGER NOT NULL,
	subject     TEXT NOT NULL,
	marketplace TEXT NOT NULL,
	name        TEXT NOT NULL,
	status      TEXT NOT NULL,
	opened      INTEGER, -- days; NULL where not told
	suspended   INTEGER,
	as_of       INTEGER NOT NULL,
	import      INTEGER NOT NULL,
	file_line   INTEGER NOT NULL,
	PRIMARY KEY (account, subject, marketplace)
) WITHOUT ROWID;

-- Facts that hang on no order, by the kind of export that states them: monitor.Record as JSON.
CREATE TABLE record (
	account   INTEGER NOT NULL,
	kind      TEXT NOT NULL,
	key       TEXT NOT NULL,
	day       INTEGER NOT NULL, -- that it is about; 0: none
	as_of     INTEGER NOT NULL,
	body      TEXT NOT NULL,
	import    INTEGER NOT NULL,
	file_line INTEGER NOT NULL,
	PRIMARY KEY (account, kind, key)
) WITHOUT ROWID;
CREATE INDEX record_by_day ON record (account, kind, day);

-- The triangle: sums of monitor.Order.Entries, kept in the transaction that changes the orders.
CREATE TABLE tally (
	account     INTEGER NOT NULL,
	marketplace TEXT NOT NULL,
	channel     TEXT NOT NULL,
	anchor      INTEGER NOT NULL,
	measure     TEXT NOT NULL,
	known       INTEGER NOT NULL,
	n           INTEGER NOT NULL,
	PRIMARY KEY (account, marketplace, channel, anchor, measure, known)
) WITHOUT ROWID;

-- What each check found: the newest run of each hour.
CREATE TABLE run (
	account  INTEGER NOT NULL,
	signal   TEXT NOT NULL,
	at       INTEGER NOT NULL,
	took_us  INTEGER NOT NULL,
	error    TEXT NOT NULL,
	findings TEXT NOT NULL, -- JSON
	PRIMARY KEY (account, signal, at)
) WITHOUT ROWID;

CREATE TABLE alert (
	account     INTEGER NOT NULL,
	marketplace TEXT NOT NULL,
	signal      TEXT NOT NULL,
	subject     TEXT NOT NULL,
	severity    TEXT NOT NULL,
	opened      INTEGER NOT NULL,
	changed     INTEGER NOT NULL,
	judged      INTEGER NOT NULL,
	blind_since INTEGER NOT NULL,
	milder      INTEGER NOT NULL,
	resolved    INTEGER NOT NULL, -- 0 while it lasts
	told        TEXT NOT NULL,
	finding     TEXT NOT NULL, -- JSON
	PRIMARY KEY (account, marketplace, signal, subject)
) WITHOUT ROWID;

CREATE TABLE outbox (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	account  INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	channel  TEXT NOT NULL,
	topic    TEXT NOT NULL, -- the alert that it is about
	notice   TEXT NOT NULL, -- JSON
	attempts INTEGER NOT NULL DEFAULT 0,
	next     INTEGER NOT NULL,
	trying   INTEGER NOT NULL DEFAULT 0, -- when it was last about to be sent: with neither sent nor a failure since, nobody knows
	sent     INTEGER NOT NULL DEFAULT 0,
	gave_up  INTEGER NOT NULL DEFAULT 0,
	ref      TEXT NOT NULL DEFAULT '', -- what the receiver calls it
	reason   TEXT NOT NULL DEFAULT ''  -- why it failed last
);
CREATE INDEX outbox_waiting ON outbox (id) WHERE sent = 0 AND gave_up = 0;
CREATE INDEX outbox_topic ON outbox (topic, id) WHERE sent = 0 AND gave_up = 0;
`,
}

// migrate brings the database to the newest schema.
func (s *Store) migrate(ctx context.Context) error {
	var have int
	if err := s.write.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil {
		return fmt.Errorf("read its version (is it a Goodstanding database?): %w", err)
	}
	if have > len(migrations) {
		return fmt.Errorf("it was written by a newer version of Goodstanding (schema %d, this one knows %d); install that version", have, len(migrations))
	}
	for v := have; v < len(migrations); v++ {
		err := s.inTx(ctx, fmt.Sprintf("migrate to schema %d", v+1), func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, migrations[v]); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", v+1))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
