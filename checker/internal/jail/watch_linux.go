package jail

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

const watchEvery = 100 * time.Millisecond

// watch measures the processes of a jail, whose first one is given.
func (f *follower) watch(init int) {
	f.init.Store(int64(init))
	f.work.Go(func() {
		t := time.NewTicker(watchEvery)
		defer t.Stop()
		for {
			select {
			case <-f.over:
				return
			case <-t.C:
			}
			u := measure(init, 0)
			f.waited.Store(max(f.waited.Load(), int64(u.waited)))
			switch {
			case f.spec.Tasks > 0 && u.tasks > f.spec.Tasks:
				f.kill(Tasks)
			case f.spec.Resident && f.spec.Memory > 0 && u.resident > f.spec.Memory:
				f.kill(Memory)
			case f.spec.CPU > 0 && u.cpu >= f.spec.CPU:
				f.kill(CPU)
			}
		}
	})
}

// use is what some processes use.
type use struct {
	tasks    int
	resident int64         // bytes
	cpu      time.Duration // since each began
	waited   time.Duration // for a processor, since each began
}

const (
	deepest  = 64                    // generations of processes that are counted
	userTick = 10 * time.Millisecond // the unit of times in /proc, USER_HZ: 100 on every Linux
)

// measure adds up what a process and its descendants use.
func measure(pid, depth int) (u use) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil || depth > deepest {
		return u
	}
	// pid (comm) state ppid ...: comm may hold spaces and brackets.
	f := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(f) < 22 {
		return u
	}
	number := func(i int) int64 { n, _ := strconv.ParseInt(f[i], 10, 64); return n }
	u.cpu = time.Duration(number(11)+number(12)) * userTick
	u.tasks = int(number(17))
	u.resident = number(21) * int64(os.Getpagesize())
	threads, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	for _, t := range threads {
		// Nanoseconds on a processor, and waiting for one.
		sched, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/schedstat", pid, t.Name()))
		if f := strings.Fields(string(sched)); len(f) == 3 {
			n, _ := strconv.ParseInt(f[1], 10, 64)
			u.waited += time.Duration(n)
		}
		children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, t.Name()))
		for c := range strings.FieldsSeq(string(children)) {
			id, _ := strconv.Atoi(c)
			v := measure(id, depth+1)
			u.tasks, u.resident, u.cpu, u.waited = u.tasks+v.tasks, u.resident+v.resident, u.cpu+v.cpu, u.waited+v.waited
		}
	}
	return u
}
