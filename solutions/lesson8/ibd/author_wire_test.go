package ibd_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"nodebook/fixtures/chain/signed"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson7/script"
	"nodebook/solutions/lesson8/fetch"
	"nodebook/solutions/lesson8/headers"
	"nodebook/solutions/lesson8/ibd"

	"github.com/stretchr/testify/require"
)

var (
	seeds = flag.Int("seeds", 30, "how many simulations TestSync_wire runs")
	first = flag.Uint64("first", 0, "its first seed")
)

// regtest is the magic of the simulated peers.
var regtest = [4]byte{0xfa, 0xbf, 0xb5, 0xda}

// signedChain is a chain with real signatures of all kinds.
func signedChain(t *testing.T, seed uint64, blocks int) *simnet.Chain {
	t.Helper()
	m, err := signed.New(signed.Config{Seed: seed, PerBlock: 3, Keys: 20})
	require.NoError(t, err)
	raw := [][]byte{signed.Genesis()}
	for range blocks {
		raw = append(raw, m.Next())
	}
	c, err := simnet.NewChain(raw)
	require.NoError(t, err)
	return c
}

// blocksOf reads a chain's blocks.
func blocksOf(t *testing.T, c *simnet.Chain) []block.Block {
	t.Helper()
	var bs []block.Block
	for height := range c.Height() + 1 {
		b, err := block.ReadBlock(c.Block(height))
		require.NoError(t, err)
		bs = append(bs, b)
	}
	return bs
}

// simulation is a node's life among simulated peers: they have the chain, or one of
// its false variants, and later the branch.
type simulation struct {
	rand          *rand.Rand
	chain, branch *simnet.Chain
	hollow        *simnet.Chain
	false         []*simnet.Chain
	asked         int // blocks, of the honest peers
	mu            sync.Mutex
}

