package coins_test

import (
	"fmt"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson8/coins"
)

func TestCache_Get(t *testing.T) {
	d := draw.From(t)
	m, points := newModel(d, 5)
	first, there := m.cache.Get(points[0])
	try := expect.Tried(t, "c.Get(p) of coins that the database has, and of others")
	try.Why("a coin that the cache does not know may be in the database")
	for range 20 {
		m.agrees(try, "c.Get(p)", points[d.IntN(5)])
		m.agrees(try, "c.Get(p)", drawPoint(d))
	}
	try.NoError(m.cache.Err())
	try.Why("a caller keeps a coin while it asks for others: each has its own script")
	try.Shows("the first coin afterwards", words(first, there), words(m.coins[points[0]], true))
}

func TestCache_Get_once(t *testing.T) {
	d := draw.From(t)
	m, points := newModel(d, 1)
	points = append(points, drawPoint(d))
	for i, p := range points {
		for _, tt := range []struct {
			name string
			do   func()
		}{
			{"c.Get", func() { m.cache.Get(p) }},
			{"c.Add", func() { m.cache.Add(p, drawCoin(d)) }},
		} {
			for range 3 {
				tt.do()
			}
			try := expect.Tried(t, "%s three times, of a coin that the database has (%v)", tt.name, i == 0)
			try.Why("a read of the disk takes longer than all else that the cache does; that there is nothing is worth knowing, too")
			try.Equal("calls of db.Get for this key", m.disk.gets[keyOf(p)], 1)
		}
	}
	m.cache.Spend(points[0])
	m.cache.Spend(points[0])
	m.cache.Get(points[0])
	try := expect.Tried(t, "c.Spend of a coin that replaced one of the database, c.Spend again, c.Get")
	try.Why("the database still has the old coin: the cache must remember that it is spent")
	try.Equal("calls of db.Get for this key", m.disk.gets[keyOf(points[0])], 1)
}

func TestCache_Get_add(t *testing.T) {
	d := draw.From(t)
	m, points := newModel(d, 1)
	for _, p := range append(points, drawPoint(d)) {
		u := drawCoin(d)
		m.cache.Add(p, u)
		m.coins[p] = u
		try := expect.Tried(t, "c.Get(p) after c.Add(p, u)")
		try.Why("after Add the coin is there, whether there was one before or not")
		m.agrees(try, "c.Get(p)", p)
		got, ok := m.cache.Spend(p)
		try = expect.Tried(t, "c.Spend(p) after c.Add(p, u)")
		try.Equal("c.Spend(p)", words(got, ok), words(u, true))
		delete(m.coins, p)
		try = expect.Tried(t, "c.Get(p) after c.Add(p, u) and c.Spend(p)")
		try.Why("a coin that replaced one of the database is spent: the one below it is gone, too")
		m.agrees(try, "c.Get(p)", p)
		got, ok = m.cache.Spend(p)
		try.Shows("c.Spend(p) again", words(got, ok), "no coin")
	}
}

// A script may be a part of a whole block.
func TestCache_Get_ownScript(t *testing.T) {
	d := draw.From(t)
	m, _ := newModel(d, 0)
	p, u := drawPoint(d), drawCoin(d)
	want := words(u, true)
	m.cache.Add(p, u)
	clear(u.Out.Script)
	got, ok := m.cache.Get(p)
	try := expect.Tried(t, "c.Get(p) after c.Add(p, u), where the memory of the script in u has been cleared since")
	try.Why("a script that was read is a part of its block's bytes: a cache that keeps it keeps the whole block in memory. It needs its own copy")
	try.Shows("c.Get(p)", words(got, ok), want)
}

