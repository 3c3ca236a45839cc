package main

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"nodebook/lessons/lesson7/rules"
	"nodebook/lessons/lesson8/coins"
	"nodebook/lessons/lesson8/ibd"

	"go.etcd.io/bbolt"
)

// bolt is a coins.DB in a file of bbolt.
type bolt struct{ db *bbolt.DB }

var bucket = []byte("coins")

// lockTime is how long to wait for another run in the same folder.
const lockTime = time.Second

func openBolt(file string) (*bolt, error) {
	db, err := bbolt.Open(file, 0o600, &bbolt.Options{Timeout: lockTime})
	if err != nil {
		return nil, err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(bucket)
		return err
	})
	return &bolt{db}, err
}

// Get copies the value: bbolt's own bytes are gone when its transaction ends.
func (b *bolt) Get(key []byte) (value []byte, err error) {
	err = b.db.View(func(tx *bbolt.Tx) error {
		if v := tx.Bucket(bucket).Get(key); v != nil {
			value = append([]byte{}, v...)
		}
		return nil
	})
	return value, err
}

// Update is one transaction: bbolt writes its pages, waits for the disk, and then
// writes the page that makes them count.
func (b *bolt) Update(puts []coins.Pair, deletes [][]byte) error {
	return b.db.Update(func(tx *bbolt.Tx) error {
		bucket := tx.Bucket(bucket)
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

// all returns the coins in the file.
func (b *bolt) all() (rules.MemCoins, error) {
	set := rules.MemCoins{}
	return set, b.db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucket).ForEach(func(k, v []byte) error {
			p, ok := coins.ReadKey(k)
			if !ok {
				return nil // the tip
			}
			u, err := coins.ReadCoin(v)
			set[p] = u
			return err
		})
	})
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
	closers = append(closers, d.coins.db.Close)
	d.Coins = d.coins
	for name, to := range map[string]*ibd.File{"blocks.dat": &d.Blocks, "undo.dat": &d.Undo} {
		f, err := os.OpenFile(filepath.Join(folder, name), os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return d, errors.Join(err, d.close())
		}
		closers = append(closers, f.Close)
		*to = f
	}
	return d, nil
}
