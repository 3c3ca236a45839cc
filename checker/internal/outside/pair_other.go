//go:build !unix

package outside

import (
	"context"
	"fmt"
	"os"
	"time"

	"nodebook/checker/internal/build"
	"nodebook/checker/internal/process"
	"nodebook/checker/internal/verdict"
	"nodebook/checker/internal/workbook"
)

// Run is one run of a judge's program and a child. There are none on this system.
type Run struct {
	Root  string
	Plan  *Plan
	Tests []workbook.Test
	Seed  uint64
	Time  time.Duration
	Child func(ctx context.Context, ends []*os.File, mark string, out func([]byte)) (process.Outcome, error)
}

const startTime = 10 * time.Second

// Do says that another engine must do it.
func (r *Run) Do(context.Context) (*verdict.Trace, error) {
	return nil, fmt.Errorf("%w: programs inherit no pipes here", build.ErrIndirect)
}
