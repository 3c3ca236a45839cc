package author

import (
	"errors"
	"fmt"
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"nodebook/checker/internal/lazyregexp"
	"nodebook/checker/internal/workbook"
	"nodebook/fixtures/unwritten"
)

// Claim is one sentence of an exercise's doc comment: what the exercise promises,
// and what a test has to try.
type Claim struct {
	Exercise *workbook.Exercise
	Func     string   // whose doc comment says so
	Text     string   // in one line
	Broken   []string // the wrong solutions that break it
	Untested string   // why no test can try it, or ""
}

// Open reports whether nothing shows that the sentence is tested.
func (c *Claim) Open() bool { return len(c.Broken) == 0 && c.Untested == "" }

func (c *Claim) String() string {
	return fmt.Sprintf("%s: %q", c.Func, c.Text)
}

// untestedMark is put into a marked body, so that it is not handed out.
const untestedMark = "// UNTESTED "

// Contract returns the sentences of a lesson's exercises, and what is wrong with
// the marks that speak of them.
func (r *Repo) Contract(l *workbook.Lesson) ([]*Claim, []Complaint, error) {
	var claims []*Claim
	var out []Complaint
	for _, e := range l.Exercises {
		for _, f := range e.Funcs {
			cs, bad, err := r.claims(e, f)
			if err != nil {
				return nil, nil, err
			}
			claims, out = append(claims, cs...), append(out, bad...)
		}
	}
	ws, err := r.Wrongs(l)
	if err != nil {
		return nil, nil, err
	}
	for _, w := range ws {
		for _, words := range w.Breaks {
			c, problem := find(claims, w.Refused, words)
			if problem != "" {
				out = append(out, complain(w.File, `the first words of one sentence of the exercise's doc comment, perhaps after its function: BigEndian "No bytes"`,
					"breaks: %s: %s", words, problem))
				continue
			}
			c.Broken = append(c.Broken, w.File)
		}
	}
	return claims, out, nil
}

// find returns the sentence of an exercise that begins with the quoted words.
func find(claims []*Claim, exercise, mark string) (*Claim, string) {
	fn, words, ok := quoted(mark)
	if !ok {
		return nil, "the words are not in quotes"
	}
	var found []*Claim
	for _, c := range claims {
		if c.Exercise.Name == exercise && (fn == "" || fn == c.Func) && strings.HasPrefix(c.Text, words) {
			found = append(found, c)
		}
	}
	switch len(found) {
	case 0:
		return nil, "no sentence of " + exercise + " begins with these words"
	case 1:
		return found[0], ""
	}
	return nil, fmt.Sprintf("%d sentences of %s begin with these words", len(found), exercise)
}

// quoted takes a mark apart: the function's name, if it has one, and the words
// between the first quote and the last.
func quoted(mark string) (fn, words string, ok bool) {
	first, last := strings.IndexByte(mark, '"'), strings.LastIndexByte(mark, '"')
	if first < 0 || last <= first+1 {
		return "", "", false
	}
	words = mark[first+1 : last]
	if unquoted, err := strconv.Unquote(mark[first : last+1]); err == nil {
		words = unquoted
	}
	return strings.TrimSpace(mark[:first]), words, true
}

