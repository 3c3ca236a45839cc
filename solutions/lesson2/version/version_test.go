package version_test

import (
	"errors"
	"fmt"
	"io"
	"math"
	"net/netip"
	"strings"
	"testing"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/wire"
	"nodebook/lessons/todo"
	"nodebook/solutions/lesson2/version"
)

// ours is a version message and the numbers it is made of.
type ours struct {
	protocol  int32
	services  uint64
	timestamp int64
	receiver  address
	sender    address
	nonce     uint64
	agent     string
	height    int32
	relay     []byte // none, one or more bytes
}

func (o ours) bytes() []byte {
	return join(le32(uint32(o.protocol)), le64(o.services), le64(uint64(o.timestamp)), o.receiver.bytes(), o.sender.bytes(),
		le64(o.nonce), text(o.agent), le32(uint32(o.height)), o.relay)
}

// layout is how the bytes are cut into fields.
func (o ours) layout() []expect.Field {
	f := []expect.Field{{Name: "protocol version", Size: 4}, {Name: "services", Size: 8}, {Name: "timestamp", Size: 8}}
	for _, who := range []string{"receiver: ", "sender: "} {
		for _, part := range netAddrLayout {
			f = append(f, expect.Field{Name: who + part.Name, Size: part.Size})
		}
	}
	f = append(f, expect.Field{Name: "nonce", Size: 8}, expect.Field{Name: "user agent: length", Size: len(compact(uint64(len(o.agent))))})
	if o.agent != "" {
		f = append(f, expect.Field{Name: "user agent", Size: len(o.agent)})
	}
	f = append(f, expect.Field{Name: "start height", Size: 4})
	if len(o.relay) > 0 {
		f = append(f, expect.Field{Name: "relay", Size: 1})
	}
	return f
}

// drawVersion draws a version message of today with a relay byte.
func drawVersion(d *draw.Source) ours {
	return ours{
		protocol:  int32(d.Between(70_001, 70_016)),
		services:  d.Uint64()&d.Uint64()&d.Uint64() | 1,
		timestamp: int64(d.Between(1_231_006_505, 1_900_000_000)),
		receiver:  drawAddress(d, drawIPv4(d)),
		sender:    drawAddress(d, drawIPv6(d)),
		nonce:     d.Uint64() | 1,
		agent:     fmt.Sprintf("/%s:%d.%d.0/", d.Word(d.Between(3, 12)), d.IntN(40), d.IntN(10)),
		height:    int32(d.Between(1, 1_000_000)),
		relay:     []byte{byte(d.IntN(2))},
	}
}

// stage is one step of the way to the whole of ReadVersion: what it adds, and
// the fields that must be right once it is done.
type stage struct {
	adds string
	part func(version.Version) string // of what ReadVersion returned
	want func(ours) string
}

var stages = []stage{
	{"protocol version, services, timestamp",
		func(v version.Version) string {
			return fmt.Sprintf("Protocol %d, Services %#x, Timestamp %d", v.Protocol, uint64(v.Services), v.Timestamp.Unix())
		},
		func(o ours) string {
			return fmt.Sprintf("Protocol %d, Services %#x, Timestamp %d", o.protocol, o.services, o.timestamp)
		}},
	{"receiver and sender",
		func(v version.Version) string { return addresses(v.Receiver, v.Sender) },
		func(o ours) string { return addresses(o.receiver.value(), o.sender.value()) }},
	{"nonce",
		func(v version.Version) string { return fmt.Sprintf("Nonce %d", v.Nonce) },
		func(o ours) string { return fmt.Sprintf("Nonce %d", o.nonce) }},
	{"user agent",
		func(v version.Version) string { return fmt.Sprintf("UserAgent %q", v.UserAgent) },
		func(o ours) string { return fmt.Sprintf("UserAgent %q", o.agent) }},
	{"start height and relay",
		func(v version.Version) string {
			return fmt.Sprintf("StartHeight %d, Relay %t, OmitRelay %t", v.StartHeight, v.Relay, v.OmitRelay)
		},
		func(o ours) string {
			return fmt.Sprintf("StartHeight %d, Relay %t, OmitRelay %t", o.height, len(o.relay) == 0 || o.relay[0] == 1, len(o.relay) == 0)
		}},
}

