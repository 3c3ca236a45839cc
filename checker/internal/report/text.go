package report

import (
	"fmt"
	"io"
	"strings"
	"unicode"
)

// Style says how much a text report may use. The zero Style is plain text;
// nothing is ever said by colour alone.
type Style struct {
	Colour bool
	All    bool // every message, not only the first one's
}

// The colours, as SGR parameters.
const (
	bold   = "1"
	faint  = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
)

func (s Style) paint(sgr, text string) string {
	if !s.Colour || text == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}

// mark is a verdict's sign and colour.
func mark(v Verdict) (string, string) {
	switch v {
	case Pass:
		return "✓", green
	case NotImplemented:
		return "·", faint
	case NotJudged:
		return "?", yellow
	case Internal:
		return "!", yellow
	}
	return "✗", red
}

// Text writes l for a person: one line per exercise, then the first message.
func Text(w io.Writer, l *Lesson, s Style) {
	head := fmt.Sprintf("%s  %s", l.Lesson, l.Title)
	fmt.Fprintf(w, "%s   %d of %d%s\n\n", s.paint(bold, head), l.Passed, l.Total, s.paint(faint, l.By()))
	width := 0
	for _, e := range l.Exercises {
		width = max(width, len(e.Name))
	}
	for _, e := range l.Exercises {
		sign, colour := mark(e.Verdict)
		line := fmt.Sprintf("  %s %-*s  %s", s.paint(colour, sign), width, e.Name, s.paint(colour, string(e.Verdict)))
		if n := e.Held(); e.Verdict == Pass && n > 0 {
			line += s.paint(faint, "   "+behaviours(n))
		}
		if e.Note != "" {
			line += s.paint(faint, "   "+e.Note)
		}
		if e.Skipped && e.Verdict != Pass {
			line += s.paint(faint, "   skipped")
		}
		fmt.Fprintln(w, line)
		if e.Verdict != Pass {
			functions(w, e, s)
		}
	}
	if len(l.Problems) > 0 {
		fmt.Fprintln(w)
		for _, p := range l.Problems {
			fmt.Fprintln(w, p)
		}
	}
	said := l.first(func(e *Exercise) bool { return e.Message != "" })
	for i := range l.Exercises {
		e := &l.Exercises[i]
		if e.Verdict == Pass || e.Message == "" || e != said && !s.All {
			continue
		}
		fmt.Fprintln(w)
		Message(w, e, s)
		if e.Verdict != NotImplemented {
			fmt.Fprintln(w, s.paint(faint, fmt.Sprintf("  again with the same inputs: checker %s %s --seed %d", l.Lesson, e.Name, l.Seed)))
		}
	}
	for _, n := range l.Notes {
		fmt.Fprintf(w, "\n%s %s\n", s.paint(bold, "note:"), Clean(n))
	}
	e := l.First()
	switch {
	case e == nil:
	case e.Verdict == NotCompiled && len(l.Problems) > 0 && l.Problems[0].Place != "":
		fmt.Fprintf(w, "\n%s fix %s first: it does not compile\n", s.paint(bold, "next:"), l.Problems[0].Place)
	default:
		fmt.Fprintf(w, "\n%s %s", s.paint(bold, "next:"), e.Name)
		if e.Title != e.Name && e.Title != "" {
			fmt.Fprintf(w, ", %s", e.Title)
		}
		if e.Place != "" {
			fmt.Fprintf(w, "   %s", e.Place)
		}
		fmt.Fprintln(w)
	}
}

// behaviours says how many tests an exercise has passed.
func behaviours(n int) string {
	if n == 1 {
		return "1 behaviour"
	}
	return fmt.Sprintf("%d behaviours", n)
}

// functions writes a line for each function of an exercise that has several, if
// their verdicts differ.
func functions(w io.Writer, e Exercise, s Style) {
	width, differ := 0, false
	for _, f := range e.Functions {
		width = max(width, len(f.Name))
		differ = differ || f.Verdict != e.Functions[0].Verdict
	}
	if !differ {
		return
	}
	for _, f := range e.Functions {
		sign, colour := mark(f.Verdict)
		line := fmt.Sprintf("      %s %-*s  %s", s.paint(colour, sign), width, f.Name, s.paint(colour, string(f.Verdict)))
		if f.Note != "" {
			line += s.paint(faint, "   "+f.Note)
		}
		fmt.Fprintln(w, line)
	}
}

