package picture

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"nodebook/fixtures/wire"
	"nodebook/solutions/lesson1/framing"
)

func lesson1() ([]Picture, error) {
	return []Picture{frame(), stream(), places()}, nil
}

// field is a run of a message's bytes.
type field struct {
	name, meaning string
	b             []byte
	hue           string
}

// frame is a whole message, a ping: each byte in a box, in the colour of its
// field.
func frame() Picture {
	raw := wire.Load("message/ping").Bytes
	m, err := framing.ReadMessage(bytes.NewReader(raw), framing.Mainnet)
	if err != nil {
		panic(err) // the vector is a good one
	}
	fields := []field{
		{"magic", framing.Mainnet.String(), raw[:4], "4"},
		{"command", fmt.Sprintf("%q, then zeros", m.Command), raw[4:16], "1"},
		{"length", fmt.Sprintf("%d bytes", len(m.Payload)), raw[16:20], "2"},
		{"checksum", "of the payload", raw[20:24], "3"},
		{"payload", "a random number", raw[24:], "5"},
	}
	const perRow, size, rowHeight = 12, 32, 98
	c := newCanvas(364)
	c.text(18, 26, "bold", "header, %d bytes", framing.HeaderSize)
	at := 0
	place := func(i int) (x, y float64) { return 18 + float64(i%perRow)*size, 54 + float64(i/perRow)*rowHeight }
	for _, f := range fields {
		for i, b := range f.b {
			x, y := place(at + i)
			c.box(x, y, size, 30, "b"+f.hue, "mono", "%02x", b)
		}
		x, y := place(at)
		lift := 7.0
		if at == framing.HeaderSize {
			lift = 20
		}
		c.text(x, y-lift, "small quiet", "%d", at)
		c.text(x, y+48, "bold f"+f.hue, "%s", f.name)
		if at < framing.HeaderSize {
			c.text(x, y+66, "small", "%s", f.meaning)
		}
		at += len(f.b)
	}
	x, y := place(framing.HeaderSize)
	end := x + size*float64(len(m.Payload))
	c.text(x+68, y+48, "small", "%s, which a pong sends back", fields[4].meaning)
	c.path("l2 thick", "M%v %vv8M%v %vh%vM%v %vv8M%v %vV%v", x+1, y-16.0, x+1, y-12.0, end-x-2, end-1, y-16.0, 164.0, y-26.0, y-14.0)
	c.path("l3 thick", "M%v %vV%vH%v", 320.0, y-26.0, y+15.0, end+8)
	c.head(end+3, y+15, -1, 0, "3")
	c.lines(18, y+78, "small", "The length says how long the payload is.", "The checksum is computed from it.")
	return Picture{Lesson: "lesson1", Name: "frame", Title: "A message: 24 bytes of header, then the payload",
		Desc: fmt.Sprintf("The %d bytes of a ping. The header has four fields: magic, 4 bytes; command, 12 bytes; length, 4 bytes; checksum, 4 bytes. "+
			"The payload of %d bytes follows. Length and checksum describe the payload.", len(raw), len(m.Payload)), canvas: c}
}

// stream is what TCP keeps, the order of bytes, and what it does not keep.
func stream() Picture {
	written := []string{"pong", "version"}
	read := []string{"po", "ngver", "sion"}
	letters := strings.Join(written, "")
	const step = 33.0
	left := (Width - step*float64(len(letters))) / 2
	c := newCanvas(250)
	rows := func(y float64, hue string, pieces []string) {
		at := 0
		for _, p := range pieces {
			c.rect(left+float64(at)*step+3, y, float64(len(p))*step-6, 30, "b"+hue)
			at += len(p)
		}
		for i, l := range letters {
			c.text(left+(float64(i)+.5)*step, y+20, "mid mono", "%c", l)
		}
	}
	c.text(left, 30, "", "the peer calls Write twice")
	rows(40, "1", written)
	c.rect(left-9, 104, step*float64(len(letters))+18, 30, "plain")
	for i, l := range letters {
		x := left + (float64(i)+.5)*step
		c.line(x, 70, x, 104, "rule")
		c.line(x, 134, x, 176, "rule")
		c.text(x, 124, "mid mono", "%c", l)
	}
	c.text(left, 97, "small quiet", "")
	rows(176, "2", read)
	c.text(left, 226, "", "we call Read three times")
	c.text(left+step*float64(len(letters)), 226, "end small", "2, 5 and 4 bytes")
	return Picture{Lesson: "lesson1", Name: "stream", Title: "The bytes keep their order, not their pieces",
		Desc: fmt.Sprintf("A peer writes %s. In the stream the same %d letters are in the same order, without a gap. Three reads get %s: the cuts are elsewhere.",
			strings.Join(written, " and "), len(letters), strings.Join(read, ", ")), canvas: c}
}

// places is one number in two orders.
func places() Picture {
	b := []byte{0xf5, 0x95, 0x88, 0x05}
	little, big := binary.LittleEndian.Uint32(b), binary.BigEndian.Uint32(b)
	weights := []string{"1", "256", "65,536", "16,777,216"}
	c := newCanvas(300)
	const left, step, size = 40.0, 90.0, 70.0
	for i, v := range b {
		x := left + float64(i)*step
		c.rect(x, 128, size, 44, "plain")
		c.text(x+size/2, 147, "mid mono bold", "%02x", v)
		c.text(x+size/2, 165, "mid small quiet", "%d", v)
		for _, o := range []struct {
			place int
			y     float64
			hue   string
		}{{i, 82, "1"}, {3 - i, 178, "2"}} {
			h := 3 + 37*float64(o.place)/3
			y := o.y
			if o.hue == "1" {
				y = 122 - h
			}
			c.rect(x+size/2-7, y, 14, h, "f"+o.hue)
		}
		c.text(x+size/2, 74, "mid small", "%s", weights[i])
		c.text(x+size/2, 236, "mid small", "%s", weights[3-i])
	}
	c.text(18, 28, "bold f1", "little endian: %s", thousands(uint64(little)))
	c.text(18, 52, "small quiet", "each byte counts times")
	c.text(18, 264, "bold f2", "big endian: %s", thousands(uint64(big)))
	c.text(18, 286, "small quiet", "the same bytes, the heavy end on the left")
	return Picture{Lesson: "lesson1", Name: "places", Title: "One run of bytes, two numbers",
		Desc: fmt.Sprintf("The bytes f5 95 88 05. Read as little endian the first counts times 1 and the last times 16,777,216, which gives %s. "+
			"Read as big endian it is the other way round, which gives %s.", thousands(uint64(little)), thousands(uint64(big))), canvas: c}
}

// thousands writes a number with a comma before every three digits.
func thousands(n uint64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// logScale maps 1 to 0 and most to 1.
func logScale(n, most float64) float64 { return math.Log(n) / math.Log(most) }
