package interpreter

import (
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
)

// The first collection changes how often there is one, and not how much is in use:
// a test may measure that before it and after it.
func TestCollectLate(t *testing.T) {
	defer func() {
		debug.SetMemoryLimit(math.MaxInt64)
		debug.SetGCPercent(100)
		ballast = nil
	}()
	collectLate()
	before := inUse()
	if before < patience {
		t.Errorf("%d bytes are in use, want the ballast to be there", before)
	}
	percent := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	for range 10_000 {
		runtime.GC() // the first one, and time for what is to be done after it
		if metrics.Read(percent); percent[0].Value.Uint64() == 100 {
			break
		}
	}
	if now := percent[0].Value.Uint64(); now != 100 {
		t.Errorf("after the first collection GOGC is %d, want 100", now)
	}
	if now := inUse(); now > before+patience/8 {
		t.Errorf("%d bytes in use became %d", before, now)
	}
}

func inUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
