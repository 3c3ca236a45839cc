package bitnodes

// Bad is an entry of a snapshot that could not be read.
type Bad struct {
	Key string // "address:port", as the snapshot has it
	Err error
}

// Addresses parses every key of rows with [ParseAddress]. Those that can be read
// are in good, the others in bad with the reason: no key is lost, and one bad
// key spoils no other. Two keys may be the same address; it is then in good
// twice. Both lists are in the order of [AddressStrings].
func Addresses(rows Rows) (good []Address, bad []Bad) {
	// BEGIN SOLUTION
	for _, key := range AddressStrings(rows) {
		a, err := ParseAddress(key)
		if err != nil {
			bad = append(bad, Bad{key, err})
			continue
		}
		good = append(good, a)
	}
	return good, bad
	// END SOLUTION
}
