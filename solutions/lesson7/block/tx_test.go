package block_test

import (
	"bytes"
	"testing"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
)

// readsTx wants ReadTx to read a transaction that has bytes around it.
func readsTx(t *testing.T, d *draw.Source, want block.Tx, segwit bool, why string) {
	t.Helper()
	b := bytesOf(want, segwit)
	before, rest := d.Bytes(d.Between(1, 9)), d.Bytes(d.Between(1, 9))
	c := after(t, before, b, rest)
	try := expect.Tried(t, "ReadTx(c), where c has a transaction with %s and %s in the %s format, and %s more", expect.Count(len(want.In), "input"), expect.Count(len(want.Out), "output"), format(segwit), expect.Count(len(rest), "byte"))
	try.Input(b, layoutOf(want, segwit)...)
	try.Why("%s", why)
	got, err := block.ReadTx(c)
	try.NoError(err)
	sameTx(try, got, want)
	try.Why("the next transaction starts right after the lock time")
	try.Equal("bytes taken", c.Offset()-len(before), len(b))
}

func format(segwit bool) string {
	if segwit {
		return "segwit"
	}
	return "legacy"
}

func TestReadTx_1legacy(t *testing.T) {
	d := draw.From(t)
	for _, size := range [][2]int{{1, 1}, {1, 0}, {d.Between(2, 5), d.Between(1, 5)}, {2, d.Between(2, 9)}} {
		readsTx(t, d, drawTx(d, size[0], size[1]), false, "the fields come in the order of the struct, each list with its number before it; numbers are little endian")
	}
}

func TestReadTx_1many(t *testing.T) {
	d := draw.From(t)
	tx := drawTx(d, 1, 1)
	tx.In[0].Script = d.Bytes(d.Between(253, 600))
	for range 260 {
		tx.Out = append(tx.Out, block.Out{Value: int64(d.Uint64() >> 20)})
	}
	b := bytesOf(tx, false)
	try := expect.Tried(t, "ReadTx(c), where c has a transaction with a script of %d bytes and 261 outputs", len(tx.In[0].Script))
	try.Why("counts and lengths are CompactSizes: from 253 on they have more than one byte")
	got, err := block.ReadTx(version.NewCursor(b))
	try.NoError(err)
	try.Equal("number of outputs", len(got.Out), 261)
	try.Bytes("In[0].Script", got.In[0].Script, tx.In[0].Script)
	try.Equal("LockTime", got.LockTime, tx.LockTime)
}

func TestReadTx_2segwit(t *testing.T) {
	d := draw.From(t)
	for _, size := range [][2]int{{1, 1}, {2, 1}, {d.Between(3, 5), d.Between(1, 5)}} {
		readsTx(t, d, drawSegwit(d, size[0], size[1]), true, "after the version 00 is a marker and 01 a flag; after the outputs each input has a list of items, which may be empty")
	}
}

func TestReadTx_real(t *testing.T) {
	b := chain.Block(170)[block.HeaderSize+1+134:]
	try := expect.Tried(t, "ReadTx(c), where c has the first payment ever made, in block 170").Input(b)
	try.Why("Satoshi Nakamoto paid Hal Finney 10 BTC of 50 on 12 January 2009")
	got, err := block.ReadTx(version.NewCursor(b))
	try.NoError(err)
	try.Equal("number of inputs", len(got.In), 1)
	try.Equal("number of outputs", len(got.Out), 2)
	try.Equal("Out[0].Value", got.Out[0].Value, int64(10_0000_0000))
	try.Equal("Out[1].Value", got.Out[1].Value, int64(40_0000_0000))
}

func TestReadTx_flag(t *testing.T) {
	d := draw.From(t)
	for _, flag := range []byte{0, 2, 3, 0x81, byte(d.Between(4, 255))} {
		b := bytesOf(drawSegwit(d, 2, 1), true)
		b[5] = flag
		try := expect.Tried(t, "ReadTx(c), where the flag after the marker 00 is %02x", flag).Input(b[:8], expect.Field{Name: "version", Size: 4}, expect.Field{Name: "marker, flag", Size: 2})
		try.Why("a flag other than 01 would announce a format that we do not know, and guessing is worse than refusing")
		_, err := block.ReadTx(version.NewCursor(b))
		try.ErrorIs(err, block.ErrFlag, "ErrFlag")
	}
}

