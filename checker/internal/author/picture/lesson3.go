package picture

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	snapshots "nodebook/fixtures/bitnodes"
	"nodebook/solutions/lesson3/bitnodes"
)

func lesson3() ([]Picture, error) {
	layers, err := layers()
	if err != nil {
		return nil, fmt.Errorf("picture lesson3 layers: %w", err)
	}
	kinds, err := kinds()
	if err != nil {
		return nil, fmt.Errorf("picture lesson3 kinds: %w", err)
	}
	return []Picture{layers, kinds, backoff()}, nil
}

// layers takes a small snapshot apart, one of whose rows is broken.
func layers() (Picture, error) {
	const doc = `{"timestamp": 1769991597, "nodes": {
  "198.18.0.7:8333": [70016, "/a/", 1, 9, 3],
  "198.18.0.8:8333": [70016, null, 1, 9, 3],
  "198.18.0.9:8333": [70016, "/c/", 1, 9, 3]}}`
	var s bitnodes.Snapshot
	if err := bitnodes.ReadJSON(strings.NewReader(doc), &s); err != nil {
		return Picture{}, err
	}
	rows, err := bitnodes.Nodes(s)
	if err != nil {
		return Picture{}, err
	}
	c := newCanvas(430)
	band := func(y, height float64, name, by string) {
		c.rect(14, y, 392, height, "faint")
		c.text(26, y+22, "bold", "%s", name)
		c.text(394, y+22, "end small quiet", "%s", by)
	}
	down := func(y float64) { c.arrow(210, y, 210, y+16, "5", "thick") }
	band(14, 64, "text", "bytes from a stranger")
	c.text(26, 62, "mono", `{"timestamp": 1769991597, "nodes": {…`)
	down(80)
	band(100, 64, "document", "ReadJSON: is it JSON, and all of it?")
	c.text(26, 148, "mono", "Snapshot{Timestamp, …, Nodes: raw}")
	down(166)
	band(186, 104, "rows", "Nodes: is there a map of them?")
	down(292)
	band(312, 104, "nodes", "DecodeRow: one row at a time")
	bad := 0
	for i, key := range bitnodes.AddressStrings(rows) {
		y := 230 + 22*float64(i)
		_, err := bitnodes.DecodeRow(rows[key])
		hue := "3"
		if err != nil {
			hue = "x"
			bad++
		}
		c.text(26, y, "mono f"+hue, "%s", key)
		c.text(394, y, "mono end f"+hue, "%s", strings.NewReplacer("70016, ", "", "[", "[… ").Replace(string(rows[key])))
		if err != nil {
			c.text(26, y+126, "mono fx", "%s", key)
			c.text(394, y+126, "small end fx", "bad: user agent is null")
			continue
		}
		c.text(26, y+126, "mono f3", "%s", key)
		c.text(394, y+126, "small end f3", "a Node")
	}
	return Picture{Lesson: "lesson3", Name: "layers", Title: "A document in layers: one bad row costs one row",
		Desc: fmt.Sprintf("Text becomes a document, the document gives rows, and each of the %d rows is decoded alone. %d of them is broken: its user agent is null. The other %d become nodes.",
			len(rows), bad, len(rows)-bad), canvas: c}, nil
}

// kinds is a dot for each node of the snapshot, by its network.
func kinds() (Picture, error) {
	var s bitnodes.Snapshot
	if err := bitnodes.ReadJSON(bytes.NewReader(snapshots.New()), &s); err != nil {
		return Picture{}, err
	}
	rows, err := bitnodes.Nodes(s)
	if err != nil {
		return Picture{}, err
	}
	nodes, _ := bitnodes.Decode(rows)
	bars := bitnodes.Histogram(nodes, bitnodes.ByNetwork, 0)
	const across, pitch = 125, 3.1
	down := (len(nodes) + across - 1) / across
	height := pitch * float64(down)
	c := newCanvas(int(height) + 168)
	c.text(16, 28, "", "%s nodes, one dot each", thousands(uint64(len(nodes))))
	hues := []string{"2", "1", "3", "4", "x"}
	at, noIP := 0, 0
	var words []string
	for i, b := range bars {
		hue := hues[i%len(hues)]
		c.dots(16, 42, across, pitch, at, at+b.Nodes, hue)
		at += b.Nodes
		x, y := 16+200*float64(i%2), height+72+24*float64(i/2)
		c.rect(x, y-11, 13, 13, "f"+hue)
		c.text(x+20, y, "", "%s", b.Label)
		c.text(x+172, y, "end", "%s", thousands(uint64(b.Nodes)))
		words = append(words, fmt.Sprintf("%s %s", b.Label, thousands(uint64(b.Nodes))))
		if b.Label != "IPv4" && b.Label != "IPv6" && b.Label != "CJDNS" {
			noIP += b.Nodes
		}
	}
	share := float64(noIP) / float64(len(nodes)) * 100
	c.text(16, height+150, "", "%.0f%% of them have a name instead of an IP address.", share)
	return Picture{Lesson: "lesson3", Name: "kinds", Title: "Ten thousand nodes by network",
		Desc:   fmt.Sprintf("A dot for each of %s simulated nodes, coloured by network: %s. %.0f%% have no IP address.", thousands(uint64(len(nodes))), strings.Join(words, ", "), share),
		canvas: c}, nil
}

