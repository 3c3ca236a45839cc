package cell

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"nodebook/checker/internal/lazyregexp"
)

// decoder reads what a program writes: text, and between the text frames
//
//	0x1e MARK SPACE begin NEWLINE         the output of the cell begins here
//	0x1e MARK SPACE pid NUMBER NEWLINE    the process, of an interpreted program
//	0x1e MARK SPACE at CELL LINE NEWLINE  its last statement
//	0x1e MARK SPACE {JSON} NEWLINE        something to show
//
// What came before the beginning belongs to cells that are replayed, and is
// dropped.
type decoder struct {
	mark  []byte // 0x1e, the run's word, a space
	sink  func(Event)
	most  int64 // bytes of text
	held  []byte
	begun bool
	pid   int
	at    Problem // the place of the last statement
	text  int64
	cut   bool
	tail  []byte // the last of the text, where a crash is described

	inLine bool   // the last text that was passed on does not end a line
	words  []byte // what may be the program's last words
}

const (
	tailKept  = 64 << 10
	mostFrame = 8 << 20
)

func (d *decoder) write(b []byte) {
	d.held = append(d.held, b...)
	for d.step() {
	}
}

// step takes one piece off what is held; it reports whether there may be more.
func (d *decoder) step() bool {
	i := bytes.IndexByte(d.held, 0x1e)
	switch {
	case i < 0:
		d.print(d.whole(), false)
		return false
	case i > 0:
		d.print(d.held[:i], true)
		d.held = d.held[i:]
		return true
	}
	n := min(len(d.held), len(d.mark))
	if !bytes.Equal(d.held[:n], d.mark[:n]) { // an ordinary byte of the cell's
		d.print(d.held[:1], true)
		d.held = d.held[1:]
		return true
	}
	end := bytes.IndexByte(d.held, '\n')
	if end < 0 {
		if len(d.held) > mostFrame {
			d.held = d.held[:0]
		}
		return false
	}
	d.frame(d.held[len(d.mark):end])
	d.held = d.held[end+1:]
	return true
}

// whole is what is held without the beginning of a rune at its end.
func (d *decoder) whole() []byte {
	n := len(d.held)
	for k := 1; k <= min(n, utf8.UTFMax); k++ {
		if utf8.RuneStart(d.held[n-k]) {
			if !utf8.FullRune(d.held[n-k:]) {
				n -= k
			}
			break
		}
	}
	return d.held[:n]
}

func (d *decoder) frame(b []byte) {
	if string(b) == "begin" {
		d.begun, d.tail, d.words, d.inLine = true, nil, nil, false
		return
	}
	if n, ok := strings.CutPrefix(string(b), "pid "); ok {
		d.pid, _ = strconv.Atoi(n)
		return
	}
	if place, ok := strings.CutPrefix(string(b), "at "); ok {
		cell, line, _ := strings.Cut(place, " ")
		d.at.place(cell, line)
		return
	}
	if d.begun && json.Valid(b) {
		d.release()
		d.sink(Event{Kind: Show, Show: bytes.Clone(b)})
	}
}

// print passes text on, and keeps text that is not whole.
func (d *decoder) print(b []byte, all bool) {
	d.tail = append(d.tail, b...)
	if len(d.tail) > 2*tailKept {
		d.tail = append(d.tail[:0], d.tail[len(d.tail)-tailKept:]...)
	}
	if d.begun {
		d.tell(b)
	}
	if !all {
		d.held = append(d.held[:0], d.held[len(b):]...)
	}
}

// tell passes text on. What looks like the last words of a program waits until it is known
// whether they are: the problem says them too.
func (d *decoder) tell(b []byte) {
	if d.words != nil {
		if d.words = append(d.words, b...); len(d.words) > tailKept {
			d.release()
		}
		return
	}
	text := b
	if !d.inLine {
		text = append([]byte("\n"), b...)
	}
	if at := lastWords().FindIndex(text); at != nil {
		from := at[0] + 1 - (len(text) - len(b))
		d.words = bytes.Clone(b[from:])
		b = b[:from]
	}
	d.emit(b)
}

// release passes on what waited.
func (d *decoder) release() {
	b := d.words
	d.words = nil
	d.emit(b)
}

