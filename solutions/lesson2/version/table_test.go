package version_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson2/version"
)

// rows is what the lines of a table should say.
func rows(o ours) [][2]string {
	relay := "absent"
	if len(o.relay) > 0 {
		relay = []string{"no", "yes"}[o.relay[0]]
	}
	var services []string
	for bit := range 64 {
		if o.services>>bit&1 == 1 {
			services = append(services, bitName(bit))
		}
	}
	if services == nil {
		services = []string{"none"}
	}
	return [][2]string{
		{"protocol version", fmt.Sprint(o.protocol)},
		{"services", strings.Join(services, "|")},
		{"timestamp", time.Unix(o.timestamp, 0).UTC().Format("2006-01-02T15:04:05Z")},
		{"receiver", fmt.Sprintf("%s:%d", o.receiver.ip, o.receiver.port)},
		{"sender", fmt.Sprintf("[%s]:%d", o.sender.ip, o.sender.port)},
		{"nonce", fmt.Sprint(o.nonce)},
		{"user agent", fmt.Sprintf("%q", o.agent)},
		{"start height", fmt.Sprint(o.height)},
		{"relay", relay},
	}
}

// table wants Table to show o, line by line.
func table(t *testing.T, o ours) {
	t.Helper()
	try := expect.Tried(t, "Table(v), where v is %s", expect.Value(o.value()))
	got := version.Table(o.value())
	lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	want := rows(o)
	try.Why("a line for each of the nine fields, in the order of the wire")
	try.True(got == "" || strings.HasSuffix(got, "\n"), "a table that ends with "+expect.Value(got[max(0, len(got)-10):]), "a line feed at its end, too")
	try.True(len(lines) == len(want), fmt.Sprintf("%d lines\n%s", len(lines), visible(got)), fmt.Sprintf("%d lines", len(want)))
	column := 0
	for i, row := range want {
		name, value := row[0], row[1]
		line := fmt.Sprintf("line %d: ", i+1)
		rest, ok := strings.CutPrefix(lines[i], name+"  ")
		try.Why("the field's name, at least two spaces, the value")
		try.True(ok, line+visible(lines[i]), line+name+", spaces, "+value)
		try.Why("%s, and nothing after it", meaning[name])
		try.Equal(line+name, strings.TrimLeft(rest, " "), value)
		begins := len(lines[i]) - len(strings.TrimLeft(rest, " "))
		if i == 0 {
			column = begins
		}
		try.Why("all values begin in one column")
		try.Equal(line+"column of the value", begins, column)
	}
}

// meaning says of a row what its value is.
var meaning = map[string]string{
	"protocol version": "the number",
	"services":         "as Services.String has them",
	"timestamp":        "in UTC, in the form of RFC 3339",
	"receiver":         "IP and port, as NetAddr.String has them",
	"sender":           "IP and port, as NetAddr.String has them",
	"nonce":            "the number",
	"user agent":       "quoted as by %q: a peer chooses its user agent, and may put control codes or line ends into it",
	"start height":     "the number",
	"relay":            "yes or no, or absent where OmitRelay says so",
}

// visible is text whose control codes do not reach a terminal.
func visible(s string) string {
	q := fmt.Sprintf("%q", s)
	return strings.ReplaceAll(q[1:len(q)-1], `\n`, "\n")
}

func TestTable(t *testing.T) {
	d := draw.From(t)
	for _, relay := range [][]byte{{0}, {1}, nil} {
		o := drawVersion(d)
		o.services = d.Uint64()&d.Uint64()&d.Uint64()&d.Uint64() | 1
		o.relay = relay
		table(t, o)
	}
}

func TestTable_nothing(t *testing.T) {
	d := draw.From(t)
	o := drawVersion(d)
	o.services = 0
	table(t, o)
	v := o.value()
	v.Sender = version.NetAddr{}
	try := expect.Tried(t, "Table(v), where v.Sender is the zero NetAddr")
	try.Why("an address that is not set is shown as NetAddr.String shows it, in the form in which it is written to the wire")
	try.True(strings.Contains(version.Table(v), "  [::]:0\n"), visible(version.Table(v)), "the line of the sender with [::]:0")
}

func TestTable_zone(t *testing.T) {
	d := draw.From(t)
	v := drawVersion(d).value()
	v.Timestamp = v.Timestamp.In(time.FixedZone("somewhere", 3600*d.Between(2, 9)))
	try := expect.Tried(t, "Table(v), where v.Timestamp is %s", v.Timestamp)
	try.Why("a time is shown in UTC, so that two tables can be compared")
	want := v.Timestamp.UTC().Format("2006-01-02T15:04:05Z")
	try.True(strings.Contains(version.Table(v), want), visible(version.Table(v)), "a line with "+want)
}

func TestTable_otherLetters(t *testing.T) {
	d := draw.From(t)
	o := drawVersion(d)
	o.services, o.agent = 9, "/"+d.Word(3)+"é日ж/"
	table(t, o)
}

func TestTable_stranger(t *testing.T) {
	d := draw.From(t)
	for _, agent := range []string{
		"/" + d.Word(4) + "\x1b[2J\x1b]0;owned\a/", "/\r\nrelay             yes", "\xff\xfe\x80", "\u202e/" + d.Word(5), `"` + d.Word(3) + `\`, "\x9b31m",
	} {
		o := drawVersion(d)
		o.services, o.agent = 9, agent
		try := expect.Tried(t, "Table(v), where v.UserAgent is %q", agent)
		got := version.Table(o.value())
		try.Why("a peer chooses its user agent: shown as it is, it could clear a terminal, move the cursor or forge a line")
		for i := 0; i < len(got); {
			r, n := utf8.DecodeRuneInString(got[i:])
			bad := r != '\n' && (r == utf8.RuneError && n == 1 || !unicode.IsPrint(r))
			try.True(!bad, fmt.Sprintf("%q at byte %d of the table", got[i:i+n], i), "nothing but printable characters and the ends of the lines")
			i += n
		}
		table(t, o)
	}
}

func TestTable_fraction(t *testing.T) {
	d := draw.From(t)
	v := drawVersion(d).value()
	v.Timestamp = time.Unix(int64(d.Between(1, 1<<31)), int64(d.Between(500_000_000, 999_999_999))).UTC()
	want := v.Timestamp.Format("  2006-01-02T15:04:05Z\n")
	try := expect.Tried(t, "Table(v), where v.Timestamp is %s", v.Timestamp)
	try.Why("a version message has whole seconds: time.RFC3339 shows those that have passed, and no fraction")
	try.True(strings.Contains(version.Table(v), want), visible(version.Table(v)), "a line that ends with "+visible(want))
}

func TestTable_agents(t *testing.T) {
	d := draw.From(t)
	for _, agent := range []string{d.Word(256), "/100%d%s%n" + d.Word(3) + "/"} {
		o := drawVersion(d)
		o.services, o.agent = 9, agent
		table(t, o)
	}
}
