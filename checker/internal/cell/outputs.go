package cell

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"nodebook/checker/internal/source"
	"nodebook/checker/internal/typecheck"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/show"
)

// References are the lessons' files as a learner has them who is done with l: an
// overlay for a Runner.
func References(root string, book *workbook.Book, l *workbook.Lesson) (map[string][]byte, error) {
	return source.Program(root, book, l, source.All)
}

// Outputs runs every code cell of a page, from top to bottom, with the
// references instead of the learner's functions, and returns what each
// printed, as text. It is what the page's output blocks must hold. The error
// names the line of the page whose cell does not run.
func Outputs(ctx context.Context, root string, book *workbook.Book, l *workbook.Lesson) ([]string, error) {
	overlay, err := References(root, book, l)
	if err != nil {
		return nil, err
	}
	r := &Runner{Root: root, Overlay: overlay, Limits: DefaultLimits}
	return r.outputs(ctx, book, l)
}

func (r *Runner) outputs(ctx context.Context, book *workbook.Book, l *workbook.Lesson) ([]string, error) {
	pkgs, types := PackagesOf(book, l), &typecheck.Workbook{Root: r.Root, Overlay: r.Overlay}
	var above []Cell
	var out []string
	for _, b := range l.Page.Blocks {
		if b.Kind != "cell" {
			continue
		}
		c := Cell{Number: len(above) + 1, Source: strings.TrimRight(b.Text, "\n")}
		text, err := r.text(ctx, Assemble(above, c, pkgs, types))
		if err != nil {
			return nil, fmt.Errorf("lessons/%s/README.md:%d: %w", l.Name, b.Line, err)
		}
		above = append(above, c)
		out = append(out, text)
	}
	return out, nil
}

// text runs a program and returns its output; whatever it shows as the text
// that goes with it.
func (r *Runner) text(ctx context.Context, p *Program) (string, error) {
	var out strings.Builder
	var bad error
	err := r.Run(ctx, p, func(e Event) {
		switch e.Kind {
		case Engine:
			out.Reset()
		case Text:
			out.WriteString(e.Text)
		case Show:
			var f show.Frame
			if json.Unmarshal(e.Show, &f) == nil {
				out.WriteString(f.Text)
			}
		case Error:
			if bad == nil {
				bad = fmt.Errorf("%s", e.Problem)
			}
		case Cut:
			bad = fmt.Errorf("%s", e.Text)
		case End:
			if e.Text != OK && bad == nil {
				bad = fmt.Errorf("the cell %s", e.Text)
			}
		}
	})
	if err != nil {
		return "", err
	}
	return out.String(), bad
}
