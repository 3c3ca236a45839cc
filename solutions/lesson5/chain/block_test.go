package chain_test

import (
	"fmt"
	"math/bits"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson5/chain"
)

func TestNextDifficulty(t *testing.T) {
	d := draw.From(t)
	lengths := []int{0, 1}
	for n := range 31 {
		lengths = append(lengths, 1<<n, 1<<n+d.IntN(1<<n), 1<<(n+1)-1)
	}
	for _, length := range lengths {
		try := expect.Tried(t, "NextDifficulty of a chain of %s", blocks(length))
		try.Why("1 at first, then one more each time the length has doubled")
		try.Equal("zero bytes", chain.NextDifficulty(length), max(1, bits.Len(uint(length))))
	}
}

func TestNextDifficulty_long(t *testing.T) {
	for n := 31; n < bits.UintSize-2; n++ {
		for _, length := range []int{1<<n - 1, 1 << n, 1<<n + 1} {
			try := expect.Tried(t, "NextDifficulty of a chain of %s", blocks(length))
			try.Why("1 at first, then one more each time the length has doubled: a float64 has 53 bits, and rounds a longer number to the next power of 2")
			try.Equal("zero bytes", chain.NextDifficulty(length), bits.Len(uint(length)))
		}
	}
}

func blocks(n int) string {
	if n == 1 {
		return "1 block"
	}
	return fmt.Sprintf("%d blocks", n)
}

func TestCheckHeader(t *testing.T) {
	d := draw.From(t)
	for _, zeros := range []int{0, 1, 2} {
		h := worked(chain.Header{Timestamp: d.Int64N(2e9), PreviousHash: chain.Hash(d.Bytes(64)), MerkleRoot: chain.Label(d.Bytes(65))}, zeros)
		for due := range 4 {
			try := expect.Tried(t, "CheckHeader of a header whose hash begins with %d zero bytes, where %d are due", zeros, due)
			try.Why("the hash is at or below the target: at least as many zero bytes as are due, and more do no harm")
			err := chain.CheckHeader(h, zeroBytes(due))
			if due <= zeros {
				try.NoError(err)
			} else {
				try.ErrorIs(err, chain.ErrWork, "chain.ErrWork")
			}
		}
	}
}

func TestCheckHeader_target(t *testing.T) {
	d := draw.From(t)
	h := worked(chain.Header{Timestamp: 9, PreviousHash: chain.Hash(d.Bytes(64))}, 0)
	at := chain.Target(h.ThisHash)
	below := at
	for i := len(below) - 1; ; i-- {
		if below[i]--; below[i] != 0xff {
			break
		}
	}
	expect.Tried(t, "CheckHeader where the target is the hash itself").Why("at or below the target").NoError(chain.CheckHeader(h, at))
	expect.Tried(t, "CheckHeader where the target is one below the hash").Why("hash and target are compared as numbers, down to the last bit").ErrorIs(chain.CheckHeader(h, below), chain.ErrWork, "chain.ErrWork")
}

func TestCheckHeader_fields(t *testing.T) {
	d := draw.From(t)
	right := worked(chain.Header{Timestamp: d.Int64N(2e9), PreviousHash: chain.Hash(d.Bytes(64)), MerkleRoot: chain.Label(d.Bytes(65))}, 1)
	expect.Tried(t, "CheckHeader of a header as it was mined").Why("it hashes to its hash, which starts with the zero byte that is due").NoError(chain.CheckHeader(right, zeroBytes(1)))
	for _, tt := range []struct {
		name string
		f    func(h *chain.Header)
	}{
		{"Timestamp", func(h *chain.Header) { h.Timestamp++ }},
		{"PreviousHash", func(h *chain.Header) { h.PreviousHash[d.IntN(64)] ^= 1 }},
		{"Nonce", func(h *chain.Header) { h.Nonce++ }},
		{"MerkleRoot", func(h *chain.Header) { h.MerkleRoot[d.IntN(65)] ^= 1 }},
		{"Bits", func(h *chain.Header) { h.Bits = 1 }},
		{"ThisHash", func(h *chain.Header) { h.ThisHash[63] ^= 1 }},
	} {
		h := right
		tt.f(&h)
		try := expect.Tried(t, "CheckHeader of a header, and then of the same with another %s", tt.name)
		try.Why("the work is in the hash of all the fields: what another header with this hash has passed says nothing of this one")
		try.ErrorIs(chain.CheckHeader(h, zeroBytes(1)), chain.ErrHash, "chain.ErrHash")
	}
	claimed := right
	claimed.Nonce += 7
	claimed.ThisHash = chain.Hash{}
	try := expect.Tried(t, "CheckHeader of a header that claims a hash of zeros")
	try.Why("a hash that nobody computed proves nothing")
	try.ErrorIs(chain.CheckHeader(claimed, zeroBytes(5)), chain.ErrHash, "chain.ErrHash")
}

