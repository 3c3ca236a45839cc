package picture

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"net"
	"strings"
	"time"

	"nodebook/fixtures/simnet"
	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson1/framing"
	"nodebook/solutions/lesson2/version"
)

func lesson2() ([]Picture, error) {
	met, err := ladder()
	if err != nil {
		return nil, err
	}
	return []Picture{payload(), met, compactSize(), services()}, nil
}

// spaced is bytes in hex, the rest left out after most of them.
func spaced(b []byte, most int) string {
	var words []string
	for _, x := range b[:min(most, len(b))] {
		words = append(words, hex.EncodeToString([]byte{x}))
	}
	if len(b) > most {
		words = append(words, "…")
	}
	return strings.Join(words, " ")
}

// payload is a version message, cut into fields, with the cursor at one of them.
func payload() Picture {
	raw := wire.Load("version/peer")
	v, err := version.ReadVersion(raw.Payload())
	if err != nil {
		panic(err) // the vector is a good one
	}
	rows := []struct {
		name, value string
		size        int
	}{
		{"protocol version", fmt.Sprint(v.Protocol), 4},
		{"services", fmt.Sprintf("%d", uint64(v.Services)), 8},
		{"timestamp", v.Timestamp.Format("2006-01-02 15:04"), 8},
		{"receiver", "an empty address", 26},
		{"sender", "an empty address", 26},
		{"nonce", "a random number", 8},
		{"user agent", v.UserAgent, 1 + len(v.UserAgent)},
		{"start height", thousands(uint64(v.StartHeight)), 4},
		{"relay", "yes", 1},
	}
	const rowHeight, now = 42.0, 5
	c := newCanvas(44 + int(rowHeight)*len(rows) + 40)
	c.text(18, 26, "small quiet", "offset")
	c.text(70, 26, "small quiet", "bytes")
	at := 0
	for i, r := range rows {
		y := 36 + rowHeight*float64(i)
		hue, text := "plain", "quiet"
		switch {
		case i < now:
			hue, text = "b3", ""
		case i == now:
			hue, text = "b2 thick", "bold"
		}
		c.text(52, y+20, "end mono "+text, "%d", at)
		c.rect(62, y, 170, 32, hue)
		c.text(70, y+20, "mono "+text, "%s", spaced(raw.Payload()[at:at+r.size], 6))
		c.text(244, y+14, "small "+strings.ReplaceAll(text, "quiet", ""), "%s", r.name)
		c.text(244, y+30, "small quiet", "%s", map[bool]string{true: r.value, false: "?"}[i <= now])
		if i == now {
			c.path("f2", "M%v %vL%v %vL%v %vZ", 4.0, y+9, 15.0, y+16, 4.0, y+23)
		}
		at += r.size
	}
	y := 36 + rowHeight*float64(len(rows)) + 22
	c.text(18, y, "", "Each field starts where the one before it ended.")
	return Picture{Lesson: "lesson2", Name: "payload", Title: "A version message under the cursor",
		Desc: fmt.Sprintf("The %d bytes of a version message in nine fields, one below the other: protocol version, services, timestamp, receiver, sender, nonce, user agent, start height, relay. "+
			"The cursor is at the nonce, offset 72. What is above it has been read.", at), canvas: c}
}

// told is a message that went over a connection.
type told struct {
	ours    bool
	command string
}

// tap notes the commands that go through a connection.
type tap struct {
	net.Conn
	said  *[]told
	in    *bytes.Buffer
	bytes int
}

func (t *tap) Write(p []byte) (int, error) {
	if m, err := framing.ReadMessage(bytes.NewReader(p), framing.Mainnet); err == nil {
		*t.said = append(*t.said, told{true, m.Command})
	}
	return t.Conn.Write(p)
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	t.in.Write(p[:n])
	for t.in.Len() > 0 {
		m, bad := framing.ReadMessage(bytes.NewReader(t.in.Bytes()), framing.Mainnet)
		if bad != nil {
			break
		}
		t.in.Next(framing.HeaderSize + len(m.Payload))
		*t.said = append(*t.said, told{false, m.Command})
	}
	return n, err
}

