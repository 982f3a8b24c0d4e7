package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// prerelease is the schema of development versions. It is not migrated: all that was in it is in the exports.
const prerelease = 1

// migrations are applied in order, each once, each in its own transaction. One that has been released is never edited. The
// first one makes schema 2, the next 3.
var migrations = []string{
	`
CREATE TABLE account (
	id   INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	home TEXT NOT NULL DEFAULT '', -- marketplace by configuration
	order_parts INTEGER NOT NULL DEFAULT 0 -- how many it has in order_part
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
	seen       INTEGER NOT NULL, -- the later of the two
	from_at    INTEGER NOT NULL,
	to_at      INTEGER NOT NULL,
	latest     INTEGER NOT NULL,
	as_of      INTEGER NOT NULL, -- when the export was made, as far as can be known
	rows       INTEGER NOT NULL,
	fresh      INTEGER NOT NULL,
	changed    INTEGER NOT NULL,
	same       INTEGER NOT NULL,
	bad        INTEGER NOT NULL,
	elsewhere  TEXT NOT NULL DEFAULT '', -- another account that knew some of its orders before, and how many of those looked up
	elsewhere_orders INTEGER NOT NULL DEFAULT 0,
	new_marketplaces TEXT NOT NULL DEFAULT '', -- parted by blanks
	marketplaces TEXT NOT NULL DEFAULT '', -- that its rows name, parted by blanks
	refused    TEXT NOT NULL DEFAULT '',
	imported_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX import_once ON import (account, digest) WHERE refused = '';
CREATE INDEX import_by_size ON import (account, size) WHERE refused = '';
CREATE INDEX import_by_kind ON import (account, kind, seen, id);

-- Sums of import, so that a scrape does not cost the years: kept in the same transactions.
CREATE TABLE import_total (
	account       INTEGER NOT NULL,
	kind          TEXT NOT NULL,
	last_received INTEGER NOT NULL, -- of those imported
	newest        INTEGER NOT NULL, -- instant that any of them states, or was received at
	files         INTEGER NOT NULL,
	refused       INTEGER NOT NULL,
	rows          INTEGER NOT NULL,
	bad           INTEGER NOT NULL,
	PRIMARY KEY (account, kind)
) WITHOUT ROWID;

-- One row an order, with its lines in its body (see body.go), so that it is found and written at once. Rows lie in the
-- order of their arrival, which is about that of purchase: appending is cheap, and a window lies together.
CREATE TABLE orders (
	row        INTEGER PRIMARY KEY,
	account    INTEGER NOT NULL,
	id         INTEGER NOT NULL, -- see orderNumber; so in every table of facts
	bought_day INTEGER NOT NULL, -- on the marketplace's clock; derived, as the two below
	due_day    INTEGER NOT NULL, -- 0: no ship-by date known
	trouble    INTEGER NOT NULL, -- bits: what it counts for at any time, and 8: it is not confirmed yet
	body       BLOB NOT NULL
);
CREATE INDEX orders_bought ON orders (account, bought_day);
CREATE INDEX orders_due ON orders (account, due_day, trouble) WHERE due_day <> 0;
CREATE INDEX orders_trouble ON orders (account, bought_day, trouble) WHERE trouble & 7 <> 0;

-- Where an order's row is. Ids come at random, so this is no index of orders, in which each new row would be put at once
-- into some other page, but a table that sorted runs of orders are added to.
CREATE TABLE order_row (
	account INTEGER NOT NULL,
	key     INTEGER NOT NULL, -- of its id, see orderKey
	row     INTEGER NOT NULL,
	PRIMARY KEY (account, key)
) WITHOUT ROWID;

-- The same of the orders of an account's first import, where that was large: packed, for it is only read (see order_index.go).
CREATE TABLE order_part (
	part   INTEGER PRIMARY KEY, -- below 0: of an import that goes on
	orders BLOB NOT NULL -- ids and rows
);

-- Texts that many orders share: titles, SKUs, ship services. A body names them by id. Never changed, never deleted.
CREATE TABLE word (
	id   INTEGER PRIMARY KEY,
	hash INTEGER NOT NULL,
	text TEXT NOT NULL
);
CREATE INDEX word_hash ON word (hash);

-- Digests of the rows that an import brought and that say the same for ever, 8 bytes each.
CREATE TABLE settled (
	account INTEGER NOT NULL,
	import  INTEGER NOT NULL,
	part    INTEGER NOT NULL,
	digests BLOB NOT NULL,
	PRIMARY KEY (account, import, part)
) WITHOUT ROWID;

CREATE TABLE confirmation (
	account  INTEGER NOT NULL,
	id       INTEGER NOT NULL,
	item_id  TEXT NOT NULL,
	ship_day INTEGER NOT NULL,
	as_of    INTEGER NOT NULL,
	quantity INTEGER NOT NULL,
	carrier  TEXT NOT NULL,
	tracking TEXT NOT NULL,
	extra    TEXT NOT NULL, -- monitor.Extra; so in the tables below
	import   INTEGER NOT NULL, -- the file that changed it last, and its line
	file_line INTEGER NOT NULL,
	PRIMARY KEY (account, id, item_id)
) WITHOUT ROWID;

CREATE TABLE feedback (
	account  INTEGER NOT NULL,
	id       INTEGER NOT NULL,
	day      INTEGER NOT NULL,
	rating   INTEGER NOT NULL,
	comment  TEXT NOT NULL,
	response TEXT NOT NULL,
	as_of    INTEGER NOT NULL,
	extra    TEXT NOT NULL,
	import   INTEGER NOT NULL,
	file_line INTEGER NOT NULL,
	PRIMARY KEY (account, id)
) WITHOUT ROWID;
CREATE INDEX feedback_by_day ON feedback (account, day);

CREATE TABLE claim (
	account INTEGER NOT NULL,
	id      INTEGER NOT NULL,
	kind    TEXT NOT NULL,
	opened  INTEGER NOT NULL,
	status  TEXT NOT NULL,
	amount  TEXT NOT NULL,
	as_of   INTEGER NOT NULL,
	settled INTEGER NOT NULL, -- when a list first said that it does not count; 0: never
	extra   TEXT NOT NULL,
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
	extra       TEXT NOT NULL,
	import      INTEGER NOT NULL,
	file_line   INTEGER NOT NULL,
	PRIMARY KEY (account, subject, marketplace)
) WITHOUT ROWID;

-- Facts that hang on no order, by the kind of export that states them: monitor.Record as JSON. Rows lie in the order of
-- their arrival, as those of orders do, for the same reason.
CREATE TABLE record (
	row       INTEGER PRIMARY KEY,
	account   INTEGER NOT NULL,
	kind      TEXT NOT NULL,
	day       INTEGER NOT NULL, -- that it is about; 0: none
	body      TEXT NOT NULL,
	import    INTEGER NOT NULL,
	file_line INTEGER NOT NULL
);
CREATE INDEX record_by_day ON record (account, kind, day);

-- Where a record is, by a hash of its kind and key, and how recent its word is.
CREATE TABLE record_key (
	hash    INTEGER NOT NULL,
	account INTEGER NOT NULL,
	row     INTEGER NOT NULL,
	as_of   INTEGER NOT NULL, -- of the newest export that says so
	said    INTEGER NOT NULL, -- a hash of the body
	PRIMARY KEY (hash, account)
) WITHOUT ROWID;

-- Which records an export lists, of those that list all there is (see listed.go).
CREATE TABLE listed (
	import INTEGER NOT NULL,
	part   INTEGER NOT NULL,
	rows   BLOB NOT NULL,
	PRIMARY KEY (import, part)
) WITHOUT ROWID;

-- The triangle: sums of monitor.Order.Entries, kept in the transaction that changes the orders. A row holds the cells of
-- 32 days (see tally.go), so that a window is read in a few steps.
CREATE TABLE tally (
	account     INTEGER NOT NULL,
	marketplace TEXT NOT NULL,
	channel     TEXT NOT NULL,
	block       INTEGER NOT NULL, -- anchor day / 32
	cells       BLOB NOT NULL,
	PRIMARY KEY (account, marketplace, channel, block)
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
	worst       TEXT NOT NULL,
	pending     INTEGER NOT NULL,
	rounds      INTEGER NOT NULL,
	acked       TEXT NOT NULL, -- JSON of monitor.Ack, as the next; empty: none
	snoozed     TEXT NOT NULL,
	finding     TEXT NOT NULL, -- JSON
	PRIMARY KEY (account, marketplace, signal, subject)
) WITHOUT ROWID;

CREATE TABLE silence (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	account     TEXT NOT NULL, -- a name; empty: any, as in the columns below
	marketplace TEXT NOT NULL,
	signal      TEXT NOT NULL,
	subject     TEXT NOT NULL,
	from_severity TEXT NOT NULL,
	up_to       TEXT NOT NULL,
	from_at     INTEGER NOT NULL,
	until       INTEGER NOT NULL,
	reason      TEXT NOT NULL,
	author      TEXT NOT NULL,
	warned      INTEGER NOT NULL
);

-- Words about alerts that are decided and not said yet, written in the transaction of the decision.
CREATE TABLE waiting (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	account INTEGER NOT NULL,
	until   INTEGER NOT NULL, -- held back until then
	why     TEXT NOT NULL,
	notice  TEXT NOT NULL -- JSON
);
CREATE INDEX waiting_until ON waiting (until);
CREATE INDEX waiting_account ON waiting (account);

-- What each channel has heard of an alert; forgotten once it heard that it is over.
CREATE TABLE told (
	account     INTEGER NOT NULL,
	marketplace TEXT NOT NULL,
	signal      TEXT NOT NULL,
	subject     TEXT NOT NULL,
	channel     TEXT NOT NULL,
	thread      TEXT NOT NULL,
	raised      INTEGER NOT NULL,
	reminders   INTEGER NOT NULL,
	next        INTEGER NOT NULL, -- when to look again
	last        TEXT NOT NULL, -- JSON
	PRIMARY KEY (account, marketplace, signal, subject, channel)
) WITHOUT ROWID;
CREATE INDEX told_next ON told (next);

CREATE TABLE served (
	channel TEXT PRIMARY KEY,
	daily   INTEGER NOT NULL,
	weekly  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE outbox (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	account  INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	channel  TEXT NOT NULL,
	topic    TEXT NOT NULL, -- channel and living message: its notices are sent in their order
	notice   TEXT NOT NULL, -- JSON
	attempts INTEGER NOT NULL DEFAULT 0,
	next     INTEGER NOT NULL,
	trying   INTEGER NOT NULL DEFAULT 0, -- since when nobody knows whether it arrived: a sending began, and was not known to fail
	passed   INTEGER NOT NULL DEFAULT 0, -- when a copy went to another channel, because this one could not be reached
	sent     INTEGER NOT NULL DEFAULT 0,
	gave_up  INTEGER NOT NULL DEFAULT 0,
	ref      TEXT NOT NULL DEFAULT '', -- what the receiver calls it
	reason   TEXT NOT NULL DEFAULT ''  -- why it failed last
);
CREATE INDEX outbox_waiting ON outbox (id) WHERE sent = 0 AND gave_up = 0;
CREATE INDEX outbox_topic ON outbox (topic, id);
CREATE INDEX outbox_sent ON outbox (channel, id) WHERE sent <> 0 AND ref <> '';
`,
	`
-- What was ordered of each product, by blocks of 32 days of purchase (see sold.go). It is derived from orders: Settle
-- sums the blocks that are not there, an import changes those that are.
CREATE TABLE sold (
	account  INTEGER NOT NULL,
	block    INTEGER NOT NULL,
	products BLOB NOT NULL,
	PRIMARY KEY (account, block)
) WITHOUT ROWID;
`,
	`
-- What buyers said from a day on (see heard.go). It is derived, too; from_day is after every
-- day where an import has brought something that it lacks.
CREATE TABLE heard (
	account    INTEGER PRIMARY KEY,
	from_day   INTEGER NOT NULL,
	reader     TEXT NOT NULL, -- Store.CausesID
	complaints BLOB NOT NULL
);

-- Lists of all accounts among the imports of all, which are many: the checks of linked accounts look for them.
CREATE INDEX import_of_lists ON import (id) WHERE kind IN ('identities', 'accounts');
`,
	`
-- What every round asks of an account (see prepared.go), and for which days all else that Settle makes is there. It goes as soon as
-- what it is made of changes, and with an import all may.
CREATE TABLE prepared (
	account  INTEGER PRIMARY KEY,
	from_day INTEGER NOT NULL,
	until    INTEGER NOT NULL,
	reader   TEXT NOT NULL, -- Store.CausesID
	body     BLOB NOT NULL
);
CREATE TRIGGER prepared_import_insert AFTER INSERT ON import BEGIN DELETE FROM prepared WHERE account = new.account; END;
CREATE TRIGGER prepared_import_update AFTER UPDATE ON import BEGIN DELETE FROM prepared WHERE account = new.account; END;
CREATE TRIGGER prepared_total_insert AFTER INSERT ON import_total BEGIN DELETE FROM prepared WHERE account = new.account; END;
CREATE TRIGGER prepared_total_update AFTER UPDATE ON import_total BEGIN DELETE FROM prepared WHERE account = new.account; END;
CREATE TRIGGER prepared_tally_insert AFTER INSERT ON tally BEGIN DELETE FROM prepared WHERE account = new.account; END;
CREATE TRIGGER prepared_tally_update AFTER UPDATE ON tally BEGIN DELETE FROM prepared WHERE account = new.account; END;
CREATE TRIGGER prepared_tally_delete AFTER DELETE ON tally BEGIN DELETE FROM prepared WHERE account = old.account; END;
CREATE TRIGGER prepared_sold AFTER DELETE ON sold BEGIN DELETE FROM prepared WHERE account = old.account; END;
CREATE TRIGGER prepared_heard_update AFTER UPDATE ON heard BEGIN DELETE FROM prepared WHERE account = new.account; END;
CREATE TRIGGER prepared_heard_delete AFTER DELETE ON heard BEGIN DELETE FROM prepared WHERE account = old.account; END;
`,
}

