package cli

// openFiles is how many files a process may have open; 0 if nobody knows.
func openFiles() uint64 { return 0 }
