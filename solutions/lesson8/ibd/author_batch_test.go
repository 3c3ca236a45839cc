package ibd_test

import (
	"crypto/rand"
	"encoding/hex"
	"os"
	"slices"
	"strings"
	"testing"

	"nodebook/fixtures/chain/signed"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/secp"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson7/script"
	"nodebook/solutions/lesson8/ibd"

	"github.com/stretchr/testify/require"
)

// A batch is good if and only if each of its signatures is, whatever is wrong.
func TestVerifyBatch_single(t *testing.T) {
	d := draw.From(t)
	good := 0
	for range 150 {
		items := drawItems(d, d.Between(0, 12))
		for range d.IntN(3) {
			if len(items) == 0 {
				break
			}
			item := &items[d.IntN(len(items))]
			switch d.IntN(4) {
			case 0:
				item.Key[d.IntN(32)] ^= 1 << d.IntN(8)
			case 1:
				item.Hash[d.IntN(32)] ^= 1 << d.IntN(8)
			case 2:
				item.Sig[d.IntN(64)] ^= 1 << d.IntN(8)
			case 3:
				*item = items[d.IntN(len(items))] // the same twice
			}
		}
		want := !slices.ContainsFunc(items, func(i ibd.Item) bool { return !secp.VerifySchnorr(i.Key, i.Hash, i.Sig) })
		require.Equal(t, want, ibd.VerifyBatch(items, rand.Reader), "%x", items)
		if want {
			good++
		}
	}
	require.Greater(t, good, 30)
	require.Less(t, good, 120)
}

// BIP 340's vectors, each among good signatures.
func TestVerifyBatch_bip340(t *testing.T) {
	d := draw.From(t)
	rows, err := os.ReadFile("../../../fixtures/secp/testdata/bip340.csv")
	require.NoError(t, err)
	for i, row := range strings.Fields(string(rows))[1:] {
		f := strings.Split(row, ",")
		var part [3][]byte
		for i := range part {
			part[i], err = hex.DecodeString(f[i])
			require.NoError(t, err)
		}
		item := ibd.Item{Key: [32]byte(part[0]), Hash: [32]byte(part[1]), Sig: [64]byte(part[2])}
		for _, n := range []int{0, 1, 20} {
			items := slices.Insert(drawItems(d, n), d.IntN(n+1), item)
			require.Equal(t, f[3] == "true", ibd.VerifyBatch(items, rand.Reader), "vector %d among %d", i, n)
		}
	}
}

// An input that KeyPath knows is valid if and only if its signature is good.
func TestKeyPath(t *testing.T) {
	d := draw.From(t)
	known := 0
	for _, s := range spendsOf(t, d, 400) {
		item, ok := ibd.KeyPath(s)
		if !ok {
			continue
		}
		known++
		require.Equal(t, secp.VerifySchnorr(item.Key, item.Hash, item.Sig), script.Run(s) == nil)
	}
	require.Greater(t, known, 50)
}

// spendsOf are the inputs of a chain of all kinds. The witnesses of some are changed.
func spendsOf(t *testing.T, d *draw.Source, n int) (all []block.Spend) {
	t.Helper()
	chain, _ := drawSigned(t, signed.Config{Seed: d.Uint64(), PerBlock: 100}, n/100+1, false)
	set := rules.MemCoins{}
	for height, b := range chain {
		_, err := rules.Connect(set, b, height, rules.Regtest, func(s block.Spend) error { all = append(all, s); return nil })
		require.NoError(t, err)
	}
	for _, s := range all {
		in := &s.Tx.In[s.Index]
		if len(in.Witness) == 0 || d.IntN(3) > 0 {
			continue
		}
		switch d.IntN(5) {
		case 0:
			in.Witness[0][d.IntN(len(in.Witness[0]))] ^= 1 << d.IntN(8)
		case 1:
			in.Witness[0] = append(in.Witness[0], byte(d.IntN(5)))
		case 2:
			in.Witness = append(in.Witness, append([]byte{0x50}, d.Bytes(3)...))
		case 3:
			in.Script = []byte{0x51}
		case 4:
			in.Witness = append(in.Witness, d.Bytes(3))
		}
	}
	return all
}
