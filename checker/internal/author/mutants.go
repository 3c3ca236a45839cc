package author

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"sync"

	"nodebook/checker/internal/compiler"
	"nodebook/checker/internal/judge"
	"nodebook/checker/internal/report"
	"nodebook/checker/internal/source"
	"nodebook/checker/internal/stub"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/unwritten"
)

// Mutant is a function of the reference with one operator or number changed: a
// wrong solution that nobody thought of.
type Mutant struct {
	*Wrong          // its File is a place, its What the change
	Outcome Outcome // of a trial
}

// Outcome is what became of a mutant.
type Outcome string

const (
	Killed  Outcome = "killed"           // its own exercise refuses it
	Later   Outcome = "killed elsewhere" // another exercise does, its own does not
	Lived   Outcome = "lived"
	Invalid Outcome = "does not compile"
)

// swaps are the operators that stand for another one in a mutant.
var swaps = map[token.Token][]token.Token{
	token.ADD: {token.SUB}, token.SUB: {token.ADD}, token.MUL: {token.QUO}, token.QUO: {token.MUL}, token.REM: {token.MUL},
	token.AND: {token.OR}, token.OR: {token.AND}, token.XOR: {token.AND}, token.SHL: {token.SHR}, token.SHR: {token.SHL}, token.AND_NOT: {token.AND},
	token.LSS: {token.LEQ, token.GEQ}, token.LEQ: {token.LSS, token.GTR}, token.GTR: {token.GEQ, token.LEQ}, token.GEQ: {token.GTR, token.LSS},
	token.EQL: {token.NEQ}, token.NEQ: {token.EQL}, token.LAND: {token.LOR}, token.LOR: {token.LAND},
	token.INC: {token.DEC}, token.DEC: {token.INC}, token.BREAK: {token.CONTINUE}, token.CONTINUE: {token.BREAK},
	token.ADD_ASSIGN: {token.SUB_ASSIGN}, token.SUB_ASSIGN: {token.ADD_ASSIGN}, token.MUL_ASSIGN: {token.QUO_ASSIGN}, token.QUO_ASSIGN: {token.MUL_ASSIGN},
	token.OR_ASSIGN: {token.AND_ASSIGN}, token.AND_ASSIGN: {token.OR_ASSIGN}, token.XOR_ASSIGN: {token.AND_ASSIGN},
	token.SHL_ASSIGN: {token.SHR_ASSIGN}, token.SHR_ASSIGN: {token.SHL_ASSIGN},
}

// Mutants are the mutants of the marked functions of a package.
func (r *Repo) Mutants(p *workbook.Package, l *workbook.Lesson) ([]*Mutant, error) {
	exercises := map[string]*workbook.Exercise{}
	for _, e := range l.Exercises {
		for _, f := range e.Funcs {
			if e.Package == p {
				exercises[f.Name] = e
			}
		}
	}
	var all []*Mutant
	for _, name := range p.Files {
		fset, f, src, err := r.parse(name)
		if err != nil {
			return nil, err
		}
		at := func(p token.Pos) int { return fset.Position(p).Offset }
		head := []byte("package " + f.Name.Name + "\n")
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
				head = append(append(head, src[at(g.Pos()):at(g.End())]...), '\n')
			}
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || exercises[unwritten.FuncName(fn)] == nil {
				continue
			}
			text := func(n ast.Node) string { return string(src[at(n.Pos()):at(n.End())]) }
			for _, c := range slices.Concat(changes(fn.Body), omissions(fn.Body, text)) {
				body := slices.Concat(src[at(fn.Pos()):at(c.pos)], []byte(c.to), src[at(c.pos)+len(c.from):at(fn.End())])
				pruned, err := stub.Prune(name, slices.Concat(head, body))
				if err != nil {
					return nil, err
				}
				all = append(all, &Mutant{Wrong: &Wrong{
					Lesson: l, Package: p, Refused: exercises[unwritten.FuncName(fn)].Name, Source: pruned,
					File: fmt.Sprintf("solutions/%s:%d", name, fset.Position(c.pos).Line),
					What: c.mark(src, at(c.pos)),
				}})
			}
		}
	}
	return all, nil
}

// idle are the parts of a node whose change is no mistake: a number that is returned
// with an error, and how much room make sets aside.
func idle(n ast.Node) (parts []ast.Expr) {
	switch n := n.(type) {
	case *ast.ReturnStmt:
		last := len(n.Results) - 1
		if last < 1 || isName(n.Results[last], "nil") {
			return nil
		}
		for _, e := range n.Results[:last] {
			if _, ok := e.(*ast.BasicLit); ok {
				parts = append(parts, e)
			}
		}
	case *ast.CallExpr:
		if isName(n.Fun, "make") && len(n.Args) == 3 {
			parts = n.Args[2:]
		}
	}
	return parts
}

