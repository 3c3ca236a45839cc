package export

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"nodebook/checker/internal/page"
	"nodebook/checker/internal/workbook"
	"nodebook/checker/needs"

	"github.com/stretchr/testify/require"
)

func book(t *testing.T) *workbook.Book {
	b, err := workbook.New(os.DirFS("../../../solutions"), os.DirFS("../../../lessons"))
	require.NoError(t, err)
	return b
}

func document(t *testing.T, b *workbook.Book, name string) Document {
	l, err := b.Lesson(name)
	require.NoError(t, err)
	p, err := page.New(l)
	require.NoError(t, err)
	pictures, err := b.Pictures()
	require.NoError(t, err)
	return Document{Lesson: l, Page: p, Style: "body{}", Pictures: pictures, Code: func(e *workbook.Exercise) string { return e.Funcs[0].Signature + " {\n}\n" }}
}

// Debian's nbformat validates every exported notebook, and nbconvert renders it.
func TestNotebook_validates(t *testing.T) {
	needs.Lot(t, 3)
	python := needs.Jupyter(t)
	b := book(t)
	dir := t.TempDir()
	var files []string
	for _, name := range needs.Some(t, b.Names(), 1, 3) {
		var out bytes.Buffer
		require.NoError(t, Write(&out, "ipynb", document(t, b, name)))
		file := filepath.Join(dir, name+".ipynb")
		require.NoError(t, os.WriteFile(file, out.Bytes(), 0o644))
		files = append(files, file)
	}
	// All in one process each: starting one takes seconds.
	said, err := exec.Command(python, append([]string{"-c", `import nbformat, sys
for name in sys.argv[1:]:
    print(name)
    nb = nbformat.read(name, as_version=nbformat.NO_CONVERT)
    nbformat.validate(nb)
    assert (nb.nbformat, nb.nbformat_minor) == (4, 5)`}, files...)...).CombinedOutput()
	require.NoError(t, err, "%s", said)
	said, err = exec.Command(python, append([]string{"-m", "nbconvert", "--to", "html"}, files...)...).CombinedOutput()
	require.NoError(t, err, "%s", said)
	for _, file := range files {
		require.FileExists(t, strings.TrimSuffix(file, "ipynb")+"html")
	}
}

// The pictures of a page are in a notebook and in an HTML file; Markdown names
// their files, from the root of the workbook.
func TestWrite_pictures(t *testing.T) {
	d := document(t, book(t), "lesson1")
	data := "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(d.Pictures["lesson1/pictures/frame.svg"])
	require.Greater(t, len(data), 1000, "the picture is there")
	for format, want := range map[string]string{"ipynb": "](" + data + ")", "html": `src="` + data + `"`, "md": "](lessons/lesson1/pictures/frame.svg)"} {
		var out bytes.Buffer
		require.NoError(t, Write(&out, format, d))
		require.Contains(t, out.String(), want, format)
		require.NotContains(t, out.String(), "](pictures/", format)
		require.NotContains(t, out.String(), `src="lesson1/`, format)
	}
}

// A notebook has an exercise's hints below it, folded.
func TestNotebook_hints(t *testing.T) {
	d := document(t, book(t), "lesson1")
	var out bytes.Buffer
	require.NoError(t, Write(&out, "ipynb", d))
	var nb struct {
		Cells []struct {
			Source []string `json:"source"`
		} `json:"cells"`
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &nb))
	exercises := 0
	for i, c := range nb.Cells {
		source := strings.Join(c.Source, "")
		name, ok := strings.CutPrefix(strings.SplitN(source, "\n", 2)[0], "%%exercise ")
		if !ok {
			require.NotContains(t, source, "%%exercise")
			continue
		}
		exercises++
		e := d.Lesson.Exercises[exercises-1]
		require.Equal(t, e.Name, name)
		hints := strings.Join(nb.Cells[i+1].Source, "")
		require.Equal(t, len(e.Hints), strings.Count(hints, "<details><summary>Hint "), name)
		require.Equal(t, strings.Count(hints, "<details>"), strings.Count(hints, "</details>"))
		require.NotContains(t, hints, "<details open")
	}
	require.Len(t, d.Lesson.Exercises, exercises)
}

func TestHTML_needs_nothing_else(t *testing.T) {
	b := book(t)
	for _, name := range b.Names() {
		var out bytes.Buffer
		require.NoError(t, Write(&out, "html", document(t, b, name)))
		require.NotRegexp(t, regexp.MustCompile(`<script|<link|src="?http|@import|url\(`), out.String(), name)
		if name == "lesson1" {
			require.Contains(t, out.String(), "func Ping")
		}
	}
}

func TestMarkdown_is_plain(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, Write(&out, "md", document(t, book(t), "lesson1")))
	require.True(t, strings.HasPrefix(out.String(), "# Lesson 1"))
	require.NotContains(t, out.String(), "```go cell")
}

// What a learner's function holds stays code, whatever it looks like.
func TestWrite_holds_code(t *testing.T) {
	d := document(t, book(t), "lesson1")
	d.Code = func(*workbook.Exercise) string {
		return "func f() string {\n\treturn `\n```\n````\n</pre></style><script>alert(1)</script>\n`\n}\n"
	}
	var out bytes.Buffer
	require.NoError(t, Write(&out, "md", d))
	rendered, err := page.Markdown(out.String())
	require.NoError(t, err)
	require.NotContains(t, string(rendered), "<script>")
	require.Contains(t, string(rendered), ">script<", "in pieces of a colour each")
	out.Reset()
	require.NoError(t, Write(&out, "html", d))
	require.NotContains(t, out.String(), "<script>")
}