func TestCheckBlock(t *testing.T) {
	d := draw.From(t)
	var txns []chain.Transaction
	for n := 1; n <= maxTransactions+1; n++ {
		txns = append(txns, minted(n, int64(d.Between(1, 99))))
		b := grown(nil, 1, txns...)[0]
		try := expect.Tried(t, "CheckBlock of a block of %d transactions", n)
		try.Why("a block has at most %d transactions, so that every node knows how large one can be", maxTransactions)
		err := chain.CheckBlock(b, zeroBytes(1))
		if n <= maxTransactions {
			try.NoError(err)
		} else {
			try.ErrorIs(err, chain.ErrTooMany, "chain.ErrTooMany")
		}
	}
}

func TestCheckBlock_refuses(t *testing.T) {
	d := draw.From(t)
	right := grown(nil, 1, minted(0, 5), minted(1, 6), minted(2, 7))[0]
	with := func(f func(b *chain.Block)) chain.Block {
		b := right
		b.Transactions = append([]chain.Transaction{}, right.Transactions...)
		f(&b)
		return b
	}
	expect.Tried(t, "CheckBlock of a block of three transactions").Why("its header has the work and the merkle root of these transactions").NoError(chain.CheckBlock(right, zeroBytes(1)))
	odd := grown(nil, 1, chain.Transaction{ReceiverValue: -5}, minted(1, 6), minted(1, 6))[0]
	expect.Tried(t, "CheckBlock of a block whose first transaction pays -5 coins to nobody and whose other two are the same").
		Why("whether transactions are right depends on those of other blocks: the ledger answers that").NoError(chain.CheckBlock(odd, zeroBytes(1)))
	for _, tt := range []struct {
		name string
		b    chain.Block
		want error
		is   string
		why  string
	}{
		{"no transactions", chain.Block{Header: worked(chain.Header{PreviousHash: beginning()}, 1)}, chain.ErrEmpty, "chain.ErrEmpty", "an empty block has no merkle root; toycoin broke down on one"},
		{"a transaction changed", with(func(b *chain.Block) { b.Transactions[1].ReceiverValue++ }), chain.ErrMerkleRoot, "chain.ErrMerkleRoot", "the merkle root stands for exactly these transactions"},
		{"two transactions swapped", with(func(b *chain.Block) {
			b.Transactions[0], b.Transactions[1] = b.Transactions[1], b.Transactions[0]
		}), chain.ErrMerkleRoot, "chain.ErrMerkleRoot", "the merkle root stands for the transactions in their order"},
		{"a transaction taken out", with(func(b *chain.Block) { b.Transactions = b.Transactions[:2] }), chain.ErrMerkleRoot, "chain.ErrMerkleRoot", "the merkle root stands for all transactions of a block"},
		{"the last transaction twice", with(func(b *chain.Block) { b.Transactions = append(b.Transactions, b.Transactions[2]) }), chain.ErrMerkleRoot, "chain.ErrMerkleRoot", "the merkle root stands for each transaction once; Bitcoin's tree hashes a lone child twice, and so cannot tell"},
		{"a hash that is not the header's", with(func(b *chain.Block) { b.Header.ThisHash[40] ^= 1 }), chain.ErrHash, "chain.ErrHash", "the header must hash to its hash"},
		{"too little work", chain.Block{Header: worked(right.Header, 0), Transactions: right.Transactions}, chain.ErrWork, "chain.ErrWork", "the hash must solve the target"},
	} {
		_ = d
		try := expect.Tried(t, "CheckBlock of a right block, and then of the same with %s", tt.name).Why("%s", tt.why)
		try.ErrorIs(chain.CheckBlock(tt.b, zeroBytes(1)), tt.want, tt.is)
	}
}

