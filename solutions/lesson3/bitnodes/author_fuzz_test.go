package bitnodes_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	fixture "nodebook/fixtures/bitnodes"
	"nodebook/solutions/lesson3/bitnodes"
)

// edges adds every hand-made document to a fuzz target's seeds.
func edges(f *testing.F, add func(doc []byte)) {
	for _, name := range fixture.Edges() {
		doc, err := fixture.Edge(name)
		if err != nil {
			f.Fatal(err)
		}
		add(doc)
	}
}

func FuzzReadJSON(f *testing.F) {
	edges(f, func(doc []byte) {
		f.Add(doc)
		f.Add(doc[:len(doc)/2])
	})
	f.Add([]byte(html))
	f.Fuzz(func(t *testing.T, doc []byte) {
		var v any
		err := bitnodes.ReadJSON(bytes.NewReader(doc), &v)
		switch {
		case (err == nil) != json.Valid(doc) && !overflows(doc):
			t.Errorf("error %v, json.Valid %v", err, json.Valid(doc))
		case err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, bitnodes.ErrJSON):
			t.Errorf("an error without a sentinel: %v", err)
		}
	})
}

// overflows reports whether doc is JSON with a number that no float64 holds.
func overflows(doc []byte) bool {
	var v any
	var wrong *json.UnmarshalTypeError
	return errors.As(json.Unmarshal(doc, &v), &wrong)
}

func FuzzNodes(f *testing.F) {
	edges(f, func(doc []byte) { f.Add(doc) })
	f.Fuzz(func(t *testing.T, doc []byte) {
		rows, err := bitnodes.Nodes(bitnodes.Snapshot{Nodes: doc})
		if err != nil {
			if !errors.Is(err, bitnodes.ErrNoNodes) && !errors.Is(err, bitnodes.ErrJSON) {
				t.Errorf("an error without a sentinel: %v", err)
			}
			return
		}
		keys := bitnodes.AddressStrings(rows)
		good, bad := bitnodes.Addresses(rows)
		nodes, lost := bitnodes.Decode(rows)
		if len(keys) != len(rows) || len(good)+len(bad) != len(rows) || len(nodes)+len(lost) != len(rows) {
			t.Errorf("%d rows became %d keys, %d+%d addresses, %d+%d nodes", len(rows), len(keys), len(good), len(bad), len(nodes), len(lost))
		}
	})
}

var name = regexp.MustCompile(`^([a-z2-7]{56}\.onion|[a-z2-7]{52}\.b32\.i2p)$`)

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{
		"198.18.0.7:8333", "[2001:db8::7]:8333", "2001:db8::7:8333", "[::ffff:198.18.0.7]:1", "[fc00::1]:65535", "[fe80::1%eth0]:1",
		"duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion:443", "abcdefghijklmnop.onion:8333",
		"ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq.b32.i2p:0", "", ":", "[]:1", ".onion:1",
		strings.Repeat("a", 51) + "\n.b32.i2p:0", strings.Repeat("a", 51) + "\u212a.b32.i2p:0", "abcdefgh\nijklmno.onion:1",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := bitnodes.ParseAddress(s)
		if err != nil {
			for target := range sentinels {
				if errors.Is(err, target) {
					return
				}
			}
			t.Fatalf("an error without a sentinel: %v", err)
		}
		if (a.Network == bitnodes.TorV3 || a.Network == bitnodes.I2P) && !name.MatchString(a.Host) {
			t.Errorf("%q is taken for a name, %q", s, a.Host)
		}
		again, err := bitnodes.ParseAddress(a.String())
		if err != nil || again != a {
			t.Errorf("%q is %+v, whose String %q is %+v, %v", s, a, a.String(), again, err)
		}
	})
}

func FuzzDecodeRow(f *testing.F) {
	for _, row := range []string{
		`[70016, "/Satoshi:30.0.0/", 1769990898, 3081, 934661]`,
		`[70016, "", 0, 18446744073709551615, -1, null, null, null, null, null, null, null, null]`,
		`[1, "", 1, 1, 1, "a", "b", "c", 1.5, -1.5, "d", "e", "f", {}, 1e999]`,
		`[]`, `null`, `{}`, ``, `[null, null, null, null, null]`,
	} {
		f.Add([]byte(row))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := bitnodes.DecodeRow(raw)
		if err != nil {
			if !errors.Is(err, bitnodes.ErrRow) && !errors.Is(err, bitnodes.ErrShortRow) && !errors.Is(err, bitnodes.ErrField) {
				t.Errorf("an error without a sentinel: %v", err)
			}
			return
		}
		// The fast way and the careful one agree on what is good.
		again, err := bitnodes.DecodeRow(encode(t, r))
		if err != nil || again != r {
			t.Errorf("%s is %+v, which again is %+v, %v", raw, r, again, err)
		}
	})
}

// encode writes a row of 13 fields.
func encode(t *testing.T, r bitnodes.Row) json.RawMessage {
	b, err := json.Marshal([]any{
		r.Protocol, r.UserAgent, r.Since, r.Services, r.Height,
		r.Hostname, r.City, r.Country, r.Lat, r.Lon, r.Timezone, r.ASN, r.Org,
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func FuzzCheckStatus(f *testing.F) {
	for _, after := range []string{"", "30", "-1", "1.5", "9223372037", "18446744073709551616", "Wed, 21 Oct 2026 07:28:00 GMT"} {
		f.Add(429, after)
	}
	f.Fuzz(func(t *testing.T, code int, after string) {
		resp := &http.Response{StatusCode: code, Header: http.Header{"Retry-After": {after}}}
		err := bitnodes.CheckStatus(resp)
		if (err == nil) != (code == 200) {
			t.Errorf("status %d: error %v", code, err)
		}
		var throttled *bitnodes.ThrottledError
		if errors.As(err, &throttled) && (throttled.RetryAfter < 0 || throttled.RetryAfter > bitnodes.MaxRetryAfter) {
			t.Errorf("Retry-After %q: a wait of %v", after, throttled.RetryAfter)
		}
	})
}
