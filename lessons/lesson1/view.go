package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"nodebook/lessons/lesson1/framing"

	"golang.org/x/term"
)

const (
	perLine   = 16 // bytes
	mostLines = 32 // of one payload
)

// view shows messages as hex, each field on lines of its own, named, and on a
// terminal coloured.
type view struct {
	w      io.Writer
	colour bool
}

// colours reports whether w is a terminal whose owner has nothing against colour.
func colours(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// message shows the bytes of one message, or as many of them as came.
func (v *view) message(n int, raw []byte) {
	magic, command, length, checksum := cut(raw, 0, 4), cut(raw, 4, 16), cut(raw, 16, 20), cut(raw, 20, 24)
	payload := cut(raw, framing.HeaderSize, len(raw))
	name := string(bytes.TrimRight(command, "\x00"))
	title := ascii([]byte(name))
	if what, ok := framing.Commands[name]; ok {
		title += ", " + what
	}
	fmt.Fprintf(v.w, "\nmessage %d, %d bytes: %s\n", n, len(raw), title)
	v.line("magic", "35", magic, network(magic))
	v.line("command", "36", command, ascii([]byte(name)))
	v.line("length", "33", length, size(length))
	v.line("checksum", "32", checksum, verdict(checksum, length, payload))
	v.payload(payload)
}

// payload shows the payload, its name at the first line and its text beside it.
func (v *view) payload(b []byte) {
	name := "payload"
	for n := 0; len(b) > 0; n++ {
		if n == mostLines {
			fmt.Fprintf(v.w, "  %-10s%d bytes more\n", "", len(b))
			return
		}
		row := b[:min(perLine, len(b))]
		v.line(name, "34", row, ascii(row))
		name, b = "", b[len(row):]
	}
}

// line shows some bytes: name, hex, meaning. No bytes are no line.
func (v *view) line(name, colour string, b []byte, meaning string) {
	if len(b) == 0 {
		return
	}
	on, off := "", ""
	if v.colour {
		on, off = "\x1b["+colour+"m", "\x1b[0m"
	}
	hex := fmt.Sprintf("% x", b)
	pad := strings.Repeat(" ", 3*perLine-1-len(hex))
	fmt.Fprintf(v.w, "  %-10s%s%s%s%s  %s\n", name, on, hex, off, pad, meaning)
}

// dropped says that the message above has been dropped, and why.
func (v *view) dropped(err error) {
	fmt.Fprintf(v.w, "  dropped: %s\n", ascii([]byte(err.Error())))
}

// end says why nothing more is shown.
func (v *view) end(why string) {
	fmt.Fprintf(v.w, "\n%s\n", why)
}
