package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"strconv"

	"nodebook/lessons/lesson5/chain"
	"nodebook/lessons/lesson5/relay"
)

func relayCommand(f *flag.FlagSet) func(context.Context) error {
	host := f.String("host", "127.0.0.1", "the address to listen on")
	port := f.Int("port", 25000, "the `port` to listen on")
	return func(ctx context.Context) error {
		ln, err := net.Listen("tcp", net.JoinHostPort(*host, strconv.Itoa(*port)))
		if err != nil {
			return err
		}
		s := &relay.Server{
			Hub: relay.NewHub(),
			Subscribed: func(remote net.Addr, channel string) {
				fmt.Printf("Remote %s subscribed to %s\n", peerName(remote), chain.Literal([]byte(channel)))
			},
			Sending: func(channel string, payload []byte, n int) {
				for range n {
					fmt.Printf("Sending to %s: %s...\n", chain.Literal([]byte(channel)), chain.Literal(payload[:min(19, len(payload))]))
				}
			},
			Closed: func(remote net.Addr) { fmt.Printf("Remote %s closed\n", peerName(remote)) },
		}
		return s.Serve(ctx, ln)
	}
}