func addresses(receiver, sender version.NetAddr) string {
	return "Receiver " + show(receiver) + ", Sender " + show(sender)
}

// reads wants the first n stages of ReadVersion to be there. A function that is
// still on its way may return todo.Err together with what it has.
func reads(t *testing.T, o ours, n int) {
	t.Helper()
	payload := o.bytes()
	expect.Tried(t, "ReadVersion(payload)")
	v, err := version.ReadVersion(payload)
	for i, s := range stages[:n] {
		try := expect.Tried(t, "ReadVersion(payload), stage %d of %d: %s%s", i+1, len(stages), s.adds, done(i))
		try.Input(o.bytes(), o.layout()...)
		try.Why("the fields come in the order of the wire, each read from where the one before it ended")
		if !errors.Is(err, todo.Err) {
			try.NoError(err)
		}
		if got := s.part(v); got != s.want(o) {
			if err != nil {
				got += "\n" + expect.Error(err)
			}
			try.Fail(got, s.want(o))
		}
		if n == len(stages) {
			try.NoError(err)
		}
	}
	try := expect.Tried(t, "ReadVersion(payload), and then payload again")
	unchanged(try, payload, o.bytes(), o.layout()...)
}

// begins wants an error's text to begin with the name of a field.
func begins(try *expect.Try, err error, field string) {
	try.Why("a reader of the error wants to know which field it was: its name comes first")
	try.True(err != nil && strings.HasPrefix(err.Error(), field), expect.Error(err), fmt.Sprintf("an error whose text begins with %q", field))
}

// done says what works already.
func done(stages int) string {
	if stages == 0 {
		return ""
	}
	if stages == 1 {
		return " (stage 1 works)"
	}
	return fmt.Sprintf(" (stages 1 to %d work)", stages)
}

func TestReadVersion_1numbers(t *testing.T) {
	d := draw.From(t)
	reads(t, drawVersion(d), 1)
	o := drawVersion(d)
	o.protocol, o.timestamp = int32(-d.Between(1, 1<<30)), int64(-d.Between(1, 1<<40))
	reads(t, o, 1)
}

func TestReadVersion_2addresses(t *testing.T) {
	d := draw.From(t)
	reads(t, drawVersion(d), 2)
	o := drawVersion(d)
	o.receiver, o.sender = drawAddress(d, drawIPv6(d)), address{ip: netip.IPv6Unspecified()}
	reads(t, o, 2)
}

func TestReadVersion_3nonce(t *testing.T) {
	reads(t, drawVersion(draw.From(t)), 3)
}

func TestReadVersion_4userAgent(t *testing.T) {
	d := draw.From(t)
	for _, agent := range []string{"/" + d.Word(9) + "/", "", d.Word(252), d.Word(253), d.Word(maxUserAgent), "\x1b[2J\xff" + d.Word(3)} {
		o := drawVersion(d)
		o.agent = agent
		reads(t, o, 4)
	}
}

func TestReadVersion_4asItIs(t *testing.T) {
	d := draw.From(t)
	for _, agent := range []string{d.Word(5) + "\x00\x00", "\x00" + d.Word(5), " " + d.Word(5) + " \n", "\x00"} {
		o := drawVersion(d)
		o.agent = agent
		reads(t, o, 4)
	}
}

func TestReadVersion_5heightAndRelay(t *testing.T) {
	d := draw.From(t)
	for _, relay := range []byte{0, 1} {
		o := drawVersion(d)
		o.relay = []byte{relay}
		reads(t, o, 5)
	}
	o := drawVersion(d)
	o.height = int32(-d.Between(1, 1<<30))
	reads(t, o, 5)
}

func TestReadVersion_absentRelay(t *testing.T) {
	d := draw.From(t)
	o := drawVersion(d)
	o.relay = nil
	for _, o.protocol = range []int32{int32(d.Between(31_800, 70_000)), 70_015} {
		try := expect.Tried(t, "ReadVersion(payload), where the payload of protocol %d ends with the start height", o.protocol)
		v, err := version.ReadVersion(o.bytes())
		try.Input(o.bytes(), o.layout()...)
		try.Why("the relay byte came with BIP 37; without it a node relays, and OmitRelay remembers that there was no byte")
		try.NoError(err)
		last := stages[len(stages)-1]
		try.Equal("", last.part(v), last.want(o))
	}
}

