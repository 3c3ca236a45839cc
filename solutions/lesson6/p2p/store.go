package p2p

import (
	"errors"
	"io"
	"os"

	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson5/chain"
)

// Magic is the network of this lesson: "toyc" on the wire.
const Magic framing.Magic = 0x63796f74

// Load reads blocks as a node keeps them on disk: one message a block, in
// lesson 1's envelope, with the command "block" and what [chain.EncodeBlock] gives
// for a payload. It returns the blocks and how many bytes they take.
//
// A node may be killed in the middle of a write, and a disk may err. So Load stops
// without an error at the first message that is cut short, has a wrong header or
// checksum, another command, or a payload that is not a block: what is before it
// counts. Any other error of r is returned, with the blocks before it.
func Load(r io.Reader) (blocks []chain.Block, size int64, err error) {
	// BEGIN SOLUTION
	c := &counter{r: r}
	for {
		m, err := framing.ReadMessage(c, Magic)
		if err != nil {
			return blocks, size, c.err
		}
		if m.Command != "block" {
			return blocks, size, nil
		}
		b, err := chain.DecodeBlock(m.Payload)
		if err != nil {
			return blocks, size, nil
		}
		blocks = append(blocks, b)
		size = c.n
	}
	// END SOLUTION
}

// counter counts what is read through it, and keeps an error that is no end.
type counter struct {
	r   io.Reader
	n   int64
	err error
}

// Read reads from the reader below.
func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

// Store keeps blocks in a file, in the order in which they came.
type Store struct{ file *os.File }

// OpenStore opens a file of blocks, or makes one, and returns the blocks in it. Whatever
// comes after the last whole block is cut off.
func OpenStore(name string) (*Store, []chain.Block, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, err
	}
	blocks, size, err := Load(f)
	if err == nil {
		err = f.Truncate(size)
	}
	if err == nil {
		_, err = f.Seek(size, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return &Store{f}, blocks, nil
}

// Save writes a block and waits until the disk has it.
func (s *Store) Save(b chain.Block) error {
	m, err := framing.AppendMessage(nil, Magic, framing.Message{Command: "block", Payload: chain.EncodeBlock(b)})
	if err != nil {
		return err
	}
	if _, err := s.file.Write(m); err != nil {
		return err
	}
	return s.file.Sync()
}

// Close closes the file.
func (s *Store) Close() error { return s.file.Close() }