// By says, each after three spaces, that it is not the learner's code that was
// checked, and by what engine; "" for the learner's own and the compiler.
func (l *Lesson) By() string {
	by := ""
	if l.Solutions == "all" {
		by = "   the reference was checked, not your code"
	}
	switch {
	case l.Engine != "yaegi":
		return by
	case l.Interim:
		return by + "   interpreted; the compiler is at work"
	}
	return by + "   interpreted"
}

// Message writes what there is to say about one exercise.
func Message(w io.Writer, e *Exercise, s Style) {
	_, colour := mark(e.Verdict)
	fmt.Fprintf(w, "%s %s", s.paint(bold, e.about()+":"), s.paint(colour, string(e.Verdict)))
	if e.Place != "" {
		fmt.Fprintf(w, "   %s", s.paint(faint, e.Place))
	}
	fmt.Fprintln(w)
	indent(w, e.Message)
	if e.Printed != "" {
		fmt.Fprintln(w, s.paint(faint, "  your code printed:"))
		indent(w, e.Printed)
	}
}

// about is what a message is about: the exercise, or one of its functions.
func (e *Exercise) about() string {
	if e.Function == "" {
		return e.Name
	}
	return fmt.Sprintf("%s (exercise %s)", e.Function, e.Name)
}

func indent(w io.Writer, text string) {
	for line := range strings.Lines(Clean(text)) {
		fmt.Fprintln(w, strings.TrimRight("  "+strings.TrimRight(line, "\n"), " "))
	}
}

// String is the problem as a compiler writes it, so that an editor can jump.
func (p Problem) String() string {
	if p.Place == "" {
		return Clean(p.Message)
	}
	return p.Place + ": " + Clean(p.Message)
}

// Clean makes text safe for a terminal: control characters other than newline
// and tab, and the bidirectional overrides, become visible escapes.
func Clean(s string) string {
	if strings.IndexFunc(s, unsafeRune) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unsafeRune(r) {
			format := "\\u%04x"
			if r > 0xFFFF {
				format = "\\U%08x"
			}
			fmt.Fprintf(&b, format, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// unseen are characters that take no room, turn text round or end a line: tags and
// variation selectors can hide a whole text in them.
var unseen = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x00AD, Hi: 0x00AD, Stride: 1}, {Lo: 0x034F, Hi: 0x034F, Stride: 1}, {Lo: 0x061C, Hi: 0x061C, Stride: 1},
		{Lo: 0x115F, Hi: 0x1160, Stride: 1}, {Lo: 0x17B4, Hi: 0x17B5, Stride: 1}, {Lo: 0x180B, Hi: 0x180F, Stride: 1}, {Lo: 0x200B, Hi: 0x200F, Stride: 1},
		{Lo: 0x2028, Hi: 0x202E, Stride: 1}, {Lo: 0x2060, Hi: 0x206F, Stride: 1}, {Lo: 0x3164, Hi: 0x3164, Stride: 1}, {Lo: 0xFE00, Hi: 0xFE0D, Stride: 1}, {Lo: 0xFEFF, Hi: 0xFEFF, Stride: 1},
		{Lo: 0xFFA0, Hi: 0xFFA0, Stride: 1}, {Lo: 0xFFF0, Hi: 0xFFFB, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0x13430, Hi: 0x1343F, Stride: 1}, {Lo: 0x1BCA0, Hi: 0x1BCA3, Stride: 1}, {Lo: 0x1D173, Hi: 0x1D17A, Stride: 1}, {Lo: 0xE0000, Hi: 0xE0FFF, Stride: 1}},
}

func unsafeRune(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unseen, r))
}

// Bold is text that stands out where colour is used.
func (s Style) Bold(text string) string { return s.paint(bold, text) }

// DiffLine is a line of a unified diff.
func (s Style) DiffLine(line string) string {
	body, end := strings.TrimSuffix(line, "\n"), ""
	if body != line {
		end = "\n"
	}
	switch {
	case strings.HasPrefix(line, "+"):
		return s.paint(green, body) + end
	case strings.HasPrefix(line, "-"):
		return s.paint(red, body) + end
	case strings.HasPrefix(line, "@@"):
		return s.paint(faint, body) + end
	}
	return line
}
