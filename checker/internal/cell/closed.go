package cell

import "strings"

// inward are packages through which a program neither waits for anything outside
// of it (a clock, a file, a peer, a signal) nor changes anything there.
var inward = map[string]bool{}

func init() {
	for _, path := range strings.Fields(`bytes cmp container/heap container/list container/ring encoding/binary encoding/hex errors fmt iter maps math
		math/bits math/rand/v2 nodebook/fixtures/show nodebook/fixtures/show/picture slices sort strconv strings sync sync/atomic unicode unicode/utf8`) {
		inward[path] = true
	}
}

// closed reports whether p has nothing to do with the world outside of it: if all
// of it waits, it waits forever, and to start it again does no harm.
func (p *Program) closed() bool {
	for _, path := range p.Imports {
		if !inward[path] {
			return false
		}
	}
	return true
}
