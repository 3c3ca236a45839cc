package relay

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// MaxClients is how many clients a relay serves at once.
const MaxClients = 1_000

// Server is a relay.
type Server struct {
	Hub *Hub

	// What a relay reports; each may be nil.
	Subscribed func(remote net.Addr, channel string)
	Sending    func(channel string, payload []byte, subscribers int)
	Closed     func(remote net.Addr)
}

// Handle serves one client until it is done, gone or dropped, and returns when
// the connection is closed and no goroutine of the client's is left.
//
// It reads the client's channel with c.Hello and subscribes it; then, at the
// same time,
//
//   - writes each payload of the subscription to the client, and closes the
//     connection when the subscription ends or a write fails
//   - reads channel and payload, again and again, and publishes them, until an
//     error or an empty channel name comes
//
// remote is only for s.Subscribed, which is called when the subscription has
// started; s.Sending is called after each publication. [Hub.Publish] names the
// errors of a channel: they end the connection.
func (s *Server) Handle(c *Client, remote net.Addr) error {
	// BEGIN SOLUTION
	defer c.Close()
	name, err := c.Hello()
	if err != nil {
		return err
	}
	sub, err := s.Hub.Subscribe(string(name))
	if err != nil {
		return err
	}
	s.subscribed(remote, string(name))
	var writer sync.WaitGroup
	writer.Go(func() {
		defer c.Close()
		for payload := range sub.Messages {
			if c.Write(payload) != nil {
				return
			}
		}
	})
	defer func() {
		s.Hub.Unsubscribe(sub)
		c.Close()
		writer.Wait()
	}()
	for {
		channel, err := c.Read()
		if err != nil || len(channel) == 0 {
			return err
		}
		payload, err := c.Read()
		if err != nil {
			return err
		}
		n, err := s.Hub.Publish(string(channel), payload)
		if err != nil {
			return err
		}
		s.sending(string(channel), payload, n)
	}
	// END SOLUTION
}

func (s *Server) subscribed(remote net.Addr, channel string) {
	if s.Subscribed != nil {
		s.Subscribed(remote, channel)
	}
}

func (s *Server) sending(channel string, payload []byte, subscribers int) {
	if s.Sending != nil {
		s.Sending(channel, payload, subscribers)
	}
}

// Serve accepts clients until ctx ends, and returns when all of them are gone.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	var clients sync.WaitGroup
	defer clients.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { ln.Close() })()
	places := make(chan struct{}, MaxClients)
	for {
		conn, err := ln.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if errors.Is(err, net.ErrClosed) {
				return err
			}
			select { // out of file descriptors, say: it passes
			case <-ctx.Done():
			case <-time.After(50 * time.Millisecond):
			}
			continue
		}
		select {
		case places <- struct{}{}:
		default:
			conn.Close()
			continue
		}
		clients.Go(func() {
			defer func() { <-places }()
			c := NewClient(conn)
			stop := context.AfterFunc(ctx, func() { conn.Close() })
			defer stop()
			s.Handle(c, conn.RemoteAddr())
			conn.Close()
			if s.Closed != nil {
				s.Closed(conn.RemoteAddr())
			}
		})
	}
}
