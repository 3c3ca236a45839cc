package block

import (
	"encoding/binary"
	"errors"
	"fmt"

	"nodebook/solutions/lesson2/version"
)

var (
	// ErrFlag is wrapped if the byte after the marker of a segwit transaction is
	// not 01.
	ErrFlag = errors.New("unknown flag")

	// ErrSuperfluous is wrapped if a transaction has marker and flag, and no
	// witness: its other format is the one to use.
	ErrSuperfluous = errors.New("segwit format without a witness")
)

// ReadTx reads a transaction in either of its formats:
//
//	legacy   version, inputs, outputs, lock time
//	segwit   version, 00, 01, inputs, outputs, witnesses, lock time (BIP 144)
//
// The 00 is where a legacy transaction has the number of its inputs, and none has
// 0. Inputs and outputs have a CompactSize before them, which counts them. There
// is one witness for each input, in their order: the number of its items, and
// each item with its length. Scripts and items may share memory with what c
// reads.
//
// Errors: io.ErrUnexpectedEOF for a transaction cut short, and for a count that
// the bytes left cannot contain, before anything is allocated for it;
// version.ErrCompactSize; [ErrFlag] if the flag is not 01; [ErrSuperfluous] if all
// witnesses are empty.
func ReadTx(c *version.Cursor) (Tx, error) {
	// BEGIN SOLUTION
	// UNTESTED "Scripts and items may": it is a permission.
	var t Tx
	b, err := c.Take("version", 4)
	if err != nil {
		return Tx{}, err
	}
	t.Version = int32(binary.LittleEndian.Uint32(b))
	n, err := readCount(c, "inputs", minIn)
	if err != nil {
		return Tx{}, err
	}
	segwit := n == 0
	if segwit {
		flag, err := c.Take("flag", 1)
		if err != nil {
			return Tx{}, err
		}
		if flag[0] != 1 {
			return Tx{}, c.Fail(ErrFlag, "got %02x", flag[0])
		}
		if n, err = readCount(c, "inputs", minIn); err != nil {
			return Tx{}, err
		}
	}
	if t.In, err = readIns(c, n); err != nil {
		return Tx{}, err
	}
	if t.Out, err = readOuts(c); err != nil {
		return Tx{}, err
	}
	if segwit {
		for i := range t.In {
			if t.In[i].Witness, err = readWitness(c); err != nil {
				return Tx{}, fmt.Errorf("witness %d: %w", i, err)
			}
		}
		if !t.HasWitness() {
			return Tx{}, c.Fail(ErrSuperfluous, "%d inputs", len(t.In))
		}
	}
	if b, err = c.Take("lock time", 4); err != nil {
		return Tx{}, err
	}
	t.LockTime = binary.LittleEndian.Uint32(b)
	return t, nil
	// END SOLUTION
}

// AppendTx appends t to dst and returns the longer slice: in the segwit format if
// witness is true and t has one, otherwise in the legacy format.
func AppendTx(dst []byte, t Tx, witness bool) []byte {
	// BEGIN SOLUTION of ReadTx
	witness = witness && t.HasWitness()
	dst = binary.LittleEndian.AppendUint32(dst, uint32(t.Version))
	if witness {
		dst = append(dst, 0, 1)
	}
	dst = version.AppendCompactSize(dst, uint64(len(t.In)))
	for _, in := range t.In {
		dst = append(dst, in.Previous.TxID[:]...)
		dst = binary.LittleEndian.AppendUint32(dst, in.Previous.Index)
		dst = version.AppendCompactSize(dst, uint64(len(in.Script)))
		dst = append(dst, in.Script...)
		dst = binary.LittleEndian.AppendUint32(dst, in.Sequence)
	}
	dst = version.AppendCompactSize(dst, uint64(len(t.Out)))
	for _, out := range t.Out {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(out.Value))
		dst = version.AppendCompactSize(dst, uint64(len(out.Script)))
		dst = append(dst, out.Script...)
	}
	if witness {
		for _, in := range t.In {
			dst = version.AppendCompactSize(dst, uint64(len(in.Witness)))
			for _, item := range in.Witness {
				dst = version.AppendCompactSize(dst, uint64(len(item)))
				dst = append(dst, item...)
			}
		}
	}
	return binary.LittleEndian.AppendUint32(dst, t.LockTime)
	// END SOLUTION
}
