package serve_test

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nodebook/checker/internal/cell"

	"github.com/stretchr/testify/require"
)

// runs is how many cells a measurement runs: NODEBOOK_RUNS, or n.
func runs(n int) int {
	if k, err := strconv.Atoi(os.Getenv("NODEBOOK_RUNS")); err == nil {
		return k
	}
	if testing.Short() {
		return n / 5
	}
	return n
}

// A long session leaks neither memory nor processes nor files.
func TestLongSession(t *testing.T) {
	runs := runs(500)
	b := open(t)
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp) // of this test's cells alone
	b.runCell("1 + 1")
	before := children(t) // a browser may be among them
	memory, open, goroutines := measure(t)
	for i := range runs {
		source := fmt.Sprintf("show.HTML(\"page\", strings.Repeat(\"x\", 1000))\n%d + 0", i)
		if i%50 == 1 {
			source = "_ = os.Executable // only compiled\n" + source
		}
		require.Equal(t, fmt.Sprintf("%d\n", i), texts(b.runCell(source), cell.Text))
	}
	memoryAfter, openAfter, goroutinesAfter := measure(t)
	t.Logf("%d runs: heap %d KiB before, %d KiB after; open files %d, %d; goroutines %d, %d", runs, memory>>10, memoryAfter>>10, open, openAfter, goroutines, goroutinesAfter)
	require.Less(t, memoryAfter, memory+4<<20)
	require.LessOrEqual(t, openAfter, open+4)
	require.LessOrEqual(t, goroutinesAfter, goroutines+8)
	require.Equal(t, before, children(t), "no process is left")
	left, err := os.ReadDir(tmp)
	require.NoError(t, err)
	for _, e := range left {
		require.NotContains(t, e.Name(), "nodebook-cell-", "no file is left")
	}
}

func measure(t *testing.T) (heap uint64, files, goroutines int) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	entries, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	return m.HeapAlloc, len(entries), runtime.NumGoroutine()
}

// children are the processes that this one has started and that still are.
func children(t *testing.T) []string {
	var all []string
	tasks, err := os.ReadDir("/proc/self/task")
	require.NoError(t, err)
	for _, task := range tasks {
		b, err := os.ReadFile("/proc/self/task/" + task.Name() + "/children")
		if err == nil {
			all = append(all, strings.Fields(string(b))...)
		}
	}
	slices.Sort(all) // whichever thread has started them
	return all
}
