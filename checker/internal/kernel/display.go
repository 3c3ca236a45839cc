package kernel

import (
	"encoding/json"
	"html"
	"strings"

	"nodebook/fixtures/show"
)

// bundle is what a cell shows, by MIME type: a front end takes the richest form
// that it knows. Text is always among them.
func bundle(raw json.RawMessage) map[string]any {
	var f show.Frame
	if err := json.Unmarshal(raw, &f); err != nil {
		return map[string]any{"text/plain": string(raw)}
	}
	b := map[string]any{"text/plain": strings.TrimRight(f.Text, "\n")}
	switch f.Type {
	case "svg":
		b["image/svg+xml"] = f.Source
	case "png":
		b["image/png"] = f.Source
	case "plot":
		b["image/svg+xml"] = linesSVG(f.Title, f.Lines)
	case "html":
		// In a frame without scripts, as in the browser: a notebook trusts what it shows.
		b["text/html"] = `<iframe sandbox="" style="width:100%;height:24em;border:0" srcdoc="` + html.EscapeString(f.Source) + `"></iframe>`
	case "table":
		b["text/html"] = tableHTML(f.Header, f.Rows)
	case "bars":
		b["image/svg+xml"] = barsSVG(f.Title, f.Bars)
	case "spans":
		b["image/svg+xml"] = spansSVG(f.Title, f.Spans)
	}
	return b
}

func tableHTML(header []string, rows [][]string) string {
	var out strings.Builder
	row := func(tag string, cells []string) {
		out.WriteString("<tr>")
		for _, c := range cells {
			out.WriteString("<" + tag + ` style="text-align:left">` + html.EscapeString(c) + "</" + tag + ">")
		}
		out.WriteString("</tr>")
	}
	out.WriteString("<table><thead>")
	row("th", header)
	out.WriteString("</thead><tbody>")
	for _, r := range rows {
		row("td", r)
	}
	out.WriteString("</tbody></table>")
	return out.String()
}