func TestReadTx_superfluous(t *testing.T) {
	d := draw.From(t)
	for _, ins := range []int{1, d.Between(2, 4)} {
		tx := drawTx(d, ins, 2)
		b := bytesOf(tx, true)
		try := expect.Tried(t, "ReadTx(c), where a transaction in the segwit format has %s, none of them with a witness", expect.Count(ins, "input")).Input(b, layoutOf(tx, true)...)
		try.Why("without a witness there is one format, the legacy one: two ways to write the same transaction would be two answers to the same question")
		_, err := block.ReadTx(version.NewCursor(b))
		try.ErrorIs(err, block.ErrSuperfluous, "ErrSuperfluous")
	}
	b := join(le32(1), []byte{0, 1, 0, 1}, le64(5), []byte{0}, le32(0))
	try := expect.Tried(t, "ReadTx(c), where a transaction in the segwit format has no inputs").Input(b)
	try.Why("without inputs there are no witnesses")
	_, err := block.ReadTx(version.NewCursor(b))
	try.ErrorIs(err, block.ErrSuperfluous, "ErrSuperfluous")
}

func TestReadTx_claims(t *testing.T) {
	d := draw.From(t)
	huge := [][]byte{{0xfe, 0, 0, 0x10, 0}, {0xff, 0, 0, 0, 0, 0, 1, 0, 0}, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}
	in := join(d.Bytes(36), []byte{0}, le32(7))
	for _, claim := range huge {
		for _, tt := range []struct {
			what string
			b    []byte
		}{
			{"inputs", join(le32(1), claim)},
			{"inputs after the flag", join(le32(1), []byte{0, 1}, claim)},
			{"outputs", join(le32(1), []byte{1}, in, claim)},
			{"bytes in the first input's script", join(le32(1), []byte{1}, d.Bytes(36), claim)},
			{"bytes in the first output's script", join(le32(1), []byte{1}, in, []byte{1}, le64(9), claim)},
			{"items in the first witness", join(le32(1), []byte{0, 1, 1}, in, []byte{0}, claim)},
			{"bytes in the first item of a witness", join(le32(1), []byte{0, 1, 1}, in, []byte{0, 1}, claim)},
		} {
			b := join(tt.b, d.Bytes(60))
			try := expect.Tried(t, "ReadTx(c), where the number of %s is claimed to be %x, and 60 bytes follow", tt.what, claim)
			try.Why("what cannot be in the bytes that are left has been cut off, or was never there")
			var err error
			used := allocated(func() { _, err = block.ReadTx(version.NewCursor(b)) })
			isShort(try, err)
			noEarlyMake(try, used)
		}
	}
}

func TestReadTx_cut(t *testing.T) {
	d := draw.From(t)
	for _, segwit := range []bool{false, true} {
		tx := drawTx(d, 2, 2)
		if segwit {
			tx = drawSegwit(d, 2, 2)
		}
		b := bytesOf(tx, segwit)
		for n := range b {
			try := expect.Tried(t, "ReadTx(c), where c has %d of the %d bytes of a transaction in the %s format", n, len(b), format(segwit)).Input(b[:n], layoutOf(tx, segwit)...)
			try.Why("c.Take returns this error: pass it on, or wrap it with %%w")
			_, err := block.ReadTx(version.NewCursor(b[:n]))
			isShort(try, err)
		}
	}
}

