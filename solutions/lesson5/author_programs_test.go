package main

import (
	"context"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"nodebook/fixtures/toycoin"
	"nodebook/solutions/lesson5/chain"
	"nodebook/solutions/lesson5/relay"

	"github.com/stretchr/testify/require"
)

// start runs a program with flags until the test ends.
func start(t *testing.T, program func(*flag.FlagSet) func(context.Context) error, args ...string) {
	f := flag.NewFlagSet(t.Name(), flag.ContinueOnError)
	run := program(f)
	require.NoError(t, f.Parse(args))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-done })
}

// served is a relay on its own port, which announces each subscription.
func served(t *testing.T) (port int, subscribed <-chan string) {
	told := make(chan string, 10)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s := &relay.Server{Hub: relay.NewHub(), Subscribed: func(_ net.Addr, channel string) { told <- channel }}
		s.Serve(ctx, ln)
	}()
	t.Cleanup(func() { cancel(); <-done })
	return ln.Addr().(*net.TCPAddr).Port, told
}

// python is a client of toycoin's, byte for byte, with nothing of ours.
type python struct {
	net.Conn
	t *testing.T
}

func dial(t *testing.T, port int, channel string) python {
	conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	require.NoError(t, err)
	conn.SetDeadline(time.Now().Add(time.Minute))
	t.Cleanup(func() { conn.Close() })
	p := python{conn, t}
	p.send([]byte(channel))
	return p
}

func (p python) send(b []byte) {
	_, err := p.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...))
	require.NoError(p.t, err)
}

func (p python) receive() []byte {
	var size [4]byte
	_, err := io.ReadFull(p, size[:])
	require.NoError(p.t, err)
	b := make([]byte, binary.BigEndian.Uint32(size[:]))
	_, err = io.ReadFull(p, b)
	require.NoError(p.t, err)
	return b
}

// valid is toycoin's own rule for a block, in terms of JSON and bytes.
func valid(t *testing.T, text string, zeros int) (txns int) {
	var b struct {
		Header map[string]string `json:"header"`
		Txns   []string          `json:"txns"`
	}
	require.NoError(t, json.Unmarshal([]byte(text), &b))
	var parts []byte
	for _, f := range []string{"timestamp", "previous_hash", "nonce", "merkle_root"} {
		v, err := base64.StdEncoding.DecodeString(b.Header[f])
		require.NoError(t, err)
		parts = append(parts, v...)
	}
	h := sha512.Sum512(parts)
	require.Equal(t, base64.StdEncoding.EncodeToString(h[:]), b.Header["this_hash"])
	require.Equal(t, strings.Repeat("\x00", zeros), string(h[:zeros]))
	return len(b.Txns)
}

// A node of ours on a relay, among clients that speak toycoin by hand: it mines
// what they send and takes over what they mined.
func TestPrograms_node(t *testing.T) {
	port, subscribed := served(t)
	watcher := dial(t, port, "/topic/main")
	sender := dial(t, port, "/txn")
	start(t, nodeCommand, "--host", "127.0.0.1", "--port", fmt.Sprint(port))
	for range 3 {
		<-subscribed
	}
	var coinbase []json.RawMessage
	require.NoError(t, json.Unmarshal(toycoin.File("coinbase.txn.txt"), &coinbase))
	publish := func(b []byte) { sender.send([]byte("/topic/main")); sender.send(b) }
	publish([]byte("\xff\xfe\x00junk"))
	publish(append([]byte("TXN "), toycoin.File("coinbase.txn.txt")...))
	second := strings.Replace(string(toycoin.File("coinbase.txn.txt")), `\"receiver_value\": 100`, `\"receiver_value\": 7`, 1)
	publish([]byte("TXN " + second))
	blocks := next(t, watcher)
	require.Len(t, blocks, 1)
	require.Equal(t, 2, valid(t, blocks[0], 1))

	publish(append([]byte("BLOC"), toycoin.File("chain.bloc.txt")...)) // longer: it must mine on top
	next(t, watcher)
	publish([]byte("TXN " + strings.Replace(second, `\"receiver_value\": 7`, `\"receiver_value\": 9`, 1)))
	blocks = next(t, watcher)
	require.Len(t, blocks, 4, "three of theirs and one of ours")
	for i, zeros := range []int{1, 1, 2, 2} {
		valid(t, blocks[i], zeros)
	}
}

// next waits for the next chain on a channel.
func next(t *testing.T, p python) (blocks []string) {
	for {
		if b := p.receive(); string(b[:4]) == "BLOC" {
			require.NoError(t, json.Unmarshal(b[4:], &blocks))
			return blocks
		}
	}
}

// Our oracle's messages are what toycoin's own nodes take.
func TestPrograms_oracle(t *testing.T) {
	port, subscribed := served(t)
	watcher := dial(t, port, "/topic/main")
	<-subscribed
	start(t, oracleCommand, "--host", "127.0.0.1", "--port", fmt.Sprint(port), "--min_interval", "0.01", "--max_interval", "0.02")
	ledger := chain.NewLedger()
	for i := range 12 {
		b := watcher.receive()
		require.Equal(t, "TXN ", string(b[:4]))
		p, err := chain.DecodePair(b[4:])
		require.NoError(t, err)
		require.NoError(t, chain.CheckTransaction(p))
		_, err = ledger.Spend(p.Transaction)
		require.NoError(t, err, "transaction %d", i)
	}
	require.EqualValues(t, 185, ledger.Total())
}

func TestPrograms_listener(t *testing.T) {
	require.Contains(t, show(append([]byte("BLOC"), toycoin.File("chain.bloc.txt")...)), "Blocks: 3 | Total Txns: 7 | Valid: True")
	require.Contains(t, show(append([]byte("BLOC"), toycoin.File("backwards.bloc.txt")...)), "Blocks: 3 | Total Txns: 7 | Valid: False")
	require.Contains(t, show(append([]byte("TXN "), toycoin.File("payment.txn.txt")...)), `"receiver_value": 58`)
	require.Contains(t, show([]byte("BLOC{")), "cannot be read")
	require.Equal(t, `Could not handle message type "\x1b[2J"`, show([]byte("\x1b[2J")))
}

func TestRun_misuse(t *testing.T) {
	for _, args := range [][]string{{}, {"nonsense"}, {"node", "--no-such-flag"}, {"node", "argument"}} {
		require.Equal(t, 2, run(args), "%q", args)
	}
	require.Equal(t, 1, run([]string{"oracle", "--min-interval", "2", "--max-interval", "1"}))
}
