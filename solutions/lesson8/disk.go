package main

import (
	"bytes"
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"nodebook/solutions/lesson7/block"
	"nodebook/solutions/lesson7/rules"
	"nodebook/solutions/lesson8/coins"
	"nodebook/solutions/lesson8/ibd"

	"go.etcd.io/bbolt"
)

// bolt is a coins.DB in a file of bbolt.
type bolt struct {
	db   *bbolt.DB
	view *bbolt.Bucket // to read, from the first Get after an Update to the next one; or nil
}

var bucket = []byte("coins")

// lockTime is how long to wait for another run in the same folder.
const lockTime = time.Second

// mapped is how much of the address space the file gets at the start. Each time that
// it outgrows that, bbolt copies what it knows of the file before it maps it again.
const mapped = 64 << 20

func openBolt(file string) (*bolt, error) {
	db, err := bbolt.Open(file, 0o600, &bbolt.Options{Timeout: lockTime, InitialMmapSize: mapped})
	if err != nil {
		return nil, err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(bucket)
		return err
	})
	return &bolt{db: db}, err
}

// Get copies the value: bbolt's own bytes are gone when its transaction ends.
func (b *bolt) Get(key []byte) (value []byte, err error) {
	if b.view == nil { // one for all: to begin a transaction takes longer than to look a key up
		tx, err := b.db.Begin(false)
		if err != nil {
			return nil, err
		}
		b.view = tx.Bucket(bucket)
	}
	return bytes.Clone(b.view.Get(key)), nil
}

// endView ends the transaction that reads. One that writes may have to wait for it.
func (b *bolt) endView() (err error) {
	if b.view != nil {
		err, b.view = b.view.Tx().Rollback(), nil
	}
	return err
}

func (b *bolt) close() error { return errors.Join(b.endView(), b.db.Close()) }

// Update is one transaction: bbolt writes its pages, waits for the disk, and then
// writes the page that makes them count.
func (b *bolt) Update(puts []coins.Pair, deletes [][]byte) error {
	if err := b.endView(); err != nil {
		return err
	}
	return b.db.Update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(bucket)
		bucket.FillPercent = 0.9 // keys come in their order, so a page need not be left half empty
		for _, k := range deletes {
			if err := bucket.Delete(k); err != nil {
				return err
			}
		}
		for _, p := range puts {
			if err := bucket.Put(p.Key, p.Value); err != nil {
				return err
			}
		}
		return nil
	})
}

// tally is what is shown about coins.
type tally struct {
	number int
	total  int64 // units
	digest block.Hash
}

// tally reads the coins in the file one after another. Their keys are in the order of
// the digest, but for the indexes of one transaction, whose least significant byte is
// the first.
func (b *bolt) tally() (t tally, err error) {
	digest := rules.NewDigest()
	var tx []coin // the coins of one transaction
	add := func() {
		slices.SortFunc(tx, func(a, b coin) int { return cmp.Compare(a.point.Index, b.point.Index) })
		for _, c := range tx {
			digest.Add(c.point, c.UTXO)
			t.number++
			t.total += c.Out.Value
		}
		tx = tx[:0]
	}
	err = b.db.View(func(view *bbolt.Tx) error {
		return view.Bucket(bucket).ForEach(func(k, v []byte) error {
			p, ok := coins.ReadKey(k)
			if !ok {
				return nil // the tip
			}
			u, err := coins.ReadCoin(v)
			if len(tx) > 0 && tx[0].point.TxID != p.TxID {
				add()
			}
			tx = append(tx, coin{p, u})
			return err
		})
	})
	add()
	t.digest = digest.Hash()
	return t, err
}

// coin is a coin and its name.
type coin struct {
	point block.OutPoint
	rules.UTXO
}

// disk is the folder of a chain.
type disk struct {
	ibd.Disk
	coins  *bolt
	folder string
	close  func() error
}

// openDisk opens a folder, or makes one that close removes.
func openDisk(folder string) (d disk, err error) {
	temporary := folder == ""
	if temporary {
		if folder, err = os.MkdirTemp("", "lesson8-"); err != nil {
			return d, err
		}
	} else if err = os.MkdirAll(folder, 0o755); err != nil {
		return d, err
	}
	d.folder = folder
	var closers []func() error
	d.close = func() (err error) {
		for _, c := range closers {
			err = errors.Join(err, c())
		}
		if temporary {
			err = errors.Join(err, os.RemoveAll(folder))
		}
		return err
	}
	if d.coins, err = openBolt(filepath.Join(folder, "coins.db")); err != nil {
		return d, errors.Join(err, d.close())
	}
	closers = append(closers, d.coins.close)
	d.Coins = d.coins
	var files [2]*os.File
	for i, name := range []string{"blocks.dat", "undo.dat"} {
		if files[i], err = os.OpenFile(filepath.Join(folder, name), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
			return d, errors.Join(err, d.close())
		}
		closers = append(closers, files[i].Close)
	}
	d.Blocks, d.Undo = &gathered{File: files[0]}, &gathered{File: files[1]}
	return d, nil
}

// gather is how many bytes are written to a file of records at a time. A call for each
// block takes longer than all else that is done with a small one.
const gather = 64 << 10

// gathered is a file that keeps writes in memory, each of which is after the one before,
// until they are [gather] bytes, or until Sync. If the program is killed, that much has to be
// asked for again.
type gathered struct {
	*os.File
	waiting []byte
	offset  int64 // of waiting in the file
}

func (g *gathered) WriteAt(b []byte, offset int64) (int, error) {
	if offset != g.offset+int64(len(g.waiting)) || len(g.waiting)+len(b) > gather {
		if err := g.write(); err != nil {
			return 0, err
		}
		g.offset = offset
	}
	if len(b) > gather {
		return g.File.WriteAt(b, offset)
	}
	g.waiting = append(g.waiting, b...)
	return len(b), nil
}

// write writes what waits.
func (g *gathered) write() error {
	_, err := g.File.WriteAt(g.waiting, g.offset)
	if err == nil {
		g.offset += int64(len(g.waiting))
		g.waiting = g.waiting[:0]
	}
	return err
}

func (g *gathered) ReadAt(b []byte, offset int64) (int, error) {
	if err := g.write(); err != nil {
		return 0, err
	}
	return g.File.ReadAt(b, offset)
}

func (g *gathered) Truncate(size int64) error {
	if err := g.write(); err != nil {
		return err
	}
	return g.File.Truncate(size)
}

func (g *gathered) Sync() error {
	if err := g.write(); err != nil {
		return err
	}
	return g.File.Sync()
}
