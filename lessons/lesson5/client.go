package main

import (
	"context"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strconv"

	"nodebook/lessons/lesson5/relay"
)

// address are the flags that say where the relay is.
type address struct {
	host string
	port int
}

func addressFlags(f *flag.FlagSet) *address {
	a := &address{}
	f.StringVar(&a.host, "host", "localhost", "where the relay is")
	f.IntVar(&a.port, "port", 25000, "the relay's `port`")
	return a
}

// client is a program's connection to the relay.
type client struct {
	net.Conn
	close func() bool
}

// connect dials the relay and subscribes; the connection ends with ctx.
func connect(ctx context.Context, a *address, role, channel string) (*client, error) {
	fmt.Printf("Starting up %s: %s\n", hex.EncodeToString([]byte{byte(rand.Uint32()), byte(rand.Uint32()), byte(rand.Uint32()), byte(rand.Uint32())}), role)
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort(a.host, strconv.Itoa(a.port)))
	if err != nil {
		return nil, fmt.Errorf("%w\nhint: start \"lesson5 relay\" first", err)
	}
	fmt.Printf("I am %s\n", peerName(conn.LocalAddr()))
	if err := relay.Subscribe(conn, channel); err != nil {
		conn.Close()
		return nil, err
	}
	return &client{conn, context.AfterFunc(ctx, func() { conn.Close() })}, nil
}

// each hands every payload to f until the relay goes away or ctx ends.
func (c *client) each(ctx context.Context, f func(payload []byte)) error {
	defer c.Conn.Close()
	defer c.close()
	for {
		payload, err := relay.ReadFrame(c)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed):
			fmt.Println("Server closed.")
			return nil
		case err != nil:
			return err
		case len(payload) == 0:
			return nil
		}
		f(payload)
	}
}

// peerName writes an address as toycoin's programs do: ('127.0.0.1', 25000).
func peerName(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return fmt.Sprintf("('%s', %s)", host, port)
}
