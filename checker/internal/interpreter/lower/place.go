package lower

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"
)

// The interpreter says of a panic which function of the core it was in, and not
// which line. So a checked program notes, before each line that might panic, which
// one it is: in a variable, since to call the prelude would cost as much as all
// else that a line does.

// write adds the lines of a unit.
func (c *Core) write(lines []line) {
	if c.at == "" || len(lines) == 0 || !strings.HasPrefix(lines[0].text, "func ") {
		c.lines = append(c.lines, lines...)
		return
	}
	label := false // the line before belongs to this one
	for _, l := range lines {
		if !label && mayPanic(l.text) {
			c.add(c.at+" = "+strconv.Itoa(len(c.lines)+2), l.pos)
		}
		c.lines = append(c.lines, l)
		label = strings.HasSuffix(l.text, ":")
	}
}

// mayPanic reports whether a line of a function does more than to assign names.
func mayPanic(text string) bool {
	return strings.ContainsAny(text, "([*/%<") && !strings.HasPrefix(text, "func ") && !strings.HasPrefix(text, "}")
}

// Within reports whether two lines of the core are in the same function.
func (c *Core) Within(n, m int) bool { return c.function(n) == c.function(m) }

// function is the line that the function of line n begins in.
func (c *Core) function(n int) int {
	for n = min(n, len(c.lines)); n > 0 && !strings.HasPrefix(c.lines[n-1].text, "func "); n-- {
	}
	return n
}

// placeOf is where the compiler says that an expression panics, of one that is
// written on several lines: where it is called, indexed or computed, not where it
// begins.
func placeOf(x ast.Expr) token.Pos {
	switch x := x.(type) {
	case *ast.CallExpr:
		return x.Lparen
	case *ast.IndexExpr:
		return x.Lbrack
	case *ast.SliceExpr:
		return x.Lbrack
	case *ast.SelectorExpr:
		return x.X.End()
	case *ast.TypeAssertExpr:
		return x.X.End()
	case *ast.BinaryExpr:
		return x.OpPos
	}
	return x.Pos()
}
