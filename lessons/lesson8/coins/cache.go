package coins

import (
	"nodebook/lessons/lesson7/block"
	"nodebook/lessons/lesson7/rules"
)

// Cache is the coins of a chain: those of a database, and what has changed since.
// It is a rules.Coins. One goroutine owns it.
type Cache struct {
	db      DB
	entries map[block.OutPoint]entry
	err     error // the first error of the database
}

// entry is what the cache knows about an outpoint.
type entry struct {
	coin   rules.UTXO
	there  bool // whether the coin is there now
	onDisk bool // whether the database has one
	dirty  bool // whether the database has to learn of it
}

// NewCache returns a cache of what is in a database.
func NewCache(db DB) *Cache { return &Cache{db: db, entries: map[block.OutPoint]entry{}} }

// Err returns the first error of the database. If it is not nil, what Get and Spend
// said since may be wrong: a coin that could not be read looks like none. So ask
// before a block is condemned.
func (c *Cache) Err() error { return c.err }

// Len returns how many outpoints the cache knows something about.
func (c *Cache) Len() int { return len(c.entries) }

// Discard forgets all that has changed since the last flush.
func (c *Cache) Discard() { clear(c.entries) }

// Get returns the coin of an outpoint, and whether it is there. What the cache does
// not know it reads from the database, and then it knows: no outpoint is read twice
// between two flushes, whether the database has the coin or not. There is one
// exception: a coin that was spent without ever having been in the database is
// forgotten.
//
// If the database returns an error, or a value that [ReadCoin] refuses, there is no
// coin, and [Cache.Err] returns the first such error from then on.
func (c *Cache) Get(p block.OutPoint) (rules.UTXO, bool) {
	return rules.UTXO{}, false
}

// Add adds a coin. It replaces the one that is there, even if that is in the
// database. The cache has its own copy of the script, which may be a part of a block.
func (c *Cache) Add(p block.OutPoint, u rules.UTXO) {
}

// Spend takes a coin out and returns what [Cache.Get] would have returned. From then
// on there is none, even if the database has it.
func (c *Cache) Spend(p block.OutPoint) (rules.UTXO, bool) {
	return rules.UTXO{}, false
}
