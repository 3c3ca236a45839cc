package coins

// DB is a database of keys and values.
type DB interface {
	// Get returns the value of a key, or nil if there is none.
	Get(key []byte) ([]byte, error)

	// Update changes keys: all of them or, if it fails, none, even if the machine
	// loses power meanwhile. When it returns nil the change is on the disk.
	Update(puts []Pair, deletes [][]byte) error
}

// Pair is a key and its value.
type Pair struct{ Key, Value []byte }
