//go:build unix

package main

import (
	"fmt"
	"math/big"
	"slices"
	"syscall"
	"testing"
	"time"

	"nodebook/fixtures/chain"
	"nodebook/fixtures/secp"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson7/script"

	"github.com/stretchr/testify/require"
)

// stage is a part of the work that no program can leave out, and what it took.
type stage struct {
	name string
	do   func()
	took time.Duration
}

// check is a signature of the real chain, ready for the curve.
type check struct {
	key     []byte
	hash    [32]byte
	r, s    [32]byte
	tx      block.Tx
	index   int
	code    []byte
	sigType byte
}

// bound returns the stages of the real chain, each done alone from what the one
// before has left: the least that verifying it costs with these libraries.
func bound(t testing.TB) []*stage {
	t.Helper()
	raw := chain.All()
	v, err := verify(chain.Blocks-1, script.Run, func() {})
	require.NoError(t, err)
	var txs [][]byte
	var ids []block.Hash
	var checks []check
	for height, b := range v.blocks {
		spent := v.undos[height]
		for i, tx := range b.Txs {
			txs = append(txs, block.AppendTx(nil, tx, true))
			ids = append(ids, tx.ID())
			if i == 0 {
				continue
			}
			for k := range tx.In {
				checks = append(checks, checkOf(t, tx, k, spent[k].Out))
			}
			spent = spent[len(tx.In):]
		}
	}
	require.Len(t, checks, 865)
	target, err := rules.TargetOf(rules.Mainnet.Limit)
	require.NoError(t, err)
	return []*stage{
		{name: "header hashes", do: func() {
			for _, b := range raw {
				framing.Hash256(b[:block.HeaderSize])
			}
		}},
		{name: "proof of work, work", do: func() {
			sum := new(big.Int)
			for _, h := range v.headers {
				hash := h.Previous
				slices.Reverse(hash[:])
				if new(big.Int).SetBytes(hash[:]).Cmp(target) <= 0 {
					sum.Add(sum, rules.Work(target))
				}
			}
		}},
		{name: "parse", do: func() {
			for _, b := range raw {
				block.ReadBlock(b)
			}
		}},
		{name: "ids", do: func() {
			for _, b := range txs {
				framing.Hash256(b)
			}
		}},
		{name: "merkle roots", do: func() {
			rest := ids
			for _, b := range v.blocks {
				block.MerkleRoot(rest[:len(b.Txs)])
				rest = rest[len(b.Txs):]
			}
		}},
		{name: "coins in a map", do: func() {
			set, next := map[block.OutPoint]rules.UTXO{}, 0
			for height, b := range v.blocks {
				for i, tx := range b.Txs {
					for _, in := range tx.In {
						delete(set, in.Previous)
					}
					for k, out := range tx.Out {
						set[block.OutPoint{TxID: ids[next], Index: uint32(k)}] = rules.UTXO{Out: out, Height: height, Coinbase: i == 0}
					}
					next++
				}
			}
		}},
		{name: "signature hashes", do: func() {
			for _, c := range checks {
				script.LegacyHash(c.tx, c.index, c.code, uint32(c.sigType))
			}
		}},
		{name: "signatures", do: func() {
			for _, c := range checks {
				if !secp.VerifyECDSA(c.key, c.hash, c.r, c.s) {
					panic("a signature is not good")
				}
			}
		}},
	}
}

func checkOf(t testing.TB, tx block.Tx, index int, out block.Out) check {
	t.Helper()
	sig, rest, err := script.NextOp(tx.In[index].Script)
	require.NoError(t, err)
	key := sig
	if len(rest) > 0 {
		key, _, err = script.NextOp(rest) // P2PKH
	} else {
		key, _, err = script.NextOp(out.Script)
	}
	require.NoError(t, err)
	parsed, err := script.ReadSignature(sig.Data, false)
	require.NoError(t, err)
	return check{key.Data, script.LegacyHash(tx, index, out.Script, uint32(parsed.Type)), parsed.R, parsed.S, tx, index, out.Script, parsed.Type}
}

// cpu is the time that this process has spent on all cores.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkBound compares the verification of the real chain with the sum of its
// stages, measured in turns in the same run. docs/lesson7.md has the table.
//
//	go test -run xxx -bench Bound -benchtime 5x -cpu 1 ./solutions/lesson7
func BenchmarkBound(b *testing.B) {
	stages := bound(b)
	var all time.Duration
	for b.Loop() {
		for _, s := range stages {
			from := cpu()
			s.do()
			s.took += cpu() - from
		}
		from := cpu()
		if _, err := verify(chain.Blocks-1, script.Run, func() {}); err != nil {
			b.Fatal(err)
		}
		all += cpu() - from
	}
	var sum time.Duration
	text := ""
	for _, s := range stages {
		sum += s.took
		text += fmt.Sprintf("%s %.1f, ", s.name, ms(s.took, b.N))
	}
	b.Logf("ms of CPU time: %sin all %.1f; verify %.1f", text, ms(sum, b.N), ms(all, b.N))
	b.ReportMetric(float64(all)/float64(sum), "bounds")
}

func ms(d time.Duration, n int) float64 { return float64(d.Microseconds()) / 1_000 / float64(n) }
