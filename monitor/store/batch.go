package store

import (
	"context"
	"errors"
	"fmt"

	"goodstanding/monitor"
)

const (
	batchOrders = 200              // read, merged and written at a time: few enough to stay in a core's cache on their way
	batchRows   = 20 * batchOrders // bounds a batch in which few orders have very many rows
	noOrder     = -1
)

// row is a fact, where in the file it stands, and which of the batch's orders it is about.
type row struct {
	fact  monitor.Fact // nil: the next one of batch.sightings
	place monitor.Place
	order int  // index of batch.ids, or noOrder
	along bool // it is told along with another fact of the same row, and is no row of its own
}

// batch is some rows of a file and the orders that they name.
type batch struct {
	rows      []row
	sightings []monitor.Sighting // most rows are: their memory is used again
	ids       []int64
	places    orderPlaces // of ids
	found     []int64     // rows of the ids in the database before the import, see finder; 0: none; empty: nobody looked
	failed    error       // why it could not be looked
	fell      any         // what the finder panicked with
}

func newBatch() *batch {
	return &batch{rows: make([]row, 0, 2*batchOrders), ids: make([]int64, 0, batchOrders)}
}

func (b *batch) clear() {
	clear(b.rows)
	clear(b.places[:])
	b.rows, b.sightings, b.ids, b.found = b.rows[:0], b.sightings[:0], b.ids[:0], b.found[:0]
}

// feeder gathers rows into batches and hands them to a merger that works on another core.
type feeder struct {
	known  *digests
	finder *finder // nil: the merger looks orders up itself
	read   int     // rows, those that were known included

	batch *batch
	full  chan *batch
	empty chan *batch
	ended chan struct{} // the merger has stopped
	err   error         // why; to be read once ended is closed
	fell  any           // what it panicked with
}

// merge starts a merger on what will be fed.
func (f *feeder) merge(ctx context.Context, m *merger) {
	f.batch, f.full, f.empty, f.ended = newBatch(), make(chan *batch, 1), make(chan *batch, 4), make(chan struct{})
	f.empty <- newBatch()
	f.empty <- newBatch()
	var full <-chan *batch = f.full
	if f.finder != nil {
		full = f.finder.run(m.ctx, full, f.ended)
		f.empty <- newBatch()
	}
	go func() {
		defer close(f.ended)
		defer func() { f.fell = recover() }()
		for b := range full {
			if b.fell != nil {
				panic(b.fell)
			}
			if f.err = errors.Join(ctx.Err(), b.failed); f.err == nil {
				f.err = m.merge(b)
			}
			if f.err != nil {
				return
			}
			b.clear()
			f.empty <- b
		}
	}()
}

// same implements Rows.Same.
func (f *feeder) same(rows int) { f.read += rows }

// add implements Rows.Add.
func (f *feeder) add(at monitor.Place, fact monitor.Fact) error {
	f.read++
	if err := f.put(at, fact, false); err != nil {
		return err
	}
	r, ok := fact.(monitor.Return)
	if !ok || !r.AToZ {
		return nil
	}
	if _, err := orderNumber(r.OrderID); err != nil {
		return nil //nolint:nilerr // the return is kept; no order export can have the order
	}
	return f.put(at, r.Claim(), true)
}

// see implements Rows.See.
func (f *feeder) see(at monitor.Place, s *monitor.Sighting) error {
	f.read++
	order, err := f.order(s.OrderID)
	if err != nil {
		return err
	}
	f.batch.sightings = append(f.batch.sightings, *s)
	f.batch.rows = append(f.batch.rows, row{place: at, order: order})
	return nil
}

// put adds a fact to the batch.
func (f *feeder) put(at monitor.Place, fact monitor.Fact, along bool) (err error) {
	order := noOrder
	switch fact := fact.(type) {
	case monitor.Sighting:
		order, err = f.order(fact.OrderID)
	case monitor.Confirmation:
		order, err = f.order(fact.OrderID)
	case monitor.Feedback:
		order, err = f.order(fact.OrderID)
	case monitor.Claim:
		order, err = f.order(fact.OrderID)
	case monitor.AccountRecord, monitor.Record:
		if len(f.batch.rows) >= batchRows {
			err = f.send()
		}
	default:
		err = fmt.Errorf("the store cannot keep a %T", fact)
	}
	if err != nil {
		return err
	}
	f.batch.rows = append(f.batch.rows, row{fact, at, order, along})
	return nil
}

// order returns the index of an order in the batch, which has room for one more row of it.
func (f *feeder) order(id string) (int, error) {
	number, err := orderNumber(id)
	if err != nil {
		return 0, err
	}
	// Most often it is the order of the row above, or a new one.
	b := f.batch
	order := len(b.ids) - 1
	if order < 0 || b.ids[order] != number {
		order = b.places.find(b.ids, number)
	}
	if len(b.rows) >= batchRows || len(b.ids) == batchOrders && order < 0 {
		if err := f.send(); err != nil {
			return 0, err
		}
		b, order = f.batch, -1
	}
	if order < 0 {
		order = len(b.ids)
		b.ids = append(b.ids, number)
		b.places.add(b.ids)
	}
	return order, nil
}

// send hands the batch over and takes an empty one.
func (f *feeder) send() error {
	select {
	case f.full <- f.batch:
	case <-f.ended:
		return f.failure()
	}
	select {
	case f.batch = <-f.empty:
		return nil
	case <-f.ended:
		return f.failure()
	}
}

// finish hands over the last batch and waits until all is merged. It must be called, whatever went wrong before.
func (f *feeder) finish(failed error) error {
	if failed == nil {
		select {
		case f.full <- f.batch:
		case <-f.ended:
		}
	}
	close(f.full)
	<-f.ended
	if failed != nil {
		return failed
	}
	return f.failure()
}

// failure returns why the merger stopped, and goes on with its panic here, where the transaction is rolled back.
func (f *feeder) failure() error {
	if f.fell != nil {
		panic(f.fell)
	}
	return f.err
}
