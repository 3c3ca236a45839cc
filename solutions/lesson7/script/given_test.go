package script_test

// What the tests need and must not take from the learner: keys, signatures, and the
// three hashes, written in another way than the exercises write them.

import (
	"crypto/sha256"
	"encoding/binary"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/secp"
	"nodebook/solutions/lesson7/block"
)

func le32(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
func le64(n int64) []byte  { return binary.LittleEndian.AppendUint64(nil, uint64(n)) }

func join(parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// sized is b with its length as a CompactSize.
func sized(b []byte) []byte {
	if len(b) < 0xfd {
		return join([]byte{byte(len(b))}, b)
	}
	return join([]byte{0xfd}, le32(uint32(len(b)))[:2], b)
}

func sha1(b []byte) []byte { h := sha256.Sum256(b); return h[:] }
func sha2(b []byte) []byte { return sha1(sha1(b)) }

// push is the instruction that pushes an item.
func push(item []byte) []byte {
	switch n := len(item); {
	case n < 0x4c:
		return join([]byte{byte(n)}, item)
	case n < 0x100:
		return join([]byte{0x4c, byte(n)}, item)
	}
	return join([]byte{0x4d}, le32(uint32(len(item)))[:2], item)
}

func pushes(items ...[]byte) []byte {
	var b []byte
	for _, item := range items {
		b = append(b, push(item)...)
	}
	return b
}

func outBytes(o block.Out) []byte { return join(le64(o.Value), sized(o.Script)) }
func pointBytes(p block.OutPoint) []byte {
	return join(p.TxID[:], le32(p.Index))
}

// legacyOf is the legacy hash, written field by field.
func legacyOf(t block.Tx, i int, code []byte, typ uint32) block.Hash {
	kind, anyone := typ&0x1f, typ&0x80 != 0
	if kind == 3 && i >= len(t.Out) {
		return block.Hash{1}
	}
	b := le32(uint32(t.Version))
	if anyone {
		b = append(b, 1)
	} else {
		b = append(b, byte(len(t.In)))
	}
	for k, in := range t.In {
		switch {
		case k == i:
			b = join(b, pointBytes(in.Previous), sized(code), le32(in.Sequence))
		case anyone:
		case kind == 2 || kind == 3:
			b = join(b, pointBytes(in.Previous), []byte{0}, le32(0))
		default:
			b = join(b, pointBytes(in.Previous), []byte{0}, le32(in.Sequence))
		}
	}
	switch kind {
	case 2:
		b = append(b, 0)
	case 3:
		b = append(b, byte(i+1))
		for range i {
			b = join(b, le64(-1), []byte{0})
		}
		b = append(b, outBytes(t.Out[i])...)
	default:
		b = append(b, byte(len(t.Out)))
		for _, o := range t.Out {
			b = append(b, outBytes(o)...)
		}
	}
	return block.Hash(sha2(join(b, le32(t.LockTime), le32(typ))))
}

// lists are the parts of a transaction that BIP 143 and BIP 341 hash each alone.
func lists(s block.Spend) (points, values, scripts, sequences, outs []byte) {
	for i, in := range s.Tx.In {
		points = append(points, pointBytes(in.Previous)...)
		values = append(values, le64(s.Spent[i].Value)...)
		scripts = append(scripts, sized(s.Spent[i].Script)...)
		sequences = append(sequences, le32(in.Sequence)...)
	}
	for _, o := range s.Tx.Out {
		outs = append(outs, outBytes(o)...)
	}
	return points, values, scripts, sequences, outs
}

// witnessOf is the hash of BIP 143.
func witnessOf(s block.Spend, code []byte, typ uint32) block.Hash {
	kind, anyone := typ&0x1f, typ&0x80 != 0
	points, _, _, sequences, outs := lists(s)
	a, b, c := sha2(points), sha2(sequences), sha2(outs)
	if anyone {
		a, b = make([]byte, 32), make([]byte, 32)
	}
	if kind == 2 || kind == 3 {
		b, c = make([]byte, 32), make([]byte, 32)
	}
	if kind == 3 && s.Index < len(s.Tx.Out) {
		c = sha2(outBytes(s.Tx.Out[s.Index]))
	}
	in := s.Tx.In[s.Index]
	return block.Hash(sha2(join(le32(uint32(s.Tx.Version)), a, b, pointBytes(in.Previous), sized(code),
		le64(s.Spent[s.Index].Value), le32(in.Sequence), c, le32(s.Tx.LockTime), le32(typ))))
}

// taprootOf is the hash of BIP 341. annex is nil if there is none.
func taprootOf(s block.Spend, typ byte, annex []byte) block.Hash {
	points, values, scripts, sequences, outs := lists(s)
	in, spent := s.Tx.In[s.Index], s.Spent[s.Index]
	b := join([]byte{0, typ}, le32(uint32(s.Tx.Version)), le32(s.Tx.LockTime))
	if typ < 0x80 {
		b = join(b, sha1(points), sha1(values), sha1(scripts), sha1(sequences))
	}
	if typ&3 < 2 {
		b = append(b, sha1(outs)...)
	}
	has := byte(0)
	if annex != nil {
		has = 1
	}
	b = append(b, has)
	if typ >= 0x80 {
		b = join(b, pointBytes(in.Previous), outBytes(spent), le32(in.Sequence))
	} else {
		b = append(b, le32(uint32(s.Index))...)
	}
	if annex != nil {
		b = append(b, sha1(sized(annex))...)
	}
	if typ&3 == 3 {
		b = append(b, sha1(outBytes(s.Tx.Out[s.Index]))...)
	}
	tag := sha1([]byte("TapSighash"))
	return block.Hash(sha1(join(tag, tag, b)))
}

// derNumber is a number as strict DER has it.
func derNumber(n []byte) []byte {
	for len(n) > 1 && n[0] == 0 {
		n = n[1:]
	}
	if n[0] >= 0x80 {
		n = join([]byte{0}, n)
	}
	return n
}

// der puts two numbers, as they are, into the frame of a signature.
func der(r, s []byte, typ byte) []byte {
	return join([]byte{0x30, byte(4 + len(r) + len(s)), 2, byte(len(r))}, r, []byte{2, byte(len(s))}, s, []byte{typ})
}

// key is a secret key and its public ones.
type key struct {
	secret [32]byte
	short  []byte // 33 bytes
	long   []byte // 65 bytes
}

func drawKey(d *draw.Source) key {
	secret := [32]byte(d.Bytes(32))
	secret[0] = 1 // surely below the order of the curve
	return key{secret, secp.Public(secret), secp.PublicLong(secret)}
}

// signs is a signature of hash in strict DER.
func (k key) signs(hash block.Hash, typ byte) []byte {
	r, s := secp.SignECDSA(k.secret, hash)
	return der(derNumber(r[:]), derNumber(s[:]), typ)
}

// hash160 is the hash of a key in an output.
func hash160(b []byte) []byte { h := secp.Ripemd160(sha1(b)); return h[:] }

func drawOut(d *draw.Source) block.Out {
	return block.Out{Value: int64(d.Uint64() >> 14), Script: d.Bytes(d.Between(1, 40))}
}

// drawSpend draws the spending of an output with a script, by one of several inputs.
func drawSpend(d *draw.Source, script []byte, ins, outs int) block.Spend {
	t := &block.Tx{Version: int32(d.Uint32()), LockTime: d.Uint32()}
	s := block.Spend{Tx: t, Index: d.IntN(ins)}
	for range ins {
		t.In = append(t.In, block.In{Previous: block.OutPoint{TxID: block.Hash(d.Bytes(32)), Index: d.Uint32()}, Script: d.Bytes(d.Between(1, 9)), Sequence: d.Uint32()})
		s.Spent = append(s.Spent, drawOut(d))
	}
	for range outs {
		t.Out = append(t.Out, drawOut(d))
	}
	t.In[s.Index].Script = nil
	s.Spent[s.Index].Script = script
	return s
}

func in(s block.Spend) *block.In { return &s.Tx.In[s.Index] }
