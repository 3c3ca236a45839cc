// Package version reads and writes the version message, and shakes hands.
//
// Two nodes that meet say who they are before anything else: each sends a
// version message, answers the other's with a verack, and may say in between
// what else it understands.
//
//	caller                         called
//	  version           ------>
//	                    <------    version
//	                    <------    wtxidrelay, sendaddrv2   (from protocol 70016 on)
//	                    <------    verack
//	  wtxidrelay, sendaddrv2 --->
//	  verack            ------>
//
// A version message's payload, in the order of the wire:
//
//	protocol version   4   int32, little endian
//	services           8   a bit for each service, little endian
//	timestamp          8   int64, little endian, seconds since 1970
//	receiver          26   services 8, IP 16, port 2 (big endian)
//	sender            26   the same; most nodes leave it empty
//	nonce              8   random, a new one for each connection
//	user agent         n   CompactSize, then at most 256 bytes
//	start height       4   int32, little endian
//	relay              1   0 or 1; absent before protocol 70001
//
// Each part has a reader that takes it from a [Cursor], and what is read is
// checked: a field cut short, a number in a longer form than needed, a text
// over its bound, a bool that is 2. One sentinel stands for each check, and the
// error around it names the field and its offset.
//
// Sources: the protocol documentation of the Bitcoin wiki; BIP 14 (user agent),
// 31 (pong), 37 (relay), 155 (addrv2) and 339 (wtxidrelay).
package version
