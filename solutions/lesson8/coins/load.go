// REFERENCE ONLY

package coins

import (
	"fmt"

	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
)

// load returns what is known about an outpoint, after asking the database if that is
// nothing.
func (c *Cache) load(p block.OutPoint) entry {
	e, ok := c.entries[p]
	if ok {
		return e
	}
	value, err := c.db.Get(Key(p))
	if err == nil && value != nil {
		var u rules.UTXO
		if u, err = ReadCoin(value); err == nil {
			e = entry{coin: u, there: true, onDisk: true}
		}
	}
	if err != nil {
		if c.err == nil {
			c.err = fmt.Errorf("coin %s, %d: %w", p.TxID, p.Index, err)
		}
		return entry{}
	}
	c.entries[p] = e
	return e
}
