// Package coins keeps the coins of a chain in a database, with a cache over it.
//
//	db.go     the database: two methods
//	coin.go   the bytes of a coin
//	cache.go  coins in memory, each read once
//	flush.go  what has changed, written at once
//
// Most coins are spent soon after they were made. One that is made and spent
// between two flushes never reaches the disk.
package coins
