package jail

// restrictBare sets what limits can be set on a program that runs already.
func restrictBare(f *follower) {
	restrict(f.cmd.Process.Pid, f.spec.Limits)
	f.watch(f.cmd.Process.Pid)
}
