//go:build unix && !linux

package jail

// restrictBare does nothing: one process cannot limit another here.
func restrictBare(*follower) {}