func TestCheckChain(t *testing.T) {
	expect.Tried(t, "CheckChain of no blocks").Why("a chain of no blocks is where every node begins; toycoin broke down on it").NoError(chain.CheckChain(nil))
	all := vector(t, "chain.bloc.txt")
	for n := 1; n <= len(all); n++ {
		try := expect.Tried(t, "CheckChain of a chain that a toycoin node mined, cut to %s; its last two blocks are of the same second", blocks(n))
		try.Why("the work that is due depends on the length of the chain below a block, and no block is older than the one before: the same second will do")
		try.NoError(chain.CheckChain(all[:n]))
	}
}

func TestCheckChain_difficulty(t *testing.T) {
	var b []chain.Block
	for i, nonce := range []uint64{0, 0, 19181, 75892} { // the next one is good: to find it takes long
		h := chain.Header{Timestamp: 5, PreviousHash: beginning(), Nonce: nonce, MerkleRoot: rootOf([]chain.Transaction{minted(0, int64(i+1))})}
		if i > 0 {
			h.PreviousHash = b[i-1].Header.ThisHash
		}
		b = append(b, chain.Block{Header: worked(h, bits.Len(uint(max(1, i)))), Transactions: []chain.Transaction{minted(0, int64(i+1))}})
	}
	expect.Tried(t, "CheckChain of four blocks with 1, 1, 2 and 2 zero bytes").Why("chains of 0 and 1 blocks ask 1 zero byte of the next, chains of 2 and 3 blocks ask 2").NoError(chain.CheckChain(b))
	txns := []chain.Transaction{minted(0, 5)}
	h := worked(chain.Header{Timestamp: 5, PreviousHash: b[3].Header.ThisHash, Nonce: 14266, MerkleRoot: rootOf(txns)}, 2)
	try := expect.Tried(t, "CheckChain of the same, and a fifth block with 2 zero bytes").Why("a chain of 4 blocks asks 3 zero bytes of the next: the difficulty has no end")
	try.ErrorIs(chain.CheckChain(append(b, chain.Block{Header: h, Transactions: txns})), chain.ErrWork, "chain.ErrWork")
}

func TestCheckChain_timestamps(t *testing.T) {
	try := expect.Tried(t, "CheckChain of a chain whose last block is older than the one before")
	try.Why("toycoin meant to check this, but its check never ran")
	try.ErrorIs(chain.CheckChain(vector(t, "backwards.bloc.txt")), chain.ErrTimestamp, "chain.ErrTimestamp")
	at := int64(draw.From(t).Between(10, 99))
	b := grown(grown(nil, at, minted(0, 1)), at-1, minted(1, 1))
	try = expect.Tried(t, "CheckChain of two blocks, the first at %d s, the second at %d s", at, at-1)
	try.Why("time does not run backwards in a chain: a block is made after the one that it names")
	try.ErrorIs(chain.CheckChain(b), chain.ErrTimestamp, "chain.ErrTimestamp")
	for _, times := range [][]int64{{5, 9, 8}, {9, 5, 9}, {9, 5, 6}} {
		b = nil
		for i, at := range times {
			b = grown(b, at, minted(i, 1))
		}
		try = expect.Tried(t, "CheckChain of three blocks, at %d, %d and %d s", times[0], times[1], times[2])
		try.Why("each block is compared with the one before it")
		try.ErrorIs(chain.CheckChain(b), chain.ErrTimestamp, "chain.ErrTimestamp")
	}
	b = grown(grown(nil, 9, minted(0, 1)), 10, minted(1, 1))
	try = expect.Tried(t, "CheckChain of two blocks, the first at 9 s, the second at 10 s").Why("times are numbers: as text, 10 comes before 9")
	try.NoError(chain.CheckChain(b))
}

