// Package server starts a queue server in this process, for a lab that has none. It
// is a package by itself because it is large: only the program "grader" contains it.
package server

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// Serve starts a queue server that keeps its streams in a folder. Address is
// HOST:PORT, of which HOST says who can reach it. Its end is the caller's.
func Serve(address, folder string) (url string, stop func(), err error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", nil, err
	}
	port, err := strconv.Atoi(text)
	if err != nil || port < 0 || port > 65535 {
		return "", nil, fmt.Errorf("%q is no port", text)
	}
	if port == 0 {
		port = server.RANDOM_PORT
	}
	s, err := server.NewServer(&server.Options{Host: host, Port: port, JetStream: true, StoreDir: folder, NoLog: true, NoSigs: true, ServerName: "nodebook"})
	if err != nil {
		return "", nil, err
	}
	s.Start()
	if !s.ReadyForConnections(time.Minute) {
		s.Shutdown()
		return "", nil, errors.New("the queue server does not start: is the address in use, and can the folder be written?")
	}
	return s.ClientURL(), func() { s.Shutdown(); s.WaitForShutdown() }, nil
}
