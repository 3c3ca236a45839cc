package picture

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"nodebook/fixtures/chain"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/coins"
	"nodebook/solutions/lesson8/headers"
	"nodebook/solutions/lesson8/ibd"
)

// Blocks of the chain whose node crashes: it has connected and flushed the first
// crashFlushed, and two more are flushed together.
const (
	crashFlushed = 6
	crashBlocks  = 9
)

// crash is what memory and disk have at each moment around a flush, from a run of
// lesson 8's chain on the real blocks. What the next start finds is seen by opening
// the chain again, with what the disk has then.
func crash() (Picture, error) {
	r, err := newCrashing()
	if err != nil {
		return Picture{}, err
	}
	for n := crashFlushed + 1; n <= crashBlocks; n++ {
		if err := r.put(n); err != nil {
			return Picture{}, err
		}
		if n == crashBlocks {
			break
		}
		if err := r.enter(n); err != nil {
			return Picture{}, err
		}
		if n == crashFlushed+2 {
			if err := r.chain.Flush(); err != nil {
				return Picture{}, err
			}
		}
	}
	const left, row, top, cell = 18.0, 26.0, 66.0, 54.0
	column := func(i int) float64 { return 170 + 60*float64(i) }
	c := newCanvas(0)
	c.text(left, 24, "bold", "What is left after a crash?")
	c.text(column(0)+cell/2, 58, "small mid", "memory")
	for i, name := range []string{"blocks", "undo", "coins"} {
		c.text(column(i+1)+cell/2, 58, "small mid", "%s", name)
	}
	c.text((column(1)+column(3)+cell)/2, 36, "small quiet mid", "disk")
	c.line(column(1), 42, column(3)+cell, 42, "rule")
	drawn := 0 // the moment of the crash that is drawn: the files are on the disk, the coins are not
	for i, m := range r.moments {
		y := top + row*float64(i)
		c.text(left, y+16, "small", "%s", m.what)
		for k, has := range []kept{{wrote: m.memory}, m.blocks, m.undo, {wrote: m.coins, synced: m.coins}} {
			class := "b3"
			if k == 0 {
				class = "b1"
			} else if has.synced < has.wrote {
				class = "b2 dash"
			}
			c.box(column(k), y, cell, 22, class, "small", "%d", has.wrote)
		}
		c.spot(left-6, y-2, 396, row, m.next)
		if m.coins < m.blocks.synced {
			drawn = i
		}
	}
	y := top + row*float64(drawn+1) - 2
	c.line(left-6, y, Width-left, y, "lx thick dash")
	y = top + row*float64(len(r.moments)) + 22
	c.text(left, y, "bold fx", "A crash after “%s”", r.moments[drawn].what)
	for i, words := range r.moments[drawn].found {
		c.text(left, y+20+18*float64(i), "small", "%s", words)
	}
	y += 56
	for i, k := range []struct{ class, words string }{
		{"b1", "in memory: gone after a crash"},
		{"b2 dash", "written: perhaps on the disk, perhaps not or in part"},
		{"b3", "on the disk: stays"},
	} {
		c.rect(left, y+22*float64(i), 15, 15, k.class)
		c.text(left+24, y+12+22*float64(i), "small", "%s", k.words)
	}
	c.height = int(y) + 76
	return Picture{Lesson: "lesson8", Name: "crash", Title: "What was on the disk stays",
		Desc: fmt.Sprintf("A table of %d moments around a flush. Blocks 7 and 8 are put and entered, then the file of blocks is synced, then the file of undo, and only then are the coins and the tip written. "+
			"Each row has the last block that memory, the two files and the coins know. A crash is marked after the second sync: %s", len(r.moments), r.moments[drawn].next), canvas: c}, nil
}

// moment is a state of memory and disk, by heights of blocks, and what a start after
// a crash at that moment finds.
type moment struct {
	what         string
	memory       int
	blocks, undo kept
	coins        int
	found        [2]string
	next         string // found in one
}

// kept is the last block that a file has: that was written, and that is on the disk for sure.
type kept struct{ wrote, synced int }

// crashing is a chain in memory that notes its moments.
type crashing struct {
	chain   *ibd.Chain
	nodes   []*headers.Node
	blocks  memFile
	undo    memFile
	coins   memDB
	moments []moment
	err     error // of a note
}

var crashMagic = framing.Mainnet

func newCrashing() (*crashing, error) {
	r := &crashing{coins: memDB{pairs: map[string][]byte{}}}
	c, err := ibd.Open(firstTree(), ibd.Disk{Blocks: &r.blocks, Undo: &r.undo, Coins: &r.coins}, crashMagic, ibd.Options{FlushAt: 1 << 20, VerifyAt: 1 << 20})
	if err != nil {
		return nil, err
	}
	r.chain = c
	for n := 1; n <= crashFlushed; n++ {
		if err := r.put(n); err != nil {
			return nil, err
		}
		if err := r.enter(n); err != nil {
			return nil, err
		}
	}
	if err := c.Flush(); err != nil {
		return nil, err
	}
	r.moments = nil
	r.note("after a flush")
	r.blocks.then = func() { r.note("sync the blocks") }
	r.undo.then = func() { r.note("sync the undo") }
	r.coins.then = func() { r.note("write coins and tip") }
	return r, r.err
}

