package bitnodes

import (
	"context"
	"encoding/json"
	"net/http"

	"nodebook/lessons/todo"
)

// Snapshot is what the crawler knew at one moment.
type Snapshot struct {
	Timestamp    int64           `json:"timestamp"` // Unix seconds
	TotalNodes   int             `json:"total_nodes"`
	LatestHeight int             `json:"latest_height"` // of the best block the crawler had seen
	Nodes        json.RawMessage `json:"nodes"`         // as it came; the function Nodes takes it apart
}

// FetchSnapshot asks url for a snapshot with one GET through client, which it
// does not change. The request carries ctx, and ends when ctx ends. The answer's
// body is always closed, and read as [ReadJSON] reads: never much more than
// MaxBody bytes of it, for any status.
//
// Errors: those of client.Do (ctx's among them) and of [ReadJSON], wrapped; for
// every status but 200 an error, of which [CheckStatus] will say more. On an
// error, the Snapshot is zero.
func FetchSnapshot(ctx context.Context, client *http.Client, url string) (Snapshot, error) {
	return Snapshot{}, todo.Err
}
