package ibd_test

// Blocks, disks and peers for the tests, made without the exercises.

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/coins"
	"nodebook/solutions/lesson8/headers"
	"nodebook/solutions/lesson8/ibd"
)

const (
	bits  = 0x207fffff  // of regtest
	start = 900_000_000 // the time of block 0, in 1998: a bubble's clock starts in 2000
	later = 1_000_000_000
	magic = framing.Magic(0xdab5bffa)
)

func sha2(b []byte) block.Hash {
	once := sha256.Sum256(b)
	return sha256.Sum256(once[:])
}

func hashOf(b block.Block) block.Hash { return sha2(block.AppendHeader(nil, b.Header)) }

func idOf(t block.Tx) block.Hash { return sha2(block.AppendTx(nil, t, false)) }

// seal gives a block the root of its one or two transactions, and work.
func seal(b block.Block) block.Block {
	root := idOf(b.Txs[0])
	if len(b.Txs) == 2 {
		other := idOf(b.Txs[1])
		root = sha2(append(root[:], other[:]...))
	}
	b.Header.Merkle = root
	for hashOf(b)[31] >= 0x7f {
		b.Header.Nonce++
	}
	return b
}

// heightPush is how a coinbase's script starts: opcode or push of the height.
func heightPush(h int) []byte {
	if h <= 16 {
		return []byte{0x50 + byte(h)}
	}
	b := []byte{}
	for ; h > 0; h >>= 8 {
		b = append(b, byte(h))
	}
	if b[len(b)-1] >= 0x80 {
		b = append(b, 0)
	}
	return append([]byte{byte(len(b))}, b...)
}

var genesis = seal(block.Block{
	Header: block.Header{Version: 4, Time: start, Bits: bits},
	Txs:    []block.Tx{{Version: 1, In: []block.In{{Previous: block.NullPoint, Script: []byte{0, 0}, Sequence: 0xffffffff}}, Out: []block.Out{{Value: 50e8}}}},
})

// good and bad are scripts of inputs, which run knows.
var good, bad = []byte("good"), []byte("bad!")

var (
	errBad  = errors.New("a bad signature")
	errKill = errors.New("killed")
	errSync = errors.New("cannot write")
)

// run is the check of an input in these tests.
func run(s block.Spend) error {
	if bytes.Equal(s.Tx.In[s.Index].Script, good) {
		return nil
	}
	return errBad
}

// grow draws blocks after a chain, of which the first is genesis. From height 101 on
// each spends the coinbase of 100 blocks before, with the script that it is given.
func grow(d *draw.Source, chain []block.Block, n int, script []byte) []block.Block {
	chain = append([]block.Block{}, chain...)
	for range n {
		chain = append(chain, next(d, chain, script))
	}
	return chain
}

// script51 draws a script that is not one of those that no coin is kept for.
func script51(d *draw.Source) []byte { return append([]byte{0x51}, d.Bytes(4)...) }

func next(d *draw.Source, chain []block.Block, script []byte) block.Block {
	height, tip := len(chain), chain[len(chain)-1]
	b := block.Block{Header: block.Header{Version: 4, Previous: hashOf(tip), Time: tip.Header.Time + 60, Bits: bits}}
	coinbase := append(heightPush(height), d.Bytes(8)...)
	b.Txs = []block.Tx{{
		Version: 1,
		In:      []block.In{{Previous: block.NullPoint, Script: coinbase, Sequence: 0xffffffff}},
		Out:     []block.Out{{Value: 1e8, Script: script51(d)}},
	}}
	if height > 100 {
		old := chain[height-100].Txs[0]
		b.Txs = append(b.Txs, block.Tx{
			Version: 1,
			In:      []block.In{{Previous: block.OutPoint{TxID: idOf(old)}, Script: script, Sequence: 0xffffffff}},
			Out:     []block.Out{{Value: int64(d.Between(1, 1000)), Script: script51(d)}, {Value: 5, Script: script51(d)}},
		})
	}
	return seal(b)
}

// coinsOf are the coins of a chain, as lesson 7 connects it.
func coinsOf(t *testing.T, chain []block.Block) rules.MemCoins {
	t.Helper()
	set := rules.MemCoins{}
	for height, b := range chain {
		if height == 0 {
			continue
		}
		if _, err := rules.Connect(set, b, height, rules.Regtest, func(block.Spend) error { return nil }); err != nil {
			t.Fatalf("lesson 7's Connect, which this test needs, at %d: %v", height, err)
		}
	}
	return set
}

// world is a disk that can die: each byte that is written and each call of Sync and
// Update takes one of what is left.
type world struct {
	left         int // -1: it never dies
	dead         bool
	loses        *draw.Source // if not nil, bytes that were not synced may be lost
	fails        string       // the call that returns errSync
	blocks, undo *file
	data         map[string][]byte
	calls        []string
	updates      int
}

func newWorld() *world {
	w := &world{left: -1, data: map[string][]byte{}}
	w.blocks, w.undo = &file{world: w, name: "blocks"}, &file{world: w, name: "undo"}
	return w
}

// disk is what Open wants.
func (w *world) disk() ibd.Disk { return ibd.Disk{Blocks: w.blocks, Undo: w.undo, Coins: w} }