func TestCheckChain_refuses(t *testing.T) {
	d := draw.From(t)
	long := grown(grown(grown(nil, 5, minted(0, 1)), 6, minted(1, 2)), 7, minted(2, 3))
	stranger := grown(grown(nil, 5, minted(3, 1)), 6, minted(4, 2))
	first := long[0]
	first.Header.PreviousHash = chain.Hash(d.Bytes(64))
	first.Header = worked(first.Header, 1)
	lazy := append([]chain.Block{}, long...)
	lazy[2].Header = worked(lazy[2].Header, 1)
	rotten := append([]chain.Block{}, long...)
	rotten[1].Transactions = []chain.Transaction{minted(1, 1_000)}
	for _, tt := range []struct {
		name   string
		blocks []chain.Block
		want   error
		is     string
		why    string
	}{
		{"a first block that follows some other hash than Start", []chain.Block{first}, chain.ErrLink, "chain.ErrLink", "all chains begin at the same place"},
		{"the first block missing", long[1:], chain.ErrLink, "chain.ErrLink", "all chains begin at the same place"},
		{"a block in the middle missing", []chain.Block{long[0], long[2]}, chain.ErrLink, "chain.ErrLink", "every block names the one before"},
		{"a last block of another chain", []chain.Block{long[0], stranger[1]}, chain.ErrLink, "chain.ErrLink", "every block names the one before"},
		{"a third block with 1 zero byte, where 2 are due", lazy, chain.ErrWork, "chain.ErrWork", "a chain of 2 blocks asks 2 zero bytes of the next"},
		{"a transaction in its second block changed", rotten, chain.ErrMerkleRoot, "chain.ErrMerkleRoot", "every block is checked, not only the last"},
	} {
		try := expect.Tried(t, "CheckChain of a chain with %s", tt.name).Why("%s", tt.why)
		try.ErrorIs(chain.CheckChain(tt.blocks), tt.want, tt.is)
	}
}

func TestCheckBlock_none(t *testing.T) {
	for _, txns := range [][]chain.Transaction{nil, {}} {
		b := chain.Block{Header: worked(chain.Header{Timestamp: 1}, 1), Transactions: txns}
		try := expect.Tried(t, "CheckBlock of a block whose Transactions are %s", map[bool]string{true: "nil", false: "empty and not nil"}[txns == nil])
		try.Why("a slice without elements may be nil or not: ask for its length")
		try.ErrorIs(chain.CheckBlock(b, zeroBytes(1)), chain.ErrEmpty, "chain.ErrEmpty")
	}
}

func TestCheckChain_random(t *testing.T) {
	d := draw.From(t)
	at := d.Between(10, 1_000)
	var b []chain.Block
	for i := range 3 {
		b = grown(b, int64(at), minted(i, int64(d.Between(1, 100))))
		at += d.Between(0, 50)
	}
	expect.Tried(t, "CheckChain of a chain of three blocks").Why("each follows the one before, and has done the work").NoError(chain.CheckChain(b))
	cut := []chain.Block{b[0], b[2]}
	expect.Tried(t, "CheckChain of the same, without its second block").Why("every block names the one before").ErrorIs(chain.CheckChain(cut), chain.ErrLink, "chain.ErrLink")
	b[1].Transactions = []chain.Transaction{minted(1, int64(d.Between(101, 200)))}
	try := expect.Tried(t, "CheckChain of the same chain with a transaction in its second block changed").Why("every block is checked, not only the last")
	try.ErrorIs(chain.CheckChain(b), chain.ErrMerkleRoot, "chain.ErrMerkleRoot")

	for range 12 {
		at := d.Between(10, 1<<30)
		b := grown(grown(nil, int64(at), minted(0, int64(d.Between(1, 1_000_000)))), int64(at+d.IntN(50)), minted(1, int64(d.Between(1, 1_000_000))))
		bad := d.IntN(2)
		name, why, want, is := "", "each follows the one before, and has done the work", error(nil), ""
		switch d.IntN(4) {
		case 0:
			name, why, want, is = ", without its first one", "all chains begin at the same place", chain.ErrLink, "chain.ErrLink"
			b = b[1:]
		case 1:
			name, why, want, is = fmt.Sprintf(", of which block %d has other transactions than it had", bad+1), "every block is checked, not only the last", chain.ErrMerkleRoot, "chain.ErrMerkleRoot"
			b[bad].Transactions[0].ReceiverValue++
		case 2:
			name, why, want, is = ", of which the second is a second older than the first", "time does not run backwards in a chain: a block is made after the one that it names", chain.ErrTimestamp, "chain.ErrTimestamp"
			b = grown(b[:1], int64(at-1), b[1].Transactions...)
		}
		try := expect.Tried(t, "CheckChain of a chain of two blocks, the first at %d s%s", at, name).Why("%s", why)
		if want == nil {
			try.NoError(chain.CheckChain(b))
		} else {
			try.ErrorIs(chain.CheckChain(b), want, is)
		}
	}
}

