// REFERENCE ONLY

package bitnodes

import (
	"context"
	"fmt"
	"net/http"
)

// get is what FetchSnapshot and Pages have in common: one GET, decoded into v.
func get(ctx context.Context, client *http.Client, url string, v any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("bitnodes: %w", err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("bitnodes: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("bitnodes: %s: %w", url, CheckStatus(resp))
	}
	if err := ReadJSON(resp.Body, v); err != nil {
		return fmt.Errorf("bitnodes: %s: %w", url, err)
	}
	return nil
}
