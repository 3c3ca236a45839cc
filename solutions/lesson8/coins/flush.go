package coins

import (
	"bytes"
	"fmt"
	"slices"

	"nodebook/solutions/lesson7/block"
)

// Flush writes what has changed since the last flush, and the hash of the block
// whose coins these are under [TipKey], in one call of Update: after a crash the
// database has the coins of one block, the old one or the new one. Coins that were
// added are put, coins of the database that were spent are deleted, and no other key
// is named, so not that of a coin that was made and spent since. Both lists are in
// the order of their keys' bytes, which spares the database half of its work.
//
// Afterwards the cache knows nothing. If Update returns an error, that is returned,
// and the cache is as before, so that Flush can be called again. If [Cache.Err] is
// not nil, Flush returns that and writes nothing.
func (c *Cache) Flush(tip block.Hash) error {
	// BEGIN SOLUTION
	if c.err != nil {
		return c.err
	}
	puts := []Pair{{Key: TipKey, Value: tip[:]}}
	var deletes [][]byte
	for p, e := range c.entries {
		switch {
		case !e.dirty:
		case e.there:
			puts = append(puts, Pair{Key: Key(p), Value: AppendCoin(nil, e.coin)})
		default:
			deletes = append(deletes, Key(p))
		}
	}
	slices.SortFunc(puts, func(a, b Pair) int { return bytes.Compare(a.Key, b.Key) })
	slices.SortFunc(deletes, bytes.Compare)
	if err := c.db.Update(puts, deletes); err != nil {
		return fmt.Errorf("flush: %w", err)
	}
	clear(c.entries)
	return nil
	// END SOLUTION
}

// Tip returns the hash of the block whose coins are in a database, and false if
// nothing was ever flushed.
func Tip(db DB) (block.Hash, bool, error) {
	b, err := db.Get(TipKey)
	switch {
	case err != nil:
		return block.Hash{}, false, fmt.Errorf("tip: %w", err)
	case b == nil:
		return block.Hash{}, false, nil
	case len(b) != block.HashSize:
		return block.Hash{}, false, fmt.Errorf("tip: %w", ErrCoin)
	}
	return block.Hash(b), true, nil
}