func firstTree() *headers.Tree {
	h, _ := block.ReadHeader(version.NewCursor(chain.Block(0))) // whole, as chain's tests see
	return headers.NewTree(h, rules.Mainnet)
}

func (r *crashing) put(n int) error {
	b, err := block.ReadBlock(chain.Block(n))
	if err != nil {
		return err
	}
	if _, err := r.chain.Tree.Add([]block.Header{b.Header}, int64(b.Header.Time)); err != nil {
		return err
	}
	r.nodes = append(r.nodes, r.chain.Tree.Best())
	if err := r.chain.Put(b); err != nil {
		return err
	}
	r.note(fmt.Sprintf("put block %d", n))
	return r.err
}

func (r *crashing) enter(n int) error {
	if err := r.chain.Enter(r.nodes[n-1]); err != nil {
		return err
	}
	r.note(fmt.Sprintf("enter block %d", n))
	return r.err
}

// note adds the moment that is now.
func (r *crashing) note(what string) {
	m := moment{what: what, memory: r.chain.Tip().Height, blocks: r.blocks.kept(), undo: r.undo.kept()}
	var sure, most int
	for _, of := range []struct {
		best   *int
		blocks *memFile
		undo   *memFile
	}{{&sure, r.blocks.copy(r.blocks.synced), r.undo.copy(r.undo.synced)}, {&most, r.blocks.copy(len(r.blocks.ends)), r.undo.copy(len(r.undo.ends))}} {
		next, err := ibd.Open(firstTree(), ibd.Disk{Blocks: of.blocks, Undo: of.undo, Coins: &r.coins}, crashMagic, ibd.Options{})
		if err != nil {
			r.err = fmt.Errorf("a start after %q: %w", what, err)
			return
		}
		m.coins, *of.best = next.Tip().Height, next.Tree.Best().Height
	}
	m.found = [2]string{fmt.Sprintf("The next start is at block %d.", m.coins), "Nothing is lost."}
	var above []string
	for n := m.coins + 1; n <= most; n++ {
		above = append(above, strconv.Itoa(n))
	}
	switch {
	case sure == most && len(above) > 0:
		m.found[1] = fmt.Sprintf("It enters %s from the file and asks no peer.", spoken(above))
	case len(above) == 1:
		m.found[1] = fmt.Sprintf("%s comes from the file if it is whole there, else from a peer.", above[0])
	case len(above) > 0:
		m.found[1] = fmt.Sprintf("%s come from the file if they are whole, else from peers.", spoken(above))
	}
	m.next = m.found[0] + " " + m.found[1]
	r.moments = append(r.moments, m)
}

// spoken is "7" or "7 and 8".
func spoken(all []string) string {
	if len(all) == 1 {
		return all[0]
	}
	return all[0] + " and " + all[1]
}

// memFile is an ibd.File: each write adds a record about the next block.
type memFile struct {
	data   []byte
	ends   []int // of the records
	synced int   // records
	then   func()
}

func (f *memFile) ReadAt(b []byte, offset int64) (int, error) {
	if offset >= int64(len(f.data)) {
		return 0, io.EOF
	}
	n := copy(b, f.data[offset:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (f *memFile) WriteAt(b []byte, offset int64) (int, error) {
	f.data = append(f.data[:offset], b...)
	f.ends = append(f.ends, len(f.data))
	return len(b), nil
}

func (f *memFile) Truncate(size int64) error {
	f.data = f.data[:size]
	return nil
}

func (f *memFile) Sync() error {
	f.synced = len(f.ends)
	if f.then != nil {
		f.then()
	}
	return nil
}

func (f *memFile) kept() kept { return kept{wrote: len(f.ends), synced: f.synced} }

// copy is a file with the first records of f.
func (f *memFile) copy(records int) *memFile {
	end := 0
	if records > 0 {
		end = f.ends[records-1]
	}
	return &memFile{data: slices.Clone(f.data[:end])}
}

// memDB is a coins.DB.
type memDB struct {
	pairs map[string][]byte
	then  func()
}

func (d *memDB) Get(key []byte) ([]byte, error) { return d.pairs[string(key)], nil }

func (d *memDB) Update(puts []coins.Pair, deletes [][]byte) error {
	for _, k := range deletes {
		delete(d.pairs, string(k))
	}
	for _, p := range puts {
		d.pairs[string(p.Key)] = p.Value
	}
	if d.then != nil {
		d.then()
	}
	return nil
}
