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
		all := spent{}
		for {
			select {
			case <-f.over:
				return
			case <-t.C:
			}
			u := measure(init, 0, all)
			cpu, waited := all.sum()
			f.cpu.Store(int64(cpu))
			f.waited.Store(int64(waited))
			switch {
			case f.spec.Tasks > 0 && u.tasks > f.spec.Tasks:
				f.kill(Tasks)
			case f.spec.Resident && f.spec.Memory > 0 && u.resident > f.spec.Memory:
				f.kill(Memory)
			case f.spec.CPU > 0 && cpu >= f.spec.CPU:
				f.kill(CPU)
			}
		}
	})
}

// use is what some processes use.
type use struct {
	tasks    int
	resident int64 // bytes
}

// spent is the time of each process that was seen, by its id and its beginning,
// those that have ended included: on a processor, and waiting for one.
type spent map[[2]int64][2]time.Duration

func (s spent) sum() (cpu, waited time.Duration) {
	for _, t := range s {
		cpu, waited = cpu+t[0], waited+t[1]
	}
	return cpu, waited
}

const (
	deepest  = 64                    // generations of processes that are counted
	userTick = 10 * time.Millisecond // the unit of times in /proc, USER_HZ: 100 on every Linux
)

// measure adds up what a process and its descendants use, and notes the time of each.
func measure(pid, depth int, all spent) (u use) {
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
	cpu := time.Duration(number(11)+number(12)) * userTick
	u.tasks = int(number(17))
	u.resident = number(21) * int64(os.Getpagesize())
	var waited time.Duration
	threads, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	for _, t := range threads {
		// Nanoseconds on a processor, and waiting for one.
		sched, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/schedstat", pid, t.Name()))
		if f := strings.Fields(string(sched)); len(f) == 3 {
			n, _ := strconv.ParseInt(f[1], 10, 64)
			waited += time.Duration(n)
		}
		children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, t.Name()))
		for c := range strings.FieldsSeq(string(children)) {
			id, _ := strconv.Atoi(c)
			v := measure(id, depth+1, all)
			u.tasks, u.resident = u.tasks+v.tasks, u.resident+v.resident
		}
	}
	key := [2]int64{int64(pid), number(19)}
	all[key] = [2]time.Duration{cpu, max(waited, all[key][1])}
	return u
}
