package version

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// Services says what a node does for others: a bit for each service.
type Services uint64

// The services that have a name.
const (
	NodeNetwork        Services = 1 << 0  // the whole chain
	NodeGetUTXO        Services = 1 << 1  // getutxo (BIP 64)
	NodeBloom          Services = 1 << 2  // bloom filters (BIP 111)
	NodeWitness        Services = 1 << 3  // blocks with witness data (BIP 144)
	NodeCompactFilters Services = 1 << 6  // compact block filters (BIP 157)
	NodeNetworkLimited Services = 1 << 10 // the last 288 blocks (BIP 159)
	NodeP2PV2          Services = 1 << 11 // the encrypted transport (BIP 324)
)

// serviceNames is the name of each service, by the number of its bit.
var serviceNames = [64]string{
	0:  "NETWORK",
	1:  "GETUTXO",
	2:  "BLOOM",
	3:  "WITNESS",
	6:  "COMPACT_FILTERS",
	10: "NETWORK_LIMITED",
	11: "P2P_V2",
}

// ReadServices reads services: 8 bytes, little endian. Bits without a name are
// kept: a later service may use them.
//
// Errors: io.ErrUnexpectedEOF for a field cut short.
func ReadServices(c *Cursor) (Services, error) {
	// BEGIN SOLUTION
	b, err := c.Take("services", 8)
	if err != nil {
		return 0, err
	}
	return Services(binary.LittleEndian.Uint64(b)), nil
	// END SOLUTION
}

// Has reports whether every bit of flags is set in s.
func (s Services) Has(flags Services) bool {
	// BEGIN SOLUTION of ReadServices
	return s&flags == flags
	// END SOLUTION
}

// OffersNetwork reports whether the node serves the whole chain.
func (s Services) OffersNetwork() bool {
	// BEGIN SOLUTION of ReadServices
	return s.Has(NodeNetwork)
	// END SOLUTION
}

// OffersBloomAndWitness reports whether the node serves both bloom filters and
// witness data.
func (s Services) OffersBloomAndWitness() bool {
	// BEGIN SOLUTION of ReadServices
	return s.Has(NodeBloom | NodeWitness)
	// END SOLUTION
}

// Names lists the services, lowest bit first: "NETWORK", "WITNESS". A bit without
// a name is named after its number: "BIT_26". The caller owns the slice.
func (s Services) Names() []string {
	// BEGIN SOLUTION of ReadServices
	var names []string
	for bit, name := range serviceNames {
		if s&(1<<bit) == 0 {
			continue
		}
		if name == "" {
			name = fmt.Sprintf("BIT_%d", bit)
		}
		names = append(names, name)
	}
	return names
	// END SOLUTION
}

// String returns the names with a bar between them, "NETWORK|WITNESS", or
// "none".
func (s Services) String() string {
	// BEGIN SOLUTION of ReadServices
	if s == 0 {
		return "none"
	}
	return strings.Join(s.Names(), "|")
	// END SOLUTION
}
