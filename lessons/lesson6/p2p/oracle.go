package p2p

import (
	"nodebook/lessons/lesson5/chain"
	"nodebook/lessons/lesson5/wallet"
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
}
