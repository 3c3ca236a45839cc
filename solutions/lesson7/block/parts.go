// REFERENCE ONLY

package block

import (
	"encoding/binary"
	"fmt"
	"io"

	"nodebook/solutions/lesson2/version"
)

// usual is a size, in bytes, that most transactions do not exceed: a buffer of a
// constant size needs no memory on the heap.
const usual = 512

// The fewest bytes that something takes on the wire.
const (
	minIn   = 41 // outpoint, empty script, sequence
	minOut  = 9  // value, empty script
	minItem = 1  // its length
)

// readCount reads a CompactSize that counts things of at least size bytes each.
func readCount(c *version.Cursor, what string, size int) (int, error) {
	n, err := version.ReadCompactSize(c)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	if n > uint64(c.Len()/size) {
		return 0, c.Fail(io.ErrUnexpectedEOF, "%d %s of at least %d bytes, %d are left", n, what, size, c.Len())
	}
	return int(n), nil
}

// readBytes reads a CompactSize and that many bytes.
func readBytes(c *version.Cursor, what string) ([]byte, error) {
	n, err := readCount(c, what, 1)
	if err != nil {
		return nil, err
	}
	return c.Take(what, n)
}

func readIns(c *version.Cursor, n int) ([]In, error) {
	ins := make([]In, n)
	for i := range ins {
		b, err := c.Take("outpoint", HashSize+4)
		if err != nil {
			return nil, fmt.Errorf("input %d: %w", i, err)
		}
		ins[i].Previous = OutPoint{TxID: Hash(b[:HashSize]), Index: binary.LittleEndian.Uint32(b[HashSize:])}
		if ins[i].Script, err = readBytes(c, "script"); err != nil {
			return nil, fmt.Errorf("input %d: %w", i, err)
		}
		if b, err = c.Take("sequence", 4); err != nil {
			return nil, fmt.Errorf("input %d: %w", i, err)
		}
		ins[i].Sequence = binary.LittleEndian.Uint32(b)
	}
	return ins, nil
}

func readOuts(c *version.Cursor) ([]Out, error) {
	n, err := readCount(c, "outputs", minOut)
	if err != nil {
		return nil, err
	}
	outs := make([]Out, n)
	for i := range outs {
		b, err := c.Take("value", 8)
		if err != nil {
			return nil, fmt.Errorf("output %d: %w", i, err)
		}
		outs[i].Value = int64(binary.LittleEndian.Uint64(b))
		if outs[i].Script, err = readBytes(c, "script"); err != nil {
			return nil, fmt.Errorf("output %d: %w", i, err)
		}
	}
	return outs, nil
}

// readWitness reads the items of one input; nil if there are none.
func readWitness(c *version.Cursor) ([][]byte, error) {
	n, err := readCount(c, "items", minItem)
	if err != nil || n == 0 {
		return nil, err
	}
	items := make([][]byte, n)
	for i := range items {
		if items[i], err = readBytes(c, "item"); err != nil {
			return nil, err
		}
	}
	return items, nil
}
