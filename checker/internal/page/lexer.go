package page

import (
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
)

// The languages of code blocks. They are not taken from chroma's package of
// lexers, which reads its hundreds of languages whenever a program that imports
// it starts, and the checker starts often.
var lexers = map[string]func() chroma.Lexer{
	"go":   sync.OnceValue(func() chroma.Lexer { return chroma.MustNewLexer(&chroma.Config{Name: "Go"}, goRules) }),
	"json": sync.OnceValue(func() chroma.Lexer { return chroma.MustNewLexer(&chroma.Config{Name: "JSON"}, jsonRules) }),
}

// noStyle is for a formatter that leaves colours to a style sheet.
var noStyle = sync.OnceValue(func() *chroma.Style { return chroma.MustNewStyle("none", chroma.StyleEntries{}) })

const number = `(?:0[xXbBoO][0-9a-fA-F_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?|\.\d+)`

func goRules() chroma.Rules {
	words := func(list string) string { return `(?:` + strings.ReplaceAll(list, " ", "|") + `)\b` }
	return chroma.Rules{"root": {
		{Pattern: `\s+`, Type: chroma.TextWhitespace},
		{Pattern: `//[^\n]*`, Type: chroma.CommentSingle},
		{Pattern: `(?s)/\*.*?\*/`, Type: chroma.CommentMultiline},
		{Pattern: words(`import package`), Type: chroma.KeywordNamespace},
		{Pattern: words(`var func struct map chan type interface const`), Type: chroma.KeywordDeclaration},
		{Pattern: words(`break default select case defer go else goto switch fallthrough if range continue for return`), Type: chroma.Keyword},
		{Pattern: words(`true false iota nil`), Type: chroma.KeywordConstant},
		{Pattern: words(`append cap clear close complex copy delete imag len make max min new panic print println real recover`) + `(?=\()`, Type: chroma.NameBuiltin},
		{Pattern: words(`u?int(?:8|16|32|64)? uintptr float32 float64 complex64 complex128 byte rune string bool error any`), Type: chroma.KeywordType},
		{Pattern: number, Type: chroma.LiteralNumber},
		{Pattern: `'(?:\\.[^']*|[^'\\\n])'`, Type: chroma.LiteralStringChar},
		{Pattern: "`[^`]*`", Type: chroma.LiteralString},
		{Pattern: `"(?:\\.|[^"\\\n])*"`, Type: chroma.LiteralString},
		{Pattern: `\w+(?=\s*\()`, Type: chroma.NameFunction},
		{Pattern: `\w+`, Type: chroma.NameOther},
		{Pattern: `[-+*/%&|^<>=!:~.]+`, Type: chroma.Operator},
		{Pattern: `.`, Type: chroma.Punctuation},
	}}
}

func jsonRules() chroma.Rules {
	return chroma.Rules{"root": {
		{Pattern: `\s+`, Type: chroma.TextWhitespace},
		{Pattern: `(?:true|false|null)\b`, Type: chroma.KeywordConstant},
		{Pattern: `-?` + number, Type: chroma.LiteralNumber},
		{Pattern: `"(?:\\.|[^"\\])*"(?=\s*:)`, Type: chroma.NameTag},
		{Pattern: `"(?:\\.|[^"\\])*"`, Type: chroma.LiteralString},
		{Pattern: `.`, Type: chroma.Punctuation},
	}}
}