func isName(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// swap replaces a piece of source.
type swap struct {
	pos      token.Pos
	from, to string
}

// mark is the changed line, with the piece in brackets and what replaces it.
func (c swap) mark(src []byte, at int) string {
	start := bytes.LastIndexByte(src[:at], '\n') + 1
	rest, _, _ := bytes.Cut(src[at+len(c.from):], []byte("\n"))
	from, more, _ := strings.Cut(c.from, "\n")
	if more != "" {
		from += " ..."
	}
	to := c.to
	if strings.HasPrefix(to, "if false") || strings.HasPrefix(to, "false &&") {
		to = "left out"
	}
	return strings.TrimSpace(fmt.Sprintf("%s[%s -> %s]%s", src[start:at], from, to, rest))
}

// changes are the ways to change one thing in a function's body.
func changes(body *ast.BlockStmt) []swap {
	var out []swap
	operator := func(pos token.Pos, op token.Token) {
		for _, to := range swaps[op] {
			out = append(out, swap{pos, op.String(), to.String()})
		}
	}
	left := map[ast.Node]bool{}
	ast.Inspect(body, func(n ast.Node) bool {
		if left[n] {
			return false
		}
		for _, e := range idle(n) {
			left[e] = true
		}
		switch n := n.(type) {
		case *ast.ArrayType: // another type does not compile
			return n.Len == nil
		case *ast.BinaryExpr:
			if !isText(n.X) && !isText(n.Y) {
				operator(n.OpPos, n.Op)
			}
		case *ast.IncDecStmt:
			operator(n.TokPos, n.Tok)
		case *ast.AssignStmt:
			operator(n.TokPos, n.Tok)
		case *ast.BranchStmt:
			operator(n.TokPos, n.Tok)
		case *ast.UnaryExpr:
			if n.Op == token.NOT {
				out = append(out, swap{n.OpPos, "!", ""})
			}
		case *ast.IfStmt:
			switch n.Cond.(type) {
			case *ast.Ident, *ast.CallExpr, *ast.SelectorExpr:
				out = append(out, swap{n.Cond.Pos(), "", "!"})
			}
		case *ast.BasicLit:
			if i, err := strconv.ParseUint(n.Value, 0, 63); n.Kind == token.INT && err == nil {
				out = append(out, swap{n.ValuePos, n.Value, strconv.FormatUint(i+1, 10)})
			}
		}
		return true
	})
	return out
}

// omissions are the ways to leave one step out: a statement, or what an if does. They
// stay in the source, so that it compiles.
func omissions(body *ast.BlockStmt, text func(ast.Node) string) []swap {
	var out []swap
	steps := func(list []ast.Stmt) {
		for _, s := range list {
			switch s := s.(type) {
			case *ast.AssignStmt:
				if s.Tok == token.DEFINE {
					continue
				}
			case *ast.ExprStmt, *ast.IncDecStmt, *ast.SendStmt, *ast.DeferStmt, *ast.GoStmt:
			default:
				continue
			}
			out = append(out, swap{s.Pos(), text(s), "if false { " + text(s) + " }"})
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			steps(n.List)
		case *ast.CaseClause:
			steps(n.Body)
		case *ast.CommClause:
			steps(n.Body)
		case *ast.IfStmt:
			out = append(out, swap{n.Cond.Pos(), text(n.Cond), "false && (" + text(n.Cond) + ")"})
		}
		return true
	})
	return out
}

// isText reports whether an expression is a string for certain: those are only
// added.
func isText(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return e.Kind == token.STRING
	case *ast.BinaryExpr:
		return isText(e.X) || isText(e.Y)
	}
	return false
}

// TryMutants finds the outcome of mutants of one package: as few programs as
// possible are built for all of them, as for wrong solutions.
func (r *Repo) TryMutants(ctx context.Context, of []*Mutant) error {
	var b *batch
	if len(of) >= fewest {
		wrongs := make([]*Wrong, len(of))
		for i, m := range of {
			wrongs[i] = m.Wrong
		}
		var note string
		var err error
		if b, note, err = newBatch(ctx, r, wrongs); err != nil {
			return err
		}
		if note != "" { // one of them does not compile: it is in one of the halves
			half := len(of) / 2
			return errors.Join(r.TryMutants(ctx, of[:half]), r.TryMutants(ctx, of[half:]))
		}
		defer b.close()
	}
	errs := make([]error, len(of))
	var wait sync.WaitGroup
	slots := make(chan struct{}, 2)
	for i, m := range of {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			var e judge.Engine = &compiler.Engine{}
			if b != nil && b.number[m.Wrong] > 0 {
				e = b.engine(m.Wrong)
			}
			m.Outcome, errs[i] = r.try(ctx, m.Wrong, e)
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

// try asks a mutant's own exercise first, and others only if that lets it pass.
func (r *Repo) try(ctx context.Context, w *Wrong, engine judge.Engine) (Outcome, error) {
	extra, err := w.Overlay(r.Book.Solutions)
	if err != nil {
		return "", err
	}
	touched, err := r.Touched(w)
	if err != nil {
		return "", err
	}
	own := []*workbook.Exercise{w.Lesson.Exercise(w.Refused)}
	others := slices.DeleteFunc(touched, func(e *workbook.Exercise) bool { return e.Name == w.Refused })
	for _, step := range []struct {
		ask     []*workbook.Exercise
		refused Outcome
	}{{own, Killed}, {others, Later}} {
		if len(step.ask) == 0 {
			continue
		}
		rep, err := judge.Lesson(ctx, judge.Request{
			Root: r.Root, Book: r.Book, Lesson: w.Lesson, Exercises: step.ask, Solutions: source.All, Seed: 1, Extra: extra, Engine: engine,
		})
		switch {
		case err != nil:
			return "", err
		case len(rep.Problems) > 0:
			return Invalid, nil
		case slices.ContainsFunc(rep.Exercises, func(x report.Exercise) bool { return x.Verdict != report.Pass }):
			return step.refused, nil
		}
	}
	return Lived, nil
}
