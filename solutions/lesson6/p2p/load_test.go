package p2p_test

//nodebook:limits timeout=45s

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/iotest"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/p2p"
)

// record is a message of lesson 1's envelope, by hand.
func record(command string, payload []byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, magic)
	b = append(b, command...)
	b = append(b, make([]byte, 12-len(command))...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(payload)))
	sum := sha256.Sum256(payload)
	sum = sha256.Sum256(sum[:])
	return append(append(b, sum[:4]...), payload...)
}

func disk(n int) (file []byte, blocks []chain.Block, ends []int) {
	for i := range n {
		b := chain.Block{Header: chain.Header{Timestamp: int64(i + 1), Nonce: uint64(i)}, Transactions: []chain.Transaction{rules.NewCoinbase(i, "someone")}}
		blocks = append(blocks, b)
		file = append(file, record("block", chain.EncodeBlock(b))...)
		ends = append(ends, len(file))
	}
	return file, blocks, ends
}

func TestLoad(t *testing.T) {
	d := draw.From(t)
	for n := range 4 {
		file, want, _ := disk(n)
		try := expect.Tried(t, "Load of a file of %s", expect.Count(n, "block"))
		try.Why("a file that ends between two messages, or before the first, ends well: io.EOF there is not an error of Load")
		got, size, err := p2p.Load(d.Fragments(file))
		try.NoError(err)
		try.Why("each message is one block more, in the order of the file, and size is where the last of them ends")
		try.Equal("blocks", len(got), n)
		try.Equal("size", size, int64(len(file)))
		for i := range got {
			try.True(got[i].Header == want[i].Header && len(got[i].Transactions) == 1, "another block", fmt.Sprintf("block %d", i+1))
		}
	}
}

func TestLoad_cut(t *testing.T) {
	d := draw.From(t)
	file, _, ends := disk(3)
	for n := range file {
		want, size := 0, 0
		for _, e := range ends {
			if n >= e {
				want, size = want+1, e
			}
		}
		// Each byte of a header, the first and the last of a payload, and some between.
		if header := 24; n > size+header+1 && n+1 < ends[want] && d.IntN(20) > 0 {
			continue
		}
		try := expect.Tried(t, "Load of the first %s of a file whose blocks end at %v", expect.Count(n, "byte"), ends)
		try.Why("a node may be killed at any byte: the last whole block wins, and the file goes on from its end")
		got, at, err := p2p.Load(bytes.NewReader(file[:n]))
		try.NoError(err)
		try.Equal("blocks", len(got), want)
		try.Equal("size", at, int64(size))
	}
}

func TestLoad_damaged(t *testing.T) {
	d := draw.From(t)
	file, _, ends := disk(3)
	for _, tt := range []struct {
		name string
		at   int
	}{{"the magic", 0}, {"the command", 4 + 2}, {"the length", 4 + 12 + 3}, {"the checksum", 4 + 12 + 4 + 1}, {"the payload", 24 + d.IntN(100)}} {
		b := bytes.Clone(file)
		b[ends[0]+tt.at] ^= 0x55
		try := expect.Tried(t, "Load of three blocks, where %s of the second is damaged", tt.name).Why("the blocks before a damaged message count, and nothing after them does")
		got, size, err := p2p.Load(bytes.NewReader(b))
		try.NoError(err)
		try.Equal("blocks", len(got), 1)
		try.Equal("size", size, int64(ends[0]))
	}
	for _, tt := range []struct {
		name string
		b    []byte
	}{{"a message that is no block", record("tx", []byte("{}"))}, {"a block that cannot be read", record("block", []byte("{}"))}} {
		try := expect.Tried(t, "Load of three blocks, then %s, then three more", tt.name)
		got, size, err := p2p.Load(bytes.NewReader(append(bytes.Clone(file), append(tt.b, file...)...)))
		try.Why("what is not a block ends the part of the file that counts: the blocks before it stay, and the rest is written again")
		try.NoError(err)
		try.Equal("blocks", len(got), 3)
		try.Equal("size", size, int64(len(file)))
	}
}

func TestLoad_broken(t *testing.T) {
	file, _, ends := disk(2)
	broken := errors.New("the disk is on fire")
	for _, n := range []int{30, 0} {
		try := expect.Tried(t, "Load where the reader fails %s after the first block", expect.Count(n, "byte")).Why("a disk that cannot be read is not a file that ends, not even between two blocks: to cut it off would lose blocks")
		got, size, err := p2p.Load(io.MultiReader(bytes.NewReader(file[:ends[0]+n]), iotest.ErrReader(broken)))
		try.ErrorIs(err, broken, "the reader's error")
		try.Equal("blocks", len(got), 1)
		try.Equal("size", size, int64(ends[0]))
	}
}

func TestLoad_otherBlocks(t *testing.T) {
	file, _, _ := disk(1)
	for _, command := range []string{"blocks", "blocktxn", "Block"} {
		_, more, _ := disk(2)
		try := expect.Tried(t, "Load of a block, and then a message with the command %q", command)
		try.Why("a command is known by all of its letters: another one that begins like it ends the part of the file that counts")
		got, size, err := p2p.Load(bytes.NewReader(append(bytes.Clone(file), record(command, chain.EncodeBlock(more[1]))...)))
		try.NoError(err)
		try.Equal("blocks", len(got), 1)
		try.Equal("size", size, int64(len(file)))
	}
}

func TestLoad_random(t *testing.T) {
	d := draw.From(t)
	for range 12 {
		var file []byte
		var want []chain.Block
		ends := []int{0}
		n := d.Between(1, 4)
		for i := range n {
			b := chain.Block{Header: chain.Header{Timestamp: int64(d.Uint32()), Nonce: d.Uint64()}, Transactions: []chain.Transaction{rules.NewCoinbase(i, chain.Address(d.Word(d.Between(1, 30))))}}
			want = append(want, b)
			file = append(file, record("block", chain.EncodeBlock(b))...)
			ends = append(ends, len(file))
		}
		name, whole := "", n
		switch bad := d.IntN(n); d.IntN(3) {
		case 0:
			at := d.Between(ends[bad], ends[bad+1]-1)
			name, whole = fmt.Sprintf(", of which the first %s are there", expect.Count(at, "byte")), bad
			file = file[:at]
		case 1:
			at := d.Between(ends[bad], ends[bad+1]-1)
			name, whole = fmt.Sprintf(", of which byte %d is damaged", at), bad
			file[at] ^= byte(d.Between(1, 255))
		}
		try := expect.Tried(t, "Load of a file whose blocks end at %v%s", ends[1:], name)
		try.Why("the whole blocks at the front of a file count, and nothing after the first that is cut or damaged")
		got, size, err := p2p.Load(bytes.NewReader(file))
		try.NoError(err)
		try.Equal("blocks", len(got), whole)
		try.Equal("size", size, int64(ends[whole]))
		for i := range got {
			same := got[i].Header == want[i].Header && len(got[i].Transactions) == 1 && got[i].Transactions[0].Receiver == want[i].Transactions[0].Receiver
			try.True(same, "another block", fmt.Sprintf("block %d", i+1))
		}
	}
}