// revive is the disk after a restart, with so much left.
func (w *world) revive(left int) {
	if w.dead && w.loses != nil {
		for _, f := range []*file{w.blocks, w.undo} {
			f.data = f.data[:w.loses.Between(min(f.synced, len(f.data)), len(f.data))]
		}
	}
	w.dead, w.left = false, left
}

// spend takes up to n of what is left.
func (w *world) spend(n int) (int, error) {
	if w.dead {
		return 0, errKill
	}
	if w.left >= 0 && n > w.left {
		n, w.left, w.dead = w.left, 0, true
		return n, errKill
	}
	if w.left >= 0 {
		w.left -= n
	}
	return n, nil
}

func (w *world) Get(key []byte) ([]byte, error) {
	switch {
	case w.dead:
		return nil, errKill
	case w.fails == "Get":
		return nil, errSync
	}
	return w.data[string(key)], nil
}

func (w *world) Update(puts []coins.Pair, deletes [][]byte) error {
	w.calls = append(w.calls, "Update")
	if w.fails == "Update" {
		return errSync
	}
	if _, err := w.spend(1); err != nil {
		return err
	}
	w.updates++
	for _, p := range puts {
		w.data[string(p.Key)] = bytes.Clone(p.Value)
	}
	for _, k := range deletes {
		delete(w.data, string(k))
	}
	return nil
}

// file is a file in memory.
type file struct {
	world  *world
	name   string
	data   []byte
	synced int
}

func (f *file) ReadAt(b []byte, offset int64) (int, error) {
	switch {
	case f.world.dead:
		return 0, errKill
	case f.world.fails == "Read "+f.name:
		return 0, errSync
	}
	if offset >= int64(len(f.data)) {
		return 0, io.EOF
	}
	n := copy(b, f.data[offset:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (f *file) WriteAt(b []byte, offset int64) (int, error) {
	n, err := f.world.spend(len(b))
	for len(f.data) < int(offset)+n {
		f.data = append(f.data, 0)
	}
	copy(f.data[offset:], b[:n])
	return n, err
}

func (f *file) Truncate(size int64) error {
	if f.world.dead {
		return errKill
	}
	f.data = f.data[:size]
	f.synced = min(f.synced, int(size))
	return nil
}

func (f *file) Sync() error {
	f.world.calls = append(f.world.calls, "Sync "+f.name)
	if f.world.fails == "Sync "+f.name {
		return errSync
	}
	if _, err := f.world.spend(1); err != nil {
		return err
	}
	f.synced = len(f.data)
	return nil
}

// bytesOf are the bytes of a coin in a database.
func bytesOf(u rules.UTXO) []byte { return coins.AppendCoin(nil, u) }

// has wants a disk to have the coins of a chain, and its tip.
func (w *world) has(t *testing.T, try *expect.Try, chain []block.Block) {
	t.Helper()
	set := coinsOf(t, chain)
	tip := hashOf(chain[len(chain)-1])
	try.Shows("the tip in the database", fmt.Sprintf("%x", w.data["tip"]), fmt.Sprintf("%x", tip[:]))
	try.Why("the coins are those of lesson 7's Connect over the same blocks")
	missing := 0
	for p, u := range set {
		if !bytes.Equal(w.data[string(coins.Key(p))], bytesOf(u)) {
			missing++
		}
	}
	try.Equal("coins that are not in the database", missing, 0)
	try.Equal("coins in the database", len(w.data)-1, len(set))
}

// options never flush or verify by themselves.
func options() ibd.Options {
	return ibd.Options{Run: run, Workers: 2, FlushAt: 1 << 30, VerifyAt: 1 << 30}
}

// open opens a chain and adds headers to its tree.
func open(t *testing.T, w *world, o ibd.Options, branches ...[]block.Block) *ibd.Chain {
	t.Helper()
	c, err := ibd.Open(headers.NewTree(genesis.Header, rules.Regtest), w.disk(), magic, o)
	if err != nil {
		t.Fatalf("Open, which this test needs: %v", err)
	}
	for _, chain := range branches {
		var hs []block.Header
		for _, b := range chain {
			hs = append(hs, b.Header)
		}
		if _, err := c.Tree.Add(hs, later); err != nil {
			t.Fatalf("Tree.Add, which this test needs: %v", err)
		}
	}
	return c
}

// put puts the blocks of a chain after genesis.
func put(t *testing.T, c *ibd.Chain, chain []block.Block) {
	t.Helper()
	for _, b := range chain[1:] {
		if err := c.Put(b); err != nil {
			t.Fatalf("Put, which this test needs: %v", err)
		}
	}
}

// node returns the node of a chain's last block.
func node(c *ibd.Chain, chain []block.Block) *headers.Node {
	return c.Tree.Node(hashOf(chain[len(chain)-1]))
}

// at is where the tip of a chain is, in words.
func at(c *ibd.Chain, chains map[string][]block.Block) string {
	for name, chain := range chains {
		for height, b := range chain {
			if c.Tip() != nil && hashOf(b) == c.Tip().Hash {
				return fmt.Sprintf("block %d of %s", height, name)
			}
		}
	}
	return "another block"
}
