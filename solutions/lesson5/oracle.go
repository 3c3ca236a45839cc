package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson5/node"
	"nodebook/solutions/lesson5/relay"
	"nodebook/solutions/lesson5/wallet"
)

func oracleCommand(f *flag.FlagSet) func(context.Context) error {
	at := addressFlags(f)
	channel := f.String("channel", "/topic/main", "the `channel` to publish to")
	var shortest, longest float64
	for _, name := range []string{"min-interval", "min_interval"} {
		f.Float64Var(&shortest, name, 3, "the fewest `seconds` between payments")
	}
	for _, name := range []string{"max-interval", "max_interval"} {
		f.Float64Var(&longest, name, 10, "the most `seconds` between payments")
	}
	f.Int("size", 0, "not used; toycoin has it")
	return func(ctx context.Context) error {
		if shortest < 0 || longest < shortest {
			return fmt.Errorf("intervals from %g to %g seconds\nhint: --min-interval may not be above --max-interval", shortest, longest)
		}
		c, err := connect(ctx, at, "Transaction Oracle", "/txn")
		if err != nil {
			return err
		}
		defer c.Close()
		send := func(p chain.Pair) error {
			return relay.Publish(c, *channel, append([]byte(node.TypeTransaction), chain.EncodePair(p)...))
		}
		wallets, err := fund(send)
		if err != nil {
			return err
		}
		for {
			wait := shortest + rand.Float64()*(longest-shortest)
			if err := pause(ctx, time.Duration(wait*float64(time.Second))); err != nil {
				return err
			}
			if err := payAny(wallets, send); err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				fmt.Println("Connection ended.")
				return nil
			}
		}
	}
}

// fund makes four wallets and a coinbase for each.
func fund(send func(chain.Pair) error) ([]*wallet.Wallet, error) {
	var wallets []*wallet.Wallet
	for _, value := range []int64{100, 50, 25, 10} {
		key, err := chain.NewKey()
		if err != nil {
			return nil, err
		}
		w := wallet.New(key)
		t := chain.Transaction{Receiver: w.Address, ReceiverValue: value, Sender: chain.Coinbase}
		w.Receive(t)
		if err := send(chain.Pair{Transaction: t}); err != nil {
			return nil, err
		}
		wallets = append(wallets, w)
	}
	return wallets, nil
}

// payAny sends 5 to 15 coins from one wallet to another, both drawn, and enters
// the payment in both at once. It does not wait for a block: lesson 6's does.
func payAny(wallets []*wallet.Wallet, send func(chain.Pair) error) error {
	fmt.Printf("\nGenerating new transaction...\nWallet balances: %s\n", balances(wallets))
	from := rand.IntN(len(wallets))
	to := (from + 1 + rand.IntN(len(wallets)-1)) % len(wallets)
	amount := min(int64(5+rand.IntN(11)), wallets[from].Balance())
	if amount == 0 {
		fmt.Printf("Wallet %d is empty\n", from)
		return nil
	}
	fmt.Printf("Sending from wallet %d to %d: %d\n", from, to, amount)
	p, err := wallets[from].Send(wallets[to].Address, amount)
	if err != nil {
		return err
	}
	if err := send(p); err != nil {
		return err
	}
	wallets[from].Confirm(p.Transaction.Hash())
	wallets[from].Receive(p.Transaction)
	wallets[to].Receive(p.Transaction)
	fmt.Printf("Wallet balances: %s\n", balances(wallets))
	return nil
}

func balances(wallets []*wallet.Wallet) string {
	var s []string
	for _, w := range wallets {
		s = append(s, fmt.Sprint(w.Balance()))
	}
	return strings.Join(s, ", ")
}