func TestReadVersion_relay(t *testing.T) {
	d := draw.From(t)
	o := drawVersion(d)
	o.relay = []byte{byte(d.Between(2, 255))}
	try := expect.Tried(t, "ReadVersion(payload), where the relay byte is %02x", o.relay)
	try.Input(o.bytes(), o.layout()...)
	try.Why("the byte is ReadBool's job; its error is passed on, wrapped with %%w")
	_, err := version.ReadVersion(o.bytes())
	try.ErrorIs(err, version.ErrBool, "ErrBool")
	begins(try, err, "relay")
}

func TestReadVersion_trailing(t *testing.T) {
	d := draw.From(t)
	o := drawVersion(d)
	for _, n := range []int{d.Between(2, 20), 1} {
		b := join(o.bytes(), d.Bytes(n))
		try := expect.Tried(t, "ReadVersion(payload), where the relay byte is followed by more, in bytes: %d", n)
		try.Input(b, append(o.layout(), expect.Field{Name: "more"})...)
		try.Why("bytes that nobody has read are a sign that both sides do not mean the same message")
		_, err := version.ReadVersion(b)
		try.ErrorIs(err, version.ErrTrailing, "ErrTrailing")
		begins(try, err, "relay")
	}
}

func TestReadVersion_longAgent(t *testing.T) {
	d := draw.From(t)
	o := drawVersion(d)
	start := len(o.bytes()) - len(text(o.agent)) - 5
	for _, tt := range []struct {
		how    string
		length []byte
		bytes  int
		want   error
		name   string
	}{
		{"257", compact(257), 257, version.ErrTooLong, "ErrTooLong"},
		{"2^62", compact(1 << 62), 10, version.ErrTooLong, "ErrTooLong"},
		{"2^64-1", compact(math.MaxUint64), 10, version.ErrTooLong, "ErrTooLong"},
		{"5, written as fd 05 00", []byte{0xfd, 5, 0}, 5, version.ErrCompactSize, "ErrCompactSize"},
	} {
		b := join(o.bytes()[:start], tt.length, []byte(d.Word(tt.bytes)), le32(uint32(o.height)), o.relay)
		try := expect.Tried(t, "ReadVersion(payload), where the user agent's length is %s", tt.how)
		try.Why("the bound and the form are ReadVarString's job; its error is passed on, wrapped with %%w")
		_, err := version.ReadVersion(b)
		try.ErrorIs(err, tt.want, tt.name)
		begins(try, err, "user agent")
	}
}

func TestReadVersion_cut(t *testing.T) {
	d := draw.From(t)
	o := drawVersion(d)
	b := o.bytes()
	at := 0
	for _, f := range o.layout() {
		field, _, _ := strings.Cut(f.Name, ":")
		for n := at; n < at+f.Size; n++ {
			if n == len(b)-1 {
				break // no relay byte: that is allowed
			}
			try := expect.Tried(t, "ReadVersion(payload[:%d]), which ends inside the %s, or before it", n, field)
			try.Input(b[:n], o.layout()...)
			try.Why("c.Take gives this error: pass it on, or wrap it with %%w")
			_, err := version.ReadVersion(b[:n])
			try.ErrorIs(err, io.ErrUnexpectedEOF, "io.ErrUnexpectedEOF")
			begins(try, err, field)
		}
		at += f.Size
	}
}

func TestReadVersion_vectors(t *testing.T) {
	for _, v := range append(wire.All("version"), wire.All("versionpayload")...) {
		payload := v.Bytes
		if strings.HasPrefix(v.Name, "version/") {
			payload = v.Payload()
		}
		try := expect.Tried(t, "ReadVersion(payload) of the vector %s", v.Name)
		_, err := version.ReadVersion(payload)
		if v.Good() {
			try.NoError(err)
			continue
		}
		try.ErrorIs(err, sentinel(t, v.Expect), v.Expect)
	}
}