// cast draws the peers of one connection: an honest one and up to nine others.
func (s *simulation) cast() [][]simnet.Option {
	// On regtest an endless branch of headers has more work than any chain.
	manners := slices.DeleteFunc(simnet.Manners(), func(m simnet.Manner) bool { return m == simnet.LowWork })
	draw := func() []simnet.Option {
		return []simnet.Option{
			simnet.WithSeed(s.rand.Uint64()), simnet.WithMagic(regtest), simnet.WithTime(time.Now()),
			simnet.WithLatency(time.Duration(1+s.rand.IntN(300)) * time.Millisecond), simnet.WithRate(20_000 + s.rand.IntN(1_000_000)),
			simnet.OnBlock(func(int) { s.mu.Lock(); defer s.mu.Unlock(); s.asked++ }),
		}
	}
	all := [][]simnet.Option{append(draw(), simnet.WithChain(s.chain))}
	for range s.rand.IntN(10) {
		switch o := draw(); s.rand.IntN(5) {
		case 0:
			all = append(all, append(o, simnet.WithChain(s.false[s.rand.IntN(len(s.false))])))
		case 1:
			then := append(s.false, s.branch)[s.rand.IntN(len(s.false)+1)]
			all = append(all, append(o, simnet.WithChain(s.chain), simnet.ThenChain(then, s.rand.IntN(40))))
		case 2: // the headers of a better chain, whose blocks it does not give
			all = append(all, append(o, simnet.WithChain(s.hollow), simnet.WithManner(simnet.Stalls), simnet.WithPatience(0)))
		default:
			all = append(all, append(o, simnet.WithChain(s.chain), simnet.WithManner(manners[s.rand.IntN(len(manners))])))
		}
	}
	s.rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// connect calls peers and shakes hands. What it returns ends them.
func connect(t *testing.T, cast [][]simnet.Option) (peers []headers.Peer, end func()) {
	t.Helper()
	var ends []func() error
	for i, o := range cast {
		conn, peer := simnet.Pipe(simnet.Healthy, o...)
		us := version.Version{Protocol: headers.Protocol, Timestamp: time.Now(), UserAgent: "/test/", Nonce: uint64(i + 1)}
		_, err := version.Handshake(t.Context(), conn, version.Config{Magic: magic, Version: us})
		require.NoError(t, err)
		c := headers.NewConn(conn, magic)
		peers, ends = append(peers, c), append(ends, c.Close, peer.Close)
	}
	return peers, func() {
		for _, e := range ends {
			e()
		}
	}
}

// sync opens the chain on a disk and syncs it from peers that are drawn.
func (s *simulation) sync(t *testing.T, w *world, genesis block.Header, cast [][]simnet.Option) error {
	t.Helper()
	c, err := ibd.Open(headers.NewTree(genesis, rules.Regtest), w.disk(), magic, ibd.Options{
		Run: script.Run, Workers: 1 + s.rand.IntN(4), FlushAt: 1 + s.rand.IntN(200), VerifyAt: 1 + s.rand.IntN(40),
	})
	if err != nil {
		return err
	}
	peers, end := connect(t, cast)
	defer end()
	ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
	defer cancel()
	least := rules.Work(mustTarget(t, genesis.Bits))
	least.Mul(least, big.NewInt(int64(s.chain.Height()*9/10)))
	_, err = ibd.Sync(ctx, ibd.Config{Chain: c, Peers: peers, Least: least, Headers: 5_000, Ahead: 8 + s.rand.IntN(60), PerPeer: 1 + s.rand.IntN(16)})
	return err
}

func mustTarget(t *testing.T, bits uint32) *big.Int {
	target, err := rules.TargetOf(bits)
	require.NoError(t, err)
	return target
}

// Among peers that stall, lie, withhold, reorganise and leave, with a node that is
// killed and started again, the coins are always those of lesson 7's Connect over the
// best chain. What is left running ends the bubble with an error.
//
//	go test ./solutions/lesson8/ibd -run TestSync_wire -args -seeds 1000
func TestSync_wire(t *testing.T) {
	chains := []*simnet.Chain{signedChain(t, 1, 125), signedChain(t, 2, 140), signedChain(t, 3, 110)}
	n := *seeds
	if testing.Short() {
		n = 4
	}
	kills, worked := 0, 0
	for i := range n {
		seed := *first + uint64(i)
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			s := &simulation{rand: rand.New(rand.NewPCG(seed, 8)), chain: chains[seed%3]}
			var err error
			s.branch, err = s.chain.Branch(1+s.rand.IntN(8), 9+s.rand.IntN(4), seed)
			require.NoError(t, err)
			s.hollow, err = s.chain.Branch(s.rand.IntN(20), 40, seed+1)
			require.NoError(t, err)
			for _, c := range []*simnet.Chain{s.chain, s.branch} {
				bad, _, err := c.BadSignature(101 + s.rand.IntN(c.Height()-105))
				if errors.Is(err, simnet.ErrNothing) {
					continue
				}
				require.NoError(t, err)
				s.false = append(s.false, bad)
				bad, err = c.TooMuch(1 + s.rand.IntN(c.Height()))
				require.NoError(t, err)
				s.false = append(s.false, bad)
			}
			genesis := blocksOf(t, s.chain.Prefix(0))[0].Header
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(30 * 365 * 24 * time.Hour) // the chain is of 2020
				try := expect.Tried(t, "simulation %d", seed)
				w := newWorld()
				for range 3 { // with kills
					w.revive(s.rand.IntN(60_000))
					err := s.sync(t, w, genesis, s.cast())
					switch {
					case errors.Is(err, errKill):
						kills++
					case err == nil, errors.Is(err, fetch.ErrNobody):
						worked++
					default:
						t.Fatalf("Sync: %v", err)
					}
				}
				w.revive(-1)
				s.chain = s.branch // the network has agreed
				require.NoError(t, s.sync(t, w, genesis, s.cast()))
				w.has(t, try, blocksOf(t, s.branch))
			})
		})
	}
	t.Logf("%d seeds: %d kills, %d runs without", n, kills, worked)
	if n >= 20 {
		require.Positive(t, kills)
		require.Positive(t, worked)
	}
}
