package crawl_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"net"
	"testing"
	"time"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/simnet"
	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson4/crawl"
)

// network is a simulated network in memory whose dials are counted. All of its
// peers have one character.
type network struct {
	*simnet.Memory
	*simnet.Dialer
}

func newNetwork(t *testing.T, d *draw.Source, c simnet.Character, peers int) network {
	m, err := simnet.NewMemory(simnet.Config{
		Peers: peers, Seed: d.Uint64(), Mix: []simnet.Share{{Character: c, PerMille: 1}},
		Latency: [2]time.Duration{20 * time.Millisecond, 200 * time.Millisecond},
	})
	expect.Broken(t, err)
	t.Cleanup(func() { m.Close() })
	return network{m, simnet.Count(m)}
}

// DialContext dials through the counting dialer.
func (n network) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return n.Dialer.DialContext(ctx, network, address)
}

// caller draws how we call.
func caller(d *draw.Source, dialer crawl.Dialer) crawl.Caller {
	return crawl.Caller{
		Dialer: dialer,
		Limit:  time.Duration(d.Between(900, 1500)) * time.Millisecond,
		Version: version.Version{
			Protocol: 70016, Services: version.Services(d.Between(0, 8)), Timestamp: time.Unix(int64(d.Between(1_700_000_000, 1_800_000_000)), 0),
			Nonce: d.Uint64(), UserAgent: "/" + d.Word(6) + ":1.0/", StartHeight: int32(d.Between(0, 900_000)),
		},
	}
}

// closed wants no connection to be open.
func closed(try *expect.Try, d *simnet.Dialer) {
	open := d.Open()
	try.Why("an open connection is an open file, here and at the peer: a program that leaves some of them open runs out of files")
	try.True(len(open) == 0, "a connection is still open when it returned", "the connection is closed, whatever happened")
	try.Why("")
}

// says wants a version to be what the peer says.
func says(try *expect.Try, got version.Version, want simnet.Version) {
	try.Why("the version is what this peer says of itself in its version message")
	try.Equal("Version.Protocol", got.Protocol, want.Protocol)
	try.Equal("Version.UserAgent", got.UserAgent, want.UserAgent)
	try.Equal("Version.Nonce", got.Nonce, want.Nonce)
	try.Equal("Version.StartHeight", got.StartHeight, want.Height)
	try.Why("")
}

// dialFunc is a function that dials.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

func (f dialFunc) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return f(ctx, network, address)
}

// scripted dials a peer that does as its script says, over a net.Pipe. The peer
// hangs up when the script ends.
func scripted(t *testing.T, script func(conn net.Conn)) *simnet.Dialer {
	return simnet.Count(dialFunc(func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		t.Cleanup(func() { theirs.Close() })
		go func() {
			defer theirs.Close()
			script(theirs)
		}()
		return ours, nil
	}))
}

// frame puts mainnet's envelope around a payload.
func frame(command string, payload []byte) []byte {
	b := append([]byte{0xf9, 0xbe, 0xb4, 0xd9}, make([]byte, 20)...)
	copy(b[4:], command)
	binary.LittleEndian.PutUint32(b[16:], uint32(len(payload)))
	once := sha256.Sum256(payload)
	twice := sha256.Sum256(once[:])
	copy(b[20:], twice[:4])
	return append(b, payload...)
}

// versionPayload is the payload of a version message of protocol 70016.
func versionPayload(nonce uint64, agent string) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 70016)
	b = append(b, make([]byte, 8+8+26+26)...)
	b = binary.LittleEndian.AppendUint64(b, nonce)
	b = append(b, byte(len(agent)))
	b = append(b, agent...)
	return append(b, 7, 0, 0, 0, 1)
}
