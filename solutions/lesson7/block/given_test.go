package block_test

// What the tests need and must not take from the learner: bytes, hashes and trees,
// made in another way than the exercises make them.

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
)

func le32(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }
func le64(n uint64) []byte { return binary.LittleEndian.AppendUint64(nil, n) }

func join(parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// compact is n as a CompactSize.
func compact(n int) []byte {
	switch {
	case n < 0xfd:
		return []byte{byte(n)}
	case n < 1<<16:
		return join([]byte{0xfd}, le32(uint32(n))[:2])
	}
	return join([]byte{0xfe}, le32(uint32(n)))
}

func sized(b []byte) []byte { return join(compact(len(b)), b) }

func sha2(b []byte) block.Hash {
	once := sha256.Sum256(b)
	return sha256.Sum256(once[:])
}

// bytesOfHeader are the 80 bytes of a header.
func bytesOfHeader(h block.Header) []byte {
	return join(le32(uint32(h.Version)), h.Previous[:], h.Merkle[:], le32(h.Time), le32(h.Bits), le32(h.Nonce))
}

var headerLayout = []expect.Field{
	{Name: "version", Size: 4}, {Name: "previous", Size: 32}, {Name: "merkle", Size: 32},
	{Name: "time", Size: 4}, {Name: "bits", Size: 4}, {Name: "nonce", Size: 4},
}

// bytesOf are the bytes of a transaction, in the segwit format or the legacy one.
func bytesOf(t block.Tx, segwit bool) []byte {
	b := le32(uint32(t.Version))
	if segwit {
		b = append(b, 0, 1)
	}
	b = append(b, compact(len(t.In))...)
	for _, in := range t.In {
		b = join(b, in.Previous.TxID[:], le32(in.Previous.Index), sized(in.Script), le32(in.Sequence))
	}
	b = append(b, compact(len(t.Out))...)
	for _, out := range t.Out {
		b = join(b, le64(uint64(out.Value)), sized(out.Script))
	}
	for _, in := range t.In {
		if segwit {
			b = append(b, compact(len(in.Witness))...)
		}
		for _, item := range in.Witness {
			if segwit {
				b = append(b, sized(item)...)
			}
		}
	}
	return join(b, le32(t.LockTime))
}

// layoutOf names the parts of a transaction's bytes.
func layoutOf(t block.Tx, segwit bool) []expect.Field {
	f := []expect.Field{{Name: "version", Size: 4}}
	if segwit {
		f = append(f, expect.Field{Name: "marker, flag", Size: 2})
	}
	f = append(f, expect.Field{Name: "inputs", Size: len(compact(len(t.In)))})
	for _, in := range t.In {
		f = append(f, expect.Field{Name: "outpoint", Size: 36}, expect.Field{Name: "script", Size: len(sized(in.Script))}, expect.Field{Name: "sequence", Size: 4})
	}
	f = append(f, expect.Field{Name: "outputs", Size: len(compact(len(t.Out)))})
	for _, out := range t.Out {
		f = append(f, expect.Field{Name: "value", Size: 8}, expect.Field{Name: "script", Size: len(sized(out.Script))})
	}
	for _, in := range t.In {
		if !segwit {
			break
		}
		size := len(compact(len(in.Witness)))
		for _, item := range in.Witness {
			size += len(sized(item))
		}
		f = append(f, expect.Field{Name: "witness", Size: size})
	}
	return append(f, expect.Field{Name: "lock time", Size: 4})
}

func drawHash(d *draw.Source) block.Hash { return block.Hash(d.Bytes(32)) }

func drawHeader(d *draw.Source) block.Header {
	return block.Header{
		Version: int32(d.Uint32()), Previous: drawHash(d), Merkle: drawHash(d),
		Time: d.Uint32(), Bits: d.Uint32(), Nonce: d.Uint32(),
	}
}

// drawTx draws a transaction without witnesses.
func drawTx(d *draw.Source, ins, outs int) block.Tx {
	t := block.Tx{Version: int32(d.Uint32()), LockTime: d.Uint32()}
	for range ins {
		t.In = append(t.In, block.In{
			Previous: block.OutPoint{TxID: drawHash(d), Index: d.Uint32()},
			Script:   d.Bytes(d.Between(0, 90)), Sequence: d.Uint32(),
		})
	}
	for range outs {
		t.Out = append(t.Out, block.Out{Value: int64(d.Uint64()), Script: d.Bytes(d.Between(0, 40))})
	}
	return t
}

// drawSegwit draws a transaction of which at least one input has a witness and, if
// there are several, at least one has none.
func drawSegwit(d *draw.Source, ins, outs int) block.Tx {
	t := drawTx(d, ins, outs)
	with := d.IntN(ins)
	for i := range t.In {
		if i != with && (i == (with+1)%ins || d.IntN(2) == 0) {
			continue
		}
		for range d.Between(1, 4) {
			t.In[i].Witness = append(t.In[i].Witness, d.Bytes(d.Between(0, 80)))
		}
	}
	return t
}

// sameTx wants two transactions to be the same, part by part.
func sameTx(try *expect.Try, got, want block.Tx) {
	try.Equal("Version", got.Version, want.Version)
	try.Equal("number of inputs", len(got.In), len(want.In))
	for i, in := range want.In {
		try.Equal(nth("In", i)+".Previous.TxID", got.In[i].Previous.TxID, in.Previous.TxID)
		try.Equal(nth("In", i)+".Previous.Index", got.In[i].Previous.Index, in.Previous.Index)
		try.Bytes(nth("In", i)+".Script", got.In[i].Script, in.Script)
		try.Equal(nth("In", i)+".Sequence", got.In[i].Sequence, in.Sequence)
	}
	try.Equal("number of outputs", len(got.Out), len(want.Out))
	for i, out := range want.Out {
		try.Equal(nth("Out", i)+".Value", got.Out[i].Value, out.Value)
		try.Bytes(nth("Out", i)+".Script", got.Out[i].Script, out.Script)
	}
	for i, in := range want.In {
		try.Equal(nth("In", i)+", number of witness items", len(got.In[i].Witness), len(in.Witness))
		for k, item := range in.Witness {
			try.Bytes(nth(nth("In", i)+".Witness", k), got.In[i].Witness[k], item)
		}
	}
	try.Equal("LockTime", got.LockTime, want.LockTime)
}

func nth(name string, i int) string { return fmt.Sprintf("%s[%d]", name, i) }

// after returns a cursor over b with bytes around it, at the first byte of b.
func after(t *testing.T, before, b, rest []byte) *version.Cursor {
	t.Helper()
	c := version.NewCursor(join(before, b, rest))
	_, err := c.Take("bytes before", len(before))
	expect.Broken(t, err)
	return c
}

// isShort wants the error of bytes cut short.
func isShort(try *expect.Try, err error) {
	try.ErrorIs(err, io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// noEarlyMake wants few bytes to have been allocated for a claim that is not true.
func noEarlyMake(try *expect.Try, used uint64) {
	const most = 1 << 20
	try.Why("a count is a claim by a stranger: that many things of the smallest size must fit into the bytes that are left before you make room for them")
	try.True(used < most, "more than 1 MiB allocated", "no memory before the claim is checked")
}
