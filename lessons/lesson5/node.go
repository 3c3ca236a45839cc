package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"sync"
	"time"

	"nodebook/lessons/lesson5/chain"
	"nodebook/lessons/lesson5/node"
	"nodebook/lessons/lesson5/relay"
)

func nodeCommand(f *flag.FlagSet) func(context.Context) error {
	at := addressFlags(f)
	channel := f.String("channel", "/topic/main", "the `channel` of the network")
	delay := f.Int("delay", 0, "`seconds` to wait with each mined block, to be a slow node")
	cores := f.Int("cores", 1, "miners at once")
	return func(ctx context.Context) error {
		if *cores < 1 || *delay < 0 {
			return fmt.Errorf("%d cores, a delay of %d seconds\nhint: at least 1 core, and no delay below 0", *cores, *delay)
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		c, err := connect(ctx, at, "Full Node", *channel)
		if err != nil {
			return err
		}
		fmt.Printf("Node on channel %s\n", *channel)
		n := node.New()
		n.Workers = *cores
		n.Delay = time.Duration(*delay) * time.Second
		n.Send = func(payload []byte) error { return relay.Publish(c, *channel, payload) }
		var mu sync.Mutex // the worker and the reader print
		n.Tell = func(format string, args ...any) {
			mu.Lock()
			defer mu.Unlock()
			fmt.Printf(format+"\n", args...)
		}
		var worker sync.WaitGroup
		worker.Go(func() {
			defer cancel() // without a worker there is no node
			n.Work(ctx)
		})
		err = c.each(ctx, func(payload []byte) { receive(n, payload) })
		cancel()
		worker.Wait()
		return err
	}
}

// receive handles a payload and says what came of it.
func receive(n *node.Node, payload []byte) {
	kind := string(payload[:min(4, len(payload))])
	n.Tell("Received message type: %s", printable(kind))
	err := n.HandleData(payload)
	switch {
	case errors.Is(err, node.ErrType):
		n.Tell("Could not handle message type %s", printable(kind))
	case errors.Is(err, chain.ErrMissing):
		n.Tell("Some tokens missing source txns, kept for later: %v", err)
	case errors.Is(err, chain.ErrSpent):
		n.Tell("Some tokens already used in other txns: %v", err)
	case kind == node.TypeBlocks && err == nil:
		n.Tell("Received longer, valid blockchain.")
	case kind == node.TypeBlocks:
		n.Tell("Received blockchain but it is not longer, or invalid: %v", err)
	case err != nil:
		n.Tell("Txn pair is invalid: %v", err)
	}
}

// printable is text as it is, and anything else quoted: what came from the
// network does not reach the terminal raw.
func printable(s string) string {
	for _, r := range s {
		if r < ' ' || r > '~' {
			return fmt.Sprintf("%q", s)
		}
	}
	return s
}