// patience is how long to wait for a program that has the database to itself: a first import of some million rows.
const patience = time.Minute

// version reads the version of the database. It waits for a program that makes it, or loads it for the first time, for which SQLite
// itself does not wait when it changes the journal.
func (s *Store) version(ctx context.Context) (have int, err error) {
	ctx, stop := context.WithTimeoutCause(ctx, patience, errors.New("waited for a minute"))
	defer stop()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for {
		err = s.write.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have)
		switch {
		case err == nil:
			return have, nil
		case !isBusy(err) && ctx.Err() == nil:
			return 0, fmt.Errorf("read its version (is it a Goodstanding database?): %w", err)
		}
		select {
		case <-ctx.Done():
			return 0, fmt.Errorf("another program has it to itself, as a first large import does: try again when that is done: %w", context.Cause(ctx))
		case <-again.C:
		}
	}
}

// migrate brings the database to the newest schema.
func (s *Store) migrate(ctx context.Context) error {
	have, err := s.version(ctx)
	if err != nil {
		return err
	}
	newest := prerelease + len(migrations)
	switch {
	case have > newest:
		return fmt.Errorf("it was written by a newer version of Goodstanding (schema %d, this one knows %d); install that version", have, newest)
	case have == prerelease:
		return errors.New("it was written by a development version of Goodstanding; move it away, and put the files of the archive folder into the inbox again")
	}
	for v := max(have, prerelease) + 1; v <= newest; v++ {
		err := s.inTx(ctx, fmt.Sprintf("migrate to schema %d", v), func(tx *sql.Tx) error {
			var now int // another process may have opened it at the same time
			if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&now); err != nil || now >= v {
				return err
			}
			if _, err := tx.ExecContext(ctx, migrations[v-prerelease-1]); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", v))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
