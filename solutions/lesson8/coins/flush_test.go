package coins_test

//nodebook:limits timeout=90s

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson8/coins"
)

// change makes random changes to the cache and the model.
func (m *model) change(d *draw.Source, points []block.OutPoint, n int) {
	for range n {
		p := points[d.IntN(len(points))]
		if _, there := m.coins[p]; there && d.IntN(2) == 0 {
			m.coins.Spend(p)
			m.cache.Spend(p)
			continue
		}
		u := drawCoin(d)
		m.coins.Add(p, u)
		m.cache.Add(p, u)
	}
}

func TestCache_Flush(t *testing.T) {
	d := draw.From(t)
	m, points := newModel(d, 8)
	for range 8 {
		points = append(points, drawPoint(d))
	}
	for i := range 5 {
		m.change(d, points, 20)
		for range 3 {
			m.cache.Get(points[d.IntN(len(points))])
		}
		tip := block.Hash(d.Bytes(32))
		try := expect.Tried(t, "c.Flush(tip) number %d, after random changes", i+1)
		try.NoError(m.cache.Flush(tip))
		try.Why("a crash between two Updates would leave the coins of one block and the tip of another")
		try.Equal("calls of Update", m.disk.updates, i+1)
		try.Why("afterwards the database has the coins that are there and no other, and the hash of the block that they are of")
		m.onDisk(try, tip)
		try.Why("what the database has been told need not be told again, and the memory is wanted for other coins")
		try.Equal("c.Len()", m.cache.Len(), 0)
		for _, p := range points {
			m.agrees(try, "c.Get(p) afterwards", p)
		}
	}
}

func TestCache_Flush_keys(t *testing.T) {
	d := draw.From(t)
	m, points := newModel(d, 12)
	for _, p := range points[:4] {
		m.cache.Spend(p)
	}
	for _, p := range points[4:8] {
		m.cache.Get(p)
	}
	m.cache.Get(drawPoint(d))
	for range 5 {
		p := drawPoint(d)
		m.cache.Add(p, drawCoin(d))
		m.cache.Spend(p)
	}
	for range 6 {
		m.cache.Add(drawPoint(d), drawCoin(d))
	}
	try := expect.Tried(t, "c.Flush(tip) after 4 coins of the database were spent, 4 were read, 5 were made and spent, 6 were made")
	try.NoError(m.cache.Flush(block.Hash(d.Bytes(32))))
	try.Why("what has not changed is not written: a flush costs as much as it writes")
	try.Equal("number of keys that are put", len(m.disk.puts), 6+1)
	try.Equal("number of keys that are deleted", len(m.disk.deletes), 4)
	try.Why("neighbours of a sorted list are on the same page of the database, which is then read and written once")
	try.True(slices.IsSortedFunc(m.disk.puts, func(a, b coins.Pair) int { return bytes.Compare(a.Key, b.Key) }), "puts in another order", "in the order of their keys' bytes")
	try.True(slices.IsSortedFunc(m.disk.deletes, bytes.Compare), "deletes in another order", "in the order of their bytes")
}

// A block may leave the coins as they are: only the tip changes.
func TestCache_Flush_unchanged(t *testing.T) {
	d := draw.From(t)
	m, points := newModel(d, 3)
	for range 2 {
		m.cache.Get(points[0])
		p := drawPoint(d)
		m.cache.Add(p, drawCoin(d))
		m.cache.Spend(p)
		tip := block.Hash(d.Bytes(32))
		try := expect.Tried(t, "c.Flush(tip), where no coin has changed")
		try.NoError(m.cache.Flush(tip))
		try.Why("the tip says of which block the coins are, and that has changed")
		m.onDisk(try, tip)
		try.Why("afterwards the cache knows nothing")
		try.Equal("c.Len()", m.cache.Len(), 0)
	}
}

// A coin of the database that is spent and made again is put, and a coin that
// replaced one of the database and was spent is deleted.
func TestCache_Flush_twice(t *testing.T) {
	d := draw.From(t)
	m, points := newModel(d, 2)
	u := drawCoin(d)
	m.cache.Spend(points[0])
	m.cache.Add(points[0], u)
	m.coins[points[0]] = u
	m.cache.Add(points[1], drawCoin(d))
	m.cache.Spend(points[1])
	delete(m.coins, points[1])
	tip := block.Hash(d.Bytes(32))
	try := expect.Tried(t, "c.Flush(tip), where a coin of the database was spent and made again, and another was replaced and spent")
	try.NoError(m.cache.Flush(tip))
	m.onDisk(try, tip)
	m.cache.Spend(points[0])
	delete(m.coins, points[0])
	tip = block.Hash(d.Bytes(32))
	try = expect.Tried(t, "c.Flush(tip), where a coin that the last flush wrote was spent")
	try.NoError(m.cache.Flush(tip))
	try.Why("since the last flush the database has it: spending it must delete it")
	m.onDisk(try, tip)
}

func TestCache_Flush_fails(t *testing.T) {
	d := draw.From(t)
	m, points := newModel(d, 6)
	m.change(d, points, 10)
	m.disk.failing = true
	before := m.cache.Len()
	try := expect.Tried(t, "c.Flush(tip), where Update returns an error")
	err := m.cache.Flush(block.Hash(d.Bytes(32)))
	try.ErrorIs(err, errDisk, "that of Update")
	try.Why("what is not on the disk must stay in the cache")
	try.Equal("c.Len()", m.cache.Len(), before)
	m.disk.failing = false
	tip := block.Hash(d.Bytes(32))
	try = expect.Tried(t, "c.Flush(tip) again, after it failed")
	try.NoError(m.cache.Flush(tip))
	m.onDisk(try, tip)
}

func TestCache_Flush_err(t *testing.T) {
	d := draw.From(t)
	m, points := newModel(d, 3)
	m.cache.Add(drawPoint(d), drawCoin(d))
	m.disk.failing = true
	m.cache.Get(points[0])
	m.disk.failing = false
	if m.cache.Err() == nil {
		expect.Tried(t, "c.Get(p), where the database returns an error").Fail("c.Err() is nil", "that error")
	}
	for _, again := range []string{"", ", again"} {
		try := expect.Tried(t, "c.Flush(tip), where c.Err() is not nil%s", again)
		err := m.cache.Flush(block.Hash(d.Bytes(32)))
		try.Why("a cache that misread a coin would write it for good: the first error stays")
		try.ErrorIs(err, errDisk, "c.Err()")
		try.Equal("calls of Update", m.disk.updates, 0)
		try.Equal("what the database has under TipKey", fmt.Sprintf("%x", m.disk.data["tip"]), "")
	}
}