func (d *decoder) emit(b []byte) {
	if len(b) == 0 {
		return
	}
	d.inLine = b[len(b)-1] != '\n'
	if d.cut {
		return
	}
	if left := d.most - d.text; int64(len(b)) > left {
		d.cut = true
		d.text = d.most
		if left > 0 {
			d.sink(Event{Kind: Text, Text: strings.ToValidUTF8(string(b[:left]), "�")})
		}
		d.sink(Event{Kind: Cut, Text: "cut: no more than " + bytesText(d.most) + " of text are shown"})
		return
	}
	d.text += int64(len(b))
	d.sink(Event{Kind: Text, Text: strings.ToValidUTF8(string(b), "�")})
}

// finish hands on what is left; of a crashed program it says where it crashed. Its last words are
// shown if they say more than that.
func (d *decoder) finish(crashed bool) []Problem {
	if len(d.held) > 0 && !bytes.HasPrefix(d.held, d.mark) {
		d.print(d.held, true)
	}
	var all []Problem
	if crashed {
		all = crashProblems(string(d.tail))
	}
	switch {
	case len(all) == 1 && all[0].Message == overflow:
		all[0].Message += ": a function calls itself forever"
		d.words = nil // a hundred times the same line, and the runtime's own
	case len(all) == 0 || len(ownPlace().FindAll(d.words, 2)) > 1:
		d.release()
	}
	return all
}

const overflow = "fatal error: stack overflow"

var (
	lastWords   = lazyregexp.New(`\n(?:panic: |fatal error: |runtime: goroutine stack exceeds)`)
	ownPlace    = lazyregexp.New(`(?m)^\t(?:.*/)?(?:cell\d+|lessons/.+)\.go:\d+`) // of a trace, in code that the reader may know
	panicLine   = lazyregexp.New(`(?m)^(?:panic|fatal error): .*`)
	panicInLine = lazyregexp.New(`(?:panic|fatal error): .*\n\ngoroutine `) // after text that does not end its line
	cellPlace   = lazyregexp.New(`(?m)^\t(?:.*/)?cell(\d+)\.go:(\d+)`)
	cellAt      = lazyregexp.New(`\bcell(\d+)\.go:(\d+)`)
	compileRow  = lazyregexp.New(`^(\S+?\.go):(\d+)(?::(\d+))?: (.*)$`)
	ofMain      = lazyregexp.New(`\[\S*main\.go:\d+:\d+\]`) // the same place in the file that the compiler was given
	cellFile    = lazyregexp.New(`^(?:.*/)?cell(\d+)\.go$`)
)

// crashProblems reads a panic's message and the innermost line of a cell.
func crashProblems(out string) []Problem {
	at := panicLine().FindAllStringIndex(out, -1)
	if len(at) == 0 {
		if at = panicInLine().FindAllStringIndex(out, -1); len(at) == 0 {
			return nil
		}
	}
	last := at[len(at)-1]
	message, _, _ := strings.Cut(out[last[0]:last[1]], "\n")
	p := Problem{Message: message}
	if m := cellPlace().FindStringSubmatch(out[last[0]:]); m != nil {
		p.place(m[1], m[2])
	}
	return []Problem{p}
}

// place sets a problem's cell and line from their digits.
func (p *Problem) place(cell, line string) {
	p.Cell, _ = strconv.Atoi(cell)
	p.Line, _ = strconv.Atoi(line)
}

// compileProblems reads what the compiler wrote.
func compileProblems(out string) []Problem {
	var all []Problem
	for line := range strings.Lines(out) {
		line = strings.TrimRight(line, "\n")
		m := compileRow().FindStringSubmatch(line)
		switch {
		case m == nil && len(all) > 0 && strings.HasPrefix(line, "\t"):
			all[len(all)-1].Message += "\n" + ofMain().ReplaceAllString(line, "")
		case m != nil:
			p := Problem{File: strings.TrimPrefix(m[1], "./"), Message: m[4]}
			p.Line, _ = strconv.Atoi(m[2])
			p.Column, _ = strconv.Atoi(m[3])
			if c := cellFile().FindStringSubmatch(m[1]); c != nil {
				p.Cell, _ = strconv.Atoi(c[1])
				p.File = ""
			}
			all = append(all, p)
		}
	}
	if len(all) == 0 {
		all = []Problem{{Message: strings.TrimSpace(out)}}
	}
	return all
}

func bytesText(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%d GiB", n>>30)
	case n >= 1<<20:
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}