// dots draws the dots from..to of a grid, row after row: a run of each row is one
// dashed line, whose dashes have no length and round ends.
func (c *canvas) dots(left, top float64, across int, pitch float64, from, to int, hue string) {
	var d strings.Builder
	for at := from; at < to; {
		row, col := at/across, at%across
		n := min(across-col, to-at)
		fmt.Fprintf(&d, "M%s %sh%s", num2(left+pitch*(float64(col)+.5)), num2(top+pitch*float64(row)), num2(pitch*float64(n-1)+.01))
		at += n
	}
	fmt.Fprintf(&c.body, "  <path class=\"l%s\" stroke-width=\"2.3\" stroke-linecap=\"round\" stroke-dasharray=\"0 %s\" d=\"%s\"/>\n", hue, num2(pitch), d.String())
}

// num2 writes a coordinate with two decimals, for a grid that must not drift.
func num2(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) }

// answers is a server that gives one answer after another, without a network.
type answers []answer

type answer struct {
	status int
	after  string // Retry-After
}

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	next := (*a)[0]
	*a = (*a)[1:]
	body := `{"nodes": {}}`
	h := http.Header{}
	if next.after != "" {
		h.Set("Retry-After", next.after)
	}
	return &http.Response{StatusCode: next.status, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// backoff shows when the reference asks again, for three servers.
func backoff() Picture {
	c := newCanvas(300)
	c.text(18, 26, "", "Tries: 5, Backoff: 1 s, Longest: 5 s")
	cases := []struct {
		title string
		given answers
	}{
		{"a server that is overloaded, then recovers", answers{{500, ""}, {503, ""}, {502, ""}, {500, ""}, {200, ""}}},
		{"a server that says when, Retry-After: 5", answers{{500, ""}, {429, "5"}, {500, ""}, {200, ""}}},
		{"a server that says Retry-After: 63768", answers{{429, "63768"}}},
	}
	const left, second = 32.0, 30.0
	var words []string
	for i, x := range cases {
		y := 66 + 76*float64(i)
		c.text(18, y, "bold small", "%s", x.title)
		statuses := x.given
		var waits []time.Duration
		policy := bitnodes.Policy{Tries: 5, Backoff: time.Second, Longest: 5 * time.Second,
			Sleep: func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil }}
		given := x.given
		_, err := bitnodes.FetchWithRetry(context.Background(), &http.Client{Transport: &given}, "http://nodes.example/latest", policy)
		at := left
		var steps []string
		for try := range len(statuses) - len(given) {
			hue := "x"
			if statuses[try].status == http.StatusOK {
				hue = "3"
			}
			c.circle(at, y+26, 7, "f"+hue)
			c.text(at, y+50, "mid small f"+hue, "%d", statuses[try].status)
			step := fmt.Sprint(statuses[try].status)
			if try < len(waits) {
				to := at + second*waits[try].Seconds()
				c.line(at+8, y+26, to-8, y+26, "l2 thick")
				c.text((at+to)/2, y+18, "mid small", "%.0f s", waits[try].Seconds())
				step += fmt.Sprintf(", wait %v", waits[try])
				at = to
			}
			steps = append(steps, step)
		}
		if err != nil {
			c.text(at+18, y+31, "small", "gives up: nobody waits 17 hours")
			steps = append(steps, "give up")
		}
		words = append(words, x.title+": "+strings.Join(steps, ", "))
	}
	c.text(18, 290, "small quiet", "Waits double up to a limit, unless the server names a time.")
	return Picture{Lesson: "lesson3", Name: "backoff", Title: "Ask again later, and later still",
		Desc: "Requests on a time line, for three servers. " + strings.Join(words, ". ") + ".", canvas: c}
}
