package bitnodes

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// Page is one page of the list of snapshots, newest first.
type Page struct {
	Count   int     `json:"count"` // entries on all pages together
	Next    string  `json:"next"`  // the next page's URL; null on the last page
	Results []Entry `json:"results"`
}

// Entry is one snapshot in the list.
type Entry struct {
	URL          string `json:"url"` // where the snapshot itself is
	Timestamp    int64  `json:"timestamp"`
	TotalNodes   int    `json:"total_nodes"`
	LatestHeight int    `json:"latest_height"`
}

// MaxPages is how many pages are asked for at most.
const MaxPages = 500

var (
	// ErrLoop is the error of a page whose next is a page that was already read.
	ErrLoop = errors.New("the pages go round in a circle")

	// ErrTooManyPages is the error of a list that continues after MaxPages pages.
	ErrTooManyPages = errors.New("too many pages")
)

// Pages reads the list of snapshots, page after page from url on, until there is
// no next page or it has most entries. It makes no request that it does not need:
// the API counts them. Each page is fetched as [FetchSnapshot] fetches. What a
// page or an entry does not say is zero, even if the page before said it.
//
// Errors: those of [FetchSnapshot], [ErrLoop], [ErrTooManyPages]. The entries of
// the pages before the error are returned with it, at most most of them.
func Pages(ctx context.Context, client *http.Client, url string, most int) ([]Entry, error) {
	// BEGIN SOLUTION
	var list []Entry
	seen := map[string]bool{}
	for url != "" && len(list) < most {
		if seen[url] {
			return list, fmt.Errorf("%w: page %d leads back to %s", ErrLoop, len(seen), url)
		}
		if len(seen) == MaxPages {
			return list, fmt.Errorf("%w: more than %d", ErrTooManyPages, MaxPages)
		}
		seen[url] = true
		var page Page
		if err := get(ctx, client, url, &page); err != nil {
			return list, fmt.Errorf("page %d: %w", len(seen), err)
		}
		list = append(list, page.Results...)
		url = page.Next
	}
	return list[:max(0, min(len(list), most))], nil
	// END SOLUTION
}
