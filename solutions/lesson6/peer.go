package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson6/consensus"
	"nodebook/solutions/lesson6/p2p"
)

func peerCommand(f *flag.FlagSet) func(context.Context) error {
	name := f.String("name", "peer", "what the node calls itself")
	listen := f.String("listen", "127.0.0.1:26000", "the `address` to listen on")
	connect := f.String("connect", "", "`addresses` of peers, with commas between")
	data := f.String("data", "", "keep blocks in this `file`, and go on from it")
	mine := f.Bool("mine", false, "mine")
	network := networkFlag(f)
	events := f.String("events", "-", "write the event stream to this `file`; - is standard output")
	return func(ctx context.Context) error {
		magic, hint, err := networkNamed(*network)
		if err != nil {
			return err
		}
		out, err := eventWriter(*events)
		if err != nil {
			return err
		}
		defer out.Close()
		core := p2p.NewCore(*name, consensus.Classroom())
		if *data != "" {
			store, blocks, err := p2p.OpenStore(*data)
			if err != nil {
				return err
			}
			defer store.Close()
			core.Restore(blocks)
			core.Save = store.Save
		}
		lines := json.NewEncoder(out)
		core.Emit = func(e p2p.Event) { lines.Encode(e) } // the node holds its lock
		ln, err := net.Listen("tcp", *listen)
		if err != nil {
			return err
		}
		n := p2p.NewNode(core)
		n.Network = magic
		var all sync.WaitGroup
		defer all.Wait()
		for address := range strings.FieldsFuncSeq(*connect, func(r rune) bool { return r == ',' }) {
			all.Go(func() { redial(ctx, n, address, hint, os.Stderr) })
		}
		if *mine {
			key, err := chain.NewKey()
			if err != nil {
				return fmt.Errorf("key: %w", err)
			}
			all.Go(func() { n.Mine(ctx, chain.AddressOf(key), 1) })
		}
		return n.Serve(ctx, ln)
	}
}

// redial keeps a connection up. It says once if no handshake comes about.
func redial(ctx context.Context, n *p2p.Node, address, hint string, errs io.Writer) {
	for said := false; ctx.Err() == nil; {
		err := n.Dial(ctx, address)
		if ctx.Err() == nil && errors.Is(err, p2p.ErrHandshake) && !said {
			fmt.Fprintf(errs, "lesson6: %s: %q\nhint: %s\n", address, err, hint)
			said = true
		}
		pause(ctx, 2*time.Second)
	}
}
