package headers_test

// Headers and peers for the tests, made without the exercises.

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/headers"
)

const (
	bits  = 0x207fffff    // of regtest
	start = 900_000_000   // the time of block 0, in 1998: a bubble's clock starts in 2000
	later = 1_000_000_000 // a time after all headers of these tests
)

// bytesOf are the 80 bytes of a header.
func bytesOf(h block.Header) []byte {
	var b []byte
	b = binary.LittleEndian.AppendUint32(b, uint32(h.Version))
	b = append(b, h.Previous[:]...)
	b = append(b, h.Merkle[:]...)
	for _, n := range []uint32{h.Time, h.Bits, h.Nonce} {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return b
}

func hashOf(h block.Header) block.Hash {
	once := sha256.Sum256(bytesOf(h))
	return sha256.Sum256(once[:])
}

// mined finds a nonce, of which every second one is good at the target of regtest,
// or if good is false one that is not.
func mined(h block.Header, good bool) block.Header {
	for ; (hashOf(h)[31] < 0x7f) != good; h.Nonce++ {
	}
	return h
}

var genesis = mined(block.Header{Version: 4, Time: start, Bits: bits}, true)

// after draws n headers after one, a minute apart.
func after(d *draw.Source, h block.Header, n int) []block.Header {
	var hs []block.Header
	for range n {
		h = mined(block.Header{Version: 4, Previous: hashOf(h), Merkle: block.Hash(d.Bytes(32)), Time: h.Time + 60, Bits: bits}, true)
		hs = append(hs, h)
	}
	return hs
}

func newTree() *headers.Tree { return headers.NewTree(genesis, rules.Regtest) }

// put puts headers into a tree, as a test needs them: it ends where that fails.
func put(t *testing.T, tree *headers.Tree, hs []block.Header) {
	t.Helper()
	if _, err := tree.Add(hs, later); err != nil {
		t.Fatalf("Tree.Add, which this test needs: %v", err)
	}
}

// message is a headers message.
func message(hs []block.Header) framing.Message {
	b := compact(len(hs))
	for _, h := range hs {
		b = append(append(b, bytesOf(h)...), 0)
	}
	return framing.Message{Command: "headers", Payload: b}
}

func compact(n int) []byte {
	if n < 0xfd {
		return []byte{byte(n)}
	}
	return []byte{0xfd, byte(n), byte(n >> 8)}
}

// peer answers what answer says for each locator, and is silent if that is nil.
type peer struct {
	answer func(locator []block.Hash) []framing.Message
	asked  [][]block.Hash
	queue  []framing.Message
}

func (p *peer) Send(ctx context.Context, m framing.Message) error {
	if m.Command != "getheaders" || len(m.Payload) < 5 {
		return nil
	}
	var locator []block.Hash
	for b := m.Payload[5:]; len(b) >= 64; b = b[32:] {
		locator = append(locator, block.Hash(b[:32]))
	}
	p.asked = append(p.asked, locator)
	p.queue = append(p.queue, p.answer(locator)...)
	return ctx.Err()
}

func (p *peer) Receive(ctx context.Context) (framing.Message, error) {
	if len(p.queue) == 0 {
		<-ctx.Done()
		return framing.Message{}, ctx.Err()
	}
	m := p.queue[0]
	p.queue = p.queue[1:]
	return m, ctx.Err()
}

// serving answers with the headers of a chain after the first hash that is in it,
// as many as fit.
func serving(chain []block.Header) *peer {
	return &peer{answer: func(locator []block.Hash) []framing.Message {
		from := 0
	search:
		for _, h := range locator {
			for i := range chain {
				if hashOf(chain[i]) == h {
					from = i + 1
					break search
				}
			}
		}
		return []framing.Message{message(chain[from:min(len(chain), from+2000)])}
	}}
}
