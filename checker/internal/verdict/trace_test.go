package verdict

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A panic of the checker's own is one that its caller can catch, and is raised when
// nothing of the rest is left behind.
func TestAtOnce_panic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var done atomic.Int32
		defer func() {
			if p, ok := recover().(string); !ok || !strings.Contains(p, "no such test") || !strings.Contains(p, "trace_test.go") {
				t.Errorf("the caller gets %v, want the panic and its stack", p)
			}
			if n := done.Load(); n != 5 {
				t.Errorf("%d others are done, want 5", n)
			}
		}()
		AtOnce(6, 2, func(i int) {
			if i == 3 {
				panic("no such test")
			}
			time.Sleep(time.Second)
			done.Add(1)
		})
	})
}

// No more than most run at the same time.
func TestAtOnce_most(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, peak atomic.Int32
		AtOnce(20, 3, func(int) {
			if n := now.Add(1); n > peak.Load() {
				peak.Store(n)
			}
			time.Sleep(time.Second)
			now.Add(-1)
		})
		if n := peak.Load(); n != 3 {
			t.Errorf("%d at the same time, want 3", n)
		}
	})
}
