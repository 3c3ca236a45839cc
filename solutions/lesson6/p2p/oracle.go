package p2p

import (
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson5/wallet"
)

// Oracle makes payments between wallets and waits for each to be confirmed: it
// spends nothing but tokens of the main chain.
type Oracle struct {
	Wallets []*wallet.Wallet
}

// Settle brings the wallets up to date with the ledger of the main chain. For each wallet, in this order:
//
//   - a pending payment that the ledger knows is confirmed ([wallet.Wallet.Confirm])
//   - a pending payment that spends a token which is no longer in the ledger
//     can never be confirmed; it is rejected ([wallet.Wallet.Reject])
//   - Tokens becomes what the owner has in the ledger ([chain.Ledger.Owned]), without
//     the tokens that pending payments spend
func (o *Oracle) Settle(l *chain.Ledger) {
	// BEGIN SOLUTION
	for _, w := range o.Wallets {
		claimed := map[chain.Hash]bool{} // an owner has one token of a transaction
		for _, p := range append([]wallet.Pending{}, w.Pending...) {
			gone := false
			for _, k := range p.Tokens {
				gone = gone || l.CheckUnspent(k) != nil
			}
			switch {
			case l.Knows(p.Transaction):
				w.Confirm(p.Transaction)
			case gone:
				w.Reject(p.Transaction)
			default:
				for _, k := range p.Tokens {
					claimed[k.Transaction] = true
				}
			}
		}
		w.Tokens = nil
		for _, k := range l.Owned(w.Address) {
			if !claimed[k.Transaction] {
				w.Tokens = append(w.Tokens, k)
			}
		}
	}
	// END SOLUTION
}
