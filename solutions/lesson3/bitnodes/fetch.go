package bitnodes

import (
	"context"
	"encoding/json"
	"net/http"
)

// Snapshot is what the crawler knew at one moment.
type Snapshot struct {
	Timestamp    int64           `json:"timestamp"` // Unix seconds
	TotalNodes   int             `json:"total_nodes"`
	LatestHeight int             `json:"latest_height"` // of the best block the crawler had seen
	Nodes        json.RawMessage `json:"nodes"`         // as it came; the function Nodes takes it apart
}

// FetchSnapshot asks url for a snapshot with one GET through client, which is
// left as it is. The request carries ctx, and ends when ctx ends. The answer's
// body is closed whatever happens, and read as [ReadJSON] reads: never much more
// than MaxBody bytes of it, whatever the status.
//
// Errors: those of client.Do (ctx's among them) and of [ReadJSON], wrapped;
// for every status but 200 an error, which [CheckStatus] will tell apart.
// With an error comes the zero Snapshot.
func FetchSnapshot(ctx context.Context, client *http.Client, url string) (Snapshot, error) {
	// BEGIN SOLUTION
	var s Snapshot
	if err := get(ctx, client, url, &s); err != nil {
		return Snapshot{}, err
	}
	return s, nil
	// END SOLUTION
}