// claims reads the sentences of one function, and the marks in its body.
func (r *Repo) claims(e *workbook.Exercise, f *workbook.Func) (claims []*Claim, out []Complaint, err error) {
	src, err := fs.ReadFile(r.Book.Solutions, f.File)
	if err != nil {
		return nil, nil, err
	}
	file, err := parser.ParseFile(token.NewFileSet(), f.File, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(file.Decls, func(d ast.Decl) bool {
		fn, ok := d.(*ast.FuncDecl)
		return ok && unwritten.FuncName(fn) == f.Name
	})
	fn := file.Decls[i].(*ast.FuncDecl)
	for _, text := range Sentences(fn.Doc.Text()) {
		claims = append(claims, &Claim{Exercise: e, Func: f.Name, Text: text})
	}
	for _, g := range file.Comments {
		if g.Pos() < fn.Body.Lbrace || g.End() > fn.Body.Rbrace {
			continue
		}
		for _, line := range g.List {
			mark, ok := strings.CutPrefix(line.Text, untestedMark)
			if !ok {
				continue
			}
			words, reason, _ := strings.Cut(mark, `": `)
			c, problem := find(claims, e.Name, words+`"`)
			if problem == "" && strings.TrimSpace(reason) == "" {
				problem = "no reason is given"
			}
			if problem != "" {
				out = append(out, complain("solutions/"+f.File, untestedMark+`"first words": why no test can try it`, "UNTESTED %s: %s", mark, problem))
				continue
			}
			c.Untested = reason
		}
	}
	return claims, out, nil
}

// Sentences splits a doc comment into what it says: its sentences, the items of
// its lists, and each error that it names.
func Sentences(doc string) []string {
	var out []string
	var printer comment.Printer
	text := func(blocks ...comment.Block) string {
		return strings.Join(strings.Fields(string(printer.Text(&comment.Doc{Content: blocks}))), " ")
	}
	var parser comment.Parser
	for _, block := range parser.Parse(doc).Content {
		switch b := block.(type) {
		case *comment.Paragraph:
			out = append(out, paragraph(plain(text(b)))...)
		case *comment.List:
			for _, item := range b.Items {
				out = append(out, plain(text(item.Content...)))
			}
		case *comment.Code:
			out = append(out, strings.Join(strings.Fields(b.Text), " "))
		}
	}
	return out
}

// plain is a text without the brackets of links.
func plain(s string) string { return link().ReplaceAllString(s, "$1$2") }

var (
	link = lazyregexp.New(`(^|\W)\[(\*?[A-Za-z][\w.]*)\]`)
	// ends is where a sentence ends and another one begins.
	ends = lazyregexp.New(`[.!?]["')]* +["'(]*[A-Z0-9]`)
	// nextError is where, in a paragraph of errors, another one begins.
	nextError = lazyregexp.New(`(?:; (?:and |or )?|, (?:and |or )?)(?:(?:\*?[a-z]+\.)?(?:\*?Err|EOF|Canceled|DeadlineExceeded)[A-Za-z]*\b)|; `)
)

// paragraph splits a paragraph into sentences, and one of errors further.
func paragraph(text string) []string {
	var out []string
	ofErrors := strings.HasPrefix(text, "Errors")
	for text != "" {
		sentence := text
		if at := ends().FindStringIndex(text); at != nil {
			end := at[0] + strings.IndexByte(text[at[0]:], ' ')
			sentence, text = text[:end], strings.TrimSpace(text[end:])
		} else {
			text = ""
		}
		if ofErrors {
			out = append(out, eachError(sentence)...)
		} else {
			out = append(out, sentence)
		}
	}
	return out
}

// eachError splits a sentence of the paragraph of errors. What is before its
// colon ("Errors, whose text names the field") is one of its own if it says more
// than "Errors".
func eachError(sentence string) []string {
	var out []string
	if head, rest, ok := strings.Cut(sentence, ": "); ok && strings.HasPrefix(head, "Errors") {
		if head != "Errors" && head != "Errors besides" {
			out = append(out, head)
		}
		sentence = rest
	}
	for {
		at := nextError().FindStringIndex(sentence)
		if at == nil {
			return append(out, sentence)
		}
		out = append(out, sentence[:at[0]])
		sentence = strings.TrimLeft(sentence[at[0]:], ",; ")
		sentence = strings.TrimPrefix(strings.TrimPrefix(sentence, "and "), "or ")
	}
}

// openFile says how many sentences of a lesson may still be open, and how many of
// its exercises may lack right solutions. A lesson that it does not name may have
// none.
const openFile = "checker/internal/author/open.txt"

// Contracts reports sentences that no wrong solution breaks, and of marks
// that name none.
func (r *Repo) Contracts() ([]Complaint, error) {
	allowed, err := r.allowed()
	if err != nil {
		return nil, err
	}
	return r.eachLesson(func(l *workbook.Lesson) ([]Complaint, error) {
		claims, out, err := r.Contract(l)
		if err != nil {
			return nil, err
		}
		open := slices.DeleteFunc(claims, func(c *Claim) bool { return !c.Open() })
		if most := allowed[l.Name][0]; len(open) <= most {
			return out, nil
		} else if most > 0 {
			out = append(out, complain(openFile, "checker author contracts "+l.Name, "%s has %d sentences that no wrong solution breaks, at most %d may be open", l.Name, len(open), most))
			return out, nil
		}
		for _, c := range open {
			out = append(out, complain("solutions/"+c.Exercise.Package.Dir+"/testdata/wrong",
				`write the wrong solution that breaks this sentence alone, with "// breaks: ..." in its header, or // UNTESTED "first words": why`,
				"%s: no wrong solution breaks %s", c.Exercise.Name, c))
		}
		return out, nil
	})
}

// allowed reads openFile: two numbers for each lesson in it.
func (r *Repo) allowed() (map[string][2]int, error) {
	b, err := os.ReadFile(filepath.Join(r.Root, filepath.FromSlash(openFile)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	most := map[string][2]int{}
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		var lesson string
		var n [2]int
		if _, err := fmt.Sscan(line, &lesson, &n[0], &n[1]); err != nil {
			return nil, fmt.Errorf("%s: %q: want a lesson and two numbers: %w", openFile, line, err)
		}
		most[lesson] = n
	}
	return most, nil
}
