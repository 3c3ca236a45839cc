package coins_test

import (
	"bytes"
	"errors"
	"fmt"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/coins"
)

var errDisk = errors.New("the disk is broken")

// disk is a database in memory, which counts and can fail.
type disk struct {
	data    map[string][]byte
	gets    map[string]int
	updates int
	puts    []coins.Pair // of the last Update
	deletes [][]byte
	failing bool
}

func newDisk() *disk { return &disk{data: map[string][]byte{}, gets: map[string]int{}} }

func (d *disk) Get(key []byte) ([]byte, error) {
	d.gets[string(key)]++
	if d.failing {
		return nil, errDisk
	}
	return d.data[string(key)], nil
}

func (d *disk) Update(puts []coins.Pair, deletes [][]byte) error {
	d.updates++
	if d.failing {
		return errDisk
	}
	d.puts, d.deletes = puts, deletes
	for _, p := range puts {
		d.data[string(p.Key)] = bytes.Clone(p.Value)
	}
	for _, k := range deletes {
		delete(d.data, string(k))
	}
	clear(d.gets)
	return nil
}

// bytesOf are the bytes of a coin.
func bytesOf(u rules.UTXO) []byte {
	code := uint32(2 * u.Height)
	if u.Coinbase {
		code++
	}
	var b []byte
	for i := range 4 {
		b = append(b, byte(code>>(8*i)))
	}
	for i := range 8 {
		b = append(b, byte(u.Out.Value>>(8*i)))
	}
	return append(b, u.Out.Script...)
}

func keyOf(p block.OutPoint) string {
	return fmt.Sprintf("c%s%c%c%c%c", p.TxID[:], byte(p.Index), 0, 0, 0)
}

func drawPoint(d *draw.Source) block.OutPoint {
	return block.OutPoint{TxID: block.Hash(d.Bytes(32)), Index: uint32(d.IntN(100))}
}

func drawCoin(d *draw.Source) rules.UTXO {
	return rules.UTXO{
		Out:    block.Out{Value: int64(d.Between(1, 1<<40)), Script: d.Bytes(d.Between(1, 40))},
		Height: d.Between(0, 900_000), Coinbase: d.IntN(2) == 0,
	}
}

func words(u rules.UTXO, there bool) string {
	if !there {
		return "no coin"
	}
	return fmt.Sprintf("%d units, height %d, coinbase %v, script %x", u.Out.Value, u.Height, u.Coinbase, u.Out.Script)
}

// model is coins as a map, with the cache and the disk that have to agree with it.
type model struct {
	coins rules.MemCoins
	disk  *disk
	cache *coins.Cache
}

func newModel(d *draw.Source, n int) (*model, []block.OutPoint) {
	m := &model{coins: rules.MemCoins{}, disk: newDisk()}
	var points []block.OutPoint
	for range n {
		p, u := drawPoint(d), drawCoin(d)
		m.coins[p] = u
		m.disk.data[keyOf(p)] = bytesOf(u)
		points = append(points, p)
	}
	m.cache = coins.NewCache(m.disk)
	return m, points
}

// agrees wants the cache to have the coin of the model.
func (m *model) agrees(try *expect.Try, call string, p block.OutPoint) {
	want, there := m.coins[p]
	got, ok := m.cache.Get(p)
	try.Shows(call, words(got, ok), words(want, there))
}

// onDisk wants the disk to have the coins of the model, and a tip.
func (m *model) onDisk(try *expect.Try, tip block.Hash) {
	try.Shows("what the database has under TipKey", fmt.Sprintf("%x", m.disk.data["tip"]), fmt.Sprintf("%x", tip[:]))
	for p, u := range m.coins {
		b, ok := m.disk.data[keyOf(p)]
		if !ok {
			try.Fail("the database lacks the coin of "+words(u, true), "it has every coin that is there")
			return
		}
		try.Bytes("a coin in the database", b, bytesOf(u))
	}
	try.Equal("number of keys in the database", len(m.disk.data), len(m.coins)+1)
}
