package node_test

//nodebook:limits timeout=45s

import (
	"strings"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson5/node"
)

func TestNode_HandleData(t *testing.T) {
	n := node.New()
	try := expect.Tried(t, "HandleData of messages that another implementation sent: a coinbase, then a chain of 3 blocks, then a shorter one")
	try.Why("the first four bytes say what the rest is: TXN a pair for HandleTransaction, BLOC a chain for HandleBlocks, whose errors are returned")
	try.NoError(n.HandleData(append([]byte("TXN "), toycoin.File("coinbase.txn.txt")...)))
	try.Equal("transactions in the pool", len(n.Pool()), 1)
	try.NoError(n.HandleData(append([]byte("BLOC"), toycoin.File("chain.bloc.txt")...)))
	try.Equal("blocks", len(n.Blocks()), 3)
	try.Equal("transactions in the pool", len(n.Pool()), 0)
	try.ErrorIs(n.HandleData(append([]byte("BLOC"), "[]"...)), node.ErrShort, "node.ErrShort")
	try.ErrorIs(n.HandleData(append([]byte("TXN "), toycoin.File("payment.txn.txt")...)), chain.ErrKnown, "chain.ErrKnown")
}

func TestNode_HandleData_junk(t *testing.T) {
	d := draw.From(t)
	for _, tt := range []struct {
		name, data string
		want       error
		is         string
	}{
		{"nothing", "", node.ErrType, "node.ErrType"},
		{"three bytes", "TXN", node.ErrType, "node.ErrType"},
		{"an unknown type", "PING[]", node.ErrType, "node.ErrType"},
		{"a type that ends with a tab", "TXN\t{}", node.ErrType, "node.ErrType"},
		{"a type in small letters", "bloc[]", node.ErrType, "node.ErrType"},
		{"four bytes that are no text", "\xff\xfe\x80\x00{}", node.ErrType, "node.ErrType"},
		{"a transaction that is not JSON", "TXN " + d.Word(20), chain.ErrFormat, "chain.ErrFormat"},
		{"an empty transaction", "TXN ", chain.ErrFormat, "chain.ErrFormat"},
		{"a chain that is not JSON", "BLOC{", chain.ErrFormat, "chain.ErrFormat"},
		{"a transaction for a chain", "BLOC" + string(toycoin.File("coinbase.txn.txt")), chain.ErrFormat, "chain.ErrFormat"},
		{"a chain of 100,000 brackets", "BLOC" + strings.Repeat("[", 100_000), chain.ErrTooDeep, "chain.ErrTooDeep"},
	} {
		n := node.New()
		try := expect.Tried(t, "HandleData of %s", tt.name).Why("a type is exactly four bytes, and a node survives any: toycoin's ended when they were not text")
		try.Halts("a slice cannot be longer than its data: look at the length before the first four bytes are taken as the type")
		try.ErrorIs(n.HandleData([]byte(tt.data)), tt.want, tt.is)
	}
}

func TestNode_HandleData_random(t *testing.T) {
	d := draw.From(t)
	n := node.New()
	var have []chain.Block
	var last []byte // the transaction that came last
	pool, first := 0, d.Between(2, 3) // so that one block less is not none
	for i := range 16 {
		p := minted(d.IntN(4), int64(d.Between(1, 1_000_000_000)))
		name, why, data, want, is := "a new transaction", "TXN says that the rest is a pair for HandleTransaction", append([]byte("TXN "), chain.EncodePair(p)...), error(nil), ""
		switch kind := d.IntN(6); {
		case i < first:
			name, why = "a chain of one block more than the node's", "BLOC says that the rest is a chain for HandleBlocks"
			have = grown(have, int64(10+i), p.Transaction)
			data = append([]byte(typeBlocks), chain.EncodeBlocks(have)...)
		case kind == 0 && pool > 0:
			name, why, want, is = "the last transaction once again", "the errors of HandleTransaction are returned", chain.ErrKnown, "chain.ErrKnown"
			data = last
		case kind == 1:
			name, why, want, is = "a chain of one block less than the node's", "the errors of HandleBlocks are returned", node.ErrShort, "node.ErrShort"
			data = append([]byte(typeBlocks), chain.EncodeBlocks(have[:len(have)-1])...)
		case kind == 2:
			name, why, want, is = "a transaction without its last byte", "the errors of DecodePair are returned", chain.ErrFormat, "chain.ErrFormat"
			data = data[:len(data)-1]
		case kind == 3:
			name, why, want, is = "a transaction after four other letters", "a type is exactly four bytes, and two of them are known", node.ErrType, "node.ErrType"
			copy(data, d.Word(4))
		default:
			last = data
			pool++
		}
		try := expect.Tried(t, "HandleData of message %d of 16: %s", i+1, name).Why("%s", why)
		if want == nil {
			try.NoError(n.HandleData(data))
		} else {
			try.ErrorIs(n.HandleData(data), want, is)
		}
		try.Equal("transactions in the pool", len(n.Pool()), pool)
		try.Equal("blocks", len(n.Blocks()), len(have))
	}
}
