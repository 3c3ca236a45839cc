package main

import (
	"fmt"
	"math/big"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/chain/signed"
	"nodebook/fixtures/simnet"
	"nodebook/lessons/lesson1/framing"
	"nodebook/lessons/lesson7/block"
	"nodebook/lessons/lesson7/rules"
)

// source is a chain, and the rules that it follows.
type source struct {
	name    string
	magic   framing.Magic
	wire    [4]byte
	params  rules.Params
	genesis block.Block
	least   *big.Int      // work that a peer's chain must have
	chain   *simnet.Chain // what simulated peers serve
}

// newSource returns what the options ask for.
func newSource(o options) (source, error) {
	s := source{name: o.network.Name, params: rules.Mainnet, least: new(big.Int), wire: o.network.Magic}
	var blocks [][]byte
	switch {
	case len(o.connect) > 0 && o.network.Name == "regtest":
		s.params, blocks = rules.Regtest, [][]byte{signed.Genesis()}
	case len(o.connect) > 0:
		blocks = [][]byte{chain.Genesis()}
	case o.signatures > 0:
		s.name, s.params, s.wire = "made-up chain", rules.Regtest, [4]byte{0xfa, 0xbf, 0xb5, 0xda}
		var err error
		if blocks, err = signedBlocks(o); err != nil {
			return s, err
		}
	default:
		s.name, s.wire, blocks = "real chain", simnet.Mainnet, chain.All()
	}
	var err error
	if s.genesis, err = block.ReadBlock(blocks[0]); err != nil {
		return s, err
	}
	s.magic = magicOf(s.wire)
	if len(o.connect) > 0 {
		return s, nil
	}
	if s.chain, err = simnet.NewChain(blocks); err != nil {
		return s, err
	}
	target, err := rules.TargetOf(s.genesis.Header.Bits)
	if err != nil {
		return s, err
	}
	// Nine tenths of the work that we know to be there.
	s.least = rules.Work(target)
	s.least.Mul(s.least, big.NewInt(int64(s.chain.Height()+1)*9/10))
	return s, nil
}

func magicOf(wire [4]byte) framing.Magic {
	return framing.Magic(uint32(wire[0]) | uint32(wire[1])<<8 | uint32(wire[2])<<16 | uint32(wire[3])<<24)
}

// perBlock is how many signatures a block of a made-up chain has, as in a busy
// block of today.
const perBlock = 400

func signedBlocks(o options) ([][]byte, error) {
	c := signed.Config{Seed: o.seed, PerBlock: perBlock}
	if o.taproot {
		c.Kinds = []signed.Kind{signed.P2TR}
	}
	m, err := signed.New(c)
	if err != nil {
		return nil, fmt.Errorf("made-up chain: %w", err)
	}
	blocks := [][]byte{signed.Genesis()}
	for m.Signatures < o.signatures {
		blocks = append(blocks, m.Next())
	}
	return blocks, nil
}
