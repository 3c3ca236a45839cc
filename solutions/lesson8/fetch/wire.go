package fetch

import (
	"encoding/binary"
	"fmt"
	"io"

	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
)

// WitnessBlock is the type by which getdata asks for a block with its witnesses.
const WitnessBlock = 0x40000002

// AppendGetData appends the payload of a getdata message to dst and returns the
// longer slice: how many blocks are wanted, and for each its type and its hash.
func AppendGetData(dst []byte, hashes []block.Hash) []byte {
	dst = version.AppendCompactSize(dst, uint64(len(hashes)))
	for _, h := range hashes {
		dst = binary.LittleEndian.AppendUint32(dst, WitnessBlock)
		dst = append(dst, h[:]...)
	}
	return dst
}

// ReadInventory reads what [AppendGetData] wrote; the payloads of inv and notfound
// have the same form.
func ReadInventory(payload []byte) ([]block.Hash, error) {
	c := version.NewCursor(payload)
	n, err := version.ReadCompactSize(c)
	if err != nil {
		return nil, err
	}
	const size = 4 + block.HashSize
	if n > uint64(c.Len()/size) {
		return nil, c.Fail(io.ErrUnexpectedEOF, "%d hashes", n)
	}
	var hashes []block.Hash
	for i := range n {
		b, err := c.Take("hash", size)
		if err != nil {
			return nil, fmt.Errorf("hash %d: %w", i, err)
		}
		hashes = append(hashes, block.Hash(b[4:]))
	}
	return hashes, nil
}
