// Package similar finds submissions that are suspiciously alike.
//
// Code is read as tokens, names and comments left out, so that a copy with other
// names is still a copy. Every run of a few tokens is hashed, and of the hashes
// a few are kept by winnowing: of each window the least. Two submissions with
// many kept hashes in common share code. What the stubs hold, and what a good
// part of the class holds, is no sign of copying and is taken out.
//
// It gives no verdict: it says where to look.
//
// Winnowing: Schleimer, Wilkerson, Aiken, "Winnowing: Local Algorithms for
// Document Fingerprinting", SIGMOD 2003.
package similar

import (
	"go/scanner"
	"go/token"
	"hash/fnv"
	"io"
	"maps"
	"slices"
)

const (
	noise  = 14 // tokens: shorter matches are never found
	window = 9  // hashes: a match of noise+window-1 tokens is always found
)

// mark is where a kept hash came from.
type mark struct {
	hash     uint64
	file     string
	from, to int // lines, from 1
}

// word is one token, its name left out.
type word struct {
	text string
	line int
}

// words reads a file's tokens. What is not Go ends it: a half file counts as far
// as it goes.
func words(src []byte) []word {
	fset := token.NewFileSet()
	file := fset.AddFile("", fset.Base(), len(src))
	var s scanner.Scanner
	s.Init(file, src, func(token.Position, string) {}, 0)
	var all []word
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return all
		}
		text := tok.String()
		switch tok {
		case token.SEMICOLON:
			continue // most are not written
		case token.IDENT:
			if !keptNames[lit] {
				break
			}
			text = lit
		}
		all = append(all, word{text, file.Line(pos)})
	}
}

// keptNames mean the same in every program.
var keptNames = map[string]bool{"nil": true, "true": true, "false": true, "len": true, "make": true, "append": true, "copy": true,
	"error": true, "byte": true, "string": true, "int": true, "uint32": true, "uint64": true, "min": true, "max": true}

// fingerprint keeps hashes of some files.
func fingerprint(files map[string][]byte) []mark {
	var all []mark
	for _, name := range slices.Sorted(maps.Keys(files)) {
		ws := words(files[name])
		var hashes []mark
		for i := 0; i+noise <= len(ws); i++ {
			h := fnv.New64a()
			for _, w := range ws[i : i+noise] {
				io.WriteString(h, w.text)
				h.Write([]byte{0})
			}
			hashes = append(hashes, mark{h.Sum64(), name, ws[i].line, ws[i+noise-1].line})
		}
		all = append(all, winnow(hashes)...)
	}
	return all
}

// winnow keeps of each window the least hash, the last of several.
func winnow(hashes []mark) []mark {
	var kept []mark
	last := -1
	for i := range hashes {
		end := min(i+window, len(hashes))
		least := i
		for k := i; k < end; k++ {
			if hashes[k].hash <= hashes[least].hash {
				least = k
			}
		}
		if least != last {
			kept, last = append(kept, hashes[least]), least
		}
		if end == len(hashes) {
			break
		}
	}
	return kept
}
