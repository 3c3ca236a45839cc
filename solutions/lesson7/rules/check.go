package rules

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson7/block"
)

// CommitmentPrefix starts the script of the output in which a coinbase commits to
// the block's witnesses: 6a (it can never be spent), 24 (36 bytes follow), and four
// bytes that mean nothing else (BIP 141). 32 bytes of hash follow.
var CommitmentPrefix = []byte{0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed}

// timeLock is the lock time from which on it is a time, not a height.
const timeLock = 500_000_000

// Final reports whether t may be in a block at a height whose time is at: its lock
// time is 0, or a height (below 500,000,000) below that height, or a time below at,
// or all its inputs have the sequence ffffffff.
func Final(t block.Tx, height int, at int64) bool {
	// BEGIN SOLUTION of CheckBlock
	limit := int64(height)
	if t.LockTime >= timeLock {
		limit = at
	}
	if int64(t.LockTime) < limit || t.LockTime == 0 {
		return true
	}
	for _, in := range t.In {
		if in.Sequence != 0xffffffff {
			return false
		}
	}
	return true
	// END SOLUTION
}

// CheckCommitment checks the witnesses of a block whose first transaction is a
// coinbase.
//
// The commitment is in the last output of the coinbase whose script has at least
// 38 bytes and starts with [CommitmentPrefix]: the next 32 bytes are the SHA-256 of
// the SHA-256 of a merkle root and a reserved value. The root is over the witness
// ids of all transactions, with 32 zeros for the coinbase's. The reserved value is
// the only item, of 32 bytes, in the witness of the coinbase. Without such an
// output no transaction has a witness.
//
// Errors: [ErrReserved], [ErrCommitment], [ErrUncommitted].
func CheckCommitment(b block.Block) error {
	// BEGIN SOLUTION of CheckBlock
	var want []byte
	for _, out := range b.Txs[0].Out {
		if len(out.Script) >= 38 && bytes.HasPrefix(out.Script, CommitmentPrefix) {
			want = out.Script[6:38]
		}
	}
	if want == nil {
		for i, t := range b.Txs {
			if t.HasWitness() {
				return fmt.Errorf("transaction %d: %w", i, ErrUncommitted)
			}
		}
		return nil
	}
	reserved := b.Txs[0].In[0].Witness
	if len(reserved) != 1 || len(reserved[0]) != block.HashSize {
		return ErrReserved
	}
	ids := make([]block.Hash, len(b.Txs))
	for i, t := range b.Txs[1:] {
		ids[i+1] = t.WitnessID()
	}
	root, _ := block.MerkleRoot(ids)
	if got := framing.Hash256(append(root[:], reserved[0]...)); !bytes.Equal(got[:], want) {
		return fmt.Errorf("%w: got %x, want %x", ErrCommitment, got, want)
	}
	return nil
	// END SOLUTION
}

// CheckBlock checks what can be checked in a block without the coins that it spends.
// The block's height is height, and median is the [MedianTime] of the headers before
// it. These must be true, in this order; if one is not, the error before it is
// returned:
//
//   - [ErrBits], [ErrWork]: the header passes [CheckWork].
//   - [ErrEmpty]: there is a transaction.
//   - [ErrMerkle]: the header's merkle root is that of the transactions' ids.
//   - [ErrMutated]: their tree is not mutated.
//   - [ErrBlockSize]: the legacy format, times 4, has at most MaxWeight bytes.
//   - [ErrNoCoinbase]: the first transaction is a coinbase.
//   - [ErrCoinbases]: no other transaction is one.
//   - Each transaction passes [CheckTx], whose error is wrapped.
//   - [ErrSigOps]: the [SigOps] of all scripts, of inputs and outputs, sum up to at most MaxSigOps.
//   - [ErrVersion]: the version, a signed number, is at least 2 from p.BIP34 on, 3 from p.BIP66 on, 4 from p.BIP65 on.
//   - [ErrNotFinal]: each transaction is [Final], at the header's time, from p.CSV on at median.
//   - [ErrHeight]: from p.BIP34 on, the coinbase's script starts with [HeightPush] of the height.
//   - [ErrUncommitted]: before p.Segwit, no transaction has a witness.
//   - From p.Segwit on, the block passes [CheckCommitment], whose error is wrapped.
//   - [ErrWeight]: 3 times the size of the legacy format, plus the size with witnesses, is at most MaxWeight.
//
// [ErrMerkle] and [ErrMutated] are about these bytes, not about the header: another
// sender may have the block that belongs to it.
func CheckBlock(b block.Block, height int, median int64, p Params) error {
	// BEGIN SOLUTION
	if err := CheckWork(b.Header, p); err != nil {
		return err
	}
	if err := checkMerkle(b); err != nil {
		return err
	}
	base := b.Size(false)
	if 4*base > MaxWeight {
		return fmt.Errorf("%w: %d bytes without witnesses", ErrBlockSize, base)
	}
	if err := checkTxs(b); err != nil {
		return err
	}
	if err := checkVersion(b.Header, height, p); err != nil {
		return err
	}
	at := int64(b.Header.Time)
	if height >= p.CSV {
		at = median
	}
	for i, t := range b.Txs {
		if !Final(t, height, at) {
			return fmt.Errorf("transaction %d: %w: lock time %d", i, ErrNotFinal, t.LockTime)
		}
	}
	if height >= p.BIP34 && !bytes.HasPrefix(b.Txs[0].In[0].Script, HeightPush(height)) {
		return fmt.Errorf("%w: want %x", ErrHeight, HeightPush(height))
	}
	witness := firstWitness(b)
	if height >= p.Segwit {
		if err := CheckCommitment(b); err != nil {
			return err
		}
	} else if witness >= 0 {
		return fmt.Errorf("transaction %d: %w", witness, ErrUncommitted)
	}
	if witness < 0 {
		return nil // the weight is 4 times the size, which is checked
	}
	if w := 3*base + b.Size(true); w > MaxWeight {
		return fmt.Errorf("%w: %d", ErrWeight, w)
	}
	return nil
	// END SOLUTION
}

// HeightPush returns how the script of a coinbase starts with its height (BIP 34):
// an opcode for 0 to 16; otherwise a length and that many bytes, the height little
// endian, with a zero after a byte whose top bit is set, since that would be a sign.
func HeightPush(height int) []byte {
	switch {
	case height == 0:
		return []byte{0}
	case height <= 16:
		return []byte{0x50 + byte(height)}
	}
	b := binary.LittleEndian.AppendUint32(nil, uint32(height))
	b = bytes.TrimRight(b, "\x00")
	if b[len(b)-1]&0x80 != 0 {
		b = append(b, 0)
	}
	return append([]byte{byte(len(b))}, b...)
}
