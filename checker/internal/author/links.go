package author

import (
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// document is the links and the headings of a Markdown file.
type document struct {
	links   []string
	anchors map[string]bool
}

// readDocument reads a Markdown file. A heading's anchor is the one that a forge
// and the workbook give it.
func readDocument(file string) (document, error) {
	d := document{anchors: map[string]bool{}}
	src, err := os.ReadFile(file)
	if err != nil {
		return d, err
	}
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	err = ast.Walk(md.Parser().Parse(text.NewReader(src)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			d.links = append(d.links, string(n.Destination))
		case *ast.Image:
			d.links = append(d.links, string(n.Destination))
		case *ast.Heading:
			if id, ok := n.AttributeString("id"); ok {
				d.anchors[string(id.([]byte))] = true
			}
		}
		return ast.WalkContinue, nil
	})
	return d, err
}

// documents calls each for every page and document, by its name in the repository
// and its path.
func (r *Repo) documents(each func(name, file string) error) error {
	return filepath.WalkDir(r.Root, func(file string, e fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(r.Root, file)
		name := filepath.ToSlash(rel)
		switch {
		case err != nil:
			return err
		case e.IsDir() && skipped(name):
			return fs.SkipDir
		case e.IsDir() || path.Ext(name) != ".md":
			return nil
		}
		return each(name, file)
	})
}

// BadLinks reports links between files of the repository that lead nowhere: no
// such file, or no such heading in it. A page is handed out without the rest of
// the repository, so its links stay inside lessons/.
func (r *Repo) BadLinks() ([]Complaint, error) {
	var out []Complaint
	err := r.documents(func(name, file string) error {
		if path.Base(path.Dir(name)) == "extras" { // those are for another folder
			return nil
		}
		d, err := readDocument(file)
		if err != nil {
			return err
		}
		for _, link := range d.links {
			if why := r.broken(name, d, link); why != "" {
				out = append(out, complain(name, "", "the link %s %s", link, why))
			}
		}
		return nil
	})
	return out, err
}

// broken says what is wrong with a link in the file of that name, or nothing.
func (r *Repo) broken(name string, d document, link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return "is not a URL"
	}
	if u.Scheme != "" || u.Host != "" {
		return ""
	}
	if u.Path != "" {
		to := path.Join(path.Dir(name), u.Path)
		if strings.HasPrefix(name, "lessons/") && !strings.HasPrefix(to, "lessons/") {
			return "leaves the folder lessons, which is all that a learner has"
		}
		file := filepath.Join(r.Root, filepath.FromSlash(to))
		if _, err := os.Stat(file); err != nil {
			return "leads to no file"
		}
		if u.Fragment == "" || path.Ext(to) != ".md" {
			return ""
		}
		if d, err = readDocument(file); err != nil {
			return "leads to a file that cannot be read"
		}
	}
	if u.Fragment != "" && !d.anchors[u.Fragment] {
		return "leads to no heading"
	}
	return ""
}
