package picture

import (
	"fmt"
	"strconv"
	"strings"

	"nodebook/docs"
)

// measured draws what docs/ibd.md has measured: the figures of its tables, so that a
// picture changes with them.
func measured() ([]Picture, error) {
	const took, cpu = 3, 2 // columns
	var all []Picture
	for _, m := range []struct {
		name, title, unit string
		column            int
		rows              []bar // value is filled in
	}{
		{"windows", "Eight peers, by the length of the window", "s", took, []bar{
			{label: "32 blocks", row: "`-peers 8 -latency 50ms -window 32`"},
			{label: "64", row: "`-peers 8 -latency 50ms -window 64`"},
			{label: "128", row: "`-peers 8 -latency 50ms -window 128`"},
			{label: "1,024", row: "`-peers 8 -latency 50ms`"},
		}},
		{"workers", "10,000 signatures, by the number of workers", "s", took, []bar{
			{label: "1 worker", row: "`-signatures 10000 -workers 1`"},
			{label: "2 workers", row: "`-signatures 10000 -workers 2`"},
		}},
		{"batches", "A Schnorr signature, by the size of its batch", "µs of a core", 1, []bar{
			{label: "one by one", row: "one by one"}, {label: "4", row: "4"}, {label: "16", row: "16"}, {label: "64", row: "64"},
			{label: "256", row: "256"}, {label: "1,024", row: "1,024"}, {label: "4,096", row: "4,096"},
		}},
		{"caches", "A run without signatures, by its cache", "s of a core", cpu, []bar{
			{label: "100 coins", row: "`-signatures 10000 -workers 1 -assumevalid tip -cache 100`"},
			{label: "1,000", row: "`-signatures 10000 -workers 1 -assumevalid tip -cache 1000`"},
			{label: "20,000", row: "`-signatures 10000 -workers 1 -assumevalid tip`"},
		}},
		{"shortcuts", "The real chain, by what is taken on trust", "s of a core", cpu, []bar{
			{label: "nothing", row: "(none: the real chain, 8 peers)"},
			{label: "assumevalid", row: "`-assumevalid tip`"},
			{label: "SwiftSync", row: "`-swiftsync`"},
		}},
	} {
		for i := range m.rows {
			var err error
			if m.rows[i].value, err = figure(docs.IBD, m.rows[i].row, m.column); err != nil {
				return nil, fmt.Errorf("picture lesson8 %s: %w", m.name, err)
			}
		}
		all = append(all, bars(m.name, m.title, m.unit, m.rows))
	}
	return all, nil
}

// bar is one measurement.
type bar struct {
	label string
	row   string // of a table: its first cell
	value float64
}

// figure is the number in a column of the row that starts with a cell.
func figure(doc, cell string, column int) (float64, error) {
	for line := range strings.Lines(doc) {
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		if cells[0] == cell && column < len(cells) {
			number, _, _ := strings.Cut(cells[column], " ")
			return strconv.ParseFloat(number, 64)
		}
	}
	return 0, fmt.Errorf("docs/ibd.md has no row %q", cell)
}

// bars draws measurements below each other.
func bars(name, title, unit string, rows []bar) Picture {
	const left, from, pitch = 24.0, 128.0, 28.0
	c := newCanvas(52 + int(pitch)*len(rows))
	c.text(left, 28, "bold", "%s", title)
	most, said := 0.0, []string{}
	for _, r := range rows {
		most = max(most, r.value)
	}
	first := strconv.FormatFloat(rows[0].value, 'f', -1, 64) // and the unit
	to := min(336, Width-left-12-8*float64(len(first)+len(unit)))
	for i, r := range rows {
		y := 44 + pitch*float64(i)
		value := strconv.FormatFloat(r.value, 'f', -1, 64)
		end := from + (to-from)*r.value/most
		c.text(from-10, y+14, "small end", "%s", r.label)
		c.rect(from, y, end-from, 18, "b1")
		c.text(end+8, y+14, "small", "%s", value)
		if i == 0 {
			c.text(end+12+8*float64(len(value)), y+14, "small quiet", "%s", unit)
		}
		said = append(said, fmt.Sprintf("%s: %s", r.label, value))
	}
	return Picture{Lesson: "lesson8", Name: name, Title: title,
		Desc: fmt.Sprintf("Bars, in %s. %s.", unit, strings.Join(said, ", ")), canvas: c}
}
