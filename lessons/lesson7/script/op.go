package script

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"nodebook/lessons/lesson7/block"
)

// The limits of a script. Opcodes above 60 count as operations, and so does each
// key of a CHECKMULTISIG.
const (
	MaxScript = 10_000 // bytes
	MaxItem   = 520    // bytes
	MaxOps    = 201
	MaxStack  = 1_000 // items
	MaxKeys   = 20    // of one CHECKMULTISIG
)

// The opcodes that [Run] knows. 00 to 4e and 4f, 51 to 60 are pushes.
const (
	op1Negate       = 0x4f // pushes -1
	op1             = 0x51 // pushes 1; the next 15 opcodes push 2 to 16
	op16            = 0x60
	opDup           = 0x76
	opEqual         = 0x87
	opEqualVerify   = 0x88
	opHash160       = 0xa9
	opCodeSeparator = 0xab // known to LegacyHash only
	opCheckSig      = 0xac
	opCheckMultiSig = 0xae
)

// Op is one instruction of a script.
type Op struct {
	Code byte
	Push bool   // whether it only pushes Data
	Data []byte // the item, empty for 00
	Raw  []byte // the bytes of the instruction
}

// NextOp cuts the first instruction off a script of at least one byte.
//
//	00 to 4b    push as many of the bytes after it
//	4c 4d 4e    push as many as the next 1, 2 or 4 bytes say, little endian
//	4f          push -1, one byte: 81
//	51 to 60    push 1 to 16, one byte
//
// Errors: [ErrPush] if the bytes to push are not all there.
func NextOp(script []byte) (op Op, rest []byte, err error) {
	code, size, head := script[0], 0, 1
	switch {
	case code <= 0x4b:
		size = int(code)
	case code <= 0x4e:
		width := 1 << (code - 0x4c)
		head += width
		if len(script) < head {
			return Op{}, nil, fmt.Errorf("%w: no length after %02x", ErrPush, code)
		}
		var n [8]byte
		copy(n[:], script[1:head])
		if claim := binary.LittleEndian.Uint64(n[:]); claim <= uint64(len(script)) {
			size = int(claim)
		} else {
			size = len(script) // too many in any case
		}
	case code == op1Negate:
		return Op{code, true, []byte{0x81}, script[:1]}, script[1:], nil
	case code >= op1 && code <= op16:
		return Op{code, true, []byte{code - op1 + 1}, script[:1]}, script[1:], nil
	default:
		return Op{Code: code, Raw: script[:1]}, script[1:], nil
	}
	if size > len(script)-head {
		return Op{}, nil, fmt.Errorf("%w: %02x", ErrPush, code)
	}
	end := head + size
	return Op{code, true, script[head:end], script[:end]}, script[end:], nil
}

// AppendPush appends the shortest of the instructions 01 to 4e that pushes item,
// or 00 for an empty one, and returns the longer slice.
func AppendPush(dst, item []byte) []byte {
	n := len(item)
	switch {
	case n <= 0x4b:
		dst = append(dst, byte(n))
	case n <= 0xff:
		dst = append(dst, 0x4c, byte(n))
	case n <= 0xffff:
		dst = binary.LittleEndian.AppendUint16(append(dst, 0x4d), uint16(n))
	default:
		dst = binary.LittleEndian.AppendUint32(append(dst, 0x4e), uint32(n))
	}
	return append(dst, item...)
}

// True reports whether an item counts as true: it has a byte that is not 0, other
// than 80 at the end, which would be -0.
func True(item []byte) bool {
	for i, b := range item {
		if b != 0 && (i < len(item)-1 || b != 0x80) {
			return true
		}
	}
	return false
}

// Number reads an item as a number: at most 4 bytes, little endian, the top bit of
// the last one is the sign.
//
// Errors: [ErrCount] for more bytes.
func Number(item []byte) (int, error) {
	if len(item) > 4 {
		return 0, fmt.Errorf("%w: %d bytes", ErrCount, len(item))
	}
	n := 0
	for i, b := range item {
		if i == len(item)-1 && b&0x80 != 0 {
			return -(n | int(b&0x7f)<<(8*i)), nil
		}
		n |= int(b) << (8 * i)
	}
	return n, nil
}

// Without returns a script without the instructions that equal [AppendPush] of one
// of the items. A signature in a script cannot sign itself, so it is left out of
// what it signs.
func Without(script []byte, items ...[]byte) []byte {
	var out []byte
	for rest := script; len(rest) > 0; {
		op, next, err := NextOp(rest)
		if err != nil {
			return append(out, rest...)
		}
		keep := true
		for _, item := range items {
			keep = keep && !bytes.Equal(op.Raw, AppendPush(nil, item))
		}
		if keep {
			out = append(out, op.Raw...)
		}
		rest = next
	}
	return out
}

// PayToHash returns the script 76 a9 14 hash 88 ac, which asks for a key with this
// hash and a signature by it (P2PKH). It is also what P2WPKH stands for.
func PayToHash(hash [20]byte) []byte {
	return append(append([]byte{opDup, opHash160, 20}, hash[:]...), opEqualVerify, opCheckSig)
}

// Program returns the version, 0 to 16, and the bytes of a witness program: a
// script of 00 or 51 to 60 and one push of 2 to 40 bytes by its length (BIP 141).
func Program(script []byte) (version int, program []byte, ok bool) {
	if len(script) < 4 || len(script) > 42 || int(script[1]) != len(script)-2 {
		return 0, nil, false
	}
	switch code := script[0]; {
	case code == 0:
		return 0, script[2:], true
	case code >= op1 && code <= op16:
		return int(code-op1) + 1, script[2:], true
	}
	return 0, nil, false
}

// PaysToScript reports whether a script is a9 14 hash 87: the hash is that of
// another script (P2SH, BIP 16).
func PaysToScript(script []byte) bool {
	return len(script) == 23 && script[0] == opHash160 && script[1] == 20 && script[22] == opEqual
}

// Annex returns the annex of a witness: its last item, if there are at least two
// and it starts with 50 (BIP 341); nil otherwise. Nobody knows yet what it is for.
func Annex(witness [][]byte) []byte {
	if n := len(witness); n >= 2 && len(witness[n-1]) > 0 && witness[n-1][0] == 0x50 {
		return witness[n-1]
	}
	return nil
}

// Input returns the input of a spend, and the output that it spends.
func Input(s block.Spend) (block.In, block.Out) { return s.Tx.In[s.Index], s.Spent[s.Index] }