// ladder is the handshake of lesson 2 with a simulated peer, message by message.
func ladder() (Picture, error) {
	conn, peer := simnet.Pipe(simnet.Modern, simnet.WithSeed(6))
	defer peer.Close()
	var said []told
	ours := version.Version{Protocol: 70016, Timestamp: time.Unix(1769991597, 0), Nonce: 7, UserAgent: "/nodebook/", Relay: true}
	_, err := version.Greet(&tap{Conn: conn, said: &said, in: &bytes.Buffer{}},
		version.Config{Magic: framing.Mainnet, Version: ours, Offer: version.Features{WtxidRelay: true, AddrV2: true}})
	if err != nil {
		return Picture{}, fmt.Errorf("picture lesson2 ladder: %w", err)
	}
	const left, right, step = 96.0, 340.0, 38.0
	bottom := 58 + step*float64(len(said)) - 6
	c := newCanvas(int(bottom) + 66)
	c.text(left, 28, "mid bold f1", "we call")
	c.text(right, 28, "mid bold f2", "the peer")
	c.line(left, 38, left, bottom, "rule")
	c.line(right, 38, right, bottom, "rule")
	what := map[string]string{"version": "who I am", "verack": "I accept you", "wtxidrelay": "an offer", "sendaddrv2": "an offer"}
	var words []string
	for i, s := range said {
		y := 70 + step*float64(i)
		from, to, hue, who := left+4, right-4, "1", "we"
		if !s.ours {
			from, to, hue, who = right-4, left+4, "2", "the peer"
		}
		c.arrow(from, y, to, y, hue, "thick")
		c.text((left+right)/2, y-6, "mid bold small", "%s", s.command)
		words = append(words, who+": "+s.command+" ("+what[s.command]+")")
	}
	c.path("lx", "M%v 50h-8V%vh8", 70.0, bottom)
	c.lines(14, 70+step, "small", "60 s", "for all", "of it")
	c.text(18, bottom+28, "", "Only then do they talk about blocks.")
	c.text(18, bottom+48, "small quiet", "version: who I am. verack: I accept you.")
	return Picture{Lesson: "lesson2", Name: "ladder", Title: "A handshake: version and verack both ways, under one clock",
		Desc: "The messages of a handshake in their order. " + strings.Join(words, "; ") + ". One clock of 60 seconds runs for all of them.", canvas: c}, nil
}

// compactSize is the four forms of a number, and what each is for.
func compactSize() Picture {
	c := newCanvas(330)
	forms := []struct {
		size        int
		from, to    string
		most        float64
		hue, marker string
	}{
		{1, "0", "252", 253, "3", ""},
		{3, "253", "2¹⁶ − 1", 1 << 16, "1", "fd"},
		{5, "2¹⁶", "2³² − 1", 1 << 32, "4", "fe"},
		{9, "2³²", "2⁶⁴ − 1", 1 << 63 * 2.0, "2", "ff"},
	}
	x := 18.0
	end := math.Pow(2, 64)
	for _, f := range forms {
		to := 18 + 384*logScale(f.most, end)
		c.rect(x, 34, to-x-2, 22, "b"+f.hue)
		c.text((x+to)/2, 50, "mid small bold", "%d", f.size)
		x = to
	}
	c.text(18, 26, "small quiet", "bytes needed, for the numbers from 1 to 2⁶⁴ (log scale)")
	for i, f := range forms {
		y := 82 + 38*float64(i)
		c.text(18, y+17, "small", "%s to %s", f.from, f.to)
		for j := range f.size {
			text := ""
			if j == 0 {
				text = f.marker
			}
			c.box(150+28*float64(j), y, 26, 26, "b"+f.hue, "mono", "%s", text)
		}
	}
	example := func(y float64, n uint64) {
		c.text(18, y, "", "%s is written", thousands(n))
		c.text(150, y, "mono bold", "%s", spaced(version.AppendCompactSize(nil, n), 9))
	}
	example(258, 252)
	example(280, 253)
	c.text(18, 306, "", "refused:")
	c.text(150, 306, "mono bold fx", "fd fc 00")
	c.text(232, 306, "small", "252 in a longer form")
	return Picture{Lesson: "lesson2", Name: "compactsize", Title: "CompactSize: small numbers are short, and each has one form",
		Desc: "Numbers up to 252 take 1 byte, up to 2^16-1 3 bytes beginning with fd, up to 2^32-1 5 bytes beginning with fe, and all others 9 bytes beginning with ff. " +
			"252 is fc, 253 is fd fd 00. The bytes fd fc 00 would be 252 in a longer form, and are refused.", canvas: c}
}

// services are the 64 bits of a peer, and the promises that are named.
func services() Picture {
	v, err := version.ReadVersion(wire.Load("version/peer").Payload())
	if err != nil {
		panic(err) // the vector is a good one
	}
	c := newCanvas(300)
	names := map[int]string{}
	for bit := range 64 {
		if s := version.Services(1) << bit; v.Services.Has(s) {
			names[bit] = s.String()
		}
	}
	c.text(18, 28, "", "services %d, bit by bit", uint64(v.Services))
	const size = 25.0
	y := 60.0
	var words []string
	for bit := range 64 {
		cx, cy := 18+size*float64(bit%8), 44+size*float64(bit/8)
		class, text := "plain", "small quiet"
		if names[bit] != "" {
			class, text = "b2 thick", "small bold"
			c.text(262, y, "bold", "bit %d", bit)
			c.text(262, y+18, "mono", "%s", names[bit])
			y += 46
			words = append(words, fmt.Sprintf("bit %d, %s", bit, names[bit]))
		}
		c.box(cx, cy, size-2, size-2, class, text, "%d", bit)
	}
	c.text(18, 268, "", "Each bit is a promise. Those without a name")
	c.text(18, 286, "", "are kept: somebody may give them one.")
	return Picture{Lesson: "lesson2", Name: "services", Title: "Services: 64 bits, each a promise",
		Desc: fmt.Sprintf("A grid of 64 bits. Of a peer whose services are %d these are set: %s.", uint64(v.Services), strings.Join(words, "; ")), canvas: c}
}