func TestCheckBlock_random(t *testing.T) {
	d := draw.From(t)
	for range 16 {
		txns := make([]chain.Transaction, d.Between(2, 5))
		for i := range txns {
			txns[i] = minted(i, int64(d.Between(1, 1_000_000)))
		}
		b := grown(nil, int64(d.Between(1, 1<<30)), txns...)[0]
		name, why, want, is := "", "its header has the work and the merkle root of these transactions", error(nil), ""
		switch d.IntN(4) {
		case 0:
			i := d.IntN(len(txns))
			name, why, want, is = fmt.Sprintf(", of which number %d is not the one that it was", i+1), "the merkle root stands for exactly these transactions", chain.ErrMerkleRoot, "chain.ErrMerkleRoot"
			txns[i].ReceiverValue++
		case 1:
			name, why, want, is = ", with a hash that is not the header's", "the header must hash to its hash", chain.ErrHash, "chain.ErrHash"
			b.Header.ThisHash[d.Between(1, 63)] ^= 1
		case 2:
			name, why, want, is = ", with too little work", "the hash must solve the target", chain.ErrWork, "chain.ErrWork"
			b.Header = worked(b.Header, 0)
		}
		try := expect.Tried(t, "CheckBlock of a block of %d transactions%s", len(txns), name).Why("%s", why)
		if want == nil {
			try.NoError(chain.CheckBlock(b, zeroBytes(1)))
		} else {
			try.ErrorIs(chain.CheckBlock(b, zeroBytes(1)), want, is)
		}
	}
}

func TestNextDifficulty_random(t *testing.T) {
	d := draw.From(t)
	for range 60 {
		n := d.IntN(31)
		length := 1<<n + d.IntN(1<<n)
		try := expect.Tried(t, "NextDifficulty of a chain of %s", blocks(length))
		try.Why("1 at first, then one more each time the length has doubled")
		try.Equal("zero bytes", chain.NextDifficulty(length), max(1, n+1))
	}
}

func TestCheckHeader_random(t *testing.T) {
	d := draw.From(t)
	for range 16 {
		zeros, due := d.IntN(2), d.IntN(3)
		h := worked(chain.Header{Timestamp: d.Int64N(2e9), PreviousHash: chain.Hash(d.Bytes(64)), MerkleRoot: chain.Label(d.Bytes(65))}, zeros)
		name := ""
		if due <= zeros && d.IntN(2) == 0 {
			name = ", with another time than it was mined with"
			h.Timestamp += int64(d.Between(1, 1000))
		}
		try := expect.Tried(t, "CheckHeader of a header whose hash begins with %d zero bytes, where %d are due%s", zeros, due, name)
		try.Why("the header hashes to its hash, which starts with at least as many zero bytes as are due")
		err := chain.CheckHeader(h, zeroBytes(due))
		switch {
		case name != "":
			try.ErrorIs(err, chain.ErrHash, "chain.ErrHash")
		case due > zeros:
			try.ErrorIs(err, chain.ErrWork, "chain.ErrWork")
		default:
			try.NoError(err)
		}
	}
}
