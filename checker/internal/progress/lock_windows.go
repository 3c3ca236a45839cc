package progress

// lock does nothing here: the rename that ends a write is atomic by itself.
func lock(path string) (unlock func(), err error) { return func() {}, nil }
