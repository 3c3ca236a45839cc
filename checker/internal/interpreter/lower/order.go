package lower

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"
)

// The order in which operands are evaluated. The language fixes the order of
// calls, receives and the like among themselves, and leaves open when a variable
// beside them is read. The compiler reads variables, fields, elements and what is
// computed of them last, which "return v, json.Unmarshal(b, &v)" relies on, and
// so does the core.

// active reports whether code does more than to read: it calls or receives.
func active(code string) bool {
	if stable(code) {
		return false
	}
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"':
			for i++; code[i] != '"'; i++ {
				if code[i] == '\\' {
					i++
				}
			}
		case '<':
			if i+1 < len(code) && code[i+1] == '-' {
				return true
			}
		case '(':
			if called(code[:i]) {
				return true
			}
		}
	}
	return false
}

// called reports whether a bracket behind code makes a call: not one around an
// expression, and not a conversion of a number or text.
func called(code string) bool {
	i := len(code)
	for i > 0 && isWord(code[i-1]) {
		i--
	}
	if i == len(code) {
		return i > 0 && strings.IndexByte(")]}.", code[i-1]) >= 0
	}
	switch code[i:] {
	case "len", "cap", "any":
		return false
	}
	_, basic := types.Universe.Lookup(code[i:]).(*types.TypeName)
	return !basic
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// loads reports whether code reads something that may have changed later.
func loads(code string) bool { return !stable(code) && !active(code) }

// eager reports whether code asks for a length or a slice: that is read when its
// turn comes.
func eager(code string) bool {
	if stable(code) {
		return false
	}
	return strings.Contains(code, "len(") || strings.Contains(code, "cap(") || strings.Count(code, ":") > strings.Count(code, ": ")
}

// keep does what codes do, in their order, and leaves names in their place.
func (f *fn) keep(codes []string) {
	for i, code := range codes {
		if active(code) || eager(code) {
			codes[i] = f.p.fresh("t")
			f.emit(codes[i] + " := " + code)
		}
	}
}

// quiet reports whether lines do no more than to read, and to make sure that what
// is read is there.
func quiet(lines []line) bool {
	for _, l := range lines {
		if active(checks.Replace(l.text)) {
			return false
		}
	}
	return true
}

var checks = strings.NewReplacer("nb.Index(", "(", "nb.Bounds(", "(", "nb.NilPointer(", "(")

// operands lowers several expressions so that what they do is done in order, and
// what they read is read afterwards.
func (f *fn) operands(n int, lower func(int) string) []string {
	codes := make([]string, n)
	reads := make([][]line, n) // what comes before codes[i], but may come later
	outer := f.out
	var before []line
	take := func() []line {
		out := f.out
		f.out = nil
		return out
	}
	keep := func(n int) {
		for i := range n {
			if active(codes[i]) || eager(codes[i]) {
				before = append(before, reads[i]...)
				reads[i] = nil
				f.keep(codes[i : i+1])
				before = append(before, take()...)
			}
		}
	}
	read := false // something that is read, and not kept
	for i := range codes {
		f.out = nil
		codes[i] = lower(i)
		mine := take()
		if f.p.Checked && quiet(mine) {
			reads[i] = mine
		} else if len(mine) > 0 {
			keep(i)
			before = append(before, mine...)
		}
		if read && active(codes[i]) {
			keep(i + 1)
		}
		read = read || loads(codes[i]) || len(reads[i]) > 0
	}
	if n > 1 && slices.ContainsFunc(reads, func(l []line) bool { return len(l) > 0 }) {
		keep(n) // what is read is read before what codes hold
	}
	for _, lines := range reads {
		before = append(before, lines...)
	}
	f.out = append(outer, before...)
	return codes
}

// later reports whether the places of an assignment are evaluated after its
// values: the values do something, the places do nothing.
func (f *fn) later(places, values []ast.Expr) bool {
	acts := false
	for _, v := range values {
		acts = acts || f.calls(v)
	}
	for _, l := range places {
		acts = acts && !f.calls(l)
	}
	return acts
}
