package gradebook

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
)

// table is a CSV file of which cells can be changed, and every other byte stays: the
// byte order mark, the quotes, the ends of lines.
type table struct {
	rows    [][]string
	text    []byte
	comma   rune
	cells   [][]span // by row: where each cell of the file is, with its quotes
	changed map[[2]int]bool
}

// span is a part of the text.
type span struct{ from, to int }

const byteOrderMark = "\uFEFF"

// readTable reads a CSV file with commas, or with semicolons if its first line has
// no comma.
func readTable(text []byte) (*table, error) {
	t := &table{text: text, comma: ',', changed: map[[2]int]bool{}}
	body, _ := bytes.CutPrefix(text, []byte(byteOrderMark))
	head, _, _ := bytes.Cut(body, []byte("\n"))
	if !bytes.ContainsRune(head, ',') && bytes.ContainsRune(head, ';') {
		t.comma = ';'
	}
	skipped := len(text) - len(body)
	starts := []int{skipped} // of lines
	for i, c := range body {
		if c == '\n' {
			starts = append(starts, skipped+i+1)
		}
	}
	in := csv.NewReader(bytes.NewReader(body))
	in.FieldsPerRecord, in.Comma = -1, t.comma
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, err
		}
		cells := make([]span, len(row))
		for i := range row {
			line, column := in.FieldPos(i)
			cells[i].from = starts[line-1] + column - 1
			if i > 0 {
				cells[i-1].to = cells[i].from - 1 // the comma
			}
		}
		end := skipped + int(in.InputOffset())
		for end > cells[len(row)-1].from && slices.Contains([]byte("\r\n"), text[end-1]) {
			end--
		}
		cells[len(row)-1].to = end
		t.rows, t.cells = append(t.rows, row), append(t.cells, cells)
	}
}

// set changes a cell, which may be one that the row does not have yet.
func (t *table) set(row, column int, text string) {
	for len(t.rows[row]) <= column {
		t.rows[row] = append(t.rows[row], "")
	}
	if t.rows[row][column] != text {
		t.rows[row][column] = text
		t.changed[[2]int{row, column}] = true
	}
}

// bytes is the file with what was changed.
func (t *table) bytes() []byte {
	var w bytes.Buffer
	at := 0
	for row, cells := range t.cells {
		for column, text := range t.rows[row] {
			switch {
			case column >= len(cells):
				w.Write(t.text[at:cells[len(cells)-1].to])
				at = cells[len(cells)-1].to
				w.WriteRune(t.comma)
				w.WriteString(t.quoted(text))
			case t.changed[[2]int{row, column}]:
				w.Write(t.text[at:cells[column].from])
				w.WriteString(t.quoted(text))
				at = cells[column].to
			}
		}
	}
	w.Write(t.text[at:])
	return w.Bytes()
}

// quoted is a text as a cell, in quotes if it needs them.
func (t *table) quoted(text string) string {
	if !strings.ContainsAny(text, "\"\r\n"+string(t.comma)) && text == strings.TrimSpace(text) {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}
