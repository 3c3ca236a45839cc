package author

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nodebook/checker/internal/cell"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/expect"
	"nodebook/fixtures/wire"
)

// StalePages reports every block of a page that is not real: another
// declaration, another vector, another output. With write, the blocks are
// written again instead.
func (r *Repo) StalePages(ctx context.Context, write bool) ([]Complaint, error) {
	lessons, err := r.Lessons()
	if err != nil {
		return nil, err
	}
	con, err := r.console()
	if err != nil {
		return nil, err
	}
	defer con.close()
	var out []Complaint
	for _, l := range lessons {
		page, complaints, err := r.page(ctx, l, con, write)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.Name, err)
		}
		out = append(out, complaints...)
		if write && page != l.Page.Text {
			file := filepath.Join(r.Root, "lessons", l.Name, "README.md")
			if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// page renders a page and reports what differs. With write it
// complains only of what cannot be rendered.
func (r *Repo) page(ctx context.Context, l *workbook.Lesson, con *console, write bool) (string, []Complaint, error) {
	decls, err := r.declarations(l)
	if err != nil {
		return "", nil, err
	}
	outputs, err := r.outputs(ctx, l)
	if err != nil {
		return "", nil, err
	}
	var out []Complaint
	text := l.Page.Text
	for i, b := range slices.Backward(l.Page.Blocks) {
		place := fmt.Sprintf("lessons/%s/README.md:%d", l.Name, b.Line)
		want, err := r.render(ctx, l, b, decls, con, write)
		if printed, ok := outputs[i]; ok {
			want = printed
		}
		if err != nil {
			out = append(out, complain(place, "", "this block cannot be filled: %v", err))
			continue
		}
		if want == b.Text {
			continue
		}
		if !write {
			out = append(out, complain(place, "go run ./checker author pages --write", "this block is stale; it should be\n%s", want))
		}
		text = text[:b.Start] + want + text[b.Start+len(b.Text):]
	}
	slices.Reverse(out)
	return text, out, nil
}

// outputs are what the output blocks of a page should hold, by their place among
// its blocks: what the cell right above printed.
func (r *Repo) outputs(ctx context.Context, l *workbook.Lesson) (map[int]string, error) {
	printed, err := cell.Outputs(ctx, r.Root, r.Book, l)
	if err != nil {
		return nil, err
	}
	out := map[int]string{}
	n := 0
	for i, b := range l.Page.Blocks {
		if b.Kind != "cell" {
			continue
		}
		if i+1 < len(l.Page.Blocks) && l.Page.Blocks[i+1].Lang == "output" {
			out[i+1] = strings.TrimRight(printed[n], "\n") + "\n"
		}
		n++
	}
	return out, nil
}

// render is what a block should hold; a block of no known kind stays as it is.
func (r *Repo) render(ctx context.Context, l *workbook.Lesson, b workbook.Block, decls declarations, con *console, write bool) (string, error) {
	switch {
	case b.Lang == "go" && b.Kind == "exercise":
		if len(b.Args) != 1 {
			return "", fmt.Errorf("exercise takes one name")
		}
		e := l.Exercise(b.Args[0])
		if e == nil {
			return "", fmt.Errorf("no exercise %s", b.Args[0])
		}
		var names []string
		for _, f := range e.Funcs {
			names = append(names, e.Package.Name+"."+f.Name)
		}
		return decls.block(names)
	case b.Lang == "go" && b.Kind == "decl":
		return decls.block(b.Args)
	case b.Lang == "hex" && b.Kind != "":
		return r.hex(b.Kind)
	case b.Lang == "console" && b.Kind == "sample" && (!write || printed(b.Text)):
		return b.Text, nil
	case b.Lang == "console":
		words := append([]string{b.Kind}, b.Args...)
		if words[0] == "sample" {
			words = words[1:]
		}
		text, err := con.run(ctx, b.Text)
		if err != nil || len(words) < 2 || words[0] != "lines" {
			return text, err
		}
		return excerpt(text, words[1])
	}
	return b.Text, nil
}

// printed reports whether a console block has more than its commands.
func printed(text string) bool {
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "$ ") {
			return true
		}
	}
	return false
}

// hex is the dump of a vector, one line per field.
func (r *Repo) hex(file string) (string, error) {
	name, ok := strings.CutPrefix(strings.TrimSuffix(file, ".txt"), "fixtures/wire/")
	if _, err := os.Stat(filepath.Join(r.Root, filepath.FromSlash(file))); err != nil || !ok {
		return "", fmt.Errorf("no vector %s", file)
	}
	v := wire.Load(name)
	var layout []expect.Field
	for _, f := range v.Fields {
		layout = append(layout, expect.Field(f))
	}
	return strings.TrimRight(expect.Dump(v.Bytes, layout...), "\n") + "\n", nil
}
