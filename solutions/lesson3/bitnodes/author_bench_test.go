package bitnodes_test

import (
	"encoding/json"
	"testing"

	"nodebook/solutions/lesson3/bitnodes"

	fixture "nodebook/fixtures/bitnodes"

	"github.com/stretchr/testify/require"
)

// BenchmarkDecodeRow compares, in one run and into the same type, DecodeRow with
// the shortest way encoding/json has: a slice of pointers. That way does not say
// which field was bad, and lets a null pass as a zero. Each operation is a whole
// snapshot of 10,000 rows.
func BenchmarkDecodeRow(b *testing.B) {
	for _, shape := range []struct {
		name string
		doc  []byte
	}{{"13 fields", fixture.Old()}, {"5 fields", fixture.New()}} {
		var s bitnodes.Snapshot
		require.NoError(b, json.Unmarshal(shape.doc, &s))
		rows, err := bitnodes.Nodes(s)
		require.NoError(b, err)
		var raws []json.RawMessage
		for _, raw := range rows {
			raws = append(raws, raw)
		}
		for _, way := range []struct {
			name   string
			decode func(json.RawMessage) (bitnodes.Row, error)
		}{{"DecodeRow", bitnodes.DecodeRow}, {"encoding-json", plain}} {
			b.Run(shape.name+"/"+way.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					for _, raw := range raws {
						if _, err := way.decode(raw); err != nil {
							b.Fatal(err)
						}
					}
				}
			})
		}
	}
}

func plain(raw json.RawMessage) (bitnodes.Row, error) {
	var r bitnodes.Row
	into := []any{
		&r.Protocol, &r.UserAgent, &r.Since, &r.Services, &r.Height,
		&r.Hostname, &r.City, &r.Country, &r.Lat, &r.Lon, &r.Timezone, &r.ASN, &r.Org,
	}
	return r, json.Unmarshal(raw, &into)
}
