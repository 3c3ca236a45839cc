// Package crawl asks thousands of peers for their version at the same time.
//
// Asking one peer is mostly waiting: for the dial, for the answer, or for the
// end of a time limit. The package goes through the ways to wait for many:
//
//	GetVersions   one after another
//	Goroutines    all at once, a goroutine each
//	Stream        the same, results over a channel as they come
//	Pool          n workers, for any number of peers
//	FirstAnswers  until enough have answered; the rest is cancelled
//	Processes     n processes, one of which may die
//	Crawl         n workers that find their own work: getaddr, addr, repeat
//
// All of them take an [Ask], so that none has to know what a connection is, and
// give a [Result] for every address: a peer that failed is accounted for, with
// its error.
package crawl
