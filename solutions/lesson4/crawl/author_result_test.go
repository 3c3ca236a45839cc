package crawl_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"nodebook/solutions/lesson2/version"
	"nodebook/solutions/lesson4/crawl"

	"github.com/stretchr/testify/require"
)

// A user agent cannot start a line, or colour one.
func TestResult_String_quoted(t *testing.T) {
	const evil = "/Sat\xff\xfe\x1b[31moshi:1/\r\n6.6.6.6:8333  /forged/"
	for _, r := range []crawl.Result{
		{Address: "127.0.0.1:8333", Version: version.Version{UserAgent: evil}},
		{Address: "127.0.0.1:8333", Err: errors.New("read: " + evil)},
		{Address: evil},
		{Address: "127.0.0.1:8333", Version: version.Version{UserAgent: "/\u202eihsotaS/"}},
	} {
		for _, c := range r.String() {
			require.True(t, c >= ' ' && c <= '~', "%q in %q", c, r.String())
		}
	}
	require.Equal(t, "127.0.0.1:1  /Satoshi:29.0.0/ é", crawl.Result{Address: "127.0.0.1:1", Version: version.Version{UserAgent: "/Satoshi:29.0.0/ é"}}.String())
}

// far is a time that a peer may send and that JSON has no room for: its clock
// counts milliseconds.
var far = time.Unix(1_770_000_000_000, 0).UTC()

// A time past the year 9999 costs its own row, and nothing else.
func TestResult_JSON_far(t *testing.T) {
	rows := []crawl.Result{
		{Address: "a:1", Version: version.Version{UserAgent: "/a/", Timestamp: time.Unix(1_700_000_000, 0).UTC()}},
		{Address: "b:1", Version: version.Version{UserAgent: "/b/", Timestamp: far}},
		{Address: "c:1", Version: version.Version{UserAgent: "/c/", Timestamp: time.Unix(-100_000_000_000, 0)}},
	}
	b, err := json.Marshal(rows)
	require.NoError(t, err)
	var got []crawl.Result
	require.NoError(t, json.Unmarshal(b, &got))
	require.Equal(t, rows[0], got[0])
	require.EqualError(t, got[1].Err, "version: its time is 1770000000000 seconds after 1970, which JSON cannot hold")
	require.Error(t, got[2].Err)

	var svg bytes.Buffer
	require.NoError(t, crawl.Timeline(&svg, rows))
	for d := xml.NewDecoder(&svg); ; {
		if _, err := d.Token(); err != nil {
			require.ErrorIs(t, err, io.EOF)
			break
		}
	}
}

// A worker process survives such a peer, and asks the next one.
func TestWork_far(t *testing.T) {
	var out strings.Builder
	err := crawl.Work(t.Context(), strings.NewReader("a:1\nb:1\n"), &out, func(_ context.Context, address string) (version.Version, error) {
		return version.Version{UserAgent: address, Timestamp: map[string]time.Time{"a:1": far}[address]}, nil
	})
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 2)
	require.Contains(t, lines[0], `"error":"version: its time is`)
	require.Contains(t, lines[1], `"UserAgent":"b:1"`)
}
