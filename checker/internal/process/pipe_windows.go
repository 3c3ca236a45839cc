package process

import (
	"os"
	"time"
)

func pipe() (r, w *os.File, err error) { return os.Pipe() }

func readable(f *os.File, most time.Duration) bool { return true }
