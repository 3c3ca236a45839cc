package intake

import (
	"go/scanner"
	"go/token"
)

// mostNested bounds how deep code is nested. Whoever parses it, or walks over
// what was parsed, goes as deep: a file of nothing but brackets would end the
// whole batch with a stack overflow.
const mostNested = 10_000

// deep reports whether a file may be nested deeper than mostNested. Each level of a
// syntax tree has a token of its own in an open bracket, before it in the same
// statement or the same element of a list: so these are counted.
func deep(src []byte) bool {
	fset := token.NewFileSet()
	file := fset.AddFile("", fset.Base(), len(src))
	var s scanner.Scanner
	s.Init(file, src, func(token.Position, string) {}, 0)
	open := []int{0} // tokens in each open bracket since the last comma or semicolon
	all := 0         // their sum
	for {
		_, tok, _ := s.Scan()
		last := len(open) - 1
		switch tok {
		case token.EOF:
			return false
		case token.COMMA, token.SEMICOLON:
			all -= open[last]
			open[last] = 0
			continue
		case token.LPAREN, token.LBRACK, token.LBRACE:
			open = append(open, 0)
			last++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if last > 0 {
				all -= open[last]
				open = open[:last]
				last--
			}
		}
		open[last]++
		if all++; all > mostNested {
			return true
		}
	}
}
