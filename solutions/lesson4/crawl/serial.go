package crawl

import (
	"context"
	"time"

	"nodebook/solutions/lesson2/version"
)

// GetVersions asks one peer after another. Result i is for addresses[i]: none
// is left out, and an error is kept where it happened. Once ctx has ended, the
// peers that are left are not asked: they get ctx's error.
func GetVersions(ctx context.Context, ask Ask, addresses []string) []Result {
	// BEGIN SOLUTION
	results := make([]Result, 0, len(addresses))
	for _, address := range addresses {
		results = append(results, ask.Do(ctx, address))
	}
	return results
	// END SOLUTION
}

// Do asks one peer and returns a Result: address, version or error, and the
// times just before and just after. If ctx has ended already, ask is not
// called, Err is ctx's error and both times are now.
func (ask Ask) Do(ctx context.Context, address string) Result {
	// BEGIN SOLUTION of GetVersions
	start := time.Now()
	if err := ctx.Err(); err != nil {
		return Result{Address: address, Err: err, Start: start, End: start}
	}
	v, err := ask(ctx, address)
	if err != nil {
		v = version.Version{}
	}
	return Result{Address: address, Version: v, Err: err, Start: start, End: time.Now()}
	// END SOLUTION
}