func TestCache_Get_spend(t *testing.T) {
	d := draw.From(t)
	m, points := newModel(d, 1)
	p := points[0]
	if d.IntN(2) == 0 {
		m.cache.Get(p)
	}
	try := expect.Tried(t, "c.Spend(p) of a coin of the database")
	got, ok := m.cache.Spend(p)
	try.Equal("c.Spend(p)", words(got, ok), words(m.coins[p], true))
	delete(m.coins, p)
	try = expect.Tried(t, "c.Get(p) after c.Spend(p)")
	try.Why("until the next flush the database has a coin that is spent")
	m.agrees(try, "c.Get(p)", p)
	try = expect.Tried(t, "c.Spend(p) of an outpoint without a coin")
	got, ok = m.cache.Spend(drawPoint(d))
	try.Equal("c.Spend(p)", words(got, ok), "no coin")
}

// Random calls, compared with a map.
func TestCache_Get_random(t *testing.T) {
	d := draw.From(t)
	m, points := newModel(d, 8)
	for range 8 {
		points = append(points, drawPoint(d))
	}
	var calls string
	for range 120 {
		i := d.IntN(len(points))
		p := points[i]
		switch d.IntN(3) {
		case 0:
			u := drawCoin(d)
			calls += fmt.Sprintf(" Add(%d)", i)
			m.cache.Add(p, u)
			m.coins.Add(p, u)
		case 1:
			calls += fmt.Sprintf(" Spend(%d)", i)
			got, ok := m.cache.Spend(p)
			want, there := m.coins.Spend(p)
			try := expect.Tried(t, "the calls%s, where the database has coins 0 to 7", last(calls))
			try.Equal("the last one", words(got, ok), words(want, there))
		default:
			calls += fmt.Sprintf(" Get(%d)", i)
			m.agrees(expect.Tried(t, "the calls%s, where the database has coins 0 to 7", last(calls)), "the last one", p)
		}
	}
}

func last(calls string) string { return calls[max(0, len(calls)-200):] }

// A coin that was made and spent leaves nothing.
func TestCache_Get_forgets(t *testing.T) {
	d := draw.From(t)
	m, _ := newModel(d, 0)
	n := d.Between(5, 50)
	for range n {
		p := drawPoint(d)
		m.cache.Add(p, drawCoin(d))
		m.cache.Spend(p)
	}
	try := expect.Tried(t, "c.Len() after %d coins were added and spent", n)
	try.Why("there is nothing to tell the database, and the memory is better used otherwise")
	try.Equal("c.Len()", m.cache.Len(), 0)
}

func TestCache_Get_errors(t *testing.T) {
	d := draw.From(t)
	m, points := newModel(d, 3)
	m.disk.data[keyOf(points[1])] = d.Bytes(d.Between(1, 11))
	_, ok := m.cache.Get(points[1])
	try := expect.Tried(t, "c.Get(p), where the database has fewer bytes than a coin")
	try.Why("the database is damaged: nobody knows whether there was a coin, and c.Err says so")
	try.Equal("there", ok, false)
	try.ErrorIs(m.cache.Err(), coins.ErrCoin, "ErrCoin")
	m, points = newModel(d, 1)
	m.disk.data[keyOf(points[0])] = []byte{}
	_, ok = m.cache.Get(points[0])
	try = expect.Tried(t, "c.Get(p), where the database has a value of no bytes")
	try.Why("nil means that there is no value; one of no bytes is a value, and no coin: ReadCoin refuses it")
	try.Equal("there", ok, false)
	try.ErrorIs(m.cache.Err(), coins.ErrCoin, "ErrCoin")
	m, points = newModel(d, 3)
	m.cache.Get(points[0])
	m.disk.failing = true
	_, ok = m.cache.Get(points[1])
	try = expect.Tried(t, "c.Get(p), where the database returns an error")
	try.Equal("there", ok, false)
	try.Why("a block that spends the coin would be called invalid, and it is not: c.Err says so")
	try.ErrorIs(m.cache.Err(), errDisk, "the database's")
	m.disk.failing = false
	m.disk.data[keyOf(points[2])] = nil
	m.disk.data[keyOf(points[2])] = d.Bytes(3)
	m.cache.Get(points[2])
	try = expect.Tried(t, "c.Err() after an error of the database and a value that is not a coin")
	try.Why("the first error explains the others")
	try.ErrorIs(m.cache.Err(), errDisk, "the database's")
}
