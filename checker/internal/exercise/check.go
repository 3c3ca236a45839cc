package exercise

import (
	"context"
	"fmt"
	"go/scanner"
	"go/token"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/progress"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/workbook"
)

// Check judges exercises of a lesson (nil is all of them) with the references that
// "checker --solutions --remember" has written down, and records what passes. Without a
// seed, 0, it draws one.
func Check(ctx context.Context, root string, book *workbook.Book, engine judge.Engine, l *workbook.Lesson, only []*workbook.Exercise, seed uint64) (*report.Lesson, error) {
	mode, err := remembered(root, l)
	if err != nil {
		return nil, err
	}
	if seed == 0 {
		seed = 1 + rand.Uint64N(99_999)
	}
	rep, err := judge.Lesson(ctx, judge.Request{
		Root: root, Book: book, Lesson: l, Exercises: only, Solutions: mode, Seed: seed, Engine: engine,
	})
	if err != nil {
		return nil, err
	}
	if mode != source.All {
		if _, err := Note(root, func(b *progress.Book) { b.Take(rep, time.Now()) }); err != nil {
			rep.Notes = append(rep.Notes, "progress was not saved: "+err.Error())
		}
	}
	if mode != source.None {
		rep.Notes = append(rep.Notes, fmt.Sprintf("with --solutions=%s, as remembered; checker %s --solutions=none --remember ends it", mode, l.Name))
	} else if slices.ContainsFunc(rep.Notes, func(n string) bool { return strings.Contains(n, "--solutions=earlier") }) {
		rep.Notes = append(rep.Notes, "With --remember after it, this page judges so as well.")
	}
	clean(rep)
	unclosed(root, book, l, rep)
	return rep, nil
}

// unclosed names the bracket that a function does not close. The parser notices it only
// further down the file, at a line that the reader of one function does not see.
func unclosed(root string, book *workbook.Book, l *workbook.Lesson, rep *report.Lesson) {
	for i := range rep.Exercises {
		e := l.Exercise(rep.Exercises[i].Name)
		if e == nil || rep.Exercises[i].Verdict != report.NotCompiled {
			continue
		}
		for _, f := range e.Funcs {
			part, err := Find(root, book, e.Package, f)
			if err != nil {
				continue
			}
			line, column, bracket := lastOpen(part.Text)
			if bracket == "" {
				continue
			}
			end := part.Line + strings.Count(part.Text, "\n")
			further := func(p report.Problem) bool {
				rest, ok := strings.CutPrefix(p.Place, part.File+":")
				at, _, _ := strings.Cut(rest, ":")
				n, err := strconv.Atoi(at)
				return ok && err == nil && n >= end && strings.HasPrefix(p.Message, "syntax error: ")
			}
			first := slices.IndexFunc(rep.Problems, further)
			if first < 0 {
				continue
			}
			rep.Problems = slices.DeleteFunc(rep.Problems, further)
			rep.Problems = slices.Insert(rep.Problems, first, report.Problem{
				Place: fmt.Sprintf("%s:%d:%d", part.File, part.Line+line-1, column), Message: "syntax error: this " + bracket + " is never closed",
			})
		}
	}
}

// lastOpen is the last bracket of a text that is not closed, and its place; "" if all are.
func lastOpen(text string) (line, column int, bracket string) {
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), func(token.Position, string) {}, 0)
	type bracketAt struct {
		pos token.Pos
		tok token.Token
	}
	closes := map[token.Token]token.Token{token.RPAREN: token.LPAREN, token.RBRACK: token.LBRACK, token.RBRACE: token.LBRACE}
	var open []bracketAt
	for {
		pos, tok, _ := s.Scan()
		n := len(open)
		switch tok {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			open = append(open, bracketAt{pos, tok})
			continue
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if n > 0 && open[n-1].tok == closes[tok] {
				open = open[:n-1]
				continue
			}
		case token.EOF:
		default:
			continue
		}
		if n == 0 { // one too many, or none too few
			return 0, 0, ""
		}
		at := fset.Position(open[n-1].pos)
		return at.Line, at.Column, open[n-1].tok.String()
	}
}

// remembered is which references take part.
func remembered(root string, l *workbook.Lesson) (source.Mode, error) {
	seen, err := progress.Open(root)
	if err != nil {
		return "", err
	}
	word := seen.Word(progress.Mode, l.Name, progress.EveryExercise)
	if word == "" {
		return source.None, nil
	}
	return source.ParseMode(word)
}

// clean removes terminal controls from what the learner's code may have written.
func clean(rep *report.Lesson) {
	for i := range rep.Exercises {
		e := &rep.Exercises[i]
		e.Message, e.Printed = report.Clean(e.Message), report.Clean(e.Printed)
	}
}

var noting sync.Mutex

// Note records progress; changed reports whether anything is new.
func Note(root string, what func(*progress.Book)) (changed bool, err error) {
	noting.Lock()
	defer noting.Unlock()
	b, err := progress.Open(root)
	if err != nil {
		return false, err
	}
	before := b.String()
	what(b)
	if b.String() == before {
		return false, nil
	}
	return true, b.Save()
}
