package ibd

import (
	"errors"
	"fmt"
	"math"

	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/coins"
	"nodebook/solutions/lesson8/headers"
)

// ErrDamaged is wrapped if the database names a block that the file does not have.
var ErrDamaged = errors.New("the block of the coins is not in the file of blocks")

// Disk is where a chain is kept.
type Disk struct {
	Blocks, Undo File
	Coins        coins.DB
}

// Open opens a chain as the last run has left it, however that ended. The tree must
// have nothing but the genesis block; the headers of the file's blocks are added to it.
//
// The tip in the database is the truth. Blocks after it in the file were not synced
// by a flush: from the first on whose bytes are damaged, they are cut off.
func Open(tree *headers.Tree, d Disk, magic framing.Magic, o Options) (*Chain, error) {
	c := &Chain{Tree: tree, Options: o, coins: coins.NewCache(d.Coins), put: map[block.Hash]block.Block{}}
	c.tip = tree.Best()
	var order []block.Hash
	var err error
	if c.blocks, order, err = openLog(d.Blocks, magic, blockName); err != nil {
		return nil, fmt.Errorf("block file: %w", err)
	}
	if c.undos, _, err = openLog(d.Undo, magic, undoName); err != nil {
		return nil, fmt.Errorf("undo file: %w", err)
	}
	tip, ok, err := coins.Tip(d.Coins)
	if err != nil {
		return nil, err
	}
	if err := c.load(order, tip, ok); err != nil {
		return nil, err
	}
	if ok {
		if c.tip = tree.Node(tip); c.tip == nil {
			return nil, fmt.Errorf("%w: %s", ErrDamaged, tip)
		}
	}
	c.flushed = c.tip
	return c, nil
}

// load adds the headers of the file to the tree. Records up to that of tip are
// whole; later ones are read to see.
func (c *Chain) load(order []block.Hash, tip block.Hash, flushed bool) error {
	synced := int64(-1)
	if flushed {
		synced = c.blocks.at[tip].offset
	}
	for _, hash := range order {
		raw := make([]byte, block.HeaderSize)
		if c.blocks.at[hash].offset > synced {
			if !c.whole(hash) {
				return c.blocks.cut(hash)
			}
		}
		if _, err := c.blocks.file.ReadAt(raw, c.blocks.at[hash].offset); err != nil {
			return fmt.Errorf("block file: %w", err)
		}
		h, err := block.ReadHeader(version.NewCursor(raw))
		if err != nil {
			return fmt.Errorf("block file: %w", err)
		}
		// Its time was checked when it came, so now does not matter.
		if _, err := c.Tree.Add([]block.Header{h}, math.MaxUint32); err != nil {
			return c.blocks.cut(hash)
		}
	}
	return nil
}

// whole reports whether the bytes of a block are those that its header is of.
func (c *Chain) whole(h block.Hash) bool {
	raw, err := c.blocks.Read(h)
	if err != nil {
		return false
	}
	b, err := block.ReadBlock(raw)
	if err != nil {
		return false
	}
	return rules.CheckWork(b.Header, c.Tree.Params) == nil && merkleFits(b)
}

func merkleFits(b block.Block) bool {
	ids := make([]block.Hash, len(b.Txs))
	for i, t := range b.Txs {
		ids[i] = t.ID()
	}
	root, mutated := block.MerkleRoot(ids)
	return root == b.Header.Merkle && !mutated
}
