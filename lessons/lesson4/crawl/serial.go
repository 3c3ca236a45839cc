package crawl

import (
	"context"
)

// GetVersions asks one peer after another. Result i is for addresses[i]: none
// is left out, and an error is kept where it happened. Once ctx has ended, the
// peers that are left are not asked: they get ctx's error.
func GetVersions(ctx context.Context, ask Ask, addresses []string) []Result {
	return nil
}

// Do asks one peer and returns a Result: address, version or error, and the
// times just before and just after. If ctx has ended already, ask is not
// called, Err is ctx's error and both times are now.
func (ask Ask) Do(ctx context.Context, address string) Result {
	return Result{}
}
