package bitnodes_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"nodebook/fixtures/bitnodes/synthetic"
	"nodebook/fixtures/draw"
	"nodebook/fixtures/expect"
	"nodebook/solutions/lesson3/bitnodes"
)

// truth is what that many fields at the start of n's row say.
func truth(n synthetic.Node, fields int) bitnodes.Row {
	p := n.Place
	r := bitnodes.Row{Protocol: n.Protocol, UserAgent: n.UserAgent, Since: n.Since, Services: n.Services, Height: n.Height}
	for i, set := range []func(){
		func() { r.Hostname = known(p.Hostname) },
		func() { r.City = known(p.City) },
		func() { r.Country = known(p.Country) },
		func() { r.Lat = p.Lat },
		func() { r.Lon = p.Lon },
		func() { r.Timezone = known(p.Timezone) },
		func() { r.ASN = known(p.ASN) },
		func() { r.Org = known(p.Org) },
	} {
		if 5+i < fields {
			set()
		}
	}
	return r
}

func known(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// untouched calls DecodeRow, and wants the bytes that it was given, and those
// after them, to be what they were.
func untouched(t *testing.T, raw string) (bitnodes.Row, error) {
	t.Helper()
	const behind = `, [1, "the next row"]`
	given := []byte(raw + behind)
	got, err := bitnodes.DecodeRow(given[:len(raw)]) // as the caller says that it is tried
	try := expect.Tried(t, "DecodeRow(raw), where raw is %s", raw).Why("raw belongs to the caller, and is often part of a longer text, here with %q after it: DecodeRow writes into neither", behind)
	try.Equal("raw afterwards", string(given[:len(raw)]), raw)
	try.Equal("the text behind raw afterwards", string(given[len(raw):]), behind)
	return got, err
}

// decodes wants raw to be decoded to want, and names the field that is not.
func decodes(t *testing.T, raw string, want bitnodes.Row, why string) {
	t.Helper()
	try := expect.Tried(t, "DecodeRow(%s)", raw).Why("%s", why).Halts("%s", why)
	got, err := untouched(t, raw)
	try.NoError(err)
	try.Equal("Protocol", got.Protocol, want.Protocol)
	try.Equal("UserAgent", got.UserAgent, want.UserAgent)
	try.Equal("Since", got.Since, want.Since)
	try.Equal("Services", got.Services, want.Services)
	try.Equal("Height", got.Height, want.Height)
	try.Equal("Hostname", got.Hostname, want.Hostname)
	try.Equal("City", got.City, want.City)
	try.Equal("Country", got.Country, want.Country)
	try.Equal("Lat", got.Lat, want.Lat)
	try.Equal("Lon", got.Lon, want.Lon)
	try.Equal("Timezone", got.Timezone, want.Timezone)
	try.Equal("ASN", got.ASN, want.ASN)
	try.Equal("Org", got.Org, want.Org)
}

// full draws a node of which everything is known.
func full(d *draw.Source) synthetic.Node {
	for {
		for _, n := range synthetic.Draw(d.Rand, synthetic.Old, 20).Nodes {
			if p := n.Place; p.Hostname != nil && p.City != nil && p.Lat != 0 {
				return n
			}
		}
	}
}

func TestDecodeRow(t *testing.T) {
	d := draw.From(t)
	for _, n := range synthetic.Draw(d.Rand, synthetic.New, 20).Nodes {
		decodes(t, string(n.Row(5)), truth(n, 5), "a row of 5 fields, as they are since November 2025")
	}
	for _, n := range synthetic.Draw(d.Rand, synthetic.Old, 40).Nodes {
		decodes(t, string(n.Row(13)), truth(n, 13), "a row of 13 fields, as they were until November 2025")
	}
}

func TestDecodeRow_lengths(t *testing.T) {
	d := draw.From(t)
	n := full(d)
	for fields := 5; fields <= 13; fields++ {
		decodes(t, string(n.Row(synthetic.Shape(fields))), truth(n, fields), fmt.Sprintf("a row may end after any field from the fifth on; this one has %d", fields))
	}
	row := strings.TrimSuffix(string(n.Row(13)), "]")
	for _, more := range []string{", null]", `, {"v2": true}, [` + fmt.Sprint(d.IntN(99)) + `], "` + d.Word(3) + `"]`} {
		decodes(t, row+more, truth(n, 13), "fields beyond the thirteenth are not looked at: some day there will be more")
	}
}

func TestDecodeRow_nulls(t *testing.T) {
	d := draw.From(t)
	n := full(d)
	for i := 5; i < 13; i++ {
		want := truth(n, 13)
		switch one := truth(n, i); i { // one has everything before field i
		case 5:
			want.Hostname = one.Hostname
		case 6:
			want.City = one.City
		case 7:
			want.Country = one.Country
		case 8:
			want.Lat = one.Lat
		case 9:
			want.Lon = one.Lon
		case 10:
			want.Timezone = one.Timezone
		case 11:
			want.ASN = one.ASN
		case 12:
			want.Org = one.Org
		}
		decodes(t, with(n, i, "null"), want, fmt.Sprintf("field %d is null: what is not known is the zero value", i))
	}
}

// with is n's row of 13 fields with another field i.
func with(n synthetic.Node, i int, text string) string { return withOf(13, n, i, text) }

// withOf is n's row of that many fields with another field i.
func withOf(size synthetic.Shape, n synthetic.Node, i int, text string) string {
	var fields []json.RawMessage
	if err := json.Unmarshal(n.Row(size), &fields); err != nil {
		panic(err)
	}
	fields[i] = json.RawMessage(text)
	var list []string
	for _, f := range fields {
		list = append(list, string(f))
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func TestDecodeRow_spellings(t *testing.T) {
	n := full(draw.From(t))
	n.UserAgent = "/x, \"y\"\\: [1, 2], {é}/"
	decodes(t, string(n.Row(5)), truth(n, 5), "a comma, a bracket or a quote inside a text belongs to the text: cut the row with encoding/json, not at its commas")
	n.Place.Lat, n.Place.Lon = -6.25e-5, 120
	for i, text := range map[int]string{8: "-6.25e-5", 9: "1.2E2"} {
		decodes(t, with(n, i, text), truth(n, 13), "the degrees are no integers: JSON may write them with a point and an exponent")
	}
}

func TestDecodeRow_services(t *testing.T) {
	d := draw.From(t)
	n := full(d)
	for _, services := range []uint64{1<<53 + 1, 1<<64 - 1, 1<<63 | d.Uint64()>>1 | 1, 0} {
		n.Services = services
		decodes(t, string(n.Row(5)), truth(n, 5), "service bits fill 64 bits; a float64, which encoding/json uses when it is told no type, rounds above 2^53")
	}
}

// fails wants raw to be refused with want.
func fails(t *testing.T, raw string, want error, name, mention, why string) {
	t.Helper()
	try := expect.Tried(t, "DecodeRow(%s)", raw).Why("%s", why)
	got, err := untouched(t, raw)
	try.ErrorIs(err, want, name)
	if mention != "" {
		try.Mentions(err, mention)
	}
	try.Why("half a row looks like a whole one to a caller that does not look at the error")
	try.True(got == bitnodes.Row{}, fmt.Sprintf("an error, and the Row %+v", got), "an error, and the zero Row")
}

func TestDecodeRow_short(t *testing.T) {
	n := full(draw.From(t))
	for fields := range 5 {
		fails(t, string(n.Row(synthetic.Shape(fields))), bitnodes.ErrShortRow, "ErrShortRow", "", fmt.Sprintf("%d fields; every row has at least 5", fields))
	}
}

func TestDecodeRow_notArray(t *testing.T) {
	d := draw.From(t)
	n := full(d)
	row := string(n.Row(5))
	for _, raw := range []string{"null", "{}", fmt.Sprintf(`{"protocol": %d}`, n.Protocol), fmt.Sprintf("%q", d.Word(5)), "70016", "", row[:len(row)-1], row + "]", "<html>"} {
		fails(t, raw, bitnodes.ErrRow, "ErrRow", "", "a row is one JSON array")
	}
}

func TestDecodeRow_badField(t *testing.T) {
	d := draw.From(t)
	n := full(d)
	for i, name := range fieldNames {
		wrong := []string{"true", `{"a": 1}`, "[" + fmt.Sprint(d.IntN(9)) + "]"}
		switch i {
		case 0, 4:
			wrong = append(wrong, "2147483648", "-2147483649", "1.5", "70016.0", "7e4", "null", `"70016"`)
		case 1:
			wrong = append(wrong, "null", fmt.Sprint(d.IntN(99)))
		case 2:
			wrong = append(wrong, "9223372036854775808", "1769990898.25", "1769990898.0", "1e9", "null", `"yesterday"`)
		case 3:
			wrong = append(wrong, "-1", "3081.0", "3e3", "18446744073709551616", "null", `"0xc09"`)
		case 8, 9:
			wrong = append(wrong, `"60.18"`, "1e999")
		default:
			wrong = append(wrong, fmt.Sprint(d.IntN(99)))
		}
		for _, w := range wrong {
			why := fmt.Sprintf("field %d, %q, cannot be %s; the error says which field it is, by its name in FieldNames", i, name, w)
			if _, err := strconv.ParseFloat(w, 64); err == nil && strings.ContainsAny(w, ".e") {
				why = "an integer has no point and no exponent; " + why
			}
			fails(t, with(n, i, w), bitnodes.ErrField, "ErrField", name, why)
			if i < 5 {
				fails(t, withOf(5, n, i, w), bitnodes.ErrField, "ErrField", name, why)
			}
		}
		unknown := n
		unknown.Place = synthetic.Place{}
		fails(t, with(unknown, i, "true"), bitnodes.ErrField, "ErrField", name,
			fmt.Sprintf("field %d, %q, cannot be true; that the nulls are allowed is another matter", i, name))
	}
}

func TestDecodeRow_whiteSpace(t *testing.T) {
	n := full(draw.From(t))
	row := with(n, 0, strconv.Itoa(int(n.Protocol)))
	decodes(t, " \t\r\n"+row+" \n", truth(n, 13), "white space around a JSON text means nothing")
}