func TestReadTx_shortest(t *testing.T) {
	d := draw.From(t)
	long := []byte{0xfd, 1, 0}
	in := join(d.Bytes(36), []byte{0}, le32(7))
	for _, tt := range []struct {
		what string
		b    []byte
	}{
		{"number of inputs", join(le32(1), long, in, []byte{0}, le32(0), d.Bytes(90))},
		{"number of inputs after the flag", join(le32(1), []byte{0, 1}, long, in, []byte{0}, le32(0), d.Bytes(90))},
		{"length of a script", join(le32(1), []byte{1}, d.Bytes(36), long, d.Bytes(90))},
		{"number of outputs", join(le32(1), []byte{1}, in, long, d.Bytes(90))},
		{"length of an output's script", join(le32(1), []byte{1}, in, []byte{1}, le64(5), long, d.Bytes(90))},
		{"number of a witness's items", join(le32(1), []byte{0, 1, 1}, in, []byte{1}, le64(5), []byte{0}, long, d.Bytes(90))},
		{"length of a witness's item", join(le32(1), []byte{0, 1, 1}, in, []byte{1}, le64(5), []byte{0, 1}, long, d.Bytes(90))},
	} {
		try := expect.Tried(t, "ReadTx(c), where the %s is 1, written in three bytes", tt.what).Input(tt.b)
		try.Why("a CompactSize has one form, the shortest")
		_, err := block.ReadTx(version.NewCursor(tt.b))
		try.ErrorIs(err, version.ErrCompactSize, "version.ErrCompactSize")
	}
}

// A claim whose product with the size of one thing starts again at 0, and one that
// only things without a size could fit.
func TestReadTx_manyClaims(t *testing.T) {
	d := draw.From(t)
	in := join(d.Bytes(36), []byte{0}, le32(7))
	for _, tt := range []struct {
		what string
		b    []byte
		size uint64 // of the smallest
	}{
		{"inputs", le32(1), 41},
		{"inputs after the flag", join(le32(1), []byte{0, 1}), 41},
		{"outputs", join(le32(1), []byte{1}, in), 9},
	} {
		claim := (1<<64-1)/tt.size + 1
		b := join(tt.b, []byte{0xff}, le64(claim), make([]byte, 60))
		try := expect.Tried(t, "ReadTx(c), where the number of %s is claimed to be %d, %d times which is 2^64 and %d more", tt.what, claim, tt.size, claim*tt.size)
		try.Halts("%d times the number has more than 64 bits, and what is left of it looks small: divide the bytes that are left, and do not multiply the claim", tt.size)
		var err error
		used := allocated(func() { _, err = block.ReadTx(version.NewCursor(b)) })
		isShort(try, err)
		noEarlyMake(try, used)

		b = join(tt.b, []byte{0xfe}, le32(90_000), make([]byte, 100_000))
		try = expect.Tried(t, "ReadTx(c), where the number of %s is claimed to be 90,000, and 100,000 bytes follow", tt.what)
		used = allocated(func() { _, err = block.ReadTx(version.NewCursor(b)) })
		isShort(try, err)
		noEarlyMake(try, used)
	}
}

func TestAppendTx(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		tx      block.Tx
		witness bool
		segwit  bool // the format that is wanted
		why     string
	}{
		{drawTx(d, 2, 3), false, false, "the fields come in the order in which ReadTx reads them"},
		{drawTx(d, 1, d.Between(254, 300)), true, false, "a transaction without a witness has the legacy format only"},
		{drawSegwit(d, 3, 2), true, true, "with a witness, marker and flag come after the version, and the witnesses before the lock time"},
		{drawSegwit(d, 2, 2), false, false, "the legacy format leaves out marker, flag and witnesses"},
	} {
		dst := d.Bytes(d.Between(1, 5))
		try := expect.Tried(t, "AppendTx(dst, t, %t), where t has %s, and HasWitness is %t", tt.witness, expect.Count(len(tt.tx.In), "input"), tt.tx.HasWitness())
		try.Why("%s", tt.why)
		layout := append([]expect.Field{{Name: "dst", Size: len(dst)}}, layoutOf(tt.tx, tt.segwit)...)
		want, whole := join(dst, bytesOf(tt.tx, tt.segwit)), bytesOf(tt.tx, true)
		got := block.AppendTx(dst[:len(dst):len(dst)], tt.tx, tt.witness)
		try.Bytes("", got, want, layout...)
		try.Why("t is a copy, but its slices have the caller's memory: a witness is left out of the bytes, and not taken out of the inputs")
		try.True(bytes.Equal(bytesOf(tt.tx, true), whole), "t has another witness afterwards", "t as it was")
	}
}
