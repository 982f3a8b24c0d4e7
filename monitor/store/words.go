package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"

	"github.com/cespare/xxhash/v2"
)

// Bounds of what a dictionary remembers; beyond them it forgets all and asks the database again.
const (
	rememberedWords = 50_000
	rememberedText  = 8 << 20 // bytes
	wordsAtOnce     = 30      // read from the table: ten products
)

// dictionary knows words of the word table: texts by id, and ids by text. It is safe for concurrent use. What a
// transaction adds is in a dictionary of its own, for ids are given again after a rollback; the committed one adopts it.
type dictionary struct {
	committed *dictionary // nil: this is it

	mu    sync.Mutex
	ids   map[string]int64
	texts map[int64]string
	size  int
}

func newDictionary(committed *dictionary) *dictionary {
	return &dictionary{committed: committed, ids: map[string]int64{}, texts: map[int64]string{}}
}

// find looks for a word in memory.
func (d *dictionary) find(text string) (id int64, ok bool) {
	d.mu.Lock()
	id, ok = d.ids[text]
	d.mu.Unlock()
	if !ok && d.committed != nil {
		return d.committed.find(text)
	}
	return id, ok
}

// adopt takes over the words of a transaction that was committed.
func (d *dictionary) adopt(words *dictionary) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for id, text := range words.texts {
		if _, known := d.texts[id]; !known {
			d.remember(id, text)
		}
	}
}

// remember notes a word, which must not be a part of a longer text, and says whether it forgot all others for it.
func (d *dictionary) remember(id int64, text string) (forgot bool) {
	if forgot = len(d.texts) >= rememberedWords || d.size >= rememberedText; forgot {
		clear(d.ids)
		clear(d.texts)
		d.size = 0
	}
	d.ids[text], d.texts[id] = id, text
	d.size += len(text)
	return forgot
}

// forget gives the memory of all words back.
func (d *dictionary) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ids, d.texts, d.size = map[string]int64{}, map[int64]string{}, 0
}

