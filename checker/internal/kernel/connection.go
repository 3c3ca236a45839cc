package kernel

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
)

// Connection is a connection file: where the front end expects the kernel.
type Connection struct {
	Transport string `json:"transport"`
	IP        string `json:"ip"`
	Scheme    string `json:"signature_scheme"`
	Key       string `json:"key"`
	Shell     int    `json:"shell_port"`
	Control   int    `json:"control_port"`
	Stdin     int    `json:"stdin_port"`
	IOPub     int    `json:"iopub_port"`
	Heartbeat int    `json:"hb_port"`
}

// mostConnection bounds a connection file, in bytes.
const mostConnection = 64 << 10

// ReadConnection reads a connection file.
//
// Errors: one that names the field if the kernel would listen to more than this
// machine, or to anyone without a key.
func ReadConnection(file string) (*Connection, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > mostConnection {
		return nil, fmt.Errorf("%s: not a connection file", file)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	c := &Connection{}
	if err := json.Unmarshal(b, c); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	// Front ends write it so; a copy made by hand may not be.
	return c, os.Chmod(file, 0o600)
}

func (c *Connection) check() error {
	switch ip := net.ParseIP(c.IP); {
	case c.Transport != "" && c.Transport != "tcp":
		return fmt.Errorf("transport: want tcp, got %q", c.Transport)
	case ip == nil || !ip.IsLoopback():
		return fmt.Errorf("ip: want a loopback address, got %q: the kernel runs code", c.IP)
	case c.Scheme != "" && c.Scheme != "hmac-sha256":
		return fmt.Errorf("signature_scheme: want hmac-sha256, got %q", c.Scheme)
	case c.Key == "":
		return errors.New("key: empty: any program on this machine could run code")
	}
	for name, port := range map[string]int{"shell_port": c.Shell, "control_port": c.Control, "stdin_port": c.Stdin, "iopub_port": c.IOPub, "hb_port": c.Heartbeat} {
		if port < 1 || port > 65535 {
			return fmt.Errorf("%s: no port %d", name, port)
		}
	}
	return nil
}

// address is where a channel listens.
func (c *Connection) address(port int) string {
	return "tcp://" + net.JoinHostPort(c.IP, fmt.Sprint(port))
}