// text returns the word of an id; 0 is the empty one.
func (d *dictionary) text(ctx context.Context, q querier, id int64) (string, error) {
	if id == 0 {
		return "", nil
	}
	d.mu.Lock()
	text, ok := d.texts[id]
	d.mu.Unlock()
	if ok {
		return text, nil
	}
	// Words that came together have ids that lie together, and are asked for together.
	type word struct {
		id   int64
		text string
	}
	first := (id-1)/wordsAtOnce*wordsAtOnce + 1
	near, err := collect(ctx, q, func(rows *sql.Rows) (w word, err error) { return w, rows.Scan(&w.id, &w.text) },
		"SELECT id, text FROM word WHERE id BETWEEN ? AND ?", first, first+wordsAtOnce-1)
	if err != nil {
		return "", fmt.Errorf("read word %d: %w", id, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range near {
		if w.id == id {
			text, ok = w.text, true
		}
		if _, known := d.texts[w.id]; !known {
			d.remember(w.id, w.text)
		}
	}
	if !ok {
		return "", fmt.Errorf("read word %d: %w", id, sql.ErrNoRows)
	}
	return text, nil
}

// wordTable adds words to the word table, and to the dictionary of its transaction.
type wordTable struct {
	ctx   context.Context
	tx    sharedTx
	words *dictionary
	table *bulk
	last  int64 // the id given last
	whole bool  // the dictionary has all words of the table, so none need be looked for there
}

func openWordTable(ctx context.Context, conn *sql.Conn, tx *sql.Tx, words *dictionary) (*wordTable, error) {
	t := &wordTable{ctx: ctx, words: words, table: newBulk(ctx, conn, "word", "hash", "text")}
	if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM word").Scan(&t.last); err != nil {
		return nil, fmt.Errorf("find the last word: %w", err)
	}
	t.whole = t.last == 0
	return t, nil
}

// id returns the id of a word, which is added to the table if it is new.
func (t *wordTable) id(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	id, ok := t.words.find(text)
	if ok {
		return id, nil
	}
	hash := int64(xxhash.Sum64String(text)) //nolint:gosec // any 64 bits do
	isNew := t.whole
	if !t.whole {
		err := t.tx.QueryRowContext(t.ctx, "SELECT id FROM word WHERE hash = ? AND text = ?", hash, text).Scan(&id)
		isNew = errors.Is(err, sql.ErrNoRows)
		if err != nil && !isNew {
			return 0, fmt.Errorf("find a word's id: %w", err)
		}
	}
	text = strings.Clone(text) // it may be a part of a whole row
	if isNew {
		t.last++ // SQLite gives a new row the number after the last one's
		id = t.last
		if err := t.table.add(hash, text); err != nil {
			return 0, err
		}
	}
	t.words.mu.Lock()
	defer t.words.mu.Unlock()
	if t.words.remember(id, text) {
		t.whole = false
	}
	return id, nil
}

// finish writes the rest, and makes sure that every word has the id that it was given.
func (t *wordTable) finish() error {
	var last int64
	if err := t.tx.QueryRowContext(t.ctx, "SELECT coalesce(max(id), 0) FROM word").Scan(&last); err != nil {
		return fmt.Errorf("find the last word: %w", err)
	}
	if last != t.last {
		return fmt.Errorf("the last word has the number %d instead of %d", last, t.last)
	}
	return nil
}

// speller gives the ids of the words of one file. Nearly all of them came a moment ago, so it looks there before it asks
// the dictionary: at the few words that every row has, and at the product of the SKU.
type speller struct {
	id       func(string) (int64, error)
	recent   [16]spelled
	next     int
	products map[string]product
	numbered []numbered
	err      error // the first one; the ids are then of no use
}

// numbered is the ids of the product to which the reader gave a number. It is small, so that those of a file stay in the
// processor's cache.
type numbered struct{ number, sku, asin, title uint32 }

// numberedProducts is how many of them a speller has at hand, each in the place that its number gives it.
const numberedProducts = 1 << 13

// spelled is a word and its id.
type spelled struct {
	text string
	id   uint64
}

// product is the three words of a line that usually come together, and their ids.
type product struct {
	asin, title            string
	skuID, asinID, titleID uint64
}

// rememberedProducts bounds the products of a speller.
const rememberedProducts = 20_000

func newSpeller(id func(string) (int64, error)) *speller {
	return &speller{id: id, products: map[string]product{}}
}

func (s *speller) ask(text string) uint64 {
	id, err := s.id(text)
	if s.err == nil {
		s.err = err
	}
	return uint64(id) //nolint:gosec // ids are positive
}

// common returns the id of a word that comes in very many rows: a status, a currency.
func (s *speller) common(text string) uint64 {
	if text == "" {
		return 0
	}
	for i := range s.recent {
		if s.recent[i].text == text {
			return s.recent[i].id
		}
	}
	id := s.ask(text)
	s.recent[s.next] = spelled{strings.Clone(text), id}
	s.next = (s.next + 1) % len(s.recent)
	return id
}

// product returns the ids of the SKU, ASIN and title of a line.
func (s *speller) product(l *line) (sku, asin, title uint64) {
	if l.product == 0 {
		p := s.productOf(l.SKU, l.ASIN, l.Title)
		return p.skuID, p.asinID, p.titleID
	}
	if s.numbered == nil {
		s.numbered = make([]numbered, numberedProducts)
	}
	n := &s.numbered[l.product%numberedProducts]
	if n.number != l.product {
		sku, asin, title = s.ask(l.SKU), s.ask(l.ASIN), s.ask(l.Title)
		if max(sku, asin, title) > math.MaxUint32 {
			return sku, asin, title
		}
		*n = numbered{l.product, uint32(sku), uint32(asin), uint32(title)} //nolint:gosec // was looked at
	}
	return uint64(n.sku), uint64(n.asin), uint64(n.title)
}

// productOf returns the ids of a product, found by its SKU.
func (s *speller) productOf(sku, asin, title string) product {
	p, ok := s.products[sku]
	if ok && p.asin == asin && p.title == title {
		return p
	}
	p = product{strings.Clone(asin), strings.Clone(title), s.ask(sku), s.ask(asin), s.ask(title)}
	if len(s.products) >= rememberedProducts {
		clear(s.products)
	}
	s.products[strings.Clone(sku)] = p
	return p
}
